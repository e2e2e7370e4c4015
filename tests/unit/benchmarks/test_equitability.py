"""The scenarios: groups behave as their formulas say, and tables count what the engine reported."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from pipeline.benchmarks.equitability import benchmark as equitability
from pipeline.benchmarks.equitability import counting as equitability_tables
from pipeline.benchmarks.equitability import power_tables, published_tests
from pipeline.benchmarks.equitability.benchmark import (
    ARMS,
    SCENARIOS,
    STRANGERS,
    THRESHOLDS,
    WIDER,
    one_test,
    shared,
    simulate,
)
from pipeline.benchmarks.model.groups import GROUPS, Group, fpir_on_list
from pipeline.benchmarks.model.population import Population
from pipeline.core.paths import Paths, find_root
from pipeline.matching.search import search
from pipeline.measures.power import p_value, power_before_the_test

PATHS = Paths(find_root())
A, B, C, D, E, F = SCENARIOS


def apart(number: int, share: float, more: float = 0.0) -> Group:
    return Group(number, replace(Population(width=WIDER), rho=Population().rho + more), share)


def test_templates_of_a_group_have_unit_length_and_the_common_part_that_the_formula_gives():
    rng = np.random.default_rng(1)
    one, two = apart(1, 0.3, 0.02).strangers(rng, 4000), apart(2, 0.3).strangers(rng, 4000)
    assert np.linalg.norm(one, axis=1) == pytest.approx(1, abs=1e-5)
    # Random directions average out: mean templates have the product rho within, (1 - apart) sqrt(...) across.
    within, across = one[:2000].mean(axis=0) @ one[2000:].mean(axis=0), one.mean(axis=0) @ two.mean(axis=0)
    assert within == pytest.approx(0.2684089, abs=2e-3)
    assert across == pytest.approx(0.7 * np.sqrt(0.2684089 * 0.2484089), abs=2e-3)


def test_strangers_of_two_groups_score_above_a_threshold_as_often_as_the_closed_form_says():
    one, two = apart(1, 0.2, 0.02), apart(2, 0.2)
    rng = np.random.default_rng(2)
    scores = one.strangers(rng, 3000) @ two.strangers(rng, 3000).T
    expected = one.false_match_rate(two, 0.35)
    assert (scores >= 0.35).mean() == pytest.approx(expected, rel=0.02)  # some 100,000 of 9 million
    assert expected < one.false_match_rate(one, 0.35)


def test_raising_rho_doubles_and_quadruples_false_matches_as_printed():
    # The notes on the model: 0.0128 gives 2x at 0.60, 1.9x at 0.56, 2.1x at 0.64; 0.0256 gives 4x.
    base, double, fourfold = Group(1), B.groups()[0], C.groups()[0]
    ratio = double.false_match_rate(double, [0.56, 0.60, 0.64]) / base.false_match_rate(
        base, [0.56, 0.60, 0.64]
    )
    assert ratio == pytest.approx([1.9, 2.0, 2.1], abs=0.01)
    assert fourfold.false_match_rate(fourfold, 0.60) / base.false_match_rate(base, 0.60) == pytest.approx(
        4, abs=0.02
    )


def test_less_clear_passages_lower_true_alerts_and_leave_false_ones_alone():
    faint, clear = D.groups()[0], D.groups()[1]
    assert fpir_on_list(faint, D.watchlist(1), 0.60) == fpir_on_list(clear, D.watchlist(2), 0.60)
    assert faint.population.tpir(0.60) < clear.population.tpir(0.60) - 0.1


def test_on_a_mixed_list_the_own_group_counts_most():
    # By hand from two rates: 6,000 of one's own and 4,000 others, against 2,000 and 8,000.
    within = float(Group(1).false_match_rate(Group(1), 0.60))
    across = float(E.groups()[0].false_match_rate(E.groups()[1], 0.60))
    assert fpir_on_list(E.groups()[0], E.watchlist(1), 0.60) == pytest.approx(
        6000 * within + 4000 * across, rel=1e-3
    )
    assert fpir_on_list(E.groups()[2], E.watchlist(3), 0.60) == pytest.approx(
        2000 * within + 8000 * across, rel=1e-3
    )


def test_a_list_holds_everyone_it_should():
    assert [people for _, people in F.watchlist(2)] == [3334, 3333, 3333]
    assert [people for _, people in E.watchlist(1, 1000)] == [600, 200, 200]
    assert A.watchlist(3) == [(A.groups()[2], 10_000)]


def test_passes_of_one_person_share_their_fidelity_only_when_told_to():
    group, identities = Group(1), Population().identities(np.random.default_rng(3), 50)
    perfect = group.population.templates(identities)

    def fidelities(alike):
        seen = group.passages(np.random.default_rng(4), identities, 6, alike).reshape(50, 6, -1)
        return np.einsum("pod,pd->po", seen, perfect)  # rho + (1 - rho) f, from the model's definition

    assert np.ptp(fidelities(1.0), axis=1).max() < 1e-5
    assert np.ptp(fidelities(0.0), axis=1).min() > 0.01


SMALL = {"LIST": 300, "TESTS": 2, "THRESHOLDS": (0.45, 0.50)}  # thresholds low enough for events


class PlainSearch:
    """The plain search in the place of the fast one, which takes longer to set up than these tests need."""

    def __init__(self, gallery, threads):
        self.gallery = gallery

    def search(self, probes, threshold):
        return search(self.gallery, probes, threshold)


@pytest.fixture(scope="module")
def small():
    """Every group of every scenario at a hundredth of its size, through the plain search."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (SMALL | {"FastSearch": PlainSearch}).items():
            patch.setattr(equitability, name, value)
        return shared([simulate(place, seed=5, probes=400, volunteers=30) for place in range(len(ARMS))])


