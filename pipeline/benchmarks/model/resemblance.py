"""Watchlists and passers-by who resemble each other: what the formula of independent comparisons leaves out.

All figures here are assumptions, chosen to be plain; none is measured on anyone.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import roots_gegenbauer

from pipeline.benchmarks.model.population import Population, orthogonal, tail, true_match_rate

Numbers = NDArray[np.float64]
CLUSTER = 5  # people who resemble each other
RESEMBLANCE = 0.7  # cosine of two identities of such a cluster
IMAGES = 3  # per person, where there are several
RAISED_RHO = 0.0256  # added for the second of two groups: four times the FMR at 0.60
RELATIVES = 0.001  # share of passers-by who resemble somebody listed
KINSHIP = 0.5  # cosine of their identities

CASES: dict[str, tuple[str, ...]] = {
    "strangers only": (),
    "two groups": ("groups",),
    "relatives pass by": ("relatives",),
    "look-alikes listed": ("look-alikes",),
    "several images each": ("images",),
    "groups, look-alikes, images": ("groups", "look-alikes", "images"),
}
"""What each case adds to strangers who pass a list of strangers with one image each."""


@dataclass(frozen=True)
class Watchlist:
    """Enrolled images before they are embedded in the full width.

    Args:
        identities: (N, k) of unit length.
        directions: (n, k) of unit length, one or more for each identity; float32, as identities are.
        people: (n,) whose image each row is.
        group: (n,) to which group its person belongs: 0 or 1.
    """

    identities: NDArray[np.float32]
    directions: NDArray[np.float32]
    people: NDArray[np.int64]
    group: NDArray[np.int64]


def watchlist(case: str, population: Population, rng: np.random.Generator, people: int) -> Watchlist:
    """Draw the watchlist of a case.

    Args:
        case: A key of `CASES`.
        population: The model.
        rng: Source of the draws.
        people: N; a multiple of `CLUSTER`.
    """
    features = CASES[case]
    identities = population.directions(rng, people)
    if "look-alikes" in features:
        centres = np.repeat(population.directions(rng, people // CLUSTER), CLUSTER, axis=0)
        own = orthogonal(rng, centres)
        identities = math.sqrt(RESEMBLANCE) * centres + math.sqrt(1 - RESEMBLANCE) * own
    whose = np.repeat(np.arange(people), IMAGES if "images" in features else 1)
    directions = population.enrolled(rng, identities[whose])
    return Watchlist(
        identities, directions, whose, whose % 2 if "groups" in features else np.zeros_like(whose)
    )


def relatives_of(rng: np.random.Generator, identities: NDArray) -> NDArray:
    """Draw one relative of each person: (n, k) identities at the cosine `KINSHIP`."""
    return KINSHIP * identities + math.sqrt(1 - KINSHIP**2) * orthogonal(rng, identities)


def embed(population: Population, case: str, directions: Numbers, group: NDArray) -> NDArray[np.float32]:
    """Embed each direction with the rho of its group: (n, k) to (n, width) templates."""
    out = np.empty((len(directions), population.width), np.float32)
    for number, rho in enumerate(rhos(population, case)):
        out[group == number] = replace(population, rho=rho).templates(directions[group == number])
    return out


def rhos(population: Population, case: str) -> tuple[float, ...]:
    """The rho of each group, passers-by and listed people being shared equally between the groups."""
    return (population.rho, population.rho + RAISED_RHO) if "groups" in CASES[case] else (population.rho,)


def closed_form(population: Population, case: str, threshold: float, people: int) -> float | None:
    """FPIR where comparisons are independent of each other: by formula, and for relatives by quadrature.

    None for a case in which rows resemble each other.
    """
    features = CASES[case]
    if "look-alikes" in features or "images" in features:
        return None
    chances = tail(needed_cosines(population, case, threshold), population.k)  # (groups, groups)
    fpir = float(-np.expm1(people * np.log1p(-chances).mean(axis=1)).mean())
    if "relatives" in features:
        fpir += RELATIVES * relative_match_rate(population, threshold) * (1 - fpir)
    return fpir


def relative_match_rate(population: Population, threshold: float) -> float:
    """Chance that the passage of a listed person's relative scores at least `threshold` against that person.

    The relative's identity has cosine `KINSHIP` with the listed one and is random otherwise. So the image is
    as near to it as KINSHIP f + sqrt((1 - KINSHIP^2) (1 - f^2)) r: a poorer image of the relative.
    """
    p, f = population, population.watchlist_fidelity
    r, weights = roots_gegenbauer(30, (p.k - 3) / 2)  # the law of r is their weight
    nearness = KINSHIP * f + np.sqrt((1 - KINSHIP**2) * (1 - f**2)) * r
    rates = [true_match_rate(threshold, p.k, p.rho, p.mu_q, p.sigma_q, near) for near in nearness]
    return float(np.average(rates, weights=weights))


def needed_cosines(population: Population, case: str, threshold: float) -> Numbers:
    """The cosine at which a passage of one group and an image of another score `threshold`: (groups, groups).

    The parts in common add sqrt(rho_a rho_b), the others sqrt((1 - rho_a) (1 - rho_b)) times their cosine.
    """
    rho = np.array(rhos(population, case))
    return (threshold - np.sqrt(np.outer(rho, rho))) / np.sqrt(np.outer(1 - rho, 1 - rho))
