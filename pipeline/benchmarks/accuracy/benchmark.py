"""Accuracy and thresholds: what the engine reports of strangers and of listed people, on synthetic templates.

Strangers pass before one watchlist of 10,000 people and, the same comparisons regrouped, before ten lists of
1,000. Every search runs once, at the lowest threshold: an alert carries its exact score, so higher thresholds
only count. In half of the blocks the oracle searches too: for strangers one of the ten lists, for listed
people the whole list. Thresholds are set on that half and checked on the other. Nothing here measures a real
system: the population is a scenario anchored on published figures.
"""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.benchmarks.accuracy import counting
from pipeline.benchmarks.accuracy.counting import LIST, LISTS, THRESHOLDS, verification_thresholds
from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.running.tables import tidy
from pipeline.core.params import BenchmarkParams
from pipeline.core.paths import Paths
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FastSearch
from pipeline.matching.search import Alerts, search

BLOCK = 50_000  # strangers searched between two moments at which a run can be stopped and resumed
VERIFIED = 200  # strangers of each block that are searched at those low thresholds, where nearly all alert
LIST_DRAW, BLOCK_DRAW = 1, 2  # names of the random streams; [seed, 0] would be the stream of the bare seed


@dataclass(frozen=True)
class Watchlist:
    """The list of the benchmark: identities (LIST, k), the whole gallery and its ten parts, by row number."""

    identities: NDArray[np.float64]
    whole: Gallery
    fast: FastSearch
    parts: tuple[Gallery, ...]


