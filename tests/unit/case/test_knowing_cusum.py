"""The Bernoulli CUSUM: a chain solved by hand, simulation, printed run lengths, and every order of a day."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from pipeline.case.knowing.cusum import Cusum, path
from pipeline.case.knowing.monitor import baseline, charts

DOUBLING = Cusum(13 / 2408, 2, 3)


def test_the_steps_are_those_printed():
    assert DOUBLING.up == pytest.approx(0.693, abs=5e-4)
    assert DOUBLING.down == pytest.approx(-0.0054, abs=5e-5)


def test_a_chart_that_one_false_alert_sets_off_waits_for_the_first():
    chart = Cusum(0.01, 2, 0.5)
    assert chart.mean_alerts(0.02) == pytest.approx(50)
    assert chart.signalled_by(0.02, 3) == pytest.approx([0, 0.02, 1 - 0.98**2, 1 - 0.98**3])


def test_a_chain_of_three_scores_can_be_solved_by_hand():
    # The upward step is exactly twice the downward one at this rate, and 2.9 downward steps are the limit.
    # With p false and q true, scores 0, 1 and 2: E0 = 1 + p E2 + q E0, E1 = 1 + q E0, E2 = 1 + q E1.
    rate = (1 - 2**-0.5) / (2 - 2**-0.5)
    chart = Cusum(rate, 2, 2.9 * np.log(2) / 2)
    for p in (0.1, rate, 0.5):
        q = 1 - p
        assert chart.mean_alerts(p) == pytest.approx((1 + p + p * q) / (p * (1 - q * q)), rel=1e-9)


@pytest.mark.parametrize(("ratio", "printed"), [(1, 12_400), (2, 1_060), (4, 310)])
def test_mean_run_lengths_agree_with_those_printed_and_with_simulation(ratio, printed):
    exact = DOUBLING.mean_alerts(ratio * DOUBLING.rate)
    assert exact == pytest.approx(printed, rel=0.03)  # those printed were simulated, with rounded steps
    runs = DOUBLING.simulated(ratio * DOUBLING.rate, 3000, seed=7)
    assert abs(runs.mean() - exact) < 3.5 * runs.std() / np.sqrt(len(runs))


def test_the_distribution_of_the_run_length_has_the_mean_of_the_chain():
    chart = Cusum(0.05, 2, 2)
    signalled = chart.signalled_by(0.2, 2000)
    assert (1 - signalled).sum() == pytest.approx(chart.mean_alerts(0.2), rel=1e-6)


@pytest.mark.parametrize(("rate", "ratio", "limit"), [(0.6, 2, 3), (0.1, 1, 3), (0, 2, 3), (0.1, 2, 0)])
def test_a_chart_that_makes_no_sense_is_refused(rate, ratio, limit):
    with pytest.raises(ValueError, match="no chart"):
        Cusum(rate, ratio, limit)


@pytest.mark.parametrize("false", [0, 1, 2, 3])
def test_the_bounds_of_a_score_hold_for_every_order_of_the_alerts(false):
    chart = Cusum(0.2, 2, 3)
    days = [(4, 1), (5, false)]
    found = path(pd.DataFrame(days, columns=["alerts", "false_alerts"]).astype(float), chart)
    ends, peaks = [], []
    for first in set(permutations([1] * 1 + [0] * 3)):
        for second in set(permutations([1] * false + [0] * (5 - false))):
            score, scores = 0.0, []
            for is_false in first + second:
                score = max(score + (chart.up if is_false else chart.down), 0.0)
                scores.append(score)
            ends.append(scores[-1])
            peaks.append(max(scores[4:]))
    assert found["score_low"].iloc[-1] == pytest.approx(min(ends))
    assert found["score_high"].iloc[-1] >= max(peaks) - 1e-12
    if false:
        assert found["score_high"].iloc[-1] == pytest.approx(max(peaks))


def test_alerts_are_counted_on():
    day = pd.DataFrame({"alerts": [3.0, 4.0], "false_alerts": [0.0, 1.0]})
    assert path(day, DOUBLING)["alerts_so_far"].tolist() == [3, 7]


SETTINGS = {
    "baseline": {"false_alerts": 13, "alerts": 2408},
    "cusum": {"ratio": 2, "limit": 3, "baselines": {"0.60": "0.60", "0.62": "0.60", "0.64": "stated"}},
}


def test_the_gap_chart_has_the_printed_mean_and_limit():
    row = baseline(SETTINGS, DOUBLING).iloc[0]
    assert (row["mean_gap"], row["gap_limit"]) == pytest.approx((184, 738), abs=0.5)
    assert (row["low"], row["high"]) == pytest.approx((0.0029, 0.0092), abs=5e-5)


def test_a_threshold_without_a_past_of_its_own_is_judged_by_the_one_before():
    met = pd.DataFrame({"threshold_score": [0.6, 0.62], "alerts": [20.0, 5.0], "false_alerts": [1.0, 2.0]})
    found = charts(met, SETTINGS)
    assert found["0.60"].rate == found["0.62"].rate == 0.05
    assert found["0.64"].rate == 13 / 2408
