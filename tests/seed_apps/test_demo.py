"""The demo company looks like one that lives: nothing happens before what it follows from, nothing that needs an author or an outcome lacks it."""

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from app.config import Settings
from app.web import create_app
from engines.access.actor import Principals
from engines.access.demo import samples
from engines.database import Workspace, open_workspace
from engines.publisher.platform import upgrade
from engines.publisher.releases import newest
from engines.reports.resolve import resolve
from engines.runtime.load import fill
from engines.runtime.release import Releases
from metamodel.errors import Refusal
from tests.conftest import SECRET, Browser

SHIPPED = Path(__file__).parents[2] / "seed_apps"
NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)
#: what there has to be some of
SOME = {
    "tickets that wait at every step": "SELECT count(DISTINCT step) = 3 FROM flow_task WHERE flow = 'ticket_handling' AND state = 'open'",
    "tickets closed by their flow": "SELECT count(*) FROM crm__ticket t JOIN flow_instance i ON i.entity = 'crm.ticket' AND i.record_id = t.id WHERE t.status = 'closed' AND i.outcome = 'approved'",
    "tickets handled once more": "SELECT count(*) FROM flow_task WHERE step = 'handle' AND state = 'open' AND instance_id IN (SELECT instance_id FROM flow_task WHERE step = 'revisit' AND deed = 'submit')",
    "quotations that came back": "SELECT count(*) FROM flow_task WHERE kind = 'resubmit' AND state = 'open'",
    "quotations sent again": "SELECT count(*) FROM flow_task WHERE kind = 'resubmit' AND deed = 'submit'",
    "quotations refused by their approvers": "SELECT count(*) FROM flow_task WHERE kind = 'approve' AND deed = 'reject'",
    "tasks that are overdue": "SELECT count(*) FROM flow_task WHERE state = 'open' AND due_at < '2026-03-20 04:00:00'",
    "campaigns that run": "SELECT count(*) FROM crm__campaign WHERE status = 'running' AND starts_on < '2026-03-20' AND ends_on > '2026-03-20'",
    "campaigns that are planned": "SELECT count(*) FROM crm__campaign WHERE status = 'planned'",
    "sales of the running one": "SELECT count(*) FROM crm__campaign WHERE status = 'running' AND revenue > 0",
    "open tasks of the first guide": "SELECT count(*) FROM crm__service_task t JOIN crm__staff s ON s.id = t.guide WHERE s.number = 'E0011' AND t.status = 'open'",
    "events to come": "SELECT count(*) FROM crm__event WHERE held_at > '2026-03-20'",
    "birthdays kept today": "SELECT count(*) FROM crm__voucher WHERE benefit = 'birthday' AND issued_on = '2026-03-20'",
    **{f"level {level}": f"SELECT count(*) FROM crm__member WHERE level = '{level}'" for level in ("regular", "silver", "gold", "platinum")},
    **{f"tier {tier}": f"SELECT count(*) FROM crm__member WHERE tier = '{tier}'" for tier in ("high_value", "loyal", "at_risk")},
    **{f"leads {status}": f"SELECT count(*) FROM crm__lead WHERE status = '{status}'" for status in ("new", "following", "converted", "pool")},
}  # fmt: skip
#: what there must be none of
NONE = {
    "departments without a head": "SELECT count(*) FROM department WHERE head_id IS NULL",
    "flows that are stuck": "SELECT count(*) FROM flow_instance WHERE state = 'stuck'",
    "deeds of tomorrow": "SELECT count(*) FROM flow_task WHERE done_at > '2026-03-20 04:00:00' OR opened_at > '2026-03-20 04:00:00'",
    "redemptions before the campaign": "SELECT count(*) FROM crm__redemption r JOIN crm__campaign c ON c.id = r.campaign WHERE r.redeemed_on < c.starts_on OR c.status = 'planned'",
    "touches of what has not begun": "SELECT count(*) FROM crm__touch t JOIN crm__campaign c ON c.id = t.campaign WHERE c.status = 'planned' OR date(t.reached_at) < date(c.starts_on, '-1 day')",
    "touches out of order": "SELECT count(*) FROM crm__touch WHERE opened_at < reached_at OR clicked_at < opened_at OR ordered_at <= clicked_at",
    "touches that skip": "SELECT count(*) FROM crm__touch WHERE (opened_at IS NOT NULL AND reached_at IS NULL) OR (ordered_at IS NOT NULL AND (clicked_at IS NULL OR revenue IS NULL))",
    "others' orders": "SELECT count(*) FROM crm__touch t JOIN crm__order o ON o.id = t.\"order\" WHERE o.member <> t.member",
    "orders before joining": "SELECT count(*) > 20 FROM crm__order o JOIN crm__member m ON m.id = o.member WHERE date(o.ordered_at) < date(m.joined_on, '-1 day')",
    "follow-ups by nobody": "SELECT count(*) FROM crm__follow_up WHERE by IS NULL",
    "tasks done without a result": "SELECT count(*) FROM crm__service_task WHERE status = 'done' AND (result IS NULL OR done_at IS NULL)",
    "leads contacted by nobody": "SELECT count(*) FROM crm__lead WHERE status IN ('contacted', 'following', 'converted') AND (first_contact_at IS NULL OR follow_ups_count = 0)",
    "guests of what is to come": "SELECT count(*) FROM crm__invitation i JOIN crm__event e ON e.id = i.event WHERE i.status IN ('attended', 'absent') AND e.held_at > '2026-03-20'",
    "guests of another house": "SELECT count(*) FROM crm__invitation i JOIN crm__event e ON e.id = i.event JOIN crm__member m ON m.id = i.member WHERE m.store <> e.store",
    "redeemed at no time": "SELECT count(*) FROM crm__voucher WHERE (status = 'redeemed') <> (redeemed_at IS NOT NULL)",
    "worth what its terms don't say": "SELECT count(*) FROM crm__voucher WHERE benefit = 'birthday' AND value <> 5000",
    "things of tomorrow": "SELECT count(*) FROM crm__touch WHERE reached_at > '2026-03-20 04:00:00'",
}  # fmt: skip


