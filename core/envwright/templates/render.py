"""The border of this room: evaluate a scalar, render a file, run a prelude. Mistakes come out as Refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Literal, NamedTuple, TypeVar

from envwright.model.codes import CODES
from envwright.model.diagnostic import Diagnostic, Refused
from envwright.model.mark import Mark
from envwright.model.nodes import Scalar
from envwright.templates.fault import Fault, Faults, as_error
from envwright.templates.interpreter import Interpreter
from envwright.templates.limits import LIMITS, Limits
from envwright.templates.markers import marker
from envwright.templates.parser import parse, parse_cached
from envwright.templates.rendered import Rendered
from envwright.templates.run import Run
from envwright.templates.scope import NOTHING_READ, Bound, Partials, Reads, Scope
from envwright.templates.source import Source
from envwright.templates.tree import Action, Partial

Syntax = Literal["go", "jinja"]

_UNBOUND: Mapping[str, Bound] = {}


class Evaluated(NamedTuple):
    """What a scalar became: text, or for a scalar that is one whole expression the expression's own value."""

    value: object
    reads: Reads
    warnings: tuple[Diagnostic, ...] = ()


class Prelude(NamedTuple):
    """The variables that the actions at the head of a file set, for all templates in it."""

    variables: Mapping[str, Bound]
    reads: Reads
    warnings: tuple[Diagnostic, ...] = ()


_R = TypeVar("_R", Evaluated, Prelude, Rendered)


def is_template(text: str) -> bool:
    """Return whether a scalar holds a template."""
    return "{{" in text


def evaluate(
    scalar: Scalar, scope: Scope, variables: Mapping[str, Bound] = _UNBOUND, *, markers: bool = False
) -> Evaluated:
    """Return what a scalar of services.yaml stands for; `variables` are those of a prelude.

    Raises Refused: EW200 to EW206, EW208 to EW212, EW602.
    """
    if "{{" not in scalar.text:
        return Evaluated(scalar.text, NOTHING_READ)
    source = Source.of_scalar(scalar)
    return _guarded(scope, source, partial(_evaluate, source, scope, variables), markers=markers)


def render(text: str, path: str, scope: Scope, *, syntax: Syntax = "go", markers: bool = False) -> Rendered:
    """Return what the template file `path` with this text renders to; with `markers`, no passed value is in it.

    Raises Refused: EW200 to EW206, EW208 to EW212, EW602.
    """
    if syntax == "go" and "{{" not in text:
        return verbatim(text, path)
    source = Source.of_file(text, path)
    execute = _render_jinja if syntax == "jinja" else _render_go
    return _guarded(scope, source, partial(execute, source, scope), markers=markers)


def verbatim(text: str, path: str) -> Rendered:
    """Return a file that is no template as what it renders to: itself."""
    return Rendered(text, ((0, Source.of_file(text, path), 0, len(text), None),), NOTHING_READ, ())


def prelude(actions: Iterable[tuple[str, Mark]], scope: Scope) -> Prelude:
    """Run actions such as `{{- $x := envOr "X" "" -}}` in order, each with its place; return the variables they set.

    Raises Refused: EW200 to EW206, EW208 to EW212.
    """
    whole = Prelude({}, NOTHING_READ)
    for text, mark in actions:
        source = Source(text, mark)
        execute = partial(_run_prelude, source, scope, whole.variables)
        found = _guarded(scope, source, execute, markers=False)
        masked, _ = _attempt(source, execute, masked=True)
        variables = {name: _masked(name, bound, masked) for name, bound in found.variables.items()}
        whole = Prelude(variables, whole.reads.union(found.reads), whole.warnings + found.warnings)
    return whole


_PRELUDE_LINE = re.compile(r"#\s*(\{\{.*\}\})\s*")


