"""The same crowd under every force's settings: who is flagged, who is missed, and what makes the difference.

One list is drawn; a shorter list is its first people, so that everybody on a short list stands on each
longer one. The same strangers and the same listed people pass before all of them. Only forces whose vendor
is NEC and whose threshold is printed have a row of their own, because scores of other vendors stand on
another scale. The people are synthetic: an NPL-anchored scenario, not NeoFace.
"""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.benchmarks.model.anchors import read_anchors
from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.running.tables import tidy, with_share
from pipeline.benchmarks.same_crowd.compare import per_setting, ratios
from pipeline.benchmarks.same_crowd.settings import read_choices, read_settings
from pipeline.benchmarks.what_if.benchmark import rates_by_threshold
from pipeline.core.params import BenchmarkParams
from pipeline.core.paths import Paths
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FastSearch
from pipeline.matching.search import search

BLOCKS = 2
LIST_DRAW, CROWD_DRAW = 61, 62  # names of the random streams


def run(paths: Paths, params: BenchmarkParams, runner: Runner) -> dict[str, pd.DataFrame]:
    """Let the crowd pass and count: same_crowd, same_crowd_ratios and same_crowd_grid."""
    choices, anchors = read_choices(paths), read_anchors(paths)
    settings = read_settings(paths, choices)
    sizes, thresholds = sorted(set(settings["people"])), sorted(set(settings["threshold"]))
    crowd = choices["crowd"]
    work = partial(
        pass_by, params.seed, sizes, thresholds, crowd["strangers"] // BLOCKS, crowd["listed"] // BLOCKS
    )
    grid = counted(runner.run(work, BLOCKS, "same-crowd"), sizes, thresholds)
    rates = rates_by_threshold(Population(), anchors)
    table = per_setting(settings, grid, rates, choices["share"]["listed_per_100000"])
    made = {
        "same_crowd": table,
        "same_crowd_ratios": ratios(table, anchors),
        "same_crowd_grid": grid,
    }
    return {name: tidy(made[name]) for name in made}


def pass_by(
    seed: int, sizes: list[int], thresholds: list[float], strangers: int, listed: int, block: int
) -> dict[str, Any]:
    """Let one block of the crowd pass before every list.

    Returns:
        `alerts`: one row a list size and one column a threshold, how many strangers alerted. `found`: one a
        threshold, how many listed people alerted as themselves on the longest list, where somebody else is
        likeliest to score higher. `strangers` and `listed`: how many passed.
    """
    population, crowd = Population(), draw_lists(seed, tuple(sizes))
    rng = np.random.default_rng([seed, CROWD_DRAW, block])
    passing = population.strangers(rng, strangers)
    who = rng.integers(sizes[0], size=listed)  # on the shortest list, and so on every other
    mates = crowd.fast.search(population.captures(rng, crowd.identities[who]), thresholds[0])
    near = passing[crowd.fast.search(passing, thresholds[0]).probe]
    own = mates.score[mates.identifier == who[mates.probe]]
    # Only who alerts on the longest list can alert on a part of it.
    scores = [search(gallery, near, thresholds[0]).score for gallery in crowd.lists]
    return {
        "alerts": [at_or_above(of_list, thresholds) for of_list in scores],
        "found": at_or_above(own, thresholds),
        "strangers": strangers,
        "listed": listed,
    }


@dataclass(frozen=True)
class Lists:
    """Identities on the shortest list; the lists, each holding the one before; the longest, searched fast."""

    identities: NDArray[np.float64]
    lists: list[Gallery]
    fast: FastSearch


@lru_cache(maxsize=1)
def draw_lists(seed: int, sizes: tuple[int, ...]) -> Lists:
    """Draw the longest list, the last of `sizes`, and cut the others from its beginning."""
    rng, population = np.random.default_rng([seed, LIST_DRAW]), Population()
    identities = population.identities(rng, sizes[-1])
    whole = Gallery(population.enrol(rng, identities))
    lists = [Gallery(whole.templates[:size]) for size in sizes]
    return Lists(identities[: sizes[0]], lists, FastSearch(whole, threads=1))


def at_or_above(scores: NDArray[np.float64], thresholds: list[float]) -> list[int]:
    """How many scores reach each threshold.

    Example:
        >>> at_or_above(np.array([0.5, 0.6, 0.7]), [0.6, 0.65])
        [2, 1]
    """
    return [int((scores >= threshold).sum()) for threshold in thresholds]


def counted(results: list[dict[str, Any]], sizes: list[int], thresholds: list[float]) -> pd.DataFrame:
    """Counts beside closed forms, a row for each list and threshold, whether a force uses the pair or not."""
    alerts, found = (np.sum([result[key] for result in results], axis=0) for key in ("alerts", "found"))
    strangers, listed = (sum(result[key] for result in results) for key in ("strangers", "listed"))
    population = Population()
    rows = [
        {
            "people": size,
            "threshold": threshold,
            "fpir_closed": population.fpir(threshold, size).item(),
            "events": int(alerts[row, column]),
            "trials": strangers,
            "tpir_closed": population.tpir(threshold).item(),
            "found": int(found[column]),
            "passages": listed,
        }
        for row, size in enumerate(sizes)
        for column, threshold in enumerate(thresholds)
    ]
    table = with_share(pd.DataFrame(rows), "events", "trials", "fpir")
    return with_share(table, "found", "passages", "tpir")
