"""The variables that a caller passes: options, env files and the process environment, nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from envwright.model.diagnostic import diagnostic
from envwright.model.mark import Mark
from envwright.model.wrong_call import WrongCall

NAME_START = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
NAME = NAME_START | frozenset("0123456789")


def passed_variables(
    options: Iterable[str], env_files: Iterable[str], patterns: Iterable[str], environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the passed variables; `--var` wins over `--env-file`, that over `--pass-env`, and later ones over earlier.

    `options` are `NAME=VALUE`, `patterns` globs over the names of `environ` (the process environment unless given).
    Raises WrongCall: EW901.
    """
    environ = os.environ if environ is None else environ
    found = {name: environ[name] for pattern in patterns for name in sorted(environ) if fnmatchcase(name, pattern)}
    for file in env_files:
        found.update(read_env_file(file))
    for option in options:
        name, equals, value = option.partition("=")
        if not equals or not _is_name(name):
            raise _wrong("--var takes NAME=VALUE", Mark("--var"), "for example --var REPLICAS=2")
        found[name] = value
    for name, value in found.items():
        if not _is_text(value):
            raise _wrong(f"the value of {name} is not UTF-8", None, "encode it first, for example with base64")
    return found


def public_names(variables: Mapping[str, str], patterns: Iterable[str]) -> frozenset[str]:
    """Return the names of the variables that match one of the globs."""
    return frozenset(name for pattern in patterns for name in variables if fnmatchcase(name, pattern))


def read_env_file(file: str) -> dict[str, str]:
    """Read a file of `NAME=VALUE` lines; `#` begins a comment line, `export ` in front is skipped.

    A value in single quotes is taken as it is, one in double quotes after its escapes (line feed, tab, quote,
    backslash), and only a comment may follow either; an unquoted one ends before ` #`. Nothing is substituted. Raises
    WrongCall (EW901) for a file or a line that cannot be read; values are never shown.
    """
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise _wrong(f"{file} cannot be read: {reason}", None, "pass a file of NAME=VALUE lines") from error
    found = {}
    for number, line in enumerate(text.split("\n"), 1):  # splitlines would also split at U+2028 and the like
        stripped = line.strip().removeprefix("export ").lstrip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not equals or not _is_name(name.rstrip()):
            raise _wrong("not a NAME=VALUE line", Mark(file, number), "write NAME=VALUE, or # before a comment")
        found[name.rstrip()] = _unquoted(value.strip(), Mark(file, number))
    return found


def _unquoted(value: str, where: Mark) -> str:
    quote = value[:1]
    if quote not in ("'", '"'):
        return value.split(" #", 1)[0].rstrip()
    end = _closing(value, quote)
    if end < 0:
        raise _wrong("a quote is not closed", where, f"close it with {quote}")
    rest = value[end + 1 :].strip()
    if rest and not rest.startswith("#"):
        raise _wrong("something stands after the closing quote", where, "quote the whole value, or none of it")
    inner = value[1:end]
    if quote == "'":
        return inner
    escapes = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
    parts = inner.split("\\")
    text, pending = parts[0], parts[1:]
    while pending:
        part = pending.pop(0)
        if part == "" and pending:  # an escaped backslash: the next part is text as it stands
            text += "\\" + pending.pop(0)
        else:
            text += escapes.get(part[:1], "\\" + part[:1]) + part[1:]
    return text


def _closing(value: str, quote: str) -> int:
    position = value.find(quote, 1)
    while quote == '"' and position > 0 and _escaped(value, position):
        position = value.find(quote, position + 1)
    return position


def _escaped(value: str, position: int) -> bool:
    before = value[:position]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _is_text(value: str) -> bool:
    """Return whether a value can be written as UTF-8: Python gives bytes that are not as half surrogate pairs."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_name(name: str) -> bool:
    return name[:1] in NAME_START and NAME.issuperset(name) if name else False


def _wrong(summary: str, where: Mark | None, hint: str) -> WrongCall:
    return WrongCall([diagnostic("error", "EW901", summary, where, hint=hint)])
