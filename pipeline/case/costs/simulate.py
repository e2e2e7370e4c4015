"""Monte Carlo: quantiles with the error of simulation, and what drives them."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from pipeline.case.costs.register import Assumption, Settings, at_mode, at_quantiles

DRAWS = 20_000
SEED = 20250813  # any number does; fixed so that two runs agree
SOBOL_SAMPLES = 512  # a power of 2; the model is run this often for every assumption, and twice more
MIDDLE = 0.95  # of the draws lie between low and high

Answer = Callable[[Settings], NDArray[np.float64]]


def quantile(draws: NDArray[np.float64], share: float, confidence: float) -> tuple[float, float, float]:
    """A quantile of the simulated values, with the exact interval that the number of draws leaves it.

    How many draws lie below the true quantile is binomial, so two order statistics bound it, whatever the
    distribution.

    Args:
        draws: Simulated values, at least some hundreds.
        share: Which quantile, 0 to 1.
        confidence: Coverage of the interval, 0 to 1.

    Returns:
        value, low, high.

    Example:
        >>> [round(float(one)) for one in quantile(np.arange(1, 10_001), 0.5, 0.95)]
        [5000, 4902, 5099]

    Source: David and Nagaraja (2003), Order Statistics, section 7.1.
    """
    ordered, tail = np.sort(draws), (1 - confidence) / 2
    low, high = stats.binom.ppf([tail, 1 - tail], len(ordered), share).astype(int)
    return (
        float(np.quantile(ordered, share)),
        float(ordered[max(low - 1, 0)]),
        float(ordered[min(high, len(ordered) - 1)]),
    )


def summary(draws: NDArray[np.float64], confidence: float) -> dict[str, float]:
    """Median and the limits of the middle 95 in 100 draws, the mean, the share above 0, and their errors.

    Returns:
        median, low, high; for each the largest error of simulation `<name>_error`; mean and mean_error (half
        its interval); share_above (of draws above 0).
    """
    found = {}
    for name, share in (("median", 0.5), ("low", (1 - MIDDLE) / 2), ("high", (1 + MIDDLE) / 2)):
        value, below, above = quantile(draws, share, confidence)
        found |= {name: value, f"{name}_error": max(value - below, above - value)}
    half = stats.norm.ppf((1 + confidence) / 2) * draws.std(ddof=1) / np.sqrt(len(draws))
    return found | {"mean": draws.mean(), "mean_error": half, "share_above": (draws > 0).mean()}


def tornado(assumptions: Sequence[Assumption], answer: Answer) -> pd.DataFrame:
    """One assumption at a time at its low and at its high, the others at their modes.

    Returns:
        One row for each assumption that is drawn: assumption, middle (all at their modes), at_low, at_high,
        swing, the distance between the two.
    """
    middle = at_mode(assumptions)
    rows = [
        {
            "assumption": one.id,
            "middle": float(answer(middle)),
            "at_low": float(answer(middle | {one.id: one.low})),
            "at_high": float(answer(middle | {one.id: one.high})),
        }
        for one in assumptions
        if not one.fixed
    ]
    table = pd.DataFrame(rows)
    return table.assign(swing=(table["at_high"] - table["at_low"]).abs())


def variance_shares(assumptions: Sequence[Assumption], answers: Answer) -> pd.DataFrame:
    """First-order and total shares of the variance of several answers that each assumption explains.

    The first-order share is what would go if the assumption alone were known; the total share adds its
    interactions. They are Sobol's indices by Saltelli's estimator (scipy.stats.sobol_indices).

    Args:
        assumptions: The register.
        answers: From settings with n draws to an array (answers, n).

    Returns:
        One row for each answer and assumption that is drawn: answer (its number), assumption, first, total.
    """
    names = [one.id for one in assumptions if not one.fixed]

    def centred(quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
        values = answers(at_quantiles(assumptions, quantiles))
        return values - middle  # the estimator loses digits where the mean is far from 0

    middle = np.asarray(answers(at_mode(assumptions))).reshape(-1, 1)
    found = stats.sobol_indices(
        func=centred, n=SOBOL_SAMPLES, dists=[stats.uniform()] * len(names), rng=np.random.default_rng(SEED)
    )
    first, total = np.atleast_2d(found.first_order), np.atleast_2d(found.total_order)
    return pd.DataFrame(
        [
            {"answer": number, "assumption": name, "first": first[number, at], "total": total[number, at]}
            for number in range(len(first))
            for at, name in enumerate(names)
        ]
    )
