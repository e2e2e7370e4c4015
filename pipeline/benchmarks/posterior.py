"""What a handful of published false positives say about the model, and what they predict.

Two things are unknown: the false match rate at the lowest threshold, and how steeply it falls above it. The
tail keeps the form of the population model; its steepness is k, the dimensions of identity, and `rho` moves
with k so that every k gives the same rate at the lowest threshold. Rate and k are independent before
anything is counted.

Everything counted is Poisson given rate and k, so a prediction is a mixture of Poisson distributions over
draws. Its probabilities are averages of exact ones, not shares of simulated counts: a chance of one in ten
thousand does not need many times ten thousand draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaln

from pipeline.benchmarks.model import needed_cosine, tail

Array = NDArray[np.float64]

STEEPNESS = np.geomspace(
    10, 2000, 1500
)  # values of k that are weighed; beyond both ends the likelihood is nil


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


def expected_false_alerts(rates: Array, faces: ArrayLike, people: ArrayLike, column: ArrayLike) -> Array:
    """Expected false alerts of each row under each draw: faces times FPIR(N, T).

    Args:
        rates: (draws, m) false match rates.
        faces: (rows,) searches of strangers.
        people: (rows,) people enrolled, N.
        column: (rows,) which column of `rates` holds the row's threshold.

    Returns:
        (draws, rows).

    Example:
        >>> expected_false_alerts(np.array([[0.5]]), [8], [2], [0])  # 8 faces, each 1 - 0.5 ** 2
        array([[6.]])
    """
    chosen = rates[:, np.asarray(column)]
    return np.asarray(faces) * -np.expm1(np.asarray(people) * np.log1p(-chosen))


@dataclass(frozen=True)
class Prediction:
    """A count foretold for each of several rows: mixtures of Poisson distributions.

    Args:
        means: (draws, rows) expected counts, above 0.
    """

    means: Array

    @cached_property
    def cumulative(self) -> Array:
        """Chance of at most 0, 1, 2, ... events, (counts, rows), until one in a billion is missing."""
        means = self.means.T
        logs = np.log(means)
        total = np.zeros(len(means))
        table = []
        while (open_rows := np.flatnonzero(total < 1 - 1e-9)).size:
            count = len(table)
            chance = np.exp(count * logs[open_rows] - means[open_rows] - gammaln(count + 1))
            total[open_rows] += chance.mean(axis=1)
            table.append(total.copy())
        return np.array(table)

    def limits(self, confidence: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The quantiles at both ends of the central interval, (rows,) each.

        Example:
            >>> low, high = Prediction(np.array([[np.log(2)]])).limits(0.95)  # at most 0 to 3: .5 .85 .97 .99
            >>> int(low[0]), int(high[0])
            (0, 3)
        """
        low, high = (1 - confidence) / 2, (1 + confidence) / 2
        return (self.cumulative < low).sum(axis=0), (self.cumulative < high).sum(axis=0)

    def tail_probability(self, count: ArrayLike) -> Array:
        """Two-sided mid-p of a count, (rows,): twice the smaller tail, the count itself half in.

        Example:
            >>> mean = np.array([[np.log(2)]])  # none: one half; half of that, twice
            >>> round(Prediction(mean).tail_probability([0]).item(), 6)
            0.5
        """
        row = np.minimum(np.asarray(count, dtype=np.int64), len(self.cumulative) - 1)
        return self._tails[row, np.arange(len(row))]

    def unsurprising(self, chance: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Least and greatest count of each row whose tail probability is at least `chance`."""
        fits = self._tails >= chance
        return fits.argmax(axis=0), len(fits) - 1 - fits[::-1].argmax(axis=0)

    @cached_property
    def _tails(self) -> Array:
        fewer = np.vstack([np.zeros(self.cumulative.shape[1]), self.cumulative[:-1]])
        lower = (fewer + self.cumulative) / 2
        return 2 * np.minimum(lower, 1 - lower)


def discoveries(chances: ArrayLike, rate: float) -> NDArray[np.bool_]:
    """Which of many tests stay surprising when at most this share of those picked may be chance.

    Args:
        chances: (n,) probabilities, 0 to 1.
        rate: False discovery rate, 0 to 1.

    Example:
        >>> discoveries([0.01, 0.04, 0.03, 0.5], 0.05)  # sorted limits 0.0125, 0.025, 0.0375, 0.05
        array([ True, False, False, False])

    Source: Benjamini and Hochberg (1995), https://doi.org/10.1111/j.2517-6161.1995.tb02031.x.
    """
    chances = np.asarray(chances, dtype=np.float64)
    order = np.argsort(chances, kind="stable")
    within = chances[order] <= rate * np.arange(1, len(chances) + 1) / len(chances)
    picked = np.zeros(len(chances), dtype=bool)
    picked[order[: np.flatnonzero(within).max(initial=-1) + 1]] = True
    return picked
