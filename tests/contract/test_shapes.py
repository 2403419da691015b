from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import pytest

from envwright.contract.shapes import (
    AnyShape,
    ChoiceShape,
    FlagShape,
    ListShape,
    NumberShape,
    TableShape,
    TextShape,
    record,
    shape_of,
)
from envwright.model.contract.types import DnsLabel, FileGlob, Json, Range, Templated, Word
from envwright.model.value import Value, key


class Leaf(Value):
    """A leaf."""

    shorthand = "leaf_name"

    leaf_name: DnsLabel = key("Name.", example="a")
    from_: str = key("From.", example="b", default="")
    ttl_by_role: str = key("TTL.", example="c", default="", spelled="TTLByRole")


class Tree(Value):
    """A tree."""

    exactly_one = ("left_leaf", "right")

    left_leaf: Leaf | None = key("Left.", example={"leafName": "a"}, default=None)
    right: Templated[str] | None = key("Right.", example="x", default=None)
    leaves: tuple[Leaf, ...] = key("Leaves.", example=["a"], default=(), list_key="leaf_name")
    bag: tuple[Leaf, ...] = key("Bag.", example=["a"], default=())
    kind: Literal["a", "b"] = key("Kind.", example="a")
    only_a: str = key("Only a.", example="x", default="", allowed_with={"kind": ("a",)})


class Forest(Value):
    """A forest of trees."""

    changes: Mapping[Word, Tree] = key("Changes.", example={}, default={}, partial=True)
    trees: Mapping[Word, Tree] = key("Trees.", example={}, default={})


class Derived(Tree):
    """It finds the annotations of its base where the base stands."""

    more: Annotated[int, Range(1, None)] = key("More.", example=1, default=1)


@pytest.mark.parametrize(
    ("annotation", "shape"),
    [
        (str, TextShape()),
        (Templated[str], TextShape(templated=True)),
        (Templated[bool] | None, FlagShape(templated=True)),
        (float, NumberShape(fraction=True)),
        (Annotated[int, Range(0, 9)], NumberShape(range=Range(0, 9))),
        (Literal["a", "b"] | None, ChoiceShape(values=("a", "b"))),
        (tuple[str, ...], ListShape(item=TextShape())),
        (Json, AnyShape()),
        (Mapping[str, Json], TableShape(name=TextShape(), item=AnyShape())),
        (Leaf | None, record(Leaf)),
    ],
)
def test_shapes_of_annotations(annotation: object, shape: object) -> None:
    assert shape_of(annotation) == shape


def test_what_no_file_can_hold_has_no_shape() -> None:
    with pytest.raises(TypeError, match="no shape"):
        shape_of(complex)


def test_paths_and_names_are_text_that_takes_no_numbers() -> None:
    for annotation in (DnsLabel, FileGlob):
        shape = shape_of(annotation)
        assert isinstance(shape, TextShape)
        assert not shape.takes_numbers
    assert TextShape().takes_numbers


def test_keys_are_spelled_in_camel_case_unless_said_otherwise() -> None:
    assert list(record(Leaf).keys) == ["leafName", "from", "TTLByRole"]
    assert record(Tree).exactly_one == ("leftLeaf", "right")
    assert record(Tree).keys["onlyA"].allowed_with == (("kind", ("a",)),)


def test_what_was_declared_of_a_key() -> None:
    tree = record(Tree)
    assert tree.required == ("kind",)
    assert tree.keys["leaves"].shape == ListShape(item=record(Leaf), key="leafName")
    assert record(Leaf).shorthand == record(Leaf).keys["leafName"]


def test_records_are_kept() -> None:
    assert shape_of(Leaf) is shape_of(Leaf)
    assert list(record(Derived).keys) == [*record(Tree).keys, "more"]


def test_a_partial_record_requires_nothing_but_the_names_of_its_items() -> None:
    changes = record(Forest).keys["changes"].shape
    assert isinstance(changes, TableShape)
    tree = changes.item
    assert tree is record(Tree, partial=True)
    assert tree.required == ()
    leaves, bag = tree.keys["leaves"].shape, tree.keys["bag"].shape
    assert leaves == ListShape(item=record(Leaf, partial=True, item_key="leafName"), key="leafName")
    assert bag == ListShape(item=record(Leaf))  # such a list replaces another one: its items are whole
    assert record(Leaf, partial=True, item_key="leafName").required == ("leafName",)
