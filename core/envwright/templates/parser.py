"""Tokens of a Go template to its tree."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from envwright.templates import lexer
from envwright.templates.fault import Fault
from envwright.templates.lexer import Token
from envwright.templates.literals import char_value, number_value, quoted_text, raw_text
from envwright.templates.tree import (
    Action,
    Block,
    Branch,
    Break,
    Command,
    Continue,
    Dot,
    Expand,
    Fields,
    Literal,
    Name,
    Nil,
    Operand,
    Partial,
    Pipe,
    Range,
    Statement,
    Template,
    Text,
    Variable,
)

_T = TypeVar("_T")


@lru_cache(maxsize=2048)
def parse(text: str, depth: int) -> Template:
    """Return the tree of a template; blocks and parentheses may stand `depth` deep inside each other.

    Raises Fault: EW200 where it does not parse, EW206 where it is nested too deeply. A tree depends on the text alone,
    so it is kept: validating every environment of a stack parses each scalar once.
    """
    return _Parser(text, depth).template()


class _Parser:
    """Recursive descent, one token of look-ahead."""

    def __init__(self, text: str, depth: int) -> None:
        self.tokens = lexer.tokens(text)
        self.index = 0
        self.depth_left = depth
        self.ranges = 0
        self.declared = ["$"]
        self.partials: dict[str, Partial] = {}
        self.calls: dict[str, tuple[int, int]] = {}
        self.unbound: dict[str, tuple[int, int]] = {}

    # Blocks -----------------------------------------------------------------------------------------------------------

    def template(self) -> Template:
        statements: list[Statement] = []
        while self.tokens[self.index][0] != lexer.END:
            if self.tokens[self.index][0] == "{{" and self.tokens[self.index + 1][0] == "define":
                self.define()
                continue
            statement, stop = self.statement()
            if statement is None:
                raise self.unexpected(stop, "there is nothing to end here" if stop[0] == "end" else "no block is open")
            statements.append(statement)
        return Template(tuple(statements), self.partials, self.calls, self.unbound)

    def block(self, opening: Token) -> tuple[Block, Token]:
        """Return the statements up to `end` or `else`, and that keyword's token (the next one is behind it)."""
        self.enter(opening)
        statements: list[Statement] = []
        while True:
            if self.tokens[self.index][0] == lexer.END:
                raise Fault(
                    "EW200", f"this {opening[1]} has no end", "write {{ end }}", start=opening[2], end=opening[3]
                )
            statement, stop = self.statement()
            if statement is None:
                self.depth_left += 1
                return tuple(statements), stop
            statements.append(statement)

    def statement(self) -> tuple[Statement | None, Token]:
        """Return the next statement and its first token, or None and the token of the `end` or `else` met instead."""
        token = self.advance()
        if token[0] == lexer.TEXT:
            return Text(token[1], token[2], token[3]), token
        keyword = self.tokens[self.index]
        if keyword[0] in ("end", "else"):
            self.advance()
            return None, keyword
        control = _CONTROLS.get(keyword[0])
        if control is not None:
            self.advance()
            return control(self, token, keyword), keyword
        pipe = self.pipe("}}", "an action")
        return Action(pipe, token[2], self.advance()[3]), token

    def define(self) -> None:
        opening = self.advance()
        keyword = self.advance()
        name = self.partial_name(keyword)
        self.expect("}}", "after the name of the partial template")
        self.partial(name, opening, keyword)

    def partial(self, name: str, opening: Token, keyword: Token) -> None:
        """Parse the body of a define or block; it sees no variables of its surroundings."""
        outer, self.declared = self.declared, ["$"]
        ranges, self.ranges = self.ranges, 0
        body, stop = self.block(keyword)
        if stop[0] != "end":
            raise self.unexpected(stop, f"a {keyword[1]} has no else")
        end = self.expect("}}", "after end")[3]
        self.declared, self.ranges = outer, ranges
        known = self.partials.get(name)
        if known is not None and not _is_blank(known.body) and not _is_blank(body):
            raise Fault("EW200", f'the partial template "{name}" is defined twice', start=opening[2], end=end)
        if known is None or not _is_blank(body):
            self.partials[name] = Partial(body, keyword[0] == "block", opening[2], end)

    def branch(self, opening: Token, keyword: Token) -> Branch:
        """Parse `if` or `with`, with its `else if` or `else with` arms and its `else`."""
        declared = len(self.declared)
        arms: list[tuple[Pipe, Block]] = []
        otherwise: Block = ()
        while True:
            pipe = self.pipe("}}", keyword[1])
            self.advance()
            body, stop = self.block(keyword)
            arms.append((pipe, body))
            if stop[0] == "end":
                break
            if self.tokens[self.index][0] != keyword[0]:
                self.expect("}}", "after else")
                otherwise = self.last_block(keyword)
                break
            self.advance()
        end = self.expect("}}", "after end")[3]
        del self.declared[declared:]
        return Branch(tuple(arms), otherwise, keyword[0] == "with", opening[2], end)

    def range(self, opening: Token, keyword: Token) -> Range:
        declared = len(self.declared)
        pipe = self.pipe("}}", "range")
        self.advance()
        self.ranges += 1
        body, stop = self.block(keyword)
        self.ranges -= 1
        otherwise: Block = ()
        if stop[0] == "else":
            self.expect("}}", "after else")
            otherwise = self.last_block(keyword)
        end = self.expect("}}", "after end")[3]
        del self.declared[declared:]
        return Range(pipe, body, otherwise, opening[2], end)

    def last_block(self, keyword: Token) -> Block:
        body, stop = self.block(keyword)
        if stop[0] != "end":
            raise self.unexpected(stop, f"this {keyword[1]} has an else already")
        return body

    def jump(self, opening: Token, keyword: Token) -> Break | Continue:
        end = self.expect("}}", f"after {keyword[1]}")[3]
        if not self.ranges:
            raise Fault("EW200", f"{keyword[1]} outside a range", start=keyword[2], end=keyword[3])
        return (Break if keyword[0] == "break" else Continue)(opening[2], end)

    def expand(self, opening: Token, keyword: Token) -> Expand:
        """Parse `{{ template "name" }}` or `{{ template "name" pipe }}`."""
        name = self.partial_name(keyword)
        pipe = None if self.tokens[self.index][0] == "}}" else self.pipe("}}", "template")
        return Expand(name, pipe, opening[2], self.advance()[3])

    def expand_block(self, opening: Token, keyword: Token) -> Expand:
        """Parse `{{ block "name" pipe }} ... {{ end }}`: defines the partial template and expands it here."""
        name = self.partial_name(keyword)
        pipe = self.pipe("}}", "block")
        end = self.advance()[3]
        self.partial(name, opening, keyword)
        return Expand(name, pipe, opening[2], end)

    def partial_name(self, keyword: Token) -> str:
        kind, written, start, end = self.advance()
        if kind == lexer.STRING:
            return _placed(quoted_text, written, start, end)
        if kind == lexer.RAW:
            return raw_text(written)
        hint = f'write {{{{ {keyword[1]} "name" }}}}; a computed name works with include'
        raise Fault("EW200", f"{keyword[1]} needs a name in quotes", hint, start=keyword[2], end=keyword[3])

    # Expressions ------------------------------------------------------------------------------------------------------

    def pipe(self, closing: str, context: str) -> Pipe:
        """Parse up to `closing`, which stays to be read."""
        first = self.tokens[self.index]
        variables, assigns = self.declaration(context)
        commands: list[Command] = []
        while True:
            token = self.tokens[self.index]
            if token[0] == closing:
                break
            commands.append(self.command(len(commands)))
            if self.tokens[self.index][0] == "|":
                bar = self.advance()
                if self.tokens[self.index][0] in (closing, "|"):
                    raise self.unexpected(bar, "a command must follow it")
        if not commands:
            raise Fault("EW200", f"{context} has no value", start=first[2], end=max(first[3], first[2] + 1))
        return Pipe(tuple(commands), variables, assigns, first[2], commands[-1].end)

    def declaration(self, context: str) -> tuple[tuple[str, ...], bool]:
        """Parse `$x :=`, `$x =` and in a range `$i, $x :=`; return the names and whether it assigns."""
        names: list[str] = []
        while self.tokens[self.index][0] == lexer.VARIABLE:
            following = self.tokens[self.index + 1]
            if following[0] in (":=", "="):
                names.append(self.declare())
                return tuple(names), self.advance()[0] == "="
            if following[0] != ",":
                break
            if context != "range" or names:
                raise self.unexpected(following, "only a range sets two variables")
            names.append(self.declare())
            self.advance()
            if self.tokens[self.index][0] not in (lexer.VARIABLE, "}}", ")"):
                raise self.unexpected(self.tokens[self.index], "a second variable must follow")
        return tuple(names), False

    def declare(self) -> str:
        name = self.advance()[1]
        self.declared.append(name)
        return name

    def command(self, stage: int) -> Command:
        operands = [self.operand()]
        if stage and isinstance(operands[0], Literal | Dot | Nil):
            first = operands[0]
            raise Fault("EW200", "a value cannot take an argument from the pipe", start=first.start, end=first.end)
        while True:
            kind, written, start, end = self.tokens[self.index]
            if kind in ("}}", ")", "|"):
                return Command(tuple(operands), operands[0].start, operands[-1].end)
            if start == operands[-1].end:
                raise Fault("EW200", f"unexpected {written}", "put a space before it", start=start, end=end)
            operands.append(self.operand())

    def operand(self) -> Operand:
        """Parse a term with the fields that follow it without a space."""
        term = self.term()
        path: list[str] = []
        end = term.end
        while self.tokens[self.index][0] == lexer.FIELD and self.tokens[self.index][2] == end:
            field = self.advance()
            path.append(field[1][1:])
            end = field[3]
        if not path:
            return term
        if isinstance(term, Fields):
            return Fields(term.of, (*term.path, *path), term.start, end)
        if isinstance(term, Literal | Nil | Dot):
            raise Fault("EW200", "a literal has no fields", start=term.start, end=end)
        return Fields(term, tuple(path), term.start, end)

    def term(self) -> Operand:
        kind, written, start, end = self.tokens[self.index]
        self.index += 1
        if kind == lexer.FIELD:
            return Fields(Dot(start, start), (written[1:],), start, end)
        if kind == lexer.NAME:
            self.calls.setdefault(written, (start, end))
            return Name(written, start, end)
        if kind == lexer.VARIABLE:
            if written not in self.declared:
                self.unbound.setdefault(written, (start, end))
            return Variable(written, start, end)
        if kind == "(":
            return self.parenthesis(start)
        literal = _LITERALS.get(kind)
        if literal is not None:
            return Literal(_placed(literal, written, start, end), start, end)
        if kind == lexer.DOT:
            return Dot(start, end)
        if kind == "nil":
            return Nil(start, end)
        raise self.unexpected(self.tokens[self.index - 1])

    def parenthesis(self, start: int) -> Pipe:
        self.enter(self.tokens[self.index - 1])
        pipe = self.pipe(")", "a parenthesis")
        self.depth_left += 1
        return Pipe(pipe.commands, pipe.variables, pipe.assigns, start, self.advance()[3])

    # Tokens -----------------------------------------------------------------------------------------------------------

    def advance(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def expect(self, kind: str, where: str) -> Token:
        token = self.tokens[self.index]
        if token[0] != kind:
            raise self.unexpected(token, f"{kind} is missing {where}")
        self.index += 1
        return token

    def enter(self, token: Token) -> None:
        self.depth_left -= 1
        if self.depth_left < 0:
            raise Fault("EW206", "the template is nested too deeply", start=token[2], end=token[3])

    def unexpected(self, token: Token, why: str = "") -> Fault:
        kind, written, start, end = token
        if kind == lexer.END:
            return Fault("EW200", "the template ends inside an action", why, start=start, end=end)
        if kind == "}}" and not why:
            return Fault("EW200", "the action ends too early", "a parenthesis is not closed", start=start, end=end)
        return Fault("EW200", f"unexpected {written}", why, start=start, end=end)


_CONTROLS: dict[str, Callable[[_Parser, Token, Token], Statement]] = {
    "if": _Parser.branch,
    "with": _Parser.branch,
    "range": _Parser.range,
    "break": _Parser.jump,
    "continue": _Parser.jump,
    "template": _Parser.expand,
    "block": _Parser.expand_block,
}

_LITERALS: dict[str, Callable[[str], str | int | float]] = {
    lexer.STRING: quoted_text,
    lexer.RAW: raw_text,
    lexer.NUMBER: number_value,
    lexer.CHAR: char_value,
    "true": lambda _: True,
    "false": lambda _: False,
}


def _placed(read: Callable[[str], _T], written: str, start: int, end: int) -> _T:
    try:
        return read(written)
    except Fault as fault:
        raise fault.at(start, end) from None


def _is_blank(body: Block) -> bool:
    return all(type(statement) is Text and not statement.content.strip() for statement in body)
