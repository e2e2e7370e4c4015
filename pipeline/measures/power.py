"""What counts of rare events can show: exact ratios, exact power, and how much is enough.

Two groups, two counts of false alerts. Given how many there were in all, the number in the first group is
binomial, with the share that the group would have if its rate were `ratio` times that of the rest. Ratio,
test and power rest on that sentence. Tests are two-sided unless said otherwise: p is the chance, if the
rates were equal, of a count no likelier than the one seen (scipy.stats.binomtest).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, binomtest, norm, poisson

from pipeline.measures.intervals import Interval, clopper_pearson

LEVEL = 0.05  # a result below it is called significant
EVENTS_SEARCHED = 1000  # events_needed looks no further; for a ratio of 1.5 it needs some 200


def expected_share(exposure: float, ratio: float = 1.0) -> float:
    """Share of the events expected in a group, from its share of the trials and its rate over the rest's.

    Raises:
        ValueError: if the exposure is not between 0 and 1, or the ratio is not positive.

    Example:
        >>> round(expected_share(1 / 3, 4), 4)  # 4 / (4 + 1 + 1)
        0.6667
    """
    if not 0 < exposure < 1 or ratio <= 0:
        raise ValueError(f"exposure {exposure} must lie between 0 and 1, and ratio {ratio} above 0")
    return ratio * exposure / (ratio * exposure + 1 - exposure)


def p_value(events: int, total: int, exposure: float, alternative: str = "two-sided") -> float:
    """Exact p of `events` of `total` in a group with that share of the trials, if all rates were equal.

    Args:
        events: Events in the group, 0 to `total`.
        total: Events in all.
        exposure: The group's share of the trials, 0 to 1.
        alternative: "two-sided", or "greater" for the one-sided question whether the group has too many.

    Example:
        >>> round(p_value(7, 7, 2 / 3, "greater"), 3)  # (2 / 3) ** 7
        0.059
    """
    return float(binomtest(events, total, exposure, alternative).pvalue)


def rate_ratio(
    events: int, trials: float, other_events: int, other_trials: float, confidence: float = 0.95
) -> Interval:
    """Ratio of two rates of rare events, with its exact conditional interval.

    The Clopper-Pearson limits of the first group's share s of the events, turned into ratios by
    s / (1 - s) * other_trials / trials. Exact for Poisson counts, and slightly wide for binomial ones. The
    limits leave equal chances on both sides, while `p_value` adds up whatever is unlikely; so for small
    counts p can lie just under 0.05 beside an interval that holds 1.

    Args:
        events: Events in the first group.
        trials: Its trials, above 0.
        other_events: Events in the second group.
        other_trials: Its trials, above 0.
        confidence: Coverage, 0 to 1.

    Returns:
        value, low, high. Without events in the second group value and high are infinite; without any event
        the value is NaN and the interval is 0 to infinity, for nothing has been learned.

    Raises:
        ValueError: if a number of trials is not positive, or a count is negative.

    Example:
        >>> found = rate_ratio(8, 1000, 4, 1000)
        >>> found.value
        2.0

    Source: Przyborowski and Wilenski (1940), https://doi.org/10.1093/biomet/31.3-4.313.
    """
    if trials <= 0 or other_trials <= 0:
        raise ValueError("a rate needs trials: both numbers must be above 0")
    total = events + other_events
    if total == 0:
        return Interval(float("nan"), 0.0, float("inf"))
    share = clopper_pearson(events, total, confidence)
    scale = other_trials / trials

    def ratio(one: float, other: float) -> float:
        return scale * one / other if other > 0 else float("inf")

    return Interval(
        ratio(events, other_events), ratio(share.low, 1 - share.low), ratio(share.high, 1 - share.high)
    )


@cache
def significant_counts(total: int, exposure: float, level: float = LEVEL) -> NDArray[np.bool_]:
    """Which counts, 0 to `total`, the exact two-sided test calls significant: (total + 1,).

    The same verdicts as `p_value(count, total, exposure) <= level`, for all counts at once.

    Example:
        >>> significant_counts(7, 1 / 3).nonzero()[0]
        array([5, 6, 7])
    """
    chance = binom.pmf(np.arange(total + 1), total, exposure)
    ascending = np.sort(chance)
    # As in binomtest, counts as likely as each other to within rounding count as equally likely.
    no_likelier = np.searchsorted(ascending, chance * (1 + 1e-7), side="right")
    return np.cumsum(ascending)[no_likelier - 1] <= level


def power(events: int, exposure: float, ratio: float, level: float = LEVEL) -> float:
    """Chance that the exact two-sided test finds a difference, when there are `events` in all.

    Args:
        events: Events in all groups, 0 or more.
        exposure: The group's share of the trials, 0 to 1.
        ratio: True rate of the group over that of the rest.
        level: Significance level.

    Example:
        >>> round(power(7, 1 / 3, 2), 2)  # only 5, 6 or 7 of 7 are significant: 29 / 128
        0.23
    """
    counts = significant_counts(events, exposure, level).nonzero()[0]
    return float(binom.pmf(counts, events, expected_share(exposure, ratio)).sum())


def power_before_the_test(
    expected_events: float, exposure: float, ratio: float, level: float = LEVEL
) -> float:
    """Power before the number of events is known: the mean of `power` over its Poisson distribution.

    Args:
        expected_events: Events expected in all groups together, above 0.
        exposure: The group's share of the trials, 0 to 1.
        ratio: True rate of the group over that of the rest.
        level: Significance level.

    Example:
        >>> power_before_the_test(0.1, 1 / 2, 1.5) < 1e-6  # fewer than six events can never be significant
        True
    """
    first, last = poisson.ppf([1e-6, 1 - 1e-6], expected_events).astype(int)
    return float(
        sum(
            poisson.pmf(events, expected_events) * power(events, exposure, ratio, level)
            for events in range(first, last + 1)
        )
    )


@dataclass(frozen=True)
class Needed:
    """How many events a test needs.

    Exact power rises in saw teeth: one more event can lower it, for counts come in whole numbers.

    Attributes:
        smallest: The first number of events that reaches the power.
        stays: The number from which it never falls below again.
    """

    smallest: int
    stays: int


def events_needed(exposure: float, ratio: float, target: float = 0.8) -> Needed:
    """Events in all groups together for the exact two-sided test to reach a power.

    Raises:
        ValueError: if the power is not kept within the events searched; the ratio is too near 1.

    Example:
        >>> events_needed(1 / 2, 5)
        Needed(smallest=17, stays=17)
    """
    step = 250
    for last in range(step, EVENTS_SEARCHED + 1, step):
        reached = _powers(last, exposure, ratio) >= target
        if reached[-step // 2 :].all():  # longer than any tooth
            below = np.flatnonzero(~reached)
            return Needed(int(reached.argmax()) + 1, int(below[-1]) + 2 if len(below) else 1)
    raise ValueError(f"a ratio of {ratio} needs more than {EVENTS_SEARCHED} events")


def _powers(last: int, exposure: float, ratio: float) -> NDArray[np.float64]:
    """`power` of 1 to `last` events, worked out together."""
    counts = [significant_counts(events, exposure).nonzero()[0] for events in range(1, last + 1)]
    events = np.repeat(np.arange(1, last + 1), [len(each) for each in counts])
    chances = binom.pmf(np.concatenate(counts), events, expected_share(exposure, ratio))
    return np.bincount(events, chances, minlength=last + 1)[1:]


def trials_needed(rate: float, other_rate: float, target: float = 0.8, level: float = LEVEL) -> float:
    """Independent trials in each of two groups to tell two shares apart, by the arcsine approximation.

    Not rounded: the approximation is good to a few trials, and a design effect is multiplied on.

    Args:
        rate: Share found in one group, 0 to 1.
        other_rate: Share found in the other, another number.
        target: Power.
        level: Two-sided significance level.

    Raises:
        ValueError: if the shares are equal, or lie outside 0 to 1.

    Example:
        >>> round(trials_needed(0.89, 0.84))
        727

    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, section 6.4.
    """
    if rate == other_rate or not (0 <= rate <= 1 and 0 <= other_rate <= 1):
        raise ValueError(f"two different shares between 0 and 1 are needed, not {rate} and {other_rate}")
    effect = 2 * np.arcsin(np.sqrt(rate)) - 2 * np.arcsin(np.sqrt(other_rate))
    return float(2 * ((norm.ppf(1 - level / 2) + norm.ppf(target)) / effect) ** 2)


def design_effect(passes_each: float, correlation: float) -> float:
    """By how much passes of the same people are worth less than as many passes of different people.

    Args:
        passes_each: Passes of each person, 1 or more.
        correlation: Correlation of the outcomes of two passes of one person, 0 to 1.

    Example:
        >>> round(4000 / design_effect(10, 0.3))  # 1 + 9 * 0.3 = 3.7
        1081

    Source: Kish (1965), Survey Sampling, section 5.4.
    """
    return 1 + (passes_each - 1) * correlation


def none_in(trials: float, confidence: float = 0.95) -> float:
    """Upper limit, one-sided, of a rate when no event was seen: about 3 / trials, the rule of three.

    Example:
        >>> round(none_in(3000), 6)  # 1 - 0.05 ** (1 / 3000)
        0.000998
    """
    return float(-np.expm1(np.log1p(-confidence) / trials))
