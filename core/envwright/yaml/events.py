"""The events of ruamel.yaml's C parser: the one module that knows where they come from.

The parser works as events are asked for, so whoever asks may stop at a depth long before the parser has paid for it.
`Position` counts lines, columns and characters from 0.
"""

from __future__ import annotations

from typing import Protocol

from _ruamel_yaml import (
    AliasEvent,
    CParser,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ReaderError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)

from envwright.model.nodes import Style

__all__ = [
    "AliasEvent",
    "CParser",
    "DocumentStartEvent",
    "Event",
    "MappingEndEvent",
    "MappingStartEvent",
    "Position",
    "ReaderError",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "StreamEndEvent",
    "YAMLError",
]


class Position(Protocol):
    """A place in the text, all from 0: `index` in characters from its beginning."""

    line: int
    column: int
    index: int


class Event(Protocol):
    """What the builder reads of an event; only scalars have `value` and `style`, only collections `flow_style`."""

    start_mark: Position
    end_mark: Position
    anchor: str | None
    tag: str | None
    value: str
    style: Style
    flow_style: bool
