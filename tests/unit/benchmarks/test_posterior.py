"""Posterior and prediction against closed forms: gamma-Poisson, exponential tails, likelihood ratios."""

import numpy as np
import pytest
from scipy.stats import gamma, nbinom, poisson

from pipeline.benchmarks.posterior import (
    PRIORS,
    STEEPNESS,
    Evidence,
    Prediction,
    discoveries,
    draw_rates,
    expected_false_alerts,
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


def test_expected_false_alerts_are_faces_times_fpir():
    # FPIR of 2 people at FMR 0.1 is 1 - 0.9 ** 2 = 0.19; of 1 at 0.5 it is 0.5
    rates = np.array([[0.1, 0.5]])
    assert expected_false_alerts(rates, [100, 10], [2, 1], [0, 1])[0] == pytest.approx([19, 5])


def test_a_mixture_over_gamma_draws_is_the_negative_binomial():
    quantiles = gamma(3, scale=2).ppf((np.arange(20_000) + 0.5) / 20_000)
    prediction = Prediction(quantiles[:, None])
    expected = nbinom(3, 1 / 3)  # gamma of shape 3 and scale 2: n = 3, p = 1 / (1 + 2)
    counts = np.arange(25)
    assert prediction.cumulative[:25, 0] == pytest.approx(expected.cdf(counts), abs=1e-4)
    low, high = prediction.limits(0.95)
    assert (low[0], high[0]) == (expected.ppf(0.025), expected.ppf(0.975))


def test_one_known_mean_gives_the_poisson_tails():
    prediction = Prediction(np.array([[4.0, 4.0, 4.0]]))
    mid_p = [
        2 * (poisson.cdf(0, 4) / 2),
        2 * (poisson.sf(9, 4) + poisson.pmf(9, 4) / 2),
        2 * (poisson.sf(4, 4) + poisson.pmf(4, 4) / 2),
    ]
    assert prediction.tail_probability([0, 9, 4]) == pytest.approx(mid_p, rel=1e-6)


def test_unsurprising_counts_are_exactly_those_whose_tail_probability_reaches_the_chance():
    prediction = Prediction(np.array([[0.01, 0.7, 4.0, 60.0]]))
    least, greatest = prediction.unsurprising(0.05)
    assert np.all(prediction.tail_probability(least) >= 0.05)
    assert np.all(prediction.tail_probability(greatest) >= 0.05)
    assert np.all(prediction.tail_probability(greatest + 1) < 0.05)
    assert np.all((least == 0) | (prediction.tail_probability(np.maximum(least - 1, 0)) < 0.05))
    assert (least[0], greatest[0]) == (0, 0)  # one event where 0.01 are expected: p = 0.01


def test_a_count_beyond_the_table_has_next_to_no_chance():
    assert Prediction(np.array([[0.5]])).tail_probability([1000])[0] < 1e-8


def test_discoveries_of_the_original_paper_are_its_first_four():
    # Benjamini and Hochberg (1995), section 3.2: fifteen p values, four discoveries at 0.05
    chances = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    assert discoveries(chances, 0.05).tolist() == [True] * 4 + [False] * 11
    assert discoveries(chances[::-1], 0.05).tolist() == [False] * 11 + [True] * 4


def test_nothing_surprising_and_nothing_at_all_give_no_discovery():
    assert not discoveries([0.5, 0.9], 0.05).any()
    assert discoveries([], 0.05).shape == (0,)
