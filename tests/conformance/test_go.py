"""The stack `go` on real processes: air, which builds and starts."""

from __future__ import annotations

from pathlib import Path

from envwright_testing.conformance import StackConformance
from envwright_testing.provide.go import go_programs
from envwright_testing.service import Answer, Change, Edit, FixtureService

HERE = Path(__file__).parent


class TestGo(StackConformance):
    stack = "go"
    service = FixtureService(
        folder=HERE / "services/go",
        answer=Answer(text="first"),
        edit=Change(Answer(text="second"), edits=(Edit("pages.go", '"first"', '"second"'),)),
        new=Change(
            Answer("/about", "a new page"),
            files={"about.go": 'package main\n\nfunc init() { pages["/about"] = "a new page" }\n'},
        ),
        broken=(Edit("pages.go", "var pages", "var var pages"),),
        lockfile=Edit("go.mod", "go 1.24", "go 1.25"),
        provide=go_programs(HERE / "go-tools", "github.com/air-verse/air"),
    )
