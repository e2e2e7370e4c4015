"""Probes a second of the engine and its peers in one run, and which alerts approximate indexes lose.

Timings depend on the machine and the moment, so they never stand among the deterministic tables. The
libraries take turns within a round, so that a busy moment meets all of them; the best turn is the least
disturbed.
"""

import statistics
import time
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.throughput.peaks import SHAPES, Peak, measure_peaks
from pipeline.benchmarks.throughput.peers import PEERS, Decide, check
from pipeline.core.log import get_logger
from pipeline.matching.gallery import Gallery

log = get_logger("throughput")

CHECKED = 4096  # probes on which each library must find what the oracle finds


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    Args:
        galleries: Numbers of templates.
        batches: Probes handed over at a time.
        rounds: Turns of each library at each gallery and batch, as long as `budget_seconds` lasts.
        turn_seconds: Shortest turn; a single call may take longer.
        budget_seconds: No further turns of one library at one gallery and batch once they took so long.
        pool: Different probes, used in turn.
        mated_share: Share of them that belong to people in the gallery.
        threshold: Of the decision.
        peak_turns: Turns of each raw product, before each gallery and after the last.
        peak_shapes: Shapes of the raw products.
        approximate_gallery: Templates in the indexes that are searched approximately.
        strangers: Probes from which false alerts are looked for in these,
        mated: and from which true ones are.
        seed: Of galleries and probes.
    """

    galleries: tuple[int, ...] = (1_000, 10_000, 100_000)
    batches: tuple[int, ...] = (1, 64, 4_096)
    rounds: int = 9
    turn_seconds: float = 0.25
    budget_seconds: float = 20.0
    pool: int = 16_384
    mated_share: float = 0.01
    threshold: float = 0.60
    peak_turns: int = 2
    peak_shapes: tuple[tuple[int, int, int], ...] = SHAPES
    approximate_gallery: int = 100_000
    strangers: int = 20_000
    mated: int = 5_000
    seed: int = 20230405
    population: Population = field(default_factory=Population)


QUICK = Sizes(
    galleries=(200, 1_000),
    batches=(1, 64, 4_096),
    rounds=2,
    turn_seconds=0.02,
    budget_seconds=1.0,
    pool=4_096,
    peak_turns=1,
    peak_shapes=((256, 512, 1024),),
    approximate_gallery=2_000,
    strangers=2_000,
    mated=300,
)


def run_throughput(sizes: Sizes, threads: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Time every peer at every gallery and batch, and the machine's peaks before, between and after.

    Returns:
        One row a peer, gallery and batch: probes a second (best and median of the turns), share of the peaks
        (operations of the plain product, 2 x width x gallery a probe, over the peak), alerts agreed with the
        oracle; and one row a peak.

    Raises:
        RecordError: if a peer is missing or does not find what the oracle finds.
    """
    rows, peaks = [], []
    for gallery in sizes.galleries:
        peaks.append(measure_peaks(threads, sizes.peak_turns, sizes.peak_shapes))
        rows += _time_gallery(sizes, gallery, threads)
    peaks.append(measure_peaks(threads, sizes.peak_turns, sizes.peak_shapes))
    best = [max(of_kind, key=lambda peak: peak.value) for of_kind in zip(*peaks, strict=True)]
    return add_shares(pd.DataFrame(rows), best, sizes.population.width), pd.DataFrame(best)


