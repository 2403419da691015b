"""Infrastructure and services: conditions, singletons and a service's own image, as v1 says them."""

from __future__ import annotations

from envwright.formats.edit import items_at, map_at, mapping, scalar, text_of, with_key, without_keys
from envwright.formats.v1alpha1.origin import VIA
from envwright.model.diagnostic import Report
from envwright.model.nodes import Map, Node, Scalar, Seq

# https://pkg.go.dev/strconv#ParseBool
PARSE_BOOL = {"": True, "1": True, "t": True, "true": True, "0": False, "f": False, "false": False}


def convert_units(spec: Map, report: Report) -> Map:
    """Return `spec` with its units in v1's shape. Reports EW102 for a condition that is neither true nor false."""
    images = map_at(spec, "images") or Map({}, spec.mark)
    for section in ("infrastructure", "services"):
        units: list[Node] = []
        for unit in items_at(spec, section):
            if isinstance(unit, Map):
                unit, images = _service_image(_unit(unit, report), images)
            units.append(unit)
        declared = spec.get(section)
        if isinstance(declared, Seq):
            spec = with_key(spec, section, declared._replace(items=tuple(units)))
    return with_key(spec, "images", images) if images.entries else spec


def _unit(unit: Map, report: Report) -> Map:
    empty = [
        key for key in ("codeUpdateStrategy", "deployGroup", "when") if key in unit.entries and _is_empty(unit, key)
    ]
    return _singleton(_condition(without_keys(unit, empty), report))


def _is_empty(unit: Map, key: str) -> bool:
    node = unit.get(key)
    return isinstance(node, Scalar) and not text_of(node)


def _condition(unit: Map, report: Report) -> Map:
    when = unit.get("when")
    if when is None or (isinstance(when, Scalar) and "{{" in when.text):
        return unit
    value = PARSE_BOOL.get(text_of(when).lower()) if isinstance(when, Scalar) else None
    if value is None:
        report.error(
            "EW102",
            "when takes `true` or `false`",
            when.mark,
            hint="1, t, true, 0, f and false in any case, or nothing",
        )
        return unit
    return with_key(unit, "when", Scalar("true" if value else "false", when.mark))


def _singleton(unit: Map) -> Map:
    """Return the unit with a singleton switched off outside `production`, whatever else could own one."""
    scope = unit.get("scope")
    if not isinstance(scope, Scalar) or text_of(scope) != "infrastructure-singleton":
        return unit
    unit = with_key(unit, "scope", scope._replace(text="singleton"))
    return with_key(unit, "enabled", scalar('{{ eq .Env "production" }}', scope.mark, VIA))


def _service_image(unit: Map, images: Map) -> tuple[Map, Map]:
    """Move a service's own image to `images`, where v1 has all of them, under a name that is free."""
    declared = map_at(unit, "image")
    if declared is None:
        return unit, images
    repository = declared.get("repository")
    tag = text_of(declared.get("tagTemplate"))
    if not isinstance(repository, Scalar) or not text_of(repository):
        return without_keys(unit, ["image"]), images
    name = _free_name(text_of(unit.get("name")), images)
    reference = repository._replace(text=f"{text_of(repository)}:{tag}" if tag else text_of(repository))
    image = mapping({"type": scalar("external", declared.mark, VIA), "from": reference}, declared.mark, VIA)
    return with_key(unit, "image", scalar(name, declared.mark, VIA)), with_key(images, name, image)


def _free_name(service: str, images: Map) -> str:
    wanted = service if service and "{{" not in service else "service"
    if wanted not in images.entries:
        return wanted
    number = 1
    while (name := f"{wanted}-service{'' if number == 1 else f'-{number}'}") in images.entries:
        number += 1
    return name
