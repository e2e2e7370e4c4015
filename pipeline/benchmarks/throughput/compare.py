"""Probes a second of the engine and its peers in one run, and which alerts approximate indexes lose.

Timings depend on the machine and the moment, so they never stand among the deterministic tables. The
libraries and the raw products of the machine take turns within a round, and what is divided was timed in the
same round, so that a slow moment of a shared machine moves both sides of a ratio.
"""

import statistics
import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.throughput.peaks import SHAPES, Products, measure_reading
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
        peak_turns: Turns of each raw product in the search for the fastest.
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
    """Time every peer, and the fastest raw products, at every gallery and batch.

    Returns:
        One row a peer, gallery and batch, see `shares`, and the alerts agreed with the oracle; and one row a
        peak: raw products in float32 and int8, and memory read.

    Raises:
        RecordError: if a peer is missing or does not find what the oracle finds.
    """
    products = Products(threads, sizes.peak_turns, sizes.peak_shapes)
    rows = [row for gallery in sizes.galleries for row in _time_gallery(sizes, gallery, threads, products)]
    peaks = products.peaks()
    usual = {peak.kind: peak.median * 1e9 / (2 * sizes.population.width) for peak in peaks}
    timings = pd.DataFrame(rows)
    timings["float32_ceiling"] = (usual["float32"] / timings["gallery"]).round()
    timings["int8_ceiling"] = (usual["int8"] / timings["gallery"]).round()
    return timings, pd.DataFrame([*peaks, measure_reading(threads, sizes.peak_turns)])


def shares(
    rates: dict[str, list[float]], floats: list[str], raw: list[dict[str, float]], operations: int
) -> dict[str, dict[str, float]]:
    """Set each library beside the machine's raw products and beside its peers, round by round.

    Args:
        rates: Probes a second of each library, one a round; a slow library may have fewer.
        floats: The libraries that search in float32 alone.
        raw: Thousand millions of operations a second of the raw products, one a round.
        operations: Of the plain product, a probe.

    Returns:
        For each library the medians over its rounds of: its share of the raw float32 and int8 product of the
        same round; its rate over that of the best float32 library (by median) and of numpy.

    Example:
        >>> both = {"engine": [300.0, 100.0, 330.0], "numpy": [100.0, 50.0, 110.0]}  # a slow second round
        >>> raw = 3 * [{"float32": 1.0, "int8": 5.0}]
        >>> shares(both, ["numpy"], raw, 10**6)["engine"]["times_numpy"]  # 3, 2 and 3
        3.0
    """
    best = max(floats, key=lambda name: statistics.median(rates[name]))

    def middle(ours: list[float], theirs: list[float], digits: int) -> float:
        return round(statistics.median(a / b for a, b in zip(ours, theirs, strict=False)), digits)

    return {
        name: {
            **{
                f"share_of_{kind}_peak": middle(ours, [at[kind] * 1e9 / operations for at in raw], 3)
                for kind in ("float32", "int8")
            },
            "times_best_float32": middle(ours, rates[best], 2),
            "times_numpy": middle(ours, rates["numpy"], 2),
        }
        for name, ours in rates.items()
    }


def _time_gallery(sizes: Sizes, size: int, threads: int, products: Products) -> list[dict]:
    rng = np.random.default_rng([sizes.seed, size])
    people = sizes.population.identities(rng, size)
    gallery = Gallery(sizes.population.enrol(rng, people))
    probes = draw_probes(sizes, rng, people)
    deciders, agreed = {}, {}
    for peer in PEERS:
        deciders[peer.name] = peer.build(gallery.templates, threads)
        agreed[peer.name] = check(peer.name, deciders[peer.name], gallery, probes[:CHECKED], sizes.threshold)
    log.info("%d templates: every library finds the oracle's %d alerts", size, agreed[peer.name])
    rates = {batch: {peer.name: [] for peer in PEERS} for batch in sizes.batches}
    raw: dict[int, list[dict[str, float]]] = {batch: [] for batch in sizes.batches}
    spent: Counter = Counter()
    for turn in range(sizes.rounds):
        for batch in sizes.batches:
            for name, done in rates[batch].items():
                if not done or spent[batch, name] < sizes.budget_seconds:
                    rate, seconds = _take_turn(deciders[name], probes, batch, turn, sizes)
                    done.append(rate)
                    spent[batch, name] += seconds
            raw[batch].append(products.turn())
    floats = [peer.name for peer in PEERS if peer.precision == "float32"]
    rows = []
    for batch, done in rates.items():
        beside = shares(done, floats, raw[batch], 2 * sizes.population.width * size)
        rows += [
            {
                "library": peer.name,
                "version": peer.version,
                "precision": peer.precision,
                "gallery": size,
                "batch": batch,
                "turns": len(done[peer.name]),
                "best_probes_per_second": float(f"{max(done[peer.name]):.4g}"),
                "median_probes_per_second": float(f"{statistics.median(done[peer.name]):.4g}"),
                "alerts_agreed": agreed[peer.name],
                **beside[peer.name],
            }
            for peer in PEERS
        ]
    return rows


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
