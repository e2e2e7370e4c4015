"""Options: ranks against exact volumes, the linear programmes against scans, the rules of the file."""

from dataclasses import replace
from itertools import pairwise
from math import comb
from pathlib import Path

import numpy as np
import pytest
from numpy.random import default_rng
from scipy.optimize import linprog
from scipy.spatial import ConvexHull, HalfspaceIntersection

from pipeline.case.options.needs import ever_first, least_weight_change, score_change, single_weight
from pipeline.case.options.ranking import (
    acceptability,
    confidence_factors,
    dominates,
    drawn_scores,
    ranks_of,
    values_of,
)
from pipeline.case.options.reading import build_model, check_evidence, read_model
from pipeline.case.options.sensitivity import drops, in_order, needs
from pipeline.case.options.tables import pairs, totals
from pipeline.case.options.trials import Trial, knowing_nothing, trials, without_idle_credit
from pipeline.case.options.weights import alike, any_weights, grouped, ordered, plausible
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root

DRAWS = 20_000
CHANCE = 4 * 0.5 / DRAWS**0.5  # four standard errors of a share, at most
RANDOM = default_rng(7).uniform(0, 100, (4, 3))


def free(criteria: int, seed: int = 1) -> np.ndarray:
    return any_weights(DRAWS, criteria, default_rng(seed))


def first_areas(scores: np.ndarray) -> np.ndarray:
    """Exact shares of the triangle of three weights in which each option is first, as areas of polygons.

    The triangle is w1, w2 >= 0, w1 + w2 <= 1, of area one half; w3 is what is left.
    """
    areas = []
    for i in range(len(scores)):
        others = np.delete(scores, i, axis=0) - scores[i]  # others @ w <= 0
        lines = np.column_stack([others[:, :2] - others[:, [2]], others[:, 2]])
        sides = np.array([[-1.0, 0, 0], [0, -1.0, 0], [1.0, 1.0, -1.0]])
        halves = np.vstack([lines, sides])
        norms = np.linalg.norm(halves[:, :2], axis=1)
        inside = linprog(
            [0, 0, -1],
            np.column_stack([halves[:, :2], norms]),
            -halves[:, 2],
            bounds=[(None, None)] * 2 + [(0, None)],
        )
        if inside.status != 0 or inside.x[2] < 1e-9:
            areas.append(0.0)
            continue
        corners = HalfspaceIntersection(halves, inside.x[:2]).intersections
        areas.append(ConvexHull(corners).volume * 2)
    return np.array(areas)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shares_of_first_ranks_are_the_areas_of_polygons_for_three_criteria(seed):
    scores = default_rng(seed).uniform(0, 100, (4, 3))
    exact = first_areas(scores)
    assert exact.sum() == pytest.approx(1)
    weights = free(3)
    assert acceptability(weights, values_of(weights, scores)).shares[:, 0] == pytest.approx(exact, abs=CHANCE)


def test_two_criteria_split_the_weights_where_two_lines_cross():
    # Worth 100 w and 60 (1 - w): the first option leads from w = 60 / 160 up.
    scores, weights = np.array([[100.0, 0.0], [0.0, 60.0]]), free(2)
    result = acceptability(weights, values_of(weights, scores))
    assert result.shares[:, 0] == pytest.approx([0.625, 0.375], abs=CHANCE)
    # Evenly spread weights of the first criterion, from 0.375 to 1, have their mean in the middle.
    assert result.central[0] == pytest.approx([0.6875, 0.3125], abs=CHANCE)


def test_of_two_options_the_share_is_the_closed_form_for_any_number_of_criteria():
    # A sum of exponentials d_k E_k is positive with chance sum over d_k > 0 of prod_j d_k / (d_k - d_j).
    difference = np.array([31.0, -12.0, 5.0, -40.0, 22.0, -3.0])
    exact = sum(
        np.prod([mine / (mine - other) for other in difference if other != mine])
        for mine in difference
        if mine > 0
    )
    weights = free(6)
    values = values_of(weights, np.array([50 + difference, np.full(6, 50.0)]))
    assert acceptability(weights, values).beats[0, 1] / DRAWS == pytest.approx(exact, abs=CHANCE)


