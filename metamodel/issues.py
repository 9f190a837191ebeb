"""Findings as values: what is wrong, where, and the words for it in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

Severity = Literal["error", "warning", "hint"]
Step = str | int
TEXTS = Path(__file__).parent / "texts"
DEFAULT_LOCALE = "zh-CN"
LOCALES = ("zh-CN", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One finding. `code` names its text in `texts/`, `path` leads to the place, `arguments` fill the text."""

    code: str
    path: tuple[Step, ...] = ()
    severity: Severity = "error"
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def under(self, *prefix: Step) -> Issue:
        """The same finding seen from further out: `prefix` is put before its path."""
        return replace(self, path=(*prefix, *self.path))

    def to_json(self, locale: str) -> dict[str, Any]:
        """The one shape in which a finding leaves the house (RFC 9457 extension member `issues`)."""
        message, hint = wording(self, locale)
        return {
            "code": self.code,
            "path": list(self.path),
            "severity": self.severity,
            "message": message,
            "hint": hint,
        }


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


@cache
def texts(locale: str) -> Mapping[str, Mapping[str, str]]:
    """Every message of one language by code: the areas' files of `texts/<locale>/` joined."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted((TEXTS / locale).glob("*.json")):
        found.update(json.loads(file.read_text("utf-8")))
    return found


#: what to do where nothing is near a word that is not known
ANOTHER = "hint.another"


def wording(issue: Issue, locale: str) -> tuple[str, str]:
    """Message and hint of an issue; an unknown language reads the default one."""
    entry = texts(locale).get(issue.code) or texts(DEFAULT_LOCALE).get(issue.code)
    if entry is None:
        return issue.code, ""
    arguments = _Missing({name: say(value, locale) for name, value in issue.arguments.items()})
    hint = entry.get("hint", "")
    if "{nearest}" in hint and not issue.arguments.get("nearest"):
        hint = texts(locale).get(ANOTHER, entry)["message"]
    return entry["message"].format_map(arguments), hint.format_map(arguments)


def say(value: Any, locale: str) -> str:
    """An argument as people read it: labels in their language, lists with commas."""
    if isinstance(value, Mapping):
        return str(value.get(locale) or next(iter(value.values()), ""))
    if isinstance(value, (list, tuple, set, frozenset)):
        return ("、" if locale.startswith("zh") else ", ").join(say(item, locale) for item in value)
    return str(value)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or "" when none is near: the "did you mean"."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def errors(issues: Iterable[Issue]) -> Iterator[Issue]:
    """Only those findings that forbid going on."""
    return (issue for issue in issues if issue.severity == "error")
