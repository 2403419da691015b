"""The plugin host: finds plugins, registers them sorted by name, and turns what they raise into diagnostics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

import pluggy

from envwright import hookspecs
from envwright.model.diagnostic import Diagnostic, Refused, refuse
from envwright.model.language import LanguageStack
from envwright.model.suggest import did_you_mean

hookimpl = pluggy.HookimplMarker("envwright")

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

# what a function that registers something returns, and which of its fields is the name
REGISTRATIONS: Mapping[str, tuple[type[tuple[Any, ...]], str, str]] = {
    "envwright_contract_section": (hookspecs.ContractSection, "name", "the contract section `plugins.{}`"),
    "envwright_stack": (LanguageStack, "name", "the stack `{}`"),
    "envwright_manifest_transform": (hookspecs.ManifestTransform, "name", "the manifest transform `{}`"),
    "envwright_image_builder": (hookspecs.ImageBuilder, "name", "the image builder `{}`"),
    "envwright_migration_tool": (hookspecs.MigrationTool, "name", "the migration tool `{}`"),
    "envwright_output_writer": (hookspecs.OutputWriter, "directory", "the output directory `{}`"),
    "envwright_view": (hookspecs.View, "name", "the view `{}`"),
    "envwright_command": (hookspecs.Command, "name", "the command `{}`"),
}
HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("envwright_"))
NAME = re.compile("[a-z0-9]([-_a-z0-9]*[a-z0-9])?")
# what is the engine's own
TAKEN = {"envwright_output_writer": ("manifests", "images"), "envwright_migration_tool": ("command",)}
AUTHOR = "report it to the plugin's author, or uninstall it"


class PluginInfo(NamedTuple):
    """What `envwright plugins` lists of one plugin; `origin` is the distribution that brought it."""

    name: str
    version: str
    origin: str
    hooks: tuple[str, ...]


class Candidate(NamedTuple):
    """A plugin before it is registered."""

    name: str
    plugin: object
    version: str
    origin: str


class Registered(NamedTuple, Generic[T]):
    """What a plugin registered. Its functions are called with `ask`, so that their exceptions carry the plugin's name.

    >>> host.stacks["python"].ask(host.stacks["python"].value.detect, files)
    """

    plugin: str
    hook: str
    value: T

    def ask(self, function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Call a function of the value. Raises Refused: EW990 when it raises, and its own."""
        return guarded(self.plugin, self.hook, function, *arguments, **named)

    def answer(self, kind: type[R], function: Callable[..., object], *arguments: object) -> R:
        """Call a function that returns a value of this type. Raises Refused: EW990 as `ask`, and for another type."""
        return checked(self.plugin, self.hook, kind, self.ask(function, *arguments))

    def maybe(self, kind: type[R], function: Callable[..., object], *arguments: object) -> R | None:
        """Call a function that returns a value of this type or None. Raises Refused: EW990 as `answer`."""
        found = self.ask(function, *arguments)
        return None if found is None else checked(self.plugin, self.hook, kind, found)


