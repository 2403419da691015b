"""The plugin host: finds plugins, registers them sorted by name, and turns what they raise into diagnostics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pluggy

from envwright import hookspecs
from envwright.model.diagnostic import Diagnostic, Refused, diagnostic, refuse

hookimpl = pluggy.HookimplMarker("envwright")


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


class Host:
    """The registered plugins. Hook calls go through `call`, so that a plugin's exception carries the plugin's name."""

    def __init__(self, candidates: Iterable[Candidate] = ()) -> None:
        self._manager = pluggy.PluginManager("envwright")
        self._manager.add_hookspecs(hookspecs)
        self._candidates = sorted(candidates, key=lambda candidate: candidate.name)
        for candidate in self._candidates:
            self._manager.register(candidate.plugin, name=candidate.name)
        self.sections = self._contract_sections()

    @property
    def plugins(self) -> tuple[PluginInfo, ...]:
        """The plugins, sorted by name."""
        return tuple(
            PluginInfo(candidate.name, candidate.version, candidate.origin, self._hooks_of(candidate.plugin))
            for candidate in self._candidates
        )

    def call(self, hook: str, **arguments: Any) -> list[Any]:
        """Call a hook in every plugin that has it, sorted by plugin name, and return the answers that are not None.

        Raises Refused (EW990) with the plugin's name when one raises; a Refused of the plugin's own passes.
        """
        answers = []
        for implementation in sorted(getattr(self._manager.hook, hook).get_hookimpls(), key=lambda i: i.plugin_name):
            given = {name: arguments[name] for name in implementation.argnames}
            try:
                answer = implementation.function(**given)
            except Refused:
                raise
            except Exception as error:
                message = f"plugin {implementation.plugin_name} failed in {hook}: {type(error).__name__}: {error}"
                raise refuse("EW990", message, hint="report it to the plugin's author, or uninstall it") from error
            if answer is not None:
                answers.append(answer)
        return answers

    def diagnostics(self, hook: str, **arguments: Any) -> tuple[Diagnostic, ...]:
        """Call a hook whose answers are tuples of diagnostics, and return them all in order."""
        return tuple(item for answer in self.call(hook, **arguments) for item in answer)

    def _hooks_of(self, plugin: object) -> tuple[str, ...]:
        return tuple(sorted(caller.name for caller in self._manager.get_hookcallers(plugin) or ()))

    def _contract_sections(self) -> dict[str, hookspecs.ContractSection]:
        sections: dict[str, hookspecs.ContractSection] = {}
        for section in self.call("envwright_contract_section"):
            if section.name in sections:
                raise Refused(
                    [
                        diagnostic(
                            "error",
                            "EW990",
                            f"two plugins bring the contract section `plugins.{section.name}`",
                            hint="uninstall one of them: `envwright plugins` lists their origins",
                        )
                    ]
                )
            sections[section.name] = section
        return sections
