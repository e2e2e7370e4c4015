"""Exact intervals for counts: binomial (Clopper-Pearson) and Poisson (Garwood), for numbers or whole columns.

Both cover at least as often as they promise, whatever the true rate, and neither collapses when nothing was
counted: none of 1,000 still has a positive upper limit. Limits are two-sided with equal tails.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaincinv

Numbers = float | NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A rate with its limits; each a float, or an array where columns came in; NaN where there is no rate.

    Args:
        value: Numerator over denominator.
        low: Lower limit, never below 0.
        high: Upper limit; at most 1 for a share, without ceiling for a rate.
    """

    value: Numbers
    low: Numbers
    high: Numbers


def clopper_pearson(k: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Share of `n` trials that were successes, with its exact binomial interval.

    Args:
        k: Successes, 0 to `n`; NaN where missing.
        n: Trials; 0 or NaN gives a missing share, not a share of 0.
        confidence: Coverage, 0 to 1.

    Raises:
        ValueError: if successes exceed trials, or either is negative.

    Example:
        >>> share = clopper_pearson(0, 3)
        >>> round(share.high, 4)  # 1 - 0.025 ** (1 / 3)
        0.7076

    Source: Clopper and Pearson (1934), https://doi.org/10.1093/biomet/26.4.404.
    """
    k, n, tail = _counts(k, n, confidence)
    if np.any(k > n):
        raise ValueError("more successes than trials")
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(n > 0, k / n, np.nan)
        low = np.where(k > 0, betaincinv(k, n - k + 1, tail), 0.0)
        high = np.where(k < n, betaincinv(k + 1, n - k, 1 - tail), 1.0)
    return _interval(value, low, high)


def poisson_rate(k: ArrayLike, exposure: ArrayLike, confidence: float = 0.95) -> Interval:
    """Events per unit of exposure, with their exact Poisson interval.

    Args:
        k: Events, 0 or more; NaN where missing.
        exposure: Hours, alerts or whatever the events are counted against; 0 or NaN gives a missing rate.
        confidence: Coverage, 0 to 1.

    Raises:
        ValueError: if either is negative.

    Example:
        >>> rate = poisson_rate(0, 1)
        >>> round(rate.high, 4)  # minus the natural logarithm of 0.025
        3.6889

    Source: Garwood (1936), https://doi.org/10.1093/biomet/28.3-4.437.
    """
    k, exposure, tail = _counts(k, exposure, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(exposure > 0, k / exposure, np.nan)
        low = np.where(k > 0, gammaincinv(k, tail) / exposure, 0.0)
        high = gammaincinv(k + 1, 1 - tail) / exposure
    return _interval(value, low, high)


def _counts(k: ArrayLike, n: ArrayLike, confidence: float) -> tuple[NDArray, NDArray, float]:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    k, n = np.broadcast_arrays(np.asarray(k, dtype=float), np.asarray(n, dtype=float))
    if np.any(k < 0) or np.any(n < 0):
        raise ValueError("a count cannot be negative")
    return k, n, (1 - confidence) / 2


def _interval(value: NDArray, low: NDArray, high: NDArray) -> Interval:
    """Blank the limits where there is no rate; hand single numbers back as floats."""
    missing = np.isnan(value)
    parts = (value, np.where(missing, np.nan, low), np.where(missing, np.nan, high))
    return Interval(*(float(part) if part.ndim == 0 else part for part in parts))
