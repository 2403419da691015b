"""One run of a template: what it spends, reads and writes, and how it calls functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from envwright.model.diagnostic import Diagnostic, Refused, diagnostic
from envwright.model.suggest import did_you_mean
from envwright.templates.fault import Fault, Faults
from envwright.templates.formatting import text_of
from envwright.templates.functions.function import Function
from envwright.templates.functions.impure import IMPURE
from envwright.templates.markers import OPEN, is_opaque, marker, readable
from envwright.templates.scope import NOTHING_READ, Reads, Scope
from envwright.templates.source import Source
from envwright.templates.tree import Node
from envwright.templates.values import LISTS, MAPS, WHITE_SPACE

# (offset in the output, source, start, end, names), a bare tuple: there is one for each text and action. The names are
# those of the passed variables that the action read; None marks text, which maps character by character.
Segment = tuple[int, Source, int, int, tuple[str, ...] | None]

# A template goes on after so many mistakes, counted by place, and by how often they were met.
_FAULTS_AT_ONCE = 20
_FAULTS_MET = 200

_NOWHERE = Node(0, 0)
_CONTAINERS = MAPS | LISTS


class Run:
    """The state of one run; each syntax adds how it walks its tree.

    A `masked` run holds markers instead of the values of passed variables.
    """

    def __init__(self, scope: Scope, source: Source, *, masked: bool = False) -> None:
        limits = scope.limits
        self.scope = scope
        self.functions = scope.functions
        self.source = source
        self.masked = masked
        self.steps_left = limits.steps
        self.iterations_left = limits.iterations
        self.depth_left = limits.depth
        self.text_limit = limits.text
        self.output: list[str] = []
        self.size = 0
        self.segments: list[Segment] = []
        self.names: dict[str, None] = {}
        self.passed: set[str] = set()
        self.empty: set[str] = set()
        self.vars: set[str] = set()
        self.versions: set[str] = set()
        self.watched = {scope.watched[0]: self.vars, scope.watched[1]: self.versions}
        self.faults: dict[tuple[str, Source, int], Fault] = {}
        self.faults_met = 0
        self.warnings: dict[tuple[str, Source, int], Diagnostic] = {}
        self.place = _NOWHERE

    # What it spends ---------------------------------------------------------------------------------------------------

    def spend(self, steps: int) -> None:
        """Count steps. Raises Fault (EW206) when they are used up."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise Fault("EW206", f"the template takes more than {self.scope.limits.steps} steps")

    def iterate(self) -> None:
        """Count one round of a loop. Raises Fault (EW206) when they are used up."""
        self.iterations_left -= 1
        if self.iterations_left < 0:
            raise Fault("EW206", f"the loops run more than {self.scope.limits.iterations} times")

    def enter(self) -> None:
        """Go one level deeper; the caller adds one to `depth_left` when it is back. Raises Fault (EW206)."""
        self.depth_left -= 1
        if self.depth_left < 0:
            raise Fault("EW206", f"blocks and partial templates are more than {self.scope.limits.depth} deep")

    def measured(self, length: int) -> int:
        """Return `length`, the length of a text about to be made. Raises Fault (EW206) if it is too long."""
        if length > self.text_limit:
            raise Fault("EW206", f"a text of more than {self.text_limit} characters")
        return length

    def weighed(self, value: Any) -> Any:
        """Return a list or map just made. Raises Fault (EW206) if all that it holds is too much, or nested too deep."""
        items, length = self._weight(value, self.scope.limits.depth)
        self.spend(items)
        self.measured(length)
        return value

    def _weight(self, value: Any, depth: int) -> tuple[int, int]:
        if type(value) is str:
            return 1, len(value)
        if type(value) in MAPS:
            items, length = len(value), sum(map(len, value))
            held = value.values()
        elif type(value) in LISTS:
            items, length, held = len(value), 0, value
        else:
            return 1, 0
        if depth == 0:
            raise Fault("EW206", f"lists and maps are more than {self.scope.limits.depth} deep")
        for item in held:
            more_items, more_length = self._weight(item, depth - 1)
            items, length = items + more_items, length + more_length
            if items > self.scope.limits.items:
                raise Fault("EW206", f"a list or map holds more than {self.scope.limits.items} values")
        return items, length

    # What it reads ----------------------------------------------------------------------------------------------------

    def read_variable(self, name: str) -> str | None:
        """Return a passed variable's value, a marker in its place if it must not be seen, None if it is not set."""
        self.passed.add(name)
        # before those of its fallback, which were read first
        self.names = {name: None, **self.names}
        value = self.scope.environ.get(name)
        if value is None or not value.strip(WHITE_SPACE):
            self.empty.add(name)
            return value
        if self.scope.is_public(name):
            return value
        return marker(name) if self.masked else value

    def note_key(self, container: object, name: str) -> None:
        """Note that a key of `.Vars` or `.Versions` was read, if `container` is one of them."""
        keys = self.watched.get(id(container))
        if keys is not None:
            keys.add(name)

    def note_whole(self, value: Any) -> None:
        """Note that all of a map or list was read, with all that it holds, and spend a step for each value in it."""
        if type(value) in MAPS:
            keys = self.watched.get(id(value))
            if keys is not None:
                keys.update(value)
            value = value.values()
        elif type(value) not in LISTS:
            return
        self.spend(len(value))
        for item in value:
            if type(item) is not str:
                self.note_whole(item)

    def reads(self) -> Reads:
        """Return what was read so far."""
        if not (self.passed or self.vars or self.versions):
            return NOTHING_READ
        return Reads(*map(_sorted, (self.passed, self.empty, self.vars, self.versions)))

    # What it writes ---------------------------------------------------------------------------------------------------

    def write(self, text: str, start: int, end: int, names: tuple[str, ...] | None) -> None:
        """Append to the output what the source's characters from `start` to before `end` made."""
        self.segments.append((self.size, self.source, start, end, names))
        self.output.append(text)
        self.size += len(text)
        if self.size > self.scope.limits.output:
            raise Fault(
                "EW206", f"the output has more than {self.scope.limits.output} characters", start=start, end=end
            )

    def printable(self, value: object) -> str:
        """Return what an action prints of its value. Raises Fault (EW212) for null, in strict mode."""
        if type(value) is str:
            return value
        if value is None:
            summary = "null cannot be printed"
            if self.scope.strict:
                raise Fault("EW212", summary, "give a default, or ask with if first")
            self.warn("EW212", f"{summary}: the output has <no value>", str)
            return "<no value>"
        self.note_whole(value)
        return text_of(value)

    def warn(self, code: str, summary: str, hint: Callable[[], str]) -> None:
        """Report a warning at the action or call being evaluated, once for each place."""
        key = (code, self.source, self.place.start)
        if key not in self.warnings:
            where = self.source.mark(self.place.start, self.place.end)
            self.warnings[key] = diagnostic("warning", code, readable(summary), where, hint=readable(hint()))

    def recover(self, fault: Fault) -> None:
        """Keep a fault so that the template goes on, to report several at once. Raises it if that makes no sense."""
        self.faults_met += 1
        if fault.code == "EW206" or len(self.faults) >= _FAULTS_AT_ONCE or self.faults_met >= _FAULTS_MET:
            raise fault
        self._keep(fault)

    def _keep(self, fault: Fault) -> None:
        source = fault.in_source(self.source).source or self.source
        self.faults.setdefault((fault.code, source, fault.start), fault)

    def complete(self, walk: Callable[[], object]) -> str:
        """Run to the end; return the output. Raises Faults: those that the run went on after, and what stopped it."""
        try:
            walk()
        except Fault as fault:
            self._keep(fault)
        if self.faults:
            raise Faults(self.faults.values())
        return "".join(self.output)

    # Calling functions ------------------------------------------------------------------------------------------------

    def call(self, function: Function, arguments: list[object]) -> Any:
        """Return a function's result. Raises Fault, without a place, for what is wrong with the arguments.

        What a function of the scope raises as Refused becomes a fault of this call, unless it names another place.
        """
        function.check(arguments)
        if self.masked:
            for index, value in enumerate(arguments):
                if type(value) is str and OPEN in value and index not in function.passes:
                    return self._call_opaque(function, arguments)
        length = 0
        for value in arguments:
            if type(value) is str:
                length += len(value)
            elif function.reads_whole and type(value) in _CONTAINERS:
                self.note_whole(value)
        try:
            result = function.run(self, *arguments) if function.needs_run else function.run(*arguments)
        except Refused as refused:
            first = refused.diagnostics[0]
            if first.where is not None:
                raise
            raise Fault(first.code, first.summary, first.hint) from None
        if type(result) is str:
            length += self.measured(len(result))
        self.spend(1 + (length >> 7))
        return result

    def _call_opaque(self, function: Function, arguments: list[object]) -> str:
        if not function.keeps:
            summary = f"{function.name} would tell something of the value of a passed variable"
            raise Fault("EW602", summary, "where a Secret is made, a value is only put in, never looked at")
        return "".join([value for value in arguments if is_opaque(value)])  # type: ignore[misc]  # opaque ones are text

    def unknown_function(self, name: str, start: int, end: int) -> Fault:
        """Return the fault of a name that is in no table."""
        hint = IMPURE.get(name)
        if hint is not None:
            return Fault("EW208", f"{name} would make another output in every run", hint, start=start, end=end)
        hint = did_you_mean(name, self.functions)
        return Fault("EW202", f'unknown function "{name}"', hint, start=start, end=end)

    def include(self, name: str, dot: object) -> str:  # noqa: ARG002  # for a syntax that has partial templates
        """Return what the partial template `name` makes of `dot`. Raises Fault (EW210) for an unknown one."""
        raise Fault("EW210", f'unknown partial template "{name}"', "only Go templates have them")


def _sorted(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
