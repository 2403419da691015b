"""What follows from a changed file, by each stack's rules."""

from __future__ import annotations

import pytest

from envwright.model.language import Effect
from envwright.pipeline.change_rules import OTHERWISE, rule_for
from tests.plugins.stacks.making import STACKS

EVERYWHERE: dict[str, Effect] = {
    "README.md": "none",
    "docs/usage/start.md": "none",
    "Dockerfile": "rebuild",
    "deploy/api.Dockerfile": "rebuild",
    ".dockerignore": "rebuild",
}
OF: dict[str, dict[str, Effect]] = {
    "command": {"tests/run.sh": "none", "src/a/b.pl": "hot-reload", "config/app.ini": "restart", "data.bin": "rebuild"},
    "go": {
        "main.go": "hot-reload",
        "internal/cart/cart.go": "hot-reload",
        "internal/cart/cart_test.go": "none",
        "go.sum": "rebuild",
        "migrations/0001_start.sql": "migrate",
        "web/page.html": "hot-reload",
        "assets/logo.svg": "rebuild",
    },
    "next": {
        "app/page.tsx": "hot-reload",
        "next.config.ts": "restart",
        "package.json": "rebuild",
        "app/a.css": "hot-reload",
    },
    "node": {
        "src/server.js": "hot-reload",
        "src/server.test.ts": "none",
        "package-lock.json": "rebuild",
        "tsconfig.json": "restart",
        "prisma/migrations/1/migration.sql": "migrate",
        ".env.local": "restart",
    },
    "php": {
        "public/index.php": "hot-reload",
        "composer.lock": "rebuild",
        "tests/CartTest.php": "none",
        ".env": "restart",
    },
    "python": {
        "shop/app.py": "hot-reload",
        "shop/settings.py": "restart",
        "shop/migrations/0002_price.py": "migrate",
        "alembic/versions/3f_x.py": "migrate",
        "tests/test_app.py": "none",
        "shop/test_app.py": "none",
        "uv.lock": "rebuild",
        "shop/templates/a.html": "hot-reload",
        "shop/data.csv": "rebuild",
    },
    "rails": {
        "app/models/cart.rb": "hot-reload",
        "config/initializers/cors.rb": "restart",
        "db/migrate/1_create.rb": "migrate",
        "Gemfile.lock": "rebuild",
        "spec/cart_spec.rb": "none",
    },
    "rust": {"src/main.rs": "hot-reload", "Cargo.lock": "rebuild", "tests/cart.rs": "none"},
    "spring": {
        "src/main/java/shop/Cart.java": "hot-reload",
        "src/main/resources/application.yml": "restart",
        "src/main/resources/static/a.css": "hot-reload",
        "src/main/resources/db/migration/V1__start.sql": "migrate",
        "src/test/java/shop/CartTest.java": "none",
        "build.gradle.kts": "rebuild",
    },
    "static": {"public/index.html": "hot-reload", "nginx.conf": "restart"},
    "vite": {
        "src/App.tsx": "hot-reload",
        "vite.config.ts": "restart",
        "index.html": "hot-reload",
        "pnpm-lock.yaml": "rebuild",
    },
}
CASES = [(name, path, effect) for name, files in OF.items() for path, effect in {**EVERYWHERE, **files}.items()]


@pytest.mark.parametrize(("name", "path", "effect"), CASES)
def test_the_first_rule_that_matches_decides(name: str, path: str, effect: Effect) -> None:
    assert rule_for(STACKS[name].changes, path).effect == effect


@pytest.mark.parametrize("name", STACKS)
def test_each_stack_has_rules_that_say_why(name: str) -> None:
    assert name in OF, "give it a row in the table"
    rules = STACKS[name].changes
    assert {rule.effect for rule in rules} >= {"none", "rebuild", "restart", "hot-reload"}
    for rule in rules:
        rule_for([rule], "x")  # its pattern is one
        assert rule.why.endswith(rule.why.strip().rstrip("."))


def test_what_no_rule_speaks_of_is_rebuilt() -> None:
    assert rule_for((), "anything") == OTHERWISE
    assert OTHERWISE.effect == "rebuild"
