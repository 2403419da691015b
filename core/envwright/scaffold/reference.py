"""The reference of the extension points, made of the hookspecs: `python -m envwright.scaffold.reference`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from envwright import hookspecs

TARGET = "docs/plugins/reference.md"
HEAD = """\
# Extension points

Made by `make schema` from [hookspecs.py](../../core/envwright/hookspecs.py): do not edit. The
[tutorial](tutorial.md) makes a plugin step by step; [testing](testing.md) proves one.

"""


def reference() -> str:
    """Return the page as Markdown: the manual, then each function after the values that it deals in."""
    return HEAD + "\n".join([f"{inspect.getdoc(hookspecs)}\n", *_entries()])


def _entries() -> Iterator[str]:
    for name, found in vars(hookspecs).items():
        if getattr(found, "__module__", "") != hookspecs.__name__:
            continue
        if inspect.isclass(found):
            yield f"## {name}\n\n{inspect.getdoc(found)}\n"
            yield "| field | type |\n|---|---|"
            yield from (f"| `{field}` | `{_type(kind)}` |" for field, kind in inspect.get_annotations(found).items())
            yield ""
        elif inspect.isfunction(found):
            yield f"## {name}\n\n```python\ndef {name}{_signature(found)}\n```\n\n{inspect.getdoc(found)}\n"


def _signature(function: object) -> str:
    signature = inspect.signature(function)  # type: ignore[arg-type]  # a function, as its caller knows
    arguments = ", ".join(f"{each.name}: {each.annotation}" for each in signature.parameters.values())
    return f"({arguments}) -> {signature.return_annotation}"


def _type(annotation: object) -> str:
    text = getattr(annotation, "__forward_arg__", str(annotation))
    return str(text).replace("|", "\\|")


def main() -> None:
    """Write the page below the working directory."""
    Path(TARGET).write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
