"""Every view of the interface says who may enter; one that forgot would be open to everybody."""

from __future__ import annotations

from app.config import Settings, describe_settings
from app.web import create_app
from engines.database import Workspace
from metamodel.issues import texts


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
