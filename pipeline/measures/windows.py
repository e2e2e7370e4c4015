"""Totals over twelve months and running totals: which dates would make a claimed number true."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Finding:
    """What a named function finds for a claim.

    Args:
        value: The number that the record gives.
        windows: Spans of dates that bear on the claim, each with its total, in order.
    """

    value: float
    windows: tuple[dict[str, Any], ...]


def twelve_month_windows(deployments: pd.DataFrame, claimed: float, column: str) -> Finding:
    """All windows of twelve months whose total is the claimed one or, if none is, the nearest on either side.

    A window ends on any day from a year after the first deployment to the last, and begins the day after the
    same date a year before. Windows that end on successive days with one total are given as one.

    Args:
        deployments: One row per deployment, with `date` and `column`; a missing count adds nothing.
        claimed: The total looked for.
        column: The count to add up.

    Returns:
        The nearest total (the claimed one, if any window has it), and the windows: `first_end` and `last_end`
        (the range of last days), `first_start` and `last_start` (the matching first days), `total`.
    """
    daily = _daily(deployments, column)
    ends = daily.index[daily.index >= daily.index[0] + pd.DateOffset(years=1) - pd.Timedelta(days=1)]
    starts = ends - pd.DateOffset(years=1) + pd.Timedelta(days=1)
    running = np.concatenate([[0.0], daily.cumsum().to_numpy()])
    totals = running[daily.index.get_indexer(ends) + 1] - running[daily.index.get_indexer(starts)]
    if not len(totals):
        raise ValueError("the record is shorter than twelve months")
    below, above = totals[totals <= claimed], totals[totals >= claimed]
    wanted = {
        chosen for chosen in (below.max(initial=-np.inf), above.min(initial=np.inf)) if np.isfinite(chosen)
    }
    table = pd.DataFrame({"start": starts, "end": ends, "total": totals})
    runs = (table["total"] != table["total"].shift()).cumsum()
    windows = [
        {
            "first_start": run["start"].iloc[0].date().isoformat(),
            "last_start": run["start"].iloc[-1].date().isoformat(),
            "first_end": run["end"].iloc[0].date().isoformat(),
            "last_end": run["end"].iloc[-1].date().isoformat(),
            "total": int(run["total"].iloc[0]),
        }
        for _, run in table[table["total"].isin(wanted)].groupby(runs)
    ]
    return Finding(min(wanted, key=lambda total: abs(total - claimed)), tuple(windows))


def running_total(deployments: pd.DataFrame, claimed: float, column: str, start: str, until: str) -> Finding:
    """The total from one day to another, and the days between which it first passed the claimed number.

    Args:
        deployments: One row per deployment, with `date` and `column`; a missing count adds nothing.
        claimed: The number whose passing is dated.
        column: The count to add up; `deployment_id` counts rows.
        start: First day, ISO.
        until: Last day, ISO.

    Returns:
        The total on `until`, and up to two windows: the last day with the total at or below the claimed
        number, and the first day above it, each with the total then.
    """
    span = deployments[deployments["date"].between(pd.Timestamp(start), pd.Timestamp(until))]
    totals = _by_day(span, column).cumsum()
    if totals.empty:
        raise ValueError(f"no deployment from {start} to {until}")
    at_or_below, above = totals[totals <= claimed].tail(1), totals[totals > claimed].head(1)
    windows = [
        {"first_start": start, "last_end": day.date().isoformat(), "total": int(total)}
        for day, total in pd.concat([at_or_below, above]).items()
    ]
    return Finding(float(totals.iloc[-1]), tuple(windows))


# What the ledger may call by name.
FUNCTIONS: dict[str, Callable[..., Finding]] = {
    "twelve_month_windows": twelve_month_windows,
    "running_total": running_total,
}


def _by_day(deployments: pd.DataFrame, column: str) -> pd.Series:
    if column == "deployment_id":
        return deployments.groupby("date")[column].count().astype(float)
    return deployments.groupby("date")[column].sum()


def _daily(deployments: pd.DataFrame, column: str) -> pd.Series:
    totals = _by_day(deployments, column)
    return totals.reindex(pd.date_range(totals.index[0], totals.index[-1]), fill_value=0.0)
