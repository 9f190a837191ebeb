"""Alembic's entrance: every table of the house is gathered, and the caller's transaction is used as it is."""

from __future__ import annotations

import importlib
from pathlib import Path

from alembic import context

import engines
from engines.database import platform

# A module that declares a table of the house says `platform` on a line of its own, inside `sa.Table(...)`.
ENGINES = Path(next(iter(engines.__path__)))
for file in sorted(ENGINES.rglob("*.py")):
    if "\n    platform,\n" in file.read_text("utf-8"):
        importlib.import_module(".".join(("engines", *file.relative_to(ENGINES).with_suffix("").parts)))

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=platform,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
