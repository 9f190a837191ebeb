"""Figures of what is still designed: drafted datasets over live tables, board filters that leave tiles alone, rules and measures that are wrong."""

import pytest

from tests.conftest import make_user
from tests.lines.test_designer import DESIGN, part, publish

PREVIEW = f"{DESIGN}/preview/report"
FACTS = {
    "name": "open", "label": "Open", "entity": "ticket",
    "dimensions": [{"name": "due", "label": "Due", "expression": "{due}"}, {"name": "team", "label": "Team", "expression": "{team.name}"}],
    "measures": [
        {"name": "count", "label": "Count", "aggregate": "count"},
        {"name": "cost", "label": "Cost", "expression": "{cost}", "filter": "{cost} > 1"}],
}


def tickets(browser) -> None:
    team = browser.post("/api/records/desk/team", {"name": "North"}).json["id"]
    for number, (cost, due) in enumerate((("1.00", "2026-01-31"), ("2.50", "2026-02-01"), ("4.00", "2026-02-02"))):
        browser.post("/api/records/desk/ticket", {"subject": "s", "team": team if number else None, "cost": cost, "due": due})


def test_a_dataset_answers_before_it_is_published(desked) -> None:
    tickets(desked)
    report = {"dataset": "open", "rows": [{"dimension": "due", "grain": "month"}], "measures": ["count", "cost"]}
    answer = desked.post(PREVIEW, {"report": report, "dataset": FACTS})
    assert answer.status_code == 200, answer.json
    assert answer.json["rows"] == [["2026-01", 1, "0.00"], ["2026-02", 2, "6.50"]]
    narrowed = desked.post(PREVIEW, {"report": report, "dataset": FACTS, "filters": {"team": "North", "due": {"from": "2026-02-02"}}})
    assert narrowed.json["rows"] == [["2026-02", 1, "4.00"]]
    kept = desked.put(f"{DESIGN}/dataset/open", FACTS, headers={"If-Match": "*"})
    assert kept.status_code == 200 and kept.json["issues"] == []
    assert desked.post(PREVIEW, {"report": {"dataset": "tickets", "measures": ["tickets"]}}).json["rows"] == [[3]]
    desked.put(f"{DESIGN}/report/cost", {"name": "cost", "label": "Cost", "dataset": "open", "measures": ["cost"]}, headers={"If-Match": "*"})
    for kind, owner, name in (("dataset", "", "open"), ("measure", "open", "cost")):
        uses = desked.get(f"{DESIGN}/usages?kind={kind}&entity={owner}&name={name}").json["items"]
        assert [(use["kind"], use["id"]) for use in uses] == [("report", "cost")]
    again = desked.put(f"{DESIGN}/dataset/open", {**FACTS, "label": "Open ones"}, headers={"If-Match": kept.json["etag"]})
    assert again.status_code == 200, "a mark must hold from one save to the next on either database"


def test_what_is_not_published_yet_says_so(desked) -> None:
    known = part(desked, "entity", "ticket")
    known["document"]["fields"].append({"name": "hours", "label": "Hours", "type": "decimal"})
    desked.put(f"{DESIGN}/entity/ticket", known["document"], headers={"If-Match": known["etag"]})
    facts = {**FACTS, "measures": [{"name": "hours", "label": "Hours", "expression": "{hours}"}]}
    answer = desked.post(PREVIEW, {"report": {"dataset": "open", "measures": ["hours"]}, "dataset": facts})
    assert answer.status_code == 404 and answer.json["issues"][0]["code"] == "preview.unpublished"
    for wrong in ("{minutes}", "{hours} +"):
        facts["measures"][0]["expression"] = wrong
        answer = desked.post(PREVIEW, {"report": {"dataset": "open", "measures": ["hours"]}, "dataset": facts})
        assert answer.status_code == 422 and answer.json["issues"][0]["code"] != "preview.unpublished", answer.json
    fresh = {**FACTS, "entity": "invoice"}
    assert desked.post(PREVIEW, {"report": {"dataset": "open", "measures": ["count"]}, "dataset": fresh}).status_code == 404


@pytest.mark.parametrize("body", [
    {}, {"report": []}, {"report": {"dataset": "open", "measures": ["count"]}, "dataset": 7},
    {"report": {"dataset": "open", "measures": ["count"], "nope": 1}, "dataset": FACTS},
    {"report": {"dataset": "open", "measures": ["nope"]}, "dataset": FACTS},
    {"report": {"dataset": "open", "measures": ["count"]}, "dataset": {**FACTS, "measures": [{"name": "x"}]}},
    {"report": {"dataset": "open", "measures": ["count"]}, "dataset": FACTS, "filters": {"due": "some day"}},
])
def test_a_wrong_preview_is_refused_in_words(desked, body) -> None:
    answer = desked.post(PREVIEW, body)
    assert answer.status_code in (404, 422) and answer.json["issues"][0]["message"], answer.json


