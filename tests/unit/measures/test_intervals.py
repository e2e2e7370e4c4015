"""Exact intervals against published values, hand calculations and the definition by tails."""

from math import comb, exp, factorial, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.measures.intervals import clopper_pearson, poisson_rate


@pytest.mark.parametrize(
    ("k", "n", "value", "low", "high", "tolerance"),
    [  # the evidence guide's table, with the rounding it was printed in
        (13, 2408, 0.0054, 0.0029, 0.0092, 5e-5),
        (10, 2077, 0.0048, 0.0023, 0.0088, 5e-5),
        (10, 3_147_436, 3.2e-6, 1.5e-6, 5.8e-6, 5e-8),
        (1, 383_356, 2.6e-6, 0.07e-6, 14.5e-6, 5e-8),
        (25, 691, 0.036, 0.024, 0.053, 5e-4),
        (4, 54, 0.074, 0.021, 0.179, 5e-4),
        (5, 1413, 0.0035, 0.0011, 0.0082, 5e-5),
        (8, 10, 0.80, 0.44, 0.97, 5e-3),
    ],
)
def test_the_interval_is_the_one_published(k, n, value, low, high, tolerance):
    share = clopper_pearson(k, n)
    assert share.value == pytest.approx(value, abs=tolerance)
    assert share.low == pytest.approx(low, abs=tolerance)
    assert share.high == pytest.approx(high, abs=tolerance)


def test_none_of_three_has_the_upper_bound_worked_out_by_hand():
    share = clopper_pearson(0, 3)  # (1 - high) ** 3 = 0.025
    assert share.low == 0
    assert share.high == pytest.approx(1 - 0.025 ** (1 / 3))


def test_all_of_three_mirrors_none_of_three():
    share = clopper_pearson(3, 3)
    assert share.high == 1
    assert share.low == pytest.approx(0.025 ** (1 / 3))


def test_no_trials_is_missing_and_not_zero():
    share = clopper_pearson(0, 0)
    assert np.isnan([share.value, share.low, share.high]).all()
    rate = poisson_rate(0, 0)
    assert np.isnan([rate.value, rate.low, rate.high]).all()


def test_missing_counts_give_missing_shares_and_leave_the_others_alone():
    share = clopper_pearson([np.nan, 1], [10, 10])
    assert np.isnan(share.value[0])
    assert np.isnan(share.high[0])
    assert share.value[1] == pytest.approx(0.1)


def test_more_successes_than_trials_is_refused():
    with pytest.raises(ValueError, match="more successes than trials"):
        clopper_pearson([1, 5], [2, 4])


def test_negative_counts_and_odd_confidence_are_refused():
    with pytest.raises(ValueError, match="negative"):
        poisson_rate(-1, 10)
    with pytest.raises(ValueError, match="confidence"):
        clopper_pearson(1, 2, confidence=95)


def test_no_event_in_one_hour_has_the_upper_bound_worked_out_by_hand():
    rate = poisson_rate(0, 1)  # exp(-high) = 0.025
    assert rate.low == 0
    assert rate.high == pytest.approx(-log(0.025))


def test_ten_events_have_the_limits_of_the_printed_poisson_table():
    rate = poisson_rate(10, 1)  # Garwood's table, as reprinted in textbooks: 4.795 and 18.390
    assert rate.low == pytest.approx(4.795, abs=5e-4)
    assert rate.high == pytest.approx(18.390, abs=5e-4)


def _binomial_tail(k, n, p):
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def _poisson_tail(k, mean):
    return 1 - sum(exp(-mean) * mean**i / factorial(i) for i in range(k))


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_binomial_limits_put_two_and_a_half_per_cent_in_each_tail(counts):
    k, n = counts
    share = clopper_pearson(k, n)
    assert share.low <= share.value <= share.high
    if k > 0:
        assert _binomial_tail(k, n, share.low) == pytest.approx(0.025, rel=1e-6)
    if k < n:
        assert 1 - _binomial_tail(k + 1, n, share.high) == pytest.approx(0.025, rel=1e-6)


@given(st.integers(0, 40), st.floats(0.1, 1e4))
def test_poisson_limits_put_two_and_a_half_per_cent_in_each_tail(k, exposure):
    rate = poisson_rate(k, exposure)
    assert rate.low <= rate.value <= rate.high
    if k > 0:
        assert _poisson_tail(k, rate.low * exposure) == pytest.approx(0.025, rel=1e-6)
    assert 1 - _poisson_tail(k + 1, rate.high * exposure) == pytest.approx(0.025, rel=1e-6)


@given(st.integers(0, 50), st.integers(1, 50))
def test_more_confidence_never_narrows_an_interval(k, more):
    n = k + more
    usual, wide = clopper_pearson(k, n, 0.95), clopper_pearson(k, n, 0.99)
    assert wide.low <= usual.low
    assert usual.high <= wide.high
