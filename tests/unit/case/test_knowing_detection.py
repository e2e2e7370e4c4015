"""How many events a change needs: slow definitions, other libraries, and the printed sizes of tests."""

import numpy as np
import pytest
from scipy.stats import binom, chi2, poisson
from statsmodels.stats.rates import test_poisson as poisson_test

from pipeline.case.knowing.detection import (
    before_and_after,
    events_for_precision,
    known_baseline,
    needed_events,
)
from pipeline.case.knowing.power_check import power_table


def power_by_definition(means: np.ndarray, ratio: float) -> np.ndarray:
    """Chance of a count whose upper tail at the usual mean is at most 2.5 %, straight from Poisson tables."""
    counts = np.arange(1, 100)
    too_many = counts[(poisson.sf(counts - 1, means[:, None]) <= 0.025).argmax(axis=1)]
    return poisson.sf(too_many - 1, ratio * means)


@pytest.mark.parametrize("ratio", [1.5, 2, 3, 5])
def test_a_known_rate_needs_the_events_that_a_search_through_poisson_tables_finds(ratio):
    first, stays = known_baseline(ratio)
    means = np.arange(0.05, 60, 0.01)
    enough = power_by_definition(means, ratio) >= 0.8
    assert means[enough][0] == pytest.approx(first, abs=0.011)
    assert means[np.flatnonzero(~enough)[-1] + 1] == pytest.approx(stays, abs=0.011)


def test_the_verdicts_on_a_known_rate_are_those_of_statsmodels():
    mean = known_baseline(2)[1]
    counts = np.arange(10, 90)
    theirs = [poisson_test(int(k), 1, mean, method="exact-c").pvalue <= 0.05 for k in counts]
    chance = poisson.pmf(counts, 2 * mean)[theirs].sum()
    assert chance == pytest.approx(0.8, abs=1e-3)  # the mean at which power has just come back to 80 %


def test_counting_alerts_as_binomial_changes_next_to_nothing():
    rate, ratio = 13 / 2408, 2
    alerts = round(known_baseline(ratio)[1] / rate)
    counts = np.arange(alerts + 1)
    too_many = counts[binom.sf(counts - 1, alerts, rate) <= 0.025][0]
    assert binom.sf(too_many - 1, alerts, ratio * rate) == pytest.approx(0.8, abs=0.01)


def test_a_rise_is_above_one():
    with pytest.raises(ValueError, match="above 1"):
        known_baseline(1)
    with pytest.raises(ValueError, match="needs more than"):
        known_baseline(1.01)


def test_before_and_after_shares_the_printed_events_between_the_periods():
    # 72 and 77 in both periods together for a doubling: a third of them before it
    assert before_and_after(2) == pytest.approx((24, 77 / 3))


def test_eight_years_alone_and_four_together_are_those_of_one_groups_doubling():
    first = needed_events(0.135, 2).smallest
    assert first / 13 == pytest.approx(7.8, abs=0.05)
    assert first / 23 == pytest.approx(4.4, abs=0.05)


@pytest.mark.parametrize("width", [1.5, 2, 4])
def test_a_precise_interval_is_the_first_that_is_precise(width):
    def times(k: int) -> float:  # Garwood's limits
        return chi2.ppf(0.975, 2 * k + 2) / chi2.ppf(0.025, 2 * k)

    events = events_for_precision(width)
    assert times(events) <= width < times(events - 1)


@pytest.fixture(scope="module")
def sizes():
    return power_table(1).set_index(["kind", "ratio", "share"]).sort_index()


def test_closed_forms_lie_within_the_limits_of_their_simulations(sizes):
    checked = sizes.dropna(subset=["simulated"])
    inside = checked["closed"].between(checked["simulated_low"], checked["simulated_high"])
    assert len(checked) == 29
    assert inside.sum() >= 26  # 95 % limits: three or fewer of 29 lie outside but for one seed in twenty
    assert (np.abs(checked["closed"] - checked["simulated"]) / checked["closed"] < 0.07).all()


def test_the_sizes_are_those_of_the_printed_table(sizes):
    size = sizes["size"]
    assert [size["events_smallest", 2, 0.5], size["events_stays", 2, 0.5]] == [72, 77]
    assert [size["events_smallest", 2, 0.135], size["events_stays", 2, 0.135]] == [102, 116]
    closed = sizes["closed"]
    tens = [closed["power_of_ten", ratio, 0.135] for ratio in (2, 3, 5)]
    assert tens == pytest.approx([0.20, 0.40, 0.71], abs=0.005)
    assert sorted(sizes.loc["trials", "size"]) == [206, 727, 1901, 4138]
    assert sizes.loc["passes_worth", "closed"].item() == pytest.approx(1080, abs=2)
    limits = [sizes.loc[name, "closed"].item() for name in ("found_low", "found_high")]
    assert limits == pytest.approx([0.870, 0.908], abs=5e-4)
    field = [sizes.loc[name, "closed"].item() for name in ("field_low", "field_high")]
    assert field == pytest.approx([0.79, 0.96], abs=0.005)
