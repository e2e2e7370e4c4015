"""Watching a record as it grows: the CUSUM of each threshold, its path and its run lengths."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.case.knowing.cusum import Cusum, path
from pipeline.case.knowing.funnel import COUNTS
from pipeline.case.knowing.record import DRAWS, at_threshold
from pipeline.measures.intervals import clopper_pearson


def charts(met: pd.DataFrame, settings: dict[str, Any]) -> dict[str, Cusum]:
    """The CUSUM of each threshold, with the baseline that the settings name for it."""
    stated = settings["baseline"]["false_alerts"] / settings["baseline"]["alerts"]
    choices, found = settings["cusum"], {}
    for threshold, baseline in choices["baselines"].items():
        rate = stated
        if baseline != "stated":
            rows = at_threshold(met, baseline)
            rate = rows["false_alerts"].sum() / rows["alerts"].sum()
        found[threshold] = Cusum(float(rate), choices["ratio"], choices["limit"])
    return found


def cusum_path(met: pd.DataFrame, settings: dict[str, Any]) -> pd.DataFrame:
    """The score on the Met's record, from 0 at each threshold: one row per deployment with alerts."""
    columns = ["threshold", "date", "place", *COUNTS, "alerts_so_far", "score_low", "score_high"]
    parts = [
        path(at_threshold(met, threshold), chart).assign(threshold=threshold, limit=chart.limit)
        for threshold, chart in charts(met, settings).items()
    ]
    found = pd.concat(parts, ignore_index=True)
    return found.loc[found["alerts"] > 0, [*columns, "limit"]]


def baseline(settings: dict[str, Any], chart: Cusum) -> pd.DataFrame:
    """The usual rate with its exact interval, the chart's steps, and what a g-chart would make of it.

    A g-chart watches the gap between false alerts. At a share p the mean number of true alerts between them
    is (1 - p) / p, and the 3-sigma limit adds three times sqrt(1 - p) / p; the lower limit would be negative.

    Returns:
        One row: false_alerts, alerts, share, low, high, step_up, step_down, mean_gap, gap_limit.
    """
    counts = settings["baseline"]["false_alerts"], settings["baseline"]["alerts"]
    share = clopper_pearson(*counts)
    gap = (1 - chart.rate) / chart.rate
    limit = gap + 3 * np.sqrt(1 - chart.rate) / chart.rate
    row = {"false_alerts": counts[0], "alerts": counts[1]}
    row |= {"share": share.value, "low": share.low, "high": share.high}
    row |= {"step_up": chart.up, "step_down": chart.down, "mean_gap": gap, "gap_limit": limit}
    return pd.DataFrame([row])


def run_lengths(chart: Cusum, effects: list[float], a_year: float, seed: int) -> pd.DataFrame:
    """Alerts until the chart signals, by exact chain and by simulation, for each true ratio.

    Args:
        chart: The chart; its rate is the usual one.
        effects: True rates, in times the usual one.
        a_year: Alerts a year of the Met, for the chance of a signal within a year.
        seed: Of the simulation.

    Returns:
        One row per ratio: exact_mean, simulated_mean with its limits, chance_within_a_year.
    """
    rows = []
    for ratio in sorted({1.0, 4.0, *map(float, effects)}):
        rate = ratio * chart.rate
        runs = chart.simulated(rate, DRAWS, seed)
        half = 1.96 * runs.std(ddof=1) / np.sqrt(len(runs))
        chance = chart.signalled_by(rate, round(a_year))[-1]
        limits = runs.mean() - half, runs.mean() + half
        rows.append((ratio, chart.mean_alerts(rate), runs.mean(), *limits, chance))
    simulated = [f"simulated_{name}" for name in ("mean", "low", "high")]
    return pd.DataFrame(rows, columns=["ratio", "exact_mean", *simulated, "chance_within_a_year"])
