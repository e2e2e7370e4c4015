"""List sizes: regrouped counts against plain loops, formulas against drawn scores, scenarios in bounds."""

import doctest

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from pipeline.benchmarks.model import resemblance
from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.watchlist_size import benchmark as watchlist_size
from pipeline.benchmarks.watchlist_size.benchmark import (
    best_alerts,
    count_searches,
    draw_images,
    draw_mates,
    draw_passages,
    rank_one,
    search_block,
    trial,
)
from pipeline.core.params import BenchmarkParams
from pipeline.core.paths import Paths, find_root

SEED, STRANGERS, MATED = 7, 120, 40


def test_the_worked_examples_are_true():
    assert doctest.testmod(watchlist_size).failed == 0


@pytest.mark.parametrize("number", [0, 3])
def test_alerts_of_a_block_are_those_of_a_plain_product(number):
    found = search_block(SEED, STRANGERS, MATED, number)
    rows = draw_images(SEED, number).astype(float)
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    for who, vectors in zip(("strangers", "listed"), draw_passages(SEED, STRANGERS, MATED), strict=True):
        unit = vectors.astype(float) / np.linalg.norm(vectors.astype(float), axis=1)[:, None]
        scores = (unit @ rows.T).reshape(len(unit), 10, 1000)
        expected = {
            (10 * number + part, passage): scores[passage, part].max()
            for passage, part in np.argwhere(scores.max(axis=2) >= watchlist_size.THRESHOLDS[0]).tolist()
        }
        alerts = found[who]
        keys = list(zip(alerts["part"], alerts["passage"], strict=True))
        assert sorted(keys) == sorted(expected)
        assert alerts["score"] == pytest.approx([expected[key] for key in keys], abs=1e-6)
    own = found["listed"]["own"]
    assert sum(own) >= 35 if number == 0 else not any(own)  # nobody is their own mate in another block


def test_the_mates_are_enrolled_in_the_first_part_of_the_first_block():
    assert np.array_equal(draw_images(SEED, 0)[:1000], draw_mates(SEED)[1])
    assert not np.array_equal(draw_images(SEED, 1)[:1000], draw_mates(SEED)[1])


def test_regrouped_counts_are_those_of_a_loop_over_every_search():
    rng = np.random.default_rng(1)
    alerts = pd.DataFrame(
        {
            "passage": rng.integers(5, size=60),
            "part": rng.integers(12, size=60),
            "score": rng.uniform(0.5, 0.7, 60),
        }
    )
    for parts in (1, 2, 3, 6, 12):
        for threshold in (0.5, 0.6, 0.65):
            expected = 0
            for passage in range(5):
                for at in range(0, 12, parts):
                    mine = (alerts["passage"] == passage) & alerts["part"].between(at, at + parts - 1)
                    expected += bool((alerts["score"][mine] >= threshold).any())
            assert count_searches(alerts, threshold, parts) == expected


def test_a_mate_tied_with_somebody_else_loses():
    alerts = pd.DataFrame({"passage": [0, 0, 1], "score": [0.6, 0.6, 0.5], "own": [True, False, True]})
    assert best_alerts(alerts)["own"].tolist() == [False, True]


@pytest.mark.parametrize(("threshold", "people"), [(0.52, 10_000), (0.52, 1_000_000), (0.60, 1_000_000)])
def test_rank_one_agrees_with_drawn_scores(threshold, people):
    # Own scores drawn by the model's second line, strangers' best by its closed form.
    population, rng, count = Population(), np.random.default_rng(2), 100_000
    f = expit(population.mu_q + population.sigma_q * rng.standard_t(4, count))
    r = 2 * rng.beta((population.k - 2) / 2, (population.k - 2) / 2, count) - 1
    w = population.watchlist_fidelity
    own = population.rho + (1 - population.rho) * (w * f + np.sqrt((1 - w**2) * (1 - f**2)) * r)
    alone = (1 - population.false_match_rate(own)) ** (people - 1)
    found = np.mean((own >= threshold) * alone)
    silent = np.mean(own < threshold) * (1 - population.false_match_rate(threshold)) ** (people - 1)
    expected = (found, 1 - found - silent)
    assert np.ravel(rank_one(population, threshold, [people])) == pytest.approx(expected, abs=3e-3)


def test_a_small_run_gives_its_tables_with_trials_that_add_up(tmp_path, monkeypatch):
    monkeypatch.setattr(watchlist_size, "BLOCKS", 1)
    monkeypatch.setattr(watchlist_size, "SIZES", (1_000, 10_000))
    params = BenchmarkParams(SEED, 200 * watchlist_size.STRANGERS, 50 * watchlist_size.MATED, 1)
    found = watchlist_size.run(Paths(find_root()), params, Runner(tmp_path))
    size = found["watchlist_size"].set_index(["threshold", "list_size"])
    assert size.loc[(0.52, 1_000), "trials"] == 2_000
    assert size.loc[(0.52, 10_000), "trials"] == 200
    assert size.loc[(0.52, 10_000), "fpir_low"] < size.loc[(0.52, 10_000), "fpir_closed"]
    assert size.loc[(0.52, 10_000), "fpir_high"] > size.loc[(0.52, 10_000), "fpir_closed"]
    assert (found["rank_one"]["found"] + found["rank_one"]["misidentified"] <= 50).all()


def test_the_scenarios_are_those_that_the_chapter_describes_in_words():
    # Groups of five, three images, one passer-by in a thousand.
    assert (resemblance.CLUSTER, resemblance.IMAGES, resemblance.RELATIVES) == (5, 3, 0.001)


def test_the_straight_line_lies_above_the_curve_and_meets_it_where_false_alerts_are_rare():
    population = Population()
    closed = population.fpir(0.60, np.array([1_000, 1_000_000]))
    linear = np.array([1_000, 1_000_000]) * population.false_match_rate(0.60)
    assert (closed <= linear).all()
    assert closed[0] == pytest.approx(linear[0], rel=1e-4)
    assert closed[1] == pytest.approx(linear[1], rel=0.01)  # at 1.7 % the line is 0.8 % too high


def test_the_live_trial_counts_more_alerts_on_longer_lists():
    table = trial((1_000, 4_000), passers_by=400, threshold=0.5, seed=3)
    fewer, more = table["false alerts"]
    assert fewer <= more  # the longer list holds the shorter
    assert table["expected"].tolist() == [24.7, 90.1]  # 400 x (1 - (1 - 6.37636e-5) ** N)
