"""Whole deployments: what the NPL-anchored scenario predicts for each published row, and a third replayed.

The prediction needs no simulation: false alerts of a row are Poisson with mean faces times FPIR(N, T),
mixed over what the published tests leave open. The replay runs one in three of the Met's own rows through
the engine, once, at the model's point values. Nothing is fitted to the rows that it is compared with, except
where the evidence is `BORROWED`.
"""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.benchmarks.deployment_day.implied import implied_passages
from pipeline.benchmarks.deployment_day.prediction import Prediction, discoveries, expected_false_alerts
from pipeline.benchmarks.deployment_day.published import (
    PRINTED,
    borrow,
    face_countings,
    published_rows,
    published_test,
)
from pipeline.benchmarks.deployment_day.replay import Officers, replay_rows
from pipeline.benchmarks.model.posterior import PRIORS, Evidence, Prior, draw_rates
from pipeline.benchmarks.running.runner import Runner
from pipeline.core.params import BenchmarkParams
from pipeline.core.paths import Paths
from pipeline.measures.rates import by_era, measures_by
from pipeline.measures.tables import read_deployments
from pipeline.schemas.tables import typed, validate

CONFIDENCE = 0.95
CHANCE = 0.05  # a tail probability below it surprises; also the false discovery rate
POSTERIOR, PREDICTION = 1_000_002, 1_000_003  # name their streams; blocks of the replay are numbered from 0
TESTED, BORROWED = "NPL test", "NPL test and the Met's rate at 0.64"


def run(paths: Paths, params: BenchmarkParams, runner: Runner) -> dict[str, pd.DataFrame]:
    """Predict, replay and compare.

    Returns:
        deployment_rows, deployment_months and deployment_eras (printed beside predicted),
        deployment_surprising (the rows that surprise), deployment_surprises (how many do, and would by
        chance), deployment_priors (how much of a prediction is prior), implied_share, replay (records in the
        published columns), replay_assumptions, replay_check (the truth, which no record holds, beside the
        closed form) and replay_by_era.
    """
    rows = published_rows(read_deployments(paths.clean))
    tested = published_test(pd.read_csv(paths.reference / "operating_points.csv"))
    totals = pd.read_csv(paths.reference / "totals_to_check.csv")
    countings = face_countings(rows, pd.read_csv(paths.derived / "faces_break.csv"))
    replayed = replay_rows(rows, params.seed, runner)
    rows["replayed_false_alerts"] = replayed["mismatches"].reindex(rows["deployment_id"]).to_numpy()

    tables: dict[str, list[pd.DataFrame]] = {"months": [], "eras": [], "surprises": [], "priors": []}
    for counting, faces in countings.items():
        for source, evidence in {TESTED: tested, BORROWED: borrow(tested, rows, faces, totals)}.items():
            label = {"evidence": source, "counting": counting}
            means = predicted_means(evidence, PRIORS[0], rows, faces, params)
            prediction = Prediction(means)
            judged = judge_rows(rows, prediction)
            stream = np.random.default_rng([params.seed, PREDICTION])
            tables["eras"].append(foretell(rows, means, "era").assign(**label))
            tables["surprises"].append(pd.DataFrame([label | surprise(judged, prediction, stream)]))
            if counting == PRINTED:
                tables["months"].append(foretell(rows, means, "month").assign(**label))
                tables.setdefault("rows", [judged])
    for prior in PRIORS:
        means = predicted_means(tested, prior, rows, countings[PRINTED], params)
        tables["priors"].append(foretell(rows, means, "era").assign(prior=prior.name))
    compared = {f"deployment_{name}": pd.concat(parts) for name, parts in tables.items()}
    by_row = compared["deployment_rows"]
    records = pd.DataFrame(replayed["record"].tolist())
    validate(typed(records, "deployments"), "deployments", "benchmark_replay.csv")
    others = {
        "deployment_surprising": by_row[by_row["surprising"] == "yes"],
        "implied_share": implied_passages(_totals(rows, "era"), tested.thresholds[0], CONFIDENCE),
        "replay": records,
        "replay_assumptions": pd.DataFrame([asdict(Officers())]),
        "replay_check": check_replay(replayed),
        "replay_by_era": measures_of(records),
    }
    return {name: six_digits(table) for name, table in (compared | others).items()}


