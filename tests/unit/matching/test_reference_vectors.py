"""Published or hand-worked sets of scores with known rates: the meaning of each measure, set by set.

The iris sets and their rates also stand in the tests of bob.measure, the small open set and the rank sets are
worked out by hand, and the four-score set is the documented example of scikit-learn's `det_curve`.
"""

import numpy as np
import pytest
from sklearn.datasets import load_iris

from pipeline.matching.evaluation import (
    MatedScores,
    cmc,
    det,
    fmr,
    fnmr,
    fpir,
    threshold_at_fpir,
    tpir,
)

SETOSA, VERSICOLOR, VIRGINICA = load_iris().data.reshape(3, 50, 4)
NEGATIVES, POSITIVES = SETOSA[:, 0], VERSICOLOR[:, 0]  # sepal length
SHORT, LONG = SETOSA[:, 2], VIRGINICA[:, 2]  # petal length


def alone(mates: np.ndarray) -> MatedScores:
    """Mated probes with nobody else on the watchlist: FNIR is then FNMR."""
    return MatedScores.of(mates[:, None], [[]] * len(mates))


@pytest.fixture(scope="module")
def overlapping():
    return det(NEGATIVES, alone(POSITIVES))


def rates(points) -> tuple[np.ndarray, np.ndarray]:
    return points.false_alerts / points.non_mated, points.misses / points.mated


def test_overlapping_at_the_threshold_is_an_alert():
    assert (fmr(NEGATIVES, 5.5).value, fnmr(POSITIVES, 5.5).value) == (0.10, 0.12)


def test_overlapping_just_above_the_threshold_is_none():
    above = np.nextafter(5.5, np.inf)  # what a rule of "greater than" would give at 5.5
    assert (fmr(NEGATIVES, above).value, fnmr(POSITIVES, above).value) == (0.06, 0.22)


@pytest.mark.parametrize(
    ("target", "threshold", "false_matches", "false_non_matches"),
    [(0.01, 5.9, 0, 0.48), (0.1, 5.5, 0.10, 0.12), (1, 4.3, 1, 0)],
)
def test_overlapping_lowest_threshold_at_a_target(target, threshold, false_matches, false_non_matches):
    found = threshold_at_fpir(NEGATIVES, target, POSITIVES)
    assert found == threshold
    assert (fmr(NEGATIVES, found).value, fnmr(POSITIVES, found).value) == (false_matches, false_non_matches)


def test_overlapping_area_under_the_curve(overlapping):
    false_matches, misses = rates(overlapping)
    x, y = np.append(false_matches, 0), np.append(1 - misses, 0)
    assert -np.trapezoid(y, x) == pytest.approx(0.9326)


def test_overlapping_equal_error_rate_on_the_convex_hull(overlapping):
    # The hull's EER is the largest, over all costs w, of the least cost w FMR + (1 - w) FNMR: where the two
    # lines of the best pair of thresholds meet. A fine grid of w finds it.
    false_matches, misses = rates(overlapping)
    false_matches, misses = np.append(false_matches, 0), np.append(misses, 1)
    w = np.linspace(0, 1, 20_001)[:, None]
    assert (w * false_matches + (1 - w) * misses).min(axis=1).max() == pytest.approx(0.1163636, abs=1e-5)


def test_overlapping_each_rate_where_the_other_is_nil(overlapping):
    false_matches, misses = rates(overlapping)
    assert misses[false_matches == 0].min() == 0.48
    assert false_matches[misses == 0].min() == 0.68


def test_separable_sets_have_no_error_half_way():
    assert (SHORT.max(), LONG.min()) == (1.9, 4.5)
    halfway = (SHORT.max() + LONG.min()) / 2
    assert halfway == pytest.approx(3.2)
    for threshold in (halfway, np.nextafter(1.9, 2), 4.5):
        assert fmr(SHORT, threshold).events == fnmr(LONG, threshold).events == 0
    assert fmr(SHORT, 1.9).events == (SHORT == 1.9).sum()
    assert fnmr(LONG, np.nextafter(4.5, 5)).events == (LONG == 4.5).sum()
    assert threshold_at_fpir(SHORT, 0, LONG) == 4.5


def test_open_set_of_seven_mated_and_two_non_mated_probes():
    mates = [[1.0]] * 7
    others = [[0.0, 0.0]] * 7
    assert tpir(MatedScores.of(mates, others), 0.5).value == 1
    assert fpir([0.0, 0.0], 0.5).value == 0
    assert tpir(MatedScores.of([[-0.1], *mates[1:]], others), 0.5).value == pytest.approx(6 / 7)
    assert fpir([0.0, 10.0], 0.5).value == 0.5


def test_cumulative_match_characteristic_of_four_probes():
    probes = MatedScores.of(
        [[0.7], [0.2], [-0.8, 1.8], [2.4]],
        [[0.3, 1.1, 0.5], [1.4, -1.3, 0.6], [0.8, 0, 1.5], [2.0, 1.3, 1.6, 0.9]],
    )
    assert probes.rank.tolist() == [2, 3, 1, 1]
    assert cmc(probes, 5).tolist() == [0.5, 0.75, 1, 1, 1]


def test_tied_scores_are_passed_together_or_not_at_all():
    ties = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1, 1, 1]
    assert threshold_at_fpir(ties, 0.5) == 1.0
    assert fpir(ties, 1.0).value == pytest.approx(4 / 9)
    assert threshold_at_fpir(ties, 0.4) == np.nextafter(1.0, 2)
    assert fpir(ties, threshold_at_fpir(ties, 0.4)).events == 0


@pytest.mark.parametrize(("target", "threshold"), [(0.11, 9), (0.91, 1), (0.09, np.nextafter(9, 10))])
def test_a_target_that_no_score_meets_gives_the_next_number_above_all(target, threshold):
    assert threshold_at_fpir(np.arange(10), target) == threshold


def test_the_documented_example_of_scikit_learn():
    points = det([0.1, 0.4], alone(np.array([0.35, 0.8])), [0.35, 0.4, 0.8])
    false_matches, misses = rates(points)
    assert false_matches.tolist() == [0.5, 0.5, 0]
    assert misses.tolist() == [0, 0.5, 0.5]
