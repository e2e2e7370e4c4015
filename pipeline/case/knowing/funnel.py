"""Funnel plots with exact binomial limits, and how much more rates differ than chance would have them."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

COVERAGES = {"95": 0.95, "998": 0.998}
COUNTS = ["alerts", "false_alerts"]
TAIL_TRIMMED = 0.1  # winsorising: the lowest and highest tenth of z become the tenth's edge


def limits(alerts: ArrayLike, rate: float, coverage: float) -> tuple[NDArray, NDArray]:
    """Lower and upper limit of a share of `alerts`, outside which chance puts it in at most 1 - coverage.

    Each limit lies half a count from the last count inside, so that a point is beyond it exactly when its
    count is. Interpolating between quantiles, as is usual, would put the limit below a single false alert
    at places where one is nothing unusual.

    Args:
        alerts: Numbers of alerts, 1 or more.
        rate: The common share, 0 to 1.
        coverage: How often a share lies within, at least, 0 to 1.

    Returns:
        Lower limits, below 0 where no count is too small, and upper limits.

    Example:
        >>> low, high = limits([100], 0.05, 0.95)  # P(0) = 0.006; P(11 or more) = 0.012
        >>> float(low[0].round(3)), float(high[0].round(3))
        (0.005, 0.105)

    Source: Spiegelhalter (2005), https://doi.org/10.1002/sim.1970, for the plot.
    """
    n = np.atleast_1d(np.asarray(alerts, dtype=float))
    tail = (1 - coverage) / 2
    fewest = binom.ppf(tail, n, rate)  # the least count with a chance of `tail` or more up to it
    most = binom.isf(tail, n, rate)  # the least count with a chance of `tail` or less beyond it
    return (fewest - 0.5) / n, (most + 0.5) / n


def outside(events: ArrayLike, alerts: ArrayLike, rate: float) -> list[str]:
    """Where each count lies by its exact chance: inside, or beyond the 95 or 99.8 % limits, on which side.

    Example:
        >>> outside([0, 5, 12], [100, 100, 100], 0.05)  # none: 0.95 ** 100 = 0.006; 12 or more: 0.0043
        ['low 95', 'inside', 'high 95']
    """
    k, n = np.asarray(events, dtype=float), np.asarray(alerts, dtype=float)
    words = []
    for few, many in zip(binom.cdf(k, n, rate), binom.sf(k - 1, n, rate), strict=True):
        side, tail = ("low", few) if few < many else ("high", many)
        beyond = [name for name, coverage in COVERAGES.items() if tail < (1 - coverage) / 2]
        words.append(f"{side} {beyond[-1]}" if beyond else "inside")
    return words


def chance_outside(alerts: ArrayLike, rate: float, coverage: float = 0.95) -> NDArray[np.float64]:
    """Chance that a place of so many alerts lies outside the limits though its rate is the common one.

    Example:
        >>> float(chance_outside([1], 0.01)[0].round(6)), float(chance_outside([10], 0.5)[0].round(6))
        (0.01, 0.021484)
    """
    n = np.asarray(alerts, dtype=float)
    low, high = limits(n, rate, coverage)
    return binom.cdf(np.floor(low * n), n, rate) + binom.sf(np.floor(high * n), n, rate)


def phi(events: NDArray, alerts: NDArray, winsorised: bool) -> NDArray:
    """Mean of squared z, 1 on average if all rows share one rate and rows are not small.

    z = (share - common share) / its standard error. Works on the last axis.

    Args:
        events: False alerts of each row: (..., rows).
        alerts: Alerts of each row, above 0: (rows,).
        winsorised: Pull the lowest and highest tenth of z in to the tenth's edge first.

    Example:
        >>> float(phi(np.array([1, 3]), np.array([10, 10]), False).round(6))  # 0.1 ** 2 / (0.2 * 0.8 / 10)
        0.625

    Source: Spiegelhalter (2005), https://doi.org/10.1002/sim.1970, section A.3.
    """
    rate = events.sum(axis=-1, keepdims=True) / alerts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (events / alerts - rate) / np.sqrt(rate * (1 - rate) / alerts)
    if winsorised:
        low, high = np.quantile(z, [TAIL_TRIMMED, 1 - TAIL_TRIMMED], axis=-1, keepdims=True)
        z = np.clip(z, low, high)
    return (z**2).mean(axis=-1)


def phi_null(rate: float, alerts: NDArray, draws: int, seed: int, winsorised: bool) -> NDArray:
    """phi of simulated records in which every alert is false with one and the same chance: (draws,).

    Where most counts are 0, phi is far from 1 even then; so the record's phi is set beside these.
    """
    events = np.random.default_rng(seed).binomial(alerts.astype(int), rate, size=(draws, len(alerts)))
    return phi(events[events.sum(axis=1) > 0], alerts, winsorised)


def by_unit(record: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Alerts and false alerts by place or by deployment; rows without an alert say nothing."""
    rows = record if unit == "deployment" else record.groupby("place", as_index=False)[COUNTS].sum()
    return rows[rows["alerts"] > 0]
