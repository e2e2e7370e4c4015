"""National control: ratios of rates, and how many events a margin needs."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import binom

from pipeline.case.blueprint.transfer import margin_power, needed, needed_for_margin, ratios
from pipeline.measures.intervals import clopper_pearson
from pipeline.measures.power import expected_share, trials_needed

RULES = {
    "threshold": 0.64,
    "margin": 1.5,
    "margins_shown": [1.5],
    "shares_shown": [0.5],
    "power": 0.8,
    "stated": {"alerts": "T1", "false_alerts": "T2"},
}


def _rows(*rows):
    columns = ["force_id", "threshold_score", "alerts", "false_alerts", "warnings", "source_kind", "date"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(date=pd.to_datetime(table["date"]))


DEPLOYMENTS = _rows(
    ("metropolitan", 0.64, 100.0, 2.0, "", "published_record", "2025-01-01"),
    ("metropolitan", 0.64, 200.0, 3.0, "fixed_camera_site_unmarked", "transcription", "2025-12-31"),
    ("metropolitan", 0.60, 500.0, 50.0, "", "published_record", "2024-01-01"),
    ("immigration_enforcement", 0.64, 10.0, 1.0, "", "government_table", "2025-11-27"),
    ("essex", np.nan, 61.0, 1.0, "", "press", "2025-02-01"),
)
TOTALS = pd.DataFrame({"total_id": ["T1", "T2"], "value": [20.0, 0.0]})


def _compared():
    return ratios(DEPLOYMENTS, TOTALS, RULES, 0.95).set_index("id")


def test_only_rows_at_the_one_threshold_are_compared():
    found = _compared()
    assert found.loc["holyhead", ["false_alerts", "alerts"]].tolist() == [1, 10]
    assert found.loc["holyhead", ["reference_false_alerts", "reference_alerts"]].tolist() == [5, 300]
    assert found.loc["together", ["false_alerts", "alerts"]].tolist() == [1, 30]
    assert found.loc["fixed_cameras", ["false_alerts", "alerts", "reference_false_alerts"]].tolist() == [
        3,
        200,
        2,
    ]


def test_the_ratio_is_that_of_a_log_linear_model_with_a_force_effect():
    # The Met's two rows and Holyhead's one; statsmodels knows nothing of conditional tests.
    design = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    offset = np.log([10.0, 100.0, 200.0])
    model = sm.GLM([1, 2, 3], design, family=sm.families.Poisson(), offset=offset)
    assert _compared().loc["holyhead", "ratio"] == pytest.approx(np.exp(model.fit().params[1]))


def test_none_of_twenty_leaves_a_lower_limit_of_nought_and_an_upper_one_by_hand():
    # Given five events in all, the share of the twenty alerts is at most 1 - 0.025 ** (1 / 5).
    share = 1 - 0.025 ** (1 / 5)
    row = _compared().loc["south_wales"]
    assert (row["ratio"], row["low"]) == (0, 0)
    assert row["high"] == pytest.approx(share / (1 - share) * 300 / 20)


@pytest.mark.parametrize(("exposure", "margin"), [(0.5, 1.5), (0.1, 2.0), (0.3, 3.0)])
def test_the_power_of_a_margin_is_that_of_looking_at_every_interval(exposure, margin):
    for total in (1, 7, 40, 150):
        counts = np.arange(total + 1)
        high = clopper_pearson(counts, total).high
        under = high <= expected_share(exposure, margin)
        slow = binom.pmf(counts, total, exposure)[under].sum()
        assert margin_power(np.array([total]), exposure, margin)[0] == pytest.approx(slow, abs=1e-12)


def test_the_power_of_a_margin_agrees_with_simulation():
    draws = np.random.default_rng(5).binomial(195, 0.5, 20_000)
    high = clopper_pearson(draws, 195).high
    simulated = (high <= 1.5 / 2.5).mean()
    assert margin_power(np.array([195]), 0.5, 1.5)[0] == pytest.approx(simulated, abs=0.01)


def test_at_the_margin_itself_the_test_is_wrong_at_most_one_time_in_forty():
    wrong = margin_power(np.arange(1, 400), 0.25, 1.5, ratio=1.5)
    assert wrong.max() <= 0.025 + 1e-12


def test_the_events_needed_are_near_the_closed_form():
    # Variance of the log ratio 4 / n at equal exposure: n = 4 ((1.96 + 0.84) / ln 1.5) ** 2 = 191.
    found = needed_for_margin(0.5, 1.5)
    assert abs(found.smallest - 4 * (2.8016 / np.log(1.5)) ** 2) < 10
    power = margin_power(np.arange(1, 500), 0.5, 1.5)
    assert (power[: found.smallest - 1] < 0.8).all()
    assert (power[found.stays - 1 :] >= 0.8).all()
    assert power[found.stays - 2] < 0.8


def test_a_margin_that_cannot_be_reached_is_said_so():
    with pytest.raises(ValueError, match="needs more than"):
        needed_for_margin(0.5, 1.01)


def test_years_count_the_last_whole_year_of_the_met():
    row = needed(DEPLOYMENTS, RULES, 0.95).iloc[0]
    assert row["met_false_alerts_a_year"] == 5
    assert row["years"] == pytest.approx(row["events"] * 0.5 / 5)


def test_forty_three_laboratories_would_need_the_passes_of_the_printed_table():
    assert round(trials_needed(0.89, 0.87)) == 4138  # the notes on statistics, two points
