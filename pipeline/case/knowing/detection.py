"""How many alerts until a change shows: a rate against a known one, and a rate before and after.

A detector of false alerts counts against alerts, not faces: the way in which faces are counted has changed.
All tests are exact, two-sided at 5 %, and asked for a power of 80 %, unless said otherwise.
"""

from functools import cache

import numpy as np
from scipy.special import gammaincinv

from pipeline.measures.power import LEVEL, Needed, events_needed

TARGET = 0.8
COUNTS_SEARCHED = 2000


@cache
def needed_events(share: float, ratio: float) -> Needed:
    """Events in all groups until one group's rate shows as `ratio` times the others'.

    Answers are remembered, for several tables ask for the same sizes.

    Example:
        >>> needed_events(0.135, 2)
        Needed(smallest=102, stays=116)
    """
    return events_needed(share, ratio, TARGET)


@cache
def known_baseline(ratio: float, target: float = TARGET, level: float = LEVEL) -> tuple[float, float]:
    """Events expected at the usual rate until a new period shows `ratio` times as many, the rate being known.

    The exact one-sample Poisson test with equal tails: it calls k events too many where the usual rate gives
    k or more with a chance of at most level / 2. Up to a mean m_k that is so for k; and k events come with
    the target's chance once the mean is r_k. Both are quantiles of the gamma distribution, so the answer is
    closed. Power goes up in saw teeth, hence two numbers.

    Args:
        ratio: New rate over the usual one, above 1.
        target: Power, 0 to 1.
        level: Two-sided significance level.

    Returns:
        Expected events at the usual rate: the first that reach the power, and those from which it stays.

    Raises:
        ValueError: if the ratio is not above 1, or so near 1 that too many events are needed.

    Example:
        >>> [round(events, 1) for events in known_baseline(2)]
        [11.3, 12.4]

    Source: Garwood (1936), https://doi.org/10.1093/biomet/28.3-4.437, for both quantiles.
    """
    if ratio <= 1:
        raise ValueError(f"a rise is a ratio above 1, not {ratio}")
    counts = np.arange(1, COUNTS_SEARCHED)
    last_mean = gammaincinv(counts, level / 2)  # up to here, so many events are too many
    first_mean = np.concatenate([[0.0], last_mean[:-1]])
    enough = gammaincinv(counts, target) / ratio  # from here, the new rate gives so many often enough
    reached = enough <= last_mean
    short_at_first = enough > first_mean
    if not reached.any() or short_at_first[-1]:
        raise ValueError(f"a ratio of {ratio} needs more than {COUNTS_SEARCHED} events")
    first = int(reached.argmax())
    last_short = int(np.flatnonzero(short_at_first)[-1])
    return float(max(enough[first], first_mean[first])), float(enough[last_short])


def before_and_after(ratio: float) -> tuple[float, float]:
    """Events expected before a change until as long a period after it shows the new rate.

    The exact conditional test of two Poisson counts over equal exposures: of the events in both periods, the
    share in the second. Of the events needed, one in 1 + ratio is expected before the change.

    Returns:
        Expected events in the first period: the first that reach the power, and those from which it stays.

    Example:
        >>> [round(events, 1) for events in before_and_after(2)]  # 72 and 77 in both periods
        [24.0, 25.7]

    Source: Przyborowski and Wilenski (1940), https://doi.org/10.1093/biomet/31.3-4.313.
    """
    needed = needed_events(1 / 2, ratio)
    return needed.smallest / (1 + ratio), needed.stays / (1 + ratio)


def events_for_precision(width: float) -> int:
    """Events until the exact Poisson interval's upper limit is at most `width` times its lower limit.

    Example:
        >>> events_for_precision(2)
        35
    """
    counts = np.arange(1, COUNTS_SEARCHED)
    low, high = gammaincinv(counts, 0.025), gammaincinv(counts + 1, 0.975)
    return int(counts[(high / low <= width).argmax()])
