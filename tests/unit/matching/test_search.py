"""The oracle against plain loops over exact fractions, and its rules one by one."""

import tracemalloc
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching import search as module
from pipeline.matching.gallery import Gallery
from pipeline.matching.search import exact_score, margin, search, search_stream
from pipeline.matching.templates import unit_templates
from tests.unit.matching.cases import searches
from tests.unit.matching.loops import around, exact, loop_search, planted, rows


@given(searches())
def test_the_oracle_finds_what_plain_loops_find(case):
    gallery, probes, threshold = case
    for each in around(threshold):
        assert rows(search(gallery, probes, each)) == loop_search(gallery, probes, each)


@given(searches(), st.randoms(use_true_random=False))
def test_neither_the_order_of_the_gallery_nor_of_the_probes_matters(case, random):
    gallery, probes, threshold = case
    order = random.sample(range(len(gallery)), len(gallery))
    other = random.sample(range(len(probes)), len(probes))
    shuffled = Gallery(gallery.templates[order], gallery.identifiers[order])
    found = rows(search(shuffled, probes[other], threshold))
    assert sorted((other[probe], *rest) for probe, *rest in found) == rows(search(gallery, probes, threshold))


@given(searches())
def test_enrolling_the_same_image_twice_changes_no_alert(case):
    gallery, probes, threshold = case
    twice = Gallery(np.tile(gallery.templates, (2, 1)), np.tile(gallery.identifiers, 2))
    assert twice.people == gallery.people
    assert rows(search(twice, probes, threshold)) == rows(search(gallery, probes, threshold))


def test_a_rotation_of_the_space_changes_scores_by_rounding_alone():
    rng = np.random.default_rng(4)
    gallery, probes = (
        unit_templates(rng.standard_normal((200, 16))),
        unit_templates(rng.standard_normal((300, 16))),
    )
    turn = np.linalg.qr(rng.standard_normal((16, 16)))[0]
    before = search(Gallery(gallery), probes, 0.7)
    after = search(Gallery(gallery @ turn), probes @ turn, 0.7)
    assert len(before) > 30
    assert np.array_equal(before.probe, after.probe)
    assert np.array_equal(before.identifier, after.identifier)
    assert np.abs(before.score - after.score).max() < 1e-6


def test_a_score_equal_to_the_threshold_alerts_and_the_next_number_above_does_not():
    gallery = Gallery(np.random.default_rng(5).standard_normal((3, 512)), [10, 20, 30])
    probe = np.random.default_rng(6).standard_normal(512) + 20 * gallery.templates[1]
    score = exact(gallery.templates[1], unit_templates(probe)[0])
    below, at, above = (rows(search(gallery, probe, each)) for each in around(score))
    assert below == at == [(0, 20, score)]
    assert above == []


def test_scores_planted_within_a_ten_millionth_of_the_threshold_fall_on_the_right_side():
    threshold = 0.6
    mates, probes = planted(np.random.default_rng(7), threshold + np.linspace(-1e-7, 1e-7, 50))
    gallery = Gallery(mates)
    found = rows(search(gallery, probes, threshold))
    expected = [exact(*pair) for pair in zip(gallery.templates, probes, strict=True)]
    assert found == [(row, row, score) for row, score in enumerate(expected) if score >= threshold]
    assert 10 < len(found) < 40  # float32 could not tell them apart: its numbers near 0.6 lie 6e-8 apart


def test_equal_scores_go_to_the_lower_identifier_wherever_it_stands():
    for identifiers, first in (
        ([5, 3, 9], 3),
        (["b", "a", "c"], "a"),
        ([10, 9, 100], 9),
        (["10", "9", "100"], "10"),
    ):
        gallery = Gallery([[1, 0]] * 3, identifiers)
        assert rows(search(gallery, [1, 0], 0.5)) == [(0, first, 1.0)]


def test_a_tie_across_tiles_goes_to_the_lower_identifier_too(monkeypatch):
    monkeypatch.setattr(module, "TILE", 2)
    monkeypatch.setattr(module, "BLOCK", 3)
    gallery = Gallery([[1, 0], [0, 1], [1, 0], [0, 1], [1, 0]], [4, 5, 2, 6, 3])
    probes = [[1, 0], [0, 2], [-1, -1], [3, 0], [0, 1]]
    assert rows(search(gallery, probes, 0.5)) == [(0, 2, 1.0), (1, 5, 1.0), (3, 2, 1.0), (4, 5, 1.0)]


