"""Write a table as Parquet: typed, blank as null, and the same bytes every time."""

import io
from datetime import date

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.schemas.field import Field

READ = {"text": str, "date": date.fromisoformat, "integer": int, "number": float}


def to_parquet(table: pd.DataFrame, name: str, fields: tuple[Field, ...]) -> bytes:
    """Return a table as the bytes of a Parquet file, compressed with Zstandard.

    Args:
        table: Every cell text; blank is the empty string.
        name: Name of the table; a message names `<name>.csv`.
        fields: Its columns; text becomes `string`, date `date32`, integer `int64`, number `double`.

    Raises:
        RecordError: naming the row, the header being row 1, if a cell is not of its column's type.
    """
    import pyarrow as pa  # slow to import, and one stage needs it
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "date": pa.date32(), "integer": pa.int64(), "number": pa.float64()}
    columns = {
        field.name: pa.array(_values(table[field.name], name, field), type=types[field.kind])
        for field in fields
    }
    buffer = io.BytesIO()
    # Without the Arrow schema nothing but the data and pyarrow's own version reaches the file.
    pq.write_table(pa.table(columns), buffer, compression="zstd", store_schema=False)
    return buffer.getvalue()


def _values(cells: pd.Series, name: str, field: Field) -> list[object]:
    values = []
    for row, cell in enumerate(cells, start=2):
        try:
            values.append(READ[field.kind](cell) if cell != "" else None)
        except ValueError as error:
            raise RecordError(
                f"{name}.csv",
                f"{field.name} is not of type {field.kind}",
                row=row,
                value=cell,
                next_step="run `dvc repro` to write the table anew",
            ) from error
    return values
