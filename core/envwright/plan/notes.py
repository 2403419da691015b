"""The small files beside a plan: `pins.json` and `hold.json`."""

from __future__ import annotations

import json
from typing import TypeVar

from envwright.model.diagnostic import refuse
from envwright.model.hold import Hold
from envwright.model.mark import Mark
from envwright.model.output import HOLD, PINS
from envwright.model.pins import Pins
from envwright.model.value import Value
from envwright.plan.reading import Mismatch, read_value
from envwright.plan.writing import json_bytes

Note = TypeVar("Note", bound=Value)


def read_pins(content: bytes | None) -> Pins:
    """Return the pins in the bytes of `pins.json`, none without one. Raises Refused: EW749."""
    return Pins() if content is None else _read(Pins, content, PINS)


def read_hold(content: bytes | None) -> Hold | None:
    """Return the hold in the bytes of `hold.json`, None without one. Raises Refused: EW749."""
    return None if content is None else _read(Hold, content, HOLD)


def note_files(pins: Pins, hold: Hold | None) -> dict[str, bytes]:
    """Return the files that pins and a hold are kept in; none for what does not hold."""
    files = {PINS: json_bytes(pins)} if pins else {}
    return files if hold is None else {**files, HOLD: json_bytes(hold)}


def _read(declared: type[Note], content: bytes, file: str) -> Note:
    try:
        return read_value(declared, json.loads(content))
    except (ValueError, RecursionError, Mismatch) as error:
        why = str(error) if isinstance(error, Mismatch) else "not JSON in UTF-8"
        hint = "restore it from an earlier commit: envwright rollback"
        raise refuse("EW749", f"{file} cannot be read: {why}", Mark(file), hint=hint) from error
