"""The published rows beside their prediction, and the replay of one, on a handful of rows made by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from pipeline.benchmarks.deployment_day.benchmark import (
    check_replay,
    foretell,
    judge_rows,
    measures_of,
    six_digits,
    surprise,
)
from pipeline.benchmarks.deployment_day.implied import implied_passages, tpir_range
from pipeline.benchmarks.deployment_day.prediction import Prediction
from pipeline.benchmarks.deployment_day.published import (
    borrow,
    face_countings,
    published_rows,
    published_test,
)
from pipeline.benchmarks.deployment_day.replay import replay
from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.model.posterior import Evidence
from pipeline.schemas.tables import typed, validate

ROWS = pd.DataFrame(
    {
        "deployment_id": ["a-1", "b-1", "c-1", "d-1"],
        "date": pd.to_datetime(["2023-05-06", "2024-02-01", "2024-07-23", "2025-08-01"]),
        "location": ["x"] * 4,
        "threshold_score": [0.60, 0.60, 0.64, 0.64],
        "watchlist_size": [10_000, 12_000, 16_000, np.nan],
        "faces_scanned": [1000.0, 200.0, 800.0, 500.0],
        "true_alerts": [8.0, 4.0, 2.0, 1.0],
        "false_alerts": [0.0, 2.0, 0.0, 1.0],
        "source_id": ["one", "one", "two", "three"],
    }
)
BREAKS = pd.DataFrame(
    {
        "change_in_counting": ["no", "yes", "yes", None],
        "first_date_after": ["2023-11-09", "2024-01-23", "2024-07-23", "2024-07-25"],
        "ratio": [0.3, 0.25, 2.0, 9.0],
    }
)
TOTALS = pd.DataFrame({"measure": ["false_alerts"], "date_from": ["2024-07-01"], "date_to": ["2025-12-31"]})


@pytest.fixture
def rows():
    return published_rows(ROWS).assign(replayed_false_alerts=[0, 1, 0, np.nan])


def test_a_list_that_was_not_printed_is_assumed_and_says_so(rows):
    assert rows["watchlist_size"].tolist() == [
        10_000,
        12_000,
        16_000,
        16_000,
    ]  # the last printed file, by hand
    assert rows["list_assumed"].tolist() == ["no", "no", "no", "yes"]
    assert rows["era"].tolist() == ["0.60 in 2023", "0.60 in 2024", "0.64 in 2024", "0.64 in 2025"]


def test_rows_without_threshold_or_faces_are_left_out():
    gaps = ROWS.assign(threshold_score=[np.nan, 0.6, 0.64, 0.64], faces_scanned=[1, np.nan, 2, 3])
    assert published_rows(gaps)["deployment_id"].tolist() == ["c-1", "d-1"]


def test_the_test_made_seven_searches_in_forty_two_thousand_of_ten_thousand_people():
    points = pd.DataFrame(
        {
            "point_id": ["NP003", "NP004", "NP005", "NP006"],
            "threshold": [0.6, 0.64, 0.62, 0.6],
            "watchlist_size": [1000, None, None, None],
            "value": [1 / 60_000, 0, 1, 7],
        }
    )
    assert published_test(points) == Evidence((0.6, 0.62, 0.64), (7, 1, 0), 4.2e8)  # 7 x 60,000 x 1,000


def test_faces_follow_the_changes_in_counting_and_nothing_else(rows):
    countings = face_countings(rows, BREAKS)  # levels by hand: 1, 1/4, 1/2, 1/2
    assert countings["as printed"].tolist() == [1000, 200, 800, 500]
    assert countings["all as in early 2024"].tolist() == [250, 200, 400, 250]
    assert countings["all as before 2024"].tolist() == [1000, 800, 1600, 1000]


def test_borrowing_takes_the_window_of_the_report_in_the_same_counting(rows):
    faces = np.array([1.0, 2.0, 3.0, 4.0])
    borrowed = borrow(Evidence((0.6,), (7,), 1.0), rows, faces, TOTALS)
    assert borrowed.borrowed_count == 1
    assert borrowed.borrowed_comparisons == 16_000 * (3 + 4)


def test_groups_are_predicted_from_the_sums_of_their_rows(rows):
    means = np.array([[1.0, 2.0, 4.0, 8.0], [3.0, 2.0, 4.0, 8.0]])
    table = foretell(rows, means, "threshold").set_index("threshold")
    assert table["predicted"].to_dict() == {"0.60": 4.0, "0.64": 12.0}  # (3 + 5) / 2, and 12 twice
    assert table["false_alerts"].to_dict() == {"0.60": 2, "0.64": 1}


def test_rows_far_from_their_prediction_surprise_and_are_compared_with_chance(rows):
    prediction = Prediction(np.tile([9.0, 0.1, 0.1, 1.0], (2000, 1)))
    judged = judge_rows(rows, prediction)
    assert judged["surprising"].tolist() == [
        "yes",
        "yes",
        "no",
        "no",
    ]  # none of 9; two where 0.1 are expected
    counted = surprise(judged, prediction, np.random.default_rng(1))
    assert (counted["rows"], counted["surprising"], counted["more_than_predicted"]) == (4, 2, 1)
    assert 0 < counted["by_chance"] < 4 * 0.05


def test_by_chance_as_many_rows_surprise_as_the_exact_distribution_says():
    prediction = Prediction(np.full((4000, 50), 5.0))
    least, greatest = prediction.unsurprising(0.05)
    rows = published_rows(pd.concat([ROWS.iloc[[0]]] * 50)).assign(replayed_false_alerts=0)
    counted = surprise(judge_rows(rows, prediction), prediction, np.random.default_rng(1))
    outside = 1 - (poisson.cdf(greatest[0], 5) - poisson.cdf(least[0] - 1, 5))
    assert counted["by_chance"] == pytest.approx(50 * outside, rel=0.05)


def test_tpir_is_fixed_where_it_was_published_and_wide_above():
    assert tpir_range(0.60, 0.60) == pytest.approx([0.89] * 3, abs=1e-3)
    # the published sensitivity to the spread of fidelity: 0.56 to 0.87 around 0.815
    assert tpir_range(0.64, 0.60) == pytest.approx([0.815, 0.56, 0.87], abs=5e-3)


def test_implied_misses_are_what_the_true_alerts_leave():
    eras = pd.DataFrame({"threshold": ["0.60"], "faces_scanned": [1000], "true_alerts": [89]})
    table = implied_passages(eras, 0.60, 0.95).iloc[0]
    assert table["passages"] == pytest.approx(100, rel=2e-3)  # 89 / 0.89
    assert table["misses"] == pytest.approx(11, rel=0.02)
    assert table["passages_per_face"] == pytest.approx(0.1, rel=2e-3)
    assert table["passages_low"] < 100 < table["passages_high"]
    assert table["passages_low"] == pytest.approx(71.47 / 0.89, rel=2e-3)  # Garwood: 71.47 to 109.52 for 89


def test_six_digits_keep_whole_counts_whole():
    table = six_digits(pd.DataFrame({"a": [4_220_097.0, np.nan], "b": [1 / 3, 1_234_567.0]}))
    assert table["a"].tolist()[0] == 4_220_097
    assert table["b"].tolist() == [0.333333, 1_234_567.0]


@pytest.fixture(scope="module")
def replayed():
    row = {
        "date": "2024-05-01",
        "number": 2,
        "location": "replay of a row",
        "duration_hours": 5.0,
        "watchlist_size": 300,
        "threshold_score": 0.50,  # low, so that strangers alert too: FPIR(300, 0.50) is about 1 in 50
        "faces_scanned": 3000,
        "listed_passages": 200,
    }
    return replay(1, [{}, row], seed=5, pool_size=400)


def test_a_replayed_row_keeps_the_published_schema_and_adds_up(replayed):
    record = replayed["record"]
    validate(typed(pd.DataFrame([record]), "deployments"), "deployments", "replayed.csv")
    assert record["source_kind"] == "simulation"
    assert record["deployment_id"] == "simulated-2024-05-01-2"
    assert (record["watchlist_size"], record["faces_scanned"]) == (300, 3000)
    assert record["alerts"] == replayed["matches"] + replayed["mismatches"] + replayed["mistaken"]
    assert record["alerts"] == record["true_alerts"] + record["false_alerts"]
    assert replayed["missed"] + replayed["matches"] + replayed["mistaken"] == 200


def test_officers_who_miss_no_true_alert_add_some_of_the_false_ones(replayed):
    record = replayed["record"]
    assert replayed["matches"] <= record["true_alerts"] <= record["alerts"]
    # One in ten is accepted: of some fifty, nearly all but not all stay false.
    wrong = replayed["mismatches"] + replayed["mistaken"]
    assert 0.7 * wrong < record["false_alerts"] < wrong


def test_strangers_alert_as_often_as_the_closed_form_says(replayed):
    expected = 2800 * float(Population().fpir(0.50, 300))
    assert abs(replayed["mismatches"] - expected) < 4 * np.sqrt(expected)


def test_measures_read_a_replayed_record_like_a_published_one(replayed):
    table = measures_of(pd.DataFrame([replayed["record"]])).set_index("measure")
    assert table.loc["false_alerts_per_alert", "numerator"] == replayed["record"]["false_alerts"]
    assert table.loc["false_alerts_per_face_scanned", "denominator"] == 3000
    assert table.loc["alerts_per_hour", "value"] == pytest.approx(replayed["record"]["alerts"] / 5)


def test_the_replay_is_summed_by_threshold_beside_the_poisson_limits_of_its_expectation(replayed):
    twice = pd.DataFrame([replayed, replayed]).assign(expected_mismatches=[4.0, 6.0])
    table = check_replay(twice).iloc[0]
    assert (table["threshold"], table["rows"], table["faces_scanned"]) == ("0.50", 2, 6000)
    assert table["mismatches"] == 2 * replayed["mismatches"]
    assert (table["low"], table["high"]) == (
        4,
        17,
    )  # printed Poisson table, mean 10: 0.0103, 0.0293; 0.9730, 0.9857
