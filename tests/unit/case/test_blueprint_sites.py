"""Local autonomy: the likelihood of the two-level model, its shares, and the regression on lists."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import nbinom, norm

from pipeline.case.blueprint.lists import marginal_yield, siting
from pipeline.case.blueprint.sites import Counts, fit, log_likelihood, select


def _simulate(site_variance, deployment_variance, sites=60, each=6, rate=0.8, seed=11):
    draw = np.random.default_rng(seed)
    site = np.repeat(np.arange(sites), each)
    hours = draw.uniform(4, 7, len(site))
    spread = np.sqrt(np.log1p(site_variance))
    of_site = np.exp(draw.normal(-(spread**2) / 2, spread, sites))
    own = draw.gamma(1 / deployment_variance, deployment_variance, len(site)) if deployment_variance else 1.0
    arrests = draw.poisson(rate * hours * of_site[site] * own).astype(float)
    return Counts(arrests, hours, draw.uniform(0, 1, len(site)), site)


def test_the_likelihood_is_the_integral_done_by_scipy():
    counts = Counts(
        np.array([2.0, 0.0, 5.0]), np.array([4.0, 5.0, 6.0]), np.array([0.0, 0.5, 1.0]), np.array([0, 0, 1])
    )
    level, trend, spread, dispersion = -0.3, 0.2, 0.5, 0.3

    def site(members):
        def inside(u):
            mean = (
                np.exp(level + trend * counts.time[members] + spread * u - spread**2 / 2)
                * counts.hours[members]
            )
            chances = nbinom.pmf(counts.arrests[members], 1 / dispersion, 1 / (1 + dispersion * mean))
            return norm.pdf(u) * chances.prod()

        return quad(inside, -10, 10)[0]

    slow = np.log(site([0, 1])) + np.log(site([2]))
    # Ours leaves out ln y!, which no parameter moves.
    factorials = np.log(2) + np.log(120)
    found = log_likelihood(counts, level, trend, spread, dispersion, nodes=40)
    assert found - factorials == pytest.approx(slow, abs=1e-6)


def test_variation_between_sites_is_found_where_it_was_put():
    found = fit(_simulate(0.4, 0.02))
    assert found.between_sites > 0.8
    assert found.low > 0.5
    assert found.site_variance == pytest.approx(0.4, rel=0.5)


def test_variation_between_deployments_is_not_taken_for_sites():
    counts = _simulate(0.005, 0.4, seed=12)
    found = fit(counts)
    assert found.between_sites < 0.2
    assert found.low == 0
    assert found.deployment_variance == pytest.approx(0.4, rel=0.4)
    # Variance of a count is mean + mean ** 2 * beyond, of which the mean is chance.
    beyond = (1 + found.site_variance) * (1 + found.deployment_variance) - 1
    assert found.chance == pytest.approx(1 / (1 + counts.arrests.mean() * beyond))


def test_only_the_mets_rows_with_hours_at_the_threshold_are_selected():
    table = pd.DataFrame(
        {
            "force_id": ["metropolitan", "metropolitan", "essex", "metropolitan"],
            "threshold_score": [0.64, 0.64, 0.64, 0.60],
            "duration_hours": [5.0, np.nan, 5.0, 5.0],
            "arrests": [1.0, 1.0, 1.0, 1.0],
            "place": ["Soho"] * 4,
            "date": pd.to_datetime(["2025-01-01"] * 4),
        }
    )
    counts, rows = select(table, 0.64)
    assert len(rows) == len(counts.arrests) == 1


def test_the_yield_of_longer_lists_is_found_where_it_was_put():
    draw = np.random.default_rng(21)
    size = 400
    entries = draw.uniform(10_000, 18_000, size)
    hours = draw.uniform(4, 7, size)
    table = pd.DataFrame(
        {
            "force_id": "metropolitan",
            "threshold_score": np.where(np.arange(size) < 200, 0.60, 0.64),
            "duration_hours": hours,
            "watchlist_size": entries,
            "arrests": draw.poisson(hours * 0.7 * 1.2 ** (entries / 1000 - 14)).astype(float),
            "warnings": "",
            "place": draw.integers(0, 50, size).astype(str),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 500, size), unit="D"),
        }
    )
    misprint = table.iloc[[-1]].assign(watchlist_size=19_199.0, warnings="watchlist_size_implausible")
    found = marginal_yield(pd.concat([table, misprint], ignore_index=True), 0.95).set_index("model")
    assert found["list_high"].max() < 19_000  # a probable misprint is left out
    assert found["ratio"].to_numpy() == pytest.approx(1.2, rel=0.04)
    assert (found["low"] < 1.2).all() and (found["high"] > 1.2).all()
    assert found.loc["one threshold", "rows"] == 200
    median = np.median(entries[200:]) / 1000
    assert found.loc["one threshold", "false_alerts_ratio"] == pytest.approx(1 + 1 / median)


def test_the_share_that_would_make_siting_proportional_is_the_exact_interval_of_the_counts():
    row = siting({"item": "CE023", "inside": 145, "outside": 86}, 0.95).iloc[0]
    # Exact limits of 145 of 231, as the binomial test of scipy gives them.
    assert (row["low"], row["high"]) == pytest.approx((0.5619, 0.6902), abs=1e-4)
