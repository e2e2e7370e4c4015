"""Check a file of deployment records against the standard and say, row by row, what is wrong."""

from collections.abc import Collection
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.standard.checks import (
    blank_cells,
    breaches,
    column_faults,
    ragged_rows,
    take_out_strays,
    unknown_forces,
    values_of,
)
from pipeline.standard.fields import BY_NAME, RECOMMENDED, StandardField, names
from pipeline.standard.header import find_header, read_header
from pipeline.standard.limits import MAX_BYTES, MAX_PROBLEMS, refuse
from pipeline.standard.problems import ERROR, Grid, Problem
from pipeline.standard.report import Report
from pipeline.standard.text_file import read_text_file
from pipeline.standard.workbook import read_workbook

ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
UNKNOWN_COLUMN = StandardField("", "", "", "", "", "text", "")


def validate_file(path: Path, forces: Collection[str] | None = None) -> Report:
    """Check one CSV or XLSX file of deployment records.

    Args:
        path: The file. What it is follows from its content, not from its name.
        forces: Known force_ids; None to accept any.

    Returns:
        A report; a file that cannot be read safely gives one that says so.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise refuse(path.name, f"larger than {MAX_BYTES // 1_000_000} MB", "split the file by year")
        content = path.read_bytes()
    except OSError as error:
        return Report(path.name, refused=f"{path.name}: cannot be read ({error.strerror or 'damaged path'})")
    except RecordError as error:
        return Report(path.name, refused=str(error))
    return validate_bytes(content, path.name, forces)


def validate_bytes(content: bytes, name: str, forces: Collection[str] | None = None) -> Report:
    """Check the content of one file; as `validate_file`.

    Example:
        >>> report = validate_bytes(b"force_id,date,alerts\\nsimulated,21/11/2026,1\\n", "day.csv")
        >>> [(p.row, p.column, p.value, p.instead) for p in report.problems if p.kind == "not_readable"]
        [(2, 'date', '21/11/2026', '2026-11-21')]
    """
    try:
        return _check(_read(content, name), name, forces)
    except RecordError as error:
        return Report(
            name, refused=str(error) if error.file else f"{name}: {error.problem}; {error.next_step}"
        )


def _read(content: bytes, name: str) -> Grid:
    if len(content) > MAX_BYTES:
        raise refuse(name, f"larger than {MAX_BYTES // 1_000_000} MB", "split the file by year")
    if content.startswith(ZIP):
        return read_workbook(content, name)
    if content.startswith(OLE):
        raise refuse(
            name, "an old or protected Excel file", "save it as .xlsx without a password, or as CSV UTF-8"
        )
    if content.startswith(PDF):
        raise refuse(name, "a PDF file", "give the table from which it was made, as .xlsx or CSV UTF-8")
    return read_text_file(content, name)


def _check(grid: Grid, name: str, forces: Collection[str] | None) -> Report:
    top = find_header(grid.rows)
    columns, problems = read_header(grid.rows[top], top)
    problems = grid.problems + problems

    records = [(number, row) for number, row in enumerate(grid.rows[top + 1 :], start=top + 2) if any(row)]
    if grid.ragged:
        problems += ragged_rows(records, len(columns))
    records, strays = take_out_strays(records, columns)
    problems += strays
    if not records:
        advice = "write one row a deployment"
        problems.append(
            Problem(ERROR, "no_records", None, "", "", "there is no record in the file", advice=advice)
        )
    numbers = np.array([number for number, _ in records], dtype=np.int64)

    values = {}
    for heading, column_name, cells in zip(
        grid.rows[top], columns, _columns(records, len(columns)), strict=True
    ):
        field = BY_NAME.get(column_name, UNKNOWN_COLUMN)
        found, faulty = column_faults(field, column_name or heading, cells, numbers)
        problems += found
        if len(problems) > MAX_PROBLEMS:
            wrong = f"there are more than {MAX_PROBLEMS:,} problems; columns after this one were not checked"
            problems.append(Problem(ERROR, "too_many_problems", None, column_name or heading, "", wrong))
            break
        if column_name:
            problems += blank_cells(field, cells, numbers)
            values[column_name] = values_of(field, cells, faulty)
    if forces is not None and "force_id" in values:
        problems += unknown_forces(values["force_id"], numbers, forces)
    problems += breaches(pd.DataFrame(values), numbers)

    order = {column_name: place for place, column_name in enumerate(columns)}
    problems.sort(key=lambda found: (found.row or 0, order.get(found.column, -1), found.severity, found.kind))
    absent = tuple(field_name for field_name in names(RECOMMENDED) if field_name not in columns)
    return Report(name, grid.form, len(records), problems, absent)


def _columns(records: list[tuple[int, list[str]]], width: int) -> list[np.ndarray]:
    """Cells by column; rows too short are filled up, rows too long cut off, both having been reported."""
    by_column = list(zip_longest(*(row[:width] for _, row in records), fillvalue=""))
    by_column += [("",) * len(records)] * (width - len(by_column))
    return [np.array(cells, dtype=object) for cells in by_column]
