"""The command line: `dougong` with one verb each for what an administrator does without a browser."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import decide, flow_verbs, import_verbs
from app.applications import add_verbs
from app.backup import add_backup_verbs
from app.config import Settings, WrongSetting, describe_settings, find_workspace, read_settings
from app.parent import log_to_stderr, port_is_free
from app.worker import run_worker
from engines.access.demo import samples
from engines.access.departments import create_department, list_departments
from engines.access.passwords import make_password
from engines.access.people import create_user, find_login, list_users, update_user
from engines.access.tokens import create_token
from engines.database import Workspace
from engines.publisher.platform import upgrade
from engines.runtime.load import alone, fill, is_unfilled
from engines.runtime.work import JOBS
from metamodel.errors import NotFound, Refusal
from metamodel.issues import Issue, wording

SEED_APPS = Path(__file__).resolve().parents[1] / "seed_apps"


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command; a refusal or a wrong setting ends with a sentence and status 1, never with a traceback."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        settings = read_settings()
        log_to_stderr(settings.log_level)
        workspace = find_workspace(settings)
        try:
            chosen.run(workspace, settings, chosen)
        finally:
            workspace.close()
    except WrongSetting as wrong:
        sys.exit(str(wrong))
    except Refusal as refusal:
        locale = "zh-CN" if os.environ.get("LANG", "").startswith("zh") else "en"
        for issue in refusal.issues:
            place = "/".join(str(step) for step in issue.path)
            print(" ".join(filter(None, (f"{place}:" if place else "", *wording(issue, locale)))), file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def serve(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Prepares the database, then becomes the parent process of web and worker."""
    if not port_is_free(settings.host, settings.port):
        raise WrongSetting(
            f"Port {settings.port} on {settings.host} is in use. Choose another one: PORT={settings.port + 1} make run"
        )
    prepare(workspace, settings)
    workspace.close()
    sys.stdout.flush()
    # A fresh program, so that the parent does not carry the libraries that only the preparation needed.
    os.execv(
        sys.executable,
        [sys.executable, "-m", "app.serve", settings.host, str(settings.port), str(settings.web_threads)],
    )


def prepare(workspace: Workspace, settings: Settings) -> None:
    """Tables up to date; in a new installation, or one broken off, the shipped applications and an administrator."""
    upgrade(workspace)
    with alone(workspace):
        if is_unfilled(workspace) and SEED_APPS.is_dir():
            print("Installing the applications" + (" with demo data …" if settings.demo else " …"), flush=True)
            now = datetime.now(UTC)
            fill(workspace, SEED_APPS, now, demo=settings.demo, say=lambda line: print(f"  {line}", flush=True))
    with workspace.write() as connection:
        shown = {one["login"] for one in samples(connection)}
        if any(one["is_admin"] and one["login"] not in shown for one in list_users(connection, limit=1000)):
            return
        password = make_password()
        name = "管理员" if workspace.locale.startswith("zh") else "Administrator"
        values = {"login": "admin", "name": name, "password": password, "is_admin": True, "locale": workspace.locale}
        create_user(connection, values, datetime.now(UTC))
    print(f"Administrator: login admin, password {password}   (shown only now)", flush=True)


