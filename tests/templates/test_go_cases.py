"""A table of templates: what Go's text/template makes of them is recorded, and compared with Go where it is there.

After a change of the table, `pytest tests/templates/test_go_cases.py --force-regen` records anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from envwright.model.diagnostic import Refused
from tests.templates.examples import DATA, ENVIRON, go
from tests.templates.go_cases import CASES, DIFFERENT, REFUSED
from tests.templates.go_oracle import Oracle

RECORD = Path(__file__).with_name("go_answers.json")
STRICTER = {"EW204", "EW205", "EW212"}
ALL = [template for templates in CASES.values() for template in templates]


def recorded() -> dict[str, list[object]]:
    return json.loads(RECORD.read_text(encoding="utf-8"))


def test_the_record_is_what_go_answers(oracle: Oracle, request: pytest.FixtureRequest) -> None:
    answers = {}
    for template in ALL:
        answer = oracle.ask(template, DATA, ENVIRON)
        answers[template] = [answer.output, answer.line]
    if request.config.getoption("--force-regen"):
        lines = ",\n".join(
            f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in answers.items()
        )
        RECORD.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    assert recorded() == answers


@pytest.mark.parametrize("about", CASES)
def test_older_formats_do_what_go_does(about: str) -> None:
    answers = recorded()
    for template in CASES[about]:
        output, line = answers[template]
        if output is not None:
            assert go(template, strict=False) == output, template
            continue
        with pytest.raises(Refused) as refused:
            go(template, strict=False)
        where = refused.value.diagnostics[0].where
        assert where is not None
        # Go names the end of the file where a block is not closed, the engine the block
        assert line == where.line or "no end" in str(refused.value), template


@pytest.mark.parametrize("about", CASES)
def test_v1_does_what_go_does_or_refuses(about: str) -> None:
    answers = recorded()
    for template in CASES[about]:
        output, _ = answers[template]
        found, codes = attempt(template)
        if found is not None or not codes <= STRICTER:
            assert found == output, template


def attempt(template: str) -> tuple[str | None, set[str]]:
    """Return the output and the codes of the errors, in strict mode."""
    try:
        return go(template), set()
    except Refused as refused:
        return None, {item.code for item in refused.diagnostics}


@pytest.mark.parametrize("template", REFUSED)
def test_deviations_that_are_refused(template: str, oracle: Oracle) -> None:
    assert oracle.ask(template, DATA, ENVIRON).output is not None, "Go refuses it too: no deviation"
    with pytest.raises(Refused):
        go(template, strict=False)


@pytest.mark.parametrize("template", DIFFERENT)
def test_deviations_that_answer_differently(template: str, oracle: Oracle) -> None:
    assert oracle.ask(template, DATA, ENVIRON).output != go(template, strict=False)
