"""Type the tables that were collected page by page; what a cell says is left as it is."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from pipeline.cleaning.parsers import parse_number, parse_span
from pipeline.core.errors import RecordError
from pipeline.schemas.collected import COLLECTED
from pipeline.schemas.tables import typed, validate

QUALIFIERS = {"=": "exact", ">": "at_least", "~": "about"}
MEASURES = {
    "faces_seen": "faces_scanned",
    "charged_or_cautioned": "people_charged_or_cautioned",
}  # their word -> our column
RENAMED = {
    "stated_claims": {"wording_in_our_words": "claim", "operator": "qualifier"},
    "rollout": {"threshold": "threshold_score"},
    "test_results": {"threshold": "threshold_stated", "watchlist_size": "watchlist_stated"},
}
SPANS = {"published_totals": ("period_start", "period_end"), "policy_timeline": ("date", "date")}


def clean_collected(name: str, printed: pd.DataFrame, forces: frozenset[str]) -> pd.DataFrame:
    """Return one collected table in its columns, typed and checked.

    Args:
        name: A key of `COLLECTED`, not `reported_deployments`.
        printed: data/extracted/<name>.csv, every cell text.
        forces: Ids of forces.csv.

    Raises:
        RecordError: naming file, row, value and next step, for the first cell that cannot be read.
    """
    table = printed.rename(columns={**RENAMED.get(name, {}), "row": "source_row"})
    rows = [_row(name, line, row, forces) for line, row in enumerate(table.to_dict("records"), start=2)]
    return validate(typed(pd.DataFrame(rows), name), name, f"data/clean/{name}.csv")


def _row(name: str, line: int, row: Mapping[str, str], forces: frozenset[str]) -> dict[str, Any]:
    def read(column: str, parse: Callable[[str], Any]) -> Any:
        try:
            return parse(row[column])
        except (ValueError, KeyError) as error:
            raise RecordError(
                f"data/extracted/{name}.csv",
                f"{column}: {str(error) if isinstance(error, ValueError) else 'unknown word'}",
                row=f"{line} ({next(iter(row.values()))} {row['source_row']})",
                value=row[column],
                next_step=f"compare with the page and correct the cell in data/snapshot/{name}.csv",
            ) from error

    cells: dict[str, Any] = dict(row)
    for field in COLLECTED[name]:
        if field.kind in ("integer", "number") and field.name in row:
            cells[field.name] = read(field.name, parse_number)
    if name == "test_results":
        for stated, number in (
            ("threshold_stated", "threshold_score"),
            ("watchlist_stated", "watchlist_size"),
        ):
            cells[number] = _number_or_none(row[stated])
    if "qualifier" in row:
        cells["qualifier"] = read("qualifier", QUALIFIERS.__getitem__)
    if name == "published_totals":
        cells["measure"] = MEASURES.get(row["measure"], row["measure"])
    if name in SPANS:
        start, end = SPANS[name]
        cells["first_day"] = read(start, lambda text: parse_span(text)[0] if text else "")
        cells["last_day"] = read(end, lambda text: parse_span(text)[1] if text else "")
    if row.get("force_id"):
        read("force_id", {force: force for force in forces}.__getitem__)
    return cells


def _number_or_none(text: str) -> float | None:
    try:
        return parse_number(text)
    except ValueError:  # "0.60 and above" is kept as stated, and is not one number
        return None
