"""Models of the clean tables, built from the list of columns: type them, check them, read them back."""

from functools import lru_cache
from pathlib import Path

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table
from pipeline.schemas.fields import TABLES, Field
from pipeline.schemas.warnings import unknown_words

DTYPES = {"text": "str", "date": "str", "integer": "Int64", "number": "Float64"}
KEYS = {
    "deployments": "deployment_id",
    "places": "location",
    "reported_deployments": "report_id",
    "published_totals": "total_id",
    "test_results": "point_id",
    "counter_evidence": "item_id",
    "stated_claims": "claim_id",
}


def typed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the columns of table `name`, in order and typed; missing text is the empty string.

    Args:
        table: Any table with at least these columns, as text or already typed.
        name: A key of `TABLES`.
    """
    columns = {}
    for field in TABLES[name]:
        column = table[field.name]
        if field.kind in ("integer", "number"):
            blank_is_missing = column.mask(column == "") if column.dtype in ("object", "str") else column
            columns[field.name] = pd.to_numeric(blank_is_missing).astype(DTYPES[field.kind])
        else:
            columns[field.name] = column.fillna("").astype("str")
    return pd.DataFrame(columns)


def validate(table: pd.DataFrame, name: str, file: str | Path) -> pd.DataFrame:
    """Return `table` unchanged if it satisfies the model of table `name`.

    Args:
        table: A typed table, see `typed`.
        name: A key of `TABLES`.
        file: Name of the file to blame in the message.

    Raises:
        RecordError: naming the row (the header is row 1), the column, the rule and the value, for the first
            violation.
    """
    import pandera.pandas as pa  # slow to import, and only this function needs it

    try:
        return _model(name).validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        first = error.failure_cases.sort_values("index", kind="stable", na_position="first").iloc[0]
        has_row = pd.notna(first["index"])
        raise RecordError(
            file,
            f"column {first['column']} breaks the rule: {first['check']}",
            row=_row_in_words(table, table.index.get_loc(first["index"])) if has_row else None,
            value=first["failure_case"],
            next_step="correct the source row with an entry in data/reference/corrections.yaml, or amend "
            "pipeline/schemas/fields.py if the rule is wrong",
        ) from error


def read_table(path: Path, name: str | None = None) -> pd.DataFrame:
    """Read a clean table back from CSV, typed; the name of the table is that of the file unless given.

    Raises:
        RecordError: if the file is missing, or its columns are not those of the table.
    """
    state = path.stat() if path.is_file() else None
    made = (state.st_mtime_ns, state.st_size, state.st_ino) if state else ()
    return _read_table(path, name or path.stem, made).copy(deep=False)  # pandas copies what is written to


@lru_cache(maxsize=32)
def _read_table(path: Path, name: str, made: tuple[int, ...]) -> pd.DataFrame:
    """`read_table`, remembered for as long as the file is the same: many parts of a stage read one table."""
    table = read_text_table(path)
    expected = [field.name for field in TABLES[name]]
    if list(table.columns) != expected:
        raise RecordError(
            path.name,
            "columns differ from the contract",
            value=", ".join(sorted(set(table.columns) ^ set(expected))) or "order",
            next_step="run `dvc repro` to write the file anew",
        )
    return typed(table, name)


def _row_in_words(table: pd.DataFrame, position: int) -> str:
    """Say which row of the file it is and, for the record, from which printed row it was made."""
    row = table.iloc[position]
    if "source_row" not in table or pd.isna(row["source_row"]):
        return f"{position + 2}"
    page = "" if pd.isna(row.get("source_page")) else f"page {row['source_page']} "
    return f"{position + 2} (from {row['source_id']} {page}row {row['source_row']})"


def _model(name: str):
    import pandera.pandas as pa

    across_columns = [pa.Check(_false_within_alerts, error="false_alerts must not exceed alerts")]
    return pa.DataFrameSchema(
        {field.name: _column(field, unique=KEYS.get(name) == field.name) for field in TABLES[name]},
        checks=across_columns if name == "deployments" else [],
        strict=True,
        ordered=True,
    )


def _column(field: Field, unique: bool):
    import pandera.pandas as pa

    checks = []
    if field.minimum is not None:
        checks.append(pa.Check.ge(field.minimum, error=f"at least {field.minimum:,}"))
    if field.maximum is not None:
        checks.append(pa.Check.le(field.maximum, error=f"at most {field.maximum:,}"))
    if field.allowed:
        checks.append(pa.Check.isin(field.allowed, error=f"one of {', '.join(field.allowed)}"))
    if field.kind == "date":
        written = r"^\d{4}-\d\d-\d\d$" if field.required else r"^(\d{4}-\d\d-\d\d)?$"
        checks.append(pa.Check.str_matches(written, error="a date written YYYY-MM-DD"))
    if field.kind in ("text", "date") and field.required:
        checks.append(pa.Check.str_length(min_value=1, error="not blank"))
    if field.name == "warnings":
        checks.append(pa.Check(_known_warnings, error="only words of pipeline/schemas/warnings.py"))
    return pa.Column(DTYPES[field.kind], checks=checks, nullable=not field.required, unique=unique)


def _known_warnings(cells: pd.Series) -> pd.Series:
    unknown = {cell for cell in cells.unique() if unknown_words(cell)}
    return ~cells.isin(unknown)


def _false_within_alerts(table: pd.DataFrame) -> pd.Series:
    return (table["false_alerts"] <= table["alerts"]).fillna(True).astype(bool)
