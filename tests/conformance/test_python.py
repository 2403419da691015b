"""The stack `python` on real processes: uvicorn."""

from __future__ import annotations

from pathlib import Path

from envwright_testing.conformance import StackConformance
from envwright_testing.provide.python import python_packages
from envwright_testing.service import Answer, Change, Edit, FixtureService

SERVICES = Path(__file__).parent / "services"


class TestUvicorn(StackConformance):
    stack = "python"
    service = FixtureService(
        folder=SERVICES / "uvicorn",
        answer=Answer(text="first"),
        edit=Change(Answer(text="second"), edits=(Edit("app.py", '"first"', '"second"'),)),
        new=Change(Answer("/about", "a new page"), files={"pages/about.py": 'TEXT = "a new page"\n'}),
        broken=Edit("app.py", "async def home", "async def home("),
        lockfile=Edit("requirements.txt", "idna==", "idna==9999."),
        provide=python_packages(),
    )
