"""Empirical Bayes: shares of few alerts drawn towards the pool, by as much as the pool's own spread allows.

Each unit (a place, a force) has a share of its own, from a beta distribution that all units have in common,
and its false alerts are beta-binomial. The spread of the shares is their coefficient of variation: standard
deviation over mean; 0 if all are alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import beta, betabinom, binom, chi2

SPREADS = np.linspace(0, 3, 31)  # searched; 3 is shares that differ a hundredfold


@dataclass(frozen=True)
class Pool:
    """What units have in common.

    Args:
        mean: Most likely mean share.
        spread: Most likely coefficient of variation of the shares.
        spread_high: The largest that a likelihood-ratio test at 5 % does not refuse.
        mean_high: Mean share that goes with it.
    """

    mean: float
    spread: float
    spread_high: float
    mean_high: float


def weight(mean: float, spread: float) -> float:
    """Alerts that the pool counts for: alpha + beta of the beta distribution; infinite for no spread.

    Example:
        >>> round(weight(0.5, 0.5), 6)  # beta(1.5, 1.5): variance 0.0625 = (0.5 * 0.5) ** 2
        3.0
    """
    return np.inf if spread == 0 else (1 - mean) / (mean * spread**2) - 1


def log_likelihood(events: NDArray, alerts: NDArray, mean: float, spread: float) -> float:
    """Log likelihood: binomial without spread, else beta-binomial with mean < 1 / (1 + spread ** 2)."""
    pooled = weight(mean, spread)
    if np.isinf(pooled):
        return float(binom.logpmf(events, alerts, mean).sum())
    return float(betabinom.logpmf(events, alerts, mean * pooled, (1 - mean) * pooled).sum())


def fit(events: ArrayLike, alerts: ArrayLike) -> Pool:
    """Fit the pool by maximum likelihood, with the profile of its spread.

    Args:
        events: False alerts of each unit, at least one in all.
        alerts: Alerts of each unit, above 0.

    Raises:
        ValueError: if there was no event, for then nothing can be said of the spread.
    """
    k, n = np.asarray(events, dtype=float), np.asarray(alerts, dtype=float)
    if k.sum() == 0:
        raise ValueError("no event in any unit: no pool can be fitted")
    pooled = k.sum() / n.sum()
    means, profile = [], []
    for spread in SPREADS:
        found = minimize_scalar(
            lambda log_mean, spread=spread: -log_likelihood(k, n, np.exp(log_mean), spread),
            # a beta distribution of that spread has a mean below 1 / (1 + spread squared)
            bounds=(np.log(pooled) - 1.5, min(np.log(pooled) + 1.5, -np.log1p(spread**2) - 1e-6)),
            method="bounded",
            options={"xatol": 1e-6},
        )
        means.append(float(pooled if spread == 0 else np.exp(found.x)))
        profile.append(log_likelihood(k, n, means[-1], spread))
    best = int(np.argmax(profile))
    accepted = np.flatnonzero(2 * (profile[best] - np.array(profile)) <= chi2.ppf(0.95, 1))
    last = int(accepted[-1])
    return Pool(means[best], float(SPREADS[best]), float(SPREADS[last]), means[last])


def shrunk(
    events: ArrayLike, alerts: ArrayLike, mean: float, spread: float
) -> tuple[NDArray, NDArray, NDArray]:
    """Share of each unit drawn towards the pool, with its 95 % limits, given the pool.

    Args:
        events: False alerts.
        alerts: Alerts.
        mean: Mean share of the pool.
        spread: Coefficient of variation of the shares; without any, every unit has the pool's share.

    Returns:
        Mean of the unit's share after its counts, and the 2.5 and 97.5 % points.

    Example:
        >>> found = shrunk([0], [3], 0.5, 0.5)  # the pool counts for three alerts, half of them false
        >>> float(found[0][0].round(6))
        0.25

    Source: Efron and Morris (1975), https://doi.org/10.1080/01621459.1975.10479864, for the idea.
    """
    k, n = np.atleast_1d(np.asarray(events, dtype=float)), np.atleast_1d(np.asarray(alerts, dtype=float))
    pooled = weight(mean, spread)
    if np.isinf(pooled):
        same = np.full(len(k), mean)
        return same, same, same
    a, b = k + mean * pooled, n - k + (1 - mean) * pooled
    return a / (a + b), beta.ppf(0.025, a, b), beta.ppf(0.975, a, b)
