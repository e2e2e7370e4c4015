"""Rows published about deployments outside a force's own table: single days, bundles, plans.

Only a row that is one deployment on one known day, and that took place, becomes a row of the record. The
others are kept apart with the fewest and the most deployments that they can stand for, and are never counted.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.cleaning.harmonise import WARN, with_types
from pipeline.cleaning.parsers import parse_count, parse_number, parse_span
from pipeline.cleaning.reference import Reference
from pipeline.core.errors import RecordError
from pipeline.schemas.collected import REPORTED
from pipeline.schemas.fields import DEPLOYMENTS
from pipeline.schemas.tables import typed, validate

QUALIFIERS = {"=": "exact", ">": "at_least", "~": "about", "": ""}
_COUNTS = {
    "watchlist_size": "watchlist_size",
    "watchlist_size_max": "watchlist_size_max",
    "faces_scanned": "faces_seen",
    "alerts": "alerts",
    "true_alerts": "true_alerts",
    "false_alerts": "false_alerts",
    "arrests": "arrests",
}
_TEXTS = (
    "report_id",
    "date_precision",
    "location",
    "other_outcomes",
    "page_url",
    "publisher_url",
    "page_title",
)
_COPIED = (
    "force_id", "location", "duration_hours", "watchlist_size", "threshold_score", "faces_scanned",
    "alerts", "true_alerts", "false_alerts", "arrests", "source_id", "source_row", "source_kind",
)  # fmt: skip


def is_reported(printed: pd.DataFrame) -> bool:
    """Whether an extracted table is of this kind, told from a column that only it has."""
    return "result_kind" in printed


def read_reported(extracted: Mapping[str, pd.DataFrame], reference: Reference) -> pd.DataFrame:
    """Return the table `reported_deployments` of any number of extracted tables; `deployment_id` is blank.

    Raises:
        RecordError: naming file, row, value and next step, for the first cell that cannot be read, and for a
            bundle that data/reference/lookups/bundles.yaml does not explain.
    """
    rows = [
        _row(source_id, line, printed, reference)
        for source_id, table in extracted.items()
        for line, printed in enumerate(table.to_dict("records"), start=2)
    ]
    names = [field.name for field in REPORTED]
    table = pd.DataFrame(rows, columns=names).sort_values("report_id", kind="stable", ignore_index=True)
    _refuse_idle_bundles(set(table["report_id"]), reference)
    return validate(
        typed(table, "reported_deployments"), "reported_deployments", "data/clean/reported_deployments.csv"
    )


def as_deployments(reported: pd.DataFrame, first_index: int = 0) -> pd.DataFrame:
    """Return the rows that are one deployment each, in the columns of `harmonise`.

    Args:
        reported: The table `reported_deployments`.
        first_index: Index of the first row of the result.
    """
    single = reported[(reported["date_precision"] == "day") & (reported["kind"] != "announcement")]
    table = pd.DataFrame({field.name: None for field in DEPLOYMENTS[1:]}, index=single.index, dtype="object")
    for column in _COPIED:
        table[column] = single[column]
    table = table.assign(
        date=single["first_day"],
        date_precision="day",
        _line=single["source_row"] + 1,
        _rate=None,
        **{
            WARN + "faces_at_least": single["faces_qualifier"] == "at_least",
            WARN + "faces_about": single["faces_qualifier"] == "about",
            WARN + "stated_not_recorded": single["source_kind"] != "government_table",
        },
    )
    return with_types(table).set_axis(range(first_index, first_index + len(single)))


def link(reported: pd.DataFrame, deployments: pd.DataFrame) -> pd.DataFrame:
    """Return `reported` with the key of each row that the record holds."""
    theirs = deployments[deployments["source_id"].isin(reported["source_id"])]
    keys = theirs.set_index(["source_id", "source_row"])["deployment_id"]
    place = pd.MultiIndex.from_frame(reported[["source_id", "source_row"]])
    return reported.assign(deployment_id=keys.reindex(place).fillna("").to_numpy())


def _row(source_id: str, line: int, printed: Mapping[str, str], reference: Reference) -> dict[str, Any]:
    file, where = f"data/extracted/{source_id}.csv", f"{line} ({printed['report_id']})"

    def read(column: str, parse: Any) -> Any:
        try:
            return parse(printed[column])
        except (ValueError, KeyError) as error:
            raise RecordError(
                file,
                f"{column}: {str(error) if isinstance(error, ValueError) else 'unknown word'}",
                row=where,
                value=printed[column],
                next_step="compare with the page and correct the cell in data/snapshot/, or add the word to "
                "data/reference/lookups/",
            ) from error

    first, last = read("date_start", parse_span)[0], read("date_end", parse_span)[1]
    kind = printed["result_kind"]
    days = (pd.Timestamp(last) - pd.Timestamp(first)).days + 1
    low, high = _deployments(printed, days, reference, file, where)
    return {
        **{name: printed[name] for name in _TEXTS},
        **{ours: read(theirs, parse_count) for ours, theirs in _COUNTS.items()},
        "force_id": reference.sources[source_id].force_id,
        "first_day": first,
        "last_day": last,
        "kind": kind,
        "deployments_low": low,
        "deployments_high": high,
        "duration_hours": read("duration_hours", parse_number),
        "threshold_score": read("threshold", parse_number),
        "faces_qualifier": read("faces_qualifier", QUALIFIERS.__getitem__),
        "deployment_id": "",
        "source_kind": read("page_kind", reference.page_kinds.__getitem__),
        "trust": printed["trust"],
        "note": printed["note"],
        "source_id": source_id,
        "source_row": int(printed["row"]),
    }


def _deployments(
    printed: Mapping[str, str], days: int, reference: Reference, file: str, where: str
) -> tuple[int, int]:
    """Fewest and most deployments of a row: from the lookup, else a day is one and a plan may be none."""
    if printed["report_id"] in reference.bundles:
        return reference.bundles[printed["report_id"]]
    if printed["result_kind"] == "announcement":
        return 0, days
    if printed["date_precision"] == "day":
        return 1, 1
    raise RecordError(
        file,
        "stands for an unknown number of deployments",
        row=where,
        value=f"{printed['date_precision']}, {printed['location']}",
        next_step="say the fewest and the most, and why, in data/reference/lookups/bundles.yaml",
    )


def _refuse_idle_bundles(report_ids: set[str], reference: Reference) -> None:
    if reference.bundles and report_ids and (idle := sorted(set(reference.bundles) - report_ids)):
        raise RecordError(
            "data/reference/lookups/bundles.yaml",
            "explains a row that no source has",
            value=idle[0],
            next_step="remove the entry or correct its report_id",
        )
