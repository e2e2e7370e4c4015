"""Exact intervals against scipy, which finds limits by another route, and by hand; resampling by rule."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaincinv
from scipy.stats import binom, binomtest

from pipeline.matching.intervals import exact_rate, resampled_rate


@pytest.mark.parametrize(
    ("events", "trials"),
    [(0, 1), (1, 1), (1, 2), (7, 10), (13, 2408), (10, 3_147_436), (35_600, 40_000), (500_000, 1_000_000)],
)
def test_the_interval_is_scipys(events, trials):
    ours = exact_rate(events, trials)
    theirs = binomtest(events, trials).proportion_ci(method="exact")
    assert ours.value == events / trials
    assert ours.low == pytest.approx(theirs.low, rel=1e-9)
    assert ours.high == pytest.approx(theirs.high, rel=1e-9)


@pytest.mark.parametrize("events", [1, 7, 339, 1_000_000, 10**9 - 1_000_000, 10**9 - 3])
def test_a_thousand_million_trials_keep_seven_digits(events):
    ours = exact_rate(events, 10**9)
    assert ours.low == pytest.approx(betaincinv(events, 10**9 - events + 1, 0.025), rel=1e-7)
    assert ours.high == pytest.approx(betaincinv(events + 1, 10**9 - events, 0.975), rel=1e-7)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
@settings(max_examples=40, deadline=None)
def test_each_limit_leaves_half_of_the_rest_in_its_tail(counts, confidence):
    events, trials = counts
    rate, tail = exact_rate(events, trials, confidence), (1 - confidence) / 2
    assert rate.low <= rate.value <= rate.high
    if events > 0:
        assert binom.sf(events - 1, trials, rate.low) == pytest.approx(tail, rel=1e-8)
    if events < trials:
        assert binom.cdf(events, trials, rate.high) == pytest.approx(tail, rel=1e-8)


def test_none_and_all_have_the_limits_worked_out_by_hand():
    assert exact_rate(0, 3).low == 0
    assert exact_rate(0, 3).high == pytest.approx(1 - 0.025 ** (1 / 3))  # (1 - high) ** 3 = 0.025
    assert exact_rate(3, 3).low == pytest.approx(0.025 ** (1 / 3))
    assert exact_rate(3, 3).high == 1


def test_no_trials_is_missing_and_not_zero():
    rate = exact_rate(0, 0)
    assert rate.trials == 0
    assert all(math.isnan(part) for part in (rate.value, rate.low, rate.high))


@pytest.mark.parametrize(("events", "trials"), [(-1, 3), (4, 3), (1, 0)])
def test_impossible_counts_are_refused(events, trials):
    with pytest.raises(ValueError, match="events among"):
        exact_rate(events, trials)


@pytest.mark.parametrize("confidence", [0, 1, 95, math.nan])
def test_a_confidence_that_is_no_share_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence"):
        exact_rate(1, 3, confidence)


def test_resampling_independent_trials_agrees_with_the_binomial():
    # One passage a person: the standard error is sqrt(p q / n), so the interval is p +- 1.96 of it.
    events = np.arange(2000) < 1600
    rate = resampled_rate(np.arange(2000), events, seed=3)
    half = 1.96 * math.sqrt(0.8 * 0.2 / 2000)
    assert (rate.value, rate.events, rate.trials) == (0.8, 1600, 2000)
    assert rate.low == pytest.approx(0.8 - half, abs=0.1 * half)
    assert rate.high == pytest.approx(0.8 + half, abs=0.1 * half)


def test_passages_that_repeat_a_person_add_nothing():
    # Each person is always or never found, so a hundred passages say what one says.
    people, events = np.arange(50), np.arange(50) < 20
    once = resampled_rate(people, events, seed=5)
    often = resampled_rate(np.repeat(people, 100), np.repeat(events, 100), seed=5)
    assert (often.low, often.high) == (once.low, once.high)
    assert often.trials == 5000
    assert often.high - often.low > 5 * (exact_rate(2000, 5000).high - exact_rate(2000, 5000).low)


def test_the_same_seed_gives_the_same_interval_whatever_people_are_called():
    rng = np.random.default_rng(8)
    people, events = rng.integers(0, 60, 500), rng.random(500) < 0.3
    named = np.array([f"person {number:03d}" for number in people])
    assert resampled_rate(people, events, seed=1) == resampled_rate(named, events, seed=1)
    assert resampled_rate(people, events, seed=1) != resampled_rate(people, events, seed=2)


def test_below_ten_events_or_ten_others_resampling_is_refused():
    people = np.arange(1000)
    for events in (people < 9, people >= 9):
        with pytest.raises(ValueError, match="exact interval"):
            resampled_rate(people, events, seed=1)
    assert resampled_rate(people, people < 10, seed=1).events == 10


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="people for"):
        resampled_rate([1, 2, 3], [True, False], seed=1)
