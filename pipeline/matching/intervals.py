"""Intervals for counts with numpy and the standard library alone: exact (Clopper-Pearson), or resampled.

The exact interval takes trials to be independent. Passages of one person are not: where people pass more than
once, resample people.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

FEWEST = 10  # events, and non-events, below which resampling says little about the tail that was not seen
TERMS = 1024  # of a binomial tail, summed at a time


@dataclass(frozen=True)
class Rate:
    """A share with its counts and its interval; NaN where there were no trials.

    Attributes:
        value: Events over trials, 0 to 1.
        events: What was counted, 0 to `trials`.
        trials: Among how many.
        low: Lower limit, 0 to `value`.
        high: Upper limit, `value` to 1.
    """

    value: float
    events: int
    trials: int
    low: float
    high: float


def exact_rate(events: int, trials: int, confidence: float = 0.95) -> Rate:
    """The share of trials that were events, with its exact two-sided interval of equal tails.

    Args:
        events: 0 to `trials`; sizes up to 1e6 events (or non-events) among 1e9 trials are tested.
        trials: 0 or more; none gives NaN, never 0.
        confidence: Coverage, between 0 and 1.

    Raises:
        ValueError: if events are negative or exceed trials, or the confidence lies outside 0 to 1.

    Example:
        None of three: the upper limit solves (1 - high) ** 3 = 0.025.

        >>> round(exact_rate(0, 3).high, 4)
        0.7076

    Source: Clopper and Pearson (1934), https://doi.org/10.1093/biomet/26.4.404.
    """
    events, trials = int(events), int(trials)
    if not 0 <= events <= trials:
        raise ValueError(f"{events} events among {trials} trials")
    tail = _tail(confidence)
    if trials == 0:
        return Rate(math.nan, 0, 0, math.nan, math.nan)
    low = math.exp(_log_chance(events, trials, tail)) if events else 0.0
    high = -math.expm1(_log_chance(trials - events, trials, tail)) if events < trials else 1.0
    return Rate(events / trials, events, trials, low, high)


def resampled_rate(
    people: ArrayLike, events: ArrayLike, seed: int, draws: int = 2000, confidence: float = 0.95
) -> Rate:
    """The same share with an interval from resampling people, not trials (percentile bootstrap).

    Args:
        people: (n,) who each trial belongs to; any identifiers.
        events: (n,) whether each trial was an event.
        seed: Of the draws; the same seed gives the same interval.
        draws: Resamples; each takes as many people as there are, with replacement.
        confidence: Coverage aimed at, between 0 and 1.

    Raises:
        ValueError: below ten events or ten non-events, where the resamples cannot show what was not seen
            (use `exact_rate`), or if the two columns differ in length.

    Example:
        Twenty people, each always or never found: resampling sees twenty people, not 2,000 passages.

        >>> people = np.repeat(np.arange(20), 100)
        >>> by_person = resampled_rate(people, people < 10, seed=1)
        >>> by_passage = exact_rate(1000, 2000)
        >>> by_person.high - by_person.low > 5 * (by_passage.high - by_passage.low)
        True

    Source: Bolle, Ratha and Pankanti (2004), https://doi.org/10.1016/j.cviu.2003.08.002.
    """
    events = np.asarray(events, dtype=bool)
    _, person = np.unique(np.asarray(people), return_inverse=True)
    if person.shape != events.shape or events.ndim != 1:
        raise ValueError(f"{person.shape} people for {events.shape} events")
    count, total = int(events.sum()), events.size
    if min(count, total - count) < FEWEST:
        raise ValueError(
            f"{count} events among {total} trials are too few to resample; use the exact interval"
        )
    tail = _tail(confidence)
    trials_of = np.bincount(person)
    events_of = np.bincount(person, weights=events)
    rng = np.random.default_rng([seed])
    shares = np.empty(draws)
    for draw in range(draws):
        drawn = rng.integers(0, trials_of.size, trials_of.size)
        shares[draw] = events_of[drawn].sum() / trials_of[drawn].sum()
    low, high = np.quantile(shares, [tail, 1 - tail])
    return Rate(count / total, count, total, float(low), float(high))


def _tail(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return (1 - confidence) / 2


def _log_chance(k: int, n: int, tail: float) -> float:
    """Logarithm of the chance x at which P(X >= k) of n trials equals `tail`, for k of 1 or more.

    Newton's method on log P against log x. That curve is concave and rising, so from the first step on the
    iterates rise towards the root and cannot overshoot it. In logarithms a chance near 0 and a chance near 1
    (from its complement) both keep all their digits.
    """
    if k == n:
        return math.log(tail) / n
    log_x = math.log1p((k - n) / n) if 2 * k > n else math.log(k / n)
    for _ in range(100):
        log_first, terms = _upper_tail(k, n, math.exp(log_x), -math.expm1(log_x))
        step = (log_first + math.log(terms) - math.log(tail)) * terms / k
        log_x -= step
        if abs(step) <= 1e-15 * abs(log_x):
            break
    return log_x


def _upper_tail(k: int, n: int, x: float, rest: float) -> tuple[float, float]:
    """P(X >= k) as log P(X = k) and the sum of P(X = k + i) / P(X = k) over i; 0 < k < n, rest = 1 - x."""
    total = last = 1.0
    done = 0
    while last > 1e-17 * total:
        i = np.arange(done, done + TERMS, dtype=np.float64)
        terms = last * np.cumprod(np.maximum(n - k - i, 0) / (k + 1 + i) * (x / rest))
        total += float(terms.sum())
        last = float(terms[-1])
        done += TERMS
    return _log_binomial(k, n, x, rest), total


def _log_binomial(k: int, n: int, x: float, rest: float) -> float:
    """log P(X = k), without the cancellation of large factorials (Loader 2000)."""
    return (
        _stirling_error(n)
        - _stirling_error(k)
        - _stirling_error(n - k)
        - _deviance(k, n * x)
        - _deviance(n - k, n * rest)
        + 0.5 * math.log(n / (2 * math.pi * k * (n - k)))
    )


def _stirling_error(n: int) -> float:
    """log n! less Stirling's approximation of it."""
    if n <= 15:
        return math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2 * math.pi)
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / n**2) / n**2) / n**2) / n


def _deviance(count: float, expected: float) -> float:
    """count log(count / expected) + expected - count, exact also where the two are close."""
    off = (count - expected) / expected
    return expected * ((1 + off) * math.log1p(off) - off)
