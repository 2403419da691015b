"""Read a plan back, strictly: a plan that is not exactly one is refused before anything is done with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union

from envwright.model.contract.types import Pattern, Range
from envwright.model.diagnostic import refuse
from envwright.model.mark import Mark
from envwright.model.output import PLAN
from envwright.model.plan import SCHEMA_VERSION, Plan
from envwright.model.step import manifests_of
from envwright.model.value import Value
from envwright.plan.annotations import Hint, hint_of, hints_of, verb_of
from envwright.plan.writing import camel_case

Read = Callable[[Any], Any]
AnyValue = TypeVar("AnyValue", bound=Value)


class Mismatch(Exception):
    """A value that does not fit its type; `path` leads to it, outermost key last."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = list(path)

    def below(self, key: str) -> Mismatch:
        """Return the same mismatch, one key further out."""
        self.path.append(key)
        return self


def read_plan(content: bytes, file: str = PLAN) -> Plan:
    """Return the plan in the bytes of a `plan.json`.

    `file` names it in diagnostics. Raises Refused (EW702) for what is not a plan of this format: other JSON, another
    `schemaVersion`, an unknown or a missing key, a value of the wrong type, a reference that leads nowhere.
    """
    try:
        document = _json(content)
        version = document.get("schemaVersion") if isinstance(document, dict) else None
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise Mismatch(f"a newer envwright wrote it (version {version}, this one reads {SCHEMA_VERSION})")
        plan = read_value(Plan, document)
        _check_references(plan)
        return plan
    except Mismatch as error:
        place = "".join(reversed(error.path)).removeprefix(".")
        summary = f"{place}: {error}" if place else str(error)
        hint = "restore the file as envwright wrote it, or render into an empty folder"
        raise refuse("EW702", f"{file} is not a plan: {summary}", Mark(file), hint=hint) from error


def read_value(declared: type[AnyValue], document: Any) -> AnyValue:
    """Return the value of a type of the plan or the transition that plain JSON values spell. Raises Mismatch."""
    annotation: Any = declared  # mypy takes the class of a frozen value for unhashable
    found: AnyValue = _reader(annotation)(document)
    return found


def _check_references(plan: Plan) -> None:
    seen: set[str] = set()
    planned = {item.file for item in plan.objects} & plan.files.keys()
    for index, step in enumerate(plan.steps):
        place = f".steps[{index}]"
        if step.id in seen:
            raise Mismatch(f"the id {step.id!r} stands twice", ".id", place)
        for need in step.needs:
            if need not in seen:
                raise Mismatch(f"no earlier step is called {need!r}", ".needs", place)
        for path in manifests_of(step):
            if path not in planned:
                raise Mismatch(f"{path!r} is not among `objects` and `files`", place)
        seen.add(step.id)


def _json(content: bytes) -> Any:
    try:
        text = content.decode()
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(document, ensure_ascii=False).encode()  # half a surrogate pair cannot be written again
    except RecursionError:
        raise Mismatch("it is nested too deeply") from None
    except ValueError as error:  # of the decoder of UTF-8 and of JSON alike
        raise Mismatch(f"not JSON in UTF-8 ({error})") from None
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a JSON value")


@cache
def _reader(annotation: Any) -> Read:
    """Return the function that reads a value of an annotation; it is made once, for values come by the thousand."""
    hint = hint_of(annotation)
    read = _not_null(hint)
    return (lambda value: None if value is None else read(value)) if hint.nullable else read


def _not_null(hint: Hint) -> Read:
    if hint.origin is Union:
        return _choice({verb_of(member): _reader(member) for member in hint.arguments})
    if hint.origin is tuple:
        return _list(_reader(hint.arguments[0]))
    if hint.origin is Mapping:
        return _map(_reader(hint.arguments[1]))
    if hint.origin is Literal:
        return _word(hint.arguments)
    if isinstance(hint.origin, type) and issubclass(hint.origin, Value):
        return _record(hint.origin)
    return _scalar(hint)


# json gives `list`, `dict`, `str`, `int`, `bool` themselves, so `type(...) is` is exact here


def _scalar(hint: Hint) -> Read:
    if hint.origin is str:
        return _text(next((fact for fact in hint.facts if isinstance(fact, Pattern)), None))
    if hint.origin is int:
        return _number(next((fact for fact in hint.facts if isinstance(fact, Range)), Range()))
    if hint.origin is bool:
        return _flag
    if hint.origin is Any:
        return lambda value: value
    raise TypeError(f"a plan holds no {hint.origin!r}")


def _text(pattern: Pattern | None) -> Read:
    fits = re.compile(pattern.regex).fullmatch if pattern else None
    says = pattern.says if pattern else "text"

    def read(value: Any) -> str:
        if type(value) is not str or (fits and not fits(value)):
            raise Mismatch(f"it must be {says}")
        return value

    return read


def _number(limits: Range) -> Read:
    least, most = limits.least, limits.most
    bounds = [f"{word} {bound}" for word, bound in (("at least", least), ("at most", most)) if bound is not None]
    message = ", ".join(["it must be a whole number", *bounds])

    def read(value: Any) -> int:
        if type(value) is not int or (least is not None and value < least) or (most is not None and value > most):
            raise Mismatch(message)
        return value

    return read


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise Mismatch("it must be true or false")
    return value


def _word(words: tuple[str, ...]) -> Read:
    def read(value: Any) -> str:
        if value not in words:
            raise Mismatch(f"it must be one of {', '.join(words)}")
        return str(value)

    return read


def _list(item: Read) -> Read:
    def read(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise Mismatch("it must be a list")
        found = []
        for each in value:
            try:
                found.append(item(each))
            except Mismatch as error:
                raise error.below(f"[{len(found)}]") from None
        return tuple(found)

    return read


def _map(item: Read) -> Read:
    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise Mismatch("it must be an object")
        found = {}
        for key, each in value.items():
            try:
                found[key] = item(each)
            except Mismatch as error:
                raise error.below(f".{key}") from None
        return found

    return read


def _choice(members: Mapping[str, Read]) -> Read:
    def read(value: Any) -> Any:
        verb = value.get("verb") if type(value) is dict else None
        if type(verb) is not str or verb not in members:
            raise Mismatch(f"it must be a step with one of the verbs {', '.join(members)}")
        return members[verb](value)

    return read


def _record(declared: type[Value]) -> Read:
    fields = {camel_case(name): (name, _reader(hint)) for name, hint in hints_of(declared).items()}

    def read(value: Any) -> Value:
        if type(value) is not dict:
            raise Mismatch("it must be an object")
        if value.keys() != fields.keys():
            raise _wrong_keys(value.keys(), fields.keys())
        found = {}
        for spelled, each in value.items():
            name, item = fields[spelled]
            try:
                found[name] = item(each)
            except Mismatch as error:
                raise error.below(f".{spelled}") from None
        return declared(**found)

    return read


def _wrong_keys(found: Any, declared: Any) -> Mismatch:
    unknown, missing = sorted(found - declared), sorted(declared - found)
    if unknown:
        return Mismatch(f"unknown key {unknown[0]!r}")
    return Mismatch(f"the key {missing[0]!r} is missing")
