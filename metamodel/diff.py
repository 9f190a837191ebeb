"""The difference of two applications in normal form, by id: `apply(diff(a, b), a) == b`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from metamodel.changes import Add, Address, Change, Move, Node, Remove, Set, is_nodes


def diff(before: Node, after: Node, path: Address = ()) -> list[Change]:
    """The changes that make `after` of `before`: removals first, then additions and moves, then what lies within."""
    return list(_node(before, after, path))


def _node(before: Node, after: Node, path: Address) -> Iterator[Change]:
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old == new or (key == "id" and path):
            continue
        if (is_nodes(old) or not old) and (is_nodes(new) or not new) and (is_nodes(old) or is_nodes(new)):
            yield from _nodes(old or [], new or [], (*path, key))
        else:
            yield Set(path=path, property=key, before=old, after=new)


def _nodes(old: list[Node], new: list[Node], path: Address) -> Iterator[Change]:
    wanted = {node["id"] for node in new}
    previous = ""
    kept: list[Node] = []
    for node in old:
        if node["id"] in wanted:
            kept.append(node)
            previous = node["id"]
        else:
            yield Remove(path=(*path, node["id"]), node=node, after=previous)
    present = [node["id"] for node in kept]
    still = _longest_run([present.index(node["id"]) for node in new if node["id"] in present])
    resting = {present[index] for index in still}
    order = list(present)
    previous = ""
    for node in new:
        identity = node["id"]
        if identity not in order:
            yield Add(path=(*path, identity), node=node, after=previous)
            order.insert(order.index(previous) + 1 if previous else 0, identity)
        elif identity not in resting:
            place = order.index(identity)
            stood = order[place - 1] if place else ""
            if stood != previous:
                yield Move(path=(*path, identity), before=stood, after=previous)
                order.remove(identity)
                order.insert(order.index(previous) + 1 if previous else 0, identity)
        previous = identity
    by_id = {node["id"]: node for node in new}
    for node in kept:
        yield from _node(node, by_id[node["id"]], (*path, node["id"]))


def _longest_run(numbers: list[int]) -> set[int]:
    """The members of a longest increasing subsequence: what need not move."""
    tails: list[int] = []
    places: list[int] = []
    back: list[int] = [-1] * len(numbers)
    for index, number in enumerate(numbers):
        at = bisect_left(tails, number)
        if at == len(tails):
            tails.append(number)
            places.append(index)
        else:
            tails[at] = number
            places[at] = index
        back[index] = places[at - 1] if at else -1
    result: set[int] = set()
    index = places[-1] if places else -1
    while index >= 0:
        result.add(numbers[index])
        index = back[index]
    return result
