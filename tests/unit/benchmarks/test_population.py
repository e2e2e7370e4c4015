"""The population model against hand calculations, other formulas, and its own vectors."""

import doctest

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit

from pipeline.benchmarks.model import anchors, fit, rare_events
from pipeline.benchmarks.model import population as model
from pipeline.benchmarks.model.benchmark import fit_table, model_curve, model_misses
from pipeline.benchmarks.model.population import (
    Population,
    needed_cosine,
    tail,
)
from pipeline.benchmarks.model.sample import sample


def test_the_operating_points_are_those_of_the_first_fit():
    # Computed when the model was first fitted, by other code: FMR and FPIR to four digits, TPIR by 40,000
    # passages as full vectors.
    points = pd.DataFrame(
        [
            (0.56, 6.958e-7, 6.934e-3, 6.96e-4, 0.934),
            (0.58, 1.166e-7, 1.165e-3, 1.17e-4, 0.915),
            (0.60, 1.667e-8, 1.667e-4, 1.67e-5, 0.890),
            (0.62, 2.004e-9, 2.004e-5, 2.0e-6, 0.858),
            (0.64, 1.995e-10, 1.995e-6, 2.0e-7, 0.815),
        ],
        columns=["threshold", "fmr", "fpir_10000", "fpir_1000", "tpir"],
    )
    population = Population()
    assert population.false_match_rate(points["threshold"]) == pytest.approx(points["fmr"].values, rel=1e-3)
    assert population.fpir(points["threshold"], 10_000) == pytest.approx(
        points["fpir_10000"].values, rel=1e-3
    )
    assert population.fpir(points["threshold"], 1_000) == pytest.approx(points["fpir_1000"].values, rel=5e-3)
    assert population.tpir(points["threshold"]) == pytest.approx(points["tpir"].values, abs=2.5e-3)


@pytest.mark.parametrize("cosine", [-1.0, -0.5, 0.0, 0.25, 0.999, 1.0])
def test_a_cap_has_the_share_that_geometry_gives_it(cosine):
    assert tail(cosine, 2) == pytest.approx(np.arccos(cosine) / np.pi)  # an arc of a circle
    assert tail(cosine, 3) == pytest.approx((1 - cosine) / 2)  # Archimedes' hat-box
    assert tail(cosine, 125) + tail(-cosine, 125) == pytest.approx(1)


def test_no_score_lies_beyond_one():
    assert tail(1.5, 125) == 0
    assert tail(-1.5, 125) == 1


def test_half_of_the_strangers_score_above_rho_and_nearly_all_above_less():
    population = Population()
    assert population.false_match_rate(population.rho) == pytest.approx(0.5)
    below = population.rho - 0.05  # the mirror image of as far above
    assert population.false_match_rate(below) == pytest.approx(
        1 - population.false_match_rate(population.rho + 0.05)
    )
    assert population.fpir(0.0, 10_000) == pytest.approx(1)


def test_without_spread_the_rate_of_listed_people_is_a_hand_calculation():
    # f = 1/2, image 0.95: score 0.475 + sqrt(0.0975 x 0.75) r; in four dimensions r is even from -1 to 1
    scores = [0.475, 0.475 + 0.5 * np.sqrt(0.0975 * 0.75)]
    population = Population(k=4, rho=0.0, mu_q=0.0, sigma_q=0.0)
    assert population.tpir(scores) == pytest.approx([0.5, 0.25])


def test_perfect_images_leave_the_tail_of_fidelity():
    # then the score is the fidelity itself: P(logistic(t) >= 3/4) = P(t >= ln 3)
    population = Population(rho=0.0, mu_q=0.0, sigma_q=1.0, watchlist_fidelity=1.0)
    assert population.tpir(0.75) == pytest.approx(stats.t.sf(np.log(3), 4), abs=1e-3)


def test_vectors_of_listed_people_score_as_the_quadrature_says():
    population = Population()
    rng = np.random.default_rng(1)
    people = population.identities(rng, 10_000)
    scores = np.einsum("ij,ij->i", population.enrol(rng, people), population.captures(rng, people))
    for threshold in (0.56, 0.64, 0.72):
        hits = int((scores >= threshold).sum())
        assert stats.binomtest(hits, 10_000, population.tpir(threshold)).pvalue > 0.001


def test_vectors_of_strangers_score_as_the_closed_form_says():
    population = Population()
    rng = np.random.default_rng(2)
    strangers, listed = (
        population.strangers(rng, 1000),
        population.enrol(rng, population.identities(rng, 1000)),
    )
    assert strangers.dtype == np.float32
    assert strangers.shape == (1000, 128)
    assert np.linalg.norm(strangers.astype(float), axis=1) == pytest.approx(np.ones(1000), abs=1e-6)
    scores = strangers @ listed.T
    for threshold in (0.2, 0.36, 0.44):  # the first lies below rho
        hits = int((scores >= threshold).sum())
        assert stats.binomtest(hits, scores.size, population.false_match_rate(threshold)).pvalue > 0.001


