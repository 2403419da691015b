"""The stacks `node` (node --watch, tsx, nodemon) and `vite` on real processes."""

from __future__ import annotations

from pathlib import Path

from envwright_testing.conformance import StackConformance
from envwright_testing.provide.node import node_packages
from envwright_testing.service import Answer, Change, Edit, FixtureService

SERVICES = Path(__file__).parent / "services"


class TestNode(StackConformance):
    stack = "node"
    service = FixtureService(
        folder=SERVICES / "node",
        answer=Answer(text="first, 1m"),
        edit=Change(Answer(text="second"), edits=(Edit("pages/home.js", '"first"', '"second"'),)),
        new=Change(
            Answer("/about", "a new page"),
            edits=(
                Edit("server.js", "import { home }", 'import { about } from "./pages/about.js";\nimport { home }'),
                Edit("server.js", "home };", 'home, "/about": about };'),
            ),
            files={"pages/about.js": 'export const about = "a new page";\n'},
        ),
        broken=(Edit("pages/home.js", "const home", "const const home"),),
        lockfile=Edit("package-lock.json", '"2.1.3"', '"2.1.4"'),
        provide=node_packages(),
    )


class TestTsx(StackConformance):
    stack = "node"
    service = FixtureService(
        folder=SERVICES / "tsx",
        answer=Answer(text="first, 1m"),
        edit=Change(Answer(text="second"), edits=(Edit("src/home.ts", '"first"', '"second"'),)),
        new=Change(
            Answer("/about", "a new page"),
            edits=(
                Edit("src/server.ts", "import { home }", 'import { about } from "./about.js";\nimport { home }'),
                Edit("src/server.ts", "home };", 'home, "/about": about };'),
            ),
            files={"src/about.ts": 'export const about: string = "a new page";\n'},
        ),
        broken=(Edit("src/home.ts", "const home", "const const home"),),
        lockfile=Edit("package-lock.json", '"2.1.3"', '"2.1.4"'),
        provide=node_packages(),
    )


class TestNodemon(StackConformance):
    stack = "node"
    service = FixtureService(
        folder=SERVICES / "nodemon",
        answer=Answer(text="first"),
        edit=Change(Answer(text="second"), edits=(Edit("src/home.page.js", '"first"', '"second"'),)),
        new=Change(Answer("/about", "a new page"), files={"src/about.page.js": 'module.exports = "a new page";\n'}),
        broken=(Edit("src/home.page.js", "module.exports", "module module.exports"),),
        lockfile=Edit("package-lock.json", '"lockfileVersion": 3', '"lockfileVersion": 2'),
        provide=node_packages(),
    )


class TestVite(StackConformance):
    stack = "vite"
    service = FixtureService(
        folder=SERVICES / "vite",
        answer=Answer("/src/home.ts", 'home = "first"'),
        edit=Change(Answer("/src/home.ts", 'home = "second"'), edits=(Edit("src/home.ts", '"first"', '"second"'),)),
        new=Change(
            Answer("/src/about.ts", 'about = "a new page"'),
            files={"src/about.ts": 'export const about: string = "a new page";\n'},
        ),
        broken=(Edit("src/home.ts", "const home", "const const home"),),
        lockfile=Edit("package-lock.json", '"lockfileVersion": 3', '"lockfileVersion": 2'),
        provide=node_packages(),
    )
