"""The file of the rejected rows: as they were, each with its number and the reasons, to be mended and tried again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from engines.exchange.convert import harmless
from metamodel.issues import Issue, wording

HEADS = {"zh-CN": ("行号", "原因"), "en": ("Row", "Reason")}


class Rejects:
    """Written as the run goes; `size` is kept with each checkpoint, so that what was written after it is cut off."""

    def __init__(self, path: Path, columns: Sequence[str], locale: str, size: int) -> None:
        self.path, self.locale, self.width = path, locale, len(columns)
        if size:
            with path.open("r+b") as file:
                file.truncate(size)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes("\ufeff".encode() + _line([*map(harmless, columns), *HEADS.get(locale, HEADS["en"])]))
        self.size = path.stat().st_size

    def add(self, rows: Sequence[tuple[int, Sequence[str], Sequence[Issue]]]) -> None:
        """More rows, each with its number and reasons."""
        if not rows:
            return
        block = b"".join(
            # A row that is too short is filled up: number and reasons stand below their heads.
            _line([*map(harmless, cells), *[""] * (self.width - len(cells)), str(number), reasons(issues, self.locale)])
            for number, cells, issues in rows
        )
        with self.path.open("ab") as file:
            file.write(block)
        self.size += len(block)

    def cut(self, size: int) -> None:
        """Forget what was added beyond a size."""
        with self.path.open("r+b") as file:
            file.truncate(size)
        self.size = size


def reasons(issues: Sequence[Issue], locale: str) -> str:
    """What is wrong with a row, in one cell."""
    said = dict.fromkeys(
        f"{issue.path[0]}: {wording(issue, locale)[0]}" if issue.path else wording(issue, locale)[0] for issue in issues
    )
    return "; ".join(said)


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
