"""What designers do to a draft besides saving: new applications, usages, renames, roll-backs, sheets of changes."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.exchange.latin import syllables
from engines.publisher import drafts
from engines.publisher.convert import preview
from engines.publisher.plan import refusal
from engines.publisher.proposal import Proposal, proposed
from engines.publisher.publish import current_number
from engines.publisher.releases import document as released_document
from engines.publisher.releases import newest
from engines.publisher.steps import Retype
from engines.publisher.tables import draft
from engines.publisher.words import Line, labelled, lines
from engines.records.live import Live
from engines.records.tables import short
from metamodel.application import SORTS, Application
from metamodel.bundle import canonical
from metamodel.changes import normal
from metamodel.definition import Json, dump, load
from metamodel.diff import diff
from metamodel.entity import RESERVED, Field
from metamodel.errors import Conflict, Invalid, NotFound, Refused
from metamodel.issues import Issue, say, wording
from metamodel.model import FieldModel, Model, qualified
from metamodel.references import renamed, used
from metamodel.validate import Validated

#: definitions of others that a refusal names
NAMED = 5


def name_from(label: str, taken: frozenset[str] | set[str]) -> str:
    """A name made of a label by pinyin: lower case, at most 30 letters, free."""
    spelled = "_".join(syllables(label)).lower()
    plain = re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", spelled)).strip("_")[:24].strip("_")
    stem = plain if plain and plain[0].isalpha() else f"f_{plain}".strip("_") if plain else "field"
    found, count = stem, 1
    while found in taken or found in RESERVED:
        count += 1
        found = f"{stem}_{count}"
    return found


def live_document(connection: sa.Connection, application: str) -> Json:
    """The live document of an application, None when it has only a draft."""
    return newest(connection).get(application)


def new_application(connection: sa.Connection, label: Json, name: str, *, by: int, now: datetime) -> str:
    """An empty application in draft: a head, a menu and a role of its own."""
    said = label if isinstance(label, str) else next(iter(label.values()), "") if isinstance(label, dict) else ""
    if not said.strip():
        raise Invalid(
            Issue(code="value.required", path=("label",), arguments={"label": {"zh-CN": "名称", "en": "a name"}})
        )
    taken = set(newest(connection)) | {key for (key,) in connection.execute(sa.select(draft.c.application).distinct())}
    if name and name in taken:
        raise Conflict(Issue(code="application.taken", path=("name",), arguments={"name": name}))
    chosen = name or name_from(said, taken)
    document = {
        "name": chosen,
        "label": label,
        "icon": "appstore",
        "format": 1,
        "menus": [{"name": "main", "label": label, "items": []}],
        "roles": [{"name": "staff", "label": {"zh-CN": "成员", "en": "Staff"}, "grants": []}],
    }
    drafts.replace(connection, chosen, None, document, by=by, now=now)
    return chosen


def known_applications(connection: sa.Connection) -> dict[str, Json]:
    """Every application that is live or in draft, with its head."""
    found = dict(newest(connection))
    for (key,) in connection.execute(sa.select(draft.c.application).distinct()):
        found[key] = drafts.joined(drafts.drafted(connection, key, found.get(key)))
    return found


def require_known(connection: sa.Connection, application: str) -> None:
    """Refuse what is neither live nor in draft."""
    if application not in newest(connection) and not drafts.changed(connection, application):
        raise NotFound(Issue(code="application.missing", arguments={"name": application}))


def definitions(connection: sa.Connection, live: Live, application: str, locale: str) -> Json:
    """The draft as designers load it: every definition with its etag and its issues, and what differs from live."""
    proposal = proposed(connection, live, application)
    before, validated, parts = proposal.before, proposal.validated, proposal.parts
    touched = set(drafts.changed(connection, application))
    by_place = {
        place: [labelled(issue, validated.model, before) for issue in issues]
        for place, issues in _issues_by_place(validated, proposal.document).items()
    }
    return {
        "definitions": [
            {
                "kind": sort,
                "id": identity,
                "etag": proposal.etags[(sort, identity)],
                "document": part,
                "changed": (sort, identity) in touched,
                "issues": [issue.to_json(locale) for issue in by_place.get((sort, identity), ())],
            }
            for (sort, identity), part in parts.items()
        ],
        "removed": [{"kind": sort, "id": identity} for sort, identity in touched if (sort, identity) not in parts],
        "issues": [issue.to_json(locale) for issue in by_place.get(("", ""), ())],
        "live": application in live.documents,
        "pending": _pending(proposal),
        "applications": sorted(before.applications),
    }


def _pending(proposal: Proposal) -> int | None:
    """How many changes a publish would tell of, as its plan counts them; None while the draft can't be read."""
    return None if proposal.definition is None else len(proposal.lines)


