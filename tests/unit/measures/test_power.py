"""Exact ratios, exact power and sizes of tests: hand calculations, printed tables, slow definitions."""

from math import comb, inf, isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, fisher_exact

from pipeline.measures.intervals import clopper_pearson
from pipeline.measures.power import (
    Needed,
    design_effect,
    events_needed,
    expected_share,
    none_in,
    p_value,
    power,
    power_before_the_test,
    rate_ratio,
    significant_counts,
    trials_needed,
)

LONDON = 0.135


@pytest.mark.parametrize(
    ("exposure", "ratio", "needed"),
    [  # the table of the project's notes on statistics: smallest count, and the count from which it stays
        (1 / 2, 1.5, Needed(199, 210)),
        (1 / 2, 2, Needed(72, 77)),
        (1 / 2, 3, Needed(30, 35)),
        (1 / 2, 5, Needed(17, 17)),
        (LONDON, 2, Needed(102, 116)),
        (LONDON, 3, Needed(34, 41)),
        (LONDON, 5, Needed(14, 17)),
    ],
)
def test_the_events_needed_are_those_printed(exposure, ratio, needed):
    assert events_needed(exposure, ratio) == needed


@pytest.mark.parametrize(
    ("events", "exposure", "ratio", "printed"),
    [  # the same notes, rounded as there
        (10, LONDON, 2, 0.20),
        (10, LONDON, 3, 0.40),
        (10, LONDON, 5, 0.71),
        (7, 1 / 3, 2, 0.23),
        (7, 1 / 3, 4, 0.57),
        (7, 1 / 3, 8, 0.85),
        (50, 1 / 3, 2, 0.66),
        (50, 1 / 3, 4, 1.00),
    ],
)
def test_the_power_is_the_one_printed(events, exposure, ratio, printed):
    assert power(events, exposure, ratio) == pytest.approx(printed, abs=0.005)


def test_the_power_of_seven_events_can_be_worked_out_by_hand():
    # p of 5 of 7 against a third is P(5 or more) = 99 / 2187 = 0.045, and none of 7 is likelier (0.059);
    # p of 4 is above 0.17. With a doubled rate the share is 2 / (2 + 1 + 1): 29 of 128 outcomes have 5.
    assert significant_counts(7, 1 / 3).nonzero()[0].tolist() == [5, 6, 7]
    assert power(7, 1 / 3, 2) == pytest.approx(29 / 128)


def test_power_saws_its_teeth():
    # 8 events need 6 in the group (P(5 or more) = 0.088), so 37 of 256: less than with 7 events.
    assert power(8, 1 / 3, 2) == pytest.approx(37 / 256)
    assert power(8, 1 / 3, 2) < power(7, 1 / 3, 2)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.sampled_from([0.135, 0.24, 1 / 3, 0.5, 2 / 3]))
def test_all_counts_are_judged_as_scipy_judges_each(total, exposure):
    one_by_one = [binomtest(k, total, exposure).pvalue <= 0.05 for k in range(total + 1)]
    assert significant_counts(total, exposure).tolist() == one_by_one


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 80), st.floats(0.05, 0.95))
def test_without_a_difference_the_test_is_wrong_at_most_one_time_in_twenty(events, exposure):
    assert power(events, exposure, 1.0) <= 0.05 + 1e-12


def test_power_before_the_test_is_the_mean_over_poisson_counts():
    # Written out: with 3 events expected, weight exp(-3) 3^n / n!.
    weight, mean = 0.049787068367863944, 0.0
    for events in range(60):
        mean += weight * (power(events, 0.5, 6) if events else 0.0)
        weight *= 3 / (events + 1)
    assert power_before_the_test(3, 0.5, 6) == pytest.approx(mean, abs=1e-5)


def test_few_expected_events_have_next_to_no_power():
    # Of at most five events at equal exposure none can be significant: 2 / 32 is above 0.05.
    assert not any(significant_counts(events, 0.5).any() for events in range(1, 6))
    assert significant_counts(6, 0.5).nonzero()[0].tolist() == [0, 6]  # 2 / 64


