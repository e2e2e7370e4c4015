"""The checks of a table, each a pure function: cells in, problems out.

A record is its row number in the file, from 1, and its cells. Every different cell of a column is judged
once, so that a hundred thousand rows take seconds.
"""

from collections.abc import Collection
from difflib import get_close_matches

import numpy as np
import pandas as pd

from pipeline.standard.cells import find_fault, read_value
from pipeline.standard.fields import CORE, REQUIRED, StandardField, names
from pipeline.standard.problems import ERROR, WARNING, Problem
from pipeline.standard.rules import RULES, Rule

Record = tuple[int, list[str]]

TOTALS = ("total", "totals", "sum", "grand total", "subtotal", "average", "mean", "all")
SIMULATED = "simulated"  # forces of made-up records begin with it
GUESSED = 100  # unknown forces for which a known one is proposed
ROWS_NAMED = 5  # rows that a message about many blank cells names


def ragged_rows(records: list[Record], width: int) -> list[Problem]:
    """Rows whose number of cells is not that of the header.

    Example:
        >>> [problem.wrong for problem in ragged_rows([(2, ["a", "b", "c"])], 2)]
        ['has 3 cells where the header has 2']
    """
    advice = "put a text that holds the separator in quotation marks, and give every column its cell"
    return [
        Problem(
            ERROR,
            "ragged_row",
            number,
            "",
            "",
            f"has {len(row)} cells where the header has {width}",
            advice=advice,
        )
        for number, row in records
        if len(row) != width
    ]


def take_out_strays(records: list[Record], columns: list[str]) -> tuple[list[Record], list[Problem]]:
    """Part the rows that are no deployments, totals and notes, from the others; each makes one problem.

    Args:
        records: The rows below the header.
        columns: Field of each column.
    """
    keys = [place for place, name in enumerate(columns) if name in names(REQUIRED)]
    kept, problems = [], []
    for number, row in records:
        is_last = number == records[-1][0]
        if stray := _stray(row, keys, len(columns), is_last):
            first = next(cell for cell in row if cell)
            problems.append(Problem(ERROR, stray[0], number, "", first, stray[1], advice="delete the row"))
        else:
            kept.append((number, row))
    return kept, problems


def _stray(row: list[str], keys: list[int], width: int, is_last: bool) -> tuple[str, str] | None:
    filled = [cell.strip() for cell in row if cell.strip()]
    if len(filled) <= 1 and width > 2:
        return "note_row", "holds one cell, so it is a note and no deployment"
    named = filled and filled[0].casefold().rstrip(":") in TOTALS
    anonymous = keys and not any(row[place].strip() for place in keys if place < len(row))
    if named or (anonymous and is_last):
        return "total_row", "looks like a row of totals and not a deployment"
    return None


def column_faults(
    field: StandardField, name: str, cells: np.ndarray, numbers: np.ndarray
) -> tuple[list[Problem], np.ndarray]:
    """Judge the cells of one column.

    Args:
        field: The field of the column.
        name: The name to put into messages.
        cells: Text.
        numbers: Row of each cell in the file.

    Returns:
        The problems, and for each cell whether it has one. Blank cells have none here.
    """
    codes, different = pd.factorize(cells)
    faults = [find_fault(field, cell) if cell else None for cell in different]
    faulty = np.array([fault is not None for fault in faults], dtype=bool)[codes]
    problems = [
        Problem(ERROR, faults[code].kind, int(number), name, different[code], *faults[code][1:])
        for number, code in zip(numbers[faulty], codes[faulty], strict=True)
    ]
    return problems, faulty


def values_of(field: StandardField, cells: np.ndarray, faulty: np.ndarray) -> pd.Series:
    """Values of one column: floats for numbers, else text; missing where the cell is blank or at fault."""
    codes, different = pd.factorize(np.where(faulty, "", cells))
    dtype = "float64" if field.kind in ("integer", "number") else "str"
    values = pd.Series([read_value(field, cell) for cell in different], dtype=dtype)
    return values.take(codes).reset_index(drop=True)


def blank_cells(field: StandardField, cells: np.ndarray, numbers: np.ndarray) -> list[Problem]:
    """A blank required cell is an error of its row; all blank cells of a core column are one warning."""
    blank = numbers[cells == ""]
    if field.level == REQUIRED:
        advice = f"write it in the form {field.example}"
        return [Problem(ERROR, "blank", int(row), field.name, "", "is blank", advice=advice) for row in blank]
    if field.level != CORE or not len(blank):
        return []
    rows = ", ".join(map(str, blank[:ROWS_NAMED])) + (" ..." if len(blank) > ROWS_NAMED else "")
    zero = "write 0 where it is zero" if field.kind == "integer" else ""
    wrong = f"is blank in {len(blank):,} of {len(cells):,} records (rows {rows}), so it was not recorded"
    return [Problem(WARNING, "not_recorded", None, field.name, "", wrong, advice=zero)]


def unknown_forces(values: pd.Series, numbers: np.ndarray, forces: Collection[str]) -> list[Problem]:
    """Forces that nobody knows; those of simulated records are let pass."""
    unknown = values.notna() & ~values.isin(list(forces)) & ~values.str.startswith(SIMULATED, na=False)
    near = {force: _nearest(force, forces) for force in values[unknown].unique()[:GUESSED]}
    return [
        Problem(
            ERROR,
            "unknown_force",
            int(number),
            "force_id",
            force,
            "is no force_id of forces.csv",
            near.get(force, ""),
        )
        for number, force in zip(numbers[unknown], values[unknown], strict=True)
    ]


def _nearest(force: str, forces: Collection[str]) -> str:
    begins = [known for known in sorted(forces) if known.startswith(force)]
    near = begins[:1] or get_close_matches(force[:80], sorted(forces), n=1)
    return near[0] if near else ""


def breaches(table: pd.DataFrame, numbers: np.ndarray) -> list[Problem]:
    """Rows that break a rule between fields; rules about columns that the table lacks are left out.

    Args:
        table: Values by field, see `values_of`.
        numbers: Row of each record in the file.
    """
    return [
        problem
        for rule in RULES
        if set(rule.columns) <= set(table.columns)
        for problem in _breaches_of(rule, table, numbers)
    ]


def _breaches_of(rule: Rule, table: pd.DataFrame, numbers: np.ndarray) -> list[Problem]:
    broken = rule.broken(table).to_numpy(dtype=bool)
    if not broken.any():
        return []
    rows = table.loc[broken, list(rule.columns)].itertuples(index=False)
    words = table["warnings"][broken].fillna("") if "warnings" in table else [""] * broken.sum()
    return [
        Problem(
            WARNING if rule.excused_by and rule.excused_by in listed.split(";") else rule.severity,
            rule.name,
            int(number),
            rule.columns[0],
            _shown(row[0]),
            f"breaks the rule: {rule.must} Here {_listed(rule.columns, row)}",
            advice=rule.advice,
        )
        for number, row, listed in zip(numbers[broken], rows, words, strict=True)
    ]


def _listed(columns: tuple[str, ...], row: tuple) -> str:
    return ", ".join(
        f"{name} is {_shown(value) or 'blank'}" for name, value in zip(columns, row, strict=True)
    )


def _shown(value: object) -> str:
    """A value as it stood in the file, near enough."""
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.10g}"
    return str(value)
