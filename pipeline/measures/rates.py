"""Counts and rates of the deployment record by year, month, place and threshold era, in long form.

A rate's name states its denominator. Numerator, denominator, exact interval and the number of rows that could
not be used travel with every rate, and a group that mixes things not to be compared says so in `note`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.measures.intervals import Interval, clopper_pearson, poisson_rate

COLUMNS = [
    "group", "measure", "value", "numerator", "denominator", "low", "high",
    "unit", "rows", "rows_dropped", "note",
]  # fmt: skip

COUNTS = {
    "faces_scanned": ("faces_scanned", "faces (estimate)"),
    "alerts": ("alerts", "alerts"),
    "true_alerts": ("true_alerts", "alerts"),
    "false_alerts": ("false_alerts", "alerts"),
    "arrests": ("arrests", "arrests"),
    "hours": ("duration_hours", "hours"),
}

# What a `note` may say, and what it means to a reader.
NOTES = {
    "spans_change_in_counting": "deployments from before and after the change in how faces were counted",
    "several_thresholds": "deployments at different alert thresholds",
    "threshold_not_printed": "the publisher did not print the threshold of some deployments",
    "arrests_include_disposals": "arrests and other disposals were published as one figure (2020 to 2022)",
    "includes_transcription": "some deployments are known only from a third party's transcription",
}


@dataclass(frozen=True)
class Rate:
    """A rate: what is counted, against what, in which unit, with which exact interval.

    Args:
        numerator: Column counted.
        denominator: Column it is set against.
        unit: Unit of the value.
        interval: `clopper_pearson` where the numerator is part of the denominator, else `poisson_rate`.
    """

    numerator: str
    denominator: str
    unit: str
    interval: Callable[..., Interval]


# Arrests are not a part of the alerts: one may follow without an alert, and to 2022 the figure includes other
# disposals. So arrests per alert is a ratio of two counts with a Poisson interval, defined even above 1.
RATES = {
    "false_alerts_per_face_scanned": Rate(
        "false_alerts", "faces_scanned", "false alerts per face scanned", clopper_pearson
    ),
    "false_alerts_per_alert": Rate("false_alerts", "alerts", "false alerts per alert", clopper_pearson),
    "alerts_per_hour": Rate("alerts", "duration_hours", "alerts per hour", poisson_rate),
    "arrests_per_hour": Rate("arrests", "duration_hours", "arrests per hour", poisson_rate),
    "arrests_per_alert": Rate("arrests", "alerts", "arrests per alert", poisson_rate),
}


def by_year(deployments: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Year of each deployment, and every year from the first to the last, also those without a deployment."""
    return _by_period(deployments, "Y")