def test_filters_are_shown_as_drafted(desked) -> None:
    tickets(desked)
    asked = {"name": "team", "label": "Team", "dataset": "open", "dimension": "team"}
    answer = desked.post(f"{DESIGN}/preview/filter", {"filter": asked, "dataset": FACTS}).json
    assert answer == {"sort": "value", "items": ["North"], "chosen": []}
    assert desked.post(f"{DESIGN}/preview/filter", {"filter": asked, "dataset": FACTS, "search": "x"}).json["items"] == []
    answer = desked.post(f"{DESIGN}/preview/filter", {"filter": {**asked, "dimension": "due"}, "dataset": FACTS}).json
    assert answer["sort"] == "period" and "this_month" in answer["periods"]


def test_only_administrators_preview(workspace, desked, open_browser) -> None:
    make_user(workspace, "lead", roles=[{"application": "desk", "id": "lead"}])
    lead = open_browser()
    lead.sign_in("lead")
    for path in (PREVIEW, f"{DESIGN}/preview/filter"):
        assert lead.post(path, {"report": {"dataset": "tickets", "measures": ["cost"]}}).status_code == 403


def test_a_filter_narrows_its_dimension_and_leaves_tiles_alone(desked) -> None:
    tickets(desked)
    known = part(desked, "board", "main")
    board = {**known["document"], "tiles": [{"id": "a", "report": "by_team"}, {"id": "b", "report": "by_team", "x": 4}],
             "filters": [{"name": "when", "label": "When", "dataset": "tickets", "dimension": "due", "skips": ["b"]}]}
    kept = desked.put(f"{DESIGN}/board/main", board, headers={"If-Match": known["etag"]})
    assert kept.json["issues"] == []
    publish(desked)
    asked = {"filters": {"when": {"from": "2026-02-02", "to": "2026-02-02"}}}
    assert [row[1:] for row in desked.post("/api/boards/desk/main/tiles/a", asked).json["rows"]] == [["4.00", 1]]
    assert len(desked.post("/api/boards/desk/main/tiles/b", asked).json["rows"]) == 2
    assert len(desked.post("/api/boards/desk/main/tiles/b", {"filters": {"due": {"from": "2026-02-02"}}}).json["rows"]) == 1


def test_measures_indexes_and_rules_that_cannot_be_are_told(desked) -> None:
    wrong: list[tuple[dict, str]] = [
        ({"name": "a", "label": "A", "expression": "{subject}"}, "measure.not_number"),
        ({"name": "a", "label": "A", "aggregate": "max"}, "measure.of_nothing"),
        ({"name": "a", "label": "A", "aggregate": "ratio", "numerator": "count"}, "measure.no_part"),
    ]
    mark = "*"
    for measure, code in wrong:
        facts = {**FACTS, "measures": [FACTS["measures"][0], measure]}
        kept = desked.put(f"{DESIGN}/dataset/open", facts, headers={"If-Match": mark})
        mark = kept.json["etag"]
        assert [(issue["code"], issue["path"][:2]) for issue in kept.json["issues"]] == [(code, ["measures", 1])]
        answer = desked.post(PREVIEW, {"report": {"dataset": "open", "measures": ["a"]}, "dataset": facts})
        assert answer.status_code == 422 and answer.json["issues"][0]["message"], answer.json
    known = part(desked, "entity", "ticket")
    document = known["document"]
    cost = next(item for item in document["fields"] if item["name"] == "cost")
    cost["validations"] = [{"condition": "", "message": "Too much"}, {"condition": "{cost} < 9", "message": {"zh-CN": " "}}]
    document["validations"] = [{"condition": "{cost} + 1", "message": "m"}]
    kept = desked.put(f"{DESIGN}/entity/ticket", document, headers={"If-Match": known["etag"]})
    assert {issue["code"] for issue in kept.json["issues"]} == {"validation.no_condition", "validation.no_message", "expression.not_condition"}


def test_a_rule_that_spares_blanks_tells_its_message_at_the_field(desked) -> None:
    known = part(desked, "entity", "ticket")
    cost = next(item for item in known["document"]["fields"] if item["name"] == "cost")
    cost["validations"] = [{"condition": "OR(ISBLANK({cost}), {cost} <= 100)", "message": {"zh-CN": "不能超过 100", "en": "At most 100"}}]
    known["document"]["indexes"] = [{"id": "by_due", "fields": ["due", "subject"], "unique": True}]
    desked.put(f"{DESIGN}/entity/ticket", known["document"], headers={"If-Match": known["etag"]})
    publish(desked)
    refused = desked.post("/api/records/desk/ticket", {"subject": "s", "cost": "100.01"})
    assert refused.status_code == 422
    assert (refused.json["issues"][0]["path"], refused.json["issues"][0]["message"]) in ((["cost"], "At most 100"), (["cost"], "不能超过 100"))
    for body in ({"subject": "s"}, {"subject": "s", "cost": "100.00", "due": "2026-02-02"}):
        assert desked.post("/api/records/desk/ticket", body).status_code == 201
    twice = desked.post("/api/records/desk/ticket", {"subject": "s", "due": "2026-02-02"})
    assert twice.status_code == 422 and twice.json["issues"][0]["code"] == "value.not_unique_together"
