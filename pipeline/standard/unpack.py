"""Look into a packed workbook before anything parses it: refuse what is hostile, find what a parser hides."""

import io
import re
import zipfile
import zlib
from html import unescape
from typing import NamedTuple
from xml.etree import ElementTree

from pipeline.standard.limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED,
    refuse,
)

CHUNK = 1 << 20
LONGEST = 4 << 20  # bytes between two tags, or of one cell
SMALL = 1_000_000  # bytes below which a part may be packed as tightly as it likes
BOM = b"\xef\xbb\xbf"
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")
_SHEET_DATA = re.compile(rb"<(?:\w+:)?sheetData")
# Each fast pattern finds all that the slow one after it finds, and now and then more.
_PERHAPS_NO_PLACE = re.compile(rb"<(?:\w+:)?c(?:[/>]|\s(?!r\s*=))")
_NO_PLACE = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^<>]*\sr\s*=)")
_PERHAPS_PLACE = re.compile(rb"r\s*=\s*[\"']([A-Za-z]+)([0-9]+)")
_PLACE = re.compile(  # of a cell that is not surely empty
    rb"\sr\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"'](?!(?:\s+[\w:]+=\"[^\"<>]*\")*\s*/>)"
)
_FORMULA = re.compile(  # without a value: <c r="B2"><f>...</f></c>, or an empty <v>
    rb"<(?:\w+:)?c\s[^<>]*?\br=\"([A-Z]+)([0-9]+)\"[^<>]*>\s*"
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


class Formula(NamedTuple):
    """A formula whose value was never saved: its row and column, from 1, and its text."""

    row: int
    column: int
    text: str


def inspect(content: bytes, name: str) -> dict[str, list[Formula]]:
    """Unpack every part of a workbook once, within limits, and return the formulas without a value by sheet.

    The parser makes room for all cells between the first and the last, so one cell at the far corner of a
    sheet would take all memory: how far cells stand is looked up here, in every part that could be a sheet.

    Args:
        content: The file.
        name: Of the file, for messages.

    Raises:
        RecordError: if it is no workbook, is damaged or protected, holds macros, defines XML entities, is not
            UTF-8 inside, would unpack to too much, or has cells beyond the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(parts, name)
            found = {part.filename: _inspect_part(archive, part, name) for part in parts}
            return {title: found.get(part, []) for title, part in _sheets(archive)}
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
        zlib.error,
        ElementTree.ParseError,
        KeyError,
    ) as error:
        what = "a damaged or protected workbook"
        raise refuse(name, what, "save it again as .xlsx without a password, or as CSV") from error


def _check_directory(parts: list[zipfile.ZipInfo], name: str) -> None:
    titles = [part.filename for part in parts]
    if "xl/workbook.xml" not in titles:
        raise refuse(name, "a packed file, but no Excel workbook", "save it as .xlsx or CSV UTF-8")
    if "xl/vbaProject.bin" in titles:
        raise refuse(name, "the workbook holds macros", "save it as .xlsx or CSV UTF-8, without macros")
    if len(parts) > MAX_PARTS or len(set(titles)) < len(titles):
        raise refuse(
            name, "the workbook has too many parts, or one twice", "save the table alone, as CSV UTF-8"
        )
    grown = any(part.file_size > max(SMALL, MAX_RATIO * part.compress_size) for part in parts)
    if grown or sum(part.file_size for part in parts) > MAX_UNPACKED:
        what = "the workbook would unpack to something far larger than itself"
        raise refuse(name, what, "save the table alone, as CSV UTF-8")


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The title of each sheet and the part that holds it."""
    targets = {
        element.get("Id"): "xl/" + element.get("Target", "").removeprefix("/xl/")
        for element in _parsed(archive, "xl/_rels/workbook.xml.rels")
    }
    return [
        (element.get("name", ""), targets.get(key, ""))
        for element in _parsed(archive, "xl/workbook.xml").iterfind(".//{*}sheet")
        for attribute, key in element.items()
        if attribute.endswith("}id")
    ]


def _parsed(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(part))  # noqa: S314 a part with entities was refused before


def _inspect_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> list[Formula]:
    formulas: list[Formula] = []
    far = Far(name)
    rest, is_xml, is_sheet = b"", False, False
    with archive.open(part) as file:
        while chunk := file.read(CHUNK):
            if file.tell() <= CHUNK:
                is_xml = part.filename.endswith((".xml", ".rels", ".vml")) or _begins_as_xml(chunk)
                is_utf8 = _is_utf8(chunk)
            # UTF-16 or a declared encoding would hide from the searches below.
            if is_xml and (b"\0" in chunk or not is_utf8):
                raise refuse(name, "a part of the workbook is not UTF-8", "save it again as .xlsx")
            if not is_xml:
                continue
            window, rest = _whole_tags(rest + chunk, is_sheet)
            if len(rest) > LONGEST:
                raise refuse(name, "a part of the workbook has a text without end", "save the table as CSV")
            is_sheet = _look(window, is_sheet, formulas, far)
    _look(rest, is_sheet, formulas, far)
    return formulas


def _whole_tags(window: bytes, is_sheet: bool) -> tuple[bytes, bytes]:
    """Cut after the last cell, or the last tag: nothing that is searched for holds the sign of an end."""
    end = window.rfind(b"</c>") + 4 if is_sheet else 0
    end = end if end > 4 else window.rfind(b">") + 1
    return window[:end], window[end:]


def _look(window: bytes, is_sheet: bool, formulas: list[Formula], far: "Far") -> bool:
    """Search one window, and say whether the part is a sheet."""
    if b"<!" in window and _DOCTYPE.search(window):
        what = "the workbook defines XML entities, which no table needs"
        raise refuse(far.name, what, "save it again as .xlsx")
    is_sheet = is_sheet or bool(_SHEET_DATA.search(window))
    if is_sheet:
        if _PERHAPS_NO_PLACE.search(window) and _NO_PLACE.search(window):
            what = "cells of the workbook do not say where they stand"
            raise refuse(far.name, what, "open it in a spreadsheet and save it as .xlsx or CSV")
        far.reach(window)
        if b"<f" in window or b":f" in window:
            formulas += [
                Formula(int(row), column_number(letters), unescape(text.decode("utf-8", "replace")))
                for letters, row, text in _FORMULA.findall(window)
            ]
    return is_sheet


class Far:
    """How far the cells of a sheet reach.

    Args:
        name: Of the file, for messages.
    """

    def __init__(self, name: str):
        self.name = name
        self.row = self.column = 0

    def reach(self, window: bytes) -> None:
        """Note the cells of one window.

        Raises:
            RecordError: if a cell that is not empty stands beyond the limits.
        """
        for pattern in (_PERHAPS_PLACE, _PLACE):
            places = pattern.findall(window)
            columns, rows = (set(part) for part in zip(*places, strict=True)) if places else ((), ())
            row, column = max(self.row, *map(int, rows), 0), max(self.column, *map(column_number, columns), 0)
            if row <= MAX_ROWS and column <= MAX_COLUMNS and row * column <= MAX_CELLS:
                self.row, self.column = row, column
                return
        if column > MAX_COLUMNS:
            what = f"a row has more than {MAX_COLUMNS} cells"
            raise refuse(self.name, what, "save the table alone, as CSV UTF-8")
        what = f"more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells"
        raise refuse(self.name, what, "split the file by year")


def column_number(letters: bytes) -> int:
    """Return the number of a column by its letters.

    Example:
        >>> column_number(b"A"), column_number(b"AL"), column_number(b"xfd")
        (1, 38, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _begins_as_xml(chunk: bytes) -> bool:
    return chunk.removeprefix(BOM).lstrip()[:1] == b"<"


def _is_utf8(beginning: bytes) -> bool:
    declared = _ENCODING.match(beginning.removeprefix(BOM))
    return declared is None or declared[1].lower() in (b"utf-8", b"us-ascii", b"ascii")
