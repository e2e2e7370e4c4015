"""Read the clean record, and write measures so that equal numbers are equal bytes."""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.core.io import write_table
from pipeline.schemas.tables import read_table

SIGNIFICANT_DIGITS = 10  # far beyond what the counts support; fewer than where processors begin to differ


MET = "metropolitan"  # the one force whose whole table is published, and whose rows most measures are of


def read_deployments(clean: Path, force_id: str | None = MET) -> pd.DataFrame:
    """Read one force's rows of deployments.csv in date order, with the place that each label names.

    Dates become dates, counts and hours floats (missing is NaN); `place` comes from places.csv.

    Args:
        clean: The folder data/clean.
        force_id: Key into forces.csv; None for all forces, whose rows are not of one kind: see `warnings`.

    Raises:
        RecordError: if a file is missing or does not keep its contract.
    """
    table = read_table(clean / "deployments.csv")
    if force_id is not None:
        table = table[table["force_id"] == force_id]
    places = read_table(clean / "places.csv").set_index("location")["place"]
    numbers = table.select_dtypes("number").columns
    table = table.astype(dict.fromkeys(numbers, "float64")).assign(
        date=pd.to_datetime(table["date"], format="%Y-%m-%d"), place=table["location"].map(places)
    )
    return table.sort_values(["date", "deployment_id"], kind="stable", ignore_index=True)


def rounded(number: float) -> float | int | None:
    """Cut a number to ten significant digits; whole numbers become integers, NaN becomes None."""
    if number is None or np.isnan(number):
        return None
    cut = float(f"{number:.{SIGNIFICANT_DIGITS}g}")
    return int(cut) if cut.is_integer() and abs(cut) < 10**SIGNIFICANT_DIGITS else cut


def write_measures(table: pd.DataFrame, path: Path) -> None:
    """Write a table whose numbers are cut to ten significant digits, dates are ISO and missing is blank."""
    text = table.copy()
    for name in table.columns:
        column = table[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            text[name] = column.dt.strftime("%Y-%m-%d").fillna("")
        elif pd.api.types.is_float_dtype(column):
            text[name] = ["" if np.isnan(number) else str(rounded(number)) for number in column]
    write_table(text, path)
