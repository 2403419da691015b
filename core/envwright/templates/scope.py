"""What a template may see, and what it did read of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from envwright.templates.functions import FUNCTIONS
from envwright.templates.functions.function import Function, function
from envwright.templates.limits import LIMITS, Limits
from envwright.templates.source import Source
from envwright.templates.tree import Partial
from envwright.templates.values import MAPS, plain_map


class Bound(NamedTuple):
    """The value of a template variable, and the names of the passed variables that were read to get it.

    `masked` is the value that a run with markers sees.
    """

    value: object
    names: tuple[str, ...]
    masked: object


class Reads(NamedTuple):
    """What a template read, sorted: it belongs into the plan's `inputs`.

    `passed` are the names of passed variables, asked for whether set or not; `empty` those of them that were not set
    or blank. `vars` and `versions` are keys of `.Vars` and `.Versions`.
    """

    passed: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    vars: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()

    def union(self, other: Reads) -> Reads:
        """Return what either read."""
        return Reads(*(tuple(sorted({*mine, *others})) for mine, others in zip(self, other, strict=True)))


# The named templates of other files, each with the source it stands in.
Partials = Mapping[str, tuple[Partial, Source]]


NOTHING_READ = Reads()


class Scope:
    """What templates see, the same for every template of a unit or environment.

    `data` is dot: plain values (text, numbers, truth values, None, lists, maps), checked and copied. `environ` are the
    passed variables; `public` says which of them may be shown, as patterns with `*` and `?`. `functions` are added to
    the table, or replace one of it: each a callable whose annotated parameters (`str int float bool list dict object`)
    say what it takes. `strict` chooses v1's rules, False those of older formats. Printing a scope never shows values.
    """

    __slots__ = ("data", "environ", "functions", "limits", "partials", "public", "strict", "watched")

    def __init__(
        self,
        data: Mapping[str, object],
        environ: Mapping[str, str] | None = None,
        *,
        public: Iterable[str] = (),
        functions: Mapping[str, Callable[..., object]] | None = None,
        partials: Partials | None = None,
        strict: bool = True,
        limits: Limits = LIMITS,
    ) -> None:
        self.data = plain_map(data)
        self.environ = dict(environ or {})
        self.public = tuple(public)
        self.functions: Mapping[str, Function] = FUNCTIONS
        if functions:
            self.functions = {**FUNCTIONS, **{name: function(name, run) for name, run in functions.items()}}
        self.partials = partials or {}
        self.strict = strict
        self.limits = limits
        # the identities of the maps whose keys are noted when they are read, 0 for one that is not there
        self.watched = tuple(
            id(self.data[name]) if type(self.data.get(name)) in MAPS else 0 for name in ("Vars", "Versions")
        )

    def __repr__(self) -> str:
        return f"Scope(<{len(self.environ)} passed variables>, strict={self.strict})"

    def is_public(self, name: str) -> bool:
        """Return whether the value of the passed variable `name` may be shown."""
        from fnmatch import fnmatchcase  # few calls declare public variables

        return any(fnmatchcase(name, pattern) for pattern in self.public)
