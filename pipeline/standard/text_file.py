"""Read a CSV file as a spreadsheet would, in any usual encoding, and refuse what is no table."""

import codecs
import csv
import io

from pipeline.core.errors import RecordError
from pipeline.standard.header import ROWS_SEARCHED, fields_named
from pipeline.standard.limits import MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, refuse
from pipeline.standard.problems import WARNING, Grid, Problem

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
BEGINNING = 100_000  # bytes in which encoding and separator are looked for
LONGEST_HEADER = 10_000  # characters
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text_file(content: bytes, name: str) -> Grid:
    """Return the rows of a CSV file.

    Args:
        content: UTF-8 or UTF-16, with or without a byte order mark, or Windows-1252; comma, semicolon or tab.
        name: Of the file, for messages.

    Raises:
        RecordError: if it is not text, not a table, or too large.

    Example:
        >>> read_text_file(b"alerts;arrests\\r\\n1;0\\r\\n", "day.csv").rows
        [['alerts', 'arrests'], ['1', '0']]
    """
    encoding = _encoding(content, name)
    try:
        separator = _separator(content, encoding)
        rows = _rows(content, encoding, separator, name)
    except UnicodeError as error:
        raise refuse(
            name, f"not text in any encoding we read ({encoding} fails)", "save it as CSV UTF-8"
        ) from error
    problems = []
    if encoding == "cp1252":
        wrong = "the file is not UTF-8; it was read as Windows-1252"
        problems.append(Problem(WARNING, "encoding", None, "", "", wrong, advice="save it as CSV UTF-8"))
    shown = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(encoding, "UTF-16")
    return Grid(rows, f"CSV, {shown}, separated by {SEPARATORS[separator]}", ragged=True, problems=problems)


def _encoding(content: bytes, name: str) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    # In UTF-16 the letters of Latin script leave every other byte nil.
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        others = content[first:BEGINNING:2]
        if others.count(0) > 0.8 * len(others) > 0:
            return encoding
    if b"\0" in content:
        raise refuse(name, "holds nil bytes, so it is not a text file", "save the table as CSV UTF-8")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _separator(content: bytes, encoding: str) -> str:
    """The separator with which the first rows name the most fields; the comma if none does."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = decoder.decode(content[:BEGINNING]).splitlines()[:ROWS_SEARCHED]

    def named(separator: str) -> int:
        rows = (line[:LONGEST_HEADER].split(separator)[:MAX_COLUMNS] for line in lines)
        return max((fields_named([cell.strip('"') for cell in row]) for row in rows), default=0)

    return max(SEPARATORS, key=named)


def _rows(content: bytes, encoding: str, separator: str, name: str) -> list[list[str]]:
    lines = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    rows, cells = [], 0
    try:
        for row in reader:
            rows.append(row)
            cells += len(row)
            if len(row) > MAX_COLUMNS:
                raise refuse(
                    name, f"row {len(rows)} has more than {MAX_COLUMNS} cells", "check the quotation marks"
                )
            if len(max(row, key=len, default="")) > MAX_CELL:
                raise refuse(
                    name, f"row {len(rows)} has a cell of more than {MAX_CELL:,} characters", "check it"
                )
            if len(rows) > MAX_ROWS or cells > MAX_CELLS:
                raise refuse(
                    name, f"more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells", "split the file by year"
                )
    except csv.Error as error:
        raise RecordError(
            name,
            f"not a readable CSV ({error})",
            row=len(rows) + 1,
            next_step="look for a quotation mark that is not closed",
        ) from error
    while rows and not any(rows[-1]):
        rows.pop()
    return rows
