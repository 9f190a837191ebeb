"""Shipped applications under other names: what is found by a name is found by the new one, everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engines.catalog import CATALOG
from engines.runtime.acceptance import AcceptanceTest, read_tests
from engines.runtime.load import bundles
from engines.runtime.play import ZONE, Player, local
from engines.runtime.stage import stages
from metamodel.bundle import Bundle
from metamodel.definition import dump
from metamodel.references import SORTS, renamed
from metamodel.validate import validate
from tests.architecture.test_source import ROOT
from tests.conftest import SOAK

#: what acceptance tests write down by its name as the records do, and menus, which nothing refers to
KEPT = ("entity", "menu")
#: those of the tests that are played in every run: flows that begin by themselves, messages that are heard of, reports
SOME = ("c10_campaign", "c15_ticket", "c17_boards", "j_approval", "a5_rewards")
SHIPPED = {str(bundle.document["name"]): bundle for bundle in bundles(ROOT / "seed_apps")}


def needed(bundle: Bundle) -> list[tuple[str, Bundle]]:
    """The applications it requires, which keep their names."""
    return [(name, SHIPPED[name]) for name in bundle.document.get("requires", ())]


def otherwise(bundle: Bundle) -> Bundle:
    """The application with other names for all but what is `KEPT`; ids stay."""
    required = {name: validate(one.document, CATALOG, {}).application for name, one in needed(bundle)}
    found = validate(bundle.document, CATALOG, required)
    assert found.application is not None, found.issues
    home = str(bundle.document["name"])
    sorts = {sort: folder for sort, (folder, _) in SORTS.items() if sort not in KEPT}
    names = {
        (sort, "", f"{home}.{item.name}"): f"{home}.{item.name}_x"
        for sort, folder in sorts.items()
        for item in getattr(found.application, folder)
    }
    document = dump(renamed(found.model, found.application, names))
    for folder in sorts.values():
        for item in document.get(folder, ()):
            item["id"], item["name"] = item.get("id") or item["name"], f"{item['name']}_x"
    return replace(bundle, document=document)


def chosen(bundle: Bundle) -> Iterator[tuple[str, AcceptanceTest]]:
    """Its tests without those that name a definition in the text of an expression."""
    for file, test in read_tests(bundle.companions):
        if "IN_SEGMENT" not in str(bundle.companions[file]) and (SOAK or any(name in file for name in SOME)):
            yield file, test


@pytest.mark.parametrize("bundle", SHIPPED.values(), ids=lambda bundle: str(bundle.document["name"]))
def test_an_application_under_other_names_keeps_its_promises(bundle: Bundle) -> None:
    tests = dict(chosen(bundle))
    assert tests
    others = [one for _, one in needed(bundle)]
    with stages([*others, otherwise(bundle)], min(local(test.now, ZONE) for test in tests.values())) as make:
        for file, test in tests.items():
            failure = Player(
                stage=make(local(test.now, ZONE)), application=str(bundle.document["name"]), test=test
            ).play()
            assert failure is None, (file, failure.step, failure.type, failure.issue.to_json("en"))
