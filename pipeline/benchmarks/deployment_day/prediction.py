"""Predict counts of false alerts from draws of the rates, and ask which of the counts printed surprise.

A count is Poisson given the rates, so its prediction is a mixture of Poisson distributions over the draws.
Its probabilities are averages of exact ones, not shares of simulated counts: a chance of one in ten thousand
does not need many times ten thousand draws.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

Array = NDArray[np.float64]
COUNTS = 8  # worked out at a time; their chances under each draw stay in a core's cache
ENOUGH = 1e-9  # of a distribution may be missing at its upper end


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
    survival = np.log1p(-rates)[:, np.asarray(column)]
    survival *= np.asarray(people)
    return np.asarray(faces) * -np.expm1(survival, out=survival)


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
        columns = [_cumulative(means) for means in np.ascontiguousarray(self.means.T)]
        longest = max(map(len, columns))
        return np.array([np.pad(column, (0, longest - len(column)), "edge") for column in columns]).T

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


def _cumulative(means: Array) -> Array:
    """Chance of at most 0, 1, 2, ... events of one row, until one in a billion is missing.

    Every `COUNTS`-th chance of a draw comes from its logarithm, each between from the one before, times the
    mean over the count: cheaper, and as exact, for errors and underflow begin anew with every logarithm.
    """
    logs = np.log(means)
    parts, total, count = [], 0.0, 0
    while total < 1 - ENOUGH:
        chances = np.empty((COUNTS, len(means)))
        chances[0] = np.exp(count * logs - means - gammaln(count + 1))
        for more in range(1, COUNTS):
            np.multiply(chances[more - 1], means, out=chances[more])
            chances[more] /= count + more
        parts.append(total + chances.mean(axis=1).cumsum())
        total, count = parts[-1][-1], count + COUNTS
    column = np.concatenate(parts)
    return column[: 1 + np.argmax(column >= 1 - ENOUGH)]


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
