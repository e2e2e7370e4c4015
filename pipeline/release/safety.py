"""Refuse what a table for others may not hold: undescribed columns, formulas, addresses that run a script."""

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.schemas.field import Field

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs a cell that begins with one of these
WEB = ("https://", "http://")


def refuse_unfit(table: pd.DataFrame, name: str, fields: tuple[Field, ...]) -> None:
    """Raise unless a table is fit to be handed out.

    Args:
        table: Every cell text; blank is the empty string.
        name: Name of the table; the message names `<name>.csv` and the row, the header being row 1.
        fields: Its columns in order.

    Raises:
        RecordError: if columns differ from `fields`, if a text cell would run as a formula when opened in a
            spreadsheet, or if a cell of a column ending in `_url` is not a web address.

    Example:
        >>> place = Field("location", "", "text", "")
        >>> refuse_unfit(pd.DataFrame({"location": ["=1+1"]}), "places", (place,))
        Traceback (most recent call last):
        pipeline.core.errors.RecordError: places.csv row 2: location would run as a formula: "=1+1"; correct \
it in data/reference/corrections.yaml, or where it was collected
    """
    expected = [field.name for field in fields]
    if list(table.columns) != expected:
        odd = sorted(set(table.columns) ^ set(expected))
        raise RecordError(
            f"{name}.csv",
            "columns differ from their description",
            value=", ".join(odd) or "their order",
            next_step="run `dvc repro`, or describe the column in pipeline/schemas",
        )
    for field in fields:
        cells = table[field.name]
        if field.kind == "text":
            formula = cells.str.startswith(FORMULA_SIGNS)
            _refuse(table, name, field.name, formula, "would run as a formula")
        if field.name.endswith("_url"):
            _refuse(
                table, name, field.name, (cells != "") & ~cells.str.startswith(WEB), "is not a web address"
            )


def _refuse(table: pd.DataFrame, name: str, column: str, faulty: pd.Series, problem: str) -> None:
    if faulty.any():
        place = faulty.to_numpy().argmax()
        raise RecordError(
            f"{name}.csv",
            f"{column} {problem}",
            row=int(place) + 2,
            value=table[column].iloc[place],
            next_step="correct it in data/reference/corrections.yaml, or where it was collected",
        )
