"""The fast search: alert for alert the oracle's, on a million probes, on hard cases and on faulty kernels."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.matching import screen
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FEW, TILE, FastSearch, encode, trusted_levels
from pipeline.matching.search import search
from pipeline.matching.templates import unit_templates
from tests.unit.matching.cases import searches
from tests.unit.matching.loops import around, loop_search, planted, rows


def test_a_million_probes_get_the_oracles_alerts_people_and_scores():
    rng, blocks, size = np.random.default_rng(2), 50, 20_000
    turn = np.linalg.qr(rng.standard_normal((512, 64)))[0].T
    people = np.arange(1000) // 2  # two images of each
    gallery = Gallery(rng.standard_normal((1000, 64)) @ turn, people)
    fast, turn = FastSearch(gallery), turn.astype(np.float32)
    counted = near = 0
    for _ in range(blocks):
        # Strangers of 64 dimensions, alike often enough for hundreds of false alerts, and a few listed people
        probes = rng.standard_normal((size, 64), dtype=np.float32) @ turn
        listed = rng.choice(size, 10, replace=False)
        probes[listed] += 6 * gallery.templates[rng.integers(0, 1000, 10)]
        probes = unit_templates(probes)
        expected, found = search(gallery, probes, 0.57), fast.search(probes, 0.57)
        assert np.array_equal(found.probe, expected.probe)
        assert np.array_equal(found.identifier, expected.identifier)
        assert np.array_equal(found.score, expected.score)  # bit for bit
        counted += len(found)
        near += int((found.score < 0.58).sum())
    assert counted > 500
    assert near > 100  # some of them close to the threshold


@settings(deadline=None, max_examples=60)
@given(searches())
def test_the_fast_search_finds_what_plain_loops_find(case):
    gallery, probes, threshold = case
    fast = FastSearch(gallery, threads=1)
    for each in around(threshold):
        assert rows(fast.search(probes, each)) == loop_search(gallery, probes, each)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3 * TILE), st.sampled_from([0.0, 0.3, 0.5, 0.9]))
def test_several_tiles_several_threads_and_every_threshold_agree_with_the_oracle(seed, people, threshold):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((people, 16))
    vectors[rng.integers(0, people, 5)] = vectors[0]  # repeated, often in another tile
    vectors[rng.integers(0, people)] = np.eye(16)[3]  # one that spoils the common scale of its tile
    gallery = Gallery(vectors, rng.permutation(people) // 2)
    probes = np.vstack([rng.standard_normal((3 * FEW, 16)), vectors[rng.integers(0, people, 5)]])
    assert rows(FastSearch(gallery, threads=2).search(probes, threshold)) == rows(
        search(gallery, probes, threshold)
    )


def test_scores_a_hair_from_the_threshold_fall_on_the_oracles_side():
    for spread in (1e-7, 1e-9, 0.02):  # the last is about the width of the screen's bound
        mates, probes = planted(np.random.default_rng(3), 0.6 + np.linspace(-spread, spread, 200))
        gallery = Gallery(mates)
        fast = FastSearch(gallery)
        expected = search(gallery, probes, 0.6)
        assert rows(fast.search(probes, 0.6)) == rows(expected)
        for score in expected.score[:2]:
            for each in around(score):
                assert rows(fast.search(probes, each)) == rows(search(gallery, probes, each))


def test_most_of_the_bound_is_needed_where_errors_line_up():
    rng = np.random.default_rng(1)
    probes = unit_templates(rng.standard_normal((20_000, 3)))
    spared = []
    for seed in range(15):  # one person each: in few dimensions both errors often point the same way
        fast = FastSearch(Gallery(np.random.default_rng(seed).standard_normal((1, 3))), threads=1)
        exact = probes.astype(np.float64) @ fast.gallery.templates[0]
        for threshold in (0.5, 0.9, 0.99):
            suspects = fast.suspects(probes, threshold)[:, 0]
            assert suspects[exact >= threshold].all()
            spared.append(exact[~suspects].max() - threshold)
    assert max(spared) > -0.003  # a bound of about 0.01 that were smaller by 0.003 would have lost an alert


def test_the_bound_covers_the_exact_product_and_few_probes_need_a_second_look():
    rng = np.random.default_rng(4)
    gallery = Gallery(rng.standard_normal((2 * TILE, 512)))
    probes = unit_templates(rng.standard_normal((400, 512)))
    fast = FastSearch(gallery)
    best = (probes.astype(np.float64) @ gallery.templates.T).reshape(400, 2, TILE).max(axis=2)
    for threshold in (0.1, 0.12, 0.15):
        suspects = fast.suspects(probes, threshold)
        assert suspects[best >= threshold].all()
        assert not suspects[best < threshold - 0.06].any()  # at most twice a bound of 0.03
    assert fast.suspects(probes, 0.6).sum() == 0


def test_codes_are_within_half_a_step_of_the_rows():
    rng = np.random.default_rng(5)
    probes = unit_templates(rng.standard_normal((2000, 32)) ** 3)
    for levels in (127, 63):
        scales = np.abs(probes).max(axis=1) / np.float32(levels)
        whole = encode(probes, scales).astype(np.int64) - screen.ZERO
        assert np.abs(whole).max() == levels
        off = np.abs(probes / scales[:, None].astype(np.float64) - whole)
        assert off.max() <= 0.5 + 2**-15


def test_vectors_that_are_not_ready_are_scaled_and_bad_ones_refused_as_in_the_oracle():
    rng = np.random.default_rng(6)
    gallery = Gallery(rng.standard_normal((20, 8)), [f"p{number % 10}" for number in range(20)])
    fast, probes = FastSearch(gallery), 1e30 * rng.standard_normal((2000, 8))
    assert rows(fast.search(probes, 0.8)) == rows(search(gallery, probes, 0.8))
    assert rows(fast.search(probes[7], 0.1)) == rows(search(gallery, probes[7], 0.1))
    probes[1999] = 0
    with pytest.raises(ValueError, match="row 1999 cannot be compared"):
        fast.search(probes, 0.8)
    with pytest.raises(ValueError, match="width 8, got width 9"):
        fast.search(np.ones((2, 9)), 0.8)
    with pytest.raises(ValueError, match="finite and not negative"):
        fast.search(probes, -0.5)


def test_nobody_enrolled_and_nobody_passing_give_no_alerts():
    for gallery, probes in ((Gallery(np.empty((0, 4))), np.eye(4)), (Gallery(np.eye(4)), np.empty((0, 4)))):
        assert len(FastSearch(gallery).search(probes, 0.0)) == 0


def test_one_fast_search_serves_several_callers_at_once():
    rng = np.random.default_rng(7)
    gallery = Gallery(rng.standard_normal((600, 16)))
    fast = FastSearch(gallery, threads=2)
    batches = [rng.standard_normal((200, 16)) for _ in range(12)]
    with ThreadPoolExecutor(4) as callers:
        found = list(callers.map(lambda batch: rows(fast.search(batch, 0.8)), batches))
    assert found == [rows(search(gallery, batch, 0.8)) for batch in batches]
    assert sum(map(len, found)) > 20


@pytest.mark.parametrize("count", [1, 2, FEW, FEW + 1])
def test_a_few_probes_at_a_time_find_what_the_oracle_finds(count):
    rng = np.random.default_rng(count)
    people = 3 * TILE + 7  # a last tile that is not full
    gallery = Gallery(rng.standard_normal((people, 16)))
    probes, fast = rng.standard_normal((300, 16)), FastSearch(gallery, threads=2)
    parts = [probes[start : start + count] for start in range(0, len(probes), count)]
    found = [rows(fast.search(part, 0.75)) for part in parts]
    assert found == [rows(search(gallery, part, 0.75)) for part in parts]
    assert sum(map(len, found)) > 20


@pytest.fixture
def kernel(monkeypatch):
    """Replaces the machine's 8-bit product, and forgets what was found out about it before and after."""
    trusted_levels.cache_clear()
    yield lambda fake: monkeypatch.setattr(screen, "compiled", fake)
    trusted_levels.cache_clear()


