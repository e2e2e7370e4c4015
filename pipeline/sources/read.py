"""What a publisher's file says, as text, whatever its format."""

from pathlib import Path

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.sources.csv_tables import read_csv
from pipeline.sources.layouts import ORIGIN_COLUMNS, Layout


def read_table(path: Path) -> tuple[Layout, pd.DataFrame]:
    """Read a file in a known layout, found from its own header.

    Returns:
        The layout, and one row per printed row: `page`, `row` and the layout's columns as text; a table that
        was extracted before has its `source_id` as well.

    Raises:
        RecordError: if the file is missing or unreadable, or its layout unknown.
    """
    if path.is_dir():
        raise RecordError(path.name, "this is a folder", next_step="name a PDF or CSV file in it")
    try:
        with path.open("rb") as file:
            is_pdf = b"%PDF-" in file.read(1024)
    except FileNotFoundError as error:
        raise RecordError(path.name, "file not found", next_step=f"is {path} the right path?") from error
    except OSError as error:
        raise RecordError(
            path.name, f"cannot be read ({error.strerror})", next_step="check the permissions"
        ) from error
    kind = ".pdf" if is_pdf else path.suffix.lower()
    if kind not in (".pdf", ".csv"):
        raise RecordError(
            path.name, "neither a PDF nor a CSV file", next_step="name one of those; a CSV must end in .csv"
        )
    if kind == ".csv":
        return read_csv(path)
    from pipeline.sources.pdf_tables import read_pdf  # PDFium and scipy, for files that need them

    return read_pdf(path)


def read_source(path: Path, source_id: str) -> pd.DataFrame:
    """Read the rows of one source, with their origin.

    Args:
        path: The publisher's PDF, the transcription, or the embedded snapshot of either.
        source_id: The source, as named in the registry.

    Returns:
        `source_id`, `page`, `row`, then the layout's columns: text as printed, blank where nothing is.

    Raises:
        RecordError: as `read_table`, or if an embedded table belongs to another source.
    """
    layout, table = read_table(path)
    if "source_id" not in table:
        table = table.assign(source_id=source_id)
    elif (strangers := table.index[table["source_id"] != source_id]).size:
        raise RecordError(
            path.name,
            f"the row belongs to another source than {source_id}",
            row=int(strangers[0]) + 2,
            value=table["source_id"][strangers[0]],
            next_step=f"restore the table of {source_id}",
        )
    return table[[*ORIGIN_COLUMNS, *layout.columns]]
