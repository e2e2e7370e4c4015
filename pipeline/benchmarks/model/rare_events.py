"""FPIR far below what brute force can count: sample the false alerts themselves.

Let A_j be the event that a stranger's passage reaches the threshold against row j of a watchlist. Its chance
has a closed form, and the chance that any row is reached is exactly

    FPIR = sum_j P(A_j) x E[1 / M],

where the expectation runs over pairs of a row drawn in proportion to P(A_j) and a passage drawn given A_j,
and M is the number of rows that the passage reaches: a false alert with M rows is met M times and counts
1 / M each time. So every draw is a false alert, and its rarity costs nothing. The rows may resemble each
other in any way; where they do not, M is nearly always 1. The method needs the law of a single pair's score
in its tail. The model has one. That of a real encoder is not known, and of it this says nothing.

Source: Owen, Maximov and Chertkov (2019), Importance sampling the union of rare events with an
application to power systems analysis,
https://doi.org/10.1214/18-EJS1527.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from pipeline.benchmarks.model.population import Population, orthogonal, tail
from pipeline.benchmarks.model.resemblance import (
    CASES,
    RELATIVES,
    Watchlist,
    embed,
    needed_cosines,
    relatives_of,
    rhos,
    watchlist,
)
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FastSearch

Numbers = NDArray[np.float64]
TILE = 1000  # rows compared at a time: their product with the passages stays in a core's cache


def each_case(
    work: Callable[..., dict[str, Any]], cases: Sequence[str], blocks: int, number: int
) -> dict[str, Any]:
    """Do one block of `conditional` or `brute_force`: `blocks` of the first case, then of the next.

    All cases are one piece of work for the runner, whose processes then load the engine once.

    Example:
        >>> [each_case(dict, ["plain", "kin"], 2, number) for number in (1, 2)]
        [{'case': 'plain', 'block': 1}, {'case': 'kin', 'block': 0}]
    """
    return work(case=cases[number // blocks], block=number % blocks)


def conditional(
    population: Population, case: str, thresholds: list[float], people: int, draws: int, block: int
) -> dict[str, list]:
    """Estimate FPIR from false alerts drawn against one watchlist: the work of one block.

    Args:
        population: The model; its seed and `block` fix the draws.
        case: A key of `CASES`.
        thresholds: Those to estimate at, each above the rho of every group.
        people: N.
        draws: False alerts to draw at each threshold.
        block: Number of the block; each draws its own watchlist.

    Returns:
        `fpir`: one estimate for each threshold, without bias. `several`: how many draws reached several rows.
        `images`: rows of the watchlist.

    Raises:
        ValueError: if a threshold lies below rho, where the tail is no tail.
    """
    rng = np.random.default_rng([population.seed, 42, list(CASES).index(case), block])
    listed = watchlist(case, population, rng, people)
    group_of = listed.group
    found, several = [], []
    if "relatives" in CASES[case]:
        kin = _relatives_drawn(population, rng, thresholds, 10 * draws)  # they cost no search
    for threshold in thresholds:
        needed = needed_cosines(population, case, threshold)  # (groups, groups)
        if np.any(needed <= 0):
            raise ValueError(f"threshold {threshold} lies below rho: every other stranger reaches it")
        chances = tail(needed, population.k)[:, group_of] / len(needed)  # (groups, rows)
        total = chances.sum()
        pairs = rng.choice(chances.size, draws, p=(chances / total).ravel())
        passing, row = np.divmod(pairs, len(group_of))
        along = tail_cosines(rng.random(draws), needed[passing, group_of[row]], population.k)
        along = along.astype(np.float32)[:, None]
        target = listed.directions[row]
        probes = along * target + np.sqrt(1 - along**2) * orthogonal(rng, target)
        rows = reached(probes, row, passing, listed, needed)
        fpir = float(total * (1 / rows).mean())
        several.append(int((rows > 1).sum()))
        if "relatives" in CASES[case]:
            # nobody else on the list resembles a relative
            fpir += RELATIVES * kin[threshold] * (1 - fpir)
        found.append(fpir)
    return {"fpir": found, "several": several, "images": len(listed.people)}


def reached(
    probes: NDArray[np.float32], drawn: NDArray, passing: NDArray, listed: Watchlist, needed: Numbers
) -> NDArray[np.int64]:
    """How many rows of a watchlist each passage reaches: M, (draws,), at least 1.

    Args:
        probes: (draws, k) directions of the passages.
        drawn: (draws,) the row for which each was drawn; it is reached whatever the rounding.
        passing: (draws,) groups of those who pass.
        listed: The watchlist, its groups numbered from 0.
        needed: (groups, groups) cosines to reach.
    """
    rows = np.ones(len(probes), np.int64)
    for first in range(0, len(listed.directions), TILE):
        tile = slice(first, first + TILE)
        cosines = probes @ listed.directions[tile].T
        mine = np.flatnonzero((first <= drawn) & (drawn < first + TILE))
        cosines[mine, drawn[mine] - first] = -1  # counted already
        least = needed.astype(np.float32)[:, listed.group[tile]]
        for group, cosines_needed in enumerate(least):
            some = slice(None) if len(least) == 1 else np.flatnonzero(passing == group)
            hits = np.flatnonzero(cosines[some] >= cosines_needed)
            rows[some] += np.bincount(hits // cosines.shape[1], minlength=len(rows[some]))
    return rows


def brute_force(
    population: Population, case: str, thresholds: list[float], people: int, probes: int, block: int
) -> dict[str, list[int]]:
    """Count the passages that alert when the engine searches one watchlist: the work of one block.

    Arguments as for `conditional`, but for `probes`: passages of people who are not listed, a multiple of
    1 / `RELATIVES`. Returns `events`: how many of them alert at each threshold.
    """
    rng = np.random.default_rng([population.seed, 43, list(CASES).index(case), block])
    listed = watchlist(case, population, rng, people)
    directions = population.directions(rng, probes)
    if "relatives" in CASES[case]:
        related = relatives_of(rng, listed.identities[: round(RELATIVES * probes)])
        directions[: len(related)] = population.captured(rng, related)
    gallery = Gallery(embed(population, case, listed.directions, listed.group), listed.people)
    passages = embed(population, case, directions, np.arange(probes) % len(rhos(population, case)))
    fast = FastSearch(gallery, threads=1)  # the runner works on a block for each processor
    alerts = fast.search(passages, min(thresholds))
    return {"events": [int((alerts.score >= threshold).sum()) for threshold in thresholds]}


def tail_cosines(chance: Numbers, least: Numbers, dimensions: int) -> Numbers:
    """Turn chances, 0 to 1, into cosines of two random directions given that they are at least `least` > 0.

    Example:
        >>> tail_cosines(np.array([0.5]), np.array([0.5]), 3).round(6).item()  # a cap's share is (1 - c) / 2
        0.75
    """
    half = (dimensions - 1) / 2
    return np.sqrt(1 - betaincinv(half, 0.5, chance * betainc(half, 0.5, 1 - least**2)))


def _relatives_drawn(
    population: Population, rng: np.random.Generator, thresholds: list[float], draws: int
) -> dict[float, float]:
    """As `relative_match_rate`, but image and relative are drawn; the nuisance keeps its closed form."""
    listed = population.directions(rng, draws)
    image = population.enrolled(rng, listed)
    cosine = np.einsum("ij,ij->i", image, relatives_of(rng, listed)).astype(np.float64)
    f = population.fidelities(rng, draws)
    spread = np.sqrt((1 - f**2) * (1 - cosine**2))
    rates = {}
    for threshold in thresholds:
        missing = needed_cosines(population, "strangers only", threshold)[0, 0] - f * cosine
        rates[threshold] = float(tail(missing / spread, population.k - 1).mean())
    return rates
