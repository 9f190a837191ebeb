"""Definitions: what is loaded is dumped again, and whatever is wrong is told at its place with its cure."""

import json
import re
from pathlib import Path

import pytest
from jsonschema_rs import validator_for

from engines.catalog import CATALOG
from metamodel.application import SORTS, Application
from metamodel.bundle import files, located, parse, read_folder, read_zip, to_zip
from metamodel.changes import normal
from metamodel.definition import dump, load
from metamodel.issues import texts
from metamodel.model import Model
from metamodel.references import references, renamed
from metamodel.schema import schema_of
from metamodel.validate import validate
from tests.desk import desk, entity, field, loaded

SEEDS = sorted(path.parent for path in (Path(__file__).parents[2] / "seed_apps").glob("*/application.json"))


def seed(folder: Path):
    bundle, issues = read_folder(folder)
    assert bundle is not None and not issues
    return bundle


@pytest.mark.parametrize("folder", SEEDS, ids=lambda folder: folder.name)
def test_shipped_applications_are_sound_and_come_back_the_same(folder: Path) -> None:
    bundle = seed(folder)
    required = {name: validate(seed(folder.parent / name).document, CATALOG, {}) for name in bundle.document.get("requires", ())}
    found = validate(bundle.document, CATALOG, {name: one.application for name, one in required.items()})
    assert found.sound, [located(issue, bundle.origins).to_json("en") for issue in found.issues]
    again = loaded(dump(found.application))
    assert again == found.application
    first = files(dump(again), bundle.companions)
    bundle_again, issues = parse(first)
    assert not issues and files(bundle_again.document, bundle_again.companions) == first
    assert read_zip(to_zip(first))[0].document == bundle_again.document
    assert to_zip(first) == to_zip(dict(reversed(first.items())))


@pytest.mark.parametrize("folder", SEEDS, ids=lambda folder: folder.name)
def test_who_may_only_read_deletes_nothing(folder: Path) -> None:
    roles = seed(folder).document["roles"]
    wrong = [
        (role["name"], grant["entity"])
        for role in roles
        for grant in role.get("grants", ())
        if grant.get("delete") and not grant.get("update")
    ]
    assert roles and not wrong


@pytest.mark.parametrize("folder", SEEDS, ids=lambda folder: folder.name)
def test_schema_and_loader_agree(folder: Path) -> None:
    document = seed(folder).document
    schema = validator_for(schema_of(Application, CATALOG))
    assert schema.is_valid(document)
    for place, wrong in (("entities", {"nmae": 1}), ("forms", {"components": 5}), ("views", {"type": "cube"})):
        broken = json.loads(json.dumps(document))
        broken[place][0].update(wrong)
        assert not schema.is_valid(broken), place
        assert load(Application, broken, CATALOG)[1], place


def wrong(change, code: str, path: list, argument: str = "") -> tuple:
    return change, code, path, argument


def _field(document, index, **values):
    entity(document, "ticket")["fields"][index].update(values)


