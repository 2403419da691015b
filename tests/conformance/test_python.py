"""The stack `python` on real processes: uvicorn, Django, Flask, and a module that is run."""

from __future__ import annotations

from pathlib import Path

from envwright_testing.conformance import StackConformance
from envwright_testing.provide.python import python_packages
from envwright_testing.service import Answer, Change, Edit, FixtureService

SERVICES = Path(__file__).parent / "services"
TEMPLATE = Change(
    Answer(text="first, by another template"),
    edits=(Edit("templates/home.html", "by a template", "by another template"),),
)


class TestUvicorn(StackConformance):
    stack = "python"
    service = FixtureService(
        folder=SERVICES / "uvicorn",
        answer=Answer(text="first"),
        edit=Change(Answer(text="second"), edits=(Edit("app.py", '"first"', '"second"'),)),
        new=Change(Answer("/about", "a new page"), files={"pages/about.py": 'TEXT = "a new page"\n'}),
        broken=(Edit("app.py", "async def home", "async def home("),),
        lockfile=Edit("requirements.txt", "idna==", "idna==9999."),
        provide=python_packages(),
    )


class TestDjango(StackConformance):
    stack = "python"
    service = FixtureService(
        folder=SERVICES / "django",
        answer=Answer(text="first, by a template"),
        edit=Change(Answer(text="second, by a template"), edits=(Edit("shop/pages.py", '"first"', '"second"'),)),
        also=(TEMPLATE,),
        new=Change(
            Answer("/about", "a new page"),
            edits=(
                Edit("shop/urls.py", "import pages", "import about, pages"),
                Edit("shop/urls.py", "= [", '= [path("about", lambda _request: HttpResponse(about.TEXT)), '),
            ),
            files={"shop/about.py": 'TEXT = "a new page"\n'},
        ),
        # runserver lives through the first and ends at the second
        broken=(Edit("shop/urls.py", "def home", "def home("), Edit("shop/settings.py", "DEBUG =", "DEBUG = (")),
        lockfile=Edit("requirements.txt", "asgiref==", "asgiref==9999."),
        provide=python_packages(),
    )


class TestFlask(StackConformance):
    stack = "python"
    service = FixtureService(
        folder=SERVICES / "flask",
        answer=Answer(text="first, by a template"),
        edit=Change(Answer(text="second, by a template"), edits=(Edit("app.py", '"first"', '"second"'),)),
        also=(TEMPLATE,),
        new=Change(Answer("/about", "a new page"), files={"pages/about.py": 'TEXT = "a new page"\n'}),
        broken=(Edit("app.py", "def home", "def home("),),
        lockfile=Edit("requirements.txt", "idna==", "idna==9999."),
        provide=python_packages(),
    )


class TestModule(StackConformance):
    stack = "python"
    service = FixtureService(
        folder=SERVICES / "module",
        answer=Answer(text="first"),
        edit=Change(Answer(text="second"), edits=(Edit("src/texts/pages.py", '"first"', '"second"'),)),
        new=Change(Answer("/about", "a new page"), files={"src/texts/page_about.py": 'TEXT = "a new page"\n'}),
        broken=(Edit("src/texts/pages.py", "PAGES = {", "PAGES = {("),),
        lockfile=Edit("requirements.txt", "idna==", "idna==9999."),
        provide=python_packages(),
    )