def test_every_group_of_every_scenario_takes_part_in_every_test(small):
    assert set(small) == {(scenario.name, number) for scenario in SCENARIOS for number in GROUPS}
    assert [len(result["false_alerts"]) for result in small.values()] == [2] * len(ARMS)


def test_strangers_are_shared_only_where_nothing_that_they_meet_differs():
    taken = {arm: other for arm, other in STRANGERS.items() if arm != other}
    assert taken == {
        ("B", 2): ("A", 2), ("B", 3): ("A", 3),
        ("C", 2): ("A", 2), ("C", 3): ("A", 3),
        ("D", 1): ("A", 1), ("D", 2): ("A", 2), ("D", 3): ("A", 3),
    }  # fmt: skip


def test_volunteers_are_never_shared(small):
    found = [small[name, 2]["found"] for name in "ABCD"]
    assert all(one != other for one, other in combinations(found, 2))


def test_simulated_counts_agree_with_the_closed_form(small):
    counted = {arm: sum(test[0] for test in result["false_alerts"]) for arm, result in small.items()}
    for (name, number), events in counted.items():
        scenario = next(one for one in SCENARIOS if one.name == name)
        expected = 800 * fpir_on_list(scenario.groups()[number - 1], scenario.watchlist(number, 300), 0.45)
        assert abs(events - expected) < 4 * np.sqrt(expected * (1 - expected / 800)), (name, number)


def test_volunteers_are_found_as_often_as_the_closed_form_says(small):
    for (name, number), result in small.items():
        scenario = next(one for one in SCENARIOS if one.name == name)
        share = np.sum(result["found"], axis=0)[0] / 300
        expected = float(scenario.groups()[number - 1].population.tpir(0.45))
        assert abs(share - expected) < 0.09, (name, number)  # 300 passes worth about 80


def test_a_block_gives_the_same_counts_again_through_the_fast_search(small, monkeypatch):
    for name, value in SMALL.items():
        monkeypatch.setattr(equitability, name, value)
    assert simulate(17, seed=5, probes=400, volunteers=30) == small[ARMS[17]]


