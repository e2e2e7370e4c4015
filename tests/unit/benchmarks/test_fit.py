"""The fit against closed forms and seeded tests; what is identified, against earlier figures."""

import numpy as np
import pytest
from scipy import stats

from pipeline.benchmarks.model.anchors import (
    Anchors,
    borrowed_slope,
    mu_q_through,
    rho_through,
    slope_interval,
    slope_through,
)
from pipeline.benchmarks.model.fit import (
    MATES,
    STRANGERS,
    fit_model,
    in_bands,
    maximise,
    recover,
    seeded_counts,
    truth,
)
from pipeline.benchmarks.model.identified import NOT_ACQUIRED, SPREADS, alternatives, identified
from pipeline.benchmarks.model.population import Population

PUBLISHED = Anchors(0.60, 0.89, 4000, 1 / 6e7, (6, 1, 0), 0.64, 10, 3_147_436 * 16_000)


def test_shares_of_three_bands_are_their_own_best_estimate():
    # the likelihood of a multinomial peaks at the shares counted, with variance p (1 - p) / n
    share, covariance = maximise(
        lambda theta: 50 * np.array([theta[0], theta[1], 1 - theta.sum()]),
        np.array([10.0, 25.0, 15.0]),
        np.array([0.3, 0.3]),
    )
    assert share == pytest.approx([0.2, 0.5])
    assert np.diag(covariance) == pytest.approx([0.2 * 0.8 / 50, 0.5 * 0.5 / 50])
    assert covariance[0, 1] == pytest.approx(-0.2 * 0.5 / 50)


def test_counts_without_noise_give_back_the_truth():
    population = Population(k=90, rho=0.3, mu_q=0.5, sigma_q=0.7)
    strangers = 2e6 * in_bands(population.false_match_rate(STRANGERS))
    mates = 4000 * in_bands(population.tpir(MATES))
    fit = fit_model(strangers, mates, population.watchlist_fidelity)
    assert fit.value == pytest.approx(truth(population), rel=1e-4)
    assert (fit.low < truth(population)).all()
    assert (fit.high > truth(population)).all()


def test_four_times_the_data_halve_the_interval():
    population = Population()
    bands = in_bands(population.false_match_rate(STRANGERS)), in_bands(population.tpir(MATES))
    one, four = (fit_model(2e6 * n * bands[0], 4000 * n * bands[1], 0.95) for n in (1, 4))
    assert (four.high - four.low)[1:3] == pytest.approx((one.high - one.low)[1:3] / 2, rel=1e-3)


def test_intervals_from_seeded_vectors_cover_the_truth_as_often_as_they_say():
    population = Population()
    fits = [recover(population, 0.95, block) for block in range(100, 105)]
    low, high = (np.array([fit[name] for fit in fits]) for name in ("low", "high"))
    covered = int(((low <= truth(population)) & (truth(population) <= high)).sum())
    assert covered >= stats.binom.ppf(0.001, low.size, 0.95)
    assert np.mean([fit["value"] for fit in fits], axis=0) == pytest.approx(truth(population), rel=0.03)


def test_every_comparison_is_counted_once():
    strangers, mates = seeded_counts(Population(), np.random.default_rng(4), 30, 20, 50)
    assert sum(strangers) == 600
    assert sum(mates) == 50


def test_counts_of_other_thresholds_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        fit_model([1, 2, 3], np.ones(len(MATES) + 1), 0.95)


def test_the_anchor_gives_the_published_rho():
    assert rho_through(125, 0.60, 1 / 6e7) == pytest.approx(0.2484089, abs=1e-7)


def test_two_points_of_a_curve_give_back_its_slope():
    population = Population(k=100, rho=0.3)
    points = [(at, float(population.false_match_rate(at))) for at in (0.60, 0.64)]
    assert slope_through(*points) == pytest.approx(100, rel=1e-4)


def test_seven_events_leave_the_slope_nearly_open():
    # 37 to 410, worked out before by other code on a coarser grid
    low, high = slope_interval([0.60, 0.62, 0.64], [6, 1, 0], 1 / 6e7)
    assert low == pytest.approx(37, rel=0.03)
    assert high == pytest.approx(410, rel=0.03)


def test_the_later_year_narrows_the_slope_to_about_125():
    value, low, high = borrowed_slope(PUBLISHED)
    assert value == pytest.approx(125, rel=0.01)
    assert 70 < low < 100
    assert 150 < high < 200


def test_other_spreads_and_losses_meet_the_published_point_and_part_at_the_next_threshold():
    # 0.56 to 0.87 and 0.81 to 0.87, worked out before by other code
    table = alternatives(Population(), PUBLISHED)
    assert table[table["threshold"] == 0.60]["tpir"].tolist() == pytest.approx(
        [0.89] * (len(SPREADS) + len(NOT_ACQUIRED))
    )
    later = table[table["threshold"] == 0.64].groupby("alternative", sort=False)["tpir"]
    assert later.get_group("spread").tolist() == pytest.approx([0.56, 0.75, 0.81, 0.84, 0.86, 0.87], abs=6e-3)
    assert later.get_group("not_acquired").iloc[[0, -1]].tolist() == pytest.approx([0.81, 0.87], abs=6e-3)


def test_the_centre_of_fidelity_follows_from_the_published_rate():
    assert mu_q_through(Population(), 0.60, 0.89, 0.5) == pytest.approx(0.707, abs=1e-3)


def test_seven_events_fix_the_rate_within_their_own_interval():
    # Garwood's limits of 7 are 2.814 and 14.423
    rows = identified(Population(), PUBLISHED, alternatives(Population(), PUBLISHED)).set_index("quantity")
    times = rows.loc["FMR at 0.60, times"]
    assert (times["low"], times["high"]) == pytest.approx((2.814 / 7, 14.423 / 7), abs=1e-3)
    bounded = rows.dropna(subset=["value", "low", "high"])
    assert ((bounded["low"] <= bounded["value"]) & (bounded["value"] <= bounded["high"])).all()
    assert rows.loc["k at which rho is 0", "value"] > rows.loc["k, from the test alone", "low"]
