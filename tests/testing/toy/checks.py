"""What the author of the stack `toy` has written. `FLAW` in the environment is handed to its service."""

from __future__ import annotations

import os
from pathlib import Path

import installs
import toy

from envwright_testing.conformance import StackConformance
from envwright_testing.provide.programs import programs
from envwright_testing.service import Answer, Change, Edit, FixtureService

SERVICE = FixtureService(
    folder=Path(__file__).parent / "service",
    answer=Answer(text="first"),
    edit=Change(Answer(text="second"), edits=(Edit("home.txt", "first", "second"),)),
    new=Change(Answer("/about.txt", "a new page"), files={"about.txt": "a new page"}),
    broken=(Edit("home.txt", "first", "{"),),
    lockfile=Edit("packages.txt", "one==1", "one==2"),
    provide=programs(os.environ.get("NEEDED", "python3")),
    env={"FLAW": os.environ.get("FLAW", ""), "WRITTEN": os.environ.get("WRITTEN", "")},
)


class TestToy(StackConformance):
    stack = "toy"
    plugins = (toy,)
    service = SERVICE
    patience = float(os.environ.get("PATIENCE", "60"))


class TestInstalls(StackConformance):
    stack = "toy"
    plugins = (installs,)
    service = SERVICE._replace(installed=Answer("/packages.txt", "one==2"))
