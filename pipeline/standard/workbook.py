"""Read the table of an Excel workbook (XLSX) without trusting it."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.core.errors import RecordError
from pipeline.standard.header import FEWEST_NAMES, ROWS_SEARCHED, fields_named
from pipeline.standard.limits import refuse
from pipeline.standard.problems import ERROR, WARNING, Grid, Problem
from pipeline.standard.unpack import Formula, inspect


def read_workbook(content: bytes, name: str) -> Grid:
    """Return the rows of the sheet whose header names the fields of the standard, or of the first sheet.

    Every part is unpacked and searched within limits before the parser sees it, see `unpack`. Macros, links
    and formulas are never run; a formula counts as the value last saved.

    Args:
        content: The file.
        name: Of the file, for messages.

    Raises:
        RecordError: if it is no XLSX workbook, damaged, protected, hostile or too large.
    """
    formulas = inspect(content, name)
    try:
        return _read(content, name, formulas)
    except RecordError:
        raise
    except Exception as error:  # a damaged part may be anything
        what = f"not a readable workbook ({type(error).__name__})"
        raise refuse(name, what, "open it in a spreadsheet and save it as .xlsx or CSV") from error


def _read(content: bytes, name: str, formulas: dict[str, list[Formula]]) -> Grid:
    import python_calamine  # a CSV does not need it

    book = python_calamine.load_workbook(io.BytesIO(content))
    titles = [
        sheet.name for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    if not titles:
        raise refuse(name, "the workbook has no sheet with cells", "save the table as CSV UTF-8")
    sheets = [book.get_sheet_by_name(title) for title in titles]
    starts = [_rows(sheet, ROWS_SEARCHED) for sheet in sheets]
    named = [max((fields_named(row) for row in rows), default=0) for rows in starts]
    chosen = named.index(max(named)) if max(named) >= FEWEST_NAMES else 0
    rows = _rows(sheets[chosen])

    other = "another sheet of the workbook was not read"
    merge = "cells are merged, and only the first has a value"
    unsaved = "is a formula whose value was never saved"
    validate_it = "validate it by itself if it holds records"
    save = "open the file in a spreadsheet and save it, or write the value"
    problems = [
        Problem(WARNING, "sheet_not_read", None, "", title, other, advice=validate_it)
        for place, title in enumerate(titles)
        if place != chosen and any(any(row) for row in starts[place])
    ]
    problems += [
        Problem(
            ERROR, "merged_cells", None, "", _range(*ends), merge, advice="unmerge them and fill every cell"
        )
        for ends in sheets[chosen].merged_cell_ranges or ()
    ]
    problems += [
        Problem(ERROR, "formula", row, f"column {column}", text, unsaved, advice=save)
        for row, column, text in formulas.get(titles[chosen], ())
    ]
    while rows and not any(rows[-1]):
        rows.pop()
    return Grid(rows, f'workbook, sheet "{titles[chosen]}"', ragged=False, problems=problems)


def _rows(sheet: Any, most: int | None = None) -> list[list[str]]:
    """The rows from the first of the sheet on, each without the blank cells at its end."""
    rows = [list(map(_text, row)) for row in sheet.to_python(skip_empty_area=False, nrows=most)]
    for row in rows:
        while row and not row[-1]:
            row.pop()
    return rows


def _range(first: tuple[int, int], last: tuple[int, int]) -> str:
    """Name merged cells as a spreadsheet does.

    Example:
        >>> _range((1, 3), (2, 3))
        'D2:D3'
    """
    return ":".join(f"{_letters(column)}{row + 1}" for row, column in (first, last))


def _letters(column: int) -> str:
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def _text(value: object) -> str:
    """A cell as a person would type it: days and times in ISO form, numbers without trailing zeros."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S").removesuffix(":00")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return value.isoformat() if isinstance(value, date) else str(value)
