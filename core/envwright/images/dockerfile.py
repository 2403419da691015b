"""What a Dockerfile builds on: its stages, the arguments in front of them, and the images it takes files from.

A scan, not a parser: instructions are told apart as BuildKit does (directives, continuations, comments,
here-documents), and only what names an image or a stage is looked into.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from envwright.images.variables import expand

# of how many Dockerfiles is kept what was found: services are often made by one pattern
KEPT = 256


class Base(NamedTuple):
    """An image as a Dockerfile names it, and where: `line` and `column` count from 1, `width` in characters."""

    image: str
    line: int
    column: int
    width: int


class Stage(NamedTuple):
    """A stage: `name` in lower case, empty if it has none; `base` as written, maybe another stage."""

    name: str
    base: Base


class Dockerfile(NamedTuple):
    """What a scan found.

    `arguments` are those in front of the first stage, in order, with their default (None without one); `sources` what
    `COPY --from` and `RUN --mount=from=` name, as written.
    """

    arguments: tuple[tuple[str, str | None], ...]
    stages: tuple[Stage, ...]
    sources: tuple[Base, ...]

    def has_stage(self, target: str) -> bool:
        """Return whether `target` can be built: the name of a stage, in any case, or its number from 0."""
        if target.isdecimal():
            return int(target) < len(self.stages)
        return any(stage.name == target.lower() for stage in self.stages)

    def bases(self, build_arguments: Mapping[str, str]) -> tuple[Base, ...]:
        """Return the images of `FROM`, then those that files are taken from, with arguments put in.

        Stages and `scratch` are none. A variable without a value stays as written.
        """
        values: dict[str, str] = {}
        for name, default in self.arguments:
            if name in build_arguments:
                values[name] = build_arguments[name]
            elif default is not None:
                values[name] = expand(default, values)
        found: list[Base] = []
        # only a stage further up is meant by a name; below, the same name is an image
        above = {"scratch"}
        for stage in self.stages:
            image = expand(stage.base.image, values)
            if image.lower() not in above:
                found.append(stage.base._replace(image=image))
            above.add(stage.name)
        taken = [source for source in self.sources if not _is_stage(source.image, above)]
        return (*found, *taken)


class Instruction(NamedTuple):
    """An instruction: `keyword` in upper case, `flags` (`--from=x`), the rest as one line.

    `lines` are the first and the last line it stands on, without here-documents.
    """

    keyword: str
    flags: tuple[str, ...]
    rest: str
    lines: tuple[int, int]


@lru_cache(maxsize=KEPT)
def scan(text: str) -> Dockerfile:
    """Return the stages and images of a Dockerfile. What is not valid there is skipped: the builder will say so."""
    lines = text.removeprefix("\ufeff").split("\n")
    arguments: list[tuple[str, str | None]] = []
    stages: list[Stage] = []
    sources: list[Base] = []
    for instruction in instructions(lines):
        if instruction.keyword == "FROM":
            words = [_unquoted(word) for word in instruction.rest.split()]
            if words:
                name = words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else ""
                stages.append(Stage(name, _base(words[0], instruction, lines)))
        elif instruction.keyword == "ARG" and not stages:
            arguments += (_argument(word) for word in _ARGUMENT.findall(instruction.rest))
        elif instruction.keyword in ("COPY", "RUN"):
            sources += (_base(name, instruction, lines) for flag in instruction.flags for name in _sources(flag))
    return Dockerfile(tuple(arguments), tuple(stages), tuple(sources))


_ARGUMENT = re.compile(r"""(?:"[^"]*"|'[^']*'|\S)+""")
_DIRECTIVE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(\S.*?)\s*$")
_SPACES = re.compile(r"\s+")
_FLAG = re.compile(r"(--\S+)\s*")
_HEREDOC = re.compile(r"\d*<<(-?)\s*([^<\s][^<]*)")
# outside quotes a space ends a word, but for those of `<< EOF`
_WORD = re.compile(r"""(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.?|<<[ \t]*|[^\s"'\\<]+|<)+|(?P<open>["'])""", re.DOTALL)


