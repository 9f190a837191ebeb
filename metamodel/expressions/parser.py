"""Text to tree: Excel's syntax with fields in braces, also as typed with a Chinese keyboard."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from metamodel.errors import Invalid
from metamodel.expressions.ast import Call, Literal, Node, Ref, Span, children
from metamodel.expressions.types import BOOLEAN, REAL, SCALE_LIMIT, TEXT, number
from metamodel.issues import Issue

LENGTH_LIMIT = 8_000
DEPTH_LIMIT = 100
NODE_LIMIT = 4_000
# Excel's order: a minus before a value binds tighter than %, which binds tighter than ^; ^ goes from left to right.
GRAMMAR = r"""
?start: comparison
?comparison: joined | comparison COMPARE joined  -> binary
?joined: sum | joined "&" sum                    -> join
?sum: product | sum ADD product                  -> binary
?product: power | product TIMES power            -> binary
?power: percent | power POWER percent            -> binary
?percent: signed | percent "%"                   -> percent
?signed: atom | MINUS signed                     -> negative
    | PLUS signed                                -> positive
?atom: NUMBER                                    -> number
    | STRING                                     -> string
    | FIELD                                      -> field
    | NAME                                       -> word
    | NAME "(" [comparison ("," comparison)*] ")" -> call
    | "(" comparison ")"                         -> group
