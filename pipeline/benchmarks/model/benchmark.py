"""The benchmark of the population model: its curve, its fit, what the fit rests on, and its rarest events."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from pipeline.benchmarks.model.anchors import read_anchors
from pipeline.benchmarks.model.fit import PARAMETERS, recover, truth
from pipeline.benchmarks.model.identified import alternatives, identified
from pipeline.benchmarks.model.look_alikes import THRESHOLDS, look_alikes
from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.model.rare_events import brute_force, conditional, each_case
from pipeline.benchmarks.model.resemblance import CASES, closed_form
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.running.tables import tidy
from pipeline.core.params import BenchmarkParams
from pipeline.core.paths import Paths
from pipeline.measures.intervals import clopper_pearson, poisson_rate
from pipeline.measures.tables import MET

PEOPLE = 10_000
LISTS = (1_000, 10_000, 16_000)
CURVE = tuple(round(0.50 + 0.005 * step, 3) for step in range(41))  # thresholds of the curve, 0.50 to 0.70
RARE = (0.56, 0.60, 0.64, 0.66)  # thresholds of the rare events
DRAWN = (*THRESHOLDS, 0.66)  # thresholds at which false alerts are drawn, RARE and those of the look-alikes
DATA_SETS = 40  # seeded tests on which the fit is tried
BLOCKS, DRAWS = 8, 400  # watchlists of each case, and false alerts drawn against each at each threshold
PROBES = 30_000  # passages in a block of brute force,
BRUTE_FORCE = 32  # of which there is one for so many strangers in the accuracy benchmark


def run(paths: Paths, params: BenchmarkParams, runner: Runner) -> dict[str, pd.DataFrame]:
    """The tables model_curve, model_misses, model_alternatives, identified, fit, rare_events, look_alikes."""
    population, anchors = Population(seed=params.seed), read_anchors(paths)
    others = alternatives(population, anchors)
    drawing = partial(conditional, population, thresholds=list(DRAWN), people=PEOPLE, draws=DRAWS)
    drawn = of_cases(runner, drawing, BLOCKS, "drawn")
    brute_blocks = max(1, params.non_mated_probes // (BRUTE_FORCE * PROBES))
    counting = partial(brute_force, population, thresholds=list(RARE), people=PEOPLE, probes=PROBES)
    counted = of_cases(runner, counting, brute_blocks, "counted")
    estimates = {case: _at(THRESHOLDS, [block["fpir"] for block in drawn[case]]) for case in drawn}
    tables = {
        "model_curve": model_curve(population, pd.read_csv(paths.reference / "operating_points.csv")),
        "model_misses": model_misses(population, pd.read_csv(paths.clean / "deployments.csv")),
        "model_alternatives": others,
        "identified": identified(population, anchors, others),
        "fit": fit_table(population, runner.run(partial(recover, population, 0.95), DATA_SETS, "fit")),
        "rare_events": rare_events(population, drawn, counted),
        "look_alikes": look_alikes(population, PEOPLE, estimates),
    }
    return {name: tidy(table) for name, table in tables.items()}


def model_curve(population: Population, published: pd.DataFrame) -> pd.DataFrame:
    """FMR, FPIR at three sizes of list and TPIR by threshold, beside the published points."""
    curve = pd.DataFrame({"threshold": CURVE, "fmr": population.false_match_rate(CURVE)})
    for people in LISTS:
        curve[f"fpir_{people}"] = population.fpir(CURVE, people)
    curve["tpir"] = population.tpir(CURVE)
    points = published.set_index("point_id")
    for column, point in (("tpir", "NP001"), ("fpir_10000", "NP002"), ("fpir_1000", "NP003")):
        at = curve["threshold"] == points["threshold"][point]
        curve[f"published_{column}"] = np.where(at, points["value"][point], np.nan)
    return curve


def model_misses(population: Population, deployments: pd.DataFrame) -> pd.DataFrame:
    """False alerts that the model expects of the Met's rows beside those printed, by threshold and year.

    Only rows that print faces, size of list, threshold and false alerts. `low` and `high` are the exact
    limits of the Poisson mean behind the printed count.
    """
    needed = ["faces_scanned", "watchlist_size", "threshold_score", "false_alerts"]
    rows = deployments[deployments["force_id"] == MET].dropna(subset=needed)
    rows = rows.assign(year=rows["date"].str[:4].astype(int))
    rows["expected"] = rows["faces_scanned"] * population.fpir(
        rows["threshold_score"], rows["watchlist_size"]
    )
    misses = rows.groupby(["threshold_score", "year"], as_index=False).agg(
        deployments=("date", "size"),
        faces_scanned=("faces_scanned", "sum"),
        false_alerts=("false_alerts", "sum"),
        expected=("expected", "sum"),
    )
    mean = poisson_rate(misses["false_alerts"], 1)
    return misses.astype({"faces_scanned": int, "false_alerts": int}).assign(low=mean.low, high=mean.high)


def fit_table(population: Population, fits: list[dict]) -> pd.DataFrame:
    """For each parameter: the truth, the estimate of the first data set, how many intervals cover it."""
    true = truth(population)
    value, low, high = (np.array([fit[name] for fit in fits]) for name in ("value", "low", "high"))
    covered = ((low <= true) & (true <= high)).sum(axis=0)
    share = clopper_pearson(covered, len(fits))
    return pd.DataFrame(
        {
            "parameter": PARAMETERS,
            "truth": true,
            "estimate": value[0],
            "low": low[0],
            "high": high[0],
            "mean_estimate": value.mean(axis=0),
            "data_sets": len(fits),
            "comparisons": sum(fits[0]["strangers"]),
            "passages": sum(fits[0]["mates"]),
            "covered": covered,
            "covered_low": share.low,
            "covered_high": share.high,
        }
    )


def rare_events(
    population: Population, drawn: dict[str, list[dict]], counted: dict[str, list[dict]]
) -> pd.DataFrame:
    """FPIR of each case from drawn false alerts, beside the closed form and the engine's own count.

    The standard error is that between watchlists. `comparisons` counts those of templates made at the
    threshold; `comparisons_brute_force` those that counting would need for a relative standard error of 5
    %.
    """
    tables = []
    for case in CASES:
        estimates = _at(RARE, [block["fpir"] for block in drawn[case]])
        estimate = estimates.mean(axis=0)
        error = estimates.std(axis=0, ddof=1) / np.sqrt(BLOCKS)
        error[error < 1e-12 * estimate] = 0  # rounding alone, where no draw reached a second row
        images, trials = drawn[case][0]["images"], PROBES * len(counted[case])
        tables.append(
            pd.DataFrame(
                {
                    "case": case,
                    "threshold": RARE,
                    "people": PEOPLE,
                    "images": images,
                    "estimate": estimate,
                    "standard_error": error,
                    "relative_error": error / estimate,
                    "draws": BLOCKS * DRAWS,
                    "draws_reaching_several": _at(RARE, [block["several"] for block in drawn[case]]).sum(
                        axis=0
                    ),
                    "closed_form": [closed_form(population, case, threshold, PEOPLE) for threshold in RARE],
                    "events": np.sum([block["events"] for block in counted[case]], axis=0),
                    "trials": trials,
                    "comparisons": BLOCKS * DRAWS * images,
                    "comparisons_brute_force": (images * (1 - estimate) / estimate / 0.05**2).round(),
                }
            )
        )
    table = pd.concat(tables, ignore_index=True).astype({"closed_form": float})
    exact = clopper_pearson(table["events"], table["trials"])
    return table.assign(counted_low=exact.low, counted_high=exact.high)


def of_cases(runner: Runner, work: Callable[..., dict], blocks: int, name: str) -> dict[str, list[dict]]:
    """The results of so many blocks of each case."""
    found = runner.run(partial(each_case, work, tuple(CASES), blocks), blocks * len(CASES), name)
    return {case: found[blocks * number : blocks * (number + 1)] for number, case in enumerate(CASES)}


def _at(thresholds: Sequence[float], rows: list[list]) -> np.ndarray:
    """The columns of so many thresholds from rows with one for each of `DRAWN`."""
    return np.array(rows)[:, [DRAWN.index(threshold) for threshold in thresholds]]
