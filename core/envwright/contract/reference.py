"""The reference of the contract, `docs/contract.md`, from the shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.contract.flow import flow
from envwright.contract.places import records_below
from envwright.contract.shapes import (
    AnyShape,
    ChoiceShape,
    FlagShape,
    KeyShape,
    ListShape,
    NumberShape,
    RecordShape,
    Shape,
    TableShape,
    TextShape,
    record,
)
from envwright.contract.wording import explanation
from envwright.model.contract.stack import ServiceStack
from envwright.model.value import MISSING, Value

_INTRODUCTION = """\
# The contract: services.yaml

This page is made from the types of `core/envwright/model/contract` by `make schema`, as is
[services.schema.json](../schema/services.schema.json). An editor with the YAML language server completes and checks a
file that begins with

```yaml
# yaml-language-server: $schema=https://envwright.dev/schema/v1/services.schema.json
```

The schema sees one file at a time. What a file with imports, an imported file (one without `metadata`) or a service
with components lacks may come from elsewhere, so only `envwright validate` asks for it; names that stand twice and
scalars that YAML's versions read differently are known to it alone, too.

## How values are read

- **Unknown keys are errors**, everywhere. Only `vars` and `patches` take free JSON; a section of
  `plugins` is checked by its plugin.
- **`null` unsets.** A key with `null`, or with nothing after it, counts as left out; over an imported file or an
  inherited environment it takes the value away. In a merge patch `null` removes, as RFC 7386 says.
- **Text keeps its letters.** Where text is asked for, a number without quotes is the text as written: `1.10` stays
  `1.10`. A name, a duration or a path has to be text. `true`, `false` and `null` need quotes to be text.
- **No guessing.** A scalar that YAML 1.1 and YAML 1.2 read differently (`on`, `0777`, `1_000`, `12:30:45`, a date) is
  an error ([EW011](diagnostics/EW011.md)): quote it, or write `true`, `false` or the number.
- **Templates** stand where a key says so: a scalar with `{{ ... }}`, evaluated after the file was read, whose result
  must be of the key's type. A scalar that is one whole expression takes the expression's value; text becomes a truth
  value (`true`, `t`, `1`, `false`, `f`, `0`) or a whole number where the key asks for one. Free JSON may hold templates
  everywhere. See the [template reference](templates.md).
- **Short forms.** Some maps may be written as one scalar: `dependsOn: [postgres]` is `dependsOn: [{name: postgres}]`.
  Their sections say for which key the scalar stands.
- **Paths** are relative to the file that declares them, with `/`, and never lead out of the repository.

## How files are merged

Imports come first, in their order, then the file itself. Each file has `apiVersion`, `kind` and `spec`; the root file
has `metadata` too. Maps merge deeply; a *named list* merges by the key that
names its items, other lists and scalars are replaced. A name stands once in a list. In `overrides` and
`serviceDefaults` units are *partial*: no key is required there, and named lists in them merge by name too.
"""


def reference_text() -> str:
    """Return the page in Markdown."""
    records = records_below(record(ServiceStack))
    whole = [shape for shape in records if not shape.partial]
    declared = {shape.declared for shape in whole}
    only_partial = [shape for shape in records if shape.partial and shape.declared not in declared]
    sections = [*(_section(shape) for shape in whole), *(_partial_section(shape, whole) for shape in only_partial)]
    contents = " · ".join(_link(shape) for shape in (*whole, *only_partial))
    return "\n".join([_INTRODUCTION, "## Types", "", contents, "", *sections])


def _section(shape: RecordShape) -> str:
    lines = [f"## {shape.name}", "", shape.description, "", *_rules(shape)]
    lines += ["| Key | Type | Default | Meaning |", "|---|---|---|---|"]
    lines += [_row(key) for key in shape.keys.values()]
    return "\n".join([*lines, ""])


def _partial_section(shape: RecordShape, whole: list[RecordShape]) -> str:
    """Return the section of a type that only stands where units are partial: which whole type's keys it has."""
    like = next(other for other in whole if shape.keys.keys() <= other.keys.keys())
    absent = tuple(name for name in like.keys if name not in shape.keys)
    without = f" but {_words(absent)}" if absent else ""
    keys = f"It has the keys of {_link(like)}{without}, none of them required."
    return "\n".join([f"## {shape.name}", "", f"{shape.description} {keys}", ""])


def _link(shape: RecordShape) -> str:
    return f"[{shape.name}](#{shape.name.lower()})"


def _rules(shape: RecordShape) -> Iterator[str]:
    if shape.shorthand is not None:
        yield f"A scalar alone stands for `{shape.shorthand.name}`."
    if shape.exactly_one:
        yield f"Exactly one of {_words(shape.exactly_one)} is set."
    for group in shape.exclusive:
        yield f"At most one of {_words(group)} is set."
    if shape.shared_names:
        yield f"The names in {_words(shape.shared_names)} differ from each other."
    if shape.shorthand or shape.exactly_one or shape.exclusive or shape.shared_names:
        yield ""


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _row(key: KeyShape) -> str:
    default = "**required**" if key.required else _default(key.default)
    example = _code(flow(key.example))
    cells = [f"`{key.name}`", _type(key.shape), default, f"{explanation(key)} Example: {example}"]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _type(shape: Shape) -> str:
    if isinstance(shape, RecordShape):
        return f"partial {_link(shape)}" if shape.partial else _link(shape)
    if isinstance(shape, ListShape):
        return f"list of {_type(shape.item)}{f', named by `{shape.key}`' if shape.key else ''}"
    if isinstance(shape, TableShape):
        return f"map of {_type(shape.item)}"
    if isinstance(shape, ChoiceShape):
        return " | ".join(_code(value or '""') for value in shape.values)
    return _SCALARS[type(shape)] if not isinstance(shape, TextShape) or shape.path is None else _path(shape)


def _path(shape: TextShape) -> str:
    return "glob" if shape.path is not None and shape.path.glob else "path"


_SCALARS: dict[type, str] = {TextShape: "text", NumberShape: "number", FlagShape: "boolean", AnyShape: "any JSON"}


def _default(value: Any) -> str:
    if value is MISSING or value is None or value in ((), {}, "") or isinstance(value, Value):
        return ""
    if isinstance(value, tuple):
        return "" if any(isinstance(item, Value) for item in value) else _code(flow(list(value)))
    return _code(flow(value))


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"
