"""What one actor may do in a model, from the grants of the actor's roles; an administrator may everything.

A field is visible on a row iff *one* grant covers both the row and the field: where grants differ, what is visible
depends on the row, and every reader gets the same CASE over the same conditions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engines.access.actor import Actor
from metamodel.definition import Label
from metamodel.errors import Forbidden
from metamodel.issues import Issue, wording
from metamodel.model import EntityModel, FieldModel, Model, qualified
from metamodel.role import FieldAccess, Grant

Action = Literal["read", "create", "update", "delete", "export"]
RANK: Mapping[FieldAccess, int] = {"hidden": 0, "masked": 1, "read": 2, "write": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A grant the actor holds, with the role it comes from."""

    role: str
    label: Label
    grant: Grant

    @property
    def condition(self) -> str:
        """The rows it covers; "" is all."""
        return self.grant.condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """How a field is seen: `plain` on every readable row, `masked` on every, or by the conditions of grants."""

    mode: Literal["plain", "masked", "hidden", "by_row"]
    full: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()


PLAIN = Visibility(mode="plain")
HIDDEN = Visibility(mode="hidden")


class Policy:
    """The actor's rights, computed once for a model and kept with it."""

    def __init__(self, model: Model, actor: Actor) -> None:
        self.model, self.actor = model, actor
        self._held: dict[str, tuple[Held, ...]] = {}
        self._seen: dict[tuple[str, str], Visibility] = {}
        self._able: dict[tuple[str, Action], tuple[Held, ...]] = {}

    def held(self, entity: str) -> tuple[Held, ...]:
        """The grants the actor holds on an entity; roles of any application may grant."""
        if entity not in self._held:
            found = []
            for application in self.model.applications.values():
                mine = self.actor.roles_in(application.name)
                for role in application.roles:
                    if role.id in mine:
                        found += [
                            Held(role=role.name, label=role.label, grant=grant)
                            for grant in role.grants
                            if qualified(application.name, grant.entity) == entity
                        ]
            self._held[entity] = tuple(found)
        return self._held[entity]

    def able(self, entity: str, action: Action) -> tuple[Held, ...] | None:
        """The grants that allow an action; None means on every row and field (an administrator)."""
        if self.actor.is_admin:
            return None
        if (entity, action) not in self._able:
            self._able[entity, action] = tuple(held for held in self.held(entity) if getattr(held.grant, action))
        return self._able[entity, action]

    def designs(self, application: str) -> frozenset[str] | None:
        """The sorts of definition the actor may design in an application; None means all of them (an administrator).
        A token must be for designing, and an administrator's for administering too."""
        if "design" not in self.actor.scopes:
            return frozenset()
        if self.actor.is_admin and "admin" in self.actor.scopes:
            return None
        home = self.model.applications.get(application)
        mine = self.actor.roles_in(application)
        return frozenset(sort for role in (home.roles if home else ()) if role.id in mine for sort in role.designs)

    def may(self, entity: str, action: Action) -> bool:
        """Whether the action is allowed on any row at all, within the scopes of the actor's token."""
        scope = "read" if action in ("read", "export") else "write"
        if scope not in self.actor.scopes:
            return False
        grants = self.able(entity, action)
        return grants is None or bool(grants)

    def require(self, entity: EntityModel, action: Action) -> None:
        """Refuse unless the action is allowed on some row."""
        if not self.may(entity.name, action):
            word = wording(Issue(code=f"action.{action}"), self.actor.locale)[0]
            raise Forbidden(Issue(code="access.denied", arguments={"action": word, "label": entity.definition.label}))

    def conditions(self, entity: str, action: Action) -> tuple[str, ...] | None:
        """The conditions of which one must hold on a row; None when every row will do."""
        grants = self.able(entity, action)
        if grants is None or any(not held.condition for held in grants):
            return None
        return tuple(dict.fromkeys(held.condition for held in grants))

    def visibility(self, entity: EntityModel, field: str) -> Visibility:
        """How the actor sees a field of an entity."""
        key = (entity.name, field)
        if key not in self._seen:
            self._seen[key] = self._visibility(entity, field)
        return self._seen[key]

    def _visibility(self, entity: EntityModel, field: str) -> Visibility:
        grants = self.able(entity.name, "read")
        if grants is None:
            return PLAIN
        if field not in entity.fields:
            return PLAIN if grants else HIDDEN
        levels = [(held, RANK[self._access(entity, held.grant, field)]) for held in grants]
        if not levels or all(level == 0 for _, level in levels):
            return HIDDEN
        if all(level >= 2 for _, level in levels) or any(level >= 2 and not held.condition for held, level in levels):
            return PLAIN
        if all(level == 1 for _, level in levels):
            return Visibility(mode="masked")
        return Visibility(
            mode="by_row",
            full=tuple(held.condition for held, level in levels if level >= 2),
            partly=tuple(held.condition for held, level in levels if level == 1),
        )

    def _access(self, entity: EntityModel, grant: Grant, field: str) -> FieldAccess:
        """What a grant says of a field. One that is computed from what the grant hides is hidden too, unless the
        grant names it."""
        said = grant.access(field)
        item = entity.fields[field]
        if said != "hidden" and item.derived and all(one.field != field for one in grant.fields):
            sources = self.model.sources(entity.name, field)
            if any(owner == entity.name and grant.access(name) in ("hidden", "masked") for owner, name in sources):
                return "hidden"
            if item.type.kind == "measure" and self._unread(entity, item, sources):
                return "hidden"
        return said

    def _unread(self, entity: EntityModel, item: FieldModel, sources: frozenset[tuple[str, str]]) -> bool:
        """Whether a measure counts records that the actor may not read, or a field of them that no grant shows."""
        counted = {about for about, _ in self.model.texts(entity.name, item)} - {entity.name}
        if any(not name.startswith("platform.") and not self.may(name, "read") for name in counted):
            return True
        for owner, name in sources:
            holder = self.model.entity(owner)
            grants = self.able(owner, "read") if holder is not None and owner != entity.name else None
            if grants is not None and all(one.grant.access(name) in ("hidden", "masked") for one in grants):
                return True
        return False

    def writable(self, entity: EntityModel, field: str, grants: Sequence[Held] | None) -> bool:
        """Whether one of the grants that cover the row lets the field be changed."""
        if entity.fields[field].derived or entity.fields[field].storage == "system":
            return False
        return grants is None or any(held.grant.access(field) == "write" for held in grants)

    def given(self, entity: EntityModel, field: str) -> bool:
        """Whether whoever makes a record may say it, though it may be changed by others only afterwards."""
        return self.writable(entity, field, self.able(entity.name, "create"))

    def access(self, entity: EntityModel, field: str) -> FieldAccess:
        """The most the actor may do with a field on any row: what forms and lists are drawn by."""
        seen = self.visibility(entity, field)
        if seen.mode == "hidden":
            return "hidden"
        if seen.mode == "masked":
            return "masked"
        changing = self.able(entity.name, "update")
        creating = self.able(entity.name, "create")
        if changing is None or creating is None:
            return "write" if self.writable(entity, field, None) else "read"
        return "write" if self.writable(entity, field, (*changing, *creating)) else "read"
