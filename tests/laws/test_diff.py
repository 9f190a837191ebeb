"""Laws of changes: applying a difference gives the other side, and reversing it gives the first one back."""

import copy
import random

from hypothesis import given
from hypothesis import strategies as st

from metamodel.changes import apply, is_nodes, normal, reverse
from metamodel.diff import diff
from tests.desk import DESK, loaded

ROOT = normal(loaded(DESK))


def mutated(root, seed: int):
    """The tree with some nodes removed, moved, added and changed, at random."""
    chance = random.Random(seed)
    result = copy.deepcopy(root)

    def visit(node) -> None:
        for key, value in list(node.items()):
            if is_nodes(value):
                for item in value:
                    visit(item)
                if chance.random() < 0.3:
                    chance.shuffle(value)
                if chance.random() < 0.3 and len(value) > 1:
                    value.pop(chance.randrange(len(value)))
                if chance.random() < 0.3:
                    value.insert(chance.randrange(len(value) + 1), {**value[0], "id": f"new{chance.randrange(10**9)}"})
            elif key != "id" and chance.random() < 0.1:
                node[key] = f"changed {chance.random()}"
            elif key != "id" and chance.random() < 0.05:
                del node[key]

    visit(result)
    return result


@given(st.integers(), st.integers())
def test_difference_applied_and_reversed(one: int, two: int) -> None:
    before, after = mutated(ROOT, one), mutated(ROOT, two)
    changes = diff(before, after)
    assert apply(changes, before) == after
    assert apply(reverse(changes), after) == before


@given(st.integers())
def test_nothing_differs_from_itself(seed: int) -> None:
    root = mutated(ROOT, seed)
    assert diff(root, copy.deepcopy(root)) == []