def worker(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    run_worker(workspace, settings, JOBS)


def user_add(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    password = chosen.password or make_password()
    values = {
        "login": chosen.login,
        "name": chosen.name or chosen.login,
        "password": password,
        "is_admin": chosen.admin,
        "department_id": chosen.department,
        "roles": [dict(zip(("application", "id"), role.partition(":")[::2], strict=True)) for role in chosen.role],
    }
    with workspace.write() as connection:
        create_user(connection, values, datetime.now(UTC), workspace.locale)
    print(chosen.login if chosen.password else f"{chosen.login}  {password}   (shown only now)")


def user_list(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    after = 0
    while True:
        with workspace.read() as connection:
            page = list_users(connection, after=after)
        for one in page:
            roles = " ".join(f"{role['application']}:{role['id']}" for role in one["roles"])
            marks = " ".join(filter(None, ("admin" * one["is_admin"], "" if one["is_active"] else "inactive", roles)))
            print(f"{one['id']:>6}  {one['login']:<20} {one['name']:<16} {marks}".rstrip())
        if not page:
            return
        after = page[-1]["id"]


def user_password(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    password = chosen.password or make_password()
    with workspace.write() as connection:
        update_user(connection, _user_id(workspace, chosen.login), {"password": password})
    print(chosen.login if chosen.password else f"{chosen.login}  {password}   (shown only now)")


def user_end(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    user_id = _user_id(workspace, chosen.login)
    with workspace.write() as connection:
        update_user(connection, user_id, {"is_active": False})


def user_token(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    user_id = _user_id(workspace, chosen.login)
    with workspace.write() as connection:
        expires = now + timedelta(days=chosen.days) if chosen.days else None
        made = create_token(
            connection, user_id=user_id, name=chosen.name, scopes=chosen.scope or ["read"], expires_at=expires, now=now
        )
    print(made[1])


def department_add(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    values = {"label": chosen.label, "code": chosen.code, "parent_id": chosen.below}
    with workspace.write() as connection:
        print(create_department(connection, values))


def department_list(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    with workspace.read() as connection:
        rows = list_departments(connection)
    depth: dict[int | None, int] = {None: -1}
    for row in rows:
        depth[row["id"]] = depth[row["parent_id"]] + 1
        print(f"{row['id']:>6}  {'  ' * depth[row['id']]}{row['label']} ({row['people']})")


def _user_id(workspace: Workspace, login: str) -> int:
    with workspace.read() as connection:
        found = find_login(connection, login)
    if found is None:
        raise NotFound(Issue(code="user.unknown", arguments={"id": login}))
    return int(found.id)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dougong", epilog=describe_settings(), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(required=True, metavar="command")

    verb = verbs.add_parser("serve", help="web and worker, until Ctrl-C")
    verb.set_defaults(run=serve)
    add_verbs(verbs)
    add_backup_verbs(verbs)
    import_verbs.add_verbs(verbs)
    decide.add_verbs(verbs)
    flow_verbs.add_verbs(verbs)
    verb = verbs.add_parser("worker", help="one worker process, for installations with a broker")
    verb.set_defaults(run=worker)

    user = verbs.add_parser("user", help="people").add_subparsers(required=True, metavar="what")
    verb = user.add_parser("add", help="a new user; the password is made up and shown unless given")
    verb.add_argument("login")
    verb.add_argument("--name")
    verb.add_argument("--password")
    verb.add_argument("--admin", action="store_true")
    verb.add_argument("--department", type=int, metavar="ID")
    verb.add_argument("--role", action="append", default=[], metavar="APPLICATION:ROLE")
    verb.set_defaults(run=user_add)
    verb = user.add_parser("list", help="everybody")
    verb.set_defaults(run=user_list)
    verb = user.add_parser("password", help="a new password; ends the user's sessions")
    verb.add_argument("login")
    verb.add_argument("--password")
    verb.set_defaults(run=user_password)
    verb = user.add_parser("deactivate", help="may not sign in any more; what they did stays")
    verb.add_argument("login")
    verb.set_defaults(run=user_end)
    verb = user.add_parser("token", help="a token for a program, shown once")
    verb.add_argument("login")
    verb.add_argument("--name", default="command line")
    verb.add_argument(
        "--scope", action="append", metavar="SCOPE", help="read, write, design or admin; several if repeated"
    )
    verb.add_argument("--days", type=int, default=0, help="how long it holds; 0 for ever")
    verb.set_defaults(run=user_token)

    department = verbs.add_parser("department", help="the tree of departments").add_subparsers(
        required=True, metavar="what"
    )
    verb = department.add_parser("add", help="a new department; prints its id")
    verb.add_argument("label")
    verb.add_argument("--code")
    verb.add_argument("--below", type=int, metavar="ID")
    verb.set_defaults(run=department_add)
    verb = department.add_parser("list", help="the tree with the number of people")
    verb.set_defaults(run=department_list)
    return parser
