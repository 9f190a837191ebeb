"""FEEL, as it stands in the cells of DMN tables, put into this language; what has no words here is refused.

DMN 1.5, chapter 10: unary tests (grammar rules 7 to 17), and of expressions what tables use: literals, names,
arithmetic, comparison, and / or, between, in, if, and the built-in functions that this language has too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from metamodel.dmn.tokens import ESCAPES, FUNCTIONS, Token, refuse, scan
from metamodel.errors import Invalid

KEYWORDS = frozenset(
    {"and", "or", "if", "then", "else", "true", "false", "null", "between", "in", "for", "some", "every"}
)
TEXTUAL = frozenset({"LOWER", "UPPER", "MID"})
COMPARED = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A piece of this language: how tight it binds (9 for what needs no brackets) and whether it is text."""

    text: str
    level: int = 9
    textual: bool = False
    null: bool = False

    def within(self, level: int) -> str:
        """With brackets where they are needed."""
        return self.text if self.level >= level else f"({self.text})"


def read_unary(text: str, names: Mapping[str, str], textual: frozenset[str] = frozenset()) -> str:
    """Unary tests as a cell. `names` leads from variables to fields or parameters, those in `textual` hold text."""
    if text.strip() in ("", "-"):
        return ""
    reader = _Reader(text=text, names=names, textual=textual)
    said = reader.tests()
    reader.ended()
    return said


def read_expression(text: str, names: Mapping[str, str], textual: frozenset[str] = frozenset()) -> str:
    """An expression."""
    if not text.strip():
        return ""
    reader = _Reader(text=text, names=names, textual=textual)
    said = reader.expression()
    reader.ended()
    return "" if said.null else reader.alone(said)


