"""What reads a file of rows: the contract of a reader, what is found out about a file first, and its rows in chunks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from metamodel.definition import definition
from metamodel.errors import Invalid
from metamodel.issues import Issue
from metamodel.kinds import Kind

#: letters of one cell; what is longer is no value of a field but a file in a cell
LONGEST_CELL = 1_000_000
MOST_COLUMNS = 1_000


@definition
class Format:
    """How a file is to be read: found out once, kept with the run, so that a resumed run reads the same rows."""

    kind: str
    encoding: str = ""
    separator: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    columns: tuple[str, ...] = ()
    rows: int = 0


class Reader(Kind):
    """One sort of file. `endings` are those of the names it answers to."""

    Config = Format
    endings: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def examine(self, path: Path, sheet: str = "") -> Format:
        """How the file is to be read; a file that is broken, or isn't what its name says, is refused."""

    @abstractmethod
    def rows(self, path: Path, format: Format) -> Iterator[Sequence[str]]:
        """All rows as text, the one with the column names first; a blank cell is empty text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows column by column, each with the number people see beside it; `ragged` rows are kept out of them.

    `read` counts every row taken from the file, the blank ones too: where the next chunk begins.
    """

    numbers: Sequence[int]
    columns: list[Sequence[str]]
    ragged: list[tuple[int, Sequence[str], Issue]]
    read: int

    def row(self, position: int) -> list[str]:
        """The cells of one row, as they stood in the file."""
        return [column[position] for column in self.columns]


def chunks(
    reader: Reader, path: Path, format: Format, size: int | Callable[[], int], skip: int = 0
) -> Iterator[Chunk]:
    """The rows below the column names after the first `skip`, `size` at a time; it may be asked anew for each chunk."""
    rows = reader.rows(path, format)
    width = len(format.columns)
    next(rows, None)
    read = skip
    if skip:
        next(islice(rows, skip - 1, skip), None)
    while found := list(islice(rows, size if isinstance(size, int) else size())):
        yield _chunk(found, read, width)
        read += len(found)


def _chunk(rows: list[Sequence[str]], before: int, width: int) -> Chunk:
    # Row 1 holds the names, so the first row of data is row 2.
    numbers: Sequence[int] = range(before + 2, before + 2 + len(rows))
    read = len(rows)
    ragged: list[tuple[int, Sequence[str], Issue]] = []
    if set(map(len, rows)) != {width} or not all(map(any, rows)):
        kept: list[Sequence[str]] = []
        kept_numbers: list[int] = []
        for number, row in zip(numbers, rows, strict=True):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) > width and not any(row[width:]):
                row = row[:width]
            if len(row) == width:
                kept.append(row)
                kept_numbers.append(number)
            else:
                arguments = {"found": len(row), "wanted": width}
                ragged.append((number, row, Issue(code="exchange.ragged", arguments=arguments)))
        rows, numbers = kept, kept_numbers
    columns: list[Sequence[str]] = list(zip(*rows, strict=True)) if rows else [()] * width
    return Chunk(numbers=numbers, columns=columns, ragged=ragged, read=read)


def column_names(row: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns: trimmed, nameless ones numbered, equal ones told apart."""
    cells = [" ".join(cell.split()) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    if not cells:
        raise Invalid(Issue(code="exchange.no_columns"))
    if len(cells) > MOST_COLUMNS:
        raise Invalid(Issue(code="exchange.too_many_columns", arguments={"found": len(cells), "limit": MOST_COLUMNS}))
    found: list[str] = []
    for index, cell in enumerate(cells):
        name = stem = cell[:200] or f"#{index + 1}"
        count = 1
        while name in found:
            count += 1
            name = f"{stem} ({count})"
        found.append(name)
    return tuple(found)


def not_what_it_says(name: str) -> Invalid:
    """The refusal of a file whose content is of another sort than its name."""
    return Invalid(Issue(code="file.not_what_it_says", arguments={"name": name}))


def sample(reader: Reader, path: Path, format: Format, size: int) -> list[Sequence[str]]:
    """The first cells of each column, for proposals."""
    for chunk in chunks(reader, path, format, size):
        return chunk.columns
    return [()] * len(format.columns)


def format_json(format: Format) -> dict[str, Any]:
    """What a wizard shows of a format."""
    return {
        "kind": format.kind,
        "encoding": format.encoding,
        "separator": format.separator,
        "sheets": list(format.sheets),
        "sheet": format.sheet,
        "rows": format.rows,
    }
