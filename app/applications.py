"""The command line's verbs about applications: install, export, check, publish, purge."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.config import Settings
from engines.catalog import CATALOG
from engines.database import Workspace
from engines.publisher.platform import upgrade
from engines.publisher.purge import purge
from engines.publisher.releases import newest, shipped_document
from engines.runtime.design import known_applications
from engines.runtime.install import changes_of, install
from engines.runtime.load import required
from engines.runtime.play import play_all
from engines.runtime.publishing import publish_whole
from metamodel.application import Application
from metamodel.bundle import Bundle, files, located, read_folder, read_zip, to_zip, write_folder
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue, errors, say
from metamodel.validate import validate


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs with their arguments."""
    verb = verbs.add_parser("install", help="an application from a folder or zip becomes a draft (or is published)")
    verb.add_argument("path", type=Path)
    verb.add_argument("--publish", action="store_true", help="publish it at once")
    verb.add_argument("--replace-draft", action="store_true", help="also where changes wait to be published")
    verb.add_argument("--accept-losses", action="store_true", help="also what takes data out of sight")
    verb.set_defaults(run=install_application)
    verb = verbs.add_parser("export", help="an application as a folder of small files, or as a zip")
    verb.add_argument("application")
    verb.add_argument("path", type=Path)
    verb.add_argument("--draft", action="store_true", help="the draft instead of what is live")
    verb.set_defaults(run=export_application)
    verb = verbs.add_parser(
        "check", help="everything wrong with an application's files, and its acceptance tests; no server needed"
    )
    verb.add_argument("path", type=Path)
    verb.add_argument("--no-tests", action="store_true", help="the files alone")
    verb.set_defaults(run=check_application)
    verb = verbs.add_parser("publish", help="publish the draft of an application")
    verb.add_argument("application")
    verb.add_argument("--accept-losses", action="store_true")
    verb.set_defaults(run=publish_application)
    verb = verbs.add_parser("purge", help="drop for good what was retired before a release")
    verb.add_argument("application")
    verb.add_argument("--before", type=int, required=True, metavar="RELEASE")
    verb.set_defaults(run=purge_application)


def _bundle(path: Path) -> Bundle:
    if not path.exists():
        raise NotFound(Issue(code="bundle.missing", arguments={"path": str(path)}))
    bundle, issues = read_zip(path.read_bytes()) if path.is_file() else read_folder(path)
    if bundle is None or (wrong := tuple(errors(issues))):
        raise Invalid(issues if bundle is None else wrong)
    return bundle



def install_application(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Install from a path."""
    upgrade(workspace)
    now = datetime.now(UTC)
    name = install(workspace, _bundle(chosen.path), by=None, now=now, replace=chosen.replace_draft)
    for told in changes_of(workspace, name, settings.locale):
        mark = "" if told.risk == "SAFE" else f"  [{told.risk.lower()}] {told.reason}"
        print(f"  {told.text}{mark}")
    if not chosen.publish:
        print(f"{name}: draft kept; look at it in the browser, or: dougong publish {name}")
        return
    published = publish_whole(workspace, name, accept_losses=chosen.accept_losses, by=None, now=now)
    print(f"{name}: release {published.number}" if published else f"{name}: nothing has changed")


def export_application(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Write an application's files."""
    with workspace.read() as connection:
        documents = known_applications(connection) if chosen.draft else newest(connection)
        shipped = shipped_document(connection, chosen.application)
    if chosen.application not in documents:
        raise NotFound(Issue(code="application.missing", arguments={"name": chosen.application}))
    contents = files(documents[chosen.application], shipped.companions if shipped else {})
    if chosen.path.suffix == ".zip":
        chosen.path.write_bytes(to_zip(contents))
    else:
        write_folder(chosen.path, contents)
    print(f"{len(contents)} files → {chosen.path}")


def check_application(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Tell everything wrong with a folder or zip, then play its acceptance tests in a scratch database; required
    applications are looked for beside it."""
    bundle = _bundle(chosen.path)
    others: dict[str, Application] = {}
    beside: list[Bundle] = []
    if chosen.path.is_dir():
        for other in required(chosen.path.resolve().parent, bundle):
            found = validate(other.document, CATALOG, others).application
            if found is not None:
                others[str(other.document["name"])] = found
                beside.append(other)
    result = validate(bundle.document, CATALOG, others)
    locale = settings.locale
    for issue in result.issues:
        said = located(issue, bundle.origins).to_json(locale)
        place = "/".join(str(step) for step in said["path"])
        print(f"{said['severity']}: {place}: {said['message']} {said['hint']}".rstrip())
    if not result.sound:
        sys.exit(1)
    definitions = sum(1 for _ in result.application.all()) if result.application else 0
    print(f"{bundle.document['name']}: {definitions} definitions, all sound")
    if not chosen.no_tests and not _tests_pass([*beside, bundle], bundle, locale):
        sys.exit(1)


def _tests_pass(everything: list[Bundle], bundle: Bundle, locale: str) -> bool:
    """Play the acceptance tests, a line each; whether all of them came out as they say."""
    passed = failed = 0
    for file, test, failure in play_all(everything, str(bundle.document["name"])):
        label = say(test.label, locale)
        if failure is None:
            passed += 1
            print(f"passed: {file}: {label}", flush=True)
            continue
        failed += 1
        said = failure.issue.to_json(locale)
        why = f" ({failure.note})" if failure.note else ""
        told = f"{failure.step} {failure.type}{why}: {said['message']} {said['hint']}"
        print(f"failed: {file}: {label}: {told}".rstrip(), flush=True)
    if passed or failed:
        print(f"{passed} passed, {failed} failed")
    return not failed


def publish_application(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Publish what the draft says."""
    published = publish_whole(
        workspace, chosen.application, accept_losses=chosen.accept_losses, by=None, now=datetime.now(UTC)
    )
    print(f"{chosen.application}: release {published.number}" if published else "nothing has changed")


def purge_application(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Drop retired columns and tables."""
    for name in purge(workspace, chosen.application, chosen.before):
        print(f"dropped {name}")
