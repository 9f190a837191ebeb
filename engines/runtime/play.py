"""An acceptance test played on a stage: each step through the lines of the product, each expectation looked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access.actor import Actor, load_actor
from engines.access.departments import create_department, update_department
from engines.access.people import create_user
from engines.forms.public import open_form
from engines.messages import delivery, inbox
from engines.records.query import Asked, count, entity_of
from engines.records.sight import Sight
from engines.records.whole import whole
from engines.rules import log
from engines.rules.listen import Heard, find
from engines.rules.run import Why
from engines.runtime import analysing, play_flows, play_reports, segmenting, write
from engines.runtime.acceptance import (
    AcceptanceTest,
    Act,
    Change,
    Create,
    Delete,
    ExpectCount,
    ExpectFiring,
    ExpectFlow,
    ExpectMessage,
    ExpectNote,
    ExpectRecord,
    ExpectReport,
    ExpectTask,
    Press,
    Run,
    SignIn,
    StartFlow,
    Step,
    Submit,
    Switch,
    Wait,
    places,
    read_tests,
)
from engines.runtime.alike import alike, plain
from engines.runtime.house import NOBODY, as_house
from engines.runtime.react import press
from engines.runtime.stage import Stage, stages
from metamodel.bundle import Bundle
from metamodel.errors import Invalid, NotFound, Refusal
from metamodel.issues import DEFAULT_LOCALE, Issue
from metamodel.model import EntityModel, qualified

#: the business zone of a stage
ZONE = "Asia/Shanghai"
NAMED = re.compile(r"@([A-Za-z_][A-Za-z0-9_]*)(?::([A-Za-z0-9_.-]+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The step (from 1) that did not come out as it says, and in which way."""

    step: int
    type: str
    note: str
    issue: Issue