def test_where_nothing_is_known_every_option_takes_every_rank_alike():
    weights = free(4)
    scores = drawn_scores(np.zeros((5, 4)), np.full((5, 4), 100.0), default_rng(2).random((DRAWS, 5, 4)))
    result = acceptability(weights, values_of(weights, scores))
    assert result.shares == pytest.approx(np.full((5, 5), 0.2), abs=CHANCE)
    assert result.expected_rank == pytest.approx(np.full(5, 3.0), abs=0.05)
    low, high = result.limits(0.95)
    assert (low < result.shares).all() and (result.shares < high).all()


def test_weights_in_a_full_order_have_the_rank_order_centroids_as_means():
    # Barron and Barrett (1996): the k-th of m weights is on average (1/k + ... + 1/m) / m.
    means = ordered(free(4), [[2], [0], [3], [1]], default_rng(3)).mean(axis=0)
    centroid = [sum(1 / j for j in range(k, 5)) / 4 for k in range(1, 5)]
    assert means[[2, 0, 3, 1]] == pytest.approx(centroid, abs=0.005)


def test_no_criterion_outweighs_one_of_a_higher_tier_and_within_a_tier_any_order_goes():
    weights = ordered(free(5), [[4, 0], [1, 2, 3]], default_rng(3))
    assert weights.sum(axis=1) == pytest.approx(np.ones(DRAWS))
    assert (weights[:, [4, 0]].min(axis=1) >= weights[:, [1, 2, 3]].max(axis=1)).all()
    assert np.mean(weights[:, 4] > weights[:, 0]) == pytest.approx(0.5, abs=CHANCE)
    with pytest.raises(ValueError, match="every criterion once"):
        ordered(weights, [[0, 1], [1, 2, 3]], default_rng(3))


def test_plausible_weights_keep_to_floor_and_ceiling_and_as_many_remain_as_volume_says():
    m, least, most = 10, 1 / 3, 3
    weights = plausible(free(m), least, most)
    assert weights.min() >= least / m and weights.max() <= most / m
    assert weights.mean(axis=0) == pytest.approx(np.full(m, 1 / m), abs=0.002)
    # Share of a simplex in which no weight exceeds c, by inclusion and exclusion.
    c = (most - least) / m / (1 - least)
    kept = sum((-1) ** j * comb(m, j) * max(0, 1 - j * c) ** (m - 1) for j in range(m + 1))
    assert len(weights) / DRAWS == pytest.approx(kept, abs=CHANCE)
    with pytest.raises(ValueError, match="must lie below 1"):
        plausible(weights, 1.0, 3)


def test_criteria_of_a_group_share_its_weight_equally():
    weights = grouped([0, 1, 0, 0], 1000, default_rng(1))
    assert weights.sum(axis=1) == pytest.approx(np.ones(1000))
    assert weights[:, 0] == pytest.approx(weights[:, 3])
    assert weights[:, 1].mean() == pytest.approx(0.5, abs=0.05)


def test_criteria_that_rise_and_fall_together_form_a_group_and_opposites_do_not():
    up = np.array([0.0, 20.0, 50.0, 90.0])
    scores = np.column_stack([up, 100 - up, up / 2 + [3, 0, 2, 0], [5, 9, 1, 4]])
    assert alike(scores, 0.8) == [0, 1, 0, 2]
    with pytest.raises(ValueError, match="correlates with nothing"):
        alike(np.ones((3, 2)), 0.8)


def test_equal_values_share_the_better_rank():
    assert ranks_of(np.array([[5.0, 7.0, 7.0, 1.0]])).tolist() == [[3, 1, 1, 4]]