def run(paths: Paths, params: BenchmarkParams, runner: Runner) -> dict[str, pd.DataFrame]:
    """Search all blocks and count: six tables by name, each made by the function of that name."""
    blocks = 2 * max(1, -(-params.non_mated_probes // (2 * BLOCK)))  # an even number: two halves
    work = partial(search_block, params.seed, params.non_mated_probes, params.mated_probes, blocks)
    results = runner.run(work, blocks, "accuracy")
    population = Population()
    points = counting.operating_points(results, population)
    reference = pd.read_csv(paths.reference / "operating_points.csv")
    tables = {
        "operating_points": points,
        "agreement": counting.agreement(results),
        "calibration": counting.calibration(results, population),
        "verification": counting.verification(results, population),
        "det": counting.det(points, population, reference),
        "published_points": counting.published_points(reference),
    }
    return {name: tidy(table) for name, table in tables.items()}


def search_block(seed: int, strangers: int, mated: int, blocks: int, number: int) -> dict[str, Any]:
    """Search one block's share of strangers and listed people; returns counts and scores of alerts only."""
    population, watchlist = Population(), draw_watchlist(seed)
    rng = np.random.default_rng([seed, BLOCK_DRAW, number])
    probes = population.strangers(rng, _share(strangers, blocks, number))
    people = rng.integers(LIST, size=_share(mated, blocks, number))
    passages = population.captures(rng, watchlist.identities[people])
    alerts = watchlist.fast.search(probes, THRESHOLDS[0])
    found = watchlist.fast.search(passages, THRESHOLDS[0])
    result = {
        "strangers": len(probes),
        "scores": {
            "whole": alerts.score.tolist(),
            "parts": _scores_in_parts(watchlist, probes[alerts.probe]),
        },
        "listed": len(passages),
        "found": {
            "whole": outcomes(found, people),
            "parts": _outcomes_in_parts(watchlist, passages, people),
        },
        "verified": _verified(watchlist, probes[:VERIFIED]),
    }
    if number % 2 == 0:
        part = watchlist.parts[number // 2 % LISTS]
        result["agreement"] = {
            "strangers": compare(
                search(part, probes, THRESHOLDS[0]), FastSearch(part, threads=1).search(probes, THRESHOLDS[0])
            ),
            "listed people": compare(search(watchlist.whole, passages, THRESHOLDS[0]), found),
        }
    return result


@lru_cache(maxsize=1)
def draw_watchlist(seed: int) -> Watchlist:
    """Draw the people of the list and enrol one image of each; the same in every block and process."""
    rng = np.random.default_rng([seed, LIST_DRAW])
    population = Population()
    identities = population.identities(rng, LIST)
    whole = Gallery(population.enrol(rng, identities))
    rows = np.array_split(np.arange(LIST), LISTS)
    parts = tuple(Gallery(whole.templates[part], part) for part in rows)
    fast = FastSearch(whole, threads=1)  # the runner works on a block for each processor
    return Watchlist(identities, whole, fast, parts)


def compare(oracle: Alerts, fast: Alerts) -> dict[str, int]:
    """Count what two searches of the same probes agree on: an alert, on whom, and its score to the bit.

    Example:
        >>> one = Alerts(np.array([4, 7]), np.array([1, 2]), np.array([0.7, 0.6]))
        >>> other = Alerts(np.array([4, 9]), np.array([1, 2]), np.array([0.7, 0.6]))
        >>> compare(one, other)
        {'oracle': 2, 'fast': 2, 'same_probe': 1, 'same_identity': 1, 'same_score': 1}
    """
    _, a, b = np.intersect1d(oracle.probe, fast.probe, return_indices=True)
    identity = oracle.identifier[a] == fast.identifier[b]
    score = oracle.score[a] == fast.score[b]
    return {
        "oracle": len(oracle),
        "fast": len(fast),
        "same_probe": len(a),
        "same_identity": int(identity.sum()),
        "same_score": int((identity & score).sum()),
    }


def _share(total: int, blocks: int, number: int) -> int:
    """What falls to one block when `total` is dealt out as evenly as can be."""
    return total * (number + 1) // blocks - total * number // blocks


def _scores_in_parts(watchlist: Watchlist, probes: NDArray[np.float32]) -> list[float]:
    """Scores of all alerts on the ten short lists; only who alerted on the whole can alert on a part."""
    return [score for part in watchlist.parts for score in search(part, probes, THRESHOLDS[0]).score.tolist()]


def outcomes(alerts: Alerts, people: NDArray[np.int64]) -> dict[str, list[int]]:
    """At each threshold, how many listed people alerted as themselves and how many as somebody else."""
    right = alerts.identifier == people[alerts.probe]
    return {
        "right": _counts_at(alerts.score[right], THRESHOLDS),
        "wrong": _counts_at(alerts.score[~right], THRESHOLDS),
    }


def _outcomes_in_parts(
    watchlist: Watchlist, passages: NDArray[np.float32], people: NDArray[np.int64]
) -> dict[str, list[int]]:
    """The same, each person searched in the one short list that holds them."""
    held = [np.isin(people, part.identifiers) for part in watchlist.parts]
    counts = [
        outcomes(search(part, passages[mine], THRESHOLDS[0]), people[mine])
        for part, mine in zip(watchlist.parts, held, strict=True)
    ]
    return {key: np.sum([count[key] for count in counts], axis=0).tolist() for key in ("right", "wrong")}


def _verified(watchlist: Watchlist, probes: NDArray[np.float32]) -> dict[str, Any]:
    """How many strangers alert at thresholds made for one-to-one comparison."""
    thresholds = verification_thresholds()
    scores = search(watchlist.whole, probes, thresholds[0]).score
    return {"probes": len(probes), "alerts": _counts_at(scores, thresholds)}


def _counts_at(scores: NDArray[np.float64], thresholds: tuple[float, ...]) -> list[int]:
    return [int(np.sum(np.asarray(scores) >= threshold)) for threshold in thresholds]


def trial(people: int, passers_by: int, threshold: float, seed: int) -> pd.DataFrame:
    """Draw a list, let strangers and then listed people pass, and count: a small run to play with.

    Args:
        people: On the list, 1 or more.
        passers_by: Strangers, and as many passages of listed people.
        threshold: Of alerts.
        seed: Of every draw.
    """
    population, rng = Population(), np.random.default_rng(seed)
    identities = population.identities(rng, people)
    gallery = Gallery(population.enrol(rng, identities))
    who = rng.integers(people, size=passers_by)
    false = search(gallery, population.strangers(rng, passers_by), threshold)
    true = search(gallery, population.captures(rng, identities[who]), threshold)
    right = int(np.sum(true.identifier == who[true.probe]))
    expected = np.array([population.fpir(threshold, people), population.tpir(threshold)]) * passers_by
    return pd.DataFrame(
        {
            "who passed": ["strangers", "listed people"],
            "passages": passers_by,
            "alerts on themselves": [0, right],
            "alerts on somebody else": [len(false), len(true) - right],
            "alerts expected": expected.round(1),
        }
    )
