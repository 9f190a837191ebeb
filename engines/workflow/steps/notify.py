"""People are told: a copy in their inbox, which they need not answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engines.workflow.state import OpenTask, Values, Who, people_of
from engines.workflow.step import Answer, Go, Here, StepKind
from metamodel.definition import Label, definition, numbered, prop
from metamodel.flow import Source, Step
from metamodel.issues import Issue
from metamodel.template import as_expression


@definition
class Settings:
    """Whom, and in which words; without a title the record's own stands there."""

    people: tuple[Source, ...] = ()
    title: Label = prop("", expression="template")
    text: Label = prop("", expression="template")

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", numbered(self.people))


class Notify(StepKind):
    """People are told."""

    kind = "notify"
    Config = Settings
    group = "people"
    icon = "bell"

    def enter(self, here: Here) -> Answer:
        """A copy for each of them; the flow goes on at once."""
        people = people_of(here.ask("who", Who(sources=here.config.people, step=here.step.id))["people"])
        texts = {}
        for word in ("title", "text"):
            told = getattr(here.config, word)
            for language, text in (told if isinstance(told, Mapping) else {"": told}).items():
                if text:
                    texts[f"{word}:{language}"] = as_expression(text)
        said = here.ask("words", Values(expressions=texts)) if texts else {}
        copies = tuple(
            OpenTask(path=here.path, visit=here.visit, kind="copy", user=person, words=said) for person in people
        )
        return Go(wishes=copies, notes=(here.note("told", to=people),))

    def issues(self, step: Step) -> Iterator[Issue]:
        """It says whom it tells."""
        if not step.config.people:
            yield Issue(code="flow.no_people", path=("people",))
