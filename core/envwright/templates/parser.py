"""Tokens of a Go template to its tree."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

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


def parse(text: str, depth: int) -> Template:
    """Return the tree of a template; blocks and parentheses may stand `depth` deep inside each other.

    Raises Fault: EW200 where it does not parse, EW206 where it is nested too deeply.
    """
    parser = _Parser(text, depth)
    try:
        return parser.template()
    except Fault as fault:  # a literal does not know its place: it is what was read last
        _, _, start, end = parser.tokens[parser.index - 1]
        fault.at(start, end)
        raise


parse_cached = lru_cache(maxsize=2048)(parse)
"""`parse` for scalars: they are parsed again for every environment, and a tree depends on the text alone."""


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
            if self.tokens[self.index + 1][0] == "define":
                self.define()
                continue
            statement = self.statement()
            if statement is None:
                raise self.unexpected(self.tokens[self.index - 1], "no block is open here")
            statements.append(statement)
        return Template(tuple(statements), self.partials, self.calls, self.unbound)

    def block(self, keyword: Token) -> tuple[Block, str]:
        """Return the statements up to `end` or `else`, and which it was; the keyword itself is read."""
        self.enter(keyword)
        statements: list[Statement] = []
        while self.tokens[self.index][0] != lexer.END:
            statement = self.statement()
            if statement is None:
                self.depth_left += 1
                return tuple(statements), self.tokens[self.index - 1][0]
            statements.append(statement)
        raise Fault("EW200", f"this {keyword[1]} has no end", "write {{ end }}", start=keyword[2], end=keyword[3])

    def statement(self) -> Statement | None:
        """Return the next statement, or None behind an `end` or `else`."""
        token = self.tokens[self.index]
        self.index += 1
        if token[0] == lexer.TEXT:
            return Text(token[1], token[2], token[3])
        keyword = self.tokens[self.index]
        if keyword[0] not in _CONTROLS:
            pipe = self.pipe("}}", "an action")
            return Action(pipe, token[2], self.advance()[3])
        self.index += 1
        control = _CONTROLS[keyword[0]]
        return None if control is None else control(self, token, keyword)

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
        if stop != "end":
            raise self.unexpected(self.tokens[self.index - 1], f"a {keyword[1]} has no else")
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
            if stop == "end":
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
        if stop == "else":
            self.expect("}}", "after else")
            otherwise = self.last_block(keyword)
        end = self.expect("}}", "after end")[3]
        del self.declared[declared:]
        return Range(pipe, body, otherwise, opening[2], end)

    def last_block(self, keyword: Token) -> Block:
        body, stop = self.block(keyword)
        if stop != "end":
            raise self.unexpected(self.tokens[self.index - 1], f"this {keyword[1]} has an else already")
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
        kind, written, _, _ = self.advance()
        if kind == lexer.STRING:
            return quoted_text(written)
        if kind == lexer.RAW:
            return raw_text(written)
        hint = f'write {{{{ {keyword[1]} "name" }}}}; a computed name works with include'
        raise Fault("EW200", f"{keyword[1]} needs a name in quotes", hint, start=keyword[2], end=keyword[3])

    # Expressions ------------------------------------------------------------------------------------------------------

    def pipe(self, closing: str, context: str) -> Pipe:
        """Parse up to `closing`, which stays to be read."""
        first = self.tokens[self.index]
        start = first[2]
        variables: tuple[str, ...] = ()
        assigns = False
        if first[0] == lexer.VARIABLE:
            variables, assigns = self.declaration(context)
            first = self.tokens[self.index]
        if first[0] == closing:
            raise Fault("EW200", f"{context} has no value", start=start, end=max(first[2], start + 1))
        commands = [self.command()]
        while self.tokens[self.index][0] == "|":
            self.index += 1
            commands.append(self.command())
            operand = commands[-1].operands[0]
            if isinstance(operand, Literal | Dot | Nil):
                summary = "a value cannot take an argument from the pipe"
                raise Fault("EW200", summary, start=operand.start, end=operand.end)
        if self.tokens[self.index][0] != closing:
            raise self.unexpected(self.tokens[self.index])
        return Pipe(tuple(commands), variables, assigns, start, commands[-1].end)

    def declaration(self, context: str) -> tuple[tuple[str, ...], bool]:
        """Parse `$x :=`, `$x =` and in a range `$i, $x :=`; return the names and whether it assigns."""
        names: list[str] = []
        while self.tokens[self.index][0] == lexer.VARIABLE:
            following = self.tokens[self.index + 1]
            if following[0] in (":=", "="):
                if following[0] == "=" and following[2] == self.tokens[self.index][3]:
                    raise self.unexpected(following, "put a space before it")
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

    def command(self) -> Command:
        first = operand = self.operand()
        operands = [first]
        while True:
            following = self.tokens[self.index]
            if following[0] in _COMMAND_ENDS:
                return Command(tuple(operands), first.start, operand.end)
            if following[2] == operand.end:
                raise self.unexpected(following, "put a space before it")
            operand = self.operand()
            operands.append(operand)

    def operand(self) -> Operand:
        """Parse a term with the fields that follow it without a space."""
        kind, written, start, end = self.tokens[self.index]
        self.index += 1
        read = _TERMS.get(kind)
        if read is None:
            raise self.unexpected(self.tokens[self.index - 1])
        term = read(self, written, start, end)
        following = self.tokens[self.index]
        if following[0] == lexer.FIELD and following[2] == term.end:
            self.index += 1
            return self.with_fields(term, following)
        return term

    def with_fields(self, term: Operand, fields: Token) -> Fields:
        if isinstance(term, Literal | Nil | Dot):
            raise Fault("EW200", "a literal has no fields", start=term.start, end=fields[3])
        return Fields(term, tuple(fields[1][1:].split(".")), term.start, fields[3])

    def fields(self, written: str, start: int, end: int) -> Fields:
        return Fields(_DOT, tuple(written[1:].split(".")), start, end)

    def name(self, written: str, start: int, end: int) -> Name:
        if written not in self.calls:
            self.calls[written] = (start, end)
        return Name(written, start, end)

    def variable(self, written: str, start: int, end: int) -> Variable:
        if written not in self.declared and written not in self.unbound:
            self.unbound[written] = (start, end)
        return Variable(written, start, end)

    def string(self, written: str, start: int, end: int) -> Literal:
        return Literal(quoted_text(written), start, end)

    def raw_string(self, written: str, start: int, end: int) -> Literal:
        return Literal(raw_text(written), start, end)

    def number(self, written: str, start: int, end: int) -> Literal:
        return Literal(number_value(written), start, end)

    def char(self, written: str, start: int, end: int) -> Literal:
        return Literal(char_value(written), start, end)

    def bool(self, written: str, start: int, end: int) -> Literal:
        return Literal(written == "true", start, end)

    def nil(self, _: str, start: int, end: int) -> Nil:
        return Nil(start, end)

    def dot(self, _: str, start: int, end: int) -> Dot:
        return Dot(start, end)

    def parenthesis(self, _: str, start: int, __: int) -> Pipe:
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


_DOT = Dot(0, 0)

_COMMAND_ENDS = frozenset(["}}", ")", "|"])

# None stands for what ends a block.
_CONTROLS: dict[str, Callable[[_Parser, Token, Token], Statement] | None] = {
    "end": None,
    "else": None,
    "if": _Parser.branch,
    "with": _Parser.branch,
    "range": _Parser.range,
    "break": _Parser.jump,
    "continue": _Parser.jump,
    "template": _Parser.expand,
    "block": _Parser.expand_block,
}

_TERMS: dict[str, Callable[[_Parser, str, int, int], Operand]] = {
    lexer.FIELD: _Parser.fields,
    lexer.NAME: _Parser.name,
    lexer.VARIABLE: _Parser.variable,
    lexer.STRING: _Parser.string,
    lexer.RAW: _Parser.raw_string,
    lexer.NUMBER: _Parser.number,
    lexer.CHAR: _Parser.char,
    "true": _Parser.bool,
    "false": _Parser.bool,
    lexer.DOT: _Parser.dot,
    "nil": _Parser.nil,
    "(": _Parser.parenthesis,
}


def _is_blank(body: Block) -> bool:
    return all(type(statement) is Text and not statement.content.strip() for statement in body)
