"""A definition that travelled in a file, with what another program changed in the file on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metamodel.definition import Json

PLAIN = ("label", "description", "hit_policy", "aggregation")
LISTS = ("parameters", "inputs", "outputs", "rows")


def merged(now: Json, then: Json, own: Json) -> Json:
    """`own` is the definition, `then` what the file said of it when it was written, `now` what it says. What is the
    same in both is `own`'s; the rest is what was changed. Items go by their id."""
    found = dict(own)
    for key in PLAIN:
        _take(found, now, then, key)
    for key in LISTS:
        if now.get(key) != then.get(key):
            found[key] = _list(now.get(key, []), then.get(key, []), own.get(key, []))
    return found


def _take(found: dict[str, Any], now: Mapping[str, Any], then: Mapping[str, Any], key: str) -> None:
    if now.get(key) == then.get(key):
        return
    if key in now:
        found[key] = now[key]
    else:
        found.pop(key, None)


def _list(now: list[Json], then: list[Json], own: list[Json]) -> list[Json]:
    before = {_id(item): item for item in then}
    ours = {_id(item): item for item in own}
    found: list[Json] = []
    for item in now:
        word = _id(item)
        if word not in ours or word not in before:
            found.append(item)
            continue
        made = dict(ours[word])
        for key in {*item, *before[word]}:
            if isinstance(item.get(key), Mapping) or isinstance(before[word].get(key), Mapping):
                cells = dict(made.get(key, {}))
                old, new = before[word].get(key, {}), item.get(key, {})
                for cell in {*old, *new}:
                    _take(cells, new, old, cell)
                made[key] = cells
            else:
                _take(made, item, before[word], key)
        found.append(made)
    return found


def _id(item: Json) -> str:
    return str(item.get("id") or item.get("name"))