def test_the_same_seed_draws_the_same_people():
    one, other = (Population().strangers(np.random.default_rng(3), 5) for _ in range(2))
    assert (one == other).all()


def test_a_change_of_score_scale_undoes_a_change_of_rho():
    # T' asks for the same cosine under rho' as T under rho, so no rate can tell the two apart
    population, other = Population(), Population(rho=0.6)
    moved = other.rho + (1 - other.rho) * needed_cosine([0.56, 0.60, 0.64], population.rho)
    assert other.false_match_rate(moved) == pytest.approx(population.false_match_rate([0.56, 0.60, 0.64]))
    assert other.tpir(moved) == pytest.approx(population.tpir([0.56, 0.60, 0.64]))


@pytest.mark.parametrize(("mu_q", "sigma_q"), [(0.704, 0.15), (0.704, 0.5), (0.704, 1.5), (0.0, 1.0)])
def test_the_average_over_fidelity_is_that_of_a_great_many_equal_slices(mu_q, sigma_q):
    fidelity = expit(mu_q + sigma_q * stats.t.ppf((np.arange(100_000) + 0.5) / 100_000, 4))
    population = Population(rho=0.0, mu_q=mu_q, sigma_q=sigma_q)
    spread = np.sqrt((1 - 0.95**2) * np.maximum(1 - fidelity**2, 1e-300))
    for threshold in (0.2, 0.47, 0.7):
        chances = tail((threshold - 0.95 * fidelity) / spread, population.k - 1)
        assert population.tpir(threshold) == pytest.approx(chances.mean(), abs=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        {"k": 1},
        {"k": 128},
        {"k": 12.5},
        {"rho": 1.0},
        {"rho": -0.1},
        {"mu_q": np.nan},
        {"sigma_q": -1},
        {"watchlist_fidelity": 0},
        {"watchlist_fidelity": 1.1},
    ],
)
def test_a_parameter_out_of_range_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Population(**wrong)


def test_the_model_expects_one_false_alert_of_six_thousand_faces():
    rows = pd.DataFrame(
        {
            "force_id": "metropolitan",
            "date": ["2024-01-02", "2024-05-01", "2024-06-01"],
            "faces_scanned": [3000.0, 3000.0, 1e9],
            "watchlist_size": [10_000.0, 10_000.0, np.nan],  # the third cannot be used
            "threshold_score": [0.60, 0.60, 0.60],
            "false_alerts": [0.0, 2.0, 5.0],
        }
    )
    misses = model_misses(Population(), rows)
    assert misses["expected"].tolist() == pytest.approx([1], rel=1e-3)
    assert misses["deployments"].tolist() == [2]
    assert misses["low"].tolist() == pytest.approx(
        [0.2422], abs=1e-4
    )  # Garwood's limits of 2: 0.2422, 7.2247
    assert misses["high"].tolist() == pytest.approx([7.2247], abs=1e-4)


def test_published_points_stand_at_their_threshold_and_nowhere_else():
    published = pd.DataFrame(
        {"point_id": ["NP001", "NP002", "NP003"], "threshold": 0.6, "value": [0.89, 1.7e-4, 1.7e-5]}
    )
    curve = model_curve(Population(), published)
    row = curve[curve["threshold"] == 0.6].iloc[0]
    assert row["published_tpir"] == 0.89
    assert curve["published_tpir"].count() == 1
    assert row["fpir_10000"] == pytest.approx(1 / 6000, rel=1e-3)


def test_intervals_that_cover_are_counted():
    counts = {"strangers": [5, 1], "mates": [2, 2]}
    fits = [
        {"value": [1.0] * 4, "low": [0.0] * 4, "high": [200.0] * 4, **counts},
        {"value": [3.0] * 4, "low": [0.0] * 4, "high": [0.1] * 4, **counts},  # below all four
    ]
    table = fit_table(Population(), fits)
    assert table["covered"].tolist() == [1, 1, 1, 1]
    assert table["mean_estimate"].tolist() == [2, 2, 2, 2]
    assert table[["comparisons", "passages"]].iloc[0].tolist() == [6, 4]


def test_the_engine_alerts_as_often_as_the_model_expects():
    population = Population()
    strangers, listed = sample(population, 0.52, people=500, strangers=2000).to_dict("records")
    false, true = strangers["alerts on anyone"], listed["alerts on themselves"]
    assert stats.binomtest(false, 2000, population.fpir(0.52, 500)).pvalue > 0.001
    assert stats.binomtest(true, 500, population.tpir(0.52)).pvalue > 0.001
    assert listed["alerts on anyone"] >= true


@pytest.mark.parametrize("module", [model, fit, anchors, rare_events])
def test_the_worked_examples_are_true(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
