"""What one stage of a Dockerfile leaves in the image's configuration: what it starts, where, and as whom."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from envwright.images.dockerfile import KEPT, Instruction, instructions
from envwright.images.variables import expand

# with one of these a shell has to read the command
_FROM = re.compile(r"\bfrom=([^,\s]+)")
SHELL_SIGNS = frozenset("|&;<>()$`\\*?#~\n")


class Copied(NamedTuple):
    """What `COPY` takes from the context, and where it puts it, made absolute."""

    source: str
    target: str


class StageFacts(NamedTuple):
    """A stage with all that it inherits from earlier ones; of the image it begins with nothing is known.

    `entrypoint` and `command` are words, `working_directory` is absolute or empty, `user` as written without its group.
    `copied` is what comes from the context, in order; `runs` are the commands of `RUN` with the directory they run in.
    `sources` are the paths of the context that the stage is made of, those of the stages that it takes files from too;
    `.` is all of it.
    """

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    working_directory: str = ""
    user: str = ""
    copied: tuple[Copied, ...] = ()
    runs: tuple[tuple[str, str], ...] = ()
    sources: frozenset[str] = frozenset()

    @property
    def starts(self) -> tuple[str, ...]:
        """All that a container of the image starts."""
        return (*self.entrypoint, *self.command)


Stages = Sequence[tuple[str, StageFacts]]


def stage_facts(text: str, target: str = "") -> StageFacts | None:
    """Return what is known of a stage, by its name in any case or its number, or of the last one.

    None if it is not there.
    """
    stages = _stages(text)
    return _stage(stages, target) if target else stages[-1][1] if stages else None


@lru_cache(maxsize=KEPT)
def _stages(text: str) -> Stages:
    """Return every stage by its name."""
    stages: list[tuple[str, StageFacts]] = []
    values: dict[str, str] = {}
    for instruction in instructions(text.removeprefix("\ufeff").split("\n")):
        if instruction.keyword == "FROM":
            name, base = _names(instruction)
            inherited = next((facts for known, facts in reversed(stages) if known and known == base), StageFacts())
            stages.append((name, inherited))
        elif instruction.keyword in ("ARG", "ENV"):
            values.update(_assignments(instruction.rest, values))
        elif stages:
            name, facts = stages[-1]
            facts = _with(facts, instruction, values)
            stages[-1] = (name, facts._replace(sources=facts.sources | _sources(instruction, stages, values)))
    return tuple(stages)


def _stage(stages: Stages, target: str) -> StageFacts | None:
    if target.isdecimal():
        return stages[int(target)][1] if int(target) < len(stages) else None
    return next((facts for name, facts in stages if name == target.lower()), None)


def _sources(instruction: Instruction, stages: Stages, values: dict[str, str]) -> frozenset[str]:
    """Return the paths of the context that an instruction reads, itself or in a stage that it takes files from."""
    if instruction.keyword not in ("COPY", "ADD", "RUN"):
        return frozenset()
    taken = [_stage(stages, name) for flag in instruction.flags for name in _FROM.findall(flag)]
    found = frozenset[str]().union(*(facts.sources for facts in taken if facts is not None))
    if taken or (instruction.keyword == "RUN" and not any("type=bind" in flag for flag in instruction.flags)):
        return found
    if instruction.keyword == "RUN":
        return frozenset({"."})
    return frozenset(each.source for each in _copied(StageFacts(), _expanded(instruction.rest, values)))


def _names(instruction: Instruction) -> tuple[str, str]:
    """Return the name of the stage that `FROM` begins, and what it begins with, both in lower case."""
    words = instruction.rest.split()
    named = len(words) > 2 and words[1].upper() == "AS"
    return words[2].lower() if named else "", words[0].lower() if words else ""


def _with(facts: StageFacts, instruction: Instruction, values: dict[str, str]) -> StageFacts:
    rest = instruction.rest
    match instruction.keyword:
        case "WORKDIR":
            return facts._replace(working_directory=_below(facts.working_directory, _expanded(rest.strip(), values)))
        case "USER":
            return facts._replace(user=_expanded(rest.strip(), values).partition(":")[0])
        case "ENTRYPOINT":
            # as the builder does: a command that was inherited goes with the entrypoint that it was for
            return facts._replace(entrypoint=_words(rest), command=())
        case "CMD":
            return facts._replace(command=_words(rest))
        case "COPY" | "ADD" if not any(flag.startswith("--from=") for flag in instruction.flags):
            return facts._replace(copied=(*facts.copied, *_copied(facts, _expanded(rest, values))))
        case "RUN":
            return facts._replace(runs=(*facts.runs, (rest, facts.working_directory)))
    return facts


def _expanded(text: str, values: dict[str, str]) -> str:
    return expand(text.strip("\"'"), values)


def _below(directory: str, path: str) -> str:
    return posixpath.normpath(posixpath.join("/", directory, path))


def _words(rest: str) -> tuple[str, ...]:
    """Return the words of a command: those of the JSON form, or of the other one, in a shell if one has to read it."""
    text = rest.strip()
    if (listed := _json_form(text)) is not None:
        return listed
    if SHELL_SIGNS.isdisjoint(text) and "=" not in text.partition(" ")[0]:
        try:
            return tuple(shlex.split(text))
        except ValueError:
            pass  # a quote is left open: a shell would say so
    return ("/bin/sh", "-c", text)


def _json_form(text: str) -> tuple[str, ...] | None:
    """Return the words of `["a", "b"]`, None for what is not that."""
    if not text.startswith("["):
        return None
    try:
        words = json.loads(text)
    except ValueError:
        return None
    return tuple(words) if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _copied(facts: StageFacts, rest: str) -> Iterator[Copied]:
    words = _json_form(rest.strip()) or tuple(rest.split())
    if len(words) < 2:
        return
    *sources, target = words
    for source in sources:
        if "://" not in source and not source.startswith("<<"):
            yield Copied(posixpath.normpath(source.strip("/") or "."), _below(facts.working_directory, target))


def _assignments(rest: str, values: dict[str, str]) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(rest)
    except ValueError:
        return
    if words and "=" not in words[0] and len(words) > 1:  # `ENV NAME value`
        yield words[0], expand(" ".join(words[1:]), values)
        return
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            yield name, expand(value, values)
