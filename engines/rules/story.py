"""Why: firings told to one reader, with what held then and what was done, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from engines.access.people import names_of
from engines.records.sight import Sight
from engines.rules.listen import FLOW, find
from engines.rules.words import Teller
from metamodel.decision_table import DecisionTable
from metamodel.decisions.plan import read
from metamodel.decisions.trial import facts
from metamodel.definition import Json
from metamodel.expressions import storage
from metamodel.expressions.check import check
from metamodel.expressions.types import parse_type
from metamodel.field_type import instant_text
from metamodel.issues import say
from metamodel.model import qualified
from metamodel.rule_checks import kind_label


def told(
    connection: sa.Connection,
    sight: Sight,
    rows: Iterable[sa.Row[Any]],
    locale: str,
    *,
    whole: bool,
    failures: bool = False,
) -> list[dict[str, Json]]:
    """Firings in words; `whole` for administrators, who read failures and addresses too, `failures` for those who
    design rules. Of a firing for a record that the reader may not see only the rule is told."""
    found = list(rows)
    teller = Teller(connection=connection, sight=sight, locale=locale)
    names = names_of(connection, {row.by_id for row in found if row.by_id})

    def seen(row: sa.Row[Any]) -> bool:
        return whole or not teller.record(row.entity, row.record_id).startswith("#")

    return [
        {
            "id": row.id,
            "rule": row.rule,
            "application": row.application,
            "label": label_of(sight, row.application, row.rule, locale),
            "entity": row.entity,
            "record": {"id": row.record_id, "label": teller.record(row.entity, row.record_id)},
            "state": row.state,
            "at": instant_text(row.at),
            "by": {"id": row.by_id, "label": names.get(row.by_id, "")} if row.by_id else None,
            "release": row.release,
            "cause": row.cause.partition(":")[0],
            "conditions": _conditions(teller, row, whole=whole) if seen(row) else [],
            "effects": _effects(teller, row, whole=whole) if seen(row) else [],
            "error": row.error if whole or failures else None,
            "retried": len((row.trace or {}).get("retried", ())),
        }
        for row in found
    ]


def label_of(sight: Sight, application: str, rule: str, locale: str) -> str:
    """What a rule is called; its id once it is gone."""
    heard = find(sight.live, application, rule)
    if heard is None and rule.startswith(FLOW):
        # Named by the flow and the version whose step did it; a flow's id may have been cut short there.
        word = rule.removeprefix(FLOW).partition(":")[0]
        owner = sight.live.model.applications.get(application)
        flow = next((item for item in owner.flows if item.id[:24] == word), None) if owner else None
        return say(flow.label, locale) if flow else word
    return say(heard.rule.label, locale) if heard else rule


def _conditions(teller: Teller, row: sa.Row[Any], *, whole: bool) -> list[Json]:
    """The parts that held, each as a sentence with the values its sides had; a part about something the reader may
    not see is only said to be there."""
    found: list[Json] = []
    for part in (row.trace or {}).get("condition", ()):
        if not whole and not readable(teller.sight, part["text"], row.entity):
            found.append({"text": teller.word("hidden_part"), "values": []})
            continue
        values = part.get("values")
        if values is None:
            # Set-based firings keep what the database gave, with its types.
            values = [
                storage.to_browser(type_, storage.from_database(type_, value))
                for type_, value in zip(map(parse_type, part["types"]), part["stored"], strict=True)
            ]
        told_values = [teller.value(None, value) for value in values]
        found.append({"text": teller.sentence(part["text"], row.entity), "values": told_values, "holds": part["holds"]})
    return found


def readable(sight: Sight, text: str, entity: str) -> bool:
    """Whether every field of a condition is plain to the reader in every record it may come from."""
    checked = check(text, sight.live.model, entity)
    if checked.issues:
        return False
    for step in checked.references:
        model = sight.live.model.entities.get(step.entity)
        facts = sight.live.model.field(step.entity, step.name)
        if model and step.name in model.fields and sight.policy.visibility(model, step.name).mode != "plain":
            return False
        # What lies beyond the record itself was seen whole, whoever may see which part of it.
        beyond = {step.entity} - {entity} | ({facts.target} if facts and facts.many else set())
        if any(other in sight.live.model.entities and not _all_of(sight, other) for other in beyond):
            return False
    return True


def _all_of(sight: Sight, entity: str) -> bool:
    """Whether the reader may read every record of an entity."""
    return sight.policy.may(entity, "read") and sight.policy.conditions(entity, "read") is None


def _effects(teller: Teller, row: sa.Row[Any], *, whole: bool) -> list[Json]:
    """What was done, action by action."""
    heard = find(teller.sight.live, row.application, row.rule)
    calls = {call.id: call for call in heard.rule.actions} if heard else {}
    found: list[Json] = []
    for item in (row.trace or {}).get("effects", ()):
        call = calls.get(item["action"])
        kind = call.type if call else ""
        label = say(kind_label(kind), teller.locale) if kind else teller.word(f"did_{item['kind'].lower()}")
        result = item.get("result") or {}
        text = _result(teller, row, call, item, result, whole=whole)
        table = by_table(teller, row.application, row.entity, item.get("why") or {}, whole=whole)
        found.append({"type": kind, "label": label, "text": text, **({"table": table} if table else {})})
    return found


def by_table(teller: Teller, application: str, entity: str, why: Mapping[str, Json], *, whole: bool) -> Json:
    """The decision table and the row that gave values, in words; where to find them for those who design. Nothing for
    a reader who may not see all that the table looks at."""
    home, _, name = qualified(application, str(why.get("table") or "")).partition(".")
    owner = teller.sight.live.model.applications.get(home)
    table = owner.find("decision_table", name) if owner and name else None
    if not isinstance(table, DecisionTable):
        return None
    number = why.get("row")
    if not whole:
        plan, _ = read(table, teller.sight.live.model, entity)
        if plan is None or not all(readable(teller.sight, text, entity) for text in facts(plan).texts.values()):
            return None
    code = "by_row" if isinstance(number, int) else "by_default"
    text = teller.word(code, label=say(table.label, teller.locale), row=number)
    row = table.rows[number - 1].id if isinstance(number, int) and 0 < number <= len(table.rows) else ""
    return {"text": text, **({"application": home, "id": table.id, "row": row} if whole else {})}


def _result(teller: Teller, row: sa.Row[Any], call: Any, item: Json, result: Json, *, whole: bool) -> str:
    match item["kind"]:
        case "SetValues":
            return teller.values(row.entity, result.get("values", {}))
        case "MakeRecord" if "entity" in result:
            model = teller.sight.live.model.entities.get(result["entity"])
            if model is None or not teller.sight.policy.may(result["entity"], "read"):
                return ""
            name = teller.record(result["entity"], result["id"])
            return f"{say(model.definition.label, teller.locale)} {name}"
        case "Instantiate" if "made" in result:
            return teller.made(result["made"]) or teller.word("nothing_new")
        case "Freeze" if "frozen" in result:
            return teller.word("frozen", count=result["frozen"])
        case "Freeze" if "thawed" in result:
            return teller.word("thawed", count=result["thawed"])
        case "ChangeRelated" if "changed" in result:
            return teller.word("changed", count=result["changed"])
        case "Assign" if "chosen" in result and call is not None:
            model = teller.sight.live.model.entities.get(row.entity)
            item_ = model.fields.get(call.config.field) if model else None
            if model is None or item_ is None or not teller.sees(model, call.config.field):
                return ""
            return teller.value(item_, result["chosen"])
        case "ChangeTag" if call is not None:
            model = teller.sight.live.model.entities.get(row.entity)
            if model is None or not teller.sees(model, call.config.field):
                return ""
            return teller.value(model.fields.get(call.config.field), call.config.value)
        case "Notify" if "people" in result:
            count = len(result["people"]) if isinstance(result["people"], list) else result["people"]
            return teller.word("told", count=count)
        case "Send" if call is not None:
            return teller.message(f"{row.application}.{call.config.message.rpartition('.')[2]}")
        case "CallWebhook" if whole and call is not None:
            return str(call.config.url)
        case _:
            return ""