def test_a_share_of_events_follows_from_exposure_and_ratio():
    assert expected_share(0.5, 3) == pytest.approx(3 / 4)
    assert expected_share(0.2, 1) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("events", "total", "exposure", "two_sided", "one_sided"),
    [  # the notes, and by hand: (2/3)^7; 4 of 6 at 0.24 has no such count below it; 56 / 1024 at a half
        (7, 7, 2 / 3, 0.1038, 0.0585),
        (4, 6, 0.24, 0.0326, 0.0326),
        (8, 10, 0.135, 3.8e-6, 3.8e-6),
        (8, 10, 0.4, 0.0183, 0.0123),
        (8, 10, 0.5, 2 * 56 / 1024, 56 / 1024),
    ],
)
def test_the_p_of_published_counts_is_the_one_printed(events, total, exposure, two_sided, one_sided):
    assert p_value(events, total, exposure) == pytest.approx(two_sided, rel=0.02)
    assert p_value(events, total, exposure, "greater") == pytest.approx(one_sided, rel=0.02)


def _ratio_tail(k, total, ratio, exposure):
    share = ratio * exposure / (ratio * exposure + 1 - exposure)
    return sum(comb(total, i) * share**i * (1 - share) ** (total - i) for i in range(k, total + 1))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 25), st.integers(0, 25), st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_limits_of_a_ratio_leave_two_and_a_half_per_cent_on_each_side(one, other, trials, other_trials):
    found = rate_ratio(one, trials, other, other_trials)
    exposure = trials / (trials + other_trials)
    if one:
        assert _ratio_tail(one, one + other, found.low, exposure) == pytest.approx(0.025, rel=1e-6)
    else:
        assert found.low == 0
    if other:
        assert 1 - _ratio_tail(one + 1, one + other, found.high, exposure) == pytest.approx(0.025, rel=1e-6)
    else:
        assert found.high == inf


def test_the_ratio_of_fifteen_to_five_has_the_limits_of_its_share():
    # 15 of 20: Clopper-Pearson 0.5090 to 0.9134 (printed tables), so odds 1.037 to 10.55 at equal exposure.
    found = rate_ratio(15, 1000, 5, 1000)
    assert found.value == pytest.approx(3)
    assert found.low == pytest.approx(0.5090 / 0.4910, rel=1e-3)
    assert found.high == pytest.approx(0.9134 / 0.0866, rel=1e-3)


def test_a_ratio_with_no_event_on_one_side_or_on_both():
    assert rate_ratio(0, 10, 4, 10).low == 0 == rate_ratio(0, 10, 4, 10).value
    assert rate_ratio(4, 10, 0, 10).value == rate_ratio(4, 10, 0, 10).high == inf
    assert isnan(rate_ratio(0, 10, 0, 10).value)
    assert (rate_ratio(0, 10, 0, 10).low, rate_ratio(0, 10, 0, 10).high) == (0, inf)


def test_a_ratio_without_trials_and_an_impossible_exposure_are_refused():
    with pytest.raises(ValueError, match="trials"):
        rate_ratio(1, 0, 1, 10)
    with pytest.raises(ValueError, match="exposure"):
        expected_share(1.0)
    with pytest.raises(ValueError, match="more than"):
        events_needed(0.5, 1.05)


def test_for_rare_events_the_conditional_test_agrees_with_fishers():
    # Two independent exact tests of one hypothesis; they differ by the finite number of trials only.
    assert p_value(9, 12, 0.5) == pytest.approx(fisher_exact([[9, 10**6], [3, 10**6]]).pvalue, rel=1e-4)


@pytest.mark.parametrize(("points", "trials"), [(0.02, 4138), (0.03, 1901), (0.05, 727), (0.10, 206)])
def test_the_trials_needed_below_0_89_are_those_printed(points, trials):
    assert round(trials_needed(0.89, 0.89 - points)) == trials


def test_equal_shares_can_never_be_told_apart():
    with pytest.raises(ValueError, match="different"):
        trials_needed(0.8, 0.8)


def test_four_thousand_passes_of_four_hundred_people_are_worth_about_1080():
    worth = 4000 / design_effect(10, 0.3)  # 1 + 9 * 0.3 = 3.7
    assert worth == pytest.approx(1081, abs=0.5)
    interval = clopper_pearson(round(0.89 * worth), round(worth))  # printed: about 87.0 to 90.8 per cent
    assert (interval.low, interval.high) == (pytest.approx(0.870, abs=5e-4), pytest.approx(0.908, abs=5e-4))


def test_fifty_eight_of_sixty_five_is_79_to_96_per_cent():
    found = clopper_pearson(58, 65)
    assert (found.low, found.high) == (pytest.approx(0.79, abs=5e-3), pytest.approx(0.96, abs=5e-3))


def test_none_in_n_leaves_about_three_in_n():
    assert none_in(3000) == pytest.approx(3 / 3000, rel=0.002)
    assert (1 - none_in(20)) ** 20 == pytest.approx(0.05)  # the definition
