"""What would have to be true for an option to come first: the least change of weights, or of scores."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from pipeline.case.options.reading import Array

REACHABLE = 1.0  # of the way to the favourable ends of all ranges


@dataclass(frozen=True)
class WeightChange:
    """The least weight to be moved.

    Args:
        moved: Share of all weight that changes hands, 0 to 1; NaN if no weights will do.
        weights: The weights then, (criteria,).
    """

    moved: float
    weights: Array


def least_weight_change(scores: Array, option: int, weights: Array) -> WeightChange:
    """Move as little weight as possible so that `option` is worth at least as much as each other one.

    A linear programme: w = weights + up - down, with as little `up` as possible.

    Args:
        scores: (options, criteria).
        option: Its position.
        weights: To begin with: (criteria,), summing to 1.

    Example:
        >>> scores = np.array([[100.0, 0.0], [0.0, 60.0]])  # equal weights: worth 50 and 30
        >>> round(least_weight_change(scores, 1, np.array([0.5, 0.5])).moved, 3)  # 100 w = 60 (1 - w)
        0.125
    """
    criteria = scores.shape[1]
    lacking = np.delete(scores, option, axis=0) - scores[option]  # to be brought to zero or below
    result = linprog(
        np.concatenate([np.ones(criteria), np.zeros(criteria)]),
        A_ub=np.hstack([lacking, -lacking]),
        b_ub=-lacking @ weights,
        A_eq=np.concatenate([np.ones(criteria), -np.ones(criteria)])[None],
        b_eq=[0.0],
        bounds=[(0, None)] * criteria + [(0, held) for held in weights],
        method="highs",
    )
    if result.status != 0:
        return WeightChange(float("nan"), np.full(criteria, np.nan))
    up, down = np.split(result.x, 2)
    return WeightChange(float(result.fun), weights + up - down)


def score_change(low: Array, high: Array, option: int, weights: Array) -> float:
    """How far all scores must move from the middles of their ranges in the option's favour.

    0 is nowhere: it is first already. 1 is as far as the ranges go: its own scores at their highest, the
    others' at their lowest. Above 1 the ranges do not allow it.

    Example:
        >>> low, high = np.array([[40.0], [50.0]]), np.array([[60.0], [90.0]])
        >>> round(score_change(low, high, 0, np.array([1.0])), 3)  # behind by 20; 10 and 20 can be moved
        0.667
    """
    middle, reach = (low + high) / 2 @ weights, (high - low) / 2 @ weights
    behind, room = middle - middle[option], reach + reach[option]
    others = np.arange(len(low)) != option
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(behind <= 0, 0.0, behind / room)[others]
    return float(steps.max())


def single_weight(scores: Array, option: int, criterion: int) -> float:
    """Smallest weight of one criterion that puts the option first, the others sharing the rest equally.

    Sought from the equal share up.

    Returns:
        A share, the equal one if that is enough; NaN if none up to 1 will do.

    Example:
        >>> scores = np.array([[100.0, 0.0], [0.0, 60.0]])
        >>> round(single_weight(scores, 1, 1), 3)
        0.625
    """
    criteria = scores.shape[1]
    alone = scores[:, criterion]
    rest = np.delete(scores, criterion, axis=1).mean(axis=1)
    least, most = 1 / criteria, 1.0
    for other in range(len(scores)):
        start, slope = rest[option] - rest[other], alone[option] - alone[other] - rest[option] + rest[other]
        # start + slope * w must not be negative
        if slope > 0:
            least = max(least, float(-start / slope))
        elif slope < 0:
            most = min(most, float(-start / slope))
        elif start < 0:
            return float("nan")
    return least if least <= most else float("nan")


def ever_first(low: Array, high: Array, option: int) -> bool:
    """Whether any weights put the option first when every score is taken in its favour."""
    scores = low.copy()
    scores[option] = high[option]
    equal = np.full(low.shape[1], 1 / low.shape[1])
    return not np.isnan(least_weight_change(scores, option, equal).moved)