def _issues_by_place(validated: Validated, document: Json) -> dict[tuple[str, str], list[Issue]]:
    """Issues by the definition they are about, their paths beginning within it."""
    sort_of = {folder: sort for sort, (folder, _) in SORTS.items()}
    found: dict[tuple[str, str], list[Issue]] = {}
    for issue in validated.issues:
        key, inner = ("", ""), issue
        if len(issue.path) >= 2 and issue.path[0] in sort_of and isinstance(issue.path[1], int):
            items = document.get(issue.path[0], [])
            if issue.path[1] < len(items):
                key = (sort_of[str(issue.path[0])], drafts.identity(items[issue.path[1]]))
                inner = Issue(code=issue.code, path=issue.path[2:], severity=issue.severity, arguments=issue.arguments)
        found.setdefault(key, []).append(inner)
    return found


def mark(connection: sa.Connection, application: str) -> str:
    """A word that moves whenever somebody changes the draft or publishes."""
    content = [current_number(connection), *(list(part) for part in drafts.mark(connection, application))]
    return sha256(canonical(content)).hexdigest()[:16]


def usages(connection: sa.Connection, live: Live, application: str, target: str, entity: str, name: str) -> list[Json]:
    """Where a definition of the draft is used, in this application and in others."""
    validated = proposed(connection, live, application).validated
    scope = qualified(application, entity) if target in ("field", "dimension", "measure") else ""
    wanted = name if target in ("field", "dimension", "measure") else qualified(application, name)
    found = []
    for home, reference in used(validated.model, target, scope, wanted):
        sort, identity = reference.owner
        owner = validated.model.applications[home]
        item = next((one for kind, one in owner.all() if kind == sort and one.id == identity), None)
        found.append(
            {
                "application": home,
                "kind": sort,
                "id": identity,
                "label": getattr(item, "label", identity),
                "path": list(reference.path),
            }
        )
    return found


def beyond(
    connection: sa.Connection, live: Live, application: str, may: frozenset[str] | None, locale: str
) -> Issue | None:
    """What is in the way of somebody who may design only some sorts: changes of others in the shared draft, by name."""
    if may is None:
        return None
    touched = [place for place in drafts.changed(connection, application) if place[0] not in may]
    if not touched:
        return None
    known = {**drafts.split(live.documents.get(application) or {}), **proposed(connection, live, application).parts}
    words = []
    for sort, identity in touched:
        sort_word = wording(Issue(code=f"sort.{sort}"), locale)[0]
        label = say((known.get((sort, identity)) or {}).get("label") or identity, locale)
        words.append(wording(Issue(code="publish.place", arguments={"sort": sort_word, "label": label}), locale)[0])
    listed = wording(Issue(code="publish.comma"), locale)[0].join(words[:NAMED])
    return Issue(code="publish.beyond", arguments={"count": len(touched), "list": listed})


def require_own(
    connection: sa.Connection, live: Live, application: str, may: frozenset[str], hash: str, locale: str
) -> None:
    """Refuse a publish that would carry changes of sorts somebody may not design. What was looked at is what will be
    published: another content has another hash."""
    if issue := beyond(connection, live, application, may, locale):
        raise Refused(issue)
    if proposed(connection, live, application).hash(current_number(connection)) != hash:
        raise Conflict(Issue(code="publish.stale"))


