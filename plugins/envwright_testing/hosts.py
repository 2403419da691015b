"""The plugins that are in force in a test."""

from __future__ import annotations

from collections.abc import Sequence

from envwright.adapters.entry_points import candidates
from envwright.host import Candidate, Host

OWN = "envwright"
"""The distribution whose plugins are built in."""


def host_of(plugins: Sequence[object] = ()) -> Host:
    """Return the host of the built-in plugins and of these, each a module or an object with hooks.

    What else is installed on the machine does not take part; without any given, all that is installed does. Raises
    Refused (EW990) as the engine does at its start.
    """
    installed = candidates()
    if not plugins:
        return Host(installed)
    own = [each for each in installed if each.origin == OWN]
    given = [plugin for plugin in plugins if not any(plugin is each.plugin for each in own)]
    return Host([*own, *(Candidate(_name(plugin), plugin, "", "under test") for plugin in given)])


def _name(plugin: object) -> str:
    return str(getattr(plugin, "__name__", type(plugin).__name__))