def test_an_option_never_first_has_no_central_weights():
    weights = free(2)
    result = acceptability(weights, values_of(weights, np.array([[10.0, 10.0], [20.0, 20.0]])))
    assert np.isnan(result.central[0]).all()
    assert result.counts.tolist() == [[0, DRAWS], [DRAWS, 0]]
    factors = confidence_factors(result.central, np.zeros((5, 2, 2)))
    assert np.isnan(factors[0]) and factors[1] == 1


def test_confidence_factor_of_two_overlapping_ranges_is_the_area_above_the_diagonal():
    # X even on 40 to 80, Y even on 60 to 100: Y < X only in a triangle of 20 by 20 of the 40 by 40 square.
    low, high = np.array([[40.0], [60.0]]), np.array([[80.0], [100.0]])
    scores = drawn_scores(low, high, default_rng(5).random((DRAWS, 2, 1)))
    assert confidence_factors(np.ones((2, 1)), scores) == pytest.approx([0.125, 0.875], abs=CHANCE)


@pytest.mark.parametrize("option", range(4))
def test_the_least_change_of_three_weights_is_the_nearest_point_of_a_fine_grid(option):
    equal = np.full(3, 1 / 3)
    steps = 300
    grid = np.array([(i, j, steps - i - j) for i in range(steps + 1) for j in range(steps + 1 - i)]) / steps
    values = grid @ RANDOM.T
    fits = grid[values[:, option] >= values.max(axis=1) - 1e-9]
    found = least_weight_change(RANDOM, option, equal)
    if len(fits) == 0:
        assert np.isnan(found.moved)
        return
    assert found.moved == pytest.approx((np.abs(fits - equal).sum(axis=1) / 2).min(), abs=2 / steps)
    then = RANDOM @ found.weights
    assert then[option] == pytest.approx(then.max())
    assert found.weights.sum() == pytest.approx(1) and found.weights.min() >= 0


def test_some_of_the_random_options_can_lead_and_some_need_a_change():
    # Otherwise the test above would compare nothing.
    moved = [least_weight_change(RANDOM, i, np.full(3, 1 / 3)).moved for i in range(4)]
    assert 0 in moved and any(change > 0.01 for change in moved)


def test_a_dominated_option_is_first_for_no_weights_but_may_be_if_scores_are_loose():
    low, high = np.array([[40.0, 50.0], [30.0, 40.0]]), np.array([[60.0, 70.0], [50.0, 60.0]])
    assert dominates((low + high)[0], (low + high)[1]) and not dominates(low[0], high[1])
    assert np.isnan(least_weight_change((low + high) / 2, 1, np.array([0.5, 0.5])).moved)
    assert ever_first(low, high, 1)
    assert not ever_first(low, low, 1)
    assert not dominates(low[0], low[0])  # alike is not better


def test_the_way_that_scores_must_go_is_that_of_a_linear_programme():
    rng = default_rng(11)
    low = rng.uniform(0, 60, (4, 5))
    high = low + rng.uniform(5, 40, (4, 5))
    weights = any_weights(1, 5, rng)[0]
    for option in range(4):
        middle, reach = (low + high) / 2, (high - low) / 2
        others = [i for i in range(4) if i != option]
        # behind - t * (room) <= 0 for every other option, as little t as possible
        room = [(reach[option] + reach[i]) @ weights for i in others]
        behind = [(middle[i] - middle[option]) @ weights for i in others]
        least = linprog([1], A_ub=-np.array(room)[:, None], b_ub=-np.array(behind), bounds=[(0, None)]).fun
        assert score_change(low, high, option, weights) == pytest.approx(least)


@pytest.mark.parametrize("option", range(4))
@pytest.mark.parametrize("criterion", range(3))
def test_the_smallest_single_weight_is_the_first_of_a_scan(option, criterion):
    steps = np.linspace(1 / 3, 1, 20_001)
    weights = np.repeat((1 - steps)[:, None] / 2, 3, axis=1)
    weights[:, criterion] = steps
    values = weights @ RANDOM.T
    fits = steps[values[:, option] >= values.max(axis=1) - 1e-9]
    found = single_weight(RANDOM, option, criterion)
    assert np.isnan(found) if len(fits) == 0 else found == pytest.approx(fits[0], abs=1e-4)


