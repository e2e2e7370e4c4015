"""Power by closed form beside power by simulation, for the sizes of test that the chapter uses.

The simulation does not use our own power: counts are drawn, and each is judged by scipy's test. Its limits
are those of chance in the simulation.
"""

from bisect import bisect_left

import numpy as np
import pandas as pd
from scipy.stats import binomtest, chi2

from pipeline.case.knowing.detection import needed_events
from pipeline.measures.intervals import clopper_pearson
from pipeline.measures.power import design_effect, expected_share, power, trials_needed

DRAWS = 20_000
TESTS_OF_PASSES = 3_000  # each of 400 people passing ten times
COLUMNS = ["kind", "ratio", "share", "size", "closed", "simulated", "simulated_low", "simulated_high"]
SIZES = [(1.5, 0.5), (2, 0.5), (3, 0.5), (5, 0.5), (2, 0.135), (3, 0.135), (5, 0.135)]
TEN, FOUND, POINTS = 10, 0.89, (0.02, 0.03, 0.05, 0.10)
PEOPLE, PASSES, CORRELATION = 400, 10, 0.3  # of the laboratory's test; the correlation is assumed
FIELD = (58, 65)  # listed volunteers found, of those who passed, as an example of a small field test


def power_table(seed: int) -> pd.DataFrame:
    """One row per size: what, true ratio, the group's share, events or trials, closed form, simulation.

    `kind` is events_smallest, events_below (one fewer than stays), events_stays (powers); power_of_ten;
    trials (power of the number that the approximation asks for; `share` is the difference of the shares
    found); passes_worth (independent passes; `ratio` is the correlation); found_low and found_high (limits of
    the share of listed people found, with so many independent passes), field_low and field_high.
    """
    stream = np.random.default_rng(seed)
    rows = []
    for ratio, share in SIZES:
        needed = needed_events(share, ratio)
        sizes = {
            "events_smallest": needed.smallest,
            "events_below": needed.stays - 1,
            "events_stays": needed.stays,
        }
        if share != 0.5:
            sizes["power_of_ten"] = TEN
        rows += [
            (kind, ratio, share, size, power(size, share, ratio), *_ratio_test(stream, size, share, ratio))
            for kind, size in sizes.items()
        ]
    for points in POINTS:
        trials = round(trials_needed(FOUND, FOUND - points))
        rows.append(("trials", np.nan, points, trials, 0.8, *_difference_test(stream, trials, points)))
    worth = PEOPLE * PASSES / design_effect(PASSES, CORRELATION)
    rows.append(("passes_worth", CORRELATION, np.nan, PEOPLE * PASSES, worth, *_worth(stream)))
    blank = (np.nan,) * 3
    for name, found, passed in (("found", round(FOUND * worth), round(worth)), ("field", *FIELD)):
        interval = clopper_pearson(found, passed)
        rows.append((f"{name}_low", np.nan, np.nan, passed, interval.low, *blank))
        rows.append((f"{name}_high", np.nan, np.nan, passed, interval.high, *blank))
    return pd.DataFrame(rows, columns=COLUMNS)


def _ratio_test(
    stream: np.random.Generator, events: int, share: float, ratio: float
) -> tuple[float, float, float]:
    """Share of drawn counts that scipy's exact test calls significant, with its limits."""
    counts, times = np.unique(
        stream.binomial(events, expected_share(share, ratio), DRAWS), return_counts=True
    )

    def significant(count: int) -> bool:
        return binomtest(int(count), events, share).pvalue <= 0.05

    # p rises up to the likeliest count and falls after it, so that each side has one edge to look for
    middle = int(np.searchsorted(counts, events * share))
    few, many = counts[:middle], counts[middle:]
    too_few = bisect_left(few, True, key=lambda count: not significant(count))
    too_many = middle + bisect_left(many, True, key=significant)
    return _share(times[:too_few].sum() + times[too_many:].sum(), DRAWS)


def _difference_test(stream: np.random.Generator, trials: int, points: float) -> tuple[float, float, float]:
    """Share of pairs of drawn counts that the pooled z test calls significant, with its limits."""
    one, other = (stream.binomial(trials, rate, DRAWS) for rate in (FOUND, FOUND - points))
    mean = (one + other) / (2 * trials)
    z = (one - other) / np.sqrt(2 * trials * mean * (1 - mean))
    return _share((np.abs(z) > 1.959964).sum(), DRAWS)


def _worth(stream: np.random.Generator) -> tuple[float, float, float]:
    """Independent passes with the variance of simulated tests; each person has a share of their own."""
    weight = 1 / CORRELATION - 1  # of a beta distribution whose draws correlate so
    own = stream.beta(FOUND * weight, (1 - FOUND) * weight, (TESTS_OF_PASSES, PEOPLE))
    variance = (stream.binomial(PASSES, own).sum(axis=1) / (PEOPLE * PASSES)).var(ddof=1)
    worth = FOUND * (1 - FOUND) / variance
    degrees = TESTS_OF_PASSES - 1
    return (
        worth,
        worth * chi2.ppf(0.025, degrees) / degrees,
        worth * chi2.ppf(0.975, degrees) / degrees,
    )


def _share(k: int, n: int) -> tuple[float, float, float]:
    interval = clopper_pearson(k, n)
    return interval.value, interval.low, interval.high
