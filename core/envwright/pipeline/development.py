"""How the code of a unit becomes live under a reloader: its stack, its recipe, and the image for development."""

from __future__ import annotations

from typing import NamedTuple

from envwright.hookspecs import UnitFacts
from envwright.images.dockerfile import scan
from envwright.images.other_stage import other_stage
from envwright.images.paths import context_path
from envwright.model.contract.image import Image
from envwright.model.contract.unit import Service
from envwright.model.diagnostic import Report
from envwright.model.language import Development, Program, Recipe, StackDockerfile
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedImage
from envwright.pipeline.program import main_container, program_of
from envwright.pipeline.service_files import service_directory
from envwright.pipeline.stacks import StackAnswer
from envwright.pipeline.state import State, World
from envwright.pipeline.strategies import STRATEGY


class CannotAct(Exception):
    """The strategy changes nothing here: `str` says why, `hint` what to do instead."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why)
        self.hint = hint


class Source(NamedTuple):
    """What is known of a service before its recipe: its image with the Dockerfile, where its code is, its stack."""

    name: str
    image: Image
    resolved: ResolvedImage
    dockerfile: str
    directory: str
    stack: StackAnswer


class Developments:
    """Finds out how the units of one environment are developed; `images` are the stages that they use for it."""

    def __init__(self, state: State, world: World, report: Report) -> None:
        self._typed = state.typed
        self._world = world
        self._report = report
        self.images: dict[str, ResolvedImage] = {}

    def of(self, facts: UnitFacts, objects: tuple[KubernetesObject, ...]) -> Development | None:
        """Return how a unit whose strategy is `hot-reload` is developed.

        None where it cannot be, which is reported: EW331 as a warning, EW333 for a Dockerfile without the stage.
        """
        declared = facts.unit.declared
        if facts.strategy != "hot-reload" or not isinstance(declared, Service):
            return None
        try:
            return self._development(self._source(declared, facts), facts, objects)
        except CannotAct as reason:
            summary = f'the strategy hot-reload changes nothing for "{facts.unit.name}": {reason}'
            self._report.warning("EW331", summary, facts.place(STRATEGY), hint=reason.hint)
            return None

    def _source(self, declared: Service, facts: UnitFacts) -> Source:
        name = declared.image
        image, resolved = self._typed.images.get(name), facts.environment.images.get(name)
        if image is None or resolved is None or resolved.type != "build":
            raise CannotAct("it has no image of type build", "name one in `image`, or choose another strategy")
        if resolved.content is None:
            raise CannotAct(f"the context of its image {name} cannot be read", "check out the whole repository")
        directory = service_directory(declared.inputs, image, self._world.reader) or context_path(image)
        dockerfile = resolved.generated or self._world.contents.dockerfile(image)
        return Source(name, image, resolved, dockerfile, directory, self._world.stacks.of(declared.stack, directory))

    def _development(
        self, source: Source, facts: UnitFacts, objects: tuple[KubernetesObject, ...]
    ) -> Development | None:
        image = source.resolved.reference or ""
        container = main_container(objects, image)
        if not container:
            hint = 'name it there by {{ image "NAME" }}, or choose another strategy'
            raise CannotAct(f"no Deployment or StatefulSet of it runs its image {source.name}", hint)
        files = self._world.stacks.files(source.directory)
        program = program_of(facts, source.image, files, source.dockerfile, container, objects)
        recipe = self._recipe(source.stack, program, facts)
        if recipe.target and not scan(source.dockerfile).has_stage(recipe.target):
            self._report_stage(source, recipe.target, program, facts)
            return None
        dev_image = self._stage(source, recipe.target) if recipe.target else image
        stack = source.stack
        return Development(stack.name, stack.why, recipe, image, dev_image, source.directory, program.user)

    def _recipe(self, answer: StackAnswer, program: Program, facts: UnitFacts) -> Recipe:
        own = None if answer.stack is None else answer.stack.maybe(Recipe, answer.stack.value.recipe, program)
        recipe = self._world.host.fold("envwright_recipe", "recipe", own, Recipe, facts=facts, program=program)
        if recipe is not None:
            return recipe
        hint = f"write `stack`, or say how in `plugins.hot-reload.services.{facts.unit.name}`"
        raise CannotAct(answer.why if answer.stack is None else f"the stack {answer.name} cannot tell how", hint)

    def _stage(self, source: Source, target: str) -> str:
        image = other_stage(source.image, source.resolved, target, self._world.contents)
        self.images[f"{source.name}.{target}"] = image
        return image.reference or ""

    def _report_stage(self, source: Source, target: str, program: Program, facts: UnitFacts) -> None:
        stack = source.stack.stack
        made = None if stack is None else stack.maybe(StackDockerfile, stack.value.dockerfile, program)
        self._report.error(
            "EW333",
            f'{source.resolved.dockerfile} has no stage "{target}", which hot-reload of "{facts.unit.name}" needs',
            facts.place(STRATEGY),
            hint="add it, or name another one in `plugins.hot-reload.services`",
            detail="" if made is None else f"a stage to begin with:\n\n{made.base.strip()}\n\n{made.dev.strip()}",
        )
