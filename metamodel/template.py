"""Texts with places for values: "Dear {name}, {TEXT({due}, "M/D")} is near" as one expression of the language.

A place holds a path or any expression; two braces stand for one. Because a template *is* an expression once read,
check, references, rename, Python, SQL and the browser need nothing of their own for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from metamodel.errors import Invalid
from metamodel.issues import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A value's place: the expression as written, and where it stands in the text."""

    expression: str
    start: int


def pieces(text: str) -> tuple[str | Place, ...]:
    """Literal texts and places in their order; Invalid when a brace is left open."""
    found: list[str | Place] = []
    literal: list[str] = []
    at = 0
    while at < len(text):
        sign = text[at]
        if sign in "{}" and text[at : at + 2] == sign * 2:
            literal.append(sign)
            at += 2
        elif sign == "{":
            end = _end(text, at)
            if literal:
                found.append("".join(literal))
                literal = []
            found.append(_place(text[at:end], at))
            at = end
        elif sign == "}":
            raise Invalid(Issue(code="template.brace", arguments={"at": at + 1}))
        else:
            literal.append(sign)
            at += 1
    if literal:
        found.append("".join(literal))
    return tuple(found)


def _end(text: str, start: int) -> int:
    """Behind the brace that closes the one at `start`; quoted text inside is passed over."""
    depth, quoted = 0, False
    for at in range(start, len(text)):
        sign = text[at]
        if sign == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                return at + 1
    raise Invalid(Issue(code="template.brace", arguments={"at": start + 1}))


def _place(braced: str, start: int) -> Place:
    """`{name}` is a path as it stands; anything longer is the expression between the braces."""
    inner = braced[1:-1]
    simple = all(sign.isalnum() or sign in "_.． " for sign in inner)
    return Place(expression=braced, start=start) if simple else Place(expression=inner, start=start + 1)


def as_expression(text: str) -> str:
    """The template as one expression of type text."""
    written = ['""']  # so that one number alone is text too
    for piece in pieces(text):
        if isinstance(piece, Place):
            written.append(piece.expression)
        else:
            written.append('"' + piece.replace('"', '""') + '"')
    return f"CONCAT({', '.join(written)})"


def places(text: str) -> tuple[Place, ...]:
    """The places alone; a template that cannot be read has none."""
    try:
        return tuple(piece for piece in pieces(text) if isinstance(piece, Place))
    except Invalid:
        return ()
