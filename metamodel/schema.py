"""Definition classes as JSON Schema 2020-12, with what an inspector needs to draw a form of them.

To validate, kinds are told apart by `if/then` on `type`, not by `oneOf`, whose messages help nobody; `oneOf` is
made only for TypeScript, where it becomes a discriminated union.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin

from metamodel.definition import Json, Kinds, Label, Property, properties, variant_of
from metamodel.issues import texts

LABEL = {
    "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
    "x-widget": "label",
}


class Schemas:
    """Makes the schema of a class and, under `$defs`, of all it needs. `union` makes `oneOf` for TypeScript."""

    def __init__(self, kinds: Kinds, locale: str = "en", *, union: bool = False) -> None:
        self.kinds, self.locale, self.union = kinds, locale, union
        self.defs: dict[str, Json] = {}
        self._made: dict[str, type] = {}

    def of(self, cls: type) -> Json:
        """The schema of one definition class, whole."""
        self.reference(cls)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": f"#/$defs/{cls.__name__}",
            "$defs": self.defs,
        }

    def reference(self, cls: type) -> Json:
        """A pointer to the class's schema, which is made when it isn't there yet. Two classes of one name would be
        one schema, and one of them wrong."""
        if self._made.setdefault(cls.__name__, cls) is not cls:
            raise TypeError(f"two definition classes are called {cls.__name__}: {cls}, {self._made[cls.__name__]}")
        if cls.__name__ not in self.defs:
            self.defs[cls.__name__] = {}
            self.defs[cls.__name__] = self._object(cls)
        return {"$ref": f"#/$defs/{cls.__name__}"}

    def config(self, cls: type, owner: str) -> Json:
        """The properties of a kind's Config, to be shown in an inspector."""
        return self._plain_object(cls, owner)

    def _object(self, cls: type) -> Json:
        variant = variant_of(cls)
        if not variant:
            return self._plain_object(cls, cls.__name__)
        shared = self._plain_object(cls, cls.__name__, skip={"config"})
        kinds = self.kinds.get(variant, {})
        if self.union:
            options = []
            for name, kind in kinds.items():
                own = self._plain_object(kind.Config, variant)
                title = "".join(part.title() for part in name.split("_")) + cls.__name__
                options.append(
                    {
                        "title": title,
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {**shared["properties"], "type": {"const": name}, **own["properties"]},
                        "required": [*shared.get("required", []), *own.get("required", [])],
                    }
                )
            return {"oneOf": options}
        shared.pop("additionalProperties")
        shared["properties"]["type"] = {**shared["properties"]["type"], "enum": list(kinds)}
        shared["unevaluatedProperties"] = False
        shared["allOf"] = []
        for name, kind in kinds.items():
            own = self._plain_object(kind.Config, variant)
            own.pop("additionalProperties")
            shared["allOf"].append({"if": {"properties": {"type": {"const": name}}}, "then": own})
        return shared

    def _plain_object(self, cls: type, owner: str, skip: frozenset[str] | set[str] = frozenset()) -> Json:
        known = {name: item for name, item in properties(cls).items() if name not in skip}
        result: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: self._property(owner, item) for name, item in known.items()},
        }
        needed = [name for name, item in known.items() if item.required]
        if needed:
            result["required"] = needed
        return result

    def _property(self, owner: str, item: Property) -> Json:
        schema = dict(self._type(item.hint))
        entry = texts(self.locale).get(f"prop.{owner}.{item.name}") or texts(self.locale).get(f"prop.{item.name}")
        if entry and not self.union:
            schema["title"] = entry["message"]
            if entry.get("hint"):
                schema["description"] = entry["hint"]
        meaning = item.prop
        for word, value in (
            ("x-ref", meaning.ref),
            ("x-expression", meaning.expression),
            ("x-within", meaning.within),
            ("x-widget", meaning.widget),
            ("pattern", meaning.pattern),
        ):
            if value:
                schema[word] = value
        if meaning.group != "common":
            schema["x-group"] = meaning.group
        if meaning.minimum is not None:
            schema["minimum"] = meaning.minimum
        if meaning.maximum is not None:
            schema["maximum"] = meaning.maximum
        if not item.required and isinstance(item.default, (str, int, float, bool)) and item.default not in ("", 0):
            schema["default"] = item.default
        return schema

    def _type(self, hint: Any) -> Json:
        origin, options = get_origin(hint), get_args(hint)
        if hint is Any:
            return {}
        if hint == Label:
            return LABEL
        if origin in (Union, types.UnionType):
            inner = [option for option in options if option is not type(None)]
            return {"anyOf": [self._type(inner[0]), {"type": "null"}]}
        if origin is tuple:
            return {"type": "array", "items": self._type(options[0])}
        if origin is Literal:
            return {"type": "string", "enum": list(options)}
        if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self._type(options[1])}
        if dataclasses.is_dataclass(hint):
            return self.reference(hint)  # type: ignore[arg-type]
        return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[hint]}


def schema_of(cls: type, kinds: Kinds, locale: str = "en", *, union: bool = False) -> Json:
    """The JSON Schema of one definition class."""
    return Schemas(kinds, locale, union=union).of(cls)
