"""The posterior against the published table, a likelihood ratio and the gamma distribution."""

import numpy as np
import pytest
from scipy.stats import gamma

from pipeline.benchmarks.model.posterior import (
    PRIORS,
    STEEPNESS,
    Evidence,
    draw_rates,
    log_likelihood,
    survival,
)

TEST = Evidence((0.60, 0.62, 0.64), (7, 1, 0), 4.2e8)


def draws(evidence=TEST, count=20_000, prior=PRIORS[0]):
    return draw_rates(evidence, prior, count, np.random.default_rng([1, 2]))


def test_at_the_model_s_own_steepness_the_share_is_that_of_the_published_table():
    # The table of the model: FMR 1.667e-8 at 0.60, 2.004e-9 at 0.62, 1.995e-10 at 0.64, for k = 125.
    share = survival([125], 1.667e-8, TEST.thresholds)[0]
    assert share == pytest.approx([1, 2.004 / 16.67, 0.1995 / 16.67], rel=2e-3)


def test_a_steeper_tail_leaves_a_smaller_share_at_every_threshold():
    share = survival(STEEPNESS, 1.667e-8, TEST.thresholds)
    assert np.all(np.diff(share[:, 1:], axis=0) < 0)
    assert np.all(np.diff(share, axis=1) < 0)


def test_the_likelihood_interval_of_the_steepness_is_the_one_published():
    # Twice the fall of the log likelihood from its top is 3.84 at both ends, k = 37 and 410.
    fit = log_likelihood(TEST, survival(STEEPNESS, TEST.rate, TEST.thresholds))
    inside = STEEPNESS[2 * (fit.max() - fit) <= 3.841]
    assert inside.min() == pytest.approx(37, abs=1)
    assert inside.max() == pytest.approx(410, abs=10)


def test_the_likelihood_is_that_of_seven_sorted_into_three_bands():
    share = np.array([[1, 0.5, 0.25]])
    assert log_likelihood(TEST, share)[0] == pytest.approx(6 * np.log(0.5) + np.log(0.25))  # 6, 1, 0 by hand


def test_the_rate_at_the_lowest_threshold_has_the_gamma_posterior_of_seven_events():
    limits = np.quantile(draws()[:, 0], [0.025, 0.5, 0.975])
    assert limits == pytest.approx(gamma(7.5, scale=1 / 4.2e8).ppf([0.025, 0.5, 0.975]), rel=0.02)


def test_rates_fall_from_threshold_to_threshold_in_every_draw():
    assert np.all(np.diff(draws(), axis=1) < 0)


def test_borrowed_events_decide_the_rate_for_which_they_were_counted():
    # 1,000 of 1e13 comparisons outweigh the test: their own Poisson interval is 938 to 1,064.
    rich = Evidence(TEST.thresholds, TEST.counts, TEST.comparisons, 1000, 1e13)
    assert np.quantile(draws(rich)[:, 2], [0.025, 0.975]) == pytest.approx([0.938e-10, 1.064e-10], rel=0.01)


def test_draws_repeat_with_their_seed_and_differ_from_each_other():
    assert draws().shape == (20_000, 3)
    assert draws(count=5)[0, 0] != draws(count=5)[1, 0]
    assert np.array_equal(draws(count=5), draws(count=5))
