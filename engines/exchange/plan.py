"""A mapping made ready for one release and one actor: every column with its field, its conversion and its keys."""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engines.access.policy import Held
from engines.exchange.convert import Convert, converter, plain_keys, stored
from engines.exchange.keys import KNOWN_BY, References
from engines.exchange.links import several
from engines.exchange.mapping import MappedColumn, Mapping
from engines.records.sight import Sight
from metamodel.errors import Forbidden, Invalid, NotFound
from metamodel.expressions import evaluate
from metamodel.expressions.storage import to_database
from metamodel.field_type import is_blank
from metamodel.issues import Issue, nearest
from metamodel.model import EntityModel, FieldModel

#: field types whose values are no text
NOT_IN_A_CELL = frozenset({"file", "image", "signature"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One column of the file on its way to a field. `references` finds records where the field is a reference."""

    position: int
    column: str
    item: FieldModel
    convert: Convert
    references: References | None = None
    stub: EntityModel | None = None
    reject: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What rows say of one entity. `given` are values equal in all new records, `needed` the fields that must not be
    blank, `unique` the sets of fields in which no two records may agree."""

    entity: EntityModel
    targets: tuple[Target, ...]
    given: Named[str, Any]
    fixed: Named[str, Any]
    needed: tuple[FieldModel, ...]
    sequences: tuple[FieldModel, ...]
    links: tuple[FieldModel, ...]
    unique: tuple[tuple[str, ...], ...]
    match: tuple[str, ...]
    mode: str

    def column_of(self, name: str) -> tuple[str, ...]:
        """Where in the file a field is told, as people find it; nowhere for one that no column goes into."""
        return next(((target.column,) for target in self.targets if target.item.name == name), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A mapping ready to be carried out. `lines` and `back` (the field that leads to the header) go together."""

    sight: Sight
    mapping: Mapping
    main: Part
    lines: Part | None = None
    back: str = ""

    def column_of(self, path: Sequence[str | int]) -> tuple[str, ...]:
        """Where in the file the field is told that a finding is about."""
        return next(filter(None, (part.column_of(str(path[0])) for part in self.parts)), ()) if path else ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The main part, then that of the sub-table."""
        return (self.main,) if self.lines is None else (self.main, self.lines)

    def forget(self) -> None:
        """Keys are looked up anew."""
        for part in self.parts:
            for target in part.targets:
                if target.references is not None:
                    target.references.forget()


class _Maker:
    """Resolves a mapping and gathers everything wrong with it."""

    def __init__(self, sight: Sight, mapping: Mapping, columns: tuple[str, ...]) -> None:
        self.sight, self.mapping, self.columns = sight, mapping, columns
        self.issues: list[Issue] = []
        self.found: dict[str, list[tuple[int, MappedColumn, tuple[str, ...]]]] = {}

    def make(self) -> Plan:
        """The plan, or the refusal."""
        model = self.sight.live.model
        entity = model.entity(self.mapping.entity)
        if entity is None or not self.sight.policy.may(entity.name, "read"):
            near = nearest(self.mapping.entity, model.entities)
            raise NotFound(Issue(code="reference.entity", arguments={"word": self.mapping.entity, "nearest": near}))
        mapped = [(index, one) for index, one in enumerate(self.mapping.columns) if one.field]
        if not mapped:
            raise Invalid(Issue(code="exchange.nothing_mapped"))
        groups: dict[str, list[tuple[int, MappedColumn, tuple[str, ...]]]] = {}
        for index, one in mapped:
            steps = tuple(one.field.split("."))
            first = entity.fields.get(steps[0])
            inner = first is not None and first.storage == "rows"
            groups.setdefault(steps[0] if inner else "", []).append((index, one, steps[1:] if inner else steps))
        inner_fields = [name for name in groups if name]
        if len(inner_fields) > 1:
            self.issues.append(Issue(code="exchange.two_sub_tables", path=("columns",)))
        constants: dict[str, dict[str, Any]] = {}
        for path, value in self.mapping.constants.items():
            head, _, rest = path.partition(".")
            constants.setdefault(head if rest else "", {})[rest or head] = value
        main = self._part(entity, groups.get("", []), self.mapping.match, self.mapping.mode, constants.get("", {}), "")
        lines, back = None, ""
        if inner_fields:
            name = inner_fields[0]
            config = entity.fields[name].config
            child, back = model.entities[config.entity], config.parent
            if not self.mapping.match:
                self.issues.append(Issue(code="exchange.lines_need_match", path=("match",)))
            mode = "upsert" if self.mapping.lines_match else "insert"
            match = (back, *self.mapping.lines_match) if self.mapping.lines_match else ()
            lines = self._part(child, groups[name], match, mode, constants.get(name, {}), back)
        if self.issues:
            raise Invalid(self.issues)
        return Plan(sight=self.sight, mapping=self.mapping, main=main, lines=lines, back=back)

    def _part(
        self,
        entity: EntityModel,
        mapped: list[tuple[int, MappedColumn, tuple[str, ...]]],
        match: tuple[str, ...],
        mode: str,
        constants: Named[str, Any],
        back: str,
    ) -> Part:
        creating = mode != "update"
        grants = self._grants(entity, creating, mode in ("update", "upsert"))
        targets: list[Target] = []
        for index, one, steps in mapped:
            target = self._target(entity, index, one, steps, grants)
            if target is not None and any(other.item.name == target.item.name for other in targets):
                label = target.item.definition.label
                self._wrong(index, "exchange.mapped_twice", label=label)
            elif target is not None:
                targets.append(target)
        names = {target.item.name for target in targets}
        fixed = self._constants(entity, constants, grants)
        for name in match:
            plain = name in names and entity.fields[name].storage == "column"
            if not plain and name != back:
                self.issues.append(Issue(code="exchange.match_not_mapped", path=("match",), arguments={"name": name}))
        given = {**(self._defaults(entity, names | set(fixed) | {back}) if creating else {}), **fixed}
        items = entity.fields.values()
        if creating:
            for item in items:
                known = item.name in names or item.name in given or item.name == back
                if item.definition.required and not known and item.type.kind != "sequence" and _said(item):
                    self.issues.append(
                        Issue(
                            code="exchange.required_not_mapped",
                            path=("columns",),
                            arguments={"label": item.definition.label},
                        )
                    )
        return Part(
            entity=entity,
            targets=tuple(targets),
            given=given,
            fixed=fixed,
            needed=tuple(item for item in items if item.definition.required and item.name in names),
            sequences=tuple(item for item in items if item.type.kind == "sequence" and creating),
            links=tuple(target.item for target in targets if target.item.storage == "links"),
            unique=self._unique(entity, names | {back}),
            match=match,
            mode=mode,
        )

    def _grants(self, entity: EntityModel, creating: bool, updating: bool) -> tuple[Held, ...] | None:
        """The grants without a condition under which the actor imports; None for an administrator.

        A condition could only be tried row by row after the writing; whoever holds no other grant may not import.
        """
        found: dict[str, Held] = {}
        for action, wanted in (("create", creating), ("update", updating)):
            if not wanted:
                continue
            self.sight.policy.require(entity, action)  # type: ignore[arg-type]
            held = self.sight.policy.able(entity.name, action)  # type: ignore[arg-type]
            if held is None:
                continue
            whole = [one for one in held if not one.condition]
            if not whole:
                raise Forbidden(Issue(code="exchange.only_some_rows", arguments={"label": entity.definition.label}))
            found.update({one.role: one for one in whole})
        return None if self.sight.policy.actor.is_admin else tuple(found.values())

    def _target(
        self,
        entity: EntityModel,
        index: int,
        one: MappedColumn,
        steps: tuple[str, ...],
        grants: tuple[Held, ...] | None,
    ) -> Target | None:
        if one.column not in self.columns:
            self._wrong(index, "exchange.no_column", name=one.column, nearest=nearest(one.column, self.columns))
            return None
        item = entity.fields.get(steps[0]) if steps else None
        seen = item is not None and self.sight.policy.visibility(entity, item.name).mode != "hidden"
        if item is None or not seen:
            near = nearest(steps[0] if steps else "", self.sight.names(entity.name))
            self._wrong(index, "reference.field", word=one.field, nearest=near)
            return None
        label = item.definition.label
        if code := not_importable(item):
            self._wrong(index, code, label=label)
            return None
        if not self.sight.policy.writable(entity, item.name, grants):
            self._wrong(index, "value.read_only", label=label)
            return None
        position = self.columns.index(one.column)
        far = item.config.entity if item.storage == "links" else ""
        far = far or (item.expression_type.entity if item.expression_type.kind == "record" else "")
        if not far:
            if len(steps) > 1:
                self._wrong(index, "exchange.no_reference", label=label)
                return None
            convert = converter(item, zone=one.zone or self.mapping.zone, divide=one.divide)
            return Target(position=position, column=one.column, item=item, convert=convert)
        return self._reference(index, one, item, far, steps[1:], position)

    def _reference(
        self, index: int, one: MappedColumn, item: FieldModel, far: str, steps: tuple[str, ...], position: int
    ) -> Target | None:
        model = self.sight.live.model.entity(far)
        name = steps[0] if steps else key_of(model) if model else next(iter(KNOWN_BY[far]))
        if model is None:
            known = name in KNOWN_BY[far]
        else:
            plain = name == "id" or (name in model.fields and model.fields[name].storage == "column")
            known = plain and self.sight.field(far, name) is not None
        if len(steps) > 1 or not known:
            near = nearest(name, self.sight.names(far))
            self._wrong(index, "reference.field", word=one.field, nearest=near)
            return None
        convert = converter(model.fields[name]) if model and name != "id" else plain_keys(numbers=name == "id")
        stub: EntityModel | None = None
        if one.unknown == "stub":
            if item.storage == "links" or model is None or name == "id" or not _stubs(model, name):
                self._wrong(index, "exchange.no_stub", label=item.definition.label)
                return None
            self.sight.policy.require(model, "create")
            stub = model
        return Target(
            position=position,
            column=one.column,
            item=item,
            convert=several(convert) if item.storage == "links" else convert,
            references=References(self.sight, far, name),
            stub=stub,
            reject=one.unknown == "reject",
        )

    def _constants(self, entity: EntityModel, said: Named[str, Any], grants: tuple[Held, ...] | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in said.items():
            item = entity.fields.get(name)
            if item is None or not _typed(item) or not self.sight.policy.writable(entity, name, grants):
                near = nearest(name, self.sight.names(entity.name))
                issue = Issue(code="reference.field", arguments={"word": name, "nearest": near})
                self.issues.append(issue.under("constants", name))
                continue
            try:
                found[name] = None if is_blank(value) else stored(item, value)
            except Invalid as wrong:
                self.issues += (issue.under("constants", name) for issue in wrong.issues)
        return found

    def _defaults(self, entity: EntityModel, known: set[str]) -> dict[str, Any]:
        return defaults(self.sight, entity, known)

    def _unique(self, entity: EntityModel, names: set[str]) -> tuple[tuple[str, ...], ...]:
        fields = [(item.name,) for item in entity.fields.values() if item.definition.unique and item.name in names]
        several = [index.fields for index in entity.definition.indexes if index.unique and set(index.fields) <= names]
        return (*fields, *several)

    def _wrong(self, index: int, code: str, **arguments: Any) -> None:
        self.issues.append(Issue(code=code, path=("columns", index, "field"), arguments=arguments))


def make_plan(sight: Sight, mapping: Mapping, columns: tuple[str, ...]) -> Plan:
    """The plan of a mapping for a file with these columns; everything wrong with it is refused at once."""
    return _Maker(sight, mapping, columns).make()


def defaults(sight: Sight, entity: EntityModel, known: set[str]) -> dict[str, Any]:
    """What new records get in fields that nothing else is said of."""
    found: dict[str, Any] = {}
    for item in entity.fields.values():
        if item.name in known or not _typed(item):
            continue
        if item.definition.default is not None:
            found[item.name] = item.type.coerce(item.config, item.definition.default)
        elif item.definition.initial:
            node = sight.sound(item.definition.initial, entity.name, False)
            value = evaluate.evaluate(node, {}, sight.context)
            # Nobody in particular imports from the command line: a field that names the person stays blank.
            if value is not None and not (item.expression_type.kind == "record" and value == 0):
                day = item.expression_type.kind == "date" and node.type.kind == "datetime"
                found[item.name] = value.date() if day else to_database(item.expression_type, value)
    return found


def key_of(entity: EntityModel) -> str:
    """The field a record is most likely called by in a file: a unique one, else its title."""
    unique = [item.name for item in entity.fields.values() if item.definition.unique and item.storage == "column"]
    return unique[0] if unique else entity.title


def not_importable(item: FieldModel) -> str:
    """Why no column can be brought into a field, as the code of an issue; nothing where one can."""
    if item.derived:
        return "exchange.computed"
    if item.storage == "system":
        return "exchange.kept_by_house"
    if item.type.kind in NOT_IN_A_CELL:
        return "exchange.no_files"
    if getattr(item.config, "targets", None):
        return "exchange.any_of_several"
    return "exchange.not_importable" if item.storage == "rows" else ""


def _said(item: FieldModel) -> bool:
    return (item.storage == "column" and not item.derived) or item.storage == "links"


def _typed(item: FieldModel) -> bool:
    return item.storage == "column" and not item.derived


def _stubs(entity: EntityModel, key: str) -> bool:
    """Whether a record of its key alone would be sound: the title may repeat the key, the rest must have defaults."""
    for item in entity.fields.values():
        said = item.definition.default is not None or item.definition.initial or item.type.kind == "sequence"
        if item.definition.required and not said and item.name not in (key, entity.title):
            return False
    return entity.fields[key].type.kind in ("text", "sequence", "integer", "phone", "email")
