"""Values for the contract's shapes, right and wrong, and their nodes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from envwright.contract.evaluate import node_of
from envwright.contract.shapes import (
    AnyShape,
    ChoiceShape,
    FlagShape,
    ListShape,
    NumberShape,
    RecordShape,
    Shape,
    TableShape,
)
from envwright.model.mark import Mark
from envwright.model.nodes import Node, Scalar

HERE = Mark("services.yaml")

WORDS = [
    "api",
    "shop.example.org",
    "*.example.org",
    "10m",
    "1h30m",
    "250m",
    "1Gi",
    "25%",
    "PORT",
    "_x",
    "a b",
    "Api",
    "-a",
    "a-",
    "",
    "1",
    "true",
    "on",
    "nginx:1",
    "deploy/*.yaml",
    "../up.yaml",
    "/absolute",
    "{{ .Project }}",
    "/{{ .Env }}",
    "x-{{ .Slot }}",
    "two\nlines",
    "схема",
    "x" * 64,
]
NUMBERS = [0, 1, -1, 443, 70000, 0.5, -0.5]
ANYTHING: list[Any] = [None, True, False, [], {}, [None], ["a"], {"a": 1}, [{}], *NUMBERS, *WORDS]


def nodes(value: Any) -> Node:
    """Return the nodes of a JSON value, as if all its text were quoted."""
    return node_of(value, Scalar("", HERE, '"'))


@st.composite
def values(draw: st.DrawFn, shape: Shape, depth: int = 3) -> Any:
    """Draw a value for a shape: mostly of its kind, often not quite right."""
    if draw(st.integers(0, 11)) == 0:
        return draw(st.sampled_from(ANYTHING))
    if isinstance(shape, RecordShape):
        return draw(_records(shape, depth))
    if isinstance(shape, ListShape):
        return draw(st.lists(values(shape.item, depth - 1), max_size=2 if depth else 0))
    if isinstance(shape, TableShape):
        return draw(st.dictionaries(st.sampled_from(WORDS), values(shape.item, depth - 1), max_size=2 if depth else 0))
    return draw(st.sampled_from(_scalars(shape)))


@st.composite
def _records(draw: st.DrawFn, shape: RecordShape, depth: int) -> Any:
    if shape.shorthand is not None and draw(st.integers(0, 2)) == 0:
        return draw(values(shape.shorthand.shape, depth - 1))
    wanted = set(draw(st.lists(st.sampled_from([*shape.keys]), max_size=4 if depth else 0)))
    wanted |= {name for name in shape.required if draw(st.integers(0, 9))}
    record = {name: draw(values(key.shape, depth - 1)) for name, key in shape.keys.items() if name in wanted}
    return {**record, "nonsense": 1} if draw(st.integers(0, 19)) == 0 else record


def _scalars(shape: Shape) -> list[Any]:
    if isinstance(shape, ChoiceShape):
        return [*shape.values, *shape.values, "{{ .Choice }}", "nonsense"]
    if isinstance(shape, FlagShape):
        return [True, False, "{{ .Flag }}"]
    if isinstance(shape, NumberShape):
        return [0, 1, 2, 443, 70000, -1, "{{ .Number }}"]
    if isinstance(shape, AnyShape):
        return ANYTHING
    return [*WORDS, *NUMBERS, *NUMBERS] if shape.takes_numbers else WORDS
