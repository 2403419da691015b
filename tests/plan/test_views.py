"""How a plan and a transition are shown.

`pytest tests/plan/test_views.py --force-regen` refreshes the committed pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pytest_regressions.file_regression import FileRegressionFixture

from envwright.model.contract.environment import Environment
from envwright.model.plan import Plan
from envwright.model.rendered import Omission
from envwright.model.resolved import ResolvedImage
from envwright.model.step import EnsureSecret, RunJob
from envwright.plan.reading import read_plan
from envwright.plan.transition import compute_transition
from envwright.plan.tree import Tree, rendered_tree
from envwright.plan.views.changes import summary, transition_markdown, transition_text
from envwright.plan.views.escape import dot_label, markdown_code, markdown_link, mermaid_label, visible
from envwright.plan.views.forms import VIEWS
from envwright.plan.views.markdown import MOST_ROWS, plan_markdown
from envwright.plan.views.text import ASCII, plain, plan_text
from envwright.plan.views.wording import duration
from envwright.plan.writing import plan_bytes
from tests.plan.test_transition import claim, ingress, mounting
from tests.plan.trees import tree
from tests.support.plans import deployment, environment, job, layout_of, plan_of, secret, shop, thing, unit

ENDINGS = {"text": ".txt", "json": ".json", "markdown": ".md", "mermaid": ".mmd", "dot": ".dot"}


def shown() -> Plan:
    return plan_of(
        *shop(),
        secrets=[secret("db", {"name": "user"}, {"name": "password", "generate": {"length": 32}})],
        omissions=[
            Omission("base", "v1", "Namespace", "", "shop-ai-7", "platform", "it belongs to the platform"),
            Omission("redis", "v1", "Service", "shop-production", "redis", "owner", "main has it"),
        ],
        variables=["SMTP_HOST", "LOG_LEVEL"],
        public_variables={"LOG_LEVEL": "info"},
        declared=Environment(kind="production", shares_namespace_of="main"),
    )


def shown_tree() -> Tree:
    return rendered_tree(shown(), plan_bytes(shown()), layout_of(*shop()))


@pytest.mark.parametrize("form", VIEWS)
def test_a_view_is_what_is_committed(form: str, file_regression: FileRegressionFixture) -> None:
    text = VIEWS[form](shown_tree(), plain)
    file_regression.check(text, extension=ENDINGS[form], encoding="utf-8", newline="")


def test_the_json_view_is_plan_json() -> None:
    assert VIEWS["json"](shown_tree(), plain).encode() == plan_bytes(shown())


def test_a_tree_without_unicode() -> None:
    text = plan_text(shown(), glyphs=ASCII)
    assert text.isascii()
    assert "|  `- wait-ready Service, StatefulSet, up to 10m" in text


def test_a_style_is_given_every_role_and_no_line_breaks() -> None:
    seen: dict[str, set[str]] = {}

    def style(text: str, role: str) -> str:
        seen.setdefault(role, set()).add(text)
        return f"<{text}>"

    text = plan_text(shown(), style)
    assert set(seen) == {"title", "phase", "unit", "verb", "needs"}
    assert seen["phase"] == {"stateful", "migrations", "internal", "edge", "frontend"}
    assert "<apply> Deployment redis  <← ensure-secret/db>" in text


def test_long_needs_are_cut() -> None:
    backs = [unit(f"back-{number}", "internal") for number in range(9)]
    text = plan_text(plan_of(*backs, unit("front", "frontend")))
    assert "← wait-ready/back-0, wait-ready/back-1, wait-ready/back-2, wait-ready/back-3 and 5 more steps\n" in text


def test_a_phase_that_one_step_closes() -> None:
    units = [unit(f"{phase}-{number}", phase) for phase in ("internal", "edge") for number in range(2)]
    text = plan_text(plan_of(*units))
    assert "└─ wait-ready all of the phase  ← wait-ready/internal-0, wait-ready/internal-1\n" in text


def test_a_job_says_what_it_runs_on_which_data_and_when() -> None:
    schema = job("api-schema", "api:1", container={"command": ["migrate", "up"], "args": ["--to", "a b"]})
    check = job("api-check", "api:2", purpose="hook", container={"command": ["sh", "-c", "x" * 90]})
    jobs = [schema._replace(target="data-db-0"), check._replace(run_on="always")]
    made = tree(unit("api", "internal", jobs=jobs))
    text = VIEWS["text"](made, plain)
    assert "run-job migration schema, on change, up to 10m, data in data-db-0: api:1 migrate up --to 'a b'" in text
    assert f"run-job hook check, always, up to 10m: api:2 sh -c {'x' * 53}…" in text
    page = VIEWS["markdown"](made, plain)
    assert "data in data-db-0: api:1 migrate up --to 'a b'`](manifests/migrations/api/job-api-schema.yaml)" in page


def test_a_step_links_to_its_manifests_or_where_they_are_many_to_their_directory() -> None:
    few = [thing("ConfigMap", f"c-{number}") for number in range(4)]
    page = plan_markdown(plan_of(unit("a", "internal", *few), unit("b", "edge", *few, deployment("b"))))
    links = ", ".join(f"[`ConfigMap c-{each}`](manifests/internal/a/configmap-c-{each}.yaml)" for each in range(4))
    assert f"| `apply/a` | {links} |" in page
    assert "| `apply/b` | [`4 ConfigMap, Deployment`](manifests/edge/b) |" in page
    assert "| `wait-ready/b` | [`Deployment, up to 10m`](manifests/edge/b/deployment-b.yaml) |" in page


@given(st.text(alphabet=st.sampled_from("/.:\\()[]<>`|% \na\u202eé")))
def test_a_link_stays_beside_the_page(path: str) -> None:
    (paragraph,) = MarkdownIt("commonmark").parse(markdown_link("`x`", f"manifests/{path}"))[1:2]
    opened, label, closed = paragraph.children or ()
    assert (opened.type, label.content, closed.type) == ("link_open", "x", "link_close")
    assert re.fullmatch(r"manifests(/(?!\.\.?(/|$))[\w.%-]+)*", str(opened.attrGet("href")))


def test_a_slot_says_its_number() -> None:
    assert plan_text(plan_of(unit("a"), environment="ai", slot=7)).startswith("shop ai slot 7\n")


def test_a_very_long_plan_is_cut_for_reviewers() -> None:
    text = plan_markdown(plan_of(*(unit(f"u-{number}") for number in range(MOST_ROWS))))
    assert f"And {MOST_ROWS + 1} more rows." in text
    assert len(text) < 100_000


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (59, "59s"), (90, "1m30s"), (600, "10m"), (3600, "1h"), (5430, "1h30m30s")]
)
def test_durations(seconds: int, text: str) -> None:
    assert duration(seconds) == text


def changed() -> Any:
    before = tree(
        unit("old", "edge", ingress("gateway", "shop.test"), mounting("files", "data"), claim("data", "ReadWriteOnce")),
        unit("api", "internal", deployment("api"), thing("Service", "api"), thing("ConfigMap", "gone")),
        images={"api": ResolvedImage(type="external", reference="api:1")},
    )
    api = deployment("api", "api:2", strategy={"type": "Recreate"})
    after = tree(
        unit("new", "edge", ingress("gateway-2", "shop.test"), mounting("files-2", "data")),
        unit("api", "edge", api, thing("Service", "api", spec={"clusterIP": "None"}), thing("ConfigMap", "settings")),
        *shop()[2:3],
        images={"api": ResolvedImage(type="external", reference="api:2")},
    )
    return compute_transition(before, after)


@pytest.mark.parametrize(
    ("view", "ending"), [(transition_text, ".txt"), (transition_markdown, ".md")], ids=["text", "markdown"]
)
def test_a_transition_is_what_is_committed(
    view: Callable[[Any], str], ending: str, file_regression: FileRegressionFixture
) -> None:
    file_regression.check(view(changed()), extension=ending, encoding="utf-8", newline="")


def test_no_changes() -> None:
    same = tree(unit("a"))
    assert summary(compute_transition(same, same)) == "no changes"


def test_a_style_colours_lines_by_their_sign() -> None:
    text = transition_text(changed(), lambda text, sign: f"[{sign}] {text}")
    assert "[create] + ConfigMap shop-production/settings of api\n" in text
    assert "[delete] - ConfigMap shop-production/gone of api\n" in text


# what strangers may write into names and values

HOSTILE = [
    "a|b",
    "a`b``c",
    "\\|",
    "ends with \\",
    "line\nbreak\r\n## heading",
    "<script>alert(1)</script>",
    "<!-- ",
    "@everyone and @org/team",
    "https://evil.example/ www.evil.example someone@evil.example #1",
    "[text](https://evil.example) ![image](https://evil.example)",
    "\x1b[31mred\x1b[0m\x1b]8;;https://evil.example\x07",
    "\u202etxt.exe \u2066\u200b",
    '"]; evil["',
    '"]\n  end\n  click s0 "https://evil.example"',
    "#quot;&quot;&#34;",
    '\\"; } digraph {',
    "\\N\\G",
    "x" * 5_000,
    "\ud800",
    " ",
    "",
    "---",
    "%%{init: {}}%%",
]


def hostile_plan(text: str) -> Plan:
    plan = plan_of(
        unit("a", "internal", deployment("a"), jobs=[job("a-x")], secrets=[secret("db", unit="a")]),
        omissions=[Omission("a", "v1", "Role", "", "x", action, "x") for action in ("dropped", "owner")],
        variables=["A"],
        public_variables={"B": "x"},
        images={"api": ResolvedImage(type="external", reference="x")},
    )
    # the engine refuses such names, a plan from elsewhere may have them
    steps = tuple(
        step.but(id=f"{step.id}{text}", phase=step.phase and text, unit=step.unit and text, needs=())
        for step in plan.steps
    )
    steps = tuple(step.but(target=text) if isinstance(step, RunJob) else step for step in steps)
    secrets = tuple(
        step.but(name=text, keys=(step.keys[0].but(name=text),)) for step in steps if isinstance(step, EnsureSecret)
    )
    others = tuple(step for step in steps if not isinstance(step, EnsureSecret))
    image = plan.inputs.images["api"].but(reference=text)
    inputs = plan.inputs.but(variables=(text,), public_variables={text: text}, images={text: image})
    omitted = tuple(item.but(kind=text, name=text, unit=text, reason=text) for item in plan.omitted)
    objects = tuple(item.but(kind=text, name=text, unit=text) for item in plan.objects)
    facts = dict.fromkeys(("project", "environment", "namespace", "domain", "shares_namespace_of"), text)
    return plan.but(steps=(*secrets, *others), inputs=inputs, omitted=omitted, objects=objects, **facts)


def hostile_tree(text: str) -> Tree:
    """Return the tree of the plan with a Job that runs what a stranger wrote."""
    content = job("a-x", text, container={"command": [text, "x"], "args": [text]}).object.content
    return Tree(hostile_plan(text), "sha256:" + "0" * 64, lambda _path: content)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:16]))
def test_markdown_says_what_it_says_whatever_strangers_write(text: str) -> None:
    _assert_shape(VIEWS["markdown"](hostile_tree(text), plain), headings=7, tables=7)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("`|\\ \n<>@*_[]()!#&;:-a\t\x1b\u202e~$")))
def test_markdown_has_its_shape_whatever_strangers_write(text: str) -> None:
    _assert_shape(VIEWS["markdown"](hostile_tree(text), plain), headings=7, tables=7)


def _assert_shape(page: str, *, headings: int, tables: int) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline", "link_open", "link_close"}
    links = [str(child.attrGet("href")) for child in inline if child.type == "link_open"]
    assert len(links) == 3  # the Deployment, twice, and the Job
    assert all(re.fullmatch(r"manifests/[\w/.%-]+", link) for link in links), links
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= {
        *("heading", "paragraph", "inline", "table", "thead", "tbody", "tr", "th", "td"),
    }
    assert sum(token.type == "heading_open" for token in tokens) == headings
    assert sum(token.type == "table_open" for token in tokens) == tables
    outside = "".join(child.content for child in inline if child.type == "text")
    assert re.fullmatch(r"[A-Za-z0-9 ,.;:%`–-]*", outside), outside


@pytest.mark.parametrize("text", [each for each in HOSTILE if each], ids=lambda text: repr(text[:16]))
def test_a_tree_has_its_lines_whatever_strangers_write(text: str) -> None:
    lines = VIEWS["text"](hostile_tree(text), plain).removesuffix("\n").split("\n")
    assert len(lines) == len(VIEWS["text"](hostile_tree("x"), plain).splitlines())
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines)) < 1_000


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:16]))
def test_mermaid_has_its_nodes_whatever_strangers_write(text: str) -> None:
    safe = r'"[\w .:/#;-]*"'
    line = rf"flowchart LR|  subgraph p\d+\[{safe}\]|  end|(  ){{1,2}}s\d+\[{safe}\]|  s\d+ --> s\d+"
    for each in VIEWS["mermaid"](hostile_tree(text), plain).removesuffix("\n").split("\n"):
        assert re.fullmatch(line, each), each


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:16]))
def test_dot_has_its_nodes_whatever_strangers_write(text: str) -> None:
    quoted = r'"(?:[^"\\]|\\["\\])*"'
    line = rf"digraph {quoted} \{{|  rankdir=LR;|  node \[shape=box\];|  subgraph cluster_\d+ \{{|    label={quoted};"
    line += rf"|(  ){{1,2}}s\d+ \[label={quoted}\];|  s\d+ -> s\d+;|  \}}|\}}"
    for each in VIEWS["dot"](hostile_tree(text), plain).removesuffix("\n").split("\n"):
        assert re.fullmatch(line, each), each


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:16]))
def test_a_transition_has_its_shape_whatever_strangers_write(text: str) -> None:
    found = changed()
    replaced = {
        field: tuple(item.but(name=text, unit=text) for item in getattr(found, field))
        for field in ("created", "changed", "deleted", "kept", "moved", "replaced", "disruptive")
    }
    hostile = found.but(**replaced, runs=(text,), images=tuple(item.but(after=text) for item in found.images))
    tokens = MarkdownIt("commonmark").enable("table").parse(transition_markdown(hostile))
    inline = {child.type for token in tokens for child in token.children or ()}
    assert inline == {"text", "code_inline"}
    assert len(transition_text(hostile).split("\n")) == len(transition_text(found).split("\n"))
    assert all(line.isprintable() for line in transition_text(hostile).split("\n"))


def test_escapes() -> None:
    assert visible("a\x1b[0m\n") == r"a\x1b[0m\n"
    assert visible("abcdef", 4) == "abc…"
    assert visible("Привет 🎉") == "Привет 🎉"
    assert markdown_code("a|b`c") == r"`a\x7cb\x60c`"
    assert markdown_code(" ") == "–"
    assert mermaid_label('a"b') == '"a#34;b"'
    assert dot_label('a"\\N') == '"a\\"\\\\N"'


def test_a_view_of_a_plan_that_was_read_back_is_the_same() -> None:
    assert plan_text(read_plan(plan_bytes(shown()))) == plan_text(shown())
    assert json.loads(plan_bytes(shown()))["namespace"] == environment().namespace
