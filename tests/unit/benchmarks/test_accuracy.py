"""The accuracy benchmark against plain numpy on the same draws, formulas and numbers worked out by hand."""

import doctest

import numpy as np
import pandas as pd
import pytest

from pipeline.benchmarks.accuracy import benchmark as accuracy
from pipeline.benchmarks.accuracy import counting as accuracy_tables
from pipeline.benchmarks.accuracy.benchmark import compare, draw_watchlist, outcomes, search_block, trial
from pipeline.benchmarks.accuracy.counting import (
    THRESHOLDS,
    calibrate,
    calibration,
    det,
    operating_points,
    published_points,
    threshold_at_fmr,
    verification_thresholds,
)
from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.running import tables
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.running.tables import tidy
from pipeline.core.params import BenchmarkParams
from pipeline.core.paths import Paths, find_root
from pipeline.matching.search import Alerts

SEED, STRANGERS, MATED = 7, 3001, 401


@pytest.fixture(scope="module")
def blocks() -> list[dict]:
    return [search_block(SEED, STRANGERS, MATED, 2, number) for number in (0, 1)]


@pytest.fixture(scope="module")
def plain() -> dict[str, np.ndarray]:
    """All scores of the first block by one float64 product, from the same random streams."""
    population, listed = Population(), draw_watchlist(SEED)
    rng = np.random.default_rng([SEED, accuracy.BLOCK_DRAW, 0])
    strangers = population.strangers(rng, STRANGERS // 2)
    people = rng.integers(accuracy.LIST, size=MATED // 2)
    passages = population.captures(rng, listed.identities[people])
    rows = listed.whole.templates.astype(float).T
    scores = [vectors / np.linalg.norm(vectors, axis=1)[:, None] for vectors in (strangers, passages)]
    return {"strangers": scores[0] @ rows, "listed": scores[1] @ rows, "people": people}


@pytest.mark.parametrize(
    "doctested", [accuracy, accuracy_tables, tables], ids=["accuracy", "its tables", "tables"]
)
def test_the_worked_examples_are_true(doctested):
    assert doctest.testmod(doctested).failed == 0


def test_the_blocks_share_out_every_passage(blocks):
    assert [block["strangers"] for block in blocks] == [1500, 1501]
    assert [block["listed"] for block in blocks] == [200, 201]


def test_false_alerts_on_the_whole_list_are_those_of_a_plain_product(blocks, plain):
    best = plain["strangers"].max(axis=1)
    expected = np.sort(best[best >= THRESHOLDS[0]])
    assert len(expected) > 3
    assert np.sort(blocks[0]["scores"]["whole"]) == pytest.approx(expected, abs=1e-6)


def test_false_alerts_on_the_ten_lists_are_those_of_a_plain_product(blocks, plain):
    best = plain["strangers"].reshape(-1, 10, 1000).max(axis=2).ravel()
    expected = np.sort(best[best >= THRESHOLDS[0]])
    assert np.sort(blocks[0]["scores"]["parts"]) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("key", ["whole", "parts"])
def test_listed_people_found_are_those_of_a_plain_product(blocks, plain, key):
    scores, people = plain["listed"].copy(), plain["people"]
    if key == "parts":  # nobody outside the list that holds them
        scores[np.arange(10_000)[None, :] // 1000 != people[:, None] // 1000] = -1
    best, who = scores.max(axis=1), scores.argmax(axis=1)
    for place, threshold in enumerate(THRESHOLDS):
        right = np.sum((best >= threshold) & (who == people))
        assert blocks[0]["found"][key]["right"][place] == right
        assert blocks[0]["found"][key]["wrong"][place] == np.sum(best >= threshold) - right


def test_who_alerts_as_somebody_else_is_a_miss_and_counted_apart():
    alerts = Alerts(np.array([0, 1, 3]), np.array([5, 6, 7]), np.array([0.65, 0.60, 0.57]))
    counted = outcomes(alerts, np.array([5, 9, 8, 7]))  # the second alerts as 6, the third not at all
    assert counted == {"right": [2, 1, 1, 1, 1], "wrong": [1, 1, 1, 0, 0]}


def test_oracle_and_fast_search_agree_on_every_alert(blocks):
    assert "agreement" not in blocks[1]
    assert blocks[0]["agreement"]["listed people"]["oracle"] > 0  # of 1,500 strangers none may alert
    for counts in blocks[0]["agreement"].values():
        assert len(set(counts.values())) == 1


def test_a_difference_of_one_bit_in_a_score_is_seen():
    one = Alerts(np.array([0]), np.array([3]), np.array([0.6]))
    other = Alerts(np.array([0]), np.array([3]), np.nextafter([0.6], 1))
    assert compare(one, other)["same_identity"] == 1
    assert compare(one, other)["same_score"] == 0


def test_strangers_at_verification_thresholds_are_counted_from_a_plain_product(blocks, plain):
    best = plain["strangers"][: accuracy.VERIFIED].max(axis=1)
    expected = [np.sum(best >= threshold) for threshold in verification_thresholds()]
    assert blocks[0]["verified"] == {"probes": accuracy.VERIFIED, "alerts": expected}


@pytest.mark.parametrize("fmr", [0.25, 1e-3, 1e-4, 1e-6])
def test_a_threshold_for_a_false_match_rate_has_that_rate(fmr):
    assert Population().false_match_rate(threshold_at_fmr(Population(), fmr)) == pytest.approx(fmr, rel=1e-9)


def hand_made(copies: int = 1) -> list[dict]:
    """Four blocks of 100 strangers; the short lists gave the alerts of the long one, `copies` times."""
    scores = ([0.70, 0.66, 0.57], [0.69, 0.60], [0.64, 0.61, 0.59], [0.68])
    return [
        {
            "strangers": 100,
            "listed": 10,
            "scores": {"whole": found, "parts": found * copies},
            "found": {
                key: {"right": [9, 8, 7, 6, 5], "wrong": [1, 0, 0, 0, 0]} for key in ("whole", "parts")
            },
        }
        for found in scores
    ]


def test_thresholds_are_set_on_even_blocks_and_checked_on_odd_ones(monkeypatch):
    monkeypatch.setattr(accuracy_tables, "TARGETS", (0.02,))
    rows = calibration(hand_made(copies=10), Population()).set_index(["set_on", "used_on"])
    # The first and third block set the threshold. 2 % of their 200 searches are 4: 0.70, 0.66, 0.64, 0.61.
    whole = rows.loc[(10_000, 10_000)]
    assert whole["threshold"] == 0.61
    assert (whole["set_events"], whole["set_trials"]) == (4, 200)
    assert (whole["events"], whole["trials"]) == (2, 200)  # 0.69 and 0.68


def test_ten_lists_are_ten_searches_of_each_stranger(monkeypatch):
    monkeypatch.setattr(accuracy_tables, "TARGETS", (0.001,))  # 2 of 2,000 searches
    rows = calibration(hand_made(), Population()).set_index(["set_on", "used_on"])
    assert rows.loc[(1_000, 1_000), ["threshold", "set_trials", "trials"]].tolist() == [0.66, 2000, 2000]
    assert rows.loc[(1_000, 10_000), "trials"] == 200


def test_a_target_that_needs_a_lower_threshold_than_was_searched_is_refused():
    with pytest.raises(ValueError, match="target"):
        calibrate(np.array([0.7, 0.6]), searches=10, target=0.3)


def test_operating_points_add_up_the_blocks():
    points = operating_points(hand_made(), Population())
    row = points[(points["list_size"] == 1000) & (points["threshold"] == 0.60)].iloc[0]
    assert (row["events"], row["trials"]) == (7, 4000)  # 0.57 and 0.59 stay below; 0.60 is at the threshold
    assert (row["found"], row["passages"], row["tpir"]) == (28, 40, 0.7)
    assert points.loc[0, "misidentified"] == 4


def test_published_points_are_passed_on_as_printed():
    reference = pd.DataFrame(
        {
            "point_id": ["a", "b", "c"],
            "algorithm": ["one", "two", "one"],
            "study": "s",
            "threshold": [0.6, np.nan, 0.6],
            "watchlist_size": [10_000, np.nan, np.nan],
            "measure": ["fpir", "false_alerts_per_face_scanned", "tpir"],
            "value": [0.00017, 2.6e-6, 0.89],
            "source_url": "u",
            "reliability": "secondary",
            "note": "n",
        }
    )
    assert published_points(reference)["value"].tolist() == [0.00017, 2.6e-6]


def test_six_digits_are_kept_whole_numbers_and_words_left_alone():
    table = tidy(pd.DataFrame({"x": [1.23456789e-7, np.nan], "n": [1234567, 2], "word": ["a", "b"]}))
    assert table["x"].tolist()[0] == 1.23457e-7 and np.isnan(table["x"][1])
    assert table["n"].tolist() == [1234567, 2]


def test_a_whole_run_gives_its_tables_and_repeats_itself(blocks, tmp_path, monkeypatch):
    monkeypatch.setattr(accuracy_tables, "TARGETS", (1e-4,))
    params = BenchmarkParams(SEED, STRANGERS, MATED, 1)
    found = accuracy.run(Paths(find_root()), params, Runner(tmp_path))
    assert list(found) == [
        "operating_points", "agreement", "calibration", "verification", "det", "published_points",
    ]  # fmt: skip
    assert all(len(table) for table in found.values())
    assert found["operating_points"].to_csv() == tidy(operating_points(blocks, Population())).to_csv()
    counted = found["det"].query("kind == 'simulated'")
    assert len(counted) == 2 * len(THRESHOLDS)
    assert counted["events"].notna().all()


def test_the_published_pair_of_rates_stands_in_the_trade_off():
    reference = pd.read_csv(Paths(find_root()).reference / "operating_points.csv")
    curve = det(operating_points(hand_made(), Population()), Population(), reference)
    printed = curve[curve["kind"] == "published"]
    assert printed[["list_size", "threshold", "fpir"]].values.tolist() == [[10_000, 0.6, 0.00017]]
    assert printed["fnir"].tolist() == pytest.approx([0.11])  # 1 - 0.89


def test_the_live_trial_counts_what_it_says():
    table = trial(people=500, passers_by=300, threshold=0.5, seed=1)
    strangers, listed = (table.iloc[row] for row in (0, 1))
    expected = 300 * (1 - (1 - Population().false_match_rate(0.5).item()) ** 500)  # 9.4
    assert strangers["alerts on themselves"] == 0
    assert strangers["alerts expected"] == pytest.approx(expected, abs=0.05)
    assert abs(strangers["alerts on somebody else"] - expected) < 5 * np.sqrt(expected)
    assert listed["alerts on themselves"] > 250
    assert trial(500, 300, 0.5, 1).equals(table)
