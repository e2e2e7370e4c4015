"""Fit the population model to counts of scores at or above thresholds, by maximum likelihood.

The data are what a test could print: how many comparisons of strangers, and how many passages of listed
people, scored between one threshold and the next. Intervals are the estimate and 1.96 standard errors either
way, from the expected (Fisher) information; those of k and sigma_q are taken on the logarithm, where they are
nearer to symmetric. The fidelity of enrolled images is assumed, not fitted.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from pipeline.benchmarks.model.population import Population, needed_cosine, tail, true_match_rate

Numbers = NDArray[np.float64]
PARAMETERS = ("k", "rho", "mu_q", "sigma_q")
STRANGERS = (0.36, 0.40, 0.44, 0.48, 0.52)  # thresholds between the bands of strangers' scores
MATES = (0.48, 0.56, 0.60, 0.64, 0.68, 0.72, 0.76, 0.80)  # and of those of listed people
START = Population(k=60, rho=0.1, mu_q=0.2, sigma_q=0.8)  # where the search begins, away from any answer


@dataclass(frozen=True)
class Fit:
    """Parameters in the order of `PARAMETERS`, each (4,), with their limits.

    Args:
        value: Maximum-likelihood estimates.
        low: Lower limits.
        high: Upper limits.
    """

    value: Numbers
    low: Numbers
    high: Numbers


def fit_model(
    strangers: ArrayLike, mates: ArrayLike, watchlist_fidelity: float, confidence: float = 0.95
) -> Fit:
    """Estimate k, rho, mu_q and sigma_q from scores counted in bands.

    Args:
        strangers: (6,) comparisons of two strangers below `STRANGERS[0]`, between it and the next, and so on.
        mates: (9,) passages of listed people against their own image, in bands of `MATES`.
        watchlist_fidelity: Assumed fidelity of an enrolled image.
        confidence: Coverage of each interval, 0 to 1.

    Raises:
        ValueError: if the counts are of another shape, or the search does not settle.
    """
    counts = [np.asarray(strangers, dtype=np.float64), np.asarray(mates, dtype=np.float64)]
    if counts[0].shape != (len(STRANGERS) + 1,) or counts[1].shape != (len(MATES) + 1,):
        raise ValueError(f"counts in {counts[0].shape} and {counts[1].shape} bands do not fit the thresholds")
    trials = np.concatenate([np.full(len(group), group.sum()) for group in counts])

    def expected(theta: Numbers) -> Numbers:
        k, sigma_q = np.exp(theta[[0, 3]])
        misses = tail(needed_cosine(STRANGERS, theta[1]), k)
        hits = true_match_rate(MATES, k, theta[1], theta[2], sigma_q, watchlist_fidelity)
        return trials * np.concatenate([in_bands(misses), in_bands(hits)])

    start = np.array([np.log(START.k), START.rho, START.mu_q, np.log(START.sigma_q)])
    theta, covariance = maximise(expected, np.concatenate(counts), start)
    reach = ndtri((1 + confidence) / 2) * np.sqrt(np.diag(covariance))
    return Fit(*(_natural(limit) for limit in (theta, theta - reach, theta + reach)))


def maximise(
    expected: Callable[[Numbers], Numbers], counts: Numbers, start: Numbers
) -> tuple[Numbers, Numbers]:
    """Maximise a multinomial likelihood by Fisher scoring with step halving.

    Args:
        expected: Gives the expected count of each band, positive, for the parameters (p,); totals are fixed.
        counts: (b,) what was counted.
        start: (p,) where to begin.

    Returns:
        The parameters (p,) and their covariance (p, p), the inverse of the expected information.

    Raises:
        ValueError: if a hundred steps do not settle it.

    Example:
        >>> coin = lambda theta: 10 * np.array([theta[0], 1 - theta[0]])  # 3 heads of 10
        >>> share, covariance = maximise(coin, np.array([3.0, 7.0]), np.array([0.5]))
        >>> share.round(6).item(), covariance.round(6).item()  # 0.3 and 0.3 x 0.7 / 10
        (0.3, 0.021)

    Source: McCullagh and Nelder (1989), Generalized Linear Models, section 2.5.
    """

    def likelihood(theta: Numbers) -> float:
        return float(counts @ np.log(np.maximum(expected(theta), 1e-300)))

    theta, best = start, likelihood(start)
    for _ in range(100):
        mean, slopes = expected(theta), _slopes(expected, theta)
        information = slopes.T @ (slopes / mean[:, None])
        step = np.linalg.solve(information, slopes.T @ (counts / mean))
        while not (reached := likelihood(theta + step)) >= best and np.abs(step).max() > 1e-9:
            step = step / 2
        if np.abs(step).max() <= 1e-7:
            return theta, np.linalg.inv(information)
        theta, best = theta + step, reached
    raise ValueError("the fit did not settle in 100 steps")


def in_bands(at_or_above: Numbers) -> Numbers:
    """Chances between thresholds from chances at or above them: (t,) to (t + 1,).

    Example:
        >>> in_bands(np.array([0.5, 0.25])).tolist()
        [0.5, 0.25, 0.25]
    """
    return -np.diff(np.concatenate([[1.0], at_or_above, [0.0]]))


def seeded_counts(
    population: Population, rng: np.random.Generator, probes: int, people: int, passages: int
) -> tuple[list[int], list[int]]:
    """Draw a test from the model's vectors and count its scores in bands: strangers (6,), mates (9,).

    Args:
        population: The truth.
        rng: Source of the draws.
        probes: Passages of strangers, each compared with everyone listed.
        people: People listed, one image each.
        passages: Passages of further listed people, each compared with their own image.
    """
    enrolled = population.directions(rng, people)  # who never passes needs an image, not an identity
    strangers = population.directions(rng, probes) @ enrolled.T
    listed = population.directions(rng, passages)
    pairs = population.enrolled(rng, listed), population.captured(rng, listed)
    mates = np.einsum("ij,ij->i", *pairs)
    rho = population.rho
    return _counted(strangers, needed_cosine(STRANGERS, rho)), _counted(mates, needed_cosine(MATES, rho))


def recover(population: Population, confidence: float, block: int) -> dict[str, list]:
    """Draw one seeded test of known truth and fit it: the work of one block."""
    rng = np.random.default_rng([population.seed, 41, block])
    strangers, mates = seeded_counts(population, rng, probes=2000, people=1000, passages=4000)
    fit = fit_model(strangers, mates, population.watchlist_fidelity, confidence)
    return {name: getattr(fit, name).tolist() for name in ("value", "low", "high")} | {
        "strangers": strangers,
        "mates": mates,
    }


def truth(population: Population) -> Numbers:
    """The parameters that `fit_model` estimates, in its order."""
    return np.array([getattr(population, name) for name in PARAMETERS], dtype=np.float64)


def _counted(cosines: NDArray, thresholds: Numbers) -> list[int]:
    """How many lie below the first threshold, between it and the next, and so on."""
    at_or_above = [cosines.size, *(np.count_nonzero(cosines >= np.float32(each)) for each in thresholds), 0]
    return (-np.diff(at_or_above)).tolist()


def _natural(theta: Numbers) -> Numbers:
    return np.array([np.exp(theta[0]), theta[1], theta[2], np.exp(theta[3])])


def _slopes(function: Callable[[Numbers], Numbers], at: Numbers) -> Numbers:
    steps = 1e-5 * np.eye(len(at))
    return np.stack([(function(at + step) - function(at - step)) / 2e-5 for step in steps], axis=1)
