"""The REST interface of the live applications as OpenAPI 3.1, with what the asker may see and nothing else."""

from __future__ import annotations

from engines.records.sight import Sight
from engines.runtime.decision_pages import Table, askable
from metamodel.decisions.outcome import result_type
from metamodel.decisions.trial import asked
from metamodel.definition import Json
from metamodel.expressions.types import Type
from metamodel.issues import say
from metamodel.model import EntityModel, FieldModel

#: JSON of a value by the expression type it has; exact decimals travel as text
TYPES: dict[str, Json] = {
    "text": {"type": ["string", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "datetime": {"type": ["string", "null"], "format": "date-time"},
    "time": {"type": ["string", "null"]},
    "texts": {"type": ["array", "null"], "items": {"type": "string"}},
    "real": {"type": ["string", "null"]},
}
REFERENCE: Json = {
    "type": ["object", "integer", "null"],
    "properties": {"id": {"type": "integer"}, "label": {"type": ["string", "null"]}},
}
PROBLEM: Json = {
    "description": "RFC 9457 problem with issues",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe(sight: Sight, title: str) -> Json:
    """The document for one actor."""
    paths: dict[str, Json] = {}
    schemas: dict[str, Json] = {
        "Problem": {
            "type": "object",
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "issues": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "code": {"type": "string"},
                            "path": {"type": "array"},
                            "message": {"type": "string"},
                            "hint": {"type": "string"},
                            "severity": {"type": "string"},
                        },
                    },
                },
            },
        }
    }
    for name, entity in sight.live.model.entities.items():
        if sight.policy.may(name, "read"):
            schema = name.replace(".", "_")
            schemas[schema] = _schema(sight, entity)
            paths.update(_paths(sight, entity, schema))
    for application, table in askable(sight):
        paths.update(_decision(sight, application, table))
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": str(sight.live.release)},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _schema(sight: Sight, entity: EntityModel) -> Json:
    fields = {
        item.name: {
            **_type(item),
            "title": say(item.definition.label, sight.actor.locale),
            **({"readOnly": True} if sight.policy.access(entity, item.name) != "write" else {}),
        }
        for item in entity.fields.values()
        if sight.policy.visibility(entity, item.name).mode != "hidden"
    }
    return {
        "type": "object",
        "title": say(entity.definition.label, sight.actor.locale),
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "version": {"type": "integer", "readOnly": True},
            **fields,
        },
    }


def _type(item: FieldModel) -> Json:
    kind = item.expression_type
    if item.storage == "rows":
        return {"type": "array", "items": {"$ref": f"#/components/schemas/{item.config.entity.replace('.', '_')}"}}
    if item.storage == "links":
        return {"type": "array", "items": REFERENCE}
    if kind.kind == "record" or getattr(item.config, "targets", ()):
        return REFERENCE
    if item.type.kind in ("file", "image", "signature"):
        return {"type": ["array", "null"], "items": {"type": "object"}}
    if item.type.kind in ("address", "location"):
        return {"type": ["object", "null"]}
    if kind.kind == "number":
        return {"type": ["string", "null"]} if kind.scale else {"type": ["integer", "null"]}
    options = getattr(item.config, "options", ())
    if options and kind.kind == "text":
        return {"type": ["string", "null"], "enum": [*(one.value for one in options), None]}
    return TYPES.get(kind.kind, {})


def _paths(sight: Sight, entity: EntityModel, schema: str) -> dict[str, Json]:
    stem = f"/api/records/{entity.name.replace('.', '/')}"
    tag = {"tags": [say(entity.definition.label, sight.actor.locale)]}
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
    one = {
        "description": "The record",
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
    many = {
        "description": "A page",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}},
                        "next": {"type": ["string", "null"]},
                    },
                }
            }
        },
    }
    query = [
        {"name": name, "in": "query", "schema": {"type": "string"}}
        for name in ("fields", "filter", "sort", "search", "after", "view")
    ]
    number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    wrong = {"default": PROBLEM}
    collection: dict[str, Json] = {
        "get": {
            **tag,
            "operationId": f"list_{schema}",
            "parameters": [
                *query,
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 500}},
            ],
            "responses": {"200": many, **wrong},
        }
    }
    single: dict[str, Json] = {
        "parameters": [number],
        "get": {**tag, "operationId": f"read_{schema}", "responses": {"200": one, **wrong}},
    }
    if sight.policy.may(entity.name, "create"):
        collection["post"] = {
            **tag,
            "operationId": f"create_{schema}",
            "requestBody": body,
            "responses": {"201": one, **wrong},
        }
    if sight.policy.may(entity.name, "update"):
        match = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
        single["patch"] = {
            **tag,
            "operationId": f"change_{schema}",
            "parameters": [match],
            "requestBody": body,
            "responses": {"200": one, **wrong},
        }
    if sight.policy.may(entity.name, "delete"):
        single["delete"] = {
            **tag,
            "operationId": f"delete_{schema}",
            "responses": {"204": {"description": "In the bin"}, **wrong},
        }
    return {stem: collection, f"{stem}/{{id}}": single}


def _decision(sight: Sight, application: str, table: Table) -> dict[str, Json]:
    """A decision table that is asked with values, or with a record."""
    plan, locale = table.plan, sight.actor.locale

    def typed(type_: Type) -> Json:
        exact: Json = {"type": ["string", "number", "null"]}
        return exact if type_.kind in ("number", "real") else TYPES.get(type_.kind, {})

    values = {item.key: {**typed(item.type), "title": say(item.label, locale)} for item in asked(plan)}
    given: dict[str, Json] = {
        "values": {"type": "object", "properties": values, "additionalProperties": False},
        "on": {"type": "string", "format": "date", "description": "Decide as of this day"},
    }
    if table.entity is not None:
        given["record"] = {"type": "integer", "title": say(table.entity.definition.label, locale)}
    outcome: Json = {
        "type": ["object", "null"],
        "properties": {
            result.name: {**typed(result_type(plan, at)), "title": say(result.label, locale)}
            for at, result in enumerate(plan.results)
        },
    }
    if not plan.table.single:
        outcome = {"type": ["array", "null"], "items": {**outcome, "type": "object"}}
    row: Json = {"type": "object", "properties": {"number": {"type": "integer"}, "id": {"type": "string"}}}
    parts: Json = {
        "outcome": outcome, "rows": {"type": "array", "items": row}, "issue": {"type": ["object", "null"]}
    }
    answer: Json = {"type": "object", "properties": parts}
    asks: Json = {"schema": {"type": "object", "properties": given, "additionalProperties": False}}
    return {
        f"/api/decisions/{application}/{plan.table.name}": {
            "post": {
                "tags": [say(plan.table.label, locale)],
                "operationId": f"decide_{application}_{plan.table.name}",
                "requestBody": {"required": True, "content": {"application/json": asks}},
                "responses": {
                    "200": {"description": "The outcome", "content": {"application/json": {"schema": answer}}},
                    "default": PROBLEM,
                },
            }
        }
    }
