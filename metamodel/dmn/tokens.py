"""The words, signs and literals of FEEL; its names hold spaces, so the longest known one counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from metamodel.errors import Invalid
from metamodel.expressions.parser import place
from metamodel.issues import Issue

TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:\\.|[^"\\])*")|(?P<number>\d+(?:\.(?!\.)\d+)?|\.\d+)|(?P<sign>\.\.|<=|>=|!=|\*\*|[-+*/<>=()\[\],.{}:@?])
    |(?P<name>[^\W\d]\w*))""",
    re.VERBOSE,
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
#: built-in functions by name, their words here; several words are one name in FEEL
FUNCTIONS: Mapping[str, str] = {
    "abs": "ABS",
    "contains": "CONTAINS",
    "ends with": "ENDS_WITH",
    "lower case": "LOWER",
    "max": "MAX",
    "min": "MIN",
    "modulo": "MOD",
    "not": "NOT",
    "now": "NOW",
    "round half up": "ROUND",
    "sqrt": "SQRT",
    "starts with": "STARTS_WITH",
    "string length": "LEN",
    "substring": "MID",
    "sum": "SUM",
    "today": "TODAY",
    "upper case": "UPPER",
}
CONSTRUCTED = frozenset({"date", "time", "date and time", "duration", "floor", "ceiling", "string", "number"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, sign or literal, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def scan(text: str, names: Iterable[str]) -> Iterator[Token]:
    """The tokens of a text; Invalid at the first sign that is none."""
    known = [*names, *FUNCTIONS, *CONSTRUCTED]
    at = 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        if found is None:
            raise refuse(text, "unexpected", at, text[at:].strip()[:1])
        kind = found.lastgroup or ""
        start, end = found.start(kind), found.end(kind)
        if kind == "name":
            end = _longest(text, start, end, known)
        yield Token(kind=kind, text=_spaced(text[start:end], kind), start=start, end=end)
        at = end


def refuse(text: str, code: str, offset: int, found: str) -> Invalid:
    """What is wrong with a text, and where."""
    return Invalid(Issue(code=f"feel.{code}", arguments={**place(text, offset), "found": found}))


def _longest(text: str, start: int, end: int, known: Iterable[str]) -> int:
    best = end
    for name in known:
        pattern = r"\s+".join(re.escape(word) for word in name.split())
        found = re.compile(pattern + r"(?!\w)").match(text, start)
        if found and found.end() > best:
            best = found.end()
    return best


def _spaced(text: str, kind: str) -> str:
    return " ".join(text.split()) if kind == "name" else text
