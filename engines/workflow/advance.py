"""A flow moved by an event: pure, so that the same state, event, time and answers always give the same result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from engines.workflow.state import (
    START,
    Acted,
    Answers,
    Ask,
    BranchEnded,
    Changed,
    CloseTasks,
    Do,
    Event,
    Key,
    Moved,
    Note,
    OpenTask,
    Retried,
    Started,
    State,
    Token,
    Wish,
    Withdrawn,
    outside,
    placed,
)
from engines.workflow.step import Answer, Enter, Fail, Go, Here, Jump, Need, Over, StepKind, Stop, Wait
from engines.workflow.working import Hours
from metamodel.definition import Json
from metamodel.flow import Flow, Step, StepPath, list_at, step_at

#: steps that one event may lead through; a flow whose returns never end stops here
MOST_STEPS = 500
AGREED, ENDED, REJECTED = "approved", "ended", "rejected"

Kinds = Mapping[str, StepKind]


def advance(
    flow: Flow, kinds: Kinds, state: State, event: Event, now: datetime, hours: Hours, answers: Answers
) -> Moved | Ask:
    """What becomes of a flow by an event. Where facts are missing the questions come back instead and nothing has
    happened; asked again with their answers it comes to the same point and goes on."""
    run = _Run(flow, kinds, state, now, hours, answers)
    try:
        run.happen(event)
    except Need as need:
        return Ask(questions={need.key: need.question})
    return Moved(state=run.state, wishes=tuple(run.wishes), notes=tuple(run.notes))


class _Run:
    def __init__(self, flow: Flow, kinds: Kinds, state: State, now: datetime, hours: Hours, answers: Answers) -> None:
        self.flow, self.kinds, self.now, self.hours = flow, kinds, now, hours
        # Its own until it is handed over: changed in place, which a flow does several times a step.
        self.state = replace(state)
        self.answers = answers
        self.wishes: list[Wish] = []
        self.notes: list[Note] = []
        self.count = 0

    # What happens ------------------------------------------------------------------------------------------------

    def happen(self, event: Event) -> None:
        """One event; what is meant for a step that the flow has left is passed over."""
        if self.state.ended:
            return
        match event:
            case Started(by=by):
                self.state.starter = by
                self.notes.append(Note(path=START, visit=0, what="started", by=by))
                if self.react("started", 0):
                    self.walk(self.flow.steps, ())
            case Withdrawn(by=by, outcome=outcome):
                self.notes.append(Note(path=START, visit=self.state.visits, what=outcome, by=by))
                self.finish(outcome)
            case Changed():
                for token in self.state.tokens:
                    step = step_at(self.flow, token.path)
                    if step is not None and self.kinds[step.type].listens and self.state.at(token.path) is token:
                        self.resume(token, step, event)
            case Acted(path=path) if path == START:
                self.resubmitted(event)
            case Retried(path=path) if path == START:
                self.again()
            case _:
                held, at = self.state.at(event.path), step_at(self.flow, event.path)
                if held is not None and at is not None:
                    self.resume(held, at, event)

    def resubmitted(self, event: Acted) -> None:
        """The starter sends again what was given back; it goes where it came from, or through everything again."""
        token = self.state.at(START)
        if token is None:
            return
        self.wishes.append(CloseTasks(path=START, visit=token.visit, deed="submit"))
        self.notes.append(Note(path=START, visit=token.visit, what="submitted", by=event.by))
        self.state.tokens = outside(self.state.tokens, START)
        back = tuple(token.data.get("back") or ())
        if back and step_at(self.flow, back) is not None:
            self.to_step(back)
        else:
            self.state.agreed = frozenset()
            self.state.passed = ()
            self.walk(self.flow.steps, ())

    def again(self) -> None:
        """What is done at the start or at the end failed, and is tried once more."""
        token = self.state.at(START)
        if token is None or "reaction" not in token.data:
            return
        word = token.data["reaction"]
        self.state.tokens = outside(self.state.tokens, START)
        self.state.error = ""
        visit = self.visit()
        if word == "started":
            if self.react("started", visit):
                self.walk(self.flow.steps, ())
        else:
            self.finish(word)

    # Steps -------------------------------------------------------------------------------------------------------

    def walk(self, steps: tuple[Step, ...], within: StepPath) -> None:
        """Go through a list of steps from its beginning."""
        for step in steps:
            if not self.enter(step, (*within, step.id)):
                return
        self.through(within)

    def enter(self, step: Step, path: StepPath) -> bool:
        """Come to a step; whether the flow goes on behind it at once."""
        self.count += 1
        if self.count > MOST_STEPS:
            self.fail(path, self.state.visits, "flow.endless")
            return False
        here = self.here(step, path, self.visit(), {})
        return self.take(here, self.kinds[step.type].enter(here))

    def resume(self, token: Token, step: Step, event: Event) -> None:
        """Something happened at a step where the flow waits."""
        if token.data.get("stuck"):
            if not isinstance(event, Retried):
                return
            self.state.tokens = outside(self.state.tokens, token.path)
            self.state.error = ""
            if self.enter(step, token.path):
                self.behind(token.path)
            return
        here = self.here(step, token.path, token.visit, token.data)
        if self.take(here, self.kinds[step.type].resume(here, event)):
            self.behind(token.path)

    def take(self, here: Here, answer: Answer) -> bool:
        """Carry out what a step answered; whether the flow goes on behind it at once."""
        self.wishes += answer.wishes
        self.notes += answer.notes
        if answer.agreed:
            self.state.agreed = self.state.agreed | frozenset(answer.agreed)
        match answer:
            case Go(stays=True, data=data):
                self.stand(Token(path=here.path, visit=here.visit, data=data))
                self.state.passed = (*self.state.passed, here.path)[-MOST_STEPS:]
                return True
            case Over():
                self.state.tokens = outside(self.state.tokens, here.path)
                self.end_if_through()
            case Go():
                for token in self.state.tokens:
                    if token.path[: len(here.path)] == here.path and token.path != here.path:
                        self.wishes.append(CloseTasks(path=token.path, visit=token.visit))
                tokens = outside(self.state.tokens, here.path)
                self.state.tokens = tokens
                self.state.passed = (*self.state.passed, here.path)[-MOST_STEPS:]
                return True
            case Wait(data=data):
                self.stand(Token(path=here.path, visit=here.visit, data=data))
            case Enter(branches=branches, data=data):
                self.stand(Token(path=here.path, visit=here.visit, data=data))
                for name in branches:
                    branch = next((item for item in here.step.branches if item.id == name), None)
                    if branch is not None and self.state.at(here.path) is not None and not self.state.ended:
                        self.walk(branch.steps, (*here.path, name))
            case Stop(outcome=outcome):
                self.finish(outcome)
            case Jump(to=to):
                self.jump(here, to)
            case Fail(error=error):
                self.fail(here.path, here.visit, error)
        return False

    def behind(self, path: StepPath) -> None:
        """Go on behind a step that was left."""
        steps = list_at(self.flow, path)
        met = False
        for step in steps:
            if met and not self.enter(step, (*path[:-1], step.id)):
                return
            met = met or step.id == path[-1]
        self.through(path[:-1])

    def through(self, within: StepPath) -> None:
        """A list of steps is through: that of a branch is told to its step, the outermost one ends the flow."""
        if not within:
            self.state.through = True
            self.end_if_through()
            return
        owner = within[:-1]
        token, step = self.state.at(owner), step_at(self.flow, owner)
        if token is not None and step is not None:
            self.resume(token, step, BranchEnded(path=owner, branch=within[-1]))

    def end_if_through(self) -> None:
        """The flow ends when its last step is through and nothing goes on any more."""
        if self.state.through and not self.state.tokens:
            asks = any(self.kinds[step.type].asks for step in _all(self.flow.steps))
            self.finish(AGREED if asks else ENDED)

    # Ways that are not straight ----------------------------------------------------------------------------------

    def jump(self, here: Here, to: StepPath) -> None:
        """Back to an earlier step, or to the start; everything that goes on behind it is given up."""
        self.state.through = False
        self.notes.append(here.note("went_back", why={"to": list(to)}))
        if not to:
            self.drop(())
            visit = self.visit()
            back = list(here.path) if getattr(here.config, "resumes", "again") == "here" else []
            self.stand(Token(path=START, visit=visit, data={"back": back}))
            if self.state.starter is not None:
                self.wishes.append(OpenTask(path=START, visit=visit, kind="resubmit", user=self.state.starter))
            self.react("returned", visit, ends=False)
            return
        self.drop(to[:-1])
        self.to_step(to)

    def to_step(self, path: StepPath) -> None:
        """Come to a step anywhere: the steps it lies in are where the flow stands as well."""
        for at in range(1, len(path), 2):
            above = path[:at]
            if self.state.at(above) is None:
                self.stand(Token(path=above, visit=self.visit(), data={"open": [path[at]], "done": []}))
        step = step_at(self.flow, path)
        if step is not None and self.enter(step, path):
            self.behind(path)

    def drop(self, within: StepPath) -> None:
        """Give up all that goes on in a list of steps."""
        for token in self.state.tokens:
            if token.path[: len(within)] == within:
                self.wishes.append(CloseTasks(path=token.path, visit=token.visit))
        if within:
            self.state.tokens = outside(self.state.tokens, within)
        else:
            self.state.tokens = ()

    def finish(self, outcome: str) -> None:
        """The flow is over: what is open is closed, and what belongs to its outcome is done."""
        if not self.react(outcome, self.state.visits, ends=True):
            return
        self.drop(())
        self.notes.append(Note(path=START, visit=self.state.visits, what="ended", why={"outcome": outcome}))
        self.state.tokens = ()
        self.state.outcome = outcome
        self.state.error = ""

    def react(self, word: str, visit: int, *, ends: bool = False) -> bool:
        """Do what the flow does at its start or end; whether it was done."""
        found = next((item for item in self.flow.reactions if item.on == word), None)
        if found is None or not found.actions:
            return True
        key: Key = (START, visit, word)
        if key not in self.answers:
            raise Need(key, Do(actions=found.actions, word=word))
        told: Mapping[str, Json] = self.answers[key]
        if "failed" not in told:
            self.notes.append(Note(path=START, visit=visit, what="did", why={"on": word, "result": told}))
            return True
        if ends:
            self.drop(())
        self.notes.append(Note(path=START, visit=visit, what="failed", why={"error": told["failed"]}))
        data = {"stuck": True, "reaction": word}
        self.stand(Token(path=START, visit=visit, data=data))
        self.state.error = str(told["failed"])
        return False

    def fail(self, path: StepPath, visit: int, error: str) -> None:
        """The flow waits at a step for an administrator."""
        self.notes.append(Note(path=path, visit=visit, what="failed", why={"error": error}))
        token = Token(path=path, visit=visit, data={"stuck": True})
        self.state.tokens = (*outside(self.state.tokens, path), token)
        self.state.error = error

    # Small things ------------------------------------------------------------------------------------------------

    def visit(self) -> int:
        """The number of the next visit."""
        self.state.visits += 1
        return self.state.visits

    def stand(self, token: Token) -> None:
        """The flow is at a step."""
        self.state.tokens = placed(self.state.tokens, token)

    def here(self, step: Step, path: StepPath, visit: int, data: Mapping[str, Json]) -> Here:
        """What a step sees."""
        return Here(
            flow=self.flow,
            step=step,
            path=path,
            visit=visit,
            state=self.state,
            data=data,
            now=self.now,
            hours=self.hours,
            answers=self.answers,
        )


def _all(steps: tuple[Step, ...]) -> Any:
    for step in steps:
        yield step
        for branch in step.branches:
            yield from _all(branch.steps)


def stuck(state: State, path: StepPath, visit: int, error: str) -> Moved:
    """A flow whose question could not be answered: it waits at the step that asked, for an administrator."""
    token = Token(path=path, visit=visit, data={"stuck": True})
    tokens = (*outside(state.tokens, path), token)
    moved = replace(state, tokens=tokens, error=error, visits=max(state.visits, visit))
    return Moved(state=moved, wishes=(), notes=(Note(path=path, visit=visit, what="failed", why={"error": error}),))
