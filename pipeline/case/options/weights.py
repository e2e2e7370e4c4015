"""Sets of weights, drawn evenly over everything that one might mean by plausible.

Weights are shares: none negative, summing to 1. All sets of weights together are a simplex; `any_weights`
draws from it evenly, and the others from parts of it, or from the simplex of groups of criteria.
"""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from pipeline.case.options.reading import Array


def any_weights(draws: int, criteria: int, rng: Generator) -> Array:
    """Weights drawn evenly from the whole simplex: (draws, criteria).

    Independent exponential numbers over their sum are a flat Dirichlet, and that is even on the simplex.
    """
    return _shares(rng.exponential(size=(draws, criteria)))


def plausible(weights: Array, least: float, most: float) -> Array:
    """Weights drawn evenly where each lies between `least` and `most` times the equal share.

    Raised to the floor and shrunk, the simplex is the simplex above the floor; what exceeds the ceiling is
    thrown away. So fewer rows come back than went in.

    Args:
        weights: Evenly drawn: (draws, criteria).
        least: Floor, times the equal share; 0 to below 1.
        most: Ceiling, times the equal share; above 1.

    Example:
        >>> plausible(np.array([[0.0, 1.0], [0.5, 0.5]]), 0.5, 1.2)
        array([[0.5, 0.5]])
    """
    if not 0 <= least < 1 < most:
        raise ValueError(f"the floor {least} must lie below 1, and the ceiling {most} above")
    equal = 1 / weights.shape[1]
    raised = least * equal + (1 - least) * weights
    return raised[(raised <= most * equal).all(axis=1)]


def ordered(weights: Array, tiers: Sequence[Sequence[int]], rng: Generator) -> Array:
    """Weights drawn evenly where no criterion outweighs one of a higher tier.

    Each row is sorted, the largest weights go to the first tier, and within a tier chance decides. Every
    order that the tiers allow is as likely as another, as it is on the whole simplex.

    Args:
        weights: Evenly drawn: (draws, criteria).
        tiers: Positions of the criteria, the weightiest first; every criterion once.
        rng: For the order within tiers.
    """
    if sorted(place for tier in tiers for place in tier) != list(range(weights.shape[1])):
        raise ValueError("the tiers must name every criterion once")
    falling = -np.sort(-weights, axis=1)
    result = np.empty_like(falling)
    start = 0
    for tier in tiers:
        mixed = rng.permuted(falling[:, start : start + len(tier)], axis=1)
        result[:, list(tier)] = mixed
        start += len(tier)
    return result


def grouped(groups: Sequence[int], draws: int, rng: Generator) -> Array:
    """Weights drawn evenly over groups of criteria, each group's weight shared out equally within it.

    Args:
        groups: Number of the group of each criterion, from 0.
        draws: Rows wanted.
        rng: For the draws.
    """
    groups = np.asarray(groups)
    sizes = np.bincount(groups)
    return any_weights(draws, len(sizes), rng)[:, groups] / sizes[groups]


def alike(scores: Array, correlation: float) -> list[int]:
    """Group criteria whose scores over the options go together, by average linkage of 1 - correlation.

    Args:
        scores: (options, criteria); each criterion must tell some options apart.
        correlation: Criteria are joined while their mean correlation is at least so much.

    Returns:
        Number of the group of each criterion, from 0, in order of first appearance.

    Example:
        >>> alike(np.array([[0, 10, 5], [5, 20, 9], [10, 30, 1]]), 0.8)
        [0, 0, 1]
    """
    if (np.ptp(scores, axis=0) == 0).any():
        raise ValueError("a criterion that scores all options alike correlates with nothing")
    distance = np.clip(1 - np.corrcoef(scores.T), 0, None)
    np.fill_diagonal(distance, 0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - correlation, "distance")
    first = list(dict.fromkeys(labels))
    return [first.index(label) for label in labels]


def _shares(positive: Array) -> Array:
    return positive / positive.sum(axis=1, keepdims=True)
