"""What renders: the engine's version, and the plugins that do not come with it."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.envrepo.record import Record
from envwright.host import Host
from envwright.version import __version__

OWN = "envwright"
NONE = "none"


def engine() -> str:
    """Return the name and version of the engine, as the trailer `Engine` has it."""
    return f"{OWN}/{__version__}"


def plugins_of(host: Host) -> str:
    """Return the distributions of plugins that do not come with the engine, as the trailer `Plugins` has them."""
    foreign = {f"{plugin.origin} {plugin.version}" for plugin in host.plugins if plugin.origin != OWN}
    return ", ".join(sorted(foreign)) or NONE


def others(record: Record, host: Host) -> Iterator[tuple[str, str, str]]:
    """Yield in what the makers of a commit are others than those here: `engine` or `plugins`, made by, and here."""
    for what, made, here in (("engine", record.engine, engine()), ("plugins", record.plugins, plugins_of(host))):
        if made != here:
            yield what, made, here
