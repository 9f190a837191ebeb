"""Places of a text spelt as people read them: choices by their labels, days as a language writes them.

Only a place that simply names a field is spelt; an expression says itself how it wants to look."""

from __future__ import annotations

from collections.abc import Mapping

from metamodel.definition import Label
from metamodel.errors import Invalid
from metamodel.expressions.scope import DEPARTMENT, USER
from metamodel.fields.address import PARTS
from metamodel.issues import DEFAULT_LOCALE, say
from metamodel.model import FieldModel, Model
from metamodel.option import Option
from metamodel.template import Place, pieces

#: how a day, and a moment, are written
DAYS = {"zh-CN": "YYYY年M月D日", "en": "YYYY-MM-DD"}
MOMENTS = {"zh-CN": "YYYY年M月D日 HH:mm", "en": "YYYY-MM-DD HH:mm"}
STROKE = '\\"'
TRUTHS = {"zh-CN": ("是", "否"), "en": ("yes", "no")}


def spelt(model: Model, entity: str, label: Label) -> Label:
    """The template, or one in each language, with its plain places spelt. What can't be read stays as it is, and the
    check of the expression says what is wrong with it."""
    if isinstance(label, Mapping):
        return {language: _text(model, entity, text, language or DEFAULT_LOCALE) for language, text in label.items()}
    return _text(model, entity, label, DEFAULT_LOCALE)


def _text(model: Model, entity: str, text: str, language: str) -> str:
    try:
        found = pieces(text)
    except Invalid:
        return text
    return "".join(_piece(model, entity, piece, language) for piece in found)


def _piece(model: Model, entity: str, piece: str | Place, language: str) -> str:
    if isinstance(piece, str):
        return piece.replace("{", "{{").replace("}", "}}")
    written = piece.expression
    if not written.startswith("{"):
        return "{" + written + "}"
    path = written[1:-1].strip()
    said = _spelt(model, entity, path, language)
    return written if not said else said if said.startswith("{") else "{" + said + "}"


def _spelt(model: Model, entity: str, path: str, language: str) -> str:
    """The expression that spells a field, "" where it is plain text already."""
    facts = model.path(entity, path)
    if facts is None or facts.many:
        return ""
    here = "{" + path + "}"
    zone = language if language in DAYS else DEFAULT_LOCALE
    if facts.type.kind == "date":
        return f"TEXT({here}, {_quoted(DAYS[zone])})"
    if facts.type.kind == "datetime":
        return f"TEXT({here}, {_quoted(MOMENTS[zone])})"
    if facts.type.kind == "boolean":
        yes, no = TRUTHS[zone]
        return f"IF({here}, {_quoted(yes)}, {_quoted(no)})"
    if facts.target:
        return _titled(model, path, facts.target)
    item = _item(model, entity, path)
    if item is not None and item.type.kind == "address":
        return _address(here)
    if item is not None and (item.type.kind == "money" or getattr(item.config, "result", "") == "money"):
        digits = item.expression_type.scale
        return f"TEXT({here}, {_quoted('#,##0' + ('.' + '0' * digits if digits else ''))})"
    if item is not None and (item.type.kind == "percent" or getattr(item.config, "result", "") == "percent"):
        return f"TEXT({here}, {_quoted('0%')})"
    options: tuple[Option, ...] = getattr(item.config, "options", ()) if item else ()
    if not options or item is None or item.expression_type.kind != "text":
        return ""
    cases = ", ".join(f"{_quoted(one.value)}, {_quoted(say(one.label, language))}" for one in options)
    return f"SWITCH({here}, {cases}, {here})"


def _titled(model: Model, path: str, target: str) -> str:
    """A record by what people call it."""
    if target in (USER, DEPARTMENT):
        return "{" + path + ".name}"
    owner = model.entity(target)
    if owner is None or not owner.title:
        return ""
    return "{" + f"{path}.{owner.title}" + "}"


def _address(here: str) -> str:
    """The parts of an address one after the other: what its stored form has around and between them is taken out. A
    quote inside a part is stored with a stroke before it, so that no part looks like what is taken out."""
    marks = [f'{{"{part}": "' for part in PARTS] + [f'", "{part}": "' for part in PARTS[1:]] + ['"}', "{}"]
    said = here
    for mark in marks:
        said = f'SUBSTITUTE({said}, {_quoted(mark)}, "")'
    return f"SUBSTITUTE({said}, {_quoted(STROKE)}, {_quoted(STROKE[1])})"


def _item(model: Model, entity: str, path: str) -> FieldModel | None:
    """The field that a path ends at."""
    *before, name = path.split(".")
    owner = entity
    for step in before:
        facts = model.field(owner, step)
        owner = facts.target if facts else ""
    holder = model.entity(owner)
    return holder.fields.get(name) if holder else None


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
