"""Watchlist size: false alerts and identifications on lists of a thousand to a million people.

The same passages are compared with one million listed people, block by block. The million makes a thousand
lists of a thousand, or a hundred of ten thousand, so the same comparisons serve every size. The best score
against a list is the best of its parts' best scores.

A score is the same whichever of the two templates is called the probe. So the engine is made ready for the
passages, once, and screens the listed people's images against them; that is a third of the work of preparing
a hundred lists for a few thousand passages each.
"""

from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.running.tables import tidy, with_share
from pipeline.core.params import BenchmarkParams
from pipeline.core.paths import Paths
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import BLOCK, TILE, FastSearch
from pipeline.matching.search import exact_score, margin, search
from pipeline.matching.templates import Templates, unit_templates

THRESHOLDS = (0.52, 0.56, 0.60, 0.64)
SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
PART, PARTS, BLOCKS = 1_000, 10, 100  # people in a part, parts in a block, blocks
STRANGERS = 1_000  # one passage of a stranger here for so many in the accuracy benchmark
MATED = 40  # and one of a listed person for so many
MATES_DRAW, IMAGES_DRAW, PASSAGE_DRAW = 3, 4, 5  # names of the random streams


def run(paths: Paths, params: BenchmarkParams, runner: Runner) -> dict[str, pd.DataFrame]:
    """Compare and count; returns the tables watchlist_size and rank_one."""
    strangers, mated = params.non_mated_probes // STRANGERS, params.mated_probes // MATED
    work = partial(search_block, params.seed, strangers, mated)
    results = runner.run(work, BLOCKS, "watchlist-size")
    tables = {
        "watchlist_size": false_alerts(results, strangers),
        "rank_one": identifications(results, mated),
    }
    return {name: tidy(table) for name, table in tables.items()}


# --- Searching


def search_block(seed: int, strangers: int, mated: int, number: int) -> dict[str, Any]:
    """Compare all passages with the ten thousand people of one block, in parts of a thousand.

    Returns:
        Columns of the alerts: the part of the list, the passage, the score and, of listed
        people, whether it is themselves. All mates stand in the first part of the first block.
    """
    images = unit_templates(draw_images(seed, number))
    best = best_in_parts(close_pairs(engine(seed, strangers, mated), images, THRESHOLDS[0]))
    part, listed = best["part"] + number * PARTS, best["passage"] >= strangers
    passage = best["passage"] - strangers * listed
    own = (best["image"] == passage % PART) & (number == 0)
    columns = {"part": part, "passage": passage, "score": best["score"]}
    return {
        "strangers": {name: column[~listed].tolist() for name, column in columns.items()},
        "listed": {name: column[listed].tolist() for name, column in (columns | {"own": own}).items()},
    }


def close_pairs(fast: FastSearch, images: Templates, threshold: float) -> pd.DataFrame:
    """Every pair of an image and a passage that scores at least the threshold, settled exactly.

    Args:
        fast: The engine, its gallery the passages.
        images: (n, width) of unit length.
        threshold: Of alerts.

    Returns:
        image and passage, both numbered from 0, and score.
    """
    passages, slack = fast.gallery.templates, margin(fast.gallery.width)
    blocks = range(0, len(images), BLOCK)
    suspects = np.vstack([fast.suspects(images[start : start + BLOCK], threshold) for start in blocks])
    found = [np.zeros((0, 2), np.int64)]
    for tile, suspected in enumerate(suspects.T):
        rows, first = np.flatnonzero(suspected), tile * TILE
        near = np.argwhere(images[rows] @ passages[first : first + TILE].T >= threshold - slack)
        found.append(np.column_stack([rows[near[:, 0]], first + near[:, 1]]))
    image, passage = np.vstack(found).T
    exact = [exact_score(images[one], passages[other]) for one, other in zip(image, passage, strict=True)]
    pairs = pd.DataFrame({"image": image, "passage": passage, "score": np.array(exact, np.float64)})
    return pairs[pairs["score"] >= threshold]


