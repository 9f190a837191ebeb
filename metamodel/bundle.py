"""Applications as folders or zips of small JSON files: the same content gives the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from metamodel.application import SORTS
from metamodel.definition import Json
from metamodel.issues import Issue, nearest

#: folders that travel with an application but are not definitions
COMPANIONS = ("data", "tests", "i18n")
LARGEST_FILE = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A document (as `load` takes it), the companion files by path, and the file each part came from."""

    document: Json
    companions: Mapping[str, Json] = field(default_factory=dict)
    origins: Mapping[tuple[str | int, ...], str] = field(default_factory=dict)


def canonical(document: Json) -> bytes:
    """JSON bytes that depend on content alone; people read them, so they are indented and not escaped."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def files(document: Json, companions: Mapping[str, Json]) -> dict[str, bytes]:
    """Path → bytes of everything an application consists of."""
    head = {key: value for key, value in document.items() if key not in {folder for folder, _ in SORTS.values()}}
    result = {"application.json": canonical(head)}
    for folder, _ in SORTS.values():
        items = document.get(folder, [])
        for item in items:
            result[f"{folder}/{item.get('id', item['name'])}.json"] = canonical(item)
        if len(items) > 1:
            order = [item.get("id", item["name"]) for item in items]
            if order != sorted(order):
                result[f"{folder}/_order.json"] = canonical(order)
    result.update({path: canonical(value) for path, value in companions.items()})
    return dict(sorted(result.items()))


def parse(contents: Mapping[str, bytes]) -> tuple[Bundle | None, tuple[Issue, ...]]:
    """What the files say; every issue's path begins with the file it is about."""
    issues: list[Issue] = []
    parsed: dict[str, Json] = {}
    for name, content in sorted(contents.items()):
        if not name.endswith(".json"):
            continue
        if len(content) > LARGEST_FILE:
            issues.append(Issue(code="bundle.too_large", path=(name,), arguments={"file": name}))
            continue
        try:
            parsed[name] = json.loads(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            issues.append(Issue(code="bundle.not_utf8", path=(name,), arguments={"file": name}))
        except json.JSONDecodeError as wrong:
            where = {"file": name, "line": wrong.lineno, "column": wrong.colno}
            issues.append(Issue(code="bundle.syntax", path=(name,), arguments=where))
        except RecursionError:
            issues.append(Issue(code="bundle.too_deep", path=(name,), arguments={"file": name}))
    head = parsed.pop("application.json", None)
    if not isinstance(head, Mapping):
        if "application.json" not in contents:
            issues.append(Issue(code="bundle.no_application", path=("application.json",)))
        return None, tuple(issues)
    document: dict[str, Any] = dict(head)
    origins: dict[tuple[str | int, ...], str] = {}
    companions: dict[str, Json] = {}
    folders = {folder for folder, _ in SORTS.values()}
    for folder in folders:
        own = {
            PurePosixPath(name).stem: (name, value) for name, value in parsed.items() if name.startswith(f"{folder}/")
        }
        _, order = own.pop("_order", ("", []))
        known = [stem for stem in order if stem in own]
        stems = known + [stem for stem in own if stem not in known]
        if stems:
            document[folder] = [own[stem][1] for stem in stems]
            origins.update({(folder, index): own[stem][0] for index, stem in enumerate(stems)})
    for name, value in parsed.items():
        folder = name.split("/")[0]
        if folder in COMPANIONS:
            companions[name] = value
        elif folder not in folders:
            hint = nearest(folder, [*folders, *COMPANIONS])
            issues.append(Issue(code="bundle.unknown_file", path=(name,), arguments={"file": name, "nearest": hint}))
    return Bundle(document=document, companions=companions, origins=origins), tuple(issues)


def located(issue: Issue, origins: Mapping[tuple[str | int, ...], str]) -> Issue:
    """The same issue with the file's name in front of the place within the file."""
    file = origins.get(issue.path[:2])
    if file is None:
        return issue.under("application.json")
    return Issue(code=issue.code, path=(file, *issue.path[2:]), severity=issue.severity, arguments=issue.arguments)


def read_folder(folder: Path) -> tuple[Bundle | None, tuple[Issue, ...]]:
    """An application from a folder."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.json"))
        if path.is_file() and not path.is_symlink()
    }
    return parse(found)


def read_zip(content: bytes) -> tuple[Bundle | None, tuple[Issue, ...]]:
    """An application from a zip; a single top folder is looked through, oversized members are refused unread."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        return None, (Issue(code="bundle.not_zip"),)
    members = [item for item in archive.infolist() if not item.is_dir()]
    if sum(item.file_size for item in members) > 10 * LARGEST_FILE:
        return None, (Issue(code="bundle.too_large", arguments={"file": "zip"}),)
    names = [item.filename for item in members]
    top = names[0].split("/")[0] + "/" if names and all("/" in name for name in names) else ""
    strip = len(top) if top and all(name.startswith(top) for name in names) else 0
    return parse({item.filename[strip:]: archive.read(item) for item in members})


def write_folder(folder: Path, contents: Mapping[str, bytes], keep: Iterable[str] = ()) -> None:
    """Write the files; JSON files of a former export that are no longer part of it are removed."""
    kept = {*contents, *keep}
    for path in folder.rglob("*.json") if folder.exists() else ():
        if path.relative_to(folder).as_posix() not in kept:
            path.unlink()
    for name, content in contents.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def to_zip(contents: Mapping[str, bytes]) -> bytes:
    """The files as a zip whose bytes depend on content alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