def by_month(deployments: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Month of each deployment as 2024-07, and every month from the first to the last."""
    return _by_period(deployments, "M")


def by_location(deployments: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Place of each deployment (its labels gathered under one name), and the places in alphabetical order."""
    return deployments["place"], sorted(deployments["place"].unique())


def by_era(deployments: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Threshold of each deployment as "0.64", or "not printed", and the thresholds in rising order."""
    eras = deployments["threshold_score"].map(
        lambda score: "not printed" if np.isnan(score) else f"{score:.2f}"
    )
    return eras, sorted(eras.unique(), key=lambda era: (era != "not printed", era))


GROUPINGS = {"year": by_year, "month": by_month, "location": by_location, "era": by_era}


def measures_by(
    deployments: pd.DataFrame,
    groups: pd.Series,
    names: Sequence[str],
    confidence: float,
    changes_in_counting: Sequence[pd.Timestamp] = (),
    with_rates: bool = True,
) -> pd.DataFrame:
    """Every count and rate for every group.

    Args:
        deployments: One row per deployment, with dates, counts and hours; NaN where not published.
        groups: The group of each row.
        names: All groups in the order wanted; one without rows gets 0 deployments and otherwise blanks.
        confidence: Coverage of the intervals, 0 to 1.
        changes_in_counting: First days on which faces were counted in a new way (from `breaks`).
        with_rates: Whether rates are wanted beside the counts.

    Returns:
        One row per group and measure, columns `COLUMNS`. For a rate, rows missing either side are left out of
        both and counted in `rows_dropped`; for a count, rows missing it are. Counts have no interval.

    Raises:
        ValueError: if false alerts exceed alerts or faces scanned in a row.
    """
    for whole in ("alerts", "faces_scanned"):
        wrong = deployments.loc[deployments["false_alerts"] > deployments[whole], "deployment_id"]
        if len(wrong):
            raise ValueError(f"more false alerts than {whole} in {wrong.iloc[0]}")
    sizes = groups.value_counts().reindex(names, fill_value=0)
    counted = pd.DataFrame({"value": sizes.astype(float), "rows": sizes, "unit": "deployments", "note": ""})
    parts = {"deployments": counted}
    for measure, (column, unit) in COUNTS.items():
        used, sums = _sums(deployments, groups, names, [column])
        notes = _notes(used, groups, names, {column}, changes_in_counting)
        parts[measure] = sums.rename(columns={column: "value"}).assign(unit=unit, note=notes)
    for measure, rate in RATES.items() if with_rates else ():
        sides = [rate.numerator, rate.denominator]
        used, sums = _sums(deployments, groups, names, sides)
        interval = rate.interval(sums[rate.numerator], sums[rate.denominator], confidence)
        notes = _notes(used, groups, names, set(sides), changes_in_counting)
        parts[measure] = sums.rename(
            columns=dict(zip(sides, ("numerator", "denominator"), strict=True))
        ).assign(value=interval.value, low=interval.low, high=interval.high, unit=rate.unit, note=notes)
    table = pd.concat(parts, names=["measure", "group"]).reset_index()
    table["rows_dropped"] = table["group"].map(sizes) - table["rows"]
    order = pd.Categorical(table["group"], categories=names, ordered=True).argsort(kind="stable")
    return table.iloc[order].reset_index(drop=True).reindex(columns=COLUMNS)


def _by_period(deployments: pd.DataFrame, frequency: str) -> tuple[pd.Series, list[str]]:
    periods = deployments["date"].dt.to_period(frequency)
    every = pd.period_range(periods.min(), periods.max(), freq=frequency)
    return periods.astype(str), [str(period) for period in every]


def _sums(
    deployments: pd.DataFrame, groups: pd.Series, names: Sequence[str], columns: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that have all `columns`, and by group the sums of the columns and the number of those rows."""
    used = deployments.dropna(subset=columns)
    grouped = used.groupby(groups[used.index])
    sums = grouped[columns].sum().reindex(names)  # a group without rows has no sum, rather than a sum of 0
    return used, sums.assign(rows=grouped.size().reindex(names, fill_value=0))


def _notes(
    used: pd.DataFrame,
    groups: pd.Series,
    names: Sequence[str],
    columns: set[str],
    changes_in_counting: Sequence[pd.Timestamp],
) -> list[str]:
    """Say what each group mixes, in the words of `NOTES`, as far as it bears on these columns."""
    group = pd.Index(names).get_indexer(groups[used.index])
    outcome = bool({"alerts", "true_alerts", "false_alerts", "arrests"} & columns)

    def some(rows: pd.Series) -> NDArray[np.bool_]:
        found = np.zeros(len(names), dtype=bool)
        found[group[rows.to_numpy(bool) & (group >= 0)]] = True
        return found

    date, threshold = used["date"], used["threshold_score"]
    no, true_of = np.zeros(len(names), dtype=bool), {}
    if "faces_scanned" in columns:
        true_of["spans_change_in_counting"] = sum(
            (some(date < day) & some(date >= day) for day in changes_in_counting), start=no
        )
    if outcome:
        lowest, highest = (
            threshold.groupby(group).agg(end).reindex(range(len(names))) for end in ("min", "max")
        )
        true_of["several_thresholds"] = (lowest < highest).to_numpy()
        true_of["threshold_not_printed"] = some(threshold.isna())
    if "arrests" in columns:
        true_of["arrests_include_disposals"] = some(
            used["warnings"].str.contains("arrests_include_disposals", na=False)
        )
    true_of["includes_transcription"] = some(used["source_kind"] == "transcription")
    return [
        ";".join(note for note, flags in true_of.items() if flags[number]) for number in range(len(names))
    ]
