"""Turn published rows and totals into statements about sums over forces and months."""

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.national.bounds import Statement, month_number
from pipeline.national.headlines import Choices, Reading
from pipeline.national.rows import Record, read_rows, words_as_bounds

FIRST_MONTH, LAST_MONTH = (
    month_number("2015-01"),
    month_number("2026-12"),
)  # every published window lies inside


def statements(record: Record, measure: str, choices: Choices, reading: Reading) -> list[Statement]:
    """Return everything that was published about one measure, as statements.

    Raises:
        RecordError: if headlines.yaml names a total that no page has.
    """
    _refuse_unknown(record, choices)
    rows = read_rows(record, measure, reading.rounded_words)
    others = rows[~rows["force_id"].isin(choices.complete) & ~rows["id"].isin(choices.not_added)]
    said = [
        *_complete(rows, choices),
        *_floors(others),
        *_totals(record, measure, choices, reading),
        *_beside(measure, choices),
        *_before_first_use(record),
    ]
    return [*said, *_only_reported(record, rows, choices)] if reading.only_reported_without_own else said


def widest_and_narrowest(total: pd.Series) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the months that a total may cover, and those it covers for certain (first after last: none).

    A window from "2017" to "2025-08" began some time in 2017 and ended some time in August 2025. What it
    counts lies inside the widest window; everything inside the narrowest is counted. One month or year named
    alone is all of it.

    Example:
        >>> total = {"period_start": "2017", "first_day": "2017-01-01"}
        >>> total |= {"period_end": "2025-08", "last_day": "2025-08-31"}
        >>> [last - first + 1 for first, last in widest_and_narrowest(total)]  # months
        [104, 91]
    """
    widest = first, last = month_number(total["first_day"]), month_number(total["last_day"])
    start, end = total["period_start"], total["period_end"]
    if start == end:
        whole = len(start) < len("2024-01-01")
        return widest, widest if whole else (first + 1, first)
    begun = {4: first + 12, 7: first + 1, 10: first + (not start.endswith("-01"))}[len(start)]
    ends_a_month = len(end) == 10 and pd.Timestamp(end).is_month_end
    done = {4: last - 12, 7: last - 1, 10: last if ends_a_month else last - 1}[len(end)]
    return widest, (begun, done)


def _complete(rows: pd.DataFrame, choices: Choices) -> list[Statement]:
    """For each month of a complete record, what its rows add up to, no more and no less."""
    said = []
    for force, (first, last) in choices.complete.items():
        own = rows[rows["force_id"] == force]
        begins, lows, highs = (own[name].to_numpy() for name in ("first", "low", "high"))
        for month in range(first, last + 1):
            inside = begins == month
            high = float(highs[inside].sum())  # NaN if one row sets no limit
            limit = None if np.isnan(high) else high
            said.append(
                Statement(f"record:{force}", (force,), month, month, float(lows[inside].sum()), limit)
            )
        outside = own[(own["first"] < first) | (own["last"] > last)]
        said += _floors(outside)
    return said


def _floors(rows: pd.DataFrame) -> list[Statement]:
    """For every window spanned by a force's rows, the sum of the rows that lie inside it, as a floor.

    Rows are different deployments, so they add up; a row whose day is not known lies inside the window of
    its days. For windows of months these floors say all that the rows say (Hall's condition for intervals).
    """
    said = []
    for force, own in rows[rows["low"] > 0].groupby("force_id"):
        begins, ends, lows = (own[name].to_numpy() for name in ("first", "last", "low"))
        for first in np.unique(begins):
            for last in np.unique(ends[ends >= first]):
                low = lows[(begins >= first) & (ends <= last)].sum()
                if low:
                    said.append(Statement(f"rows:{force}", (force,), int(first), int(last), float(low)))
    return said


def _totals(record: Record, measure: str, choices: Choices, reading: Reading) -> list[Statement]:
    """Published totals: a floor over the widest window that they may cover, a ceiling over the narrowest."""
    totals, said = record.totals, []
    first_use = record.rollout.set_index("force_id")["first_use"].to_dict()
    use_of = choices.measures[measure]
    wanted = (
        totals["measure"].isin(use_of)
        & (totals["subgroup"] == "")
        & (totals["first_day"] != "")
        & (totals["last_day"] != "")
        & totals["trust"].isin(choices.trust)
    )
    tested = [headline.total_id for headline in choices.headlines]
    for _, total in totals[wanted & ~totals["total_id"].isin(tested)].iterrows():
        use = choices.use.get(total["total_id"], "both")
        forces = (total["force_id"],) if total["force_id"] else _named(total["scope"], record.forces)
        (first, last), (begun, done) = widest_and_narrowest(total)
        starts_it = first_use.get(total["force_id"], "").startswith(total["period_start"] or "-")
        begun = first if starts_it and reading.counted_from_first_use else begun
        begins, ends = choices.complete.get(total["force_id"], (LAST_MONTH, FIRST_MONTH))
        if use == "none" or not forces or (begins <= first and last <= ends):
            continue
        low, high = words_as_bounds(total["qualifier"], float(total["value"]), reading.rounded_words)
        floor = Statement(total["total_id"], forces, first, last, low=low)
        if use != "upper" and low:
            said.append(floor)
        may_cap = use != "lower" and use_of[total["measure"]] == "both"
        if may_cap and high is not None and begun <= done:
            said.append(replace(floor, first=begun, last=done, low=0, high=high))
    return said


def _named(scope: str, forces: tuple[str, ...]) -> tuple[str, ...]:
    """The forces that a total of several covers; none if it does not say which."""
    if scope == "england_and_wales":
        return forces
    named = tuple(scope.split(";"))
    return named if set(named) <= set(forces) else ()


def _beside(measure: str, choices: Choices) -> list[Statement]:
    """What pages say besides their number; where nobody deployed, there was nothing else either."""
    said = []
    for entry in choices.also_says:
        no_deployment = entry["measure"] == "deployments" and entry.get("at_most") == 0
        if entry["measure"] == measure or no_deployment:
            limits = {"low": entry.get("at_least", 0), "high": entry.get("at_most")}
            said.append(Statement(entry["id"], (entry["force_id"],), entry["first"], entry["last"], **limits))
    return said


def _before_first_use(record: Record) -> list[Statement]:
    """A force that says when it first used LFR says that it had not done so before."""
    stated = record.rollout[(record.rollout["force_id"] != "") & (record.rollout["first_use"] != "")]
    return [
        Statement(f"rollout:{row.source_row}", (row.force_id,), FIRST_MONTH, month - 1, high=0)
        for row in stated.itertuples()
        if (month := month_number(row.first_use + "-01")) > FIRST_MONTH
    ]


def _only_reported(record: Record, rows: pd.DataFrame, choices: Choices) -> list[Statement]:
    """The natural reading: without equipment of its own, a force deployed on the reported days only."""
    own_from = record.rollout.set_index("force_id")["own_capability_from"].to_dict()
    said = []
    by_force = {force: own.to_numpy() for force, own in rows.groupby("force_id")[["first", "last", "high"]]}
    nothing = np.empty((0, 3))
    for force in sorted(set(record.forces) - set(choices.complete)):
        last = month_number(own_from[force] + "-01") - 1 if own_from.get(force) else LAST_MONTH
        own = by_force.get(force, nothing)
        reported = own[own[:, 0] <= last]
        months = {month for begin, end, _ in reported for month in range(int(begin), int(end) + 1)}
        idle = [month for month in range(FIRST_MONTH, last + 1) if month not in months]
        said += [Statement(f"only_reported:{force}", (force,), *run, high=0) for run in _runs(idle)]
        for begin, end in _runs(sorted(months)):
            high = float(reported[(begin <= reported[:, 0]) & (reported[:, 0] <= end), 2].sum())
            if not np.isnan(high):
                said.append(Statement(f"only_reported:{force}", (force,), begin, end, high=high))
    return said


def _runs(months: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of months that follow one another."""
    begins = [month for month in months if month - 1 not in months]
    return list(zip(begins, [month for month in months if month + 1 not in months], strict=True))


def _refuse_unknown(record: Record, choices: Choices) -> None:
    known = set(record.totals["total_id"]) | set(record.reported["report_id"])
    known |= {f"rollout:{row}" for row in record.rollout["source_row"]}
    named = {*choices.use, *choices.not_added, *(entry["id"] for entry in choices.also_says)}
    unknown = sorted(named - known)
    if unknown:
        raise RecordError(
            "headlines.yaml",
            "names a row or total that no page has",
            value=unknown[0],
            next_step="compare with total_id in data/clean/published_totals.csv",
        )
