"""Measures against scikit-learn and plain loops; scores of a gallery against loops over exact products."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import det_curve, roc_curve

from pipeline.matching import evaluation
from pipeline.matching.evaluation import (
    Det,
    MatedScores,
    best_scores,
    by_group,
    cmc,
    det,
    fmr,
    fnir,
    fnmr,
    fpir,
    mated_scores,
    misidentification,
    threshold_at_fpir,
    tpir,
)
from pipeline.matching.gallery import Gallery
from pipeline.matching.search import search

few = st.integers(-4, 4).map(lambda number: number / 4)  # few values, so that ties are common
columns = st.lists(few, min_size=1, max_size=30)
probes = st.lists(st.tuples(st.lists(few, min_size=1, max_size=3), st.lists(few, max_size=5)), min_size=1)
quick = settings(max_examples=40, deadline=None)


def mated(rows: list) -> MatedScores:
    return MatedScores.of([own for own, _ in rows], [others for _, others in rows])


def alone(mates: list) -> MatedScores:
    return MatedScores.of([[score] for score in mates], [[] for _ in mates])


@given(columns, columns)
@quick
def test_the_trade_off_is_that_of_scikit_learn(strangers, mates):
    labels = [0] * len(strangers) + [1] * len(mates)
    points = det(strangers, alone(mates))
    false_matches, misses = points.false_alerts / points.non_mated, points.misses / points.mated

    their_false, their_hits, their_thresholds = roc_curve(labels, strangers + mates, drop_intermediate=False)
    assert points.threshold.tolist() == their_thresholds[:0:-1].tolist()  # theirs fall from infinity
    assert false_matches.tolist() == pytest.approx(their_false[:0:-1].tolist())
    assert (1 - misses).tolist() == pytest.approx(their_hits[:0:-1].tolist())

    their_false, their_misses, their_thresholds = det_curve(labels, strangers + mates)
    ours = dict(zip(points.threshold, zip(false_matches, misses, strict=True), strict=True))
    for theirs in zip(their_thresholds, their_false, their_misses, strict=True):
        if math.isfinite(theirs[0]):  # newer versions end at infinity
            assert ours[theirs[0]] == pytest.approx(theirs[1:])


@given(columns, probes, few, st.integers(1, 4))
@quick
def test_every_count_is_that_of_a_plain_loop(strangers, rows, threshold, rank):
    found = misidentified = 0
    for own, others in rows:
        place = 1 + sum(score >= max(own) for score in others)
        found += max(own) >= threshold and place <= rank
        misidentified += place > 1 and max(others) >= threshold
    ours = mated(rows)
    assert tpir(ours, threshold, rank).events == found
    assert fnir(ours, threshold, rank).events == len(rows) - found
    assert misidentification(ours, threshold).events == misidentified
    assert fpir(strangers, threshold).events == sum(score >= threshold for score in strangers)
    points = det(strangers, ours, [threshold], rank)
    assert points.false_alerts.tolist() == [fpir(strangers, threshold).events]
    assert points.misses.tolist() == [len(rows) - found]


@given(probes, few)
@quick
def test_a_mated_probe_is_found_misidentified_or_silent_and_never_two_of_them(rows, threshold):
    ours = mated(rows)
    silent = (ours.mate < threshold) & (ours.other < threshold)
    parts = ours.found(threshold).astype(int) + ours.misidentified(threshold) + silent
    # A mate at or above T that another person beats is misidentified; one that nobody beats is found.
    assert parts.tolist() == [1] * len(rows)


@given(columns, st.floats(0, 1), columns)
@quick
def test_no_lower_observed_score_keeps_the_target(strangers, target, mates):
    chosen = threshold_at_fpir(strangers, target, mates)
    observed = set(strangers + mates)
    assert fpir(strangers, chosen).value <= target
    assert all(fpir(strangers, score).value > target for score in observed if score < chosen)
    assert chosen in observed or chosen == np.nextafter(max(observed), np.inf)


def test_a_mate_tied_with_another_person_loses():
    tied = MatedScores.of([[0.7]], [[0.7]])
    assert tpir(tied, 0.5).value == 0
    assert misidentification(tied, 0.5).value == 1
    assert tpir(tied, 0.5, rank=2).value == 1


def test_a_misidentification_is_a_miss_and_leaves_fpir_alone():
    probe = MatedScores.of([[0.2]], [[0.9]])
    assert (fnir(probe, 0.6).events, misidentification(probe, 0.6).events) == (1, 1)
    assert fpir([0.1, 0.3], 0.6).events == 0


def test_failures_to_acquire_are_misses_only_when_counted():
    probes = alone([0.7, 0.8, 0.2])
    assert (fnir(probes, 0.6).events, fnir(probes, 0.6).trials) == (1, 3)
    counted = fnir(probes, 0.6, failures_to_acquire=2)
    assert (counted.events, counted.trials) == (3, 5)
    assert tpir(probes, 0.6, failures_to_acquire=2).value == 2 / 5


def test_without_probes_a_rate_is_missing_with_a_warning_and_never_nil():
    nobody = MatedScores.of([], [])
    for measure in (
        lambda: fpir([], 0.6),
        lambda: fnir(nobody, 0.6),
        lambda: tpir(nobody, 0.6),
        lambda: misidentification(nobody, 0.6),
        lambda: fmr([], 0.6),
        lambda: fnmr([], 0.6),
    ):
        with pytest.warns(UserWarning, match="missing, not 0"):
            rate = measure()
        assert math.isnan(rate.value) and math.isnan(rate.high) and rate.trials == 0
    with pytest.warns(UserWarning, match="missing"):
        assert np.isnan(cmc(nobody, 2)).all()


def test_a_threshold_or_score_that_is_no_number_raises():
    probe = alone([0.7])
    for measure in (
        lambda: fpir([0.5], math.nan),
        lambda: fnir(probe, math.nan),
        lambda: misidentification(probe, math.nan),
        lambda: fnmr([0.5], math.nan),
        lambda: det([0.5], probe, [0.1, math.nan]),
        lambda: fpir([0.5, math.nan], 0.6),
        lambda: MatedScores.of([[math.nan]], [[]]),
        lambda: threshold_at_fpir([math.nan], 0.1),
    ):
        with pytest.raises(ValueError, match="NaN"):
            measure()


def test_what_cannot_be_evaluated_raises():
    for call, words in (
        (lambda: threshold_at_fpir([], 0.1), "0 scores"),
        (lambda: threshold_at_fpir([0.1], 1.5), "target of 1.5"),
        (lambda: fpir([[0.1], [0.2]], 0.6), "column"),
        (lambda: MatedScores.of([[]], [[]]), "own person"),
        (lambda: MatedScores.of([[0.1]], []), "zip"),
        (lambda: by_group(["a"], [True, False]), "groups for"),
    ):
        with pytest.raises(ValueError, match=words):
            call()


def test_any_threshold_on_the_line_may_be_asked_negative_and_infinite_ones_too():
    probes = alone([-0.5, 0.5])
    assert tpir(probes, -math.inf).events == 2
    assert tpir(probes, -0.5).events == 2
    assert tpir(probes, math.inf).events == 0
    assert isinstance(det([0.1], probes, [-1, math.inf]), Det)


def test_groups_are_counted_apart_and_add_up():
    rows = by_group(["b", "a", "b", "a"], np.array([0.7, 0.2, 0.6, 0.6]) >= 0.6)
    assert {name: (row.events, row.trials) for name, row in rows.items()} == {"a": (1, 2), "b": (2, 2)}
    assert rows["b"].low == pytest.approx(0.025**0.5)  # all of two: low ** 2 = 0.025


# --- Scores of a gallery


def exact(one, other) -> float:
    return math.fsum(float(x) * float(y) for x, y in zip(one, other, strict=True))


def crowd(seed: int, people: int = 12, images: int = 30, passing: int = 25, width: int = 5):
    """A gallery of several images a person, copies among them, and probes that in part are copies too."""
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((images, width)).astype(np.float32)
    vectors[::7] = vectors[3]  # the same image under several identifiers: exact ties
    names = np.array([f"p{number:02d}" for number in rng.integers(0, people, images)])
    seen = rng.standard_normal((passing, width)).astype(np.float32)
    seen[::5] = vectors[rng.integers(0, images, len(seen[::5]))]
    return Gallery(vectors, names), seen, names[rng.integers(0, images, passing)]


@pytest.mark.parametrize("seed", range(5))
def test_scores_and_ranks_are_those_of_a_plain_loop(seed):
    gallery, passing, identities = crowd(seed)
    best, ours = best_scores(gallery, passing), mated_scores(gallery, passing, identities)
    templates = Gallery(passing).templates
    for row, identity in enumerate(identities):
        of_person: dict[str, float] = {}
        for name, image in zip(gallery.identifiers, gallery.templates, strict=True):
            of_person[name] = max(of_person.get(name, -math.inf), exact(image, templates[row]))
        mate = of_person.pop(identity)
        assert best[row] == max(mate, *of_person.values())
        assert (ours.mate[row], ours.other[row]) == (mate, max(of_person.values()))
        assert ours.rank[row] == 1 + sum(score >= mate for score in of_person.values())


def test_people_whom_float32_cannot_tell_apart_are_told_apart_exactly():
    rng = np.random.default_rng(6)
    near = np.tile(rng.standard_normal(64).astype(np.float32), (40, 1))
    near[np.arange(40), np.arange(40)] *= np.float32(1 + 2**-22)  # exact scores differ by less than rounding
    gallery = Gallery(near)
    passing = rng.standard_normal((20, 64)).astype(np.float32) + near[0]
    of_probe = [[exact(image, probe) for image in gallery.templates] for probe in Gallery(passing).templates]
    assert best_scores(gallery, passing).tolist() == [max(scores) for scores in of_probe]
    for identity in range(0, 40, 8):
        ours = mated_scores(gallery, passing, [identity] * 20)
        for row, scores in enumerate(of_probe):
            rest = scores[:identity] + scores[identity + 1 :]
            assert (ours.mate[row], ours.other[row]) == (scores[identity], max(rest))
            assert ours.rank[row] == 1 + sum(score >= scores[identity] for score in rest)


def test_scores_do_not_depend_on_blocks_order_or_rotation_of_the_axes(monkeypatch):
    gallery, passing, identities = crowd(9)
    whole = mated_scores(gallery, passing, identities)
    order = np.random.default_rng(1).permutation(len(gallery.templates))
    shuffled = Gallery(gallery.templates[order], gallery.identifiers[order])
    turned = np.roll(np.arange(gallery.width), 2)  # a rotation that moves no rounding
    monkeypatch.setattr(evaluation, "SCORES_AT_ONCE", 70)
    for again in (
        mated_scores(gallery, passing, identities),
        mated_scores(shuffled, passing, identities),
        mated_scores(
            Gallery(gallery.templates[:, turned], gallery.identifiers), passing[:, turned], identities
        ),
    ):
        # Scaling to unit length sums in the order of the axes and may move a last float32 digit.
        np.testing.assert_allclose(again.mate, whole.mate, atol=1e-6)
    assert mated_scores(gallery, passing, identities).rank.tolist() == whole.rank.tolist()
    assert mated_scores(shuffled, passing, identities).rank.tolist() == whole.rank.tolist()
    assert best_scores(shuffled, passing).tolist() == best_scores(gallery, passing).tolist()


def test_a_score_at_a_threshold_is_an_alert_of_the_search_too():
    gallery, passing, _ = crowd(4)
    best = best_scores(gallery, passing)
    for threshold in best:
        alerts = search(gallery, passing, float(threshold))
        assert alerts.probe.tolist() == np.flatnonzero(best >= threshold).tolist()
        assert alerts.score.tolist() == best[alerts.probe].tolist()


def test_an_empty_gallery_gives_no_candidate_and_a_gallery_of_one_no_other():
    assert best_scores(Gallery(np.empty((0, 3))), [[1.0, 0, 0]]).tolist() == [-math.inf]
    only = mated_scores(Gallery([[1.0, 0, 0]], ["p"]), [[1.0, 0, 0]], ["p"])
    assert (only.mate[0], only.other[0], only.rank[0]) == (1.0, -math.inf, 1)
    assert not only.misidentified(-math.inf).any()


def test_a_probe_of_nobody_on_the_list_is_not_mated():
    gallery = Gallery([[1.0, 0]], ["p"])
    with pytest.raises(ValueError, match="not in the gallery"):
        mated_scores(gallery, [[1.0, 0]], ["q"])
    with pytest.raises(ValueError, match="probes for"):
        mated_scores(gallery, [[1.0, 0], [0, 1.0]], ["p"])


def test_memory_does_not_grow_with_the_probes(monkeypatch):
    monkeypatch.setattr(evaluation, "SCORES_AT_ONCE", 2**18)
    rng = np.random.default_rng(2)
    gallery = Gallery(rng.standard_normal((500, 16)).astype(np.float32))
    passing = rng.standard_normal((3_000, 16)).astype(np.float32)
    block, whole = 2**18 * 4, 3_000 * 500 * 4  # bytes of scores
    tracemalloc.start()
    best_scores(gallery, passing)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # One block may still be held while the next is made; each probe's own score is a few dozen bytes.
    assert peak < 2.2 * block + 100 * len(passing) < whole / 2