BROKEN = {
    "unknown word": wrong(
        lambda d: d["entities"][0].update(lable="x"), "definition.unknown_word", ["entities", 0, "lable"], "label"
    ),
    "unknown field type": wrong(
        lambda d: _field(d, 0, type="txt"), "definition.unknown_kind", ["entities", 1, "fields", 0, "type"], "text"
    ),
    "settings by themselves": wrong(
        lambda d: _field(d, 0, config={}), "definition.unknown_word", ["entities", 1, "fields", 0, "config"], ""
    ),
    "missing": wrong(lambda d: d["entities"][0].pop("label"), "definition.missing", ["entities", 0, "label"]),
    "reserved": wrong(
        lambda d: _field(d, 10, name="created_at"), "name.reserved", ["entities", 1, "fields", 10, "name"]
    ),
    "long name": wrong(lambda d: _field(d, 10, name="a" * 31), "name.too_long", ["entities", 1, "fields", 10, "name"]),
    "name form": wrong(lambda d: _field(d, 10, name="Nöte"), "name.form", ["entities", 1, "fields", 10, "name"]),
    "dangling field": wrong(
        lambda d: d["views"][0]["columns"].append({"field": "sujbect"}),
        "reference.field",
        ["views", 0, "columns", "sujbect", "field"],
        "subject",
    ),
    "dangling entity": wrong(
        lambda d: d["forms"][0].update(entity="tickt"), "reference.entity", ["forms", 0, "entity"], "ticket"
    ),
    "dangling measure": wrong(
        lambda d: d["reports"][0].update(measures=["cots"]), "reference.measure", ["reports", 0, "measures", 0], "cost"
    ),
    "circle": wrong(
        lambda d: (_field(d, 13, expression="{third}"), _field(d, 14, expression="{double}")),
        "field.circle",
        ["entities", 1, "fields", 13],
    ),
    "requires": wrong(lambda d: d.update(requires=["nowhere"]), "application.requires", ["requires", 0]),
    "twice": wrong(
        lambda d: entity(d, "ticket")["fields"].append({"name": "cost", "label": "x", "type": "text"}),
        "definition.twice",
        ["entities", 1, "fields", 16],
    ),
    "no condition": wrong(
        lambda d: d["views"][0].update(filter="{cost}"), "expression.not_condition", ["views", 0, "filter"]
    ),
    "misplaced": wrong(
        lambda d: d["forms"][0]["components"].append({"type": "tab", "id": "t"}),
        "component.misplaced",
        ["forms", 0, "components", 1],
    ),
    "no parent": wrong(
        lambda d: entity(d, "claim")["fields"][2].update(parent="what"),
        "field.no_parent",
        ["entities", 2, "fields", 2, "parent"],
    ),
    "no sum": wrong(
        lambda d: entity(d, "claim")["fields"][2].update(sums=["amount", "what"]),
        "field.not_summable",
        ["entities", 2, "fields", 2, "sums", 1],
    ),
    "too many fields": wrong(
        lambda d: entity(d, "team")["fields"].extend(
            {"name": f"x{n}", "label": "x", "type": "text"} for n in range(500)
        ),
        "entity.too_many_fields",
        ["entities", 0, "fields"],
    ),
    "bad default": wrong(
        lambda d: _field(d, 8, default="much"), "value.not_number", ["entities", 1, "fields", 8, "default"]
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told_at_its_place(name: str) -> None:
    change, code, path, argument = BROKEN[name]
    document = desk()
    change(document)
    issues = validate(document, CATALOG, {}).issues
    found = [issue for issue in issues if issue.code == code and list(issue.path) == path]
    assert found, [(issue.code, issue.path) for issue in issues]
    said = found[0].to_json("zh-CN")
    assert said["message"] and "…" not in said["message"]
    if argument:
        assert argument in said["hint"]


def test_circular_requirements_are_told() -> None:
    document = desk()
    document["requires"] = ["other"]
    other = loaded({"name": "other", "label": "Other", "requires": ["desk"]})
    issues = validate(document, CATALOG, {"other": other}).issues
    assert "application.circle" in {issue.code for issue in issues}


#: what of another application an entity, a dataset, a report, a role and a flow may name
BORROWING = {
    "reference": lambda d: d["entities"][0]["fields"].append(field("far", "reference", entity="other.thing")),
    "dataset": lambda d: d["datasets"].append({"name": "far", "label": "Far", "entity": "other.thing", "dimensions": [], "measures": [{"name": "count", "label": "Count", "aggregate": "count"}]}),
    "report": lambda d: d["reports"].append({"name": "far", "label": "Far", "dataset": "other.things", "measures": ["count"]}),
    "grant": lambda d: d["roles"][0]["grants"].append({"entity": "other.thing"}),
    "role": lambda d: d["flows"].append({"name": "far", "label": "Far", "entity": "ticket", "steps": [{"id": "a", "type": "approve", "people": [{"type": "role", "role": "other.boss"}]}]}),
}


@pytest.mark.parametrize("name", BORROWING)
def test_what_is_used_of_another_application_must_be_required(name: str) -> None:
    other = loaded({
        "name": "other", "label": {"zh-CN": "别处", "en": "Elsewhere"}, "roles": [{"name": "boss", "label": "Boss", "grants": []}],
        "entities": [{"name": "thing", "label": "Thing", "fields": [field("called", "text")]}],
        "datasets": [{"name": "things", "label": "Things", "entity": "thing", "dimensions": [], "measures": [{"name": "count", "label": "Count", "aggregate": "count"}]}],
    })
    document = desk()
    for folder in ("datasets", "reports", "roles", "flows"):
        document.setdefault(folder, [])
    BORROWING[name](document)
    for required, found in (([], {"application.needed"}), (["other"], set())):
        issues = [issue for issue in validate({**document, "requires": required}, CATALOG, {"other": other}).issues if issue.severity == "error"]
        assert {issue.code for issue in issues} == found
        for issue in issues:
            assert issue.path == ("requires",) and "Elsewhere" in issue.to_json("en")["message"] and "别处" in issue.to_json("zh-CN")["message"]


def test_an_application_does_not_require_itself() -> None:
    issues = validate({**desk(), "requires": ["desk"]}, CATALOG, {}).issues
    assert {issue.code for issue in issues if issue.severity == "error"} == {"application.circle"}


@pytest.mark.parametrize(
    ("content", "code"),
    [(b'{"name": "x",}', "bundle.syntax"), (b"\xff\xfe{}", "bundle.not_utf8"), (b"[" * 100_000, "bundle.too_deep")],
)
def test_broken_files_name_file_and_place(content: bytes, code: str) -> None:
    _bundle, issues = parse({"application.json": b'{"name": "desk", "label": "x"}', "entities/a.json": content})
    assert code in {issue.code for issue in issues} and issues[0].path[0] == "entities/a.json"


def test_every_message_stands_in_both_languages() -> None:
    chinese, english = texts("zh-CN"), texts("en")
    assert set(chinese) == set(english)
    for code, entry in chinese.items():
        assert set(entry) == set(english[code]) and entry["message"] is not None, code


def test_a_rename_rewrites_every_use_and_back() -> None:
    application = loaded(desk())
    model = Model(applications={"desk": application}, catalog=CATALOG)
    there = renamed(model, application, {("field", "desk.ticket", "cost"): "price"})
    uses = [one for one in references(model, application) if (one.scope, one.name) == ("desk.ticket", "cost")]
    text = json.dumps(dump(there))
    assert len(uses) >= 8 and "{price}" in text and "{cost}" not in text
    back_model = Model(applications={"desk": _renamed_field(there)}, catalog=CATALOG)
    back = renamed(back_model, there, {("field", "desk.ticket", "price"): "cost"})
    assert normal(back) == normal(application)


def _renamed_field(application: Application) -> Application:
    document = dump(application)
    for item in entity(document, "ticket")["fields"]:
        if item["name"] == "cost":
            item["name"] = "price"
    return loaded(document)


def test_every_code_and_every_sort_has_words_in_both_languages() -> None:
    root = Path(__file__).parents[2]
    known = set(texts("zh-CN"))
    assert known == set(texts("en"))
    wordless = {f"sort.{sort}" for sort in (*SORTS, "field", "application")} - known
    for path in (path for folder in ("metamodel", "engines", "app") for path in (root / folder).rglob("*.py")):
        for code in re.findall(r'code=f?"([a-z_{][^" ]*\.[^"]+)"', path.read_text("utf-8")):
            shape = re.compile("".join(".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", code)))
            if not any(shape.fullmatch(word) for word in known):
                wordless.add(f"{path.name}: {code}")
    assert not wordless
