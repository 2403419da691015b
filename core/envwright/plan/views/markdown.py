"""`PLAN.md`: a plan for a reviewer. It is a function of the plan and its manifests, so it changes only when they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from envwright.model.plan import OmittedObject, Plan, PlannedImage
from envwright.model.step import Apply, EnsureSecret, Restart, Step, manifests_of
from envwright.plan.views.escape import markdown_code as code
from envwright.plan.views.escape import markdown_link as link
from envwright.plan.views.wording import (
    LONGEST_DETAIL,
    MANY,
    Read,
    Wording,
    left_and_others,
    name_of,
    plural,
    secret_detail,
    some,
    unread,
)

# beyond it nobody reads on, and forges cut the page
MOST_ROWS = 400

Item = TypeVar("Item")


def plan_markdown(plan: Plan, read: Read = unread) -> str:
    """Return the text of `PLAN.md`, with a line break at the end; `read` gives the manifests of the plan's Jobs."""
    sections = (
        _facts(plan),
        _steps(plan, Wording(plan, read)),
        _secrets(plan),
        _images(plan),
        _omitted(plan),
        _left(plan),
        _variables(plan),
    )
    heading = f"# Plan of {code(plan.project)}, {code(name_of(plan))}"
    purpose = "Made from `plan.json`, which is what the reconciler runs."
    return "\n\n".join((heading, purpose, *(section for section in sections if section))) + "\n"


def table(header: Sequence[str], items: Sequence[Item], row: Callable[[Item], Sequence[str]]) -> str:
    """Return a table with a row for each item; cells are Markdown. Items beyond MOST_ROWS are counted, not shown."""
    rows = [header, ["---"] * len(header), *map(row, items[:MOST_ROWS])]
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    if len(items) > MOST_ROWS:
        lines += ["", f"And {plural(len(items) - MOST_ROWS, 'more row')}."]
    return "\n".join(lines)


def _facts(plan: Plan) -> str:
    facts = {
        "Namespace": plan.namespace,
        "Domain": plan.domain,
        "Kind": plan.kind,
        "Instance scope": plan.instance_scope,
        "Shares the namespace of": plan.shares_namespace_of,
    }
    counts = f"{plural(len(plan.steps), 'step')}, {plural(len(plan.objects), 'object')}"
    rows = [*((name, code(value)) for name, value in facts.items() if value), ("Plan", counts)]
    return table(("", ""), rows, lambda row: row)


def _steps(plan: Plan, wording: Wording) -> str:
    def row(step: Step) -> Sequence[str]:
        return code(step.phase), code(step.id), _what(step, wording), code(some(step.needs, "step"), 400)

    return "## Steps\n\n" + table(("Phase", "Step", "What", "Waits for"), plan.steps, row)


def _what(step: Step, wording: Wording) -> str:
    """Return what a step works on, with links to its manifests, or to their directory where there are many."""
    files = manifests_of(step)
    if isinstance(step, Apply | Restart) and 0 < len(files) <= MANY:
        return ", ".join(link(code(wording.object(path)), path) for path in files)
    shown = code(wording.detail(step), LONGEST_DETAIL)
    directories = {path.rpartition("/")[0] for path in files}
    if len(directories) != 1:
        return shown
    return link(shown, files[0] if len(files) == 1 else directories.pop())


def _secrets(plan: Plan) -> str:
    secrets = [step for step in plan.steps if isinstance(step, EnsureSecret)]
    if not secrets:
        return ""

    def row(step: EnsureSecret) -> Sequence[str]:
        return code(step.name), code(step.unit), code(secret_detail(step))

    return "## Secrets that must exist\n\n" + table(("Secret", "Unit", "Keys"), secrets, row)


def _images(plan: Plan) -> str:
    images = sorted(plan.inputs.images.items())
    if not images:
        return ""

    def row(item: tuple[str, PlannedImage]) -> Sequence[str]:
        name, image = item
        return code(name), image.type, code(image.reference or "", 200), code((image.content or "")[:19])

    return "## Images\n\n" + table(("Image", "Type", "Reference", "Content"), images, row)


def _omitted(plan: Plan) -> str:
    _, omitted = left_and_others(plan)
    if not omitted:
        return ""

    def row(item: OmittedObject) -> Sequence[str]:
        return item.action, code(f"{item.kind} {item.name}"), code(item.unit), code(item.reason, 300)

    return "## Left out or narrowed\n\n" + table(("", "Object", "Unit", "Why"), omitted, row)


def _left(plan: Plan) -> str:
    left, _ = left_and_others(plan)
    if not left:
        return ""

    def row(item: OmittedObject) -> Sequence[str]:
        return code(f"{item.kind} {item.name}"), code(item.unit), code(item.reason, 300)

    heading = f"## Left to {code(plan.shares_namespace_of)}\n\n"
    return heading + table(("Object", "Unit", "Why"), left, row)


def _variables(plan: Plan) -> str:
    inputs = plan.inputs
    names = sorted({*inputs.variables, *inputs.public_variables})
    if not names:
        return ""

    def row(name: str) -> Sequence[str]:
        value = inputs.public_variables.get(name)
        return code(name), "by name only" if value is None else code(value)

    return "## Variables that were read\n\n" + table(("Variable", "Value"), names, row)
