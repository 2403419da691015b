"""What stands around a template: passed variables and partial templates. `image` comes with the scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envwright.model.suggest import did_you_mean
from envwright.templates.fault import Fault, shortened
from envwright.templates.functions.function import Function, function

if TYPE_CHECKING:
    from envwright.templates.run import Run


def env(run: Run, key: str) -> str:
    """Return the passed variable of this name; refuse if it was not passed. Empty is a value."""
    value = run.read_variable(key)
    if value is None:
        shown = shortened(key)
        near = did_you_mean(shown, run.scope.environ)
        hint = near or f'pass it with --var {shown}=..., or use envOr "{shown}" "fallback"'
        raise Fault("EW201", f'the variable "{shown}" was not passed', hint, argument=0)
    return value


def env_or(run: Run, key: str, fallback: str) -> str:
    """Return the passed variable of this name; the fallback if it was not passed or is empty."""
    return run.read_variable(key) or fallback


def include(run: Run, name: str, dot: object) -> str:
    """Return what the partial template of this name makes of a dot, as text, to be piped on. Go templates only."""
    return run.include(name, dot)


SURROUNDINGS: tuple[Function, ...] = (
    function("env", env),
    function("envOr", env_or, passes=(1,)),
    function("include", include, passes=(1,), reads_whole=False),
)