def predicted_means(
    evidence: Evidence, prior: Prior, rows: pd.DataFrame, faces: NDArray, params: BenchmarkParams
) -> NDArray[np.float64]:
    """Expected false alerts of each row under each posterior draw, (draws, rows)."""
    rates = draw_rates(evidence, prior, params.draws, np.random.default_rng([params.seed, POSTERIOR]))
    column = np.searchsorted(evidence.thresholds, rows["threshold_score"])
    return expected_false_alerts(rates, faces, rows["watchlist_size"].to_numpy(), column)


def foretell(rows: pd.DataFrame, means: NDArray, group: str) -> pd.DataFrame:
    """Printed false alerts of each group of rows beside the distribution predicted for their sum."""
    table = _totals(rows, group)
    member = pd.get_dummies(rows[group])[table[group]].to_numpy(dtype=np.float64)
    return _beside(table, Prediction(means @ member))


def judge_rows(rows: pd.DataFrame, prediction: Prediction) -> pd.DataFrame:
    """Each row beside its prediction: does it surprise, and still among so many rows looked at?"""
    columns = [
        "deployment_id", "date", "location", "threshold", "watchlist_size", "list_assumed",
        "faces_scanned", "false_alerts", "replayed_false_alerts",
    ]  # fmt: skip
    table = _beside(rows[columns], prediction)
    table["surprising"] = np.where(table["tail_probability"] < CHANCE, "yes", "no")
    table["discovered"] = np.where(discoveries(table["tail_probability"], CHANCE), "yes", "no")
    return table


def surprise(judged: pd.DataFrame, prediction: Prediction, rng: np.random.Generator) -> dict[str, Any]:
    """How many rows surprise, and how many would if the prediction held: rows drawn from the model.

    Rows share one unknown rate, so if one surprises, many may; the limits allow for that.
    """
    least, greatest = prediction.unsurprising(CHANCE)
    drawn = rng.poisson(prediction.means)
    by_chance = ((drawn < least) | (drawn > greatest)).sum(axis=1)
    low, high = np.quantile(by_chance, [CHANCE / 2, 1 - CHANCE / 2], method="inverted_cdf")
    picked = judged["surprising"] == "yes"
    return {
        "rows": len(judged),
        "surprising": int(picked.sum()),
        "more_than_predicted": int((picked & (judged["false_alerts"] > judged["predicted"])).sum()),
        "by_chance": float(by_chance.mean()),
        "by_chance_low": int(low),
        "by_chance_high": int(high),
        "discovered": int((judged["discovered"] == "yes").sum()),
    }


def check_replay(replayed: pd.DataFrame) -> pd.DataFrame:
    """What the replay counted at each threshold beside what the closed form expects of strangers."""
    records = pd.DataFrame(replayed["record"].tolist(), index=replayed.index)
    counted = ["matches", "missed", "mistaken", "mismatches", "expected_mismatches"]
    table = replayed[counted].assign(
        threshold=records["threshold_score"].map("{:.2f}".format),
        rows=1,
        faces_scanned=records["faces_scanned"],
        false_alerts=records["false_alerts"],
    )
    table = table.groupby("threshold", as_index=False).sum()
    low, high = Prediction(table[["expected_mismatches"]].to_numpy().T).limits(CONFIDENCE)
    return table.assign(low=low, high=high)


def measures_of(records: pd.DataFrame) -> pd.DataFrame:
    """Measures of replayed deployments by threshold, by the code that reads the published ones."""
    numbers = records.replace("", np.nan).assign(date=pd.to_datetime(records["date"]))
    return measures_by(numbers, *by_era(numbers), CONFIDENCE)


def six_digits(table: pd.DataFrame) -> pd.DataFrame:
    """Cut fractions to six significant digits, which every processor rounds alike; counts become integers."""
    cut = table.copy()
    for name in cut.select_dtypes("float"):
        if (cut[name].dropna() % 1 == 0).all():
            cut[name] = cut[name].astype("Int64")
        else:
            cut[name] = cut[name].map(lambda x: x if x % 1 == 0 else float(f"{x:.6g}"))
    return cut


def _totals(rows: pd.DataFrame, group: str) -> pd.DataFrame:
    return rows.groupby(group, as_index=False, sort=True).agg(
        threshold=("threshold", "first"),
        rows=("deployment_id", "size"),
        faces_scanned=("faces_scanned", "sum"),
        true_alerts=("true_alerts", "sum"),
        false_alerts=("false_alerts", "sum"),
    )


def _beside(table: pd.DataFrame, prediction: Prediction) -> pd.DataFrame:
    low, high = prediction.limits(CONFIDENCE)
    return table.assign(
        predicted=prediction.means.mean(axis=0),
        low=low,
        high=high,
        tail_probability=prediction.tail_probability(table["false_alerts"]),
    )
