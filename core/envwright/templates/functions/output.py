"""Go's printing functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envwright.templates.fault import Fault
from envwright.templates.formatting import printed, printed_line
from envwright.templates.functions.function import ANYWHERE, Function, function
from envwright.templates.markers import contains_marker
from envwright.templates.printf import printf
from envwright.templates.quoting import html_escaped, js_escaped, query_escaped

if TYPE_CHECKING:
    from envwright.templates.run import Run


_FITS = "%v fits every value"


def print_(run: Run, *values: object) -> str:
    """Return the values one after the other, with a space between two of which neither is a string."""
    _measure(run, values)
    return printed(values)


def println(run: Run, *values: object) -> str:
    """Return the values with a space between any two, and a newline at the end."""
    _measure(run, values)
    return printed_line(values)


def printf_(run: Run, format: str, *values: object) -> str:  # noqa: A002  # the reference shows it
    """Return the values as the format says, with Go's verbs."""
    _measure(run, values)
    run.spend(format.count("%"))
    text, problems = printf(format, values, run.scope.limits.width)
    if problems:
        if run.scope.strict:
            raise Fault("EW205", f"printf: {problems[0]}", _FITS, argument=0)
        run.warn("EW205", f"printf: {problems[0]}", lambda: _FITS)
    return text


def html(run: Run, *values: object) -> str:
    """Return the values, printed, escaped for HTML."""
    return html_escaped(_shown(run, values))


def js(run: Run, *values: object) -> str:
    """Return the values, printed, escaped for a JavaScript string."""
    text = _shown(run, values)
    return text if contains_marker(text) else js_escaped(text)


def urlquery(run: Run, *values: object) -> str:
    """Return the values, printed, escaped for the query of a URL."""
    text = _shown(run, values)
    return text if contains_marker(text) else query_escaped(text)


def call(function: object, *arguments: object) -> object:  # noqa: ARG001  # the reference shows them
    """Refuse: no value of a template is a function. Here because Go has it."""
    raise Fault("EW203", "there is nothing to call: values are data", argument=0)


def _shown(run: Run, values: tuple[object, ...]) -> str:
    _measure(run, values)
    return printed(["<no value>" if value is None else value for value in values])


def _measure(run: Run, values: tuple[object, ...]) -> None:
    # the lengths together, before they are together: a value may be handed over many times
    run.measured(sum(len(value) for value in values if type(value) is str))
    containers = [value for value in values if type(value) is not str]
    run.weighed(containers)


OUTPUT: tuple[Function, ...] = (
    function("print", print_, passes=ANYWHERE),
    function("println", println, passes=ANYWHERE),
    function("printf", printf_, passes=range(1, 1_000_000)),
    function("html", html, passes=ANYWHERE),
    function("js", js, passes=ANYWHERE),
    function("urlquery", urlquery, passes=ANYWHERE),
    function("call", call),
)
