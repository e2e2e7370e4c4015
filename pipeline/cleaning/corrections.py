"""Apply the correction ledger: knowledge about misprints is data, and every entry guards its own ground."""

from datetime import date

import pandas as pd

from pipeline.cleaning.columns import Unreadable, describe_row
from pipeline.cleaning.harmonise import WARN, Harmonised
from pipeline.cleaning.reference import Correction
from pipeline.schemas.fields import DEPLOYMENTS
from pipeline.schemas.warnings import WARNINGS

KINDS = {field.name: field.kind for field in DEPLOYMENTS}


def apply_corrections(
    rows: Harmonised, corrections: tuple[Correction, ...]
) -> tuple[pd.DataFrame, list[Unreadable], list[dict]]:
    """Apply each entry to the rows it names.

    Args:
        rows: Harmonised rows, with what stood in each cell.
        corrections: Entries whose locator columns all exist in the table.

    Returns:
        The corrected table, the cells still unreadable, and for each entry `id`, `rows` (rows touched), `was`
        and `now`.

    Raises:
        RecordError: if an entry names an unknown column or warning or a value of the wrong type, matches no
            row, or expects what the source does not say.
    """
    table = rows.table.copy()
    open_cells = {(cell.index, cell.column): cell for cell in rows.unreadable}
    applied = []
    for entry in corrections:
        _check_entry(entry)
        here = _rows(table, entry)
        if not here.any():
            raise entry.error(
                "matches no row", next_step="correct its locator, or delete it if the row is gone"
            )
        printed = rows.printed[entry.column] if entry.column in rows.printed else pd.Series(dtype="object")
        _check_expectation(table[here], printed.reindex(table.index)[here], entry, open_cells)
        was = table.loc[here, entry.column].iloc[0]
        if entry.action in ("override", "blank"):
            table.loc[here, entry.column] = entry.value if entry.action == "override" else pd.NA
        if entry.action != "flag":
            settled = set(table.index[here])
            open_cells = {
                key: cell
                for key, cell in open_cells.items()
                if key[0] not in settled or (entry.action != "drop" and key[1] != entry.column)
            }
        if entry.warning:
            _mark(table, here, entry.warning)
        if entry.action == "drop":
            table = table[~here]
        now = {"override": entry.value, "flag": was}.get(entry.action)
        applied.append({"id": entry.id, "rows": int(here.sum()), "was": _plain(was), "now": _plain(now)})
    return table, list(open_cells.values()), applied


def _check_entry(entry: Correction) -> None:
    for column in (entry.column, entry.expect.get("equals_column", entry.column)):
        if column not in KINDS or column == "deployment_id":
            raise entry.error("unknown column", column, "use a column of deployments.csv other than its key")
    if entry.warning is not None and entry.warning not in WARNINGS:
        raise entry.error("unknown warning", entry.warning, "use a word of pipeline/schemas/warnings.py")
    if entry.action == "override" and not _has_type(entry.value, KINDS[entry.column]):
        raise entry.error(f"{entry.column} takes a value of type {KINDS[entry.column]}", entry.value)


def _has_type(value: object, kind: str) -> bool:
    if kind == "date":
        try:
            return isinstance(value, str) and bool(date.fromisoformat(value))
        except ValueError:
            return False
    expected = {"text": str, "integer": int, "number": (int, float)}[kind]
    return isinstance(value, expected) and not isinstance(value, bool)


def _rows(table: pd.DataFrame, entry: Correction) -> pd.Series:
    locator = {
        "deployment_id": entry.deployment_id,
        "source_id": entry.source_id,
        "source_page": entry.page,
        "source_row": entry.row,
        "location": entry.location,
    }
    rows = pd.Series(True, index=table.index)
    for column, value in locator.items():
        if value is not None:
            rows &= (table[column] == value).fillna(False).astype(bool)
    # A date that cannot be read is missing here; its own error comes later.
    return rows & (table["date"].fillna("") >= entry.date_from) if entry.date_from else rows


def _check_expectation(rows: pd.DataFrame, printed: pd.Series, entry: Correction, unreadable: dict) -> None:
    """Fail if the source no longer says what the entry corrects."""
    cells = rows[entry.column]
    ((test, expected),) = entry.expect.items()
    if test == "printed":
        holds = printed == expected
    elif test == "blank":
        readable = [(index, entry.column) not in unreadable for index in cells.index]
        holds = cells.isna() & pd.Series(readable, index=cells.index)
    elif test == "equals_column":
        holds = (cells == rows[expected]).fillna(False)
    else:
        holds = (cells == expected).fillna(False)
    if not holds.all():
        at = holds.astype(bool).idxmin()
        found = _plain(cells[at] if pd.isna(printed[at]) else printed[at])
        file, where = describe_row(rows.loc[at])
        raise entry.error(
            f"{entry.column} should be {_in_words(test, expected)}, but {file} row {where} says",
            "nothing" if found in (None, "") else found,
            "if the publisher fixed it or rows moved, amend or delete the entry",
        )


def _in_words(test: str, expected: object) -> str:
    return {"blank": "blank", "equals_column": f"the same as {expected}"}.get(test, f'"{expected}"')


def _mark(table: pd.DataFrame, rows: pd.Series, word: str) -> None:
    before = table[WARN + word].fillna(False).astype(bool) if WARN + word in table else False
    table[WARN + word] = before | rows


def _plain(value: object) -> object:
    """A value that JSON can hold."""
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
