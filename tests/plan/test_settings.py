"""What changes in the steps of a plan beside their objects."""

from __future__ import annotations

from envwright.model.transition import StepChange
from envwright.plan.settings import setting_changes
from envwright.plan.transition import compute_transition
from envwright.plan.tree import Tree
from envwright.plan.views.changes import summary, transition_markdown, transition_text
from tests.plan.trees import tree
from tests.support.plans import plan_of, secret, unit


def changes(before: Tree, after: Tree) -> list[tuple[str, str, object, object]]:
    return [(item.step, item.field, item.before, item.after) for item in setting_changes(before.plan, after.plan)]


def but(changed: Tree, step: str, **fields: object) -> Tree:
    """Return a tree whose plan has other settings in one step."""
    steps = tuple(each.but(**fields) if each.id == step else each for each in changed.plan.steps)
    return changed._replace(plan=changed.plan.but(steps=steps), digest=f"sha256:{'0' * 64}")


def test_a_wider_budget_is_told_although_no_object_changes() -> None:
    before = tree(unit("a"))
    found = compute_transition(before, but(before, "prune", max_percent=90))
    assert found.steps == (StepChange(step="prune", field="maxPercent", before=20, after=90),)
    assert (found.created, found.changed, found.runs) == ((), (), ())
    assert summary(found) == "1 step to run otherwise"
    assert "* prune: maxPercent 20 → 90\n" in transition_text(found)
    assert "### Steps that run otherwise\n\n- `prune`: `maxPercent` `20` → `90`\n" in transition_markdown(found)


def test_where_a_secret_comes_from_is_told() -> None:
    before = tree(unit("a", secrets=[secret("db")]))
    after = but(before, "ensure-secret/a/db", copy_from={"namespace": "other", "name": "db"})
    assert changes(before, after) == [("ensure-secret/a/db", "copyFrom", None, {"namespace": "other", "name": "db"})]


def test_a_secret_that_comes_or_goes_is_told() -> None:
    without, having = tree(unit("a")), tree(unit("a", secrets=[secret("db")]))
    assert changes(without, having) == [("ensure-secret/a/db", "", None, "db")]
    assert changes(having, without) == [("ensure-secret/a/db", "", "db", None)]
    text = transition_text(compute_transition(without, having))
    assert "* ensure-secret/a/db: is new\n" in text


def test_the_order_is_told_where_the_steps_are_the_same() -> None:
    before = tree(unit("a"), unit("b"))
    waiting = tree(unit("a"), unit("b", needs=["a"]))
    assert [(step, field) for step, field, _, _ in changes(before, waiting)][:1] == [("apply/b", "needs")]
    more = tree(unit("a"), unit("b", needs=["a"]), unit("c"))
    assert "needs" not in {field for _, field, _, _ in changes(before, more)}


def test_a_first_plan_changes_no_setting() -> None:
    assert list(setting_changes(None, plan_of(unit("a")))) == []


def test_a_plan_that_differs_elsewhere_is_not_called_unchanged() -> None:
    before = tree(unit("a"))
    after = before._replace(digest=f"sha256:{'0' * 64}")
    assert summary(compute_transition(before, after)) == "only the plan changes"


def test_a_unit_that_may_be_pruned_now_is_told() -> None:
    before, after = tree(unit("a", options={"prune": False})), tree(unit("a"))
    assert changes(before, after) == [("prune", "unit a", False, True)]
    assert changes(after, before) == [("prune", "unit a", True, False)]


def test_what_changes_alike_in_many_steps_is_told_once() -> None:
    before = tree(*(unit(name) for name in "abcd"))
    steps = tuple(step.but(on_failure="rollback") for step in before.plan.steps)
    after = before._replace(plan=before.plan.but(steps=steps), digest=f"sha256:{'0' * 64}")
    (line,) = [line for line in transition_text(compute_transition(before, after)).splitlines() if line[0] == "*"]
    assert line.startswith("* apply/a, wait-ready/a, apply/b, ")
    assert line.endswith(': onFailure "stop" → "rollback"')
