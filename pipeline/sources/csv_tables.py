"""Deployment rows from CSV files: a transcription, or a table that this project extracted before."""

import csv
from pathlib import Path

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.sources.layouts import (
    EXTRACTED_LAYOUTS,
    ORIGIN_COLUMNS,
    TRANSCRIPTION,
    TRANSCRIPTION_LAYOUT,
    Layout,
    unknown_layout,
)


def read_csv(path: Path) -> tuple[Layout, pd.DataFrame]:
    """Read a CSV in a known layout; every cell is text, with inner white space as one space.

    Args:
        path: A transcription, or a table in the form that `extract_tables` writes (an embedded snapshot).

    Returns:
        The layout, and a table of `page`, `row` and the layout's columns. A transcription has no pages; its
        `row` is the transcriber's `source_row`. A table extracted before comes with its `source_id`.

    Raises:
        RecordError: if the file is empty, not UTF-8, not a CSV, has other columns or a ragged row.
    """
    header, rows = _read_rows(path)
    for layout in EXTRACTED_LAYOUTS:
        if header == [*ORIGIN_COLUMNS, *layout.columns]:
            return layout, pd.DataFrame(rows, columns=header, dtype="str")
    if not TRANSCRIPTION_LAYOUT.matches(header):
        raise unknown_layout(
            path,
            header,
            [*TRANSCRIPTION_LAYOUT.headings, *(layout.headings[0] for layout in EXTRACTED_LAYOUTS)],
        )
    table = pd.DataFrame(rows, columns=list(TRANSCRIPTION), dtype="str").assign(page="")
    kept = {theirs: ours for theirs, ours in TRANSCRIPTION.items() if ours}
    table = table[["page", *kept]].rename(columns=kept)
    return TRANSCRIPTION_LAYOUT, table[["page", "row", *TRANSCRIPTION_LAYOUT.columns]]


def _read_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return header and rows, all rows as long as the header."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [cell.strip() for cell in next(reader, [])]
            if not header:
                raise RecordError(path.name, "the file is empty", next_step="download it again")
            rows = []
            for row in reader:
                if len(row) != len(header):
                    raise RecordError(
                        path.name,
                        f"the row has {len(row)} cells, the header {len(header)}",
                        row=len(rows) + 2,
                        value=",".join(row),
                        next_step="put text that contains a comma between double quotes",
                    )
                rows.append([" ".join(cell.split()) for cell in row])
    except UnicodeDecodeError as error:
        raise RecordError(path.name, "not UTF-8 text", next_step="save the file as UTF-8 CSV") from error
    except csv.Error as error:
        raise RecordError(
            path.name, f"not a readable CSV ({error})", next_step="save it as UTF-8 CSV"
        ) from error
    if not rows:
        raise RecordError(path.name, "the table holds no rows", next_step="download it again")
    return header, rows
