"""Applications as files: taken out, changed by hand, brought in as a draft that says what it changes; wrong files name their place."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from engines.database import Workspace
from metamodel.bundle import files, read_zip, to_zip
from tests.conftest import Browser


@pytest.fixture
def contents(workspace: Workspace, admin: Browser) -> dict[str, bytes]:
    """The desk, live, as it is taken out."""
    answer = admin.get("/api/designer/desk/export")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bring(admin: Browser, contents: Mapping[str, bytes], **words: str) -> Any:
    """Brought in by the browser."""
    body = {"file": (io.BytesIO(to_zip(dict(contents))), "desk.zip"), **words}
    return admin.call("POST", "/api/designer/applications/upload", data=body, content_type="multipart/form-data")


def edited(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """A label, a field and a condition changed in the files."""
    ticket = json.loads(contents["entities/ticket.json"])
    ticket["label"] = "Case"
    ticket["fields"].append({"name": "place", "label": "Place", "type": "text"})
    ticket["fields"] = [item for item in ticket["fields"] if item["name"] != "note"]
    view = json.loads(contents["views/tickets.json"])
    view["filter"] = "{cost} > 50"
    new = {"entities/ticket.json": json.dumps(ticket).encode(), "views/tickets.json": json.dumps(view).encode()}
    return {**contents, **new}


def lines(admin: Browser) -> dict[str, str]:
    """What a publish would change, by its words, with its risk."""
    return {item["text"]: item["risk"] for item in admin.get("/api/designer/desk/plan").json["changes"]}


def test_what_is_taken_out_unchanged_changes_nothing(admin: Browser, contents: dict[str, bytes]) -> None:
    assert bring(admin, contents).status_code == 201
    assert lines(admin) == {}
    assert not [item for item in admin.get("/api/designer/desk").json["definitions"] if item["changed"]]


def test_an_edit_arrives_as_a_draft_in_words_and_is_published_or_dropped(admin: Browser, contents: dict[str, bytes]) -> None:
    assert bring(admin, edited(contents)).json == {"name": "desk"}
    told = lines(admin)
    assert len(told) == 4 and any("Place" in text for text in told), told
    assert [text for text, risk in told.items() if risk == "LOSSY"] == [], "nothing is in the field that goes"
    # nobody's begun work is lost without a word
    refused = bring(admin, contents)
    assert refused.status_code == 409 and refused.json["issues"][0]["code"] == "bundle.draft_begun"
    assert bring(admin, contents, replace="1").status_code == 201 and lines(admin) == {}
    assert bring(admin, edited(contents)).status_code == 201
    assert admin.post("/api/designer/desk/discard").status_code == 204 and lines(admin) == {}
    assert bring(admin, edited(contents)).status_code == 201
    drafted = admin.get("/api/designer/desk/export?draft=1").data
    bundle, issues = read_zip(drafted)
    assert bundle is not None and not issues
    assert files(bundle.document, bundle.companions).keys() == contents.keys()
    done = admin.post("/api/designer/desk/publish", {"hash": admin.get("/api/designer/desk/plan").json["hash"]})
    assert done.status_code in (200, 202), done.json


@pytest.mark.parametrize(
    ("file", "content", "place", "code"),
    [
        ("entities/ticket.json", b'{"name": "ticket",', ["entities/ticket.json"], "bundle.syntax"),
        ("views/tickets.json", b'{"name": "tickets", "label": "T", "entity": "tiket"}', ["views/tickets.json", "entity"], "reference.entity"),
        ("menus/main.json", b"\xff\xfe", ["menus/main.json"], "bundle.not_utf8"),
        ("wievs/x.json", b"{}", ["wievs/x.json"], "bundle.unknown_file"),
    ],
)
def test_wrong_files_name_file_place_and_cure(
    admin: Browser, contents: dict[str, bytes], file: str, content: bytes, place: list[str], code: str
) -> None:
    answer = bring(admin, {**contents, file: content})
    assert answer.status_code == 422
    found = {issue["code"]: issue for issue in answer.json["issues"]}
    assert found[code]["path"][: len(place)] == place and found[code]["message"] and found[code]["hint"]
    assert lines(admin) == {}


def test_only_administrators_bring_in_and_what_is_no_zip_is_told(admin: Browser, contents: dict[str, bytes], client: Browser) -> None:
    assert client.get("/api/designer/desk/export").status_code == 401
    body = {"file": (io.BytesIO(b"no zip"), "desk.zip")}
    answer = admin.call("POST", "/api/designer/applications/upload", data=body, content_type="multipart/form-data")
    assert answer.status_code == 422 and answer.json["issues"][0]["code"] == "bundle.not_zip"
    assert admin.get("/api/designer/nothing/export").status_code == 404


def test_the_same_from_the_command_line(
    sqlite_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(sqlite_workspace.data_dir))
    monkeypatch.setenv("LANG", "en")
    folder = tmp_path / "desk"
    main(["export", "desk", str(folder)])
    main(["install", str(folder)])
    capsys.readouterr()
    view = json.loads((folder / "views/tickets.json").read_text("utf-8"))
    (folder / "views/tickets.json").write_text(json.dumps({**view, "label": "Calls"}), "utf-8")
    main(["install", str(folder)])
    told = capsys.readouterr().out
    assert "Calls" in told and "desk: draft kept" in told
    with pytest.raises(SystemExit):
        main(["install", str(folder)])
    assert "wait to be published" in capsys.readouterr().err
    (folder / "views/tickets.json").write_text(json.dumps({**view, "entity": "tiket"}), "utf-8")
    with pytest.raises(SystemExit):
        main(["install", str(folder), "--replace-draft"])
    wrong = capsys.readouterr().err
    assert "views/tickets.json/entity" in wrong and "Did you mean" in wrong
