"""The contract of a view kind: the settings by which records are laid out."""

from __future__ import annotations

from metamodel.kinds import Kind


class ViewKind(Kind):
    """One way of laying records out; everything is said by its settings."""