COMPARE: "<=" | ">=" | "<>" | "!=" | "==" | "=" | "<" | ">" | "≤" | "≥" | "≠"
ADD: "+" | "-"
TIMES: "*" | "/" | "×" | "÷"
POWER: "^"
NUMBER: /[0-9]+(\.[0-9]+)?|\.[0-9]+/
STRING: /"([^"]|"")*"|＂([^＂]|＂＂)*＂|[“”][^“”]*[“”]/
FIELD: /\{[^{}"]*\}/
NAME: /[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]*/
%ignore /[ \t\r\n\u3000\u00a0]+/
"""
GRAMMAR = GRAMMAR.replace("MINUS signed", '"-" signed').replace("PLUS signed", '"+" signed')
GRAMMAR = GRAMMAR.replace(
    "sum ADD product                  -> binary", 'sum "+" product -> add | sum "-" product -> subtract'
)
GRAMMAR = GRAMMAR.replace('ADD: "+" | "-"\n', "")
STEP = re.compile(r"[a-z_][a-z0-9_]*")
SIGNS = {"≤": "<=", "≥": ">=", "≠": "<>", "!=": "<>", "==": "=", "×": "*", "÷": "/"}
_parser = Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def normalise(text: str) -> str:
    """The same text with full-width signs outside of quotes as plain ones, character by character: places stay."""
    found, closing = [], ""
    for sign in text:
        if closing:
            closing = "" if sign in closing else closing
        elif sign in '"＂“”':
            closing = "“”" if sign in "“”" else sign
        elif 0xFF01 <= ord(sign) <= 0xFF5E:
            sign = chr(ord(sign) - 0xFEE0)
        elif sign in "、，":
            sign = ","
        found.append(sign)
    return "".join(found)


def place(text: str, offset: int) -> dict[str, int]:
    """Where an offset lies, as arguments of an issue: lines and columns count from 1."""
    before = text[:offset]
    return {"offset": offset, "line": before.count("\n") + 1, "column": offset - (before.rfind("\n") + 1) + 1}


def _refuse(text: str, code: str, offset: int, end: int | None = None, **arguments: Any) -> Invalid:
    where = {**place(text, offset), "end": offset + 1 if end is None else end}
    return Invalid(Issue(code=f"expressions.{code}", arguments={**where, **arguments}))


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree, without types. Raises Invalid with one issue that says where and what was expected there."""
    if not text.strip():
        raise _refuse(text, "empty", 0)
    if len(text) > LENGTH_LIMIT:
        raise _refuse(text, "too_long", LENGTH_LIMIT, most=LENGTH_LIMIT)
    try:
        tree = _parser.parse(normalise(text))
    except UnexpectedCharacters as error:
        offset = error.pos_in_stream or 0
        sign = text[offset]
        code = {'"': "unclosed_text", "“": "unclosed_text", "＂": "unclosed_text", "{": "unclosed_field"}.get(sign)
        raise _refuse(text, code or "unexpected", offset, found=sign) from None
    except UnexpectedToken as error:
        raise _unexpected(text, error) from None
    except UnexpectedInput as error:
        raise _refuse(text, "unexpected", error.pos_in_stream or 0, found="") from None
    try:
        node = _Reader(text).read(tree)
    except RecursionError:
        raise _refuse(text, "too_deep", 0, len(text), most=DEPTH_LIMIT) from None
    if too_deep(node):
        raise _refuse(text, "too_deep", 0, len(text), most=DEPTH_LIMIT)
    return node


def too_deep(node: Node) -> bool:
    """Whether more than DEPTH_LIMIT nodes lie within one another, or there are more than NODE_LIMIT: what is deeper
    would exhaust the stack of a database or of the browser."""
    level, depth, count = [node], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > DEPTH_LIMIT or count > NODE_LIMIT:
            return True
        level = [child for each in level for child in children(each)]
    return False


def _unexpected(text: str, error: UnexpectedToken) -> Invalid:
    token = error.token
    if token.type == "$END":
        return _refuse(text, "unfinished", len(text))
    offset = token.start_pos or 0
    if text[offset : offset + 1] in "“”":
        return _refuse(text, "unclosed_text", offset, found=str(token))
    return _refuse(text, "unexpected", offset, offset + len(token), found=str(token))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, item: Tree[Token] | Token) -> Node:
        if isinstance(item, Token):
            raise AssertionError(item)
        span = (item.meta.start_pos, item.meta.end_pos)
        parts: list[Any] = item.children
        match item.data:
            case "binary" | "add" | "subtract" | "join":
                return self.binary(item, span)
            case "negative":
                return Call(name="NEGATE", args=(self.read(parts[0]),), span=span)
            case "positive" | "group":
                return self.read(parts[0])
            case "percent":
                hundred = Literal(value=Decimal("0.01"), type=number(2), span=span)
                return Call(name="*", args=(self.read(parts[0]), hundred), span=span)
            case "number":
                return self.number(str(parts[0]), span)
            case "string":
                return Literal(value=_unquote(self.text[span[0] : span[1]]) or None, type=TEXT, span=span)
            case "field":
                return self.field(str(parts[0]), span)
            case "word":
                return self.word(str(parts[0]), span)
            case _:
                args = tuple(self.read(part) for part in parts[1:])
                return Call(name=str(parts[0]).upper(), args=args, span=span)

    def binary(self, item: Tree[Token], span: Span) -> Node:
        """Unrolled on the left side: a sum of hundreds of fields is flat in text and must not need a deep stack."""
        chain = []
        current: Any = item
        while isinstance(current, Tree) and current.data in ("binary", "add", "subtract", "join"):
            parts: list[Any] = current.children
            sign = {"add": "+", "subtract": "-", "join": "&"}.get(current.data) or str(parts[1])
            chain.append((SIGNS.get(sign, sign), parts[-1], current.meta.end_pos))
            current = parts[0]
        found = self.read(current)
        for sign, part, end in reversed(chain):
            right = self.read(part)
            if sign == "&" and isinstance(found, Call) and found.name == "&" and found.span[0] == span[0]:
                found = Call(name="&", args=(*found.args, right), span=(span[0], end))
            else:
                found = Call(name=sign, args=(found, right), span=(span[0], end))
        return found

    def number(self, written: str, span: Span) -> Node:
        whole, _, fraction = written.partition(".")
        if len(whole) + len(fraction) > 18:
            raise _refuse(self.text, "long_number", *span, most=18)
        if not fraction:
            return Literal(value=int(whole or 0), type=number(0), span=span)
        value = Decimal(written)
        return Literal(value=value, type=number(len(fraction)) if len(fraction) <= SCALE_LIMIT else REAL, span=span)

    def field(self, written: str, span: Span) -> Node:
        path = tuple(step.strip() for step in written[1:-1].split("."))
        if not all(path):
            raise _refuse(self.text, "bad_name", *span, found=written)
        return Ref(path=path, span=span)

    def word(self, written: str, span: Span) -> Node:
        upper = written.upper()
        if upper in ("TRUE", "FALSE"):
            return Literal(value=upper == "TRUE", type=BOOLEAN, span=span)
        raise _refuse(self.text, "bare_word", *span, found=written)


def _unquote(text: str) -> str:
    quote, inner = text[0], text[1:-1]
    return inner.replace(quote * 2, quote) if quote in '"＂' else inner
