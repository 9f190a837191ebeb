"""Unary tests, as they stand in the input cells of a decision table, read into the expression language.

`-` or nothing lets all pass; `10`, `"a"` equals; `> 100`, `<= {limit} * 2` compares; `[10..20)` lies between; tests
beside one another with commas are alternatives; `not(…)`, `blank`; days as 2026-01-31. (DMN 1.5, 7.3.3 and grammar
rules 7 to 17, with this language's expressions for FEEL's.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from metamodel.errors import Invalid
from metamodel.expressions.ast import TRUE, Call, Literal, Node, Ref, Span
from metamodel.expressions.parser import SIGNS, normalise, parse, place
from metamodel.expressions.types import INTEGER
from metamodel.issues import Issue

#: the input's value in the tree of a test
VALUE = "?"
INPUT = Ref(path=(VALUE,))
ANYTHING = frozenset({"", "-", "—", "–"})
BLANKS = re.compile(r"(?:blank|空)(?![A-Za-z0-9_\u4e00-\u9fff(])", re.IGNORECASE)
NOT = re.compile(r"(?:not|非)\s*\(", re.IGNORECASE)
COMPARE = re.compile(r"<=|>=|<>|!=|==|=|<|>|≤|≥|≠")
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An expression within a cell, and where it stands."""

    expression: str
    start: int


def read_test(text: str, *, several: bool = False) -> Node:
    """The test as a tree over INPUT, without types. `several` says that the input is a multiple choice, which is
    tested for what it includes. Raises Invalid with one issue that says where."""
    if text.strip() in ANYTHING:
        return TRUE
    return _Cell(text, several).whole()


def read_result(text: str) -> Node:
    """An output cell as a tree, without types; days may be written 2026-01-31 there too."""
    return _expression(text, 0, len(text))


def places(text: str) -> tuple[Place, ...]:
    """The expressions in a cell, in their order; none in one that cannot be read."""
    if text.strip() in ANYTHING:
        return ()
    cell = _Cell(text, False)
    try:
        cell.whole()
    except Invalid:
        return ()
    return tuple(Place(expression=text[start:end], start=start) for start, end in cell.found)


def _expression(text: str, start: int, end: int) -> Node:
    """The expression at a place. What stands before it is blanked, so that spans count from the cell's beginning."""
    day = DAY.fullmatch(text[start:end].strip())
    if day is None:
        return parse(" " * start + text[start:end].rstrip())
    year, month, number = map(int, day.groups())
    try:
        date(year, month, number)
    except ValueError:
        raise _refuse("no_such_day", text, start, end, found=day.group()) from None
    args = tuple(Literal(value=part, type=INTEGER, span=(start, end)) for part in (year, month, number))
    return Call(name="DATE", args=args, span=(start, end))


def _refuse(code: str, text: str, start: int, end: int, **arguments: str) -> Invalid:
    return Invalid(Issue(code=f"unary.{code}", arguments={**place(text, start), "end": end, **arguments}))


class _Cell:
    """Reads one cell from left to right; `found` keeps the spans of the expressions in it."""

    def __init__(self, text: str, several: bool) -> None:
        self.text, self.several = normalise(text), several
        self.at = 0
        self.found: list[Span] = []

    def whole(self) -> Node:
        self.space()
        negated = NOT.match(self.text, self.at)
        if negated and self.ending(negated.end(), ")") == len(self.text.rstrip()) - 1:
            start, self.at = self.at, negated.end()
            inner = self.tests()
            return Call(name="NOT", args=(inner,), span=(start, len(self.text)))
        return self.tests()

    def tests(self) -> Node:
        """Alternatives; plain values among them are looked for together."""
        start = self.at
        equal: list[Node] = []
        others: list[Node] = []
        while True:
            node, plain = self.test()
            (equal if plain else others).append(node)
            self.space()
            if self.text[self.at : self.at + 1] != ",":
                break
            self.at += 1
        rest = self.text[self.at :].strip()
        if rest not in ("", ")"):
            raise _refuse("rest", self.text, self.at, len(self.text), found=rest[:20])
        span = (start, self.at)
        found = [*([self.equal(equal, span)] if equal else []), *others]
        return found[0] if len(found) == 1 else Call(name="OR", args=tuple(found), span=span)

    def equal(self, values: list[Node], span: Span) -> Node:
        if self.several:
            return Call(name="INCLUDES", args=(INPUT, *values), span=span)
        if len(values) == 1:
            return Call(name="=", args=(INPUT, values[0]), span=span)
        return Call(name="IN", args=(INPUT, *values), span=span)

    def test(self) -> tuple[Node, bool]:
        """One test, and whether it is a plain value."""
        self.space()
        start = self.at
        if start >= len(self.text):
            raise _refuse("unfinished", self.text, start, start)
        if blank := BLANKS.match(self.text, start):
            self.at = blank.end()
            return Call(name="ISBLANK", args=(INPUT,), span=(start, self.at)), False
        if sign := COMPARE.match(self.text, start):
            self.at = sign.end()
            value = self.value(",)")
            name = SIGNS.get(sign.group(), sign.group())
            return Call(name=name, args=(INPUT, value), span=(start, self.at)), False
        if self.text[start] in "[](" and self.text.startswith("..", self.ending(start + 1, "..")):
            return self.between(), False
        return self.value(",)"), True

    def between(self) -> Node:
        start, opening = self.at, self.text[self.at]
        self.at += 1
        low = self.value("..")
        self.at += 2
        high = self.value(")][")
        closing = self.text[self.at : self.at + 1]
        if not closing:
            raise _refuse("unclosed", self.text, start, len(self.text))
        self.at += 1
        span = (start, self.at)
        above = Call(name=">=" if opening == "[" else ">", args=(INPUT, low), span=span)
        below = Call(name="<=" if closing == "]" else "<", args=(INPUT, high), span=span)
        return Call(name="AND", args=(above, below), span=span)

    def value(self, stops: str) -> Node:
        self.space()
        start, end = self.at, self.ending(self.at, stops)
        if not self.text[start:end].strip():
            raise _refuse("unfinished", self.text, start, end)
        self.at = end
        length = len(self.text[start:end].rstrip())
        self.found.append((start, start + length))
        return _expression(self.text, start, start + length)

    def ending(self, start: int, stops: str) -> int:
        """The first place from `start` on, outside of quotes, braces and brackets, where one of the signs stands
        (".." as a whole); the end of the text when there is none."""
        for at, sign in _open(self.text, start):
            if (stops == ".." and self.text.startswith("..", at)) or (stops != ".." and sign in stops):
                return at
            if sign == ")" or (sign == "]" and stops != ")"):
                return at
        return len(self.text)

    def space(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1


def _open(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The signs that stand outside of quotes, braces and round brackets, closing ones included."""
    depth, closing = 0, ""
    for at in range(start, len(text)):
        sign = text[at]
        if closing:
            closing = "" if sign in closing else closing
        elif sign in '"“”':
            closing = '"' if sign == '"' else "“”"
        elif sign == "{":
            closing = "}"
        elif sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif not depth:
            yield at, sign
