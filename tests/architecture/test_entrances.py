"""Every view of the interface says who may enter; one that forgot would be open to everybody."""

from __future__ import annotations

from app.config import Settings, describe_settings
from app.web import create_app
from engines.database import Workspace
from metamodel.issues import Issue, texts, wording


def test_every_view_has_an_entrance(sqlite_workspace: Workspace) -> None:
    flask = create_app(sqlite_workspace, Settings())
    open_views = set()
    for rule in flask.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            entrance = getattr(flask.view_functions[rule.endpoint], "entrance", None)
            assert entrance in ("public", "reading", "writing", "visiting"), rule.rule
            if entrance == "public":
                open_views.add(rule.endpoint)
            if entrance == "reading":
                assert rule.methods is not None
    assert {"session.show", "session.enter", "session.leave"} <= open_views


def test_every_setting_is_described() -> None:
    assert all(name.upper() in describe_settings() for name in Settings.__slots__)


def test_texts_are_complete_in_both_languages() -> None:
    assert texts("zh-CN").keys() == texts("en").keys()
    for locale in ("zh-CN", "en"):
        for code, entry in texts(locale).items():
            assert entry["message"].strip() or code.endswith("."), code
            assert set(entry) <= {"message", "hint"}, code

#: codes whose sentence is the cure (what is wanted, the most there may be) or that only tell what is so
EVIDENT = {
    "access.sign_in", "department.too_deep", "exchange.blank_key", "exchange.header_rejected",
    "exchange.label_needed", "exchange.too_many_columns", "exchange.two_sub_tables", "query.limit",
    "report.by_zero", "report.compared_until", "report.drawn_part", "report.more", "report.no_period",
    "report.no_records", "task.needed", "task.no_one", "user.locale", "user.login_form", "user.password_length",
    "user.role_form", "value.invalid", "value.not_boolean", "value.not_list", "value.not_object",
    "value.not_text", "value.required",
}  # fmt: skip
FAMILIES = {
    "value", "record", "query", "access", "file", "report", "task",
    "application", "exchange", "rule", "user", "department",
}  # fmt: skip


def test_a_refusal_says_what_to_do() -> None:
    """A person who is refused is told the cure, also where nothing is near a word that is not known."""
    without = {
        code for code, entry in texts("en").items() if code.partition(".")[0] in FAMILIES and not entry.get("hint")
    }
    assert without == EVIDENT, without ^ EVIDENT
    for locale in ("zh-CN", "en"):
        assert all(wording(Issue(code="value.unknown_field", arguments={"name": "x", "nearest": ""}), locale))
