"""Bring one source's printed table into the columns of the record: read every cell, judge none."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from pipeline.cleaning.columns import Unreadable, parse_column
from pipeline.cleaning.parsers import (
    parse_count,
    parse_date,
    parse_duration,
    parse_false_alert_remark,
    parse_percentage,
    parse_threshold,
)
from pipeline.cleaning.reference import Reference
from pipeline.core.errors import RecordError
from pipeline.schemas.fields import DEPLOYMENTS

ADD_COUNT = "add it to data/reference/lookups/counts.yaml"
ADD_USE_CASE = "add it to data/reference/lookups/use_cases.yaml"

# Each layout: our column -> the column of data/extracted/<source_id>.csv that holds a plain count.
_COUNTS_2020 = {
    "watchlist_size": "watchlist_size",
    "faces_scanned": "faces_seen",
    "alerts": "total_alerts",
    "true_alerts": "true_alerts",
    "false_alerts": "false_alerts",
    "arrests": "arrests_or_disposals",
}
_COUNTS_2023 = {
    "watchlist_size": "watchlist_size",
    "faces_scanned": "faces_seen",
    "alerts": "total_alerts",
    "true_alerts_confirmed": "true_confirmed",
    "true_alerts_unconfirmed": "true_unconfirmed",
    "false_alerts_confirmed": "false_confirmed",
    "false_alerts_unconfirmed": "false_unconfirmed",
    "arrests": "arrests",
    "other_disposals": "other_disposals",
    "no_action": "no_action",
}
_COUNTS_TRANSCRIBED = {
    "faces_scanned": "faces_seen",
    "alerts": "total_alerts",
    "arrests": "arrests",
    "_unconfirmed_remark": "true_unconfirmed_text",
}


class Harmonised(NamedTuple):
    """Rows of one or more sources in the record's columns, and what stood in each cell.

    Args:
        table: The columns of deployments.csv but for its key, typed; a true-or-false column `warn:<word>` per
            warning; `_line` (row of the file, the header being row 1), `_rate` (printed false alert rate in
            per cent) and, for transcriptions, `_unconfirmed_remark`.
        printed: Same index; the text of each cell under the name of our column.
        unreadable: The cells that could not be read, which are missing in `table`.
    """

    table: pd.DataFrame
    printed: pd.DataFrame
    unreadable: list[Unreadable]


WARN = "warn:"  # prefix of the true-or-false column that says which rows carry a warning


def harmonise(
    source_id: str, printed: pd.DataFrame, reference: Reference, first_index: int = 0
) -> Harmonised:
    """Read one extracted table into the record's columns.

    Args:
        source_id: Key into sources.yaml; says whose record it is.
        printed: data/extracted/<source_id>.csv, every cell text; the layout is told from its columns.
        reference: Sources, forces and lookups.
        first_index: Index of the first row of the result, so that rows of several sources stay distinct.

    Raises:
        RecordError: if the source, the force or the layout is unknown, or a column is missing.
    """
    file = f"data/extracted/{source_id}.csv"
    printed = printed.set_axis(pd.RangeIndex(first_index, first_index + len(printed)), axis=0)
    facts = _facts(source_id, reference, file)
    counts, purpose = _layout(printed, file)

    table = pd.DataFrame({field.name: None for field in DEPLOYMENTS[1:]}, index=printed.index, dtype="object")
    texts: dict[str, pd.Series] = {}
    unreadable: list[Unreadable] = []

    def read(column: str, printed_column: str, parse: Callable, next_step: str | None = None) -> None:
        extra = {} if next_step is None else {"next_step": next_step}
        texts[column] = _column(printed, printed_column, file)
        table[column], bad = parse_column(texts[column], parse, column, **extra)
        unreadable.extend(bad)

    table["force_id"], table["source_id"], table["source_kind"] = facts.force_id, source_id, facts.source_kind
    table["date_precision"] = "day"
    table["_line"] = range(2, len(printed) + 2)
    table["location"] = texts["location"] = _column(printed, "location", file)
    read("source_page", "page", parse_count)
    read("source_row", "row", parse_count)
    read("date", "date", parse_date)
    read("use_case", purpose, _use_case_reader(source_id, reference), ADD_USE_CASE)
    read("_rate", "false_alert_rate", parse_percentage)
    for column, printed_column in counts.items():
        read(column, printed_column, lambda text: parse_count(text, reference.count_words), ADD_COUNT)

    if counts is _COUNTS_2020:
        table[WARN + "arrests_include_disposals"] = table["arrests"].notna()
    elif counts is _COUNTS_2023:
        read("duration_hours", "duration", parse_duration)
        read("threshold_score", "threshold", parse_threshold)
    else:
        read("false_alerts", "false_alert_text", parse_false_alert_remark)
        silent_zero = table["false_alerts"].isna() & (table["_rate"] == Decimal(0))
        table["false_alerts"] = table["false_alerts"].mask(silent_zero, 0)
        table[WARN + "false_alerts_from_printed_rate"] = silent_zero
        table[WARN + "transcribed_by_machine"] = True
    return Harmonised(with_types(table), pd.DataFrame(texts), unreadable)


def _facts(source_id: str, reference: Reference, file: str):
    facts = reference.sources.get(source_id)
    if facts is None:
        raise RecordError(
            file,
            "unknown source",
            value=source_id,
            next_step="describe the source in data/reference/sources.yaml",
        )
    if facts.force_id not in reference.forces:
        raise RecordError(
            "data/reference/sources.yaml",
            "unknown force",
            row=f"({source_id})",
            value=facts.force_id,
            next_step="use an id of data/reference/forces.csv, or add the force there",
        )
    return facts


def _layout(printed: pd.DataFrame, file: str) -> tuple[dict[str, str], str]:
    """Tell the layout by a column that only it has; return its count columns and its use case column."""
    if "arrests_or_disposals" in printed:
        return _COUNTS_2020, "purpose"
    if "true_confirmed" in printed:
        return _COUNTS_2023, "use_case"
    if "false_alert_text" in printed:
        return _COUNTS_TRANSCRIBED, "use_case"
    raise RecordError(
        file,
        "unknown layout: no column arrests_or_disposals, true_confirmed or false_alert_text",
        value=", ".join(printed.columns),
        next_step="extract the file again, or teach pipeline/cleaning/harmonise.py the layout",
    )


def _column(printed: pd.DataFrame, name: str, file: str) -> pd.Series:
    if name not in printed:
        raise RecordError(file, "column missing", value=name, next_step="extract the file again")
    return printed[name]


def _use_case_reader(source_id: str, reference: Reference) -> Callable[[str], str]:
    def read(text: str) -> str:
        # The same numbers mean other purposes in another year's list, so the source's own entry comes first.
        use_case = reference.use_cases.get((source_id, text), reference.use_cases.get(("", text)))
        if use_case is None and text:
            raise ValueError("unknown use case")
        return use_case or ""

    return read


def with_types(table: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of the record types that have missing values."""
    dtypes = {"integer": "Int64", "number": "Float64", "text": "object", "date": "object"}
    typed = table.astype({field.name: dtypes[field.kind] for field in DEPLOYMENTS[1:]})
    return typed.astype({"_unconfirmed_remark": "Int64"}) if "_unconfirmed_remark" in typed else typed
