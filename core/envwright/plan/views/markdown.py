"""`PLAN.md`: a plan for a reviewer. It is a function of the plan alone, so it changes only when the plan does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from envwright.model.plan import Plan
from envwright.model.step import EnsureSecret
from envwright.plan.views.escape import markdown_code as code
from envwright.plan.views.wording import Wording, name_of, plural, some

# beyond it nobody reads on, and forges cut the page
MOST_ROWS = 400


def plan_markdown(plan: Plan) -> str:
    """Return the text of `PLAN.md`, with a line break at the end."""
    sections = (
        _facts(plan),
        _steps(plan),
        _secrets(plan),
        _images(plan),
        _omitted(plan),
        _variables(plan),
    )
    heading = f"# Plan of {code(plan.project)}, {code(name_of(plan))}"
    purpose = "Made from `plan.json`, which is what the reconciler runs."
    return "\n\n".join((heading, purpose, *(section for section in sections if section))) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are Markdown already. Rows beyond MOST_ROWS are counted, not shown."""
    every = list(rows)
    lines = [f"| {' | '.join(cells)} |" for cells in (header, ["---"] * len(header), *every[:MOST_ROWS])]
    if len(every) > MOST_ROWS:
        lines += ["", f"And {plural(len(every) - MOST_ROWS, 'more row')}."]
    return "\n".join(lines)


def _facts(plan: Plan) -> str:
    facts = {
        "Namespace": plan.namespace,
        "Domain": plan.domain,
        "Kind": plan.kind,
        "Instance scope": plan.instance_scope,
        "Shares the namespace of": plan.shares_namespace_of,
    }
    rows = [(name, code(value)) for name, value in facts.items() if value]
    counts = f"{plural(len(plan.steps), 'step')}, {plural(len(plan.objects), 'object')}"
    return table(("", ""), [*rows, ("Plan", counts)])


def _steps(plan: Plan) -> str:
    wording = Wording(plan)
    rows = ((code(step.phase), code(step.id), code(wording.detail(step)), _needs(step.needs)) for step in plan.steps)
    return "## Steps\n\n" + table(("Phase", "Step", "What", "Waits for"), rows)


def _needs(needs: Sequence[str]) -> str:
    return code(some(needs, "step"), 400)


def _secrets(plan: Plan) -> str:
    wording = Wording(plan)
    rows = [
        (code(step.name), code(step.unit), code(wording.detail(step)))
        for step in plan.steps
        if isinstance(step, EnsureSecret)
    ]
    return "## Secrets that must exist\n\n" + table(("Secret", "Unit", "Keys"), rows) if rows else ""


def _images(plan: Plan) -> str:
    rows = [
        (code(name), image.type, code(image.reference or "", 200), code((image.content or "")[:19]))
        for name, image in sorted(plan.inputs.images.items())
    ]
    return "## Images\n\n" + table(("Image", "Type", "Reference", "Content"), rows) if rows else ""


def _omitted(plan: Plan) -> str:
    rows = [
        (item.action, code(f"{item.kind} {item.name}"), code(item.unit), code(item.reason, 300))
        for item in plan.omitted
    ]
    return "## Left out or narrowed\n\n" + table(("", "Object", "Unit", "Why"), rows) if rows else ""


def _variables(plan: Plan) -> str:
    inputs = plan.inputs
    rows = [*_public(inputs.public_variables.items()), *((code(name), "by name only") for name in inputs.variables)]
    return "## Variables that were read\n\n" + table(("Variable", "Value"), sorted(rows)) if rows else ""


def _public(variables: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((code(name), code(value)) for name, value in variables)
