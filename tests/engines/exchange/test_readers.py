"""Files as they come: encodings, separators, workbooks, and all the ways in which they are broken."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from engines.exchange.reader import LONGEST_CELL, chunks
from engines.runtime.imports import reader_of
from metamodel.errors import Refusal


def read(path: Path, size: int = 100, skip: int = 0, sheet: str = ""):
    reader = reader_of(path.name)
    format = reader.examine(path, sheet)
    return format, list(chunks(reader, path, format, size, skip))


def written(folder: Path, content: bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


GOOD = [
    ("plain", "名称,数量\n苹果,1\n梨,2\n".encode(), "utf-8", ","),
    ("mark", "\ufeff名称,数量\n苹果,1\n梨,2\n".encode(), "utf-8-sig", ","),
    ("gb18030", "名称;数量\n苹果;1\n梨;2\n".encode("gb18030"), "gb18030", ";"),
    ("utf-16", "名称\t数量\n苹果\t1\n梨\t2\n".encode("utf-16"), "utf-16", "\t"),
    ("pipes", "名称|数量\r\n苹果|1\r\n梨|2".encode(), "utf-8", "|"),
    ("old mac", "名称,数量\r苹果,1\r梨,2\r".encode(), "utf-8", ","),
]


@pytest.mark.parametrize(("content", "encoding", "separator"), [one[1:] for one in GOOD], ids=[one[0] for one in GOOD])
def test_encoding_and_separator_are_found(tmp_path: Path, content: bytes, encoding: str, separator: str) -> None:
    format, found = read(written(tmp_path, content))
    assert (format.encoding, format.separator, format.columns, format.rows) == (encoding, separator, ("名称", "数量"), 2)
    assert found[0].columns == [("苹果", "梨"), ("1", "2")]


def test_quotation_marks_hold_separators_and_lines(tmp_path: Path) -> None:
    _, found = read(written(tmp_path, b'a,b\n"x,1","line 1\nline 2"\n"say ""hi""",y\n'))
    assert found[0].columns == [("x,1", 'say "hi"'), ("line 1\nline 2", "y")]


def test_ragged_rows_are_told_and_blank_ones_left_out(tmp_path: Path) -> None:
    _, found = read(written(tmp_path, b"a,b\n1,2\n\n3\n4,5,6\n7,8,,\n , \n9,10\n"))
    (chunk,) = found
    assert chunk.columns == [("1", "7", "9"), ("2", "8", "10")]
    assert list(chunk.numbers) == [2, 6, 8]
    assert [(number, issue.code) for number, _, issue in chunk.ragged] == [(4, "exchange.ragged"), (5, "exchange.ragged")]


def test_reading_goes_on_anywhere(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n" + b"".join(b"%d\n" % number for number in range(10)))
    _, found = read(path, size=4, skip=3)
    assert [list(chunk.numbers) for chunk in found] == [[5, 6, 7, 8], [9, 10, 11]]
    assert found[0].columns == [("3", "4", "5", "6")]


def test_columns_have_names_of_their_own(tmp_path: Path) -> None:
    format, _ = read(written(tmp_path, b"a,,a, b  c ,\n1,2,3,4,5\n"))
    assert format.columns == ("a", "#2", "a (2)", "b c")


BAD = [
    ("empty", b"", "a.csv", "exchange.empty"),
    ("only blank", b"  \n ", "a.csv", "exchange.empty"),
    ("no names", b",,\n1,2,3\n", "a.csv", "exchange.no_columns"),
    ("neither encoding", b"caf\xe9,1\n\xff\xff\xff,2\n", "a.csv", "exchange.encoding"),
    ("a picture", b"\x89PNG\r\n\x1a\n0000", "a.csv", "file.not_what_it_says"),
    ("a workbook called csv", b"PK\x03\x04....", "a.csv", "file.not_what_it_says"),
    ("a program", b"a,b\n\0\0\0\0", "a.csv", "exchange.not_text"),
    ("text called workbook", b"a,b\n1,2\n", "a.xlsx", "file.not_what_it_says"),
    ("a broken zip", b"PK\x03\x04broken", "a.xlsx", "file.not_what_it_says"),
    ("a broken old workbook", b"\xd0\xcf\x11\xe0broken", "a.xls", "file.not_what_it_says"),
    ("a large cell", b'a,b\n"' + b"x" * (LONGEST_CELL + 1) + b'",1\n', "a.csv", "exchange.cell_too_large"),
    ("an endless quotation", b'a,b\n"x,1\n' + b"2,3\n" * 400_000, "a.csv", "exchange.cell_too_large"),
    ("many columns", b",".join(b"c%d" % number for number in range(1200)), "a.csv", "exchange.too_many_columns"),
    ("a letter", b"Dear all", "a.docx", "exchange.unknown_kind"),
]


@pytest.mark.parametrize(("content", "name", "code"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_what_cannot_be_read_is_refused_clearly(tmp_path: Path, content: bytes, name: str, code: str) -> None:
    path = written(tmp_path, content, name)
    with pytest.raises(Refusal) as refused:
        read(path)
    (issue,) = refused.value.issues
    assert issue.code == code
    for locale in ("zh-CN", "en"):
        assert issue.to_json(locale)["message"] not in ("", code)


def test_a_cell_of_two_hundred_megabytes_never_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,")
        for _ in range(200):
            file.write(b"x" * (1 << 20))
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.issues[0].code == "exchange.cell_too_large"


def test_sheets_are_read_as_people_see_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("空")
        sheet = book.add_worksheet("数据")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["电话", "金额", "日期", "时间", "是否"])
        sheet.write_row(1, 0, [13800138000, 0.1 + 0.2])
        sheet.write_datetime(1, 2, date(2026, 11, 22), day)
        sheet.write_datetime(1, 3, datetime(2026, 11, 22, 10, 30), moment)  # noqa: DTZ001
        sheet.write_boolean(1, 4, True)
    format, (chunk,) = read(path)
    assert format.sheets == ("空", "数据") and format.sheet == "数据" and format.rows == 1
    assert chunk.row(0) == ["13800138000", "0.3", "2026-11-22", "2026-11-22 10:30:00", "true"]
    with pytest.raises(Refusal):
        read(path, sheet="数锯")