class _Manager(pluggy.PluginManager):
    """Looks for a module's hooks among its functions: pluggy has `inspect` look at every name, 8 ms at every start."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> pluggy.HookimplOpts | None:
        """Return what `hookimpl` noted on a function of the plugin, None for anything else."""
        if not isinstance(plugin, ModuleType):
            return super().parse_hookimpl_opts(plugin, name)
        function = vars(plugin).get(name)
        return getattr(function, f"{self.project_name}_impl", None) if isinstance(function, FunctionType) else None


class Host:
    """The registered plugins. Hook calls go through `call`, so that a plugin's exception carries the plugin's name.

    Raises Refused (EW990) at start for a plugin that does not fit the hookspecs, and for two that register one name.
    """

    def __init__(self, candidates: Iterable[Candidate] = ()) -> None:
        self._manager = _Manager("envwright")
        self._manager.add_hookspecs(hookspecs)
        self._candidates = sorted(candidates, key=lambda candidate: candidate.name)
        for candidate in self._candidates:
            self._register(candidate)
        self._implementations = {hook: self._sorted(hook) for hook in HOOKS}
        # commands are asked for by the command line alone: the others are few and cheap
        self.sections: Mapping[str, Registered[hookspecs.ContractSection]] = self._all("envwright_contract_section")
        self.stacks: Mapping[str, Registered[LanguageStack]] = self._all("envwright_stack")
        self.transforms: Sequence[Registered[hookspecs.ManifestTransform]] = in_order(
            self._all("envwright_manifest_transform")
        )
        self.builders: Mapping[str, Registered[hookspecs.ImageBuilder]] = self._all("envwright_image_builder")
        self.tools: Mapping[str, Registered[hookspecs.MigrationTool]] = self._all("envwright_migration_tool")
        self.writers: Mapping[str, Registered[hookspecs.OutputWriter]] = self._all("envwright_output_writer")
        self.views: Mapping[str, Registered[hookspecs.View]] = self._all("envwright_view")
        self.commands: Mapping[str, Registered[hookspecs.Command]] = self._all("envwright_command")

    @cached_property
    def plugins(self) -> tuple[PluginInfo, ...]:
        """The plugins, sorted by name."""
        return tuple(
            PluginInfo(candidate.name, candidate.version, candidate.origin, self._hooks_of(candidate.plugin))
            for candidate in self._candidates
        )

    def each(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Call a hook in every plugin that has it, sorted by plugin name.

        Returns each plugin's name with its answer, those left out that are None. Raises Refused (EW990) with the
        plugin's name when one raises; a Refused of the plugin's own passes.
        """
        found = ((each.plugin_name, _answer(hook, each, **arguments)) for each in self._implementations[hook])
        return [(plugin, answer) for plugin, answer in found if answer is not None]

    def call(self, hook: str, **arguments: Any) -> list[Any]:
        """Return the answers of `each` without the names."""
        return [answer for _, answer in self.each(hook, **arguments)]

    def fold(self, hook: str, name: str, value: T, kind: type[T] | None = None, **arguments: Any) -> T:
        """Call a hook in every plugin in turn, its argument `name` being what the one before returned, if anything.

        What they return must be of the type `kind`, that of `value` if left out.
        """
        for implementation in self._implementations[hook]:
            answer = _answer(hook, implementation, **arguments, **{name: value})
            value = value if answer is None else checked(implementation.plugin_name, hook, kind or type(value), answer)
        return value

    def items(self, hook: str, kind: type[T], **arguments: Any) -> tuple[tuple[str, T], ...]:
        """Call a hook whose answers are tuples of one type; return each item with the plugin's name, in order."""
        return tuple(
            (plugin, item)
            for plugin, answer in self.each(hook, **arguments)
            for item in checked_items(plugin, hook, kind, answer)
        )

    def diagnostics(self, hook: str, **arguments: Any) -> tuple[Diagnostic, ...]:
        """Call a hook whose answers are tuples of diagnostics, and return them all in order."""
        return tuple(item for _, item in self.items(hook, Diagnostic, **arguments))

    def _register(self, candidate: Candidate) -> None:
        try:
            self._manager.register(candidate.plugin, name=candidate.name)
        except Exception as error:  # of pluggy, or of a property of the plugin
            message = f"plugin {candidate.name} cannot be registered: {one_line(error)}"
            raise refuse("EW990", message, hint=AUTHOR) from error
        unknown = sorted(
            caller.name for caller in self._manager.get_hookcallers(candidate.plugin) or () if not caller.has_spec()
        )
        if unknown:
            hint = did_you_mean(unknown[0], HOOKS) or AUTHOR
            raise refuse("EW990", f"plugin {candidate.name} has an unknown hook {unknown[0]}", hint=hint)

    def _sorted(self, hook: str) -> list[pluggy.HookImpl]:
        return sorted(getattr(self._manager.hook, hook).get_hookimpls(), key=lambda found: found.plugin_name)

    def _hooks_of(self, plugin: object) -> tuple[str, ...]:
        return tuple(sorted(caller.name for caller in self._manager.get_hookcallers(plugin) or ()))

    def _all(self, hook: str) -> dict[str, Registered[Any]]:
        """Return what the plugins register by this hook, by name. Raises Refused (EW990) for a name that is taken."""
        kind, field, described = REGISTRATIONS[hook]
        found: dict[str, Registered[Any]] = {}
        for plugin, value in self.each(hook):
            name = getattr(checked(plugin, hook, kind, value), field)
            if not isinstance(name, str) or not NAME.fullmatch(name) or name in TAKEN.get(hook, ()):
                raise refuse("EW990", f"plugin {plugin} failed in {hook}: {name!r} cannot be its name", hint=AUTHOR)
            if name in found:
                summary = f"the plugins {found[name].plugin} and {plugin} both bring {described.format(name)}"
                raise refuse("EW990", summary, hint="uninstall one of them: `envwright plugins` lists their origins")
            found[name] = Registered(plugin, hook, value)
        return found


def guarded(plugin: str, hook: str, function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Call a plugin's function. Raises Refused: EW990 with the plugin's name when it raises, and its own."""
    try:
        return function(*arguments, **named)
    except Refused:
        raise
    except Exception as error:
        message = f"plugin {plugin} failed in {hook}: {type(error).__name__}: {one_line(error)}"
        raise refuse("EW990", message, hint=AUTHOR) from error


def one_line(error: Exception) -> str:
    """Return an exception's message as one line."""
    return " ".join(str(error).split())


def _answer(hook: str, implementation: pluggy.HookImpl, **arguments: Any) -> Any:
    given = {name: arguments[name] for name in implementation.argnames}
    return guarded(implementation.plugin_name, hook, implementation.function, **given)


def checked(plugin: str, hook: str, kind: type[T], answer: object) -> T:
    """Return a plugin's answer. Raises Refused (EW990) if it is not of the type that its function returns."""
    if not isinstance(answer, kind):
        summary = f"plugin {plugin} failed in {hook}: it returned {type(answer).__name__}, not {kind.__name__}"
        raise refuse("EW990", summary, hint=AUTHOR)
    return answer


def checked_items(plugin: str, hook: str, kind: type[T], answer: object) -> tuple[T, ...]:
    """Return the items of a plugin's answer. Raises Refused (EW990) if it is no tuple or list of that type."""
    items = answer if isinstance(answer, list) else checked(plugin, hook, tuple, answer)
    return tuple(checked(plugin, hook, kind, item) for item in items)


def in_order(
    transforms: Mapping[str, Registered[hookspecs.ManifestTransform]],
) -> tuple[Registered[hookspecs.ManifestTransform], ...]:
    """Return transforms as `before` and `after` say, the smallest name first where neither does.

    Raises Refused (EW990) for a cycle.
    """
    waits = {name: set(found.value.after) & transforms.keys() for name, found in transforms.items()}
    for name, found in transforms.items():
        for later in set(found.value.before) & transforms.keys():
            waits[later].add(name)
    ordered: list[str] = []
    while len(ordered) < len(transforms):
        ready = [name for name in sorted(waits) if name not in ordered and waits[name] <= set(ordered)]
        if not ready:
            left = sorted(waits.keys() - set(ordered))
            plugins = ", ".join(f"{name} of {transforms[name].plugin}" for name in left)
            raise refuse("EW990", f"manifest transforms wait for each other: {plugins}", hint="uninstall one of them")
        ordered.append(ready[0])
    return tuple(transforms[name] for name in ordered)