def test_at_the_lowest_threshold_every_alert_of_the_engine_is_counted(monkeypatch):
    returned = []

    class Recorded(PlainSearch):
        def search(self, probes, threshold):
            returned.append(super().search(probes, threshold))
            return returned[-1]

    for name, value in (SMALL | {"FastSearch": Recorded}).items():
        monkeypatch.setattr(equitability, name, value)
    result = simulate(1, seed=5, probes=400, volunteers=30)  # group 2 of scenario A
    *strangers, passes = returned
    assert [test[0] for test in result["false_alerts"]] == [len(alerts) for alerts in strangers]
    assert [test[1] for test in result["false_alerts"]] == [
        (alerts.score >= 0.5).sum() for alerts in strangers
    ]
    of_person = [
        [
            sum(
                one == person and name == f"2-{person:05d}" and score >= threshold
                for one, name, score in zip(passes.probe // 10, passes.identifier, passes.score, strict=True)
            )
            for threshold in (0.45, 0.50)
        ]
        for person in range(30)
    ]
    assert result["found"] == of_person


def test_another_seed_gives_other_counts(small, monkeypatch):
    for name, value in (SMALL | {"FastSearch": PlainSearch}).items():
        monkeypatch.setattr(equitability, name, value)
    assert simulate(17, seed=6, probes=400, volunteers=30) != small[ARMS[17]]


def test_the_small_test_of_the_chapter_counts_each_group():
    table = one_test("C", threshold=0.50, strangers=500, people=200, seed=1)
    assert table["group"].tolist() == [1, 2, 3]
    assert (table["trials"] == 500).all()
    assert table["p_two_sided"][0] == p_value(int(table["events"][0]), int(table["events"].sum()), 1 / 3)


def test_group_one_is_compared_with_the_others_together():
    table = equitability_tables.compared([8, 1, 3], [1000, 1000, 1000])
    assert table["ratio"][0] == pytest.approx(4)  # 8 in 1,000 over 4 in 2,000
    assert table["ratio"][1:].isna().all()


def test_a_ratio_without_events_is_blank_and_its_lower_limit_is_kept():
    table = equitability_tables.compared([4, 0, 0], [100, 100, 100])
    assert table.loc[0, ["ratio", "ratio_high"]].isna().all()
    assert table.loc[0, "ratio_low"] > 0
    assert equitability_tables.compared([0, 0, 0], [9, 9, 9])["p_two_sided"].isna().all()


def test_people_found_always_or_never_make_ten_passes_worth_one():
    # Share 0 or 1: the variance is p (1 - p) n / (n - 1), so the effect is 10 * 20 / 19.
    found = np.repeat([0, 10], 10)
    assert equitability_tables.clustering(found, 10) == pytest.approx(10 * 20 / 19)


def test_tables_have_a_row_for_each_group_measure_and_threshold(small):
    counts = {arm: result | {"probes": 400} for arm, result in small.items()}
    table = equitability_tables.differentials(SCENARIOS, counts, THRESHOLDS[:2], 10, seed=5)
    assert len(table) == len(SCENARIOS) * 2 * 2 * 3
    assert not table.duplicated(["scenario", "measure", "threshold", "group"]).any()
    assert (table["rate_low"] <= table["rate"]).all() and (table["rate"] <= table["rate_high"]).all()
    assert (table["trials"][table["measure"] == "FPIR"] == 800).all()
    assert table.loc[table["group"] > 1, "ratio_low"].isna().all()


def test_the_pattern_of_significance_agrees_with_the_power_worked_out():
    table = equitability_tables.significance_pattern(14_000, 1000, seed=1).set_index("ratio")
    expected = 14_000 * (4 + 2) * Population().fpir(0.60, 10_000)
    power = power_before_the_test(float(expected), 1 / 3, 4)
    assert table.loc[4, "significant_at_060"] / 1000 == pytest.approx(
        power, abs=0.05
    )  # three standard errors
    assert (table["pattern"] <= table["significant_at_058"]).all()
    assert (table["pattern"] <= table["draws"] - table["significant_at_060"]).all()  # not at 0.60
    assert table.loc[1, "significant_at_056"] < 80  # an exact test errs in at most one of twenty


def test_published_counts_are_read_from_the_reference_files():
    assert published_tests.read_counts(PATHS) == {"npl": (7, 7), "cambridge": (4, 6), "met": (8, 10)}


def test_the_curve_crosses_where_the_exact_limits_lie():
    # One-sided p of 0.025 is by definition the lower Clopper-Pearson limit: 44.4 per cent for 8 of 10.
    met = published_tests.exposure_curve(PATHS).query("test == 'met'").set_index("exposure_percent")
    assert met["p_one_sided"][44] < 0.025 < met["p_one_sided"][45]
    assert met["p_one_sided"].is_monotonic_increasing


def test_the_published_share_found_is_less_certain_for_repeated_passes():
    table = published_tests.volunteers(PATHS).set_index("passages_are")
    # The notes: about 87.0 to 90.8 per cent, not 88.0 to 90.0.
    assert table.loc["correlated", ["tpir_low", "tpir_high"]].tolist() == pytest.approx(
        [0.870, 0.908], abs=5e-4
    )
    assert table.loc["independent", ["tpir_low", "tpir_high"]].tolist() == pytest.approx(
        [0.880, 0.900], abs=5e-4
    )


def test_a_test_of_volunteers_needs_people_in_proportion_to_the_design_effect():
    table = power_tables.passage_sizes(10)
    assert table["passages"].tolist() == pytest.approx([15309, 7035, 2691, 763], abs=1)  # times 3.7
    assert table["people"].tolist() == [1531, 703, 269, 76]  # ten passes each, by hand from the line above
