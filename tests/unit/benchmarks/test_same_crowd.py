"""The same crowd: counts against closed forms, ratios against exact ones, and no invented settings."""

import doctest

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from pipeline.benchmarks.model.anchors import read_anchors
from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.same_crowd import benchmark
from pipeline.benchmarks.same_crowd.benchmark import counted, draw_lists, pass_by
from pipeline.benchmarks.same_crowd.compare import fmr_ratio, per_setting, ratios
from pipeline.benchmarks.same_crowd.settings import read_choices, read_settings, settings_from
from pipeline.benchmarks.what_if.benchmark import rates_by_threshold
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root
from pipeline.measures.power import rate_ratio

PATHS = Paths(find_root())
SIZES, THRESHOLDS = [200, 1500], [0.50, 0.54]  # low, so that a small crowd raises alerts


@pytest.fixture(scope="module")
def blocks() -> list[dict]:
    return [pass_by(3, SIZES, THRESHOLDS, 2000, 500, block) for block in range(2)]


@pytest.fixture(scope="module")
def settings() -> pd.DataFrame:
    return read_settings(PATHS, read_choices(PATHS))


@pytest.fixture(scope="module")
def table(settings) -> pd.DataFrame:
    sizes, thresholds = sorted(set(settings["people"])), sorted(set(settings["threshold"]))
    nobody = [[0] * len(thresholds)] * len(sizes)
    empty = {"alerts": nobody, "found": nobody[0], "strangers": 10, "listed": 10}
    grid = counted([empty], sizes, thresholds)
    return per_setting(settings, grid, rates_by_threshold(Population(), read_anchors(PATHS)), 100)


def test_the_worked_examples_are_true():
    assert doctest.testmod(benchmark).failed == 0


def test_what_the_engine_counts_agrees_with_the_closed_form(blocks):
    grid = counted(blocks, SIZES, THRESHOLDS)
    for row in grid.itertuples():
        # By chance a count leaves these limits once in ten thousand.
        low, high = binom.ppf([5e-5, 1 - 5e-5], row.trials, row.fpir_closed)
        assert low <= row.events <= high
        low, high = binom.ppf([5e-5, 1 - 5e-5], row.passages, row.tpir_closed)
        assert low <= row.found <= high
    assert grid["events"].sum() > 200  # there was something to count


def test_a_short_list_is_part_of_the_longer_one_so_the_longer_never_flags_fewer(blocks):
    for block in blocks:
        assert (np.diff(block["alerts"], axis=0) >= 0).all()  # longer lists down
        assert (np.diff(block["alerts"], axis=1) <= 0).all()  # higher thresholds to the right
        assert np.diff(block["found"])[0] <= 0


def test_the_people_of_a_short_list_are_the_first_of_each_longer_one():
    crowd = draw_lists(3, tuple(SIZES))
    short, long = (gallery.templates for gallery in crowd.lists)
    assert len(short) == len(crowd.identities) == SIZES[0]
    assert np.array_equal(short, long[: SIZES[0]])


def test_a_block_is_the_same_each_time_and_another_block_another_crowd(blocks):
    assert pass_by(3, SIZES, THRESHOLDS, 2000, 500, 0) == blocks[0]
    assert blocks[0] != blocks[1]


def test_the_lists_are_those_of_the_record(settings):
    by_id = settings.set_index("setting")
    # A separate reading of the Met's table gave 13,048 at 0.60 and 15,725 at 0.62.
    assert by_id.loc[["met-060", "met-062"], "people"].tolist() == [13_048, 15_725]
    # Eight rows of Holyhead: 1,942, then 4,867 six times and 4,868 once.
    holyhead = by_id.loc["immigration-064", ["people_low", "people", "people_high"]].tolist()
    assert holyhead == [1_942, 4_867, 4_868]
    assert by_id.loc["south-wales-064", ["people_low", "people", "people_high"]].tolist() == [400, 800, 2_000]
    assert (by_id.loc[by_id["basis"] == "supposed", "force_id"] == "").all()


