"""Predictions against Poisson and negative binomial distributions, discoveries against the original paper."""

import numpy as np
import pytest
from scipy.stats import gamma, nbinom, poisson

from pipeline.benchmarks.deployment_day.prediction import Prediction, discoveries, expected_false_alerts


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


def test_a_single_test_is_judged_by_the_rate_itself():
    assert discoveries([0.05], 0.05).tolist() == [True]
    assert discoveries([0.051], 0.05).tolist() == [False]


def test_nothing_surprising_and_nothing_at_all_give_no_discovery():
    assert not discoveries([0.5, 0.9], 0.05).any()
    assert discoveries([], 0.05).shape == (0,)
