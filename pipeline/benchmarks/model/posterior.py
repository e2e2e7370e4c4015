"""What a handful of published false positives say about the model: draws of its rates from their posterior.

Two things are unknown: the false match rate at the lowest threshold, and how steeply it falls above it. The
tail keeps the form of the population model; its steepness is k, the dimensions of identity, and `rho` moves
with k so that every k gives the same rate at the lowest threshold. Rate and k are independent before
anything is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from pipeline.benchmarks.model.population import needed_cosine, tail

Array = NDArray[np.float64]

STEEPNESS = np.geomspace(10, 2000, 1500)  # values of k that are weighed; beyond them the likelihood is nil


@dataclass(frozen=True)
class Prior:
    """What is believed before anything is counted.

    Args:
        name: How it is called in tables.
        steepness_power: The density of k is proportional to k to this power; -1 is flat in log k.
        rate_shape: Shape of the gamma prior of the rate: 0.5 is Jeffreys' prior of a Poisson rate, 1 a flat
            one.
    """

    name: str
    steepness_power: float
    rate_shape: float


PRIORS = (
    Prior("flat in log k", -1, 0.5),
    Prior("flat in k", 0, 0.5),
    Prior("flat in 1/k", -2, 0.5),
    Prior("flat in log k and in the rate", -1, 1),
)
"""The first is the one used; the others show how much of a prediction is prior."""


@dataclass(frozen=True)
class Evidence:
    """False positives of a test, counted at rising thresholds, and perhaps more from elsewhere.

    Args:
        thresholds: Rising, the first being the one of the rate.
        counts: False positives at or above each threshold; a false positive at 0.62 is also one at 0.60.
        comparisons: Comparisons of strangers that the test made: searches times people enrolled.
        borrowed_count: False positives counted elsewhere, at or above the last threshold.
        borrowed_comparisons: Comparisons of strangers made there; 0 borrows nothing.
    """

    thresholds: tuple[float, ...]
    counts: tuple[int, ...]
    comparisons: float
    borrowed_count: int = 0
    borrowed_comparisons: float = 0.0

    @property
    def rate(self) -> float:
        """False match rate at the first threshold, as counted."""
        return self.counts[0] / self.comparisons


def survival(k: ArrayLike, rate: float, thresholds: Sequence[float]) -> Array:
    """Share of the false matches at the first threshold that reach each threshold.

    Args:
        k: (n,) steepness.
        rate: False match rate at the first threshold, below one half.
        thresholds: (m,) rising.

    Returns:
        (n, m), its first column 1.

    Example:
        >>> survival([3], 0.25, [0.5, 0.75])  # k = 3: the rate is (1 - c) / 2; c is 0.5, then 0.75
        array([[1. , 0.5]])
    """
    k = np.atleast_1d(np.asarray(k, dtype=np.float64))[:, None]
    first = np.sqrt(1 - betaincinv((k - 1) / 2, 0.5, 2 * rate))  # the cosine beyond which the rate is found
    rho = (thresholds[0] - first) / (
        1 - first
    )  # may be negative: only differences between scores matter here
    return tail(needed_cosine(thresholds, rho), k) / rate


def log_likelihood(evidence: Evidence, share: Array) -> Array:
    """How well each steepness explains how the false positives thin out; (n, m) from `survival` to (n,)."""
    bands = -np.diff(np.array([*evidence.counts, 0]))
    shares = -np.diff(np.hstack([share, np.zeros((len(share), 1))]), axis=1)
    return (bands * np.log(shares)).sum(axis=1)


def draw_rates(evidence: Evidence, prior: Prior, draws: int, rng: np.random.Generator) -> Array:
    """Draw false match rates at the evidence's thresholds from the posterior.

    The rate given k is a gamma distribution; k is weighed on the grid `STEEPNESS` with the rate integrated
    out.

    Returns:
        (draws, m), one column a threshold, falling from left to right.
    """
    share = survival(STEEPNESS, evidence.rate, evidence.thresholds)
    shape = prior.rate_shape + evidence.counts[0] + evidence.borrowed_count
    exposure = evidence.comparisons + share[:, -1] * evidence.borrowed_comparisons
    weight = (prior.steepness_power + 1) * np.log(STEEPNESS)  # the grid is even in log k, hence + 1
    weight += log_likelihood(evidence, share) - shape * np.log(exposure)
    if evidence.borrowed_count:
        weight += evidence.borrowed_count * np.log(share[:, -1])
    weight = np.exp(weight - weight.max())
    row = rng.choice(len(STEEPNESS), size=draws, p=weight / weight.sum())
    rate = rng.gamma(shape, size=draws) / exposure[row]
    return rate[:, None] * share[row]
