"""Legal certainty: did a judgment change how often live facial recognition was used?

The first judgment fell into a pandemic, and the record of the Met's use before it is a total of trials. So
the test is an exact ratio of two rates of deployments, months of pandemic left out. The second judgment came
after the record's last row; what can be said is how many months it would take.
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from pipeline.measures.power import LEVEL, rate_ratio
from pipeline.measures.tables import MET

FIXED_CAMERAS = "fixed_camera_site_unmarked"


def by_month(deployments: pd.DataFrame, rules: dict[str, Any]) -> pd.DataFrame:
    """Deployments of each month from the first row of the Met's to its last.

    Args:
        deployments: All forces' rows.
        rules: `events` of blueprint.yaml: first and last month of the pandemic.

    Returns:
        month (its first day), met, met_without_fixed_cameras, others (single days known of other forces),
        pandemic, whole (False for a last month that the record does not hold to its end).
    """
    met = deployments[deployments["force_id"] == MET]
    months = pd.period_range(met["date"].min(), met["date"].max(), freq="M")

    def count(rows: pd.DataFrame) -> np.ndarray:
        return rows["date"].dt.to_period("M").value_counts().reindex(months, fill_value=0).to_numpy()

    fixed = met["warnings"].str.contains(FIXED_CAMERAS)
    first, last = (pd.Period(rules[f"pandemic_{end}"], "M") for end in ("first", "last"))
    return pd.DataFrame(
        {
            "month": months.to_timestamp(),
            "met": count(met),
            "met_without_fixed_cameras": count(met[~fixed]),
            "others": count(deployments[deployments["force_id"] != MET]),
            "pandemic": (months >= first) & (months <= last),
            "whole": [month.end_time.normalize() <= met["date"].max() for month in months],
        }
    )


def first_judgment(
    months: pd.DataFrame, trials: float, rules: dict[str, Any], confidence: float
) -> pd.DataFrame:
    """The Met's deployments a month before and after the judgment of August 2020, exactly.

    Args:
        months: As `by_month` makes them.
        trials: Deployments of the Met's trials, before the record's first row.
        rules: `events` of blueprint.yaml: judgment, first trial, end of the pandemic, months followed.
        confidence: Coverage of the interval.

    Returns:
        One row a span after the judgment: span (`the first 12 months`, `12 months after the pandemic`),
        before, months_before (those of the pandemic left out), after, months_after, ratio, low, high,
        events.
    """
    period = months["month"].dt.to_period("M")
    judgment, begun = pd.Period(rules["judgment"], "M"), pd.Period(rules["first_trial"], "M")
    pandemic, over = pd.Period(rules["pandemic_first"], "M"), pd.Period(rules["pandemic_last"], "M")
    before = trials + float(months.loc[period < pandemic, "met"].sum())
    months_before = (pandemic - begun).n
    follow = rules["months_followed"]
    table = []
    for span, last in (
        (f"the first {follow} months", judgment),
        (f"{follow} months after the pandemic", over),
    ):
        inside = (period > last) & (period <= last + follow)
        after = float(months.loc[inside, "met"].sum())
        found = rate_ratio(int(after), follow, int(before), months_before, confidence)
        table.append(
            (span, before, months_before, after, follow, found.value, found.low, found.high, before + after)
        )
    columns = ["span", "before", "months_before", "after", "months_after", "ratio", "low", "high", "events"]
    return pd.DataFrame(table, columns=columns)


def second_judgment(months: pd.DataFrame, last_row: pd.Timestamp, rules: dict[str, Any]) -> pd.DataFrame:
    """Months of record after a judgment that would show a change of use, if there is one.

    Args:
        months: As `by_month` makes them.
        last_row: Date of the record's last row.
        rules: `events` of blueprint.yaml: second_judgment, months compared, ratios shown, power.

    Returns:
        One row a true ratio: days_after (days of record after the judgment, 0 if there is none), a_month
        (mean of the months compared), phi (their dispersion about a trend; at least 1 is used), months
        (needed; blank if the months compared are too few for any number).
    """
    span = rules["months_compared"]
    recent = months[months["whole"]].tail(span)["met"].to_numpy(float)
    design = np.column_stack([np.ones(span), np.arange(span)])
    trend = GLM(recent, design, family=Poisson()).fit()
    phi = float(trend.pearson_chi2 / trend.df_resid)
    worth = recent.mean() / max(phi, 1.0)  # events a month that a Poisson count would need to be as precise
    days = max(0, (last_row - pd.Timestamp(rules["second_judgment"])).days)
    return pd.DataFrame(
        [
            {
                "ratio": ratio,
                "days_after": days,
                "months_compared": span,
                "a_month": recent.mean(),
                "phi": phi,
                "months": months_needed(worth, span, ratio, rules["power"]),
            }
            for ratio in rules["ratios_shown"]
        ]
    )


def months_needed(a_month: float, before: int, ratio: float, target: float = 0.8) -> float:
    """Months after an event that show a change of a Poisson rate, by the square-root approximation.

    Args:
        a_month: Events a month before, above 0.
        before: Months before.
        ratio: True rate after over the rate before, not 1.
        target: Power of the two-sided test at 5 %.

    Returns:
        Months, not rounded; NaN if the months before are too few for any number of months after.

    Example:
        2 (sqrt(25) - sqrt(100)) = -10 standard units for a month on each side, against 2.80 wanted: with very
        many months before, 2.80 ** 2 / 100 of a month after would do.

        >>> round(months_needed(100, 10**6, 0.25), 4)
        0.0785

    Source: Lehmann and Romano (2005), Testing Statistical Hypotheses, section 11.2.
    """
    wanted = norm.ppf(1 - LEVEL / 2) + norm.ppf(target)
    left = (2 * np.sqrt(a_month) * (np.sqrt(ratio) - 1) / wanted) ** 2 - 1 / before
    return float(1 / left) if left > 0 else float("nan")