# --- The file

SMALL = {
    "method": {
        "seed": 1,
        "draws": 100,
        "least_weight": 0.1,
        "most_weight": 2,
        "alike": 0.8,
        "perspectives": [{"id": "p", "name": "P", "tiers": [["b"], ["a"]]}],
    },
    "options": [{"id": key, "name": key.upper(), "short": key.upper()} for key in "xy"],
    "criteria": [{"id": key, "name": key.upper()} for key in "ab"],
    "scores": [
        {"option": "x", "criterion": "a", "low": 10, "high": 30, "quality": "recorded"},
        {"option": "x", "criterion": "b", "low": 0, "high": 50, "quality": "judged"},
        {"option": "y", "criterion": "a", "low": 80, "high": 90, "quality": "judged", "idle": True},
        {"option": "y", "criterion": "b", "low": 20, "high": 40, "quality": "reported"},
    ],
}


def with_score(number: int, **changes) -> dict:
    scores = [dict(entry) for entry in SMALL["scores"]]
    scores[number] |= changes
    return SMALL | {"scores": scores}


def test_idle_scores_take_the_present_state_and_judged_ones_the_whole_scale():
    model = build_model(SMALL)
    plain = without_idle_credit(model)
    assert (plain.low[1].tolist(), plain.high[1].tolist()) == ([10, 20], [30, 40])
    unknown = knowing_nothing(model)
    assert (unknown.low.tolist(), unknown.high.tolist()) == ([[10, 0], [0, 20]], [[30, 100], [100, 40]])


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (with_score(3, criterion="a"), "scored twice"),
        (with_score(0, low=31), "low above high"),
        (with_score(0, option="z"), 'unknown option: "z"'),
        (SMALL | {"scores": SMALL["scores"][:3]}, 'no score: "y on b"'),
        (
            SMALL
            | {
                "method": SMALL["method"]
                | {"perspectives": [{"id": "p", "name": "P", "tiers": [["a"], ["a"]]}]}
            },
            "perspective p must name every criterion once",
        ),
        (SMALL | {"options": SMALL["options"] + SMALL["options"][:1]}, "the same option twice"),
    ],
)
def test_a_file_that_does_not_score_each_pair_once_is_refused(document, message):
    with pytest.raises(RecordError, match=r"options\.yaml") as caught:
        build_model(document)
    assert message in str(caught.value)


def test_evidence_that_is_nowhere_is_refused_and_chapters_are_left_to_the_build():
    scores = [{"option": "x", "criterion": "a", "evidence": ["HO03", "chapter:anything"]}]
    check_evidence(scores, {"HO03"})
    with pytest.raises(RecordError, match='x on a: no such evidence: "HO03"'):
        check_evidence(scores, {"CE001"})


def test_by_the_weakest_point_weights_do_not_matter():
    model = build_model(with_score(1, low=31, high=49))  # X: 20 and 40; Y: 85 and 30
    scores = np.broadcast_to(model.mid, (3, 2, 2))
    weights = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    assert Trial("t", "T", weights, scores, weakest=True).values.tolist() == [[20, 30]] * 3
    assert totals(model)["weakest_on"].tolist() == ["A", "B"]


def test_ties_are_written_with_an_equals_sign():
    assert in_order(build_model(SMALL), np.array([7.0, 7.0])) == "X = Y"
    assert in_order(build_model(SMALL), np.array([6.0, 7.0])) == "Y > X"


