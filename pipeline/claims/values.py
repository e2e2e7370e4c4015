"""Evaluate the derived values that the prose uses by name."""

from datetime import date
from typing import Any

from pipeline.claims.database import Database
from pipeline.claims.formats import format_value
from pipeline.core.errors import RecordError
from pipeline.measures.tables import rounded

FILE = "values.yaml"


def evaluate_values(entries: list[dict[str, Any]], database: Database) -> dict[str, dict[str, Any]]:
    """Evaluate every entry of values.yaml.

    Returns:
        By key: text (as in prose), value, low and high (None without an interval), description, sql.

    Raises:
        RecordError: naming the key, if the SQL fails or its value cannot be written in the format asked for.
    """
    return {entry["key"]: _evaluate(entry, database) for entry in entries}


def _evaluate(entry: dict[str, Any], database: Database) -> dict[str, Any]:
    row = database.one_row(entry["sql"], FILE, entry["key"])
    value, low, high = (row.get(name) for name in ("value", "low", "high"))
    try:
        if not {"value"} <= set(row) <= {"value", "low", "high"}:
            raise ValueError(f"columns are {', '.join(row)}, and must be value (and low, high)")
        text = format_value(value, entry["format"], low, high)
    except ValueError as error:
        raise RecordError(
            FILE,
            f"cannot be written as {entry['format']} ({error})",
            row=entry["key"],
            next_step="correct its sql or format",
        ) from error
    return {
        "text": text,
        "value": _json(value),
        "low": _json(low),
        "high": _json(high),
        "description": entry["description"],
        "sql": entry["sql"],
    }


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return rounded(value) if isinstance(value, int | float) else value
