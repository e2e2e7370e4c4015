"""The rates behind the what-if figure against published figures, and its look at the record by hand."""

import numpy as np
import pandas as pd
import pytest

from pipeline.benchmarks.model.anchors import read_anchors
from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.what_if.benchmark import GRID, on_record, play_a_day, rates_by_threshold, run
from pipeline.core.params import load_params
from pipeline.core.paths import Paths, find_root

PATHS = Paths(find_root())


@pytest.fixture(scope="module")
def rates() -> pd.DataFrame:
    return rates_by_threshold(Population(), read_anchors(PATHS)).set_index("threshold")


def test_at_the_threshold_of_the_test_the_rates_are_the_published_ones(rates):
    assert 1 / -np.expm1(10_000 * np.log1p(-rates.loc[0.6, "fmr"])) == pytest.approx(6000, rel=1e-3)
    assert rates.loc[0.6, "tpir"] == pytest.approx(0.89, abs=0.001)


def test_seven_events_leave_the_false_match_rate_open_from_two_fifths_to_twice(rates):
    # Garwood's limits of 7 events, as reprinted in textbooks: 2.814 and 14.423.
    assert (rates["fmr_low"] / rates["fmr"]).to_numpy() == pytest.approx(2.814 / 7, abs=1e-4)
    assert (rates["fmr_high"] / rates["fmr"]).to_numpy() == pytest.approx(14.423 / 7, abs=1e-4)


def test_what_the_spread_of_fidelity_leaves_open_vanishes_at_the_anchor_only(rates):
    # By simulation, TPIR at 0.64 is 0.56 for the narrowest spread tried and 0.87 for the widest.
    assert rates.loc[0.64, ["tpir_low", "tpir_high"]].tolist() == pytest.approx([0.56, 0.87], abs=0.005)
    width = rates["tpir_high"] - rates["tpir_low"]
    assert width.idxmin() == 0.6 and width.min() < 0.001
    assert (rates["tpir_low"] <= rates["tpir"]).all() and (rates["tpir"] <= rates["tpir_high"]).all()


def test_both_rates_fall_as_the_threshold_rises(rates):
    assert (np.diff(rates[["fmr", "tpir", "tpir_low", "tpir_high"]], axis=0) < 0).all()


def test_a_day_gathers_its_deployments_and_rows_without_counts_are_left_out():
    columns = ["date", "threshold_score", "watchlist_size", "faces_scanned", "true_alerts", "false_alerts"]
    rows = [
        ("2025-01-01", 0.64, 100, 10, 1, 0),
        ("2025-01-01", 0.64, 200, 30, 2, 1),
        ("2025-12-31", 0.64, np.nan, 80, 0, 0),  # a list of unknown length still had faces
        ("2025-06-01", 0.64, 100, np.nan, 5, 0),
        ("2025-06-01", np.nan, 100, 10, 5, 0),
    ]
    deployments = pd.DataFrame(rows, columns=columns).assign(date=lambda table: pd.to_datetime(table["date"]))
    row = on_record(deployments).iloc[0]
    assert (row["threshold"], row["days"], row["faces_a_day"], row["watchlist_size"]) == (0.64, 2, 60, 150)
    assert (row["faces"], row["true_alerts"], row["false_alerts"]) == (120, 3, 1)
    assert row["days_a_year"] == pytest.approx(2 / (365 / 365.25))


def test_the_table_has_each_threshold_once_and_the_record_only_where_one_was_in_force():
    table = run(PATHS, load_params(PATHS.root / "params.yaml").benchmarks, None)["what_if"]
    assert table["threshold"].tolist() == list(GRID)
    assert table.dropna()["threshold"].tolist() == [0.6, 0.62, 0.64]
    in_force = table.set_index("threshold").loc[0.64]
    # What the sliders start from gives the record's true alerts back, by definition.
    found = in_force["faces"] * in_force["listed_per_10000_faces"] / 1e4 * in_force["tpir"]
    assert found == pytest.approx(in_force["true_alerts"], rel=1e-4)


def test_a_small_day_counts_what_its_rates_lead_one_to_expect_and_the_same_each_time():
    day = play_a_day(0.54, 200, 3000, 100, seed=3)
    assert day.equals(play_a_day(0.54, 200, 3000, 100, seed=3))
    assert not day.equals(play_a_day(0.54, 200, 3000, 100, seed=4))
    assert day["of"].tolist() == [3000, 100, 100]
    alerts, found, mistaken = day["counted"]
    assert alerts <= 10  # 2.2 expected; more than ten has a chance below 1 in 30,000
    assert 85 <= found <= 100  # 95 expected, standard deviation 2.2
    assert mistaken <= 2
