"""The five refusals; each carries issues, and only the outermost storey knows what HTTP makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from metamodel.issues import DEFAULT_LOCALE, Issue, wording


class Refusal(Exception):
    """Something was asked that is not done; `issues` say why, `details` carry what the asker needs to go on."""

    def __init__(self, issues: Issue | Iterable[Issue], details: Mapping[str, Any] | None = None) -> None:
        self.issues: tuple[Issue, ...] = (issues,) if isinstance(issues, Issue) else tuple(issues)
        self.details: Mapping[str, Any] = details or {}
        super().__init__("; ".join(wording(issue, DEFAULT_LOCALE)[0] for issue in self.issues))


class Invalid(Refusal):
    """What was given is wrong."""


class NotFound(Refusal):
    """What was named does not exist, or may not be known to exist."""


class Forbidden(Refusal):
    """The actor may not do this."""


class Conflict(Refusal):
    """Somebody else was first; `details` hold the other's values."""


class Refused(Refusal):
    """Right in form and allowed in principle, but not now (a limit, a lock, a rule)."""