@dataclass(slots=True, kw_only=True)
class Player:
    """A test on its stage; `names` are the records made, as (entity, number)."""

    stage: Stage
    application: str
    test: AcceptanceTest
    names: dict[str, tuple[str, int]] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    actor: Actor = NOBODY

    def play(self) -> Failure | None:
        """All steps in order; the first that fails."""
        self._people()
        for number, step in enumerate(self.test.steps, 1):
            try:
                issue = self._step(step)
                self.stage.settle()
            except Refusal as refusal:
                issue = refusal.issues[0]
            if issue is not None:
                return Failure(step=number, type=step.type, note=step.note, issue=issue)
        return None

    def _people(self) -> None:
        with self.stage.workspace.write() as connection:
            for place in places(self.test):
                values = {"label": place.label or place.code, "code": place.code}
                above = {"parent_id": self.departments[place.parent]} if place.parent else {}
                self.departments[place.code] = create_department(connection, {**values, **above})
            for person in self.test.people:
                given = {
                    "login": person.login,
                    "name": person.name or person.login,
                    "is_admin": person.admin,
                    "roles": [
                        {"application": home or self.application, "id": role}
                        for home, _, role in (word.rpartition(".") for word in person.roles)
                    ],
                    **({"department_id": self.departments[person.department]} if person.department else {}),
                }
                self.users[person.login] = create_user(connection, given, self.stage.now)
            for place in places(self.test):
                if place.head:
                    update_department(connection, self.departments[place.code], {"head_id": self._user(place.head)})

    # Steps --------------------------------------------------------------------------------------------------------

    def _step(self, step: Step) -> Issue | None:
        match step.config:
            case SignIn(login=login):
                self._sign_in(login)
                return None
            case Wait() as wait:
                self.stage.pass_time(self._moment(wait))
                return None
            case Switch(rule=rule, active=active):
                with self.stage.workspace.write() as connection:
                    heard = self._rule(self._sight(connection), rule)
                    log.switch(connection, *heard.key, active, by=None, at=self.stage.now)
                return None
            case Run(analysis=analysis, segment=segment):
                self._run(analysis, segment)
                return None
            case Create() | Submit() | Change() | Delete() | Press() | StartFlow() | Act() as deed:
                return self._refusable(deed.refused, lambda: self._deed(deed))
            case (
                ExpectRecord()
                | ExpectCount()
                | ExpectMessage()
                | ExpectNote()
                | ExpectFiring()
                | ExpectTask()
                | ExpectFlow()
                | ExpectReport()
            ) as wanted:
                with self.stage.workspace.read() as connection:
                    return self._expect(connection, self._sight(connection), wanted)
        raise NotFound(Issue(code="acceptance.no_step", arguments={"type": step.type}))

    def _run(self, analysis: str, segment: str) -> None:
        workspace, now = self.stage.workspace, self.stage.now
        with workspace.write() as connection:
            home = self.stage.releases.live(connection).model.applications[self.application]
            found = home.meant("analysis", analysis) if analysis else home.meant("segment", segment)
            if found is None:
                raise NotFound(Issue(code="acceptance.nothing_to_run", arguments={"name": analysis or segment}))
            if analysis:
                analysing.start(workspace, connection, self.application, found, by=None, now=now)
            else:
                name = qualified(self.application, found.name)
                segmenting.start_check(workspace, connection, name, found.label, by=None, now=now)

    def _sign_in(self, login: str) -> None:
        if not login:
            self.actor = NOBODY
            return
        if login not in self.users:
            raise NotFound(Issue(code="acceptance.nobody", arguments={"login": login}))
        with self.stage.workspace.read() as connection:
            found = load_actor(connection, self.users[login])
        assert found is not None, "who was made a moment ago is there"
        self.actor = found

    def _refusable(self, refused: str, deed: Callable[[], None]) -> Issue | None:
        """What is refused must be, with these words in the refusal; everything else must not."""
        try:
            deed()
        except Refusal as refusal:
            told = "; ".join(str(issue.to_json(DEFAULT_LOCALE)["message"]) for issue in refusal.issues)
            if refused and refused in told:
                return None
            return Issue(code="acceptance.refused", arguments={"found": told, "wanted": refused})
        return Issue(code="acceptance.not_refused", arguments={"wanted": refused}) if refused else None

    def _deed(self, deed: Create | Submit | Change | Delete | Press | StartFlow | Act) -> None:
        with self.stage.workspace.write() as connection:
            sight = self._sight(connection)
            match deed:
                case Create():
                    entity = qualified(self.application, deed.entity)
                    many = deed.rows or ({},)
                    for at, row in enumerate(many, 1):
                        values = {**deed.values, **row}
                        number = write.create_record(connection, sight, entity, self._given(values))
                        self._name(deed.name if not deed.rows else f"{deed.name}_{at}", entity, number)
                case Submit():
                    live = self.stage.releases.live(connection)
                    own, _, form, about = open_form(live, self.application, deed.form, self.stage.now)
                    number = write.submit_public(connection, own, about, form, self._given(deed.values))
                    self._name(deed.name, about.name, number)
                case Change():
                    name, number = self._named(deed.record)
                    write.update_record(connection, sight, name, number, self._given(deed.values), None)
                case Delete():
                    write.delete_record(connection, sight, *self._named(deed.record))
                case StartFlow() | Act():
                    house = as_house(connection, self.stage.releases, self.actor.user_id or None, self.stage.now)
                    given = self._given(deed.values) if isinstance(deed, Act) else {}
                    record = self._named(deed.record)
                    play_flows.done(connection, sight, house, self.application, record, deed, given, self._user)
                case Press():
                    heard = self._rule(sight, deed.rule)
                    by = self.actor.user_id or None
                    cause = f"press:{deed.record}:{self.stage.now.isoformat()}"
                    why = Why(cause=cause[:80], at=self.stage.now, by=by, depth=0)
                    if press(connection, sight, heard, self._named(deed.record)[1], why) is None:
                        raise Invalid(Issue(code="acceptance.not_pressed", arguments={"rule": heard.rule.label}))

    # Expectations -------------------------------------------------------------------------------------------------

    def _expect(self, connection: sa.Connection, sight: Sight, wanted: Any) -> Issue | None:
        match wanted:
            case ExpectRecord():
                return self._record(connection, sight, wanted)
            case ExpectCount():
                asked = Asked(filters=(self._where(wanted.where),) if wanted.where else ())
                entity = entity_of(sight, qualified(self.application, wanted.entity))
                found, _ = count(connection, sight, entity, asked)
                return _differs("acceptance.count", wanted.count, found)
            case ExpectMessage():
                return self._message(connection, wanted)
            case ExpectNote():
                notes = inbox.notes(connection, self._user(wanted.login), limit=inbox.MOST)
                said = [f"{inbox.words(note.title, 'zh-CN')} {inbox.words(note.text or {}, 'zh-CN')}" for note in notes]
                found = sum(wanted.says in text for text in said)
                return _differs("acceptance.notes", wanted.count, found, said)
            case ExpectReport():
                application = sight.live.model.applications[self.application]
                return play_reports.expected(connection, sight, application, wanted, self._given)
            case ExpectTask() | ExpectFlow():
                record = self._named(wanted.record) if wanted.record else ("", 0)
                person = self._user(wanted.login) if isinstance(wanted, ExpectTask) else 0
                return play_flows.expected(connection, wanted, record, person)
            case _:
                return self._firing(connection, sight, wanted)

    def _record(self, connection: sa.Connection, sight: Sight, wanted: ExpectRecord) -> Issue | None:
        name, number = self._named(wanted.record)
        try:
            found = whole(connection, sight, entity_of(sight, name), number)
        except NotFound:
            return Issue(code="acceptance.not_seen", arguments={"record": wanted.record}) if wanted.seen else None
        if not wanted.seen:
            return Issue(code="acceptance.seen", arguments={"record": wanted.record})
        labels = _labels(sight.live.model.entities[name])
        for word, value in wanted.values.items():
            if word not in found:
                return Issue(code="acceptance.no_value", arguments={"field": labels.get(word, word)})
            if not alike(self._given(value), found[word]):
                said = {"field": labels.get(word, word), "wanted": value, "found": plain(found[word])}
                return Issue(code="acceptance.value", arguments=said)
        return None

    def _message(self, connection: sa.Connection, wanted: ExpectMessage) -> Issue | None:
        table = delivery.delivery
        query = sa.select(table).where(table.c.application == self.application, table.c.message == wanted.message)
        if wanted.record:
            name, number = self._named(wanted.record)
            query = query.where(table.c.entity == name, table.c.record_id == number)
        found, rows = 0, connection.execute(query.order_by(table.c.id)).all()
        for row in rows:
            fits = (
                (not wanted.state or _reached(row.state, wanted.state))
                and (not wanted.reason or row.reason == wanted.reason)
                and (not wanted.channel or row.channel == wanted.channel)
                and all(words in f"{row.title or ''} {row.text or ''}" for words in wanted.says)
            )
            found += fits
        told = [f"{row.channel or '-'} {row.state} {row.reason or ''}: {row.text or ''}" for row in rows]
        return _differs("acceptance.messages", wanted.count, found, told)

    def _firing(self, connection: sa.Connection, sight: Sight, wanted: ExpectFiring) -> Issue | None:
        heard = self._rule(sight, wanted.rule)
        own = (log.firing.c.application == heard.application, log.firing.c.rule == heard.rule.id)
        query = sa.select(log.firing.c.state, log.firing.c.error).where(*own)
        if wanted.record:
            query = query.where(log.firing.c.record_id == self._named(wanted.record)[1])
        rows = connection.execute(query).all()
        told = [f"{row.state} {row.error or ''}" for row in rows]
        return _differs("acceptance.firings", wanted.count, sum(row.state == wanted.state for row in rows), told)

    # Names --------------------------------------------------------------------------------------------------------

    def _sight(self, connection: sa.Connection) -> Sight:
        return self.stage.releases.sight(connection, self.actor, self.stage.now)

    def _name(self, name: str, entity: str, number: int) -> None:
        if name:
            self.names[name] = (entity, number)

    def _named(self, name: str) -> tuple[str, int]:
        found = self.names.get(name.removeprefix("@"))
        if found is None:
            raise NotFound(Issue(code="acceptance.no_record", arguments={"name": name}))
        return found

    def _user(self, login: str) -> int:
        if login not in self.users:
            raise NotFound(Issue(code="acceptance.nobody", arguments={"login": login}))
        return self.users[login]

    def _rule(self, sight: Sight, name: str) -> Heard:
        found = find(sight.live, self.application, name)
        if found is None:
            raise NotFound(Issue(code="acceptance.no_rule", arguments={"name": name}))
        return found

    def _given(self, value: Any) -> Any:
        """Values with what they name in its place: `@anna` a record, `@user:li`, `@department:north`."""
        if isinstance(value, Mapping):
            return {word: self._given(item) for word, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._given(item) for item in value]
        if isinstance(value, str) and (match := NAMED.fullmatch(value)):
            return self._meant(*match.groups())
        return value

    def _where(self, text: str) -> str:
        return NAMED.sub(lambda match: str(self._meant(*match.groups())), text)

    def _meant(self, word: str, rest: str | None) -> int:
        if word == "user" and rest:
            return self._user(rest)
        if word == "department" and rest:
            return self.departments[rest]
        return self._named(word)[1]

    def _moment(self, wait: Wait) -> datetime:
        if wait.until:
            return local(wait.until, self.stage.workspace.time_zone)
        return self.stage.now + timedelta(days=wait.days, hours=wait.hours, minutes=wait.minutes)