def saturating(tiles, threads=1, maximum=True):
    """The product of x86 processors without VNNI: neighbours are added in 16 bits, and only then in 32."""

    def maxima(codes):
        best = []
        for tile in tiles:
            terms = codes[:, None, :].astype(np.int32) * tile[None].astype(np.int32)
            pairs = np.clip(terms[..., ::2] + terms[..., 1::2], -(2**15), 2**15 - 1)
            best.append((pairs.sum(axis=2) - screen.ZERO * tile.sum(axis=1, dtype=np.int32)).max(axis=1))
        return np.stack(best, axis=1)

    return maxima


def test_a_product_that_saturates_is_found_out_and_given_smaller_codes(kernel):
    kernel(saturating)
    assert trusted_levels(16) == 63
    rng = np.random.default_rng(8)
    gallery, probes = Gallery(rng.standard_normal((300, 16))), rng.standard_normal((60, 16))
    assert rows(FastSearch(gallery).search(probes, 0.6)) == rows(search(gallery, probes, 0.6)) != []


def test_a_product_that_is_wrong_is_refused(kernel):
    kernel(lambda tiles: lambda codes: np.zeros((len(codes), len(tiles)), np.int32))
    with pytest.raises(RuntimeError, match="not exact: use `search` instead"):
        FastSearch(Gallery(np.eye(16)))


def test_this_machine_passes_the_check_of_its_own_product():
    assert trusted_levels(512) in (127, 63)


@pytest.mark.parametrize("missing", ["onnxruntime", "onnx"])
def test_without_its_libraries_the_message_says_what_to_install(missing, monkeypatch, kernel):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportError, match="pip install onnxruntime onnx"):
        FastSearch(Gallery(np.eye(3)))


CHILD = """
import resource, sys
import numpy as np
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FastSearch
from pipeline.matching.search import search_stream
rng = np.random.default_rng(9)
fast = FastSearch(Gallery(rng.standard_normal((2000, 64))))
blocks = (rng.standard_normal((4096, 64), dtype=np.float32) for _ in range(int(sys.argv[1])))
print(sum(len(found) for found in search_stream(fast.search, blocks, 0.55)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_stream_of_twice_the_probes_needs_no_more_memory():
    def run(blocks):
        command = [sys.executable, "-c", CHILD, str(blocks)]
        found, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return int(found), int(peak)

    few, many = run(20), run(40)
    assert many[0] > few[0] > 0
    assert many[1] < few[1] + 12 * 1024  # KiB; twenty more blocks are 20 MiB of vectors and 625 MiB of scores
