from __future__ import annotations

import json

from envwright.model.diagnostic import Related, diagnostic
from envwright.model.mark import Mark
from envwright.report.data import as_github, as_json, as_sarif

ITEM = diagnostic(
    "error",
    "EW104",
    "unknown component: 100%,\nreally",
    Mark("a,b:c.yaml", 4, 7, 3),
    hint="fix it",
    related=[Related("here", Mark("x.yaml", 1, 2))],
)


def test_json_holds_everything() -> None:
    (found,) = json.loads(as_json([ITEM]))["diagnostics"]
    assert found["where"] == {"file": "a,b:c.yaml", "line": 4, "column": 7, "width": 3}
    assert found["related"] == [{"message": "here", "where": {"file": "x.yaml", "line": 1, "column": 2, "width": 1}}]
    assert (found["code"], found["severity"], found["hint"]) == ("EW104", "error", "fix it")


def test_json_of_nothing_is_an_empty_list() -> None:
    assert json.loads(as_json([])) == {"diagnostics": []}


def test_sarif_names_rules_once_and_places_in_characters() -> None:
    log = json.loads(as_sarif([ITEM, ITEM, diagnostic("warning", "EW020", "no place")]))
    (run,) = log["runs"]
    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["EW020", "EW104"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 7, "endColumn": 10}
    assert "locations" not in run["results"][2]
    assert run["results"][2]["level"] == "warning"


def test_workflow_commands_are_escaped() -> None:
    assert as_github([ITEM]) == (
        "::error file=a%2Cb%3Ac.yaml,line=4,col=7,title=EW104::unknown component: 100%25,%0Areally%0Afix it\n"
    )
    assert as_github([diagnostic("warning", "EW020", "x")]) == "::warning title=EW020::x\n"
