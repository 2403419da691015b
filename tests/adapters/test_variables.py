"""Passed variables: options, env files and the process environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright.adapters.variables import passed_variables, public_names, read_env_file
from envwright.model.diagnostic import Diagnostic
from envwright.model.wrong_call import WrongCall
from tests.support.stacks import refused


def env_file(folder: Path, text: str | bytes) -> str:
    file = folder / "some.env"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


def fault(*arguments: object, call: object = passed_variables) -> Diagnostic:
    (found,) = refused(call, *arguments)
    assert found.code == "EW901"
    return found


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("A=", ""),
        ("A=b=c", "b=c"),
        ("  A = b  ", "b"),
        ("export A=b", "b"),
        ("A=b # comment", "b"),
        ("A=b#c", "b#c"),
        ("A='b # c'", "b # c"),
        ("A='b\\n' # comment", "b\\n"),
        ('A="b\\n\\tc"', "b\n\tc"),
        ('A="b\\"c\\\\n"', 'b"c\\n'),
        ('A="\\\\\\\\"', "\\\\"),
        ('A="\\x"', "\\x"),
        ("A=''", ""),
        ("A=$HOME ${HOME}", "$HOME ${HOME}"),
        ("A=ж 📖", "ж 📖"),
        ("A=one\u2028two", "one\u2028two"),
        ("A=b\r", "b"),
        ("\ufeffA=b", "b"),
    ],
)
def test_lines_of_an_env_file(tmp_path: Path, line: str, value: str) -> None:
    assert read_env_file(env_file(tmp_path, f"{line}\n# comment\n\n")) == {"A": value}


@pytest.mark.parametrize(
    "line",
    [
        "canary",
        "1A=canary",
        "A-B=canary",
        "=canary",
        "A='canary",
        'A="canary\\"',
        "A='a'canary",
        "export",
        "A B=canary",
    ],
)
def test_other_lines_are_refused_at_their_place_without_the_value(tmp_path: Path, line: str) -> None:
    file = env_file(tmp_path, f"OK=1\n{line}\n")
    found = fault(file, call=read_env_file)
    assert str(found.where) == f"{file}:2:1"
    assert "canary" not in f"{found.summary} {found.hint} {found.detail}"


@pytest.mark.parametrize("name", ["missing.env", ".", "latin.env"])
def test_a_file_that_cannot_be_read_is_a_wrong_call(tmp_path: Path, name: str) -> None:
    (tmp_path / "latin.env").write_bytes(b"A=\xff")
    assert "cannot be read" in fault(str(tmp_path / name), call=read_env_file).summary


def test_later_ones_win_and_options_over_files_over_the_environment(tmp_path: Path) -> None:
    first, second = tmp_path / "1.env", tmp_path / "2.env"
    first.write_text("A=first\nB=first\nC=first\nD=first\n")
    second.write_text("A=second\nB=second\n")
    environ = dict.fromkeys("ADEF", "environment")
    found = passed_variables(["A=1", "A=2"], [str(first), str(second)], ["[A-E]"], environ)
    assert found == {"A": "2", "B": "second", "C": "first", "D": "first", "E": "environment"}


def test_nothing_of_the_environment_is_passed_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY_ONE", "1")
    assert passed_variables([], [], []) == {}
    assert passed_variables([], [], ["CANARY_*"]) == {"CANARY_ONE": "1"}
    assert passed_variables([], [], ["canary_*"]) == {}


@pytest.mark.parametrize("option", ["A", "", "=b", "1A=b", "A-B=c", "A.B=c", " A=b", "ж=b"])
def test_options_that_are_no_pair_are_refused(option: str) -> None:
    assert fault([option], [], []).summary == "--var takes NAME=VALUE"


def test_a_value_that_is_not_utf_8_is_refused_by_name() -> None:
    assert fault(["A=\udcff"], [], []).summary == "the value of A is not UTF-8"
    assert fault([], [], ["X"], {"X": "\udcff"}).summary == "the value of X is not UTF-8"


def test_a_wrong_call_exits_with_2() -> None:
    with pytest.raises(WrongCall):
        passed_variables(["A"], [], [])


def test_public_names_match_globs() -> None:
    variables = {"PUBLIC_A": "", "PUBLIC_B": "", "SECRET": ""}
    assert public_names(variables, ["PUBLIC_*"]) == {"PUBLIC_A", "PUBLIC_B"}
    assert public_names(variables, ["SECRET", "NOT_PASSED"]) == {"SECRET"}
    assert public_names(variables, []) == frozenset()
