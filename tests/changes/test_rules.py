"""Which rule a changed file falls under, and what follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.changes.shop import effects, rules, shop, told

# path: the units with what follows, in production and in a slot
TABLE = {
    "services/api/shop/app.py": ({"api": "rebuild", "reports": "rebuild"}, {"api": "hot-reload", "reports": "rebuild"}),
    "services/api/shop/settings.py": (
        {"api": "rebuild", "reports": "rebuild"},
        {"api": "restart", "reports": "rebuild"},
    ),
    "services/api/requirements.txt": (
        {"api": "rebuild", "reports": "rebuild"},
        {"api": "rebuild", "reports": "rebuild"},
    ),
    "services/api/Dockerfile": ({"api": "rebuild", "reports": "rebuild"}, {"api": "rebuild", "reports": "rebuild"}),
    "services/api/.dockerignore": ({"api": "rebuild", "reports": "rebuild"}, {"api": "rebuild", "reports": "rebuild"}),
    "services/api/notes/todo.txt": ({"api": "none"}, {"api": "none"}),
    "services/api/README.md": ({"api": "rebuild", "reports": "rebuild"}, {"api": "none", "reports": "rebuild"}),
    "services/api/shop/migrations/0001.py": (
        {"api": "migrate rebuild", "web": "restart", "reports": "rebuild restart"},
        {"api": "migrate rebuild", "web": "restart", "reports": "rebuild restart"},
    ),
    "services/api/sql/1.sql": (
        {"api": "migrate rebuild", "web": "restart", "reports": "rebuild restart"},
        {"api": "migrate rebuild", "web": "restart", "reports": "rebuild restart"},
    ),
    "services/api/reports.yaml.tpl": ({"reports": "re-render", "api": "none"}, {"reports": "re-render", "api": "none"}),
    "libs/money/money.py": ({"api": "rebuild"}, {"api": "rebuild"}),
    "base/etc/motd": ({"web": "rebuild"}, {"web": "rebuild"}),
    "web/index.html": ({"web": "rebuild"}, {"web": "rebuild"}),
    "proxy/README.md": ({"proxy": "restart"}, {"proxy": "restart"}),
    "proxy/nginx.conf": ({"proxy": "re-render restart"}, {"proxy": "re-render restart"}),
    "deploy/postgres.yaml.tpl": ({"postgres": "re-render"}, {"postgres": "re-render"}),
    "docs/guide.md": ({}, {}),
    "elsewhere/unknown": ({}, {}),
}


@pytest.mark.parametrize("path", TABLE)
def test_what_follows_from_a_file(path: str, tmp_path: Path) -> None:
    world = shop(tmp_path)
    production, slot = TABLE[path]
    assert effects(told(world, "production", path)) == production
    assert effects(told(world, "ai", path)) == slot


def test_the_rule_says_whose_it_is(tmp_path: Path) -> None:
    world = shop(tmp_path)
    paths = ("services/api/shop/app.py", "libs/money/money.py", "services/api/notes/todo.txt", "proxy/README.md")
    changes = told(world, "ai", *paths)
    assert rules(changes, paths[0]) == ["api hot-reload: stack **/*.py", "reports rebuild: image services/api"]
    assert rules(changes, paths[1]) == ["api rebuild: inputs libs/money/**"]
    assert rules(changes, paths[2]) == ["api none: image services/api/.dockerignore"]
    assert rules(changes, paths[3]) == ["proxy restart: inputs proxy/**"]


def test_a_file_that_only_the_ignore_file_could_leave_out_says_so(tmp_path: Path) -> None:
    (file,) = told(shop(tmp_path), "production", "services/api/README.md").files
    assert ".dockerignore could leave it out" in file.matches[0].rule.why


def test_the_heaviest_unit_comes_first(tmp_path: Path) -> None:
    changes = told(shop(tmp_path), "ai", "services/api/shop/app.py", "deploy/postgres.yaml.tpl", "proxy/README.md")
    assert [unit.name for unit in changes.units] == ["postgres", "reports", "proxy", "api"]
    assert changes.effect == "re-render"


def test_who_waits_is_named(tmp_path: Path) -> None:
    changes = told(shop(tmp_path), "production", "deploy/postgres.yaml.tpl")
    assert changes.units[0].dependents == ("api", "reports", "web")


def test_an_image_on_another_one_is_another_one_too(tmp_path: Path) -> None:
    changes = told(shop(tmp_path), "production", "base/etc/motd")
    assert [(image.name, image.base, image.units) for image in changes.images] == [
        ("base", "", ()),
        ("web", "base", ("web",)),
    ]
    assert changes.units[0].reasons[0].source == "image web"


def test_a_version_whose_files_changed_is_named(tmp_path: Path) -> None:
    (version,) = told(shop(tmp_path), "production", "services/api/shop/app.py").versions
    assert (version.name, version.before, version.after, version.due) == ("api", None, "1.0", False)
    assert not told(shop(tmp_path), "production", "web/index.html").versions


def test_what_was_rendered_is_no_content(tmp_path: Path) -> None:
    world = shop(tmp_path)
    for name in ("plan.json", "PLAN.md", "transition.json"):
        (tmp_path / "web/out").mkdir(exist_ok=True)
        (tmp_path / "web/out" / name).write_text("{}")
    assert effects(told(world, "production", "web/out/manifests/a.yaml", "web/outer")) == {"web": "rebuild"}
    assert effects(told(world, "production", "web/out/manifests/a.yaml")) == {}


def test_a_stack_below_the_top_of_its_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    world = shop(tmp_path / "deploy/stacks")
    text = (tmp_path / "deploy/stacks/services.yaml").read_text()
    (tmp_path / "deploy/stacks/services.yaml").write_text(text.replace("context: web,", "context: ../..,"))
    changes = told(world, "production", "deploy/stacks/proxy/README.md", "src/main.c")
    assert [file.path for file in changes.files] == ["../../src/main.c", "proxy/README.md"]
    assert effects(changes) == {"web": "rebuild", "proxy": "restart"}
    assert [file.images for file in changes.files] == [("web",), ("web",)]


def test_an_absolute_path_is_taken_as_such(tmp_path: Path) -> None:
    assert effects(told(shop(tmp_path), "production", str(tmp_path / "proxy/README.md"))) == {"proxy": "restart"}