def local(text: str, zone: str) -> datetime:
    """A moment in the business zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def _labels(entity: EntityModel) -> dict[str, Any]:
    return {name: item.definition.label for name, item in entity.fields.items()}


def _reached(state: str, wanted: str) -> bool:
    """Whether a delivery came so far, or is just there where the state is none of the road."""
    road = delivery.ROAD
    return road.index(state) >= road.index(wanted) if state in road and wanted in road else state == wanted


def _differs(code: str, wanted: int, found: int, told: Sequence[str] = ()) -> Issue | None:
    if wanted == found:
        return None
    return Issue(code=code, arguments={"wanted": wanted, "found": found, "told": list(told)[:5]})


def play_all(bundles: Sequence[Bundle], application: str) -> Iterator[tuple[str, AcceptanceTest, Failure | None]]:
    """Every test of an application, each on a stage of its own with all of `bundles` installed; the failure of those
    that do not come out as they say."""
    own = next(bundle for bundle in bundles if bundle.document["name"] == application)
    tests = read_tests(own.companions)
    if not tests:
        return
    began = {file: local(test.now, ZONE) for file, test in tests}
    with stages(bundles, min(began.values())) as make:
        for file, test in tests:
            stage = make(began[file])
            yield file, test, Player(stage=stage, application=application, test=test).play()
