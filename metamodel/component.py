"""The contract of a form or page part: what it is set by, and what it may hold."""

from __future__ import annotations

from typing import ClassVar

from metamodel.kinds import Kind


class ComponentKind(Kind):
    """One part. `accepts` names the kinds it may hold; ("*",) is any, () makes it a leaf."""

    accepts: ClassVar[tuple[str, ...]] = ()
    #: where it may stand: in forms, in pages, or in both
    places: ClassVar[tuple[str, ...]] = ("form", "page")
