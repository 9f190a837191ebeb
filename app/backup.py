"""Backup and restore of the embedded installation: one file that holds database, jobs, files and secret."""

from __future__ import annotations

import argparse
import io
import json
import sqlite3
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from app.config import Settings, WrongSetting
from engines.database import Workspace

DATABASES = ("dougong.sqlite", "jobs.sqlite")


def add_backup_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs with their arguments."""
    verb = verbs.add_parser("backup", help="everything of the embedded installation in one file; it may be running")
    verb.add_argument("path", type=Path)
    verb.set_defaults(run=backup)
    verb = verbs.add_parser("restore", help="a backup into an empty DATA_DIR")
    verb.add_argument("path", type=Path)
    verb.set_defaults(run=restore)


def backup(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Copy the databases page by page by SQLite itself, so that a running installation gives a whole picture."""
    if workspace.dialect != "sqlite":
        raise WrongSetting(
            "This installation keeps its data in PostgreSQL: back it up with pg_dump, and DATA_DIR beside it."
        )
    folder = settings.data_dir
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(chosen.path, "w:gz") as archive:
        for name in DATABASES:
            if (folder / name).exists():
                copy = Path(scratch) / name
                with sqlite3.connect(folder / name) as source, sqlite3.connect(copy) as target:
                    source.backup(target)
                archive.add(copy, name)
        for name in ("files", "secret"):
            if (folder / name).exists():
                archive.add(folder / name, name)
        told = json.dumps({"at": datetime.now(UTC).isoformat(), "format": 1}).encode()
        head = tarfile.TarInfo("backup.json")
        head.size = len(told)
        archive.addfile(head, io.BytesIO(told))
    print(f"{chosen.path}: {chosen.path.stat().st_size / 1e6:,.1f} MB")


def restore(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Unpack a backup where nothing is yet."""
    folder = settings.data_dir
    workspace.close()
    made = {"secret", *(f"{name}{tail}" for name in DATABASES for tail in ("", "-wal", "-shm"))}
    if folder.exists() and any(path.name not in made or path.stat().st_size > 100 for path in folder.iterdir()):
        raise WrongSetting(f"{folder} is not empty. Choose another one: DATA_DIR=… dougong restore {chosen.path}")
    try:
        with tarfile.open(chosen.path) as archive:
            if "backup.json" not in archive.getnames():
                raise WrongSetting(f"{chosen.path} is no backup of this program.")
            for name in made:
                (folder / name).unlink(missing_ok=True)
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, FileNotFoundError) as error:
        raise WrongSetting(f"{chosen.path} can't be read as a backup: {error}") from error
    print(f"restored into {folder}")
