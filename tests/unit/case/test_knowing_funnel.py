"""Funnels, over-dispersion and shrinkage: hand calculations, brute force, simulation, the record itself."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, gammaln
from scipy.stats import binom, binomtest

from pipeline.case.knowing.exposure import read_published
from pipeline.case.knowing.funnel import by_unit, chance_outside, limits, outside, phi, phi_null
from pipeline.case.knowing.record import at_threshold
from pipeline.case.knowing.shrinkage import fit, log_likelihood, shrunk, weight
from pipeline.core.paths import Paths, find_root


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 400), st.sampled_from([0.0051, 0.0362, 0.3]), st.integers(0, 400))
def test_a_point_is_beyond_the_drawn_limit_exactly_when_its_count_is(alerts, rate, events):
    events = min(events, alerts)
    (word,) = outside([events], [alerts], rate)
    for name, coverage in (("95", 0.95), ("998", 0.998)):
        low, high = limits([alerts], rate, coverage)
        drawn = events / alerts > high[0] or events / alerts < low[0]
        assert drawn == (word.endswith("998") or (name == "95" and word != "inside"))


def test_a_count_is_outside_when_its_tail_is():
    # binomtest's one-sided p is the tail; half of 5 % and of 0.2 % are the limits
    for events in range(8):
        tail = binomtest(events, 7, 25 / 691, alternative="greater").pvalue
        (word,) = outside([events], [7], 25 / 691)
        assert word == ("high 998" if tail < 0.001 else "high 95" if tail < 0.025 else "inside")


def test_the_chance_of_lying_outside_is_added_up_over_all_counts():
    for alerts in (1, 7, 60, 300):
        counts = np.arange(alerts + 1)
        words = outside(counts, np.full(alerts + 1, alerts), 0.0362)
        beyond = [word != "inside" for word in words]
        expected = binom.pmf(counts, alerts, 0.0362)[beyond].sum()
        assert chance_outside([alerts], 0.0362)[0] == pytest.approx(expected)
        assert expected <= 0.05


def test_phi_is_pearsons_statistic_over_the_rows():
    events, alerts = np.array([1.0, 3, 0, 2]), np.array([10.0, 12, 5, 9])
    expected = alerts * events.sum() / alerts.sum()
    rest = alerts - expected
    pearson = ((events - expected) ** 2 * (1 / expected + 1 / rest)).sum()
    assert phi(events, alerts, winsorised=False) == pytest.approx(pearson / 4)


def test_phi_of_equal_rates_scatters_about_one_and_unequal_rates_exceed_it():
    alerts = np.full(60, 40.0)
    null = phi_null(0.05, alerts, 1000, 3, winsorised=False)
    assert null.mean() == pytest.approx(1, abs=0.05)
    stream = np.random.default_rng(5)
    mixed = stream.binomial(40, np.repeat([0.01, 0.15], 30))
    assert phi(mixed, alerts, winsorised=False) > np.quantile(null, 0.999)


@pytest.fixture(scope="module")
def met():
    return read_published(Paths(find_root())).met


def test_over_dispersion_of_the_record_is_that_printed(met):
    # 1.41 at 0.60, 0.72 at 0.64 and 1.69 pooled: by deployment, to 10 May 2025, and not winsorised
    early = met[(met["date"] <= "2025-05-10") & met["threshold_score"].notna()]
    for rows, printed in (
        (at_threshold(early, "0.60"), 1.41),
        (at_threshold(early, "0.64"), 0.72),
        (early, 1.69),
    ):
        rows = by_unit(rows, "deployment")
        found = phi(rows["false_alerts"].to_numpy(), rows["alerts"].to_numpy(), winsorised=False)
        assert found == pytest.approx(printed, abs=0.005)


def test_places_hold_the_alerts_of_their_deployments(met):
    rows = at_threshold(met, "0.60")
    places = by_unit(rows, "place")
    assert (places["alerts"].sum(), places["false_alerts"].sum()) == (691, 25)


def test_the_likelihood_is_that_of_the_beta_binomial_written_out():
    k, n, mean, spread = np.array([0.0, 2]), np.array([5.0, 9]), 0.1, 0.8
    pooled = (1 - mean) / (mean * spread**2) - 1
    a, b = mean * pooled, (1 - mean) * pooled
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    written = (choose + betaln(k + a, n - k + b) - betaln(a, b)).sum()
    assert log_likelihood(k, n, mean, spread) == pytest.approx(written)
    assert log_likelihood(k, n, mean, 0) == pytest.approx(binom.logpmf(k, n, mean).sum())
    assert log_likelihood(k, n, mean, 1e-3) == pytest.approx(binom.logpmf(k, n, mean).sum(), abs=1e-4)


@pytest.mark.parametrize("spread", [0.5, 1.0])
def test_the_fit_finds_the_spread_that_was_put_in(spread):
    stream = np.random.default_rng(11)
    mean, pooled = 0.05, weight(0.05, spread)
    own = stream.beta(mean * pooled, (1 - mean) * pooled, 1500)
    alerts = stream.integers(20, 120, 1500)
    pool = fit(stream.binomial(alerts, own), alerts)
    assert pool.mean == pytest.approx(mean, rel=0.06)
    assert pool.spread == pytest.approx(spread, abs=0.11)
    assert pool.spread <= pool.spread_high < spread + 0.3


def test_without_any_event_there_is_no_pool():
    with pytest.raises(ValueError, match="no event"):
        fit([0, 0], [5, 9])


@given(st.integers(1, 500))
def test_a_force_without_false_alerts_is_drawn_towards_the_pool_but_never_beyond(alerts):
    value, low, high = shrunk([0], [alerts], 0.005, 0.9)
    assert 0 < low[0] < value[0] < 0.005 < high[0] or value[0] < high[0] < 0.02
    assert shrunk([0], [alerts], 0.005, 0)[0][0] == 0.005


def test_shrinkage_can_be_worked_out_by_hand():
    # beta(1.5, 1.5) and none of 3: the mean of beta(1.5, 4.5) is 0.25
    assert shrunk([0], [3], 0.5, 0.5)[0] == pytest.approx([0.25])
    table = pd.DataFrame({"k": [0, 3], "n": [3, 3]})
    both = shrunk(table["k"], table["n"], 0.5, 0.5)[0]
    assert both.sum() == pytest.approx(1)  # none of three and three of three mirror each other
