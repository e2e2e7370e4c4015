"""Would the method call any month a break? An interrupted time series at every month that allows one.

A segmented Poisson regression with a trend before, a change of level and a change of slope is fitted to the
months on both sides of a date, with Newey-West standard errors. Dates at which nothing legal happened are
placebos: if many of them show changes as clear, a change at a legal date shows nothing.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

LAGS = 3  # of Newey and West: 4 (n / 100) ** (2 / 9), rounded up, for two to five years of months


def interrupted(counts: NDArray, at: int, confidence: float) -> dict[str, float]:
    """Fit the segmented regression at one month.

    Args:
        counts: Monthly deployments: (n,).
        at: Index of the first month after the event.
        confidence: Coverage of the interval.

    Returns:
        level, low, high: jump at the event, as a ratio; z of the level; slope: ratio by which the monthly
        growth changes; slope_z.

    Example:
        >>> found = interrupted(np.array([4, 4, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8]), 6, 0.95)
        >>> round(found["level"], 6), round(found["slope"], 6)
        (2.0, 1.0)

    Source: Bernal, Cummins and Gasparrini (2017), https://doi.org/10.1093/ije/dyw098.
    """
    time = np.arange(len(counts)) - at
    after = (time >= 0).astype(float)
    design = np.column_stack([np.ones(len(counts)), time, after, after * time])
    model = GLM(counts, design, family=Poisson())
    found = model.fit(cov_type="HAC", cov_kwds={"maxlags": LAGS})
    low, high = np.exp(found.conf_int(1 - confidence)[2])
    # A perfect fit has no error to divide by; it has no break either unless the level moves.
    z = found.params / np.where(found.bse > 0, found.bse, np.inf)
    return {
        "level": float(np.exp(found.params[2])),
        "low": float(low),
        "high": float(high),
        "z": float(z[2]),
        "slope": float(np.exp(found.params[3])),
        "slope_z": float(z[3]),
    }


def placebos(
    months: pd.DataFrame, events: pd.DataFrame, rules: dict[str, Any], confidence: float
) -> pd.DataFrame:
    """The same regression at every month with enough months on both sides.

    Args:
        months: Monthly deployments, see `events.by_month`; used are whole months from `series_from` on.
        events: policy_timeline.csv: the legal events named in the rules are marked.
        rules: `events` of blueprint.yaml: series_from, months_each_side, window (months used on each side at
            most), legal_events (source_row of policy_timeline.csv).
        confidence: Coverage of the intervals.

    Returns:
        One row a series (`all`, `without fixed cameras`) and month: legal (`legal event`, `near one` or
        `placebo`), event (words, or blank), what `interrupted` gives, and significant (of level or slope, at
        the level that belongs to the confidence).
    """
    used = months[months["whole"] & (months["month"] >= pd.Timestamp(rules["series_from"]))]
    named = events[events["source_row"].isin(rules["legal_events"])]
    legal = dict(zip(named["first_day"].str[:7], named["event"], strict=True))
    near = {str(pd.Period(month, "M") + step) for month in legal for step in (-1, 1)}
    limit = norm.ppf((1 + confidence) / 2)
    table = []
    for series, column in (("all", "met"), ("without fixed cameras", "met_without_fixed_cameras")):
        counts = used[column].to_numpy(float)
        labels = used["month"].dt.strftime("%Y-%m").tolist()
        for at in range(rules["months_each_side"], len(counts) - rules["months_each_side"] + 1):
            first, last = max(0, at - rules["window"]), at + rules["window"]
            found = interrupted(counts[first:last], at - first, confidence)
            month = labels[at]
            table.append(
                {
                    "series": series,
                    "month": month,
                    "legal": "legal event" if month in legal else "near one" if month in near else "placebo",
                    "event": legal.get(month, ""),
                    **found,
                    "significant": bool(max(abs(found["z"]), abs(found["slope_z"])) >= limit),
                }
            )
    return pd.DataFrame(table)


def summary(breaks: pd.DataFrame) -> pd.DataFrame:
    """How often placebo dates show a significant change, and where each legal event ranks among them.

    Returns:
        One row a series and legal event (and one for the placebos together, month blank): dates,
        significant, share (significant, of the dates), as_large (share of placebo dates whose level changes
        as clearly, by |z|; blank for the placebos).
    """
    table = []
    for series, own in breaks.groupby("series", sort=False):
        placebo = own[own["legal"] == "placebo"]
        size = placebo["z"].abs()
        count = int(placebo["significant"].sum())
        table.append((series, "", "", len(placebo), count, count / len(placebo), np.nan))
        for row in own[own["legal"] == "legal event"].itertuples():
            hit = int(row.significant)
            table.append(
                (series, row.month, row.event, 1, hit, float(hit), float((size >= abs(row.z)).mean()))
            )
    columns = ["series", "month", "event", "dates", "significant", "share", "as_large"]
    return pd.DataFrame(table, columns=columns)
