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

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from pipeline.benchmarks.model.population import Population, orthogonal, tail
from pipeline.benchmarks.model.resemblance import (
    CASES,
    RELATIVES,
    embed,
    needed_cosines,
    relatives_of,
    rhos,
    watchlist,
)
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FastSearch

Numbers = NDArray[np.float64]


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
    rows_of_all = listed.directions.T.astype(np.float32)
    found, several = [], []
    for threshold in thresholds:
        cosines = needed_cosines(population, case, threshold)[:, listed.group]  # (groups, rows)
        if np.any(cosines <= 0):
            raise ValueError(f"threshold {threshold} lies below rho: every other stranger reaches it")
        chances = tail(cosines, population.k) / len(cosines)
        total = chances.sum()
        pairs = rng.choice(chances.size, draws, p=(chances / total).ravel())
        group, row = np.divmod(pairs, len(listed.people))
        along = tail_cosines(rng.random(draws), cosines[group, row], population.k)[:, None]
        target = listed.directions[row]
        probes = along * target + np.sqrt(1 - along**2) * orthogonal(rng, target)
        reached = probes.astype(np.float32) @ rows_of_all >= cosines.astype(np.float32)[group]
        reached[np.arange(draws), row] = True  # by construction, whatever the rounding
        rows = reached.sum(axis=1)
        fpir = float(total * (1 / rows).mean())
        several.append(int((rows > 1).sum()))
        if "relatives" in CASES[case]:
            kin = _relatives_drawn(population, rng, threshold, 10 * draws)  # they cost no search
            fpir += RELATIVES * kin * (1 - fpir)  # nobody else on the list resembles a relative
        found.append(fpir)
    return {"fpir": found, "several": several, "images": len(listed.people)}


def brute_force(
    population: Population, case: str, thresholds: list[float], people: int, probes: int, block: int
) -> dict[str, list[int]]:
    """Count the passages that alert when the engine searches one watchlist: the work of one block.

    Arguments as for `conditional`, but for `probes`: passages of people who are not listed, a multiple of
    1 / `RELATIVES`. Returns `events`: how many of them alert at each threshold.
    """
    rng = np.random.default_rng([population.seed, 43, list(CASES).index(case), block])
    listed = watchlist(case, population, rng, people)
    directions = population.identities(rng, probes)
    if "relatives" in CASES[case]:
        related = relatives_of(rng, listed.identities[: round(RELATIVES * probes)])
        directions[: len(related)] = population.captured(rng, related)
    gallery = Gallery(embed(population, case, listed.directions, listed.group), listed.people)
    passages = embed(population, case, directions, np.arange(probes) % len(rhos(population, case)))
    alerts = FastSearch(gallery).search(passages, min(thresholds))
    return {"events": [int((alerts.score >= threshold).sum()) for threshold in thresholds]}


def tail_cosines(chance: Numbers, least: Numbers, dimensions: int) -> Numbers:
    """Turn chances, 0 to 1, into cosines of two random directions given that they are at least `least` > 0.

    Example:
        >>> tail_cosines(np.array([0.5]), np.array([0.5]), 3).round(6).item()  # a cap's share is (1 - c) / 2
        0.75
    """
    half = (dimensions - 1) / 2
    return np.sqrt(1 - betaincinv(half, 0.5, chance * betainc(half, 0.5, 1 - least**2)))


def _relatives_drawn(population: Population, rng: np.random.Generator, threshold: float, draws: int) -> float:
    """As `relative_match_rate`, but image and relative are drawn; the nuisance keeps its closed form."""
    listed = population.identities(rng, draws)
    image = population.enrolled(rng, listed)
    cosine = np.einsum("ij,ij->i", image, relatives_of(rng, listed))
    f = population.fidelities(rng, draws)
    needed = needed_cosines(population, "strangers only", threshold)[0, 0] - f * cosine
    return float(tail(needed / np.sqrt((1 - f**2) * (1 - cosine**2)), population.k - 1).mean())