def best_in_parts(pairs: pd.DataFrame) -> pd.DataFrame:
    """The best image of each part of the list for each passage, by part and passage; the first of equals."""
    pairs = pairs.assign(part=pairs["image"] // PART)
    ordered = pairs.sort_values(["part", "passage", "score", "image"], ascending=[True, True, False, True])
    return ordered.drop_duplicates(["part", "passage"])


@lru_cache(maxsize=1)
def engine(seed: int, strangers: int, mated: int) -> FastSearch:
    """The engine made ready for all passages: those of strangers, then those of listed people."""
    return FastSearch(Gallery(np.vstack(draw_passages(seed, strangers, mated))), threads=1)


@lru_cache(maxsize=1)
def draw_mates(seed: int) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """The first thousand people of the list: their identities and one enrolled image of each."""
    rng, population = np.random.default_rng([seed, MATES_DRAW]), Population()
    identities = population.identities(rng, PART)
    return identities, population.enrol(rng, identities)


def draw_images(seed: int, number: int) -> NDArray[np.float32]:
    """Enrolled images of the ten thousand people of a block.

    Who never passes needs no identity: an image of a random person is a random direction.
    """
    images = Population().strangers(np.random.default_rng([seed, IMAGES_DRAW, number]), PART * PARTS)
    if number == 0:
        images[:PART] = draw_mates(seed)[1]
    return images


def draw_passages(seed: int, strangers: int, mated: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Passages of strangers, and of the first thousand listed people in turn; the same for every block."""
    rng, population = np.random.default_rng([seed, PASSAGE_DRAW]), Population()
    identities = draw_mates(seed)[0][np.arange(mated) % PART]
    return population.strangers(rng, strangers), population.captures(rng, identities)


# --- Counting


def false_alerts(results: list[dict], strangers: int) -> pd.DataFrame:
    """FPIR(N, T): closed form, the straight line N x FMR, and counts, for each threshold and list size."""
    alerts = _gather(results, "strangers")
    population = Population()
    rows = [
        {
            "threshold": threshold,
            "list_size": size,
            "fpir_closed": population.fpir(threshold, size).item(),
            "fpir_linear": size * population.false_match_rate(threshold).item(),
            "events": count_searches(alerts, threshold, size // PART),
            "trials": strangers * (BLOCKS * PARTS * PART // size),
        }
        for threshold in THRESHOLDS
        for size in SIZES
    ]
    return with_share(pd.DataFrame(rows), "events", "trials", "fpir")


def count_searches(alerts: pd.DataFrame, threshold: float, parts: int) -> int:
    """How many searches of a list of so many parts end in an alert; several alerts of one search count once.

    Example:
        >>> alerts = pd.DataFrame({"passage": [0, 0, 1], "part": [0, 1, 2], "score": [0.7, 0.6, 0.5]})
        >>> [count_searches(alerts, 0.6, parts) for parts in (1, 2)]
        [2, 1]
    """
    high = alerts[alerts["score"] >= threshold]
    return len(high.assign(list=high["part"] // parts)[["passage", "list"]].drop_duplicates())


def identifications(results: list[dict], mated: int) -> pd.DataFrame:
    """TPIR(N, 1, T) and misidentifications as the list around the same people grows, with formulas."""
    alerts = _gather(results, "listed")
    best = {size: best_alerts(alerts[alerts["part"] < size // PART]) for size in SIZES}
    rows = []
    for threshold in THRESHOLDS:
        formula = rank_one(Population(), threshold, SIZES)
        for size, tpir, misidentified in zip(SIZES, *formula, strict=True):
            high = best[size][best[size]["score"] >= threshold]
            rows.append(
                {
                    "threshold": threshold,
                    "list_size": size,
                    "tpir_closed": tpir,
                    "misidentified_closed": misidentified,
                    "found": int(high["own"].sum()),
                    "misidentified": int((~high["own"]).sum()),
                    "passages": mated,
                }
            )
    return with_share(pd.DataFrame(rows), "found", "passages", "tpir")


def best_alerts(alerts: pd.DataFrame) -> pd.DataFrame:
    """The best alert of each passage. A mate tied with somebody else loses."""
    ordered = alerts.sort_values(["passage", "score", "own"], ascending=[True, False, True])
    return ordered.drop_duplicates("passage")


def rank_one(population: Population, threshold: float, people: ArrayLike) -> tuple[NDArray, NDArray]:
    """Chance that a listed passer-by alerts as themselves, and that they alert as somebody else, for each N.

    The first asks that the own score s reach the threshold and that none of N - 1 strangers exceed it: the
    average of (1 - FMR(s))^(N - 1) over s. The second is what remains of all alerts. Comparisons are taken as
    independent.

    Example:
        >>> own, other = rank_one(Population(), 0.60, [1])  # alone on the list
        >>> (own - Population().tpir(0.60)).round(6), other.round(6)
        (array([0.]), array([0.]))
    """
    strangers = np.asarray(people) - 1
    scores = np.linspace(threshold, 1.0, 400)
    reached = population.tpir(scores)
    chance = -np.diff(reached, append=0.0)
    middle = np.append((scores[:-1] + scores[1:]) / 2, 1.0)
    own = np.exp(np.outer(strangers, np.log1p(-population.false_match_rate(middle)))) @ chance
    nobody = (1 - reached[0]) * np.exp(strangers * np.log1p(-population.false_match_rate(threshold)))
    return own, 1 - nobody - own


def _gather(results: list[dict], who: str) -> pd.DataFrame:
    return pd.concat([pd.DataFrame(result[who]) for result in results], ignore_index=True)


# --- Live, in the chapter


def trial(sizes: tuple[int, ...], passers_by: int, threshold: float, seed: int) -> pd.DataFrame:
    """Let the same strangers pass before lists of growing size and count false alerts: a run to play with.

    Args:
        sizes: Of the lists, ascending; each holds the ones before it.
        passers_by: Strangers.
        threshold: Of alerts.
        seed: Of every draw.
    """
    population, rng = Population(), np.random.default_rng(seed)
    enrolled = population.enrol(rng, population.identities(rng, max(sizes)))
    strangers = population.strangers(rng, passers_by)
    return pd.DataFrame(
        {
            "people on the list": sizes,
            "strangers": passers_by,
            "false alerts": [len(search(Gallery(enrolled[:size]), strangers, threshold)) for size in sizes],
            "expected": (population.fpir(threshold, np.array(sizes)) * passers_by).round(1),
        }
    )