def add_shares(rows: pd.DataFrame, peaks: list[Peak], width: int) -> pd.DataFrame:
    """Set probes a second beside what the peaks would allow, and the engine beside the best float32 library.

    Medians are compared with medians: on a shared machine a lucky turn can outrun the peak of unlucky ones.

    Example:
        >>> rows = pd.DataFrame({"library": ["a"], "precision": ["float32"], "gallery": [1000], "batch": [1]})
        >>> rows = rows.assign(median_probes_per_second=1e5)  # of 1,024,000 operations: 102.4 billion/s
        >>> peaks = [Peak("float32", 0, 204.8, "", "", "", 1), Peak("int8", 0, 409.6, "", "", "", 1)]
        >>> add_shares(rows, peaks, 512)[["share_of_float32_peak", "share_of_int8_peak"]].values.tolist()
        [[0.5, 0.25]]
    """
    per_second = {peak.kind: peak.median * 1e9 / (2 * width * rows["gallery"]) for peak in peaks}
    usual = rows["median_probes_per_second"]
    floats = rows[rows["precision"] == "float32"]
    numpys = rows[rows["library"] == "numpy"]

    def times(others: pd.DataFrame) -> pd.Series:
        theirs = others.groupby(["gallery", "batch"])["median_probes_per_second"].max().rename("theirs")
        return (usual / rows.join(theirs, on=["gallery", "batch"])["theirs"]).round(2)

    return rows.assign(
        float32_ceiling=per_second["float32"].round(),
        int8_ceiling=per_second["int8"].round(),
        share_of_float32_peak=(usual / per_second["float32"]).round(3),
        share_of_int8_peak=(usual / per_second["int8"]).round(3),
        times_best_float32=times(floats),
        times_numpy=times(numpys),
    )


def _time_gallery(sizes: Sizes, size: int, threads: int) -> list[dict]:
    rng = np.random.default_rng([sizes.seed, size])
    people = sizes.population.identities(rng, size)
    gallery = Gallery(sizes.population.enrol(rng, people))
    probes = draw_probes(sizes, rng, people)
    deciders, agreed = {}, {}
    for peer in PEERS:
        deciders[peer] = peer.build(gallery.templates, threads)
        agreed[peer] = check(peer.name, deciders[peer], gallery, probes[:CHECKED], sizes.threshold)
    log.info("%d templates: every library finds the oracle's %d alerts", size, agreed[peer])
    rates: dict[tuple, list[float]] = {(batch, peer): [] for batch in sizes.batches for peer in PEERS}
    spent = dict.fromkeys(rates, 0.0)
    for turn in range(sizes.rounds):
        for (batch, peer), done in rates.items():
            if not done or spent[batch, peer] < sizes.budget_seconds:
                rate, seconds = _take_turn(deciders[peer], probes, batch, turn, sizes)
                done.append(rate)
                spent[batch, peer] += seconds
    return [
        {
            "library": peer.name,
            "version": peer.version,
            "precision": peer.precision,
            "gallery": size,
            "batch": batch,
            "turns": len(done),
            "best_probes_per_second": float(f"{max(done):.4g}"),
            "median_probes_per_second": float(f"{statistics.median(done):.4g}"),
            "alerts_agreed": agreed[peer],
        }
        for (batch, peer), done in rates.items()
    ]


def draw_probes(sizes: Sizes, rng: np.random.Generator, people: np.ndarray) -> np.ndarray:
    """Passages of strangers with a few of listed people spread among them: (pool, width) float32."""
    probes = sizes.population.strangers(rng, sizes.pool)
    places = np.linspace(0, sizes.pool - 1, max(1, round(sizes.pool * sizes.mated_share)), dtype=int)
    probes[places] = sizes.population.captures(rng, people[rng.integers(0, len(people), len(places))])
    return probes


def _take_turn(
    decide: Decide, probes: np.ndarray, batch: int, turn: int, sizes: Sizes
) -> tuple[float, float]:
    """Probes a second over one turn, and the seconds it took with its warming up."""
    batches = [probes[start : start + batch] for start in range(0, len(probes) - batch + 1, batch)]
    place, done, begun = turn * 7919, 0, time.perf_counter()  # another place of the pool in every turn
    decide(batches[place % len(batches)][:64], sizes.threshold)  # wake its threads, at little cost
    start = time.perf_counter()
    while (seconds := time.perf_counter() - start) < sizes.turn_seconds or not done:
        place, done = place + 1, done + batch
        decide(batches[place % len(batches)], sizes.threshold)
    return done / seconds, time.perf_counter() - begun
