"""The stack `command` on real processes: a reloader that the service itself names."""

from __future__ import annotations

from pathlib import Path

from envwright_testing.conformance import StackConformance
from envwright_testing.provide.python import python_packages
from envwright_testing.service import Answer, Change, Edit, FixtureService


class TestCommand(StackConformance):
    stack = "command"
    service = FixtureService(
        folder=Path(__file__).parent / "services/command",
        answer=Answer(text="first"),
        edit=Change(Answer(text="second"), edits=(Edit("src/server.py", '"first"', '"second"'),)),
        new=Change(Answer("/about", "a new page"), files={"src/about.txt": "a new page"}),
        broken=(Edit("src/server.py", "def do_GET", "def do_GET("),),
        lockfile=Edit("requirements.txt", "idna==", "idna==9999."),
        provide=python_packages(),
        settings={"command": ["watchfiles", "--filter", "python", "python src/server.py", "src"]},
        detected=False,
    )