def prelude_actions(text: str, path: str) -> list[tuple[str, Mark]]:
    """Return the actions of a file's prelude: the comment lines before its first key that hold one action each."""
    found: list[tuple[str, Mark]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        match = _PRELUDE_LINE.fullmatch(line.strip())
        if match is not None:
            action = match.group(1)
            found.append((action, Mark(path, number, line.index(action) + 1, len(action))))
    return found


def partials(files: Iterable[tuple[str, str]], limits: Limits = LIMITS) -> Partials:
    """Return what `define` and `block` name in these files (path, text); text outside of them is left out.

    Raises Refused: EW200, EW206.
    """
    found: dict[str, tuple[Partial, Source]] = {}
    for path, text in files:
        source = Source.of_file(text, path)
        try:
            template = parse(text, limits.depth)
            for name, named in template.partials.items():
                _check_name(name, named, found)
        except Fault as fault:
            raise Refused([as_error(fault, source)]) from None
        found.update({name: (named, source) for name, named in template.partials.items()})
    return found


def _check_name(name: str, named: Partial, found: Partials) -> None:
    if name in found:
        first, source = found[name]
        hint = f"it is defined in {source.mark(first.start, first.end)} too"
        summary = f'the partial template "{name}" is defined twice'
        raise Fault("EW200", summary, hint, start=named.start, end=named.end)


# How each of them runs ------------------------------------------------------------------------------------------------


def _evaluate(source: Source, scope: Scope, variables: Mapping[str, Bound], masked: bool) -> Evaluated:
    template = parse_cached(_within(source, scope), scope.limits.depth)
    run = Interpreter(template, scope, source, variables, masked=masked)
    value: object
    only = template.body[0] if len(template.body) == 1 and not template.partials else None
    if type(only) is Action and not only.pipe.variables:
        value = run.pipe(only.pipe)
        run.note_whole(value)
    else:
        value = run.complete(partial(run.walk, template.body))
    return Evaluated(value, run.reads(), tuple(run.warnings.values()))


def _run_prelude(source: Source, scope: Scope, variables: Mapping[str, Bound], masked: bool) -> Prelude:
    template = parse(_within(source, scope), scope.limits.depth)
    run = Interpreter(template, scope, source, variables, masked=masked)
    run.complete(partial(run.walk, template.body))
    bound = {name: Bound(value, names, value) for name, value, names in run.variables if name != "$"}
    return Prelude(bound, run.reads(), tuple(run.warnings.values()))


def _masked(name: str, bound: Bound, masked: Prelude | None) -> Bound:
    """Return `bound` with what a run with markers made of it; where that run was refused, it is opaque as a whole."""
    if masked is None:
        return bound._replace(masked="".join(map(marker, bound.names)))
    return bound._replace(masked=masked.variables[name].value)


def _render_go(source: Source, scope: Scope, masked: bool) -> Rendered:
    template = parse(_within(source, scope), scope.limits.depth)
    run = Interpreter(template, scope, source, _UNBOUND, masked=masked)
    return _rendered(run, partial(run.walk, template.body))


def _render_jinja(source: Source, scope: Scope, masked: bool) -> Rendered:
    # Jinja2 is loaded for a .j2 file only
    from envwright.templates.jinja.parsing import parse as parse_jinja
    from envwright.templates.jinja.walker import Walker

    _within(source, scope)
    run = Walker(scope, source, masked=masked)
    return _rendered(run, partial(run.walk_template, parse_jinja(source)))


def _rendered(run: Run, walk: Callable[[], object]) -> Rendered:
    return Rendered(run.complete(walk), tuple(run.segments), run.reads(), tuple(run.warnings.values()))


def _within(source: Source, scope: Scope) -> str:
    if len(source.text) > scope.limits.source:
        raise Fault("EW206", f"the template has more than {scope.limits.source} characters", start=0, end=1)
    return source.text


# Mistakes without secrets ---------------------------------------------------------------------------------------------


# What these say comes from the template's own text and from the limits.
_NEVER_QUOTES = frozenset({"EW200", "EW202", "EW206", "EW208"})


def _guarded(scope: Scope, source: Source, execute: Callable[[bool], _R], *, markers: bool) -> _R:
    """Return what `execute` returns; it is told whether to run with markers. Raises Refused for its faults.

    The text of a diagnostic never comes from a run that saw the value of a passed variable, for it may quote it: such
    a run is repeated with markers, to hear what that one has to say at the same places.
    """
    result, errors = _attempt(source, execute, masked=markers)
    found = errors if result is None else result.warnings
    if scope.environ and not markers and not all(item.code in _NEVER_QUOTES for item in found):
        masked, masked_errors = _attempt(source, execute, masked=True)
        found = _without_values(found, masked_errors if masked is None else masked.warnings)
    if result is None:
        raise Refused(found)
    return result._replace(warnings=found) if found else result


def _attempt(
    source: Source, execute: Callable[[bool], _R], *, masked: bool
) -> tuple[_R | None, tuple[Diagnostic, ...]]:
    """Return the result, or None and the errors."""
    try:
        return execute(masked), ()
    except Fault as fault:
        return None, (as_error(fault, source),)
    except Faults as faults:
        return None, tuple(as_error(fault, source) for fault in faults.items)
    except Refused as refused:
        return None, refused.diagnostics
    except RecursionError:
        return None, (as_error(Fault("EW206", "the template is nested too deeply", start=0, end=1), source),)


def _without_values(found: Iterable[Diagnostic], masked: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    known = {(item.code, item.where): item for item in masked}
    withheld = "the details are left out: they may hold the value of a passed variable"
    return tuple(
        known.get((item.code, item.where)) or item._replace(summary=CODES[item.code], hint=withheld) for item in found
    )
