"""A flow gone through without a database: conditions are judged over plain values, people are who the flow names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from engines.workflow.advance import advance, stuck
from engines.workflow.state import (
    Acted,
    Ask,
    CallFlow,
    Changed,
    ChildEnded,
    CloseTasks,
    Do,
    Event,
    Fired,
    Heads,
    Holds,
    Key,
    OpenTask,
    Question,
    SetTimer,
    Started,
    State,
    Values,
    Who,
    Withdrawn,
)
from engines.workflow.step import StepKind
from engines.workflow.working import Hours
from metamodel.definition import Json
from metamodel.errors import Invalid, Refusal
from metamodel.expressions.check import check
from metamodel.expressions.context import context_at
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.scope import FieldFacts
from metamodel.expressions.types import BLANK, BOOLEAN, TEXT, Type, number
from metamodel.flow import Flow, StepPath

#: turns of one rehearsal
MOST = 2_000
ABOUT = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened: what, at which step, by whom."""

    path: str
    what: str
    by: str = ""
    to: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """Without what is blank."""
        found: dict[str, Json] = {"step": self.path, "what": self.what}
        return {**found, **({"by": self.by} if self.by else {}), **({"to": list(self.to)} if self.to else {})}


@dataclass(slots=True, kw_only=True)
class Rehearsal:
    """A flow with the values it is about. `deeds` says what is done at a step, by its path or id: a deed, or several,
    the first visit's first ("return:path" gives back); approve and submit where nothing is said. `order` prefers
    tasks and timers of some steps over others; else the oldest comes first."""

    flow: Flow
    kinds: Mapping[str, StepKind]
    data: dict[str, Json]
    now: datetime
    deeds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: Sequence[str] = ()
    sub: Mapping[str, str] = field(default_factory=dict)
    #: whether the state is written out and read again after every event
    saves: bool = False
    lines: list[Line] = field(default_factory=list)
    state: State = field(default_factory=State)
    _people: list[str] = field(default_factory=list)
    _tasks: list[OpenTask] = field(default_factory=list)
    _timers: list[SetTimer] = field(default_factory=list)
    _calls: list[CallFlow] = field(default_factory=list)
    _done: dict[str, int] = field(default_factory=dict)

    def run(self, changes: Sequence[Mapping[str, Json] | str] = ()) -> str:
        """All of it; the outcome, "stuck", or "waiting" where nothing more happens by itself. When nobody has anything
        to do, what comes from outside comes next: changes of the record, or "withdraw"; then time goes on."""
        left = list(changes)
        starter = self._number("starter")
        self._happen(Started(by=starter))
        for _ in range(MOST):
            if self.state.ended:
                return self.state.outcome
            event = self._due()
            if event is None and left:
                change = left.pop(0)
                if isinstance(change, Mapping):
                    self.data.update(change)
                    event = Changed()
                else:
                    event = Withdrawn(by=self._number("starter"))
            event = event or self._timer()
            if event is None:
                return "stuck" if self.state.error else "waiting"
            self._happen(event)
        return "endless"

    # What happens ------------------------------------------------------------------------------------------------

    def _due(self) -> Event | None:
        """What somebody does next; a task for which "hold" is said lies."""
        waiting: list[tuple[int, int, OpenTask | ChildEnded]] = []
        for at, task in enumerate(self._tasks):
            if task.kind != "copy" and self._said(task) != "hold":
                waiting.append((self._rank(task.path), at, task))
        for at, call in enumerate(self._calls):
            outcome = self.sub.get(call.flow, "approved")
            ended = ChildEnded(path=call.path, visit=call.visit, outcome=outcome)
            waiting.append((self._rank(call.path), at, ended))
        if waiting:
            chosen = min(waiting, key=lambda one: one[:2])[2]
            if isinstance(chosen, OpenTask):
                return self._deed(chosen)
            self._calls = [call for call in self._calls if (call.path, call.visit) != (chosen.path, chosen.visit)]
            return chosen
        return None

    def _timer(self) -> Event | None:
        """Deadlines are not waited for while somebody can act; what is left is time itself."""
        for timer in sorted(self._timers, key=lambda one: (self._rank(one.path), one.at)):
            self._timers.remove(timer)
            token = self.state.at(timer.path)
            if token is not None and token.visit == timer.visit:
                self.now = max(self.now, timer.at)
                return Fired(path=timer.path, visit=timer.visit, name=timer.name)
        return None

    def _rank(self, path: StepPath) -> int:
        return self.order.index(path[-1]) if path[-1] in self.order else len(self.order)

    def _said(self, task: OpenTask) -> str:
        path = "/".join(task.path)
        known = self.deeds.get(path) or self.deeds.get(task.path[-1]) or ()
        usual = "approve" if task.kind == "approve" else "submit"
        return known[min(self._done.get(path, 0), len(known) - 1)] if known else usual

    def _deed(self, task: OpenTask) -> Event:
        said, path = self._said(task), "/".join(task.path)
        self._done[path] = self._done.get(path, 0) + 1
        deed, _, target = said.partition(":")
        to = (self._number(target),) if deed in ("transfer", "add") else ()
        back = tuple(target.split("/")) if target and deed == "return" else ()
        return Acted(path=task.path, by=task.user, deed=deed, to=to, target=back)

    def _happen(self, event: Event) -> None:
        answers: dict[Key, Json] = {}
        hours = Hours(zone="Asia/Shanghai")
        for _ in range(MOST):
            moved = advance(self.flow, self.kinds, self.state, event, self.now, hours, answers)
            if not isinstance(moved, Ask):
                break
            for key, question in moved.questions.items():
                try:
                    answers[key] = self._answer(question)
                except Refusal as refusal:
                    moved = stuck(self.state, key[0], key[1], refusal.issues[0].code)
                    break
            else:
                continue
            break
        assert not isinstance(moved, Ask), "questions without end"
        self.state = State.from_json(moved.state.to_json()) if self.saves else moved.state
        for wish in moved.wishes:
            match wish:
                case OpenTask():
                    self._tasks.append(wish)
                case CloseTasks(path=path, visit=visit, users=users):
                    self._tasks = [
                        task
                        for task in self._tasks
                        if (task.path, task.visit) != (path, visit)
                        or task.kind == "copy"
                        or (users is not None and task.user not in users)
                    ]
                case SetTimer():
                    self._timers.append(wish)
                case CallFlow(waits=True):
                    self._calls.append(wish)
        for note in moved.notes:
            by = self._name(note.by) if note.by is not None else ""
            to = tuple(self._name(one) for one in note.to)
            self.lines.append(Line(path="/".join(note.path), what=note.what, by=by, to=to))

    # Facts -------------------------------------------------------------------------------------------------------

    def _answer(self, question: Question) -> Json:
        match question:
            case Holds(conditions=texts):
                return {word: {"holds": bool(self._value(text)), "parts": []} for word, text in texts.items()}
            case Values(expressions=texts):
                return {word: self._value(text) for word, text in texts.items()}
            case Who(sources=sources):
                groups = [self._source(source) for source in sources]
                ordered = any(source.type == "chain" for source in sources)
                return {"people": groups, "ordered": ordered}
            case Heads(people=those):
                return {str(one): self._number(f"head of {self._name(one)}") for one in those}
            case Do(actions=actions):
                return self._do(actions)
        raise TypeError(f"nobody answers {type(question).__name__}")

    def _do(self, actions: Sequence[Any]) -> Json:
        """Values that actions set are set in the data; what else they would do is only said."""
        for call in actions:
            if call.type == "set_values":
                for item in call.config.values:
                    self.data[item.field] = self._plain(self._value(item.value))
        return {"did": [call.type for call in actions]}

    def _source(self, source: Any) -> list[int]:
        config = source.config
        match source.type:
            case "person":
                return [self._number(login) for login in config.logins]
            case "role":
                return [self._number(f"role {config.role}")] if config.role else []
            case "field":
                held = self.data.get(config.field)
                return [self._number(str(held))] if held else []
            case "starter":
                return [self._number("starter")]
            case "chain":
                return [self._number(f"manager {level}") for level in range(1, (config.levels or 2) + 1)]
            case "head":
                return [self._number(f"manager {config.levels}")]
            case _:
                return [self._number(source.type)]

    def _value(self, text: str) -> Any:
        checked = check(text, _Data(data=self.data), ABOUT)
        if checked.ast is None or checked.issues:
            raise Invalid(checked.issues)
        values = {name: _held(value) for name, value in self.data.items()}
        return evaluate(checked.ast, values, context_at(self.now, "Asia/Shanghai"))

    def _plain(self, value: Any) -> Json:
        if not isinstance(value, Decimal):
            return value
        return int(value) if value == value.to_integral_value() else float(value)

    def _number(self, name: str) -> int:
        if name not in self._people:
            self._people.append(name)
        return self._people.index(name) + 1

    def _name(self, number_: int) -> str:
        return self._people[number_ - 1]


def _held(value: Json) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    return Decimal(str(value)) if isinstance(value, int | float) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """The names of plain values as an expression's scope."""

    data: Mapping[str, Json]

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """A value by its name."""
        if name not in self.data:
            return None
        return FieldFacts(type=_type(self.data[name]))

    def names(self, entity: str) -> list[str]:
        """All of them."""
        return list(self.data)


def _type(value: Json) -> Type:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int | float):
        return number(6)
    return BLANK if value is None else TEXT
