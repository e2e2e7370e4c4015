"""What a deployment would bring under the NPL-anchored scenario: rates by threshold, for readers to turn.

The model says how often strangers match and listed people are found at each threshold. The record says, for
the thresholds that were in force, how long the lists were and how many faces were counted on a day. The
figure of the same name multiplies them out for whatever a reader sets.
"""

import numpy as np
import pandas as pd

from pipeline.benchmarks.model.anchors import Anchors, mu_q_through, read_anchors
from pipeline.benchmarks.model.identified import SPREADS
from pipeline.benchmarks.model.population import Population, true_match_rate
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.running.tables import tidy
from pipeline.core.params import BenchmarkParams
from pipeline.core.paths import Paths
from pipeline.matching.evaluation import best_scores, fpir, mated_scores, misidentification, tpir
from pipeline.matching.gallery import Gallery
from pipeline.measures.intervals import poisson_rate
from pipeline.measures.tables import read_deployments

GRID = tuple(round(0.54 + 0.005 * step, 3) for step in range(33))  # thresholds, 0.54 to 0.70
DAYS_OF_A_YEAR = 365.25


def run(paths: Paths, params: BenchmarkParams, runner: Runner) -> dict[str, pd.DataFrame]:
    """The table what_if; its work is a second of arithmetic, so the runner is not needed."""
    rates = rates_by_threshold(Population(seed=params.seed), read_anchors(paths))
    table = rates.merge(on_record(read_deployments(paths.clean)), on="threshold", how="left")
    true_alerts, faces = table["true_alerts"].astype(float), table["faces"].astype(float)
    table["listed_per_10000_faces"] = 1e4 * true_alerts / faces / table["tpir"]
    return {"what_if": tidy(table)}


def rates_by_threshold(population: Population, anchors: Anchors) -> pd.DataFrame:
    """FMR and TPIR at each threshold, each with the range that the published test leaves open.

    Returns:
        threshold, fmr, tpir, and their limits. Those of FMR are what seven false positives leave open at 0.60
        (exact 95 % interval), carried to every threshold; how fast the rate falls with the threshold is
        not in them. Those of TPIR are the lowest and highest of models that all meet the published 0.89 and
        differ in the spread of fidelity; no interval of the 0.89 itself was published.
    """
    tested = sum(anchors.bands)
    events = poisson_rate(tested, 1)
    fmr = population.false_match_rate(GRID)
    p, found = population, []
    for spread in SPREADS:
        mu_q = mu_q_through(p, anchors.threshold, anchors.tpir, spread)
        found.append(true_match_rate(GRID, p.k, p.rho, mu_q, spread, p.watchlist_fidelity))
    usual = population.tpir(GRID)
    return pd.DataFrame(
        {
            "threshold": GRID,
            "fmr": fmr,
            "fmr_low": fmr * events.low / tested,
            "fmr_high": fmr * events.high / tested,
            "tpir": usual,
            "tpir_low": np.minimum(usual, np.min(found, axis=0)),
            "tpir_high": np.maximum(usual, np.max(found, axis=0)),
        }
    )


def on_record(deployments: pd.DataFrame) -> pd.DataFrame:
    """What the record prints at each threshold, by day: a day gathers all deployments that began on it.

    Returns:
        threshold; days with a deployment; days_a_year, over the span from the first to the last of them;
        faces_a_day and watchlist_size, medians; faces, true_alerts and false_alerts, sums.
    """
    rows = deployments.dropna(subset=["threshold_score", "faces_scanned", "true_alerts", "false_alerts"])
    day = rows.groupby(["threshold_score", "date"], as_index=False)["faces_scanned"].sum()
    by_day = day.groupby("threshold_score").agg(
        days=("date", "size"),
        first=("date", "min"),
        last=("date", "max"),
        faces_a_day=("faces_scanned", "median"),
    )
    years = ((by_day["last"] - by_day["first"]).dt.days + 1) / DAYS_OF_A_YEAR
    sums = rows.groupby("threshold_score").agg(
        watchlist_size=("watchlist_size", "median"),
        faces=("faces_scanned", "sum"),
        true_alerts=("true_alerts", "sum"),
        false_alerts=("false_alerts", "sum"),
    )
    table = by_day.assign(days_a_year=by_day["days"] / years).drop(columns=["first", "last"]).join(sums)
    whole = dict.fromkeys(("days", "faces", "true_alerts", "false_alerts"), "Int64")
    return table.astype(whole).rename_axis("threshold").reset_index()


def play_a_day(
    threshold: float,
    people: int,
    strangers: int,
    listed: int,
    seed: int,
    population: Population | None = None,
) -> pd.DataFrame:
    """Run a small day through the engine and set what it counts beside what the rates lead one to expect.

    Args:
        threshold: T.
        people: N, people on the list, one image each.
        strangers: Passages of people on no list.
        listed: Passages of listed people, at most `people`, one each.
        seed: Of every draw.
        population: The model; the NPL-anchored scenario if None.

    Example:
        >>> play_a_day(0.54, 50, 100, 20, seed=1)["of"].tolist()
        [100, 20, 20]
    """
    population = population or Population()
    rng = np.random.default_rng([seed])
    identities = population.identities(rng, people)
    gallery = Gallery(population.enrol(rng, identities))
    passing = population.captures(rng, identities[:listed])
    best = best_scores(gallery, population.strangers(rng, strangers))
    mated = mated_scores(gallery, passing, np.arange(listed))
    counted = [fpir(best, threshold), tpir(mated, threshold), misidentification(mated, threshold)]
    chances = (population.fpir(threshold, people), population.tpir(threshold))
    expected = [strangers * float(chances[0]), listed * float(chances[1]), None]
    return pd.DataFrame(
        {
            "": ["strangers who raise an alert", "listed people found", "listed people taken for another"],
            "of": [rate.trials for rate in counted],
            "expected": ["–" if number is None else f"{number:.1f}" for number in expected],
            "counted": [rate.events for rate in counted],
        }
    )
