"""What plugins see of a rendered environment besides what was rendered."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.hookspecs import Guidance
from envwright.model.contract.unit import Service
from envwright.model.language import ChangeRule, ServiceCode
from envwright.pipeline.service_files import service_directory
from envwright.pipeline.state import State, World


def guidance_of(state: State, world: World) -> tuple[Guidance, ...]:
    """Return what plugins do not allow in the environment. Raises Refused: EW990."""
    said = {"environment": state.environment, "settings": state.settings}
    return tuple(found for _, found in world.host.items("envwright_guidance", Guidance, **said))


def code_of_services(state: State, world: World) -> Iterator[tuple[str, ServiceCode]]:
    """Yield the rendered services whose code is known, by name. Raises Refused: EW990."""
    declared = {unit.name: unit.declared for unit in state.environment.units}
    for unit in state.units:
        service = declared.get(unit.name)  # a plugin may have added the unit
        if not isinstance(service, Service):
            continue
        if (known := unit.development) is not None:
            yield unit.name, ServiceCode(known.directory, known.stack, known.why, rules_of(known.stack, world))
            continue
        directory = service_directory(service.inputs, state.typed.images.get(service.image), world.reader)
        if directory is not None:
            answer = world.stacks.of(service.stack, directory)
            yield unit.name, ServiceCode(directory, answer.name, answer.why, rules_of(answer.name, world))


def rules_of(stack: str, world: World) -> tuple[ChangeRule, ...]:
    """Return what a stack says of edits, nothing for one that is not installed."""
    found = world.host.stacks.get(stack)
    return () if found is None else found.value.changes
