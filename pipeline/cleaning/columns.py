"""Apply a parser to a column of printed cells, and remember the cells that could not be read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.core.errors import RecordError

CORRECT_IT = "check the publisher's page and correct the cell in data/reference/corrections.yaml"


@dataclass(frozen=True)
class Unreadable:
    """A printed cell that no parser could read; an error unless the correction ledger settles it."""

    index: int  # row of the harmonised table
    column: str  # column of the harmonised table
    printed_column: str
    printed: str
    problem: str
    next_step: str

    def error(self, where: tuple[str, str]) -> RecordError:
        """Return the error for a cell in the file and row that `where` names, see `describe_row`."""
        file, row = where
        return RecordError(
            file,
            f"{self.printed_column}: {self.problem}",
            row=row,
            value=self.printed,
            next_step=self.next_step,
        )


def parse_column(
    printed: pd.Series, parse: Callable[[str], Any], column: str, next_step: str = CORRECT_IT
) -> tuple[pd.Series, list[Unreadable]]:
    """Parse every cell, each distinct text once.

    Args:
        printed: Text cells; its name is that of the printed column, its index that of the harmonised table.
        parse: A function of `parsers`.
        column: Name of the column in the harmonised table.
        next_step: What a person should do about a cell that cannot be read.

    Returns:
        The values (missing where the cell is blank or unreadable), and the unreadable cells in row order.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    texts = printed.tolist()
    for text in dict.fromkeys(texts):
        try:
            values[text] = parse(text)
        except ValueError as error:
            problems[text] = str(error)
    unreadable = [
        Unreadable(index, column, str(printed.name), text, problems[text], next_step)
        for index, text in printed[printed.isin(problems)].items()
    ]
    # Cell by cell into an object column, so that whole numbers never pass through floating point.
    return pd.Series([values.get(text) for text in texts], index=printed.index, dtype="object"), unreadable


def describe_row(row: pd.Series) -> tuple[str, str]:
    """Return the file, and in words the row, from which a row of the harmonised table was read."""
    page = "" if pd.isna(row["source_page"]) else f"page {row['source_page']} "
    return (
        f"data/extracted/{row['source_id']}.csv",
        f"{row['_line']} ({page}row {row['source_row']} as published)",
    )
