"""Definition classes as TypeScript: what documents look like to the browser, made from the same schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from metamodel.definition import Json, Kinds
from metamodel.schema import LABEL, Schemas

HEAD = """/** What definitions look like as documents. Made from the metamodel by `make definitions`; never edited. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A text as written in a definition: one for all languages, or one each. */
export type Label = string | { [language: string]: string };
"""
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def typescript(classes: Iterable[type], kinds: Kinds) -> str:
    """A module with an interface for each class and all they need; kinds become discriminated unions."""
    schemas = Schemas(kinds, union=True)
    for cls in classes:
        schemas.reference(cls)
    parts = [HEAD]
    for name, schema in sorted(schemas.defs.items()):
        parts += _declared(name, schema)
    return "\n".join(parts)


def _declared(name: str, schema: Json) -> Iterator[str]:
    variants = schema.get("oneOf")
    if variants is None:
        yield _interface(name, schema)
        return
    for variant in variants:
        yield _interface(variant["title"], variant)
    yield f"export type {name} =\n" + "\n".join(f"  | {variant['title']}" for variant in variants) + ";\n"


def _interface(name: str, schema: Json) -> str:
    needed = set(schema.get("required", ()))
    lines = [
        f"  {word}{'' if word in needed or 'const' in inner else '?'}: {_type(inner)};"
        for word, inner in schema["properties"].items()
    ]
    return "\n".join([f"export interface {name} {{", *lines, "}", ""])


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(word) for word in schema["enum"])
    if schema.get("anyOf") == LABEL["anyOf"]:
        return "Label"
    if "anyOf" in schema:
        return " | ".join(_type(inner) for inner in schema["anyOf"])
    sort = schema.get("type")
    if sort == "array":
        inner = _type(schema["items"])
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if sort == "object":
        return f"Record<string, {_type(schema['additionalProperties'])}>"
    return PLAIN.get(sort, "Json")
