"""Local autonomy: how much of the variation in arrests an hour lies between sites, within one force?

Arrests y at a site's deployment of h hours are Poisson with mean h * m * U * V, where m may grow with time,
U belongs to the site and V to the deployment, both with mean 1. Chance (Poisson), deployment and site are the
three parts of the variation. U is lognormal and V gamma, so that a deployment's count is negative binomial
given U and the likelihood of a site is one integral, taken by Gauss-Hermite quadrature.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.optimize import OptimizeResult, minimize, minimize_scalar
from scipy.special import gammaln
from scipy.stats import chi2

from pipeline.measures.tables import MET

NODES = 12  # of the quadrature; twice as many change the third digit of the share
LEAST, MOST = 1e-4, 0.9999  # of the share: at the very ends one of the two parts does not exist
BOUNDS = [(-8.0, 5.0), (-5.0, 5.0), (np.log(1e-4), np.log(20.0))]  # of level, trend, log variance of U * V
GRID = np.linspace(0.1, 0.9, 7)  # shares at which the profile is computed


@dataclass(frozen=True)
class Counts:
    """Deployments of one force at one threshold.

    Attributes:
        arrests: Arrests of each deployment: (n,).
        hours: Its hours, above 0: (n,).
        time: Years since the first: (n,).
        site: Number of its site, in ascending order: (n,).
    """

    arrests: NDArray[np.float64]
    hours: NDArray[np.float64]
    time: NDArray[np.float64]
    site: NDArray[np.int64]


@dataclass(frozen=True)
class Shares:
    """Where the variation lies.

    Attributes:
        between_sites: Site's share of the variance that is not chance, 0 to 1, with its profile-likelihood
            interval `low` to `high`.
        site_variance: Variance of U, relative to the mean rate squared.
        deployment_variance: Variance of V.
        chance: Poisson share of the variance of a deployment of average length, 0 to 1.
    """

    between_sites: float
    low: float
    high: float
    site_variance: float
    deployment_variance: float
    chance: float


def select(deployments: pd.DataFrame, threshold: float) -> tuple[Counts, pd.DataFrame]:
    """Take the Met's rows at one threshold that print hours and arrests.

    Returns:
        The counts, and the rows they are of (with place).
    """
    rows = deployments[
        (deployments["force_id"] == MET)
        & (deployments["threshold_score"] == threshold)
        & deployments["duration_hours"].gt(0)
        & deployments["arrests"].notna()
    ].sort_values(["place", "date"], kind="stable", ignore_index=True)
    days = (rows["date"] - rows["date"].min()).dt.days.to_numpy(float)
    sites = pd.factorize(rows["place"], sort=True)[0]
    return Counts(
        rows["arrests"].to_numpy(float), rows["duration_hours"].to_numpy(float), days / 365.25, sites
    ), rows


def log_likelihood(
    counts: Counts, level: float, trend: float, spread: float, dispersion: float, nodes: int = NODES
) -> float:
    """Logarithm of the likelihood, up to a constant.

    Args:
        counts: The deployments.
        level: Logarithm of arrests an hour at time 0.
        trend: Its growth a year.
        spread: Standard deviation of the logarithm of U, above 0.
        dispersion: Variance of V, above 0.
        nodes: Points of the quadrature.
    """
    points, log_weights = _quadrature(nodes)
    site_effect = spread * points - spread**2 / 2  # so that the mean of U is 1
    mean = np.exp(level + trend * counts.time)[:, None] * counts.hours[:, None] * np.exp(site_effect)
    size = 1 / dispersion
    y = counts.arrests[:, None]
    each = (
        gammaln(y + size)
        - gammaln(size)
        - y * np.log(size)
        + y * np.log(mean)
        - (y + size) * np.log1p(mean / size)
    )
    first_of_site = np.flatnonzero(np.diff(counts.site, prepend=-1))
    by_site = np.add.reduceat(each, first_of_site, axis=0)
    largest = by_site.max(axis=1, keepdims=True)  # so that the exponentials do not underflow
    return float((largest[:, 0] + np.log(np.exp(by_site - largest + log_weights).sum(axis=1))).sum())


@cache
def _quadrature(nodes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of the standard normal, and the logarithms of weights that add up to 1."""
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return points, np.log(weights / weights.sum())


def _parts(total: float, share: float) -> tuple[float, float]:
    """Split the variance of U * V: total = s + d + s d, with s = share * total (mean 1 each)."""
    site = share * total
    return site, (total - site) / (1 + site)


def fit(counts: Counts, confidence: float = 0.95) -> Shares:
    """Estimate the shares by maximum likelihood, with a profile-likelihood interval.

    Args:
        counts: Deployments, several of them at some of the sites.
        confidence: Coverage of the interval.

    Returns:
        The shares. Limits at 0 or 1 mean that the profile does not fall far enough before that end.
    """
    start = np.array([np.log(counts.arrests.sum() / counts.hours.sum()), 0.0, np.log(0.2)])

    def best(share: float, at: NDArray) -> OptimizeResult:
        def loss(parameters: NDArray) -> float:
            site, deployment = _parts(np.exp(parameters[2]), share)
            return -log_likelihood(counts, *parameters[:2], np.sqrt(np.log1p(site)), deployment)

        return minimize(loss, at, method="L-BFGS-B", bounds=BOUNDS, options={"ftol": 1e-7, "gtol": 1e-3})

    shares = np.array([LEAST, *GRID, MOST])
    fits = [best(LEAST, start)]
    for share in shares[1:]:
        fits.append(best(share, fits[-1].x))  # from where the last one ended
    profile = np.array([-one.fun for one in fits])
    top = int(profile.argmax())
    around = shares[max(top - 1, 0)], shares[min(top + 1, len(shares) - 1)]
    refined = minimize_scalar(
        lambda share: best(share, fits[top].x).fun, bounds=around, method="bounded", options={"xatol": 5e-3}
    )
    value = float(refined.x)
    fine = np.linspace(LEAST, MOST, 2001)
    inside = fine[PchipInterpolator(shares, profile)(fine) >= -refined.fun - chi2.ppf(confidence, 1) / 2]
    site, deployment = _parts(float(np.exp(best(value, fits[top].x).x[2])), value)
    chance = 1 / (1 + counts.arrests.mean() * ((1 + site) * (1 + deployment) - 1))
    low = 0.0 if inside[0] == fine[0] else float(inside[0])
    high = 1.0 if inside[-1] == fine[-1] else float(inside[-1])
    return Shares(value, low, high, site, deployment, float(chance))