def variables(text: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """The names that a text asks for, in their order; none in one that cannot be read."""
    found: dict[str, None] = {}
    try:
        reader = _Reader(text=text, names=known, textual=frozenset(), any_name=found.setdefault)
        reader.tests()
        reader.ended()
    except Invalid:
        return ()
    return tuple(found)


def quote(text: str) -> str:
    """A text as a literal of this language."""
    return '"' + text.replace('"', '""') + '"'


@dataclass(slots=True, kw_only=True)
class _Reader:
    text: str
    names: Mapping[str, str]
    textual: frozenset[str]
    any_name: Callable[[str], object] | None = None
    tokens: list[Token] = field(default_factory=list)
    at: int = 0
    depth: int = 0

    def __post_init__(self) -> None:
        self.tokens = list(scan(self.text, self.names))

    def peek(self, ahead: int = 0) -> str:
        token = self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None
        return token.text if token is not None and token.kind != "string" else ""

    def take(self, *signs: str) -> str:
        if self.peek() in signs and self.at < len(self.tokens):
            self.at += 1
            return self.tokens[self.at - 1].text
        return ""

    def want(self, sign: str) -> None:
        if not self.take(sign):
            raise self.stuck()

    def stuck(self) -> Invalid:
        if self.at >= len(self.tokens):
            return refuse(self.text, "unfinished", len(self.text), "")
        token = self.tokens[self.at]
        return refuse(self.text, "unexpected", token.start, token.text)

    def ended(self) -> None:
        if self.at < len(self.tokens):
            raise self.stuck()

    # Unary tests --------------------------------------------------------------------------------------------------

    def tests(self) -> str:
        if self.peek() == "not" and self.peek(1) == "(":
            self.at += 2
            inner = self.alternatives()
            self.want(")")
            return f"not({inner})"
        return self.alternatives()

    def alternatives(self) -> str:
        found = [self.test()]
        while self.take(","):
            found.append(self.test())
        return ", ".join(found)

    def test(self) -> str:
        if sign := self.take("<", "<=", ">", ">=", "=", "!="):
            value = self.additive()
            if value.null:
                return {"=": "blank", "!=": "not(blank)"}.get(sign, "") or self.fail("null")
            return f"{COMPARED[sign]} {self.alone(value)}"
        start = self.at
        if self.peek() in ("[", "]", "("):
            found = self.interval()
            if found:
                return found
            self.at = start
        value = self.additive()
        if self.peek() not in ("", ",", ")"):
            raise self.stuck()
        return "blank" if value.null else self.alone(value)

    def interval(self) -> str:
        """An interval, or nothing where brackets hold an expression."""
        opening = self.take("[", "]", "(")
        try:
            low = self.additive()
        except Invalid:
            return ""
        if not self.take(".."):
            return ""
        high = self.additive()
        closing = self.take("]", "[", ")")
        if not closing:
            raise self.stuck()
        first = "[" if opening == "[" else "("
        last = "]" if closing == "]" else ")"
        return f"{first}{self.alone(low)}..{self.alone(high)}{last}"

    def fail(self, word: str) -> str:
        raise refuse(self.text, "not_here", self.tokens[max(0, self.at - 1)].start, word)

    def alone(self, said: Said) -> str:
        """A value that stands by itself: days may be written 2026-01-31 there."""
        day = re.fullmatch(r"DATE\((\d+), (\d+), (\d+)\)", said.text)
        return f"{int(day[1]):04}-{int(day[2]):02}-{int(day[3]):02}" if day else said.text

    # Expressions --------------------------------------------------------------------------------------------------

    def expression(self) -> Said:
        self.depth += 1
        if self.depth > 60:
            raise refuse(self.text, "too_deep", self.tokens[min(self.at, len(self.tokens) - 1)].start, "")
        said = self.conditional() if self.peek() == "if" else self.either()
        self.depth -= 1
        return said

    def conditional(self) -> Said:
        self.at += 1
        condition = self.expression()
        self.want("then")
        yes = self.expression()
        self.want("else")
        no = self.expression()
        return Said(text=f"IF({condition.text}, {yes.text}, {no.text})", textual=yes.textual or no.textual)

    def either(self) -> Said:
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Said(text=f"OR({', '.join(part.text for part in parts)})")

    def both(self) -> Said:
        parts = [self.comparison()]
        while self.take("and"):
            parts.append(self.comparison())
        return parts[0] if len(parts) == 1 else Said(text=f"AND({', '.join(part.text for part in parts)})")

    def comparison(self) -> Said:
        left = self.additive()
        if sign := self.take(*COMPARED):
            right = self.additive()
            if right.null or left.null:
                blank = f"ISBLANK({left.text if right.null else right.text})"
                if sign not in ("=", "!="):
                    self.fail("null")
                return Said(text=blank if sign == "=" else f"NOT({blank})")
            return Said(text=f"{left.within(2)} {COMPARED[sign]} {right.within(2)}", level=1)
        if self.take("between"):
            low = self.additive()
            self.want("and")
            high = self.additive()
            return Said(text=f"AND({left.within(2)} >= {low.within(2)}, {left.within(2)} <= {high.within(2)})")
        if self.take("in"):
            return self.among(left)
        return left

    def among(self, left: Said) -> Said:
        self.want("(")
        values = [self.additive()]
        while self.take(","):
            values.append(self.additive())
        self.want(")")
        return Said(text=f"IN({', '.join(value.text for value in (left, *values))})")

    def additive(self) -> Said:
        left = self.product()
        while sign := self.take("+", "-"):
            right = self.product()
            if sign == "+" and (left.textual or right.textual):
                left = Said(text=f"{left.within(2)} & {right.within(3)}", level=2, textual=True)
            else:
                left = Said(text=f"{left.within(3)} {sign} {right.within(4)}", level=3)
        return left

    def product(self) -> Said:
        left = self.power()
        while sign := self.take("*", "/"):
            left = Said(text=f"{left.within(4)} {sign} {self.power().within(5)}", level=4)
        return left

    def power(self) -> Said:
        left = self.signed()
        while self.take("**"):
            left = Said(text=f"{left.within(5)} ^ {self.signed().within(6)}", level=5)
        return left

    def signed(self) -> Said:
        if self.take("-"):
            self.depth += 1
            if self.depth > 60:
                raise refuse(self.text, "too_deep", self.tokens[self.at - 1].start, "")
            inner = self.signed().within(9)
            self.depth -= 1
            return Said(text=f"-{inner}", level=6)
        return self.atom()

    def atom(self) -> Said:
        if self.at >= len(self.tokens):
            raise self.stuck()
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "string":
            return Said(text=quote(self.unquoted(token)), textual=True)
        if token.kind == "number":
            return Said(text=f"0{token.text}" if token.text.startswith(".") else token.text)
        if token.text == "(":
            inner = self.expression()
            self.want(")")
            return inner if inner.level == 9 else Said(text=f"({inner.text})", textual=inner.textual)
        if token.text == "@":
            return self.dated("date", token)
        if token.kind != "name":
            self.at -= 1
            raise self.stuck()
        return self.named(token)

    def named(self, token: Token) -> Said:
        if token.text in ("true", "false"):
            return Said(text=token.text.upper())
        if token.text == "null":
            return Said(text='""', null=True)
        if token.text in self.names and self.peek() != "(":
            path = self.names[token.text]
            while self.peek() == "." and self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].kind == "name":
                path += "." + self.tokens[self.at + 1].text
                self.at += 2
            return Said(text="{" + path + "}", textual=token.text in self.textual)
        if self.peek() == "(":
            return self.called(token)
        if self.any_name is not None and token.text not in KEYWORDS:
            while self.peek() == "." and self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].kind == "name":
                self.at += 2
            self.any_name(token.text)
            return Said(text="{x}")
        raise refuse(self.text, "unknown_name", token.start, token.text)

    def called(self, token: Token) -> Said:
        self.want("(")
        literal = self.at < len(self.tokens) and self.tokens[self.at].kind == "string"
        if token.text in ("date", "time", "date and time") and literal:
            said = self.dated(token.text, token)
            self.want(")")
            return said
        args: list[Said] = []
        while not self.take(")"):
            args.append(self.expression())
            if not self.take(",") and self.peek() != ")":
                raise self.stuck()
        texts = [arg.text for arg in args]
        if token.text == "date" and len(args) == 3:
            return Said(text=f"DATE({', '.join(texts)})")
        if token.text in ("floor", "ceiling") and len(args) == 1:
            return Said(text=f"{token.text.upper()}({texts[0]}, 1)")
        word = FUNCTIONS.get(token.text)
        if word is None or (word == "MID" and len(args) != 3):
            raise refuse(self.text, "no_function", token.start, token.text)
        return Said(text=f"{word}({', '.join(texts)})", textual=word in TEXTUAL)

    def dated(self, kind: str, token: Token) -> Said:
        """A day or a time of day written as text; moments have no literal here."""
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != "string":
            raise self.stuck()
        text = self.unquoted(self.tokens[self.at])
        self.at += 1
        if kind in ("date", "date and time") and (day := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)):
            return Said(text=f"DATE({int(day[1])}, {int(day[2])}, {int(day[3])})")
        if kind in ("time", "date") and (clock := re.fullmatch(r"(\d\d):(\d\d)(?::(\d\d))?", text)):
            return Said(text=f"TIME({int(clock[1])}, {int(clock[2])}, {int(clock[3] or 0)})")
        raise refuse(self.text, "no_literal", token.start, text)

    def unquoted(self, token: Token) -> str:
        raw = self.text[token.start + 1 : token.end - 1]

        def escaped(found: re.Match[str]) -> str:
            word = found[1]
            return chr(int(word[1:], 16)) if len(word) > 1 else ESCAPES.get(word, word)

        return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", escaped, raw, flags=re.DOTALL)
