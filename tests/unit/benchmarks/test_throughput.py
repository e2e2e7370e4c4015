"""The workings of the benchmark; what it times is never tested, for a busy machine is no fault."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from pipeline.benchmarks.throughput import approximate, compare, peaks, peers
from pipeline.benchmarks.throughput.national import National, alerts_of_block, watchlist
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths
from pipeline.matching.gallery import Gallery
from pipeline.matching.search import search
from pipeline.tools import bench as bench_module
from pipeline.tools import bench_national

SMALL = dataclasses.replace(
    compare.QUICK, galleries=(300,), batches=(1, 64), pool=200, mated_share=0.1, turn_seconds=0.001
)
HERE = [peer for peer in peers.PEERS if peer.package in (None, "numpy", "onnxruntime")]


@pytest.fixture(scope="module")
def faces():
    """A gallery, and probes of which a tenth belong to its people."""
    rng = np.random.default_rng(1)
    people = SMALL.population.identities(rng, 300)
    gallery = Gallery(SMALL.population.enrol(rng, people))
    return gallery, compare.draw_probes(SMALL, rng, people)


@pytest.mark.parametrize("peer", HERE, ids=lambda peer: peer.name)
@pytest.mark.parametrize("cells", [peers.CELLS, 1_500], ids=["one tile", "many tiles"])
def test_a_peer_finds_what_the_oracle_finds_however_its_memory_is_cut(faces, peer, cells, monkeypatch):
    monkeypatch.setattr(peers, "CELLS", cells)
    gallery, probes = faces
    agreed = peers.check(peer.name, peer.build(gallery.templates, 1), gallery, probes, 0.45)
    assert agreed > 15  # of twenty mated probes, and a few strangers


@pytest.mark.parametrize(
    "wrong",
    [
        lambda rows: np.where(rows >= 0, -1, rows),  # misses every alert
        lambda rows: np.where(rows < 0, 0, rows),  # raises one for everybody
        lambda rows: np.where(rows >= 0, rows + 1, rows),  # names somebody else
    ],
)
def test_a_peer_that_answers_otherwise_is_refused_before_it_is_timed(faces, wrong):
    gallery, probes = faces
    right = peers.numpy_float32(gallery.templates, 1)
    with pytest.raises(RecordError, match="does not find what the exact search finds"):
        peers.check("a peer", lambda some, threshold: wrong(right(some, threshold)), gallery, probes, 0.5)


def test_a_score_at_the_threshold_may_fall_on_either_side_of_rounding(faces):
    gallery, probes = faces
    threshold = float(search(gallery, probes, 0.5).score[0])
    for slack in (-1e-7, 1e-7):
        moved = peers.numpy_float32(gallery.templates, 1)
        peers.check("a peer", lambda some, at: moved(some, at + slack), gallery, probes, threshold)  # noqa: B023


@pytest.mark.parametrize("cells", [peers.CELLS, 1], ids=["one tile", "a row a tile"])
def test_the_first_of_equal_best_rows_is_named_and_a_score_at_the_threshold_counts(cells, monkeypatch):
    monkeypatch.setattr(peers, "CELLS", cells)
    twice = Gallery([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    for peer in HERE:
        decide = peer.build(twice.templates, 1)
        for threshold in (0.9, 1.0):
            assert decide(twice.templates, threshold).tolist() == [0, 0, 2], (peer.name, threshold)


def test_a_missing_library_is_an_error_that_says_what_installs_it():
    with pytest.raises(RecordError, match=r"no_such_library.*make bench"):
        peers.require("json", "no_such_library")


def test_every_library_is_timed_at_every_gallery_and_batch(monkeypatch):
    monkeypatch.setattr(compare, "PEERS", HERE)
    monkeypatch.setattr(peaks, "TURN_SECONDS", 0.001)
    monkeypatch.setattr(peaks, "READ_BYTES", 2**16)
    timed, best = compare.run_throughput(dataclasses.replace(SMALL, peak_shapes=((8, 16, 8),)), 2)
    assert len(timed) == len(HERE) * len(SMALL.batches)
    assert (timed["best_probes_per_second"] >= timed["median_probes_per_second"]).all()
    assert timed["alerts_agreed"].min() > 0
    assert best["kind"].tolist() == ["float32", "int8", "read"] and (best["value"] > 0).all()


def test_shares_of_the_peaks_are_those_worked_out_by_hand():
    rates = {"engine": [44_600.0], "a": [17_900.0], "numpy": [10_000.0]}
    beside = compare.shares(rates, ["a", "numpy"], [{"float32": 197.0, "int8": 780.0}], 2 * 512 * 10_000)
    # 44,600 x 2 x 512 x 10,000 operations are 456.7 G; over 780 that is 0.586
    assert beside["engine"]["share_of_int8_peak"] == pytest.approx(0.586, abs=5e-4)
    assert beside["a"]["share_of_float32_peak"] == pytest.approx(0.930, abs=5e-4)  # 183.3 G over 197
    assert [row["times_best_float32"] for row in beside.values()] == [2.49, 1.0, 0.56]
    assert [row["times_numpy"] for row in beside.values()] == [4.46, 1.79, 1.0]


def test_a_slow_round_moves_both_sides_of_a_ratio():
    rates = {"engine": [400.0, 40.0, 400.0], "numpy": [100.0, 10.0, 100.0], "slow": [20.0]}
    raw = [{"float32": rate, "int8": 4 * rate} for rate in (2e-4, 2e-5, 2e-4)]  # as slow, at the same time
    beside = compare.shares(rates, ["numpy", "slow"], raw, 1000)
    assert [beside[name]["times_numpy"] for name in rates] == [4.0, 1.0, 0.2]
    assert [beside[name]["share_of_int8_peak"] for name in rates] == [0.5, 0.125, 0.025]


def test_an_index_that_loses_alerts_is_seen_to_lose_them(monkeypatch):
    sizes = dataclasses.replace(SMALL, approximate_gallery=400, strangers=3000, mated=100)
    monkeypatch.setattr(approximate, "FALSE_AT", 0.45)

    def half_blind(gallery, threads):
        exact = peers.numpy_float32(gallery, threads)
        yield "exact", "all rows", exact
        yield "blind", "to the upper half", peers.numpy_float32(gallery[: len(gallery) // 2], threads)

    monkeypatch.setattr(approximate, "indexes", half_blind)
    table = approximate.run_approximate(sizes, 1)
    assert table["alerts"].tolist() == 2 * ["true alerts", "false alerts"]
    exact, blind = table[:2], table[2:]
    assert (exact["kept"] == exact["exact"]).all() and exact["exact"].min() > 20
    assert blind["share"].between(0.3, 0.7).all()  # half of the people are out of its sight
    assert ((blind["low"] < 0.5) & (blind["high"] > 0.5)).all()


RUN = National(faces=3000, entries=150, thresholds=(0.45, 0.5), faces_a_block=1200)


def test_a_block_finds_what_the_oracle_finds_among_the_same_faces(monkeypatch):
    monkeypatch.setattr("pipeline.benchmarks.throughput.national.CHUNK", 500)  # cut within the block
    rng = np.random.default_rng([RUN.seed, 2])
    faces = np.vstack([RUN.population.strangers(rng, count) for count in (500, 100)])
    expected = search(watchlist(RUN).gallery, faces, 0.45)
    found = alerts_of_block(2, RUN)
    assert found["faces"] == 600  # 3,000 less two blocks of 1,200
    assert [row[0] for row in found["alerts"]] == expected.probe.tolist()
    assert [row[2] for row in found["alerts"]] == expected.score.tolist()


def test_the_decade_and_the_year_are_added_up_as_by_hand():
    cost = {"draw_seconds": 1, "search_seconds": 4, "draw_cpu_seconds": 2, "search_cpu_seconds": 7.2}
    blocks = [
        {"faces": 1200, "alerts": [[0, 1, 0.46], [5, 2, 0.5]], "cost": cost | {"peak_bytes": 3e8}},
        {"faces": 800, "alerts": [[7, 3, 0.49]], "cost": cost | {"peak_bytes": 4e8}},
    ]
    run = dataclasses.replace(RUN, faces=2000)
    decade = bench_national.of_decade(run, blocks)
    value = decade.set_index("measure")["value"]
    assert (value["alerts at 0.45"], value["alerts at 0.50"]) == (3, 1)
    assert (value["faces a second"], value["faces searched a second"]) == (200, 250)
    assert value["CPU-hours of searching"] == 0.004  # 14.4 s
    assert value["peak memory"] == 400
    assumed = {"forces": 43, "pounds_per_cpu_hour": [0.02, 0.10]}
    year = bench_national.of_year(decade, 5e6, 180e6, assumed).set_index("measure")
    # 0.004 h for 2,000 faces are 10 h for 5 million and 360 h for 180 million
    assert year.loc["CPU-hours of searching", ["low", "high"]].tolist() == [10, 360]
    assert year.loc["cost of searching", ["low", "high"]].tolist() == [0.2, 36]
    assert year.loc["hours of this machine", ["low", "high"]].tolist() == [5.556, 200]


def test_a_quick_run_of_the_decade_writes_its_table_elsewhere_and_leaves_no_blocks(tmp_path, monkeypatch):
    paths = Paths(tmp_path)
    paths.reference.mkdir(parents=True)
    paths.derived.mkdir(parents=True)
    (paths.reference / "assumptions.yaml").write_text(
        "national_run: {forces: 43, watchlist_entries: 100, thresholds: [0.5, 0.6],"
        " pounds_per_cpu_hour: [1, 2]}\n"
    )
    claims = [{"id": "LW04", "value_claimed": 13_300_000}, {"id": "PC76", "value_claimed": 5_000_000}]
    (paths.derived / "claims.json").write_text(json.dumps(claims))
    (paths.derived / "measures_by_year.csv").write_text("group,measure,value\n2025,faces_scanned,4220097\n")
    monkeypatch.setattr(bench_national, "QUICK_FACES", 2000)
    bench_module.bench(paths, "national", quick=True)
    table = pd.read_csv(tmp_path / ".cache" / "bench_quick" / "national.csv").set_index("measure")
    assert table.loc["faces", "value"] == 2000
    assert table.loc["faces a year", "high"] == 43 * 4_220_097
    assert not (tmp_path / "data" / "bench").exists()
    assert not list((tmp_path / ".cache" / "benchmarks").rglob("*.json"))
    with pytest.raises(RecordError, match="no such part"):
        bench_module.bench(paths, "everything", quick=True)
