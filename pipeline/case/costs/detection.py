"""How many alerts pass before a chart of false alerts gives the alarm.

The chart is a Bernoulli CUSUM tuned to a doubling: every alert moves a score, up if it was false and a little
down if not, never below 0; at the limit it signals.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.linalg import spsolve

LIMIT = 3.0  # of log likelihood ratio
DOUBLING = 2.0


@cache
def alerts_to_signal(share: float, usual: float, limit: float = LIMIT) -> float:
    """Mean number of alerts until the chart signals, from a score of 0.

    The step down is taken as the unit and the step up rounded to whole units, of which there are hundreds;
    then the score is a Markov chain and the mean times solve linear equations.

    Args:
        share: True share of alerts that are false, above 0.
        usual: Share for which the chart is tuned; a doubling of it is what it looks for. Below 1 / 2.
        limit: Score at which it signals.

    Raises:
        ValueError: if a share is outside its range.

    Example:
        >>> alerts_to_signal(1.0, 0.005)  # steps of log 2 = 0.69: the fifth passes 3
        5.0

    Source: Reynolds and Stoumbos (1999), https://doi.org/10.1080/00224065.1999.11979900.
    """
    if not (0 < usual < 1 / DOUBLING and 0 < share <= 1):
        raise ValueError(f"shares {share} and {usual} must lie above 0, the usual one below {1 / DOUBLING}")
    down = -np.log((1 - DOUBLING * usual) / (1 - usual))
    up, states = round(np.log(DOUBLING) / down), int(np.ceil(limit / down))
    score = np.arange(states)
    inside = score[score + up < states]
    below = np.maximum(score - 1, 0)
    cells = np.concatenate([score, score, inside]), np.concatenate([score, below, inside + up])
    chances = np.repeat([1.0, share - 1, -share], [states, states, len(inside)])
    matrix = csc_array((chances, cells), shape=(states, states))  # three cells a row, so sparse
    return float(spsolve(matrix, np.ones(states))[0])


def alerts_to_signal_at(shares: NDArray[np.float64], usual: float, points: int = 12) -> NDArray[np.float64]:
    """The same for many shares at once, interpolated on a logarithmic grid between the extreme ones.

    Off by less than one in a hundred where the shares span less than a factor of ten.
    """
    grid = np.geomspace(shares.min(), shares.max() * (1 + 1e-9), points)
    known = np.log([alerts_to_signal(float(share), usual) for share in grid])
    return np.exp(np.interp(np.log(shares), np.log(grid), known))
