"""What each published row says of a measure: so many at least, so many at most."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.national.bounds import month_number

Row = Mapping[str, Any]
COUNTS = (
    "deployments_low", "deployments_high", "faces_scanned", "faces_qualifier", "alerts", "true_alerts",
    "false_alerts", "arrests", "other_disposals", "warnings",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """The clean tables that statements are read from; missing text is "", missing counts are NA.

    Args:
        deployments: deployments.csv.
        reported: reported_deployments.csv.
        totals: published_totals.csv.
        rollout: rollout.csv.
        forces: The forces of the stated area, keys into forces.csv.
        read: What `read_rows` made of these tables so far: it is asked the same several times.
    """

    deployments: pd.DataFrame
    reported: pd.DataFrame
    totals: pd.DataFrame
    rollout: pd.DataFrame
    forces: tuple[str, ...]
    read: dict[tuple[str, bool], pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def both(self) -> pd.DataFrame:
        """Every row of both tables, in common columns."""
        own = self.deployments[~self.deployments["source_id"].isin(self.reported["source_id"])]
        own = own.assign(
            id=own["deployment_id"],
            first_day=own["date"],
            last_day=own["date"],
            deployments_low=1,
            deployments_high=1,
            faces_qualifier="exact",
            counted=True,
        )
        other = self.reported.assign(
            id=self.reported["report_id"],
            counted=self.reported["deployment_id"] != "",
            other_disposals=pd.NA,
            warnings="",
        )
        return pd.concat([own, other.drop(columns="deployment_id")], ignore_index=True)

    @cached_property
    def printed(self) -> list[dict[str, Any]]:
        """Of each row, what says how many there were."""
        return self.both[[*COUNTS]].to_dict("records")

    @cached_property
    def places_and_months(self) -> pd.DataFrame:
        """Of each row: id, force_id, first, last (months), counted."""
        months = {name: self.both[f"{name}_day"].map(month_number) for name in ("first", "last")}
        return self.both[["id", "force_id", "counted"]].assign(**months)


def words_as_bounds(qualifier: str, value: float, rounded: bool) -> tuple[float, float | None]:
    """Return the least and the most that a stated number means; None is no ceiling.

    Args:
        qualifier: `exact`, `at_least` or `about`.
        value: The number stated.
        rounded: Whether a number in words is round to its last digit that is not nought.

    Example:
        >>> words_as_bounds("at_least", 150, rounded=True), words_as_bounds("about", 50, rounded=True)
        ((150, 160), (45.0, 55.0))
        >>> words_as_bounds("at_least", 150, rounded=False), words_as_bounds("about", 50, rounded=False)
        ((150, None), (0, None))
    """
    step = 1
    while value and value % (10 * step) == 0:
        step *= 10
    if qualifier == "exact":
        return value, value
    if qualifier == "at_least":
        return value, value + step if rounded else None
    return (value - step / 2, value + step / 2) if rounded else (0, None)


def read_rows(record: Record, measure: str, rounded: bool) -> pd.DataFrame:
    """Return every published row of both tables, with what it says of the measure.

    Returns:
        One row a published row: id, force_id, first, last (months), low, high (NA: no ceiling), counted
        (whether it is a row of deployments.csv). The same table each time it is asked for: not to be changed.
    """
    if (measure, rounded) not in record.read:
        record.read[measure, rounded] = _read_rows(record, measure, rounded)
    return record.read[measure, rounded]


def _read_rows(record: Record, measure: str, rounded: bool) -> pd.DataFrame:
    limits = [_READ[measure](row, rounded) for row in record.printed]
    return record.places_and_months.assign(
        low=[float(low) for low, _ in limits],
        high=[float("nan") if high is None else float(high) for _, high in limits],
    )[["id", "force_id", "first", "last", "low", "high", "counted"]]


def _deployments(row: Row, _: bool) -> tuple:
    return row["deployments_low"], row["deployments_high"]


def _faces(row: Row, rounded: bool) -> tuple:
    if pd.isna(row["faces_scanned"]):
        return _nothing_printed(row)
    return words_as_bounds(row["faces_qualifier"] or "exact", row["faces_scanned"], rounded)


def _true_alerts(row: Row, _: bool) -> tuple:
    return _part_of_alerts(row, "true_alerts", "false_alerts")


def _false_alerts(row: Row, _: bool) -> tuple:
    return _part_of_alerts(row, "false_alerts", "true_alerts")


def _part_of_alerts(row: Row, part: str, rest: str) -> tuple:
    """The part printed, or alerts without the rest, or at most all alerts."""
    if pd.notna(row[part]):
        return row[part], row[part]
    if pd.isna(row["alerts"]):
        return _nothing_printed(row)
    if pd.notna(row[rest]):
        return row["alerts"] - row[rest], row["alerts"] - row[rest]
    return 0, row["alerts"]


def _enforcement(row: Row, _: bool) -> tuple:
    """Arrests, and other disposals where the source keeps them apart from "no action".

    Where it prints one number under both headings, nobody can tell which it is: none at least, all at most.
    """
    if pd.isna(row["arrests"]):
        return _nothing_printed(row)
    if "arrests_include_disposals" in row["warnings"]:
        return row["arrests"], row["arrests"]
    if pd.isna(row["other_disposals"]):
        return row["arrests"], None
    both = row["arrests"] + row["other_disposals"]
    return (row["arrests"] if "other_disposals_repeats_no_action" in row["warnings"] else both), both


def _nothing_printed(row: Row) -> tuple:
    """A deployment stopped by a fault, or a plan, may have none; of any other the number is open."""
    return 0, 0 if "deployment_aborted" in row["warnings"] else None


_READ: dict[str, Callable[[Row, bool], tuple]] = {
    "deployments": _deployments,
    "faces_scanned": _faces,
    "true_alerts": _true_alerts,
    "false_alerts": _false_alerts,
    "enforcement_actions": _enforcement,
}
