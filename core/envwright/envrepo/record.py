"""What a commit of the environment repository says of itself: the trailers of its message.

They are all that `verify` needs to make the commit again, and every one of them follows from the source commit, the
engine and the files of the commit: one that was changed by hand does not fit the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from envwright.model.diagnostic import Refused, refuse

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
MOST_SPELLED = 5
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class Record(NamedTuple):
    """What a commit was made of.

    `source_repo` is a URL without credentials, empty where the source has no remote; `source_sha` the commit of the
    source; `source_file` the stack's root file there; `source_ref` the branch of a slot's source, else empty;
    `directory` the environment's, `.` for the root; `plugins` the installed ones that do not come with the engine, as
    `NAME VERSION, ...` or `none`; `variables` the passed variables that were read and are not public, by name;
    `cluster_scope` what the caller chose, else empty; `pins` and `hold` the digests of these files, empty without one.
    """

    source_repo: str
    source_sha: str
    source_file: str
    source_ref: str
    directory: str
    plan_digest: str
    engine: str
    plugins: str
    variables: tuple[str, ...]
    cluster_scope: str
    pins: str
    hold: str

    def trailers(self) -> dict[str, str]:
        """Return the trailers in their order; what is empty is left out."""
        values = {**self._asdict(), "variables": ", ".join(self.variables)}
        return {name: values[field] for field, name in TRAILERS.items() if values[field]}


# the fields of a record, in the order of its trailers
TRAILERS = {field: field.title().replace("_", "-") for field in Record._fields}
NEEDED = ("Source-Sha", "Source-File", "Directory", "Plan-Digest", "Engine", "Plugins")
NAMES = frozenset(name.casefold() for name in TRAILERS.values())


def how_to_pass(variables: Sequence[str]) -> str:
    """Return the hint for variables that are not passed; of many, the option for a file of them."""
    if len(variables) > MOST_SPELLED:
        return "pass them as they were: --env-file FILE, or --pass-env NAME for each"
    return " ".join(f"--pass-env {name}" for name in variables)


def read_record(trailers: Iterable[tuple[str, str]], commit: str) -> Record:
    """Return what the trailers of a commit say. Raises Refused: EW742 for a commit that envwright did not make.

    Those of others (`Co-authored-by`, which a forge adds) may stand as often as they like. A name of ours stands once
    in whatever case, for git reads `source-sha` as `Source-Sha`.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in trailers:
        folded = name.casefold()
        if folded in NAMES and folded in seen:
            raise _foreign(commit, f"the trailer {name} stands twice")
        seen.add(folded)
        found[name] = value
    if missing := [name for name in NEEDED if name not in found]:
        raise _foreign(commit, f"it has no trailer {missing[0]}")
    if not SHA.fullmatch(found["Source-Sha"]) or not DIGEST.fullmatch(found["Plan-Digest"]):
        raise _foreign(commit, "Source-Sha or Plan-Digest is not what it should be")
    return _record(found)


def is_recorded(trailers: Iterable[tuple[str, str]]) -> bool:
    """Return whether these are the trailers of a commit that envwright made."""
    try:
        read_record(trailers, "")
    except Refused:
        return False
    return True


def _record(found: Mapping[str, str]) -> Record:
    values = {field: found.get(name, "") for field, name in TRAILERS.items()}
    names = tuple(name for name in values.pop("variables").split(", ") if name)
    return Record(**values, variables=names)


def _foreign(commit: str, why: str) -> Refused:
    hint = "`envwright commit` or `envwright rollback` puts right what somebody else did"
    return refuse("EW742", f"{commit or 'the commit'} was not made by envwright: {why}", hint=hint)
