"""Text with separators: UTF-8 or GB18030, the separator found by itself, read as a stream with cells of a sane size."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from engines.exchange.reader import LONGEST_CELL, Format, Reader, column_names, not_what_it_says
from metamodel.errors import Invalid
from metamodel.issues import Issue

BLOCK = 1 << 20
#: bytes without a line's end after which a file is taken for no table; above it a line would have to fit in memory
LONGEST_LINE = 16 << 20
SAMPLE = 64 * 1024
SEPARATORS = (",", ";", "\t", "|")
#: beginnings of files that are something else, whatever their name
FOREIGN = (b"PK\x03\x04", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"MZ")


class Csv(Reader):
    """Text with separators: UTF-8 or GB18030, the separator found by itself."""

    kind = "csv"
    endings = (".csv", ".txt", ".tsv")

    def examine(self, path: Path, sheet: str = "") -> Format:
        """One pass over the bytes: sort, encoding and lines are known before anything is made of the content."""
        with path.open("rb") as file:
            head = file.read(SAMPLE)
        if head.startswith(FOREIGN):
            raise not_what_it_says(path.name)
        if not head.strip():
            raise Invalid(Issue(code="exchange.empty"))
        encoding, lines = _encoding(path, head)
        text = head.decode(encoding, "ignore")
        separator = _separator(text)
        format = Format(kind=self.kind, encoding=encoding, separator=separator)
        columns = column_names(next(self.rows(path, format), []))
        return Format(kind=self.kind, encoding=encoding, separator=separator, columns=columns, rows=max(0, lines - 1))

    def rows(self, path: Path, format: Format) -> Iterator[Sequence[str]]:
        """The rows; a cell beyond the limit ends the reading with the number of its row."""
        csv.field_size_limit(LONGEST_CELL)
        with path.open(encoding=format.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=format.separator)
            try:
                yield from reader
            except csv.Error as error:
                code = "exchange.cell_too_large" if "field limit" in str(error) else "exchange.not_table"
                arguments = {"row": reader.line_num, "limit": LONGEST_CELL}
                raise Invalid(Issue(code=code, arguments=arguments)) from error


def _encoding(path: Path, head: bytes) -> tuple[str, int]:
    """The encoding that reads the whole file without a fault, and how many lines there are."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", _sound(path, "utf-16", utf16=True)[1]
    utf8 = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    place, lines = _sound(path, utf8)
    if place is None:
        return utf8, lines
    other, lines = _sound(path, "gb18030")
    if other is None:
        return "gb18030", lines
    raise Invalid(Issue(code="exchange.encoding", arguments={"place": place}))


def _sound(path: Path, encoding: str, *, utf16: bool = False) -> tuple[int | None, int]:
    """The byte at which a file stops being text of this encoding (None: nowhere), and its number of lines."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, since, read, last = 0, 0, 0, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if not utf16 and b"\0" in block:
                raise Invalid(Issue(code="exchange.not_text"))
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return read + error.start, lines
            ends = block.count(b"\n") or block.count(b"\r")
            lines += ends
            since = 0 if ends else since + len(block)
            if since > LONGEST_LINE:
                raise Invalid(
                    Issue(code="exchange.cell_too_large", arguments={"row": lines + 1, "limit": LONGEST_CELL})
                )
            read += len(block)
            last = block
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return read, lines
    return None, lines + (not last.endswith((b"\n", b"\r", b"\n\0")))


def _separator(text: str) -> str:
    """The sign that cuts the first lines into the same number of cells, more than one; a comma where none does."""
    csv.field_size_limit(LONGEST_CELL)
    whole = text.rpartition("\n")[0] or text
    best, most = ",", 0.0
    for sign in SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(whole.splitlines(keepends=True), delimiter=sign) if row)
        except csv.Error:
            continue
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        score = count / widths.total() * min(width, 50)
        if width > 1 and score > most:
            best, most = sign, score
    return best
