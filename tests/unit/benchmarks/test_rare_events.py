"""Rare events against closed forms, hand calculations and the engine's own counts."""

import doctest
from functools import partial

import numpy as np
import pytest
from scipy import stats

from pipeline.benchmarks.model import benchmark, look_alikes, rare_events
from pipeline.benchmarks.model.population import Population, unit
from pipeline.benchmarks.model.rare_events import brute_force, conditional, tail_cosines
from pipeline.benchmarks.model.resemblance import (
    CASES,
    CLUSTER,
    IMAGES,
    KINSHIP,
    RAISED_RHO,
    RELATIVES,
    Watchlist,
    closed_form,
    relative_match_rate,
    relatives_of,
    watchlist,
)
from pipeline.benchmarks.running.runner import Runner

POPULATION = Population()


def drawn(case, threshold, people, blocks=8, draws=200):
    found = [
        conditional(POPULATION, case, [threshold], people, draws, block)["fpir"][0] for block in range(blocks)
    ]
    return np.mean(found), np.std(found, ddof=1) / np.sqrt(blocks)


@pytest.mark.parametrize("threshold", [0.50, 0.56, 0.60, 0.66])
def test_drawn_false_alerts_give_the_closed_form_however_rare(threshold):
    estimate, error = drawn("strangers only", threshold, 500)
    exact = POPULATION.fpir(threshold, 500)
    assert abs(estimate - exact) <= 4 * error + 1e-9 * exact + exact * POPULATION.fpir(threshold, 500)
    assert error <= 0.05 * exact


@pytest.mark.parametrize("case", ["two groups", "relatives pass by"])
def test_drawn_false_alerts_give_the_closed_form_of_groups_and_relatives(case):
    for threshold in (0.52, 0.64):
        estimate, error = drawn(case, threshold, 200)
        exact = closed_form(POPULATION, case, threshold, 200)
        assert abs(estimate - exact) <= 4 * error + 1e-3 * exact


@pytest.mark.parametrize("case", list(CASES))
def test_the_engine_counts_what_the_drawn_false_alerts_say(case):
    estimate, _ = drawn(case, 0.50, 100, draws=100)
    counted = brute_force(POPULATION, case, [0.50, 0.54], 100, 8000, 7)["events"]
    assert counted[0] > 20
    assert counted[1] < counted[0]
    assert stats.binomtest(counted[0], 8000, estimate).pvalue > 0.001


def test_a_row_listed_twice_raises_no_further_alerts(monkeypatch):
    # every alert reaches both rows, so FPIR is the FMR of one: M = 2 in each draw
    def twins(case, population, rng, people):
        one = population.identities(rng, 1)
        return Watchlist(one, np.repeat(one, 2, axis=0), np.array([0, 0]), np.array([0, 0]))

    monkeypatch.setattr(rare_events, "watchlist", twins)
    result = conditional(POPULATION, "strangers only", [0.60], 1, 50, 0)
    assert result["fpir"] == pytest.approx([POPULATION.false_match_rate(0.60).item()])
    assert result["several"] == [50]


def test_several_images_add_less_than_their_number():
    single = POPULATION.fpir(0.60, 500)
    estimate, _ = drawn("several images each", 0.60, 500)
    assert single < estimate < IMAGES * single


def test_a_threshold_below_rho_has_no_tail_to_draw_from():
    with pytest.raises(ValueError, match="below rho"):
        conditional(POPULATION, "strangers only", [0.2], 10, 10, 0)


def test_tail_cosines_follow_the_law_of_a_cap():
    chances = np.array([1.0, 0.5, 0.25, 0.0])
    cosines = tail_cosines(chances, np.full(4, 0.6), 3)
    assert cosines == pytest.approx(1 - 0.4 * chances)  # in three dimensions heights are even


