"""The published figures that the model is laid through, and the parameters that follow from them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import chi2

from pipeline.benchmarks.model.fit import in_bands
from pipeline.benchmarks.model.population import Population, needed_cosine, tail, true_match_rate
from pipeline.core.paths import Paths
from pipeline.measures.intervals import clopper_pearson
from pipeline.measures.tables import MET

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Anchors:
    """The published figures that the model is laid through; see data/reference for each one's source.

    Args:
        threshold: Threshold of the test of 2023.
        tpir: Its true-positive identification rate.
        passages: Mated passages behind it; weakly sourced, and not independent.
        false_match_rate: Its rate per comparison.
        bands: Its false positives from 0.60, 0.62 and 0.64, each up to the next.
        later_threshold: Threshold of the Met's year.
        later_false: False alerts of that year.
        later_comparisons: Faces of that year times the mean size of the lists; both estimates.
    """

    threshold: float
    tpir: float
    passages: int
    false_match_rate: float
    bands: tuple[int, int, int]
    later_threshold: float
    later_false: int
    later_comparisons: float


def read_anchors(paths: Paths) -> Anchors:
    """Read the anchors: the test from operating_points.csv, the Met's year from totals_to_check.csv.

    The mean size of the lists is that of the deployments of that year which print one, weighted by faces.
    """
    points = pd.read_csv(paths.reference / "operating_points.csv").set_index("point_id")
    totals = pd.read_csv(paths.reference / "totals_to_check.csv")
    totals = totals[totals["stated_by"].str.contains("annual report of 2025")].set_index("measure")
    faces, false_alerts = totals.loc["faces_scanned"], totals.loc["false_alerts"]
    rows = pd.read_csv(paths.clean / "deployments.csv")
    rows = rows[rows["force_id"] == MET]
    rows = rows[rows["date"].between(faces["date_from"], faces["date_to"])]
    rows = rows.dropna(subset=["watchlist_size", "faces_scanned"])
    at_60, at_62, at_64 = (int(points["value"][name]) for name in ("NP006", "NP005", "NP004"))
    fpir, people = points.loc["NP003", ["value", "watchlist_size"]]
    return Anchors(
        threshold=float(points["threshold"]["NP001"]),
        tpir=float(points["value"]["NP001"]),
        passages=int(points["value"]["NP013"]),
        false_match_rate=float(-np.expm1(np.log1p(-fpir) / people)),
        bands=(at_60 - at_62, at_62 - at_64, at_64),
        later_threshold=float(points["threshold"]["NP004"]),
        later_false=int(false_alerts["published"]),
        later_comparisons=float(
            faces["published"] * np.average(rows["watchlist_size"], weights=rows["faces_scanned"])
        ),
    )


def rho_through(k: float, threshold: float, false_match_rate: float) -> float:
    """The rho at which FMR(threshold) has a given value below one half; negative if no common part will do.

    Example:
        >>> round(rho_through(3, 0.75, 0.25), 6)  # a cap's share is (1 - c) / 2, so c = 0.5
        0.5
    """
    cosine = brentq(lambda c: np.log(tail(c, k) + 1e-300) - np.log(false_match_rate), 0, 1, xtol=1e-14)
    return float((threshold - cosine) / (1 - cosine))


def mu_q_through(population: Population, threshold: float, tpir: float, sigma_q: float) -> float:
    """The mu_q at which TPIR(threshold) has a given value, for another spread of fidelity."""
    p = population

    def off(mu_q: float) -> float:
        rate = true_match_rate(threshold, p.k, p.rho, mu_q, sigma_q, p.watchlist_fidelity)
        return float(rate) - tpir

    return brentq(off, -5, 10, xtol=1e-12)


def slope_through(low: tuple[float, float], high: tuple[float, float]) -> float:
    """The k of the curve through FMR at two thresholds, each given as (threshold, FMR)."""

    def off(log_k: float) -> float:
        rho = rho_through(np.exp(log_k), *low)
        return float(np.log(tail(needed_cosine(high[0], rho), np.exp(log_k))) - np.log(high[1]))

    return float(np.exp(brentq(off, np.log(30), np.log(3000))))


def slope_interval(
    thresholds: list[float], bands: list[int], false_match_rate: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval for k from false positives of one test in bands: profile likelihood, given their total.

    Args:
        thresholds: (t,) ascending; the first is where the false positives begin.
        bands: (t,) false positives from each threshold up to the next, the last without limit.
        false_match_rate: FMR at the first threshold, through which every curve is laid.
        confidence: Coverage, 0 to 1; approximate, since the counts are few.

    Source: Wilks (1938), https://doi.org/10.1214/aoms/1177732360.
    """
    counts = np.array(bands)
    grid = np.log(20) + np.log(100) * np.arange(400) / 399  # k from 20 to 2,000

    def likelihood(log_k: float) -> float:
        rho = rho_through(np.exp(log_k), thresholds[0], false_match_rate)
        above = tail(needed_cosine(thresholds[1:], rho), np.exp(log_k)) / false_match_rate
        chances = in_bands(above)
        return float(counts[counts > 0] @ np.log(chances[counts > 0]))

    values = np.array([likelihood(log_k) for log_k in grid])
    least, best = values.max() - chi2.ppf(confidence, 1) / 2, grid[values.argmax()]
    low, high = (
        brentq(lambda x: likelihood(x) - least, *ends) for ends in ((grid[0], best), (best, grid[-1]))
    )
    return float(np.exp(low)), float(np.exp(high))


def borrowed_slope(anchors: Anchors, confidence: float = 0.95) -> tuple[float, float, float]:
    """k, with its interval, from the test's rate and the Met's year together.

    Given their sum, the Met's false alerts are binomial; the exact interval of their share is one of the
    ratio of the two rates, and so of k. That faces and list sizes are estimates is not in it.
    """
    tested = sum(anchors.bands)
    share = clopper_pearson(anchors.later_false, anchors.later_false + tested, confidence)
    comparisons = tested / anchors.false_match_rate
    found = []
    for part in (share.value, share.high, share.low):  # a higher later rate is a flatter slope
        ratio = part / (1 - part) * comparisons / anchors.later_comparisons
        later = anchors.later_threshold, anchors.false_match_rate * ratio
        found.append(slope_through((anchors.threshold, anchors.false_match_rate), later))
    return found[0], found[1], found[2]