@pytest.mark.parametrize(
    ("force", "threshold", "lists", "says"),
    [
        ("essex", 0.64, "record", "this force states no such threshold"),
        ("metropolitan", 0.58, "record", "this force states no such threshold"),
        ("south_wales", 0.64, "record", "rows state no list"),
        ("south_wales", 0.64, dict.fromkeys(("middle", "low", "high"), "MA118"), "no such total"),
    ],
)
def test_a_force_is_never_given_a_setting_that_it_does_not_state(force, threshold, lists, says):
    entry = {"id": "x", "label": "X", "force_id": force, "threshold": threshold, "lists": lists}
    with pytest.raises(RecordError, match=says):
        read_settings(PATHS, read_choices(PATHS) | {"settings": [entry]})


def test_the_middle_list_is_the_median_and_the_range_the_extremes():
    rows = pd.DataFrame(
        {"force_id": "met", "threshold_score": [0.6] * 3, "watchlist_size": [10.0, 30.0, 80.0]}
    )
    rollout = pd.DataFrame({"force_id": [""], "threshold_score": [np.nan]})
    entry = {"id": "a", "label": "A", "force_id": "met", "threshold": 0.6, "lists": "record"}
    choices = {"settings": [entry], "supposed": {"thresholds": [0.5], "people": 7}}
    found = settings_from(choices, rows, rollout, pd.DataFrame())
    assert found[["people_low", "people", "people_high"]].to_numpy().tolist() == [[10, 30, 80], [7, 7, 7]]


def test_false_alerts_follow_from_the_published_test(table):
    # 1 in 60,000 for 1,000 people, so a list of 13,048 gives 13,048 / 60,000,000, but for one part in 10,000.
    row = table.set_index("setting").loc["met-060"]
    assert row["false_per_100000"] == pytest.approx(1e5 * 13_048 / 6e7, rel=2e-4)
    # Garwood's limits of seven events, as reprinted in textbooks: 2.814 and 14.423.
    assert row["rates_low"] / row["false_per_100000"] == pytest.approx(2.814 / 7, rel=1e-3)
    assert row["rates_high"] / row["false_per_100000"] == pytest.approx(14.423 / 7, rel=1e-3)
    assert row["missed_per_100"] == pytest.approx(11, abs=0.1)  # published: 89 of 100 found
    assert row["alerts_to_check"] == pytest.approx(row["false_per_100000"] + 89, abs=0.1)


def test_the_ratio_of_the_two_thresholds_is_the_exact_one_of_two_counts(table):
    anchors = read_anchors(PATHS)
    # Seven false positives in the test against ten false alerts in the Met's year, over their comparisons.
    tested = 7 / anchors.false_match_rate
    exact = rate_ratio(7, tested, anchors.later_false, anchors.later_comparisons)
    found = ratios(table, anchors).set_index("setting").loc["met-060"]
    assert found["ratio_low"] / found["by_list"] == pytest.approx(exact.low, rel=1e-3)
    assert found["ratio_high"] / found["by_list"] == pytest.approx(exact.high, rel=1e-3)
    assert found["by_threshold"] == pytest.approx(exact.value, rel=0.03)  # the model rounds k to 125


def test_list_and_threshold_multiply_to_the_ratio_and_a_list_acts_in_proportion(table):
    found = ratios(table, read_anchors(PATHS)).set_index("setting")
    product = (found["by_list"] * found["by_threshold"]).to_numpy()
    assert product == pytest.approx(found["ratio"].to_numpy())
    people = table.set_index("setting")["people"]
    for setting in ("immigration-064", "south-wales-064", "met-060"):
        assert found.loc[setting, "by_list"] == pytest.approx(people[setting] / people["met-064"], rel=1e-3)
    assert found.loc["immigration-064", ["ratio_low", "ratio_high"]].isna().all()


def test_a_curve_compared_with_itself_at_one_threshold_is_one():
    assert fmr_ratio(125, 0.64, 0.64, read_anchors(PATHS)) == pytest.approx(1)
