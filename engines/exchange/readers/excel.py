"""Workbooks: the sheets of xlsx, xls and ods files, each cell as the text a person would have typed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from engines.exchange.reader import LONGEST_CELL, Format, Reader, column_names, not_what_it_says
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue, nearest

#: bytes a workbook may unpack to: a sheet is held in memory, and a small zip can hold a very large one
LARGEST = 1 << 30
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Excel(Reader):
    """Workbooks: the sheets of xlsx, xls and ods files."""

    kind = "excel"
    endings = (".xlsx", ".xlsm", ".xls", ".ods")

    def examine(self, path: Path, sheet: str = "") -> Format:
        """The sheets, and the columns of the one chosen (the first that holds something when none is)."""
        workbook = _open(path)
        names = tuple(workbook.sheet_names)
        if sheet and sheet not in names:
            raise NotFound(Issue(code="exchange.no_sheet", arguments={"name": sheet, "nearest": nearest(sheet, names)}))
        for name in (sheet,) if sheet else names:
            found = _rows(workbook, name)
            first = next(found, None)
            if first is not None:
                rows = sum(1 for _ in found)
                return Format(kind=self.kind, sheets=names, sheet=name, columns=column_names(first), rows=rows)
        raise Invalid(Issue(code="exchange.empty"))

    def rows(self, path: Path, format: Format) -> Iterator[Sequence[str]]:
        """The rows of the sheet from the first that is not blank."""
        width = len(format.columns)
        for row in _rows(_open(path), format.sheet):
            # A sheet is as wide as its widest row: the cells beyond the names are blank, or they are told as ragged.
            yield row if len(row) <= width or any(row[width:]) else row[:width]


def _open(path: Path) -> Any:
    with path.open("rb") as file:
        head = file.read(8)
    if not head.startswith((ZIP, OLE)):
        raise not_what_it_says(path.name)
    try:
        if head.startswith(ZIP):
            with zipfile.ZipFile(path) as archive:
                if sum(item.file_size for item in archive.infolist()) > LARGEST:
                    raise Invalid(Issue(code="exchange.too_large", arguments={"limit": LARGEST >> 20}))
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, zipfile.BadZipFile) as error:
        raise not_what_it_says(path.name) from error


def _rows(workbook: Any, name: str) -> Iterator[list[str]]:
    begun = False
    try:
        for number, row in enumerate(workbook.get_sheet_by_name(name).iter_rows(), 1):
            cells = [cell if type(cell) is str else _text(cell) for cell in row]
            begun = begun or any(cells)
            if begun:
                if any(len(cell) > LONGEST_CELL for cell in cells):
                    arguments = {"limit": LONGEST_CELL, "row": number}
                    raise Invalid(Issue(code="exchange.cell_too_large", arguments=arguments))
                yield cells
    except python_calamine.CalamineError as error:
        raise Invalid(Issue(code="exchange.not_table", arguments={"row": 0})) from error


def _text(cell: Any) -> str:
    """A cell as it would be typed; numbers with the fifteen digits a sheet shows, without a trailing .0."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return format(cell, ".15g") if abs(cell) < 1e15 else format(cell, "f").rstrip("0").rstrip(".")
        case datetime():
            return cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(int(cell.total_seconds()))
        case _:
            return str(cell).replace("\0", "")
