"""Segments: the records of an entity that meet a condition, kept as a set that knows who came and went."""

from __future__ import annotations

from metamodel.definition import NAME, Label, definition, prop

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"


@definition
class Segment:
    """The records for which `condition` holds; it may ask for other segments, so that sets are joined and taken away.

    What depends on the day is looked at anew every day at `at`. Who sees all that the condition reads may filter by
    the segment, and whoever holds one of `roles`. A changed condition moves records silently unless `announce` says
    that rules hear of it; records that are in it when it is first published never count as entering.
    """

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    description: Label = ""
    entity: str = prop(ref="entity", group="hidden")
    condition: str = prop("", expression="boolean")
    at: str = prop("03:00", pattern=CLOCK, widget="clock")
    roles: tuple[str, ...] = prop((), ref="role", group="more")
    announce: bool = prop(False, group="more")