def test_a_criterion_left_out_is_out_of_the_order_and_of_the_shares():
    table = drops(build_model(SMALL), default_rng(1)).set_index("left_out")
    # On a alone Y has 80 to 90 against 10 to 30; on b alone 20 to 40 against 0 to 50, by middles 30 to 25.
    assert table.loc["b", ["order", "lead", "first_y"]].tolist() == ["Y > X", 65, 1]
    assert table.loc["a", ["order", "lead"]].tolist() == ["Y > X", 5]
    assert table.loc["a", "first_y"] < 1


def test_what_an_option_needs_is_named():
    better_on_b = build_model(with_score(1, low=60, high=80))  # X: 20 and 70; Y: 85 and 30
    table = needs(better_on_b).set_index("option")
    # Worth 20 (1 - w) + 70 w against 85 (1 - w) + 30 w: level at w = 65 / 105, from one half.
    assert table.loc["x", "weight_moved"] == pytest.approx(65 / 105 - 0.5)
    assert table.loc["x", ["gains", "loses", "single_criterion"]].tolist() == ["B", "A", "B"]
    assert table.loc["x", "single_weight"] == pytest.approx(65 / 105)
    assert table.loc["y", ["weight_moved", "score_change", "gains"]].tolist() == [0, 0, ""]


def test_of_two_options_one_is_better_in_each_draw():
    model = build_model(SMALL)
    trial = next(trials(model, default_rng(1)))
    table = pairs(model, trial.result())
    assert table["beats"].sum() == pytest.approx(1)
    assert table.set_index("option")["dominates"].to_dict() == {"x": False, "y": True}


# --- What the chapter and its figures say in words must be so


@pytest.fixture(scope="module")
def model():
    return read_model(Paths(find_root(Path(__file__))))[0]


@pytest.fixture(scope="module")
def found(model):
    fewer = replace(model, method=model.method | {"draws": 8000})
    return {trial.id: trial.result() for trial in trials(fewer, default_rng(1))}


def place(model, option: str) -> int:
    return model.options.index(option)


def test_no_option_dominates_and_all_ranges_at_equal_weights_overlap(model):
    for i in range(5):
        assert not any(dominates(model.mid[i], model.mid[j]) for j in range(5) if j != i)
    assert totals(model)["low"].max() < totals(model)["high"].min()


def test_pause_and_coordination_lead_and_coordination_is_hardly_ever_last(model, found):
    shares = found["plausible"].shares
    lead = np.argsort(-shares[:, 0])[:2]
    assert [model.options[i] for i in lead] == ["pause", "coordination"]
    assert shares[place(model, "coordination"), -1] < 0.02
    assert {model.options[i] for i in np.argsort(-shares[:, -1])[:2]} == {"central", "as_now"}


def test_each_perspective_has_the_leader_that_the_chapter_names(model, found):
    leaders = {view.id: model.options[found[view.id].shares[:, 0].argmax()] for view in model.perspectives}
    assert leaders == {"civil_liberties": "pause", "policing": "as_now", "local": "pause", "audit": "central"}


def test_without_idle_credit_coordination_leads_by_far(model, found):
    first = found["idle"].shares[:, 0]
    assert model.options[first.argmax()] == "coordination"
    assert all(one - other > 0.3 for one, other in pairwise(np.sort(first)[:-3:-1]))


def test_by_its_weakest_point_coordination_leads(model, found):
    assert model.options[found["weakest"].shares[:, 0].argmax()] == "coordination"


def test_protection_alone_puts_the_pause_last_and_being_left_alone_puts_it_first(model):
    pause = place(model, "pause")
    assert model.mid[:, model.criteria.index("protection")].argmin() == pause
    assert model.mid[:, model.criteria.index("intrusion")].argmax() == pause


def test_the_benefit_of_every_doubt_puts_each_option_first(model):
    equal = np.full(len(model.criteria), 1 / len(model.criteria))
    assert all(score_change(model.low, model.high, i, equal) < 1 for i in range(5))


def test_coordination_is_hardly_ever_last_under_any_perspective(model, found):
    coordination = place(model, "coordination")
    assert all(found[view.id].shares[coordination, -1] < 0.05 for view in model.perspectives)
