"""Alembic, loaded when a table is first looked at or changed.

It brings a template engine and, where that is installed, a highlighter of code: 9 MB of every process that never
publishes anything.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic import command as command
    from alembic.autogenerate import compare_metadata as compare_metadata
    from alembic.config import Config as Config
    from alembic.migration import MigrationContext as MigrationContext
    from alembic.operations import Operations as Operations
    from alembic.operations import ops as ops
    from alembic.script import ScriptDirectory as ScriptDirectory
else:
    PLACES = {
        "command": "alembic",
        "compare_metadata": "alembic.autogenerate",
        "Config": "alembic.config",
        "MigrationContext": "alembic.migration",
        "Operations": "alembic.operations",
        "ops": "alembic.operations",
        "ScriptDirectory": "alembic.script",
    }

    def __getattr__(name: str) -> Any:
        if name not in PLACES:
            raise AttributeError(name)
        import_module("alembic.command")
        return getattr(import_module(PLACES[name]), name)
