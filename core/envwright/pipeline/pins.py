"""The part of step 5 that lays an environment's pins over what the stack says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar
from envwright.model.output import PINS
from envwright.model.pins import Pins

_PLACE = Mark(PINS)
# from what is declared, the pinned text and who pinned it to the node that holds
_Lay = Callable[[Node, str, str], Node]


def lay_pins(spec: Map, pins: Pins, report: Report) -> Map:
    """Return a `spec` whose pinned versions and images are what the pins say; each tells what it overrode.

    A pinned image is used as it is: nothing builds or mirrors it. A pin of a name that the stack lacks has no effect
    and is a warning (EW736).
    """
    spec = _laid(spec, "versions", pins.versions, _version, pins, report)
    return _laid(spec, "images", pins.images, _image, pins, report)


def _laid(spec: Map, section: str, pinned: Mapping[str, str], lay: _Lay, pins: Pins, report: Report) -> Map:
    declared = spec.get(section)
    entries = dict(declared.entries) if isinstance(declared, Map) else {}
    for name, text in pinned.items():
        if name not in entries:
            hint = f"lift it: envwright promote --to ENV --unpin --only {name}"
            report.warning("EW736", f"{section}.{name} is pinned, and the stack has no such name", _PLACE, hint=hint)
            continue
        via = f"promoted from {pins.promoted_from}" if pins.promoted_from else "pinned"
        entries[name] = Entry(_PLACE, lay(entries[name].node, text, via))
    if not isinstance(declared, Map) or not pinned:
        return spec
    place = spec.entries[section].mark
    return spec._replace(entries={**spec.entries, section: Entry(place, declared._replace(entries=entries))})


def _version(declared: Node, text: str, via: str) -> Node:
    if not isinstance(declared, Map):
        return _scalar(text, via, declared)
    value = Entry(_PLACE, _scalar(text, via, declared.get("value")))
    return declared._replace(entries={**declared.entries, "value": value})


def _image(declared: Node, reference: str, via: str) -> Node:
    was = declared if isinstance(declared, Map) else Map({}, declared.mark)
    entries = {
        "type": Entry(_PLACE, _scalar("external", via, was.get("type"))),
        "from": Entry(_PLACE, _scalar(reference, via, was.get("from") or was.get("local") or was.get("repository"))),
    }
    return Map(entries, _PLACE, via, was._replace(entries={}))


def _scalar(text: str, via: str, overrode: Node | None) -> Scalar:
    return Scalar(text, _PLACE, '"', via, overrode)
