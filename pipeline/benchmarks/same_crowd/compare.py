"""Settings compared: what each brings to one crowd, and how much of a difference is list or threshold."""

import numpy as np
import pandas as pd

from pipeline.benchmarks.model.anchors import Anchors, borrowed_slope, rho_through
from pipeline.benchmarks.model.population import needed_cosine, tail

PER = 100_000  # strangers to whom false alerts are related
BASE = "met-064"  # the setting that others are compared with: the one with most deployments


def per_setting(
    settings: pd.DataFrame, grid: pd.DataFrame, rates: pd.DataFrame, listed: float
) -> pd.DataFrame:
    """What each setting brings.

    Args:
        settings: From `read_settings`.
        grid: From `counted`.
        rates: From `rates_by_threshold`: FMR and TPIR with what the published test leaves open.
        listed: Listed people who pass among 100,000 strangers.

    Returns:
        The settings with false_per_100000 (closed form for the middle list) and two ranges of it: `lists_*`
        for the shortest and longest list, `rates_*` for what the test leaves open about the rate;
        missed_per_100 listed people with its range; alerts_to_check and of these false_share, per 100,000
        strangers with `listed` listed people among them; and the engine's counts.
    """
    table = settings.merge(rates, on="threshold").merge(grid, on=["people", "threshold"])
    table = table.rename(columns={"tpir_x": "chance_found", "tpir_y": "tpir_counted"})
    false = PER * _fpir(table["fmr"], table["people"])
    found = listed * table["tpir_closed"]
    ranges = {
        "lists_low": ("fmr", "people_low"),
        "lists_high": ("fmr", "people_high"),
        "rates_low": ("fmr_low", "people"),
        "rates_high": ("fmr_high", "people"),
    }
    missed = {
        "missed_per_100": 100 * (1 - table["tpir_closed"]),
        "missed_low": 100 * (1 - table["tpir_high_x"]),
        "missed_high": 100 * (1 - table["tpir_low_x"]),
    }
    columns = [*settings.columns, "fmr"]
    made = table[columns].assign(false_per_100000=false)
    made = made.assign(**{name: PER * _fpir(table[rate], table[n]) for name, (rate, n) in ranges.items()})
    made = made.assign(**missed, alerts_to_check=false + found, false_share=false / (false + found))
    return made.assign(**{name: table[name] for name in ("events", "trials", "found", "passages")})


def ratios(table: pd.DataFrame, anchors: Anchors) -> pd.DataFrame:
    """How many times likelier a stranger is flagged under each setting than under `BASE`, cut in two factors.

    Returns:
        setting, ratio (of FPIR, middle lists), by_list and by_threshold (its factors), ratio_low and
        ratio_high: what the steepness of the rate leaves open, from the false positives of the test and the
        false alerts of the Met's year (exact 95 % limits); blank where the threshold is the same.
    """
    base = table.set_index("setting").loc[BASE]
    steepness = borrowed_slope(anchors)  # middle, low, high
    rows = []
    for row in table.itertuples():
        by_threshold = row.fmr / base["fmr"]
        ratio = row.false_per_100000 / base["false_per_100000"]
        open_ends = sorted(fmr_ratio(k, row.threshold, base["threshold"], anchors) for k in steepness[1:])
        low, high = open_ends if row.threshold != base["threshold"] else (np.nan, np.nan)
        rows.append(
            {
                "setting": row.setting,
                "ratio": ratio,
                "by_list": ratio / by_threshold,
                "by_threshold": by_threshold,
                "ratio_low": low * ratio / by_threshold,
                "ratio_high": high * ratio / by_threshold,
            }
        )
    return pd.DataFrame(rows)


def fmr_ratio(k: float, threshold: float, other: float, anchors: Anchors) -> float:
    """FMR at one threshold over FMR at another, on the curve of steepness k through the test's rate."""
    rho = rho_through(k, anchors.threshold, anchors.false_match_rate)
    return float(tail(needed_cosine(threshold, rho), k) / tail(needed_cosine(other, rho), k))


def _fpir(fmr: pd.Series, people: pd.Series) -> pd.Series:
    return -np.expm1(people * np.log1p(-fmr))
