"""What measures are made of: other measures, and the texts over rows that decide what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from metamodel.application import Application
from metamodel.dataset import Dataset, Dimension, Measure
from metamodel.errors import Invalid
from metamodel.expressions.ast import Ref, walk
from metamodel.expressions.parser import parse

#: measures taken from the rows themselves
OF_ROWS = frozenset({"count", "count_distinct", "sum", "average", "min", "max", "median"})
#: what only numbers have
OF_NUMBERS = frozenset({"sum", "average", "median"})
#: made of one other measure
OF_ONE = frozenset({"cumulative", "share", "rank", "previous", "concentration"})


def needed(item: Measure) -> tuple[str, ...]:
    """The names of the measures that a measure is made of."""
    if item.aggregate == "ratio":
        return tuple(name for name in (item.numerator, item.denominator) if name)
    if item.aggregate in OF_ONE:
        return (item.of,) if item.of else ()
    return named_in(item.formula) if item.aggregate == "expression" else ()


def named_in(text: str) -> tuple[str, ...]:
    """The measures that a formula names, each once; a text that cannot be read names none."""
    try:
        node = parse(text) if text else None
    except Invalid:
        return ()
    return tuple(dict.fromkeys(each.path[0] for each in walk(node) if isinstance(each, Ref))) if node else ()


def circle(known: Mapping[str, Measure], name: str) -> tuple[str, ...]:
    """The way back to a measure through those it is made of; empty where there is none."""
    trail: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    while trail:
        way = trail.pop()
        for part in needed(known[way[-1]]) if way[-1] in known else ():
            if part == name:
                return (*way, part)
            if part not in seen:
                seen.add(part)
                trail.append((*way, part))
    return ()


def parts(dataset: Dataset, name: str) -> tuple[Measure, ...]:
    """A measure and all it is made of, however deep, each once."""
    known = {item.name: item for item in dataset.measures}
    found: dict[str, Measure] = {}
    waiting = [name]
    while waiting:
        item = known.get(waiting.pop())
        if item is not None and item.name not in found:
            found[item.name] = item
            waiting += needed(item)
    return tuple(found.values())


def texts(dataset: Dataset, measure: str, dimensions: Iterable[str]) -> Iterator[str]:
    """Every text over the rows of a dataset that decides what a measure comes to, split or narrowed by dimensions."""
    asked = set(dimensions)
    yield dataset.filter
    for item in parts(dataset, measure):
        yield item.expression
        yield item.filter
        asked |= {*item.within, item.by}
    yield from (item.expression for item in dataset.dimensions if item.name in asked)


def dataset_of(applications: Mapping[str, Application], home: str, said: str) -> tuple[str, Dataset] | None:
    """The dataset that an application means by a name, and the application it is of."""
    owner, dot, local = said.partition(".")
    owner, local = (owner, local) if dot else (home, said)
    application = applications.get(owner)
    found = application.find("dataset", local) if application else None
    return (owner, found) if found is not None else None


def dimension_of(dataset: Dataset, name: str) -> Dimension | None:
    """A dimension of a dataset by its name."""
    return next((item for item in dataset.dimensions if item.name == name), None)


def measure_of(dataset: Dataset, name: str) -> Measure | None:
    """A measure of a dataset by its name."""
    return next((item for item in dataset.measures if item.name == name), None)
