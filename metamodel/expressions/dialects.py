"""SQL that SQLAlchemy has no word for: fragments with one wording a database, that count their operands once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

# Above this length an operand that a fragment names twice is computed in a subquery instead: nested fragments would
# otherwise double in length at every level.
LONGEST_REPEATED = 160
SIMPLE = re.compile(r'[\w."]+|\?')
# A wording that is one function call needs no brackets around it.
CALLED = re.compile(r"[a-z_]+\([^()]*\)")
PLACE = re.compile(r"\{(\d+)\}")
Maker = Callable[..., sa.ColumnElement[Any]]


class Fragment(FunctionElement[Any]):
    """The parent of all fragments; `wording` is by dialect name, `{0}` stands for the first operand."""

    inherit_cache = True
    name = "fragment"
    wording: ClassVar[dict[str, str]] = {}


# These need no brackets around them.
CLOSED = (FunctionElement, sa.ScalarSelect, sa.Case, sa.Cast, sa.BindParameter)


def fragment(sqlite: str, postgresql: str, type_: sa.types.TypeEngine[Any], long: str = "") -> Maker:
    """A maker of SQL expressions of the given type. Operands arrive in brackets where they need them.

    `long` is SQLite's wording for long operands, without a subquery: its parser gives up at a hundred open symbols,
    and a subquery costs a dozen of them."""
    wording = {"sqlite": sqlite, "postgresql": postgresql, "long": long}
    body = {"inherit_cache": True, "wording": wording, "type": type_, "name": "fragment"}
    return type("Fragment", (Fragment,), body)


@compiles(Fragment)
def _render(element: Fragment, compiler: SQLCompiler, **options: Any) -> str:
    lite = compiler.dialect.name == "sqlite"
    wording = element.wording["sqlite" if lite else "postgresql"]
    operands = [compiler.process(operand, **options) for operand in element.clauses]
    used = [int(found) for found in PLACE.findall(wording)]
    if any(len(text) > LONGEST_REPEATED and used.count(place) > 1 for place, text in enumerate(operands)):
        if not (lite and element.wording["long"]):
            # LIMIT keeps both databases from flattening the subquery, which would repeat the operand after all.
            columns = ", ".join(f"{text} AS dg{place}" for place, text in enumerate(operands))
            names = [f"dgx.dg{place}" for place in range(len(operands))]
            return f"(SELECT {wording.format(*names)} FROM (SELECT {columns} LIMIT 1) AS dgx)"
        wording = element.wording["long"]
    wrapped = [
        text if isinstance(operand, CLOSED) or SIMPLE.fullmatch(text) else f"({text})"
        for operand, text in zip(element.clauses, operands, strict=True)
    ]
    found = wording.format(*wrapped)
    return found if wording == "{0}" or CALLED.fullmatch(wording) else f"({found})"
