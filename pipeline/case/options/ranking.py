"""How often each option takes each rank, and which weights put it first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.case.options.reading import Array
from pipeline.measures.intervals import clopper_pearson


@dataclass(frozen=True)
class Acceptability:
    """What drawn weights and scores say of the ranks.

    Args:
        counts: Draws in which an option took a rank: (options, ranks).
        central: Mean of the weights that put an option first, NaN if none did: (options, criteria).
        beats: Draws in which the row's option was worth more than the column's: (options, options).
        draws: How many there were.
    """

    counts: NDArray[np.int64]
    central: Array
    beats: NDArray[np.int64]
    draws: int

    @property
    def shares(self) -> Array:
        """Rank acceptability: shares of the draws, (options, ranks)."""
        return self.counts / self.draws

    @property
    def expected_rank(self) -> Array:
        """Mean rank of each option; 1 is first."""
        return self.shares @ np.arange(1, self.shares.shape[1] + 1)

    def limits(self, confidence: float) -> tuple[Array, Array]:
        """Exact limits of the shares, for the chance of drawing."""
        interval = clopper_pearson(self.counts, np.full_like(self.counts, self.draws), confidence)
        return np.asarray(interval.low), np.asarray(interval.high)


def drawn_scores(low: Array, high: Array, places: Array) -> Array:
    """Scores at `places`, 0 to 1, of their ranges: (draws, options, criteria).

    Args:
        low: (options, criteria).
        high: Likewise.
        places: (draws, options, criteria), or (draws, 1, criteria) where all options err together.
    """
    return low + (high - low) * places


def values_of(weights: Array, scores: Array) -> Array:
    """Weighted means: (draws, options), from weights (draws, criteria) and scores, drawn or fixed.

    Example:
        >>> values_of(np.array([[0.25, 0.75]]), np.array([[100.0, 0.0], [0.0, 100.0]]))
        array([[25., 75.]])
    """
    if scores.ndim == 2:
        return weights @ scores.T
    return np.matmul(scores, weights[:, :, None])[:, :, 0]


def ranks_of(values: Array) -> NDArray[np.int64]:
    """Rank of each option in each draw, 1 being worth most: (draws, options).

    Equal values share the better rank, so that ties favour nobody.

    Example:
        >>> ranks_of(np.array([[3.0, 9.0, 5.0]]))
        array([[3, 1, 2]])
    """
    columns = np.ascontiguousarray(values.T)
    return 1 + np.stack([(columns > column).sum(axis=0) for column in columns], axis=1)


def acceptability(weights: Array, values: Array) -> Acceptability:
    """Count ranks, pairs and the weights behind first ranks.

    Args:
        weights: (draws, criteria).
        values: (draws, options).
    """
    draws, options = values.shape
    columns = np.ascontiguousarray(values.T)  # numpy is slow along an axis as short as that of the options
    ranks = np.ascontiguousarray(ranks_of(values).T)
    counts = np.array([[np.count_nonzero(row == 1 + rank) for rank in range(options)] for row in ranks])
    central = np.full((options, weights.shape[1]), np.nan)
    for option, first in enumerate(ranks == 1):
        if first.any():
            central[option] = weights[first].mean(axis=0)
    beats = np.array([[np.count_nonzero(one > other) for other in columns] for one in columns])
    return Acceptability(counts, central, beats, draws)


def confidence_factors(central: Array, scores: Array) -> Array:
    """Chance that an option is first for its own central weights, when only scores are drawn.

    Args:
        central: (options, criteria); NaN where there are none.
        scores: Drawn: (draws, options, criteria).

    Returns:
        One share an option; NaN without central weights. A low one says that the scores are too loose to
        tell, even on the option's own ground.
    """
    shares = np.full(len(central), np.nan)
    for option, weights in enumerate(central):
        if not np.isnan(weights).any():
            values = np.ascontiguousarray((scores @ weights).T)
            shares[option] = np.mean(values[option] == values.max(axis=0))
    return shares


def dominates(scores: Array, others: Array) -> bool:
    """Whether one option is at least as good as another on every criterion, and better on one.

    Then no weights can put the other before it. Lowest scores against highest make the answer sure.

    Example:
        >>> dominates(np.array([50.0, 70.0]), np.array([50.0, 60.0]))
        True
    """
    return bool((scores >= others).all() and (scores > others).any())