def test_the_best_of_several_images_is_a_persons_score():
    gallery = Gallery([[1, 0], [0, 1], [4, 3]], ["ada", "bob", "ada"])
    assert rows(search(gallery, [3, 4], 0.9)) == [(0, "ada", exact(*unit_templates([[4, 3], [3, 4]])))]


def test_an_empty_gallery_and_no_probes_give_no_alerts_and_no_error():
    empty, full = Gallery(np.empty((0, 3))), Gallery(np.eye(3), ["a", "b", "c"])
    for gallery, probes in ((empty, np.eye(3)), (full, np.empty((0, 3))), (empty, np.empty((0, 3)))):
        found = search(gallery, probes, 0.0)
        assert len(found) == 0
        assert found.identifier.dtype == gallery.identifiers.dtype


@pytest.mark.parametrize("threshold", [-0.1, float("nan"), float("inf"), -float("inf"), np.float32("nan")])
def test_a_threshold_that_decides_nothing_is_refused(threshold):
    with pytest.raises(ValueError, match="finite and not negative"):
        search(Gallery(np.eye(2)), np.eye(2), threshold)


def test_a_single_precision_threshold_is_compared_in_double_precision():
    gallery = Gallery([[1.0, 0.0]])
    probe = unit_templates([0.6, 0.8])  # float32(0.6) exceeds 0.6 by 2.4e-8
    assert len(search(gallery, probe, np.float32(0.6))) == len(search(gallery, probe, 0.6)) == 1
    assert len(search(gallery, probe, np.nextafter(float(np.float32(0.6)), 1))) == 0


def test_a_bad_probe_is_refused_and_named_even_in_a_later_block():
    probes = np.ones((3000, 2))
    probes[2500, 1] = np.nan
    with pytest.raises(ValueError, match="row 2500"):
        search(Gallery(np.eye(2)), probes, 0.5)
    with pytest.raises(ValueError, match="width 2, got width 3"):
        search(Gallery(np.eye(2)), np.eye(3), 0.5)


def test_a_stream_of_blocks_gives_the_alerts_of_one_call():
    rng = np.random.default_rng(8)
    gallery, probes = Gallery(rng.standard_normal((50, 8))), rng.standard_normal((100, 8))
    blocks = (probes[a:b] for a, b in ((0, 1), (1, 1), (1, 60), (60, 100)))
    streamed = [row for found in search_stream(partial(search, gallery), blocks, 0.7) for row in rows(found)]
    assert streamed == rows(search(gallery, probes, 0.7))
    assert len(streamed) > 20


def test_memory_grows_neither_with_the_probes_nor_with_the_gallery():
    def peak(people, passers):
        rng = np.random.default_rng(9)
        gallery = Gallery(rng.standard_normal((people, 8)))
        probes = rng.standard_normal((passers, 8))
        tracemalloc.start()
        search(gallery, probes, 0.9999)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small = peak(10_000, 2_000)
    assert peak(10_000, 4_000) < 1.02 * small
    assert peak(20_000, 2_000) < 1.02 * small
    assert small < 48 * 2**20  # the scores of all pairs would take 80 MB, then twice that


@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_score_is_rounded_once(width, seed):
    one, other = unit_templates(np.random.default_rng(seed).standard_normal((2, width)))
    assert exact_score(one, other) == exact(one, other)


def test_the_margin_holds_for_products_added_in_the_worst_order():
    rng = np.random.default_rng(10)
    for width in (2, 64, 512):
        worst = 0.0
        for _ in range(10):
            one, other = unit_templates(
                np.abs(rng.standard_normal((2, width)))
            )  # no sign helps rounding cancel
            total = np.float32(0)
            for term in np.sort(one * other)[::-1]:  # one after another, largest first
                total += term
            worst = max(worst, abs(float(total) - exact(one, other)))
        assert worst <= margin(width)