def instructions(lines: list[str]) -> Iterator[Instruction]:
    """Yield the instructions of a Dockerfile's lines, without comments and here-documents."""
    escape = re.escape(_escape(lines))
    continued = re.compile(rf"(?:(?<=[^{escape}])|^){escape}[ \t]*$")
    numbered = enumerate((line.rstrip("\r") for line in lines), 1)
    for number, line in numbered:
        line = "" if _is_comment(line) else line.lstrip()
        if not line:
            continue
        parts, end = [line], number
        while match := continued.search(parts[-1]):
            parts[-1] = parts[-1][: match.start()]
            following = (more for more in numbered if more[1].strip() and not _is_comment(more[1]))
            end, more = next(following, (end, ""))
            parts.append(more)
        instruction = _instruction("".join(parts), (number, end))
        for ending, indented in _heredocs(instruction):
            for _, inside in numbered:
                if (inside.lstrip("\t") if indented else inside) == ending:
                    break
        yield instruction


def _instruction(text: str, lines: tuple[int, int]) -> Instruction:
    keyword, _, rest = _SPACES.sub(" ", text.strip(), count=1).partition(" ")
    flags: list[str] = []
    end = 0
    while flag := _FLAG.match(rest, end):
        flags.append(flag[1])
        end = flag.end()
    return Instruction(keyword.upper(), tuple(flags), rest[end:], lines)


def _escape(lines: list[str]) -> str:
    """Return the character that continues lines: a backslash, or what the directive `# escape=` in front says."""
    for line in lines:
        directive = _DIRECTIVE.match(line.strip())
        if not directive or directive[1].lower() not in ("syntax", "escape", "check"):
            break
        if directive[1].lower() == "escape":
            return "`" if directive[2] == "`" else "\\"
    return "\\"


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _heredocs(instruction: Instruction) -> Iterator[tuple[str, bool]]:
    """Yield for each here-document of an instruction the line that ends it, and whether tabs before it are skipped."""
    keyword, rest = instruction.keyword, instruction.rest
    if keyword == "ONBUILD":
        keyword, _, rest = rest.partition(" ")
    if keyword.upper() not in ("RUN", "COPY", "ADD") or "<<" not in rest or rest.startswith("["):
        return
    for word in _shell_words(rest):
        if heredoc := _HEREDOC.fullmatch(word):
            yield _unquoted(heredoc[2]), heredoc[1] == "-"


def _shell_words(text: str) -> list[str]:
    """Return `text` cut at spaces outside quotes, with the quotes; nothing if one is left open."""
    words = list(_WORD.finditer(text))
    return [] if any(word["open"] for word in words) else [word[0] for word in words]


def _argument(word: str) -> tuple[str, str | None]:
    name, equals, default = word.partition("=")
    return name, _unquoted(default) if equals else None


def _sources(flag: str) -> Iterator[str]:
    """Yield what `--from=NAME` or `--mount=type=bind,from=NAME` names."""
    key, _, value = flag.partition("=")
    if key == "--from":
        yield _unquoted(value)
    elif key == "--mount":
        yield from (part.removeprefix("from=") for part in _unquoted(value).split(",") if part.startswith("from="))


def _is_stage(name: str, stages: set[str]) -> bool:
    return name.isdecimal() or name.lower() in stages


def _unquoted(word: str) -> str:
    return re.sub(r"""\\(.)|["']""", r"\1", word)


def _base(image: str, instruction: Instruction, lines: list[str]) -> Base:
    """Return the place of `image`: mostly on the first line of its instruction, else on one that continues it."""
    word = re.compile(rf"(?<![^\s=\"']){re.escape(image)}(?![^\s,\"'])")
    first, last = instruction.lines
    for number, line in enumerate(lines[first - 1 : last], first):
        if place := word.search(line):
            return Base(image, number, place.start() + 1, len(image))
    return Base(image, first, 1, 1)
