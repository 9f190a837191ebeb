"""An answer as a file: a workbook with numbers as numbers, or text with commas; nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import Any

import xlsxwriter

from engines.reports.pivot import Column, Sheet
from engines.reports.run import Result
from metamodel.definition import Json

#: how numbers are written in a workbook, by a measure's format
FORMATS = {"money": "#,##0.00", "percent": "0.00%", "short": "#,##0", "money_short": "#,##0.00"}
FORMULA = "=+-@\t\r"


def to_csv(result: Result) -> bytes:
    """With the mark by which spreadsheets know UTF-8."""
    told = result.sheet
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([_harmless(column.name) for column in told.columns])
    for line in told.lines:
        cells = zip(told.columns, line.cells, strict=True)
        writer.writerow([cell if column.measure else _harmless(cell) for column, cell in cells])
    return out.getvalue().encode()


def to_xlsx(result: Result, title: str) -> bytes:
    """One sheet: names fixed at the top, sums in bold. Subtotals are the database's own, not sums of what is shown."""
    told = result.sheet
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "bottom": 1})
    formats: dict[tuple[str, bool], Any] = {}

    def styled(column: Column, total: bool) -> Any:
        pattern = FORMATS.get(column.format, "General") if column.measure else "@"
        if column.measure and pattern == "General" and column.type.startswith(("number", "real")):
            pattern = "#,##0" if column.type == "number:0" else "#,##0.####"
        if (pattern, total) not in formats:
            formats[pattern, total] = book.add_format({"num_format": pattern, **({"bold": True} if total else {})})
        return formats[pattern, total]

    for at, column in enumerate(told.columns):
        page.write_string(0, at, column.name, bold)
        page.set_column(at, at, _width(told, at))
    for row, line in enumerate(told.lines, 1):
        for at, (column, cell) in enumerate(zip(told.columns, line.cells, strict=True)):
            style = styled(column, line.total)
            number = _number(column, cell)
            if number is not None:
                page.write_number(row, at, number, style)
            elif cell is not None:
                page.write_string(row, at, str(cell), style)
    page.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _number(column: Column, cell: Json) -> float | None:
    """A measure as a number; one with more digits than a sheet keeps stays a text."""
    if not column.measure or cell is None or not column.type.startswith(("number", "real")):
        return None
    digits = str(cell).replace("-", "").replace(".", "").lstrip("0")
    return float(cell) if len(digits) <= 15 else None


def _harmless(cell: Json) -> Json:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] and text[0] in FORMULA else text


def _sheet_name(title: str) -> str:
    """At most 31 characters, without those a sheet's name may not have."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31].strip() or "1"


def _width(told: Sheet, at: int) -> int:
    texts = [told.columns[at].name, *(str(line.cells[at] or "") for line in told.lines[:200])]
    return min(40, max(8, *(sum(2 if ord(letter) > 0x2E80 else 1 for letter in text) + 2 for text in texts)))
