"""The kinds that the metamodel itself brings: field types, form parts, view kinds."""

from __future__ import annotations

from metamodel import components, fields, triggers, views
from metamodel.component import ComponentKind
from metamodel.field_type import FieldType
from metamodel.kinds import Catalog, Registry
from metamodel.trigger import TriggerKind
from metamodel.view_kind import ViewKind

KINDS: Catalog = {
    "fields": Registry(fields, FieldType),
    "components": Registry(components, ComponentKind),
    "views": Registry(views, ViewKind),
    "triggers": Registry(triggers, TriggerKind),
}