def rename(
    connection: sa.Connection,
    live: Live,
    application: str,
    target: str,
    entity: str,
    identity: str,
    name: str,
    *,
    by: int,
    now: datetime,
) -> int:
    """Give a field or definition another name in the draft and rewrite every use; how many uses were rewritten.

    Ids stay, so data, history and later merges still know what it is.
    """
    validated = proposed(connection, live, application).validated
    if validated.application is None:
        raise Invalid(validated.issues)
    whole = validated.application
    old = _name_of(whole, target, entity, identity)
    if old == name:
        return 0
    scope = qualified(application, entity) if target == "field" else ""
    uses = len(list(used(validated.model, target, scope, old if scope else qualified(application, old))))
    key = (target, scope, old) if scope else (target, "", qualified(application, old))
    changed = renamed(validated.model, whole, {key: name if scope else qualified(application, name)})
    document = dump(changed)
    _put_name(document, target, entity, identity, old, name)
    drafts.replace(connection, application, live.documents.get(application), document, by=by, now=now)
    return uses


def _name_of(application: Application, target: str, entity: str, identity: str) -> str:
    if target == "field":
        owner = application.find("entity", entity)
        items: Any = owner.fields if owner else ()
    else:
        items = getattr(application, SORTS[target][0]) if target in SORTS else ()
    found = next((item for item in items if item.id == identity), None)
    if found is None:
        raise NotFound(Issue(code="definition.gone", arguments={"name": identity}))
    return str(found.name)


def _put_name(document: Json, target: str, entity: str, identity: str, old: str, name: str) -> None:
    if target == "field":
        owners = [item for item in document["entities"] if item["name"] == entity]
        items = owners[0]["fields"]
    else:
        items = document[SORTS[target][0]]
    for item in items:
        if item.get("id", item["name"]) == identity:
            item.update({"id": identity, "name": name})
            if item["id"] == item["name"]:
                del item["id"]
            ordered = {"id": item.pop("id"), **item} if "id" in item else dict(item)
            item.clear()
            item.update(ordered)


def compared(connection: sa.Connection, application: str, before: int, after: int) -> list[Line]:
    """What changed between two releases, in words."""
    old, new = (released_document(connection, application, number) for number in (before, after))
    first, second = (normal(load(Application, document, CATALOG)[0]) for document in (old, new))
    return lines(diff(first, second), first, second)


def roll_back(connection: sa.Connection, application: str, number: int, *, by: int, now: datetime) -> None:
    """Make the draft say what a former release said; publishing it then brings the data back as well."""
    document = released_document(connection, application, number)
    drafts.replace(connection, application, live_document(connection, application), document, by=by, now=now)


def retype_preview(
    connection: sa.Connection, live: Live, application: str, entity: str, field: str, to: Json, locale: str
) -> Json:
    """What giving a live field another type would do to its values."""
    model = live.model
    owner = model.entity(qualified(application, entity))
    item = next((one for one in owner.fields.values() if one.definition.id == field), None) if owner else None
    if owner is None or item is None:
        return {"passing": 0, "failing": 0, "examples": []}
    wanted = _field(model, application, to)
    if wanted is None or wanted.type.retype(wanted.config, item.type, item.config) == "impossible":
        return {"passing": 0, "failing": 0, "examples": [], "impossible": True}
    result = preview(connection, short(owner.table), Retype(old=item, new=wanted))
    return {
        "passing": result.passing,
        "failing": result.failing,
        "examples": [
            {"id": one.record, "value": one.before, "reason": refusal(one.reason, one.before, locale)}
            for one in result.examples
        ],
    }


def _field(model: Model, application: str, document: Json) -> FieldModel | None:
    field, _ = load(Field, document, CATALOG)
    owner = model.applications.get(application)
    return model.resolve(owner, field) if field is not None and owner is not None else None
