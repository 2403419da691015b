"""What the tests of this room render with."""

from __future__ import annotations

from typing import Any

from envwright.templates.render import render
from envwright.templates.scope import Scope
from envwright.templates.values import StringMap

DATA: dict[str, Any] = {
    "Project": "shop",
    "Env": "ai",
    "Slot": 7,
    "Zero": 0,
    "Negative": -3,
    "Namespace": "shop-dev-7",
    "Empty": "",
    "Blank": "  ",
    "Yes": True,
    "No": False,
    "Pi": 3.25,
    "Big": 12345678.5,
    "Null": None,
    "Text": "Grüße, 世界 🚀",
    "Lines": "a\nb\n",
    "Markup": "<a href='x'>\"1\" & 2</a>",
    "Vars": {
        "domain": "example.org",
        "replicas": 3,
        "ports": [80, 443],
        "hosts": ["a", "b", "c"],
        "nested": {"deep": {"er": "bottom"}, "list": [{"n": 1}, {"n": 2}]},
        "mixed": [1, "two", 3.5, True, None, [4, 5], {"k": "v"}],
        "none": None,
        "emptyList": [],
        "emptyMap": {},
        "flag": False,
    },
    "Versions": StringMap({"api": "1.2.3", "web-console": "v0.9.0"}),
}

ENVIRON = {"DOMAIN": "shop.example.org", "EMPTY": "", "BLANK": " ", "PORT": "8080", "PASSWORD": "correct-horse"}


def scope(*, strict: bool = True, **options: Any) -> Scope:
    return Scope(DATA, ENVIRON, strict=strict, **options)


def go(template: str, *, strict: bool = True) -> str:
    return render(template, "t.tpl", scope(strict=strict)).text


def jinja(template: str) -> str:
    return render(template, "t.j2", scope(), syntax="jinja").text