def test_the_formula_for_groups_is_the_product_over_all_rows():
    # plain loops over both groups of passers-by and all ten rows
    threshold, rhos, by_hand = 0.56, (POPULATION.rho, POPULATION.rho + RAISED_RHO), 0.0
    for passing in rhos:
        none = 1.0
        for listed in rhos * 5:
            shared, rest = np.sqrt(passing * listed), np.sqrt((1 - passing) * (1 - listed))
            cosine = (threshold - shared) / rest
            none *= 1 - stats.beta.sf((cosine + 1) / 2, 62, 62)  # a cosine is a symmetric beta variable
        by_hand += (1 - none) / 2
    assert closed_form(POPULATION, "two groups", threshold, 10) == pytest.approx(by_hand, rel=1e-6)


def test_cases_with_resemblance_have_no_closed_form():
    assert closed_form(POPULATION, "look-alikes listed", 0.6, 10) is None
    assert closed_form(POPULATION, "several images each", 0.6, 10) is None


def test_relatives_score_as_the_quadrature_says():
    rng = np.random.default_rng(5)
    people = POPULATION.identities(rng, 20_000)
    image, passage = POPULATION.enrolled(rng, people), POPULATION.captured(rng, relatives_of(rng, people))
    scores = POPULATION.rho + (1 - POPULATION.rho) * np.einsum("ij,ij->i", image, passage)
    hits = int((scores >= 0.52).sum())
    assert stats.binomtest(hits, 20_000, relative_match_rate(POPULATION, 0.52)).pvalue > 0.001


def test_relatives_and_look_alikes_resemble_each_other_as_much_as_stated():
    rng = np.random.default_rng(6)
    people = POPULATION.identities(rng, 50)
    cosines = np.einsum("ij,ij->i", people, relatives_of(rng, people))
    assert cosines == pytest.approx(np.full(50, KINSHIP))
    listed = watchlist("look-alikes listed", POPULATION, rng, 2000).identities
    assert np.linalg.norm(listed, axis=1) == pytest.approx(np.ones(2000))
    clusters = listed.reshape(-1, CLUSTER, POPULATION.k)
    within = np.einsum("cik,cjk->cij", clusters, clusters)
    pairs = within[:, *np.triu_indices(CLUSTER, 1)]
    assert pairs.mean() == pytest.approx(0.7, abs=0.002)
    assert abs(unit(clusters[0]) @ clusters[1].T).max() < 0.6


def test_every_image_belongs_to_its_person_and_group():
    listed = watchlist("groups, look-alikes, images", POPULATION, np.random.default_rng(7), 10)
    assert listed.people.tolist() == [person for person in range(10) for _ in range(IMAGES)]
    assert (listed.group == listed.people % 2).all()
    own = np.einsum("ij,ij->i", listed.directions, listed.identities[listed.people])
    assert own == pytest.approx(np.full(30, POPULATION.watchlist_fidelity))


def test_one_passer_by_in_a_thousand_is_a_relative():
    assert RELATIVES * 1000 == 1
    plain = closed_form(POPULATION, "strangers only", 0.64, 10_000)
    assert closed_form(POPULATION, "relatives pass by", 0.64, 10_000) == pytest.approx(
        plain + RELATIVES * relative_match_rate(POPULATION, 0.64), rel=1e-4
    )


def test_a_small_run_gives_the_look_alikes_in_bounds(tmp_path):
    work = partial(conditional, POPULATION, thresholds=list(look_alikes.THRESHOLDS), people=500, draws=60)
    drawn = benchmark.of_cases(Runner(tmp_path), work, 2, "drawn")
    assert drawn["look-alikes listed"][1] == work(case="look-alikes listed", block=1)
    estimates = {case: np.array([block["fpir"] for block in drawn[case]]) for case in drawn}
    table = look_alikes.look_alikes(POPULATION, 500, estimates)
    times = table.set_index(["case", "threshold"])["times"]
    assert times["strangers only"].tolist() == pytest.approx([1] * 5, abs=0.02)
    assert times["several images each"].between(1.5, 3).all()  # three images: three times at the most
    assert (times["look-alikes listed"] <= 1.001).all()  # overlapping rows can only share alerts
    assert times[("relatives pass by", 0.64)] > times[("relatives pass by", 0.56)]


@pytest.mark.parametrize("doctested", [look_alikes, rare_events], ids=["look-alikes", "rare events"])
def test_the_worked_examples_are_true(doctested):
    assert doctest.testmod(doctested).failed == 0