def test_it_hangs_together(tmp_path: Path) -> None:
    workspace = open_workspace(name="demo", data_dir=tmp_path, url="", secret=SECRET)
    upgrade(workspace)
    fill(workspace, SHIPPED, NOW, demo=True, say=lambda text: None)
    with workspace.read() as connection:
        lacking = [name for name, text in SOME.items() if not connection.scalar(sa.text(text))]
        wrong = {name: count for name, text in NONE.items() if (count := connection.scalar(sa.text(text)))}
    nobody = _without_work(workspace)
    workspace.close()
    assert not lacking and not wrong and not nobody, (lacking, wrong, nobody)


def _without_work(workspace: Workspace) -> list[str]:
    """Roles that no sample person holds; sample people without a menu, and pages of theirs that tell them nothing."""
    flask = create_app(workspace, Settings(demo=True, host="127.0.0.1"))
    releases = Releases(workspace)
    session = Browser(client=flask.test_client()).get("/api/session").json
    with workspace.read() as connection:
        roles = {(name, role["name"]) for name, document in newest(connection).items() for role in document["roles"]}
        held = {(one["application"], one["role"]) for one in samples(connection)}
    found = [f"{name}: nobody is {role}" for name, role in sorted(roles - held)]
    for login in {one["login"]: one for one in session["people"]}:
        browser = Browser(client=flask.test_client())
        browser.csrf = browser.get("/api/session").json["csrf"]
        assert browser.post("/api/session/demo", {"login": login}).status_code == 200
        for application in browser.get("/api/applications").json["items"]:
            name, menu = application["name"], application["menu"]
            entries = [one for item in menu for one in (item, *item.get("items", ()))]
            places = {one["board"] for one in entries if one.get("target") == "board"} | {application["home"]} - {""}
            found += [f"{login}: nothing to do in {name}"] if not menu else []
            found += [f"{login}: {name}/{board}" for board in places if browser.get(f"/api/boards/{name}/{board}").status_code != 200]
            found += [f"{login}: {name}/{one}" for board in places for one in _mute(releases, workspace, login, name, board)]
    return found


def _mute(releases: Releases, workspace: Workspace, login: str, name: str, board: str) -> list[str]:
    """The tiles of a board whose question somebody may not ask: theirs are fields that the person can't know."""
    found = []
    with workspace.read() as connection:
        number = connection.scalar(sa.text("SELECT id FROM user_account WHERE login = :login"), {"login": login})
        sight = releases.sight(connection, Principals().by_user(connection, number), NOW)
        application = sight.live.model.applications[name]
        for tile in application.find("board", board).tiles:
            try:
                resolve(sight, application, application.find("report", tile.report), {})
            except Refusal as refusal:
                found.append(f"{board}/{tile.id}: {refusal}")
    return found
