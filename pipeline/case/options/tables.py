"""The tables of the chapter on options: totals, ranks under every test, pairs, what each option needs."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.random import default_rng

from pipeline.case.options.ranking import Acceptability, confidence_factors, dominates, ranks_of
from pipeline.case.options.reading import Model, read_model
from pipeline.case.options.sensitivity import drops, groups, needs
from pipeline.case.options.trials import MAIN, Trial, trials
from pipeline.core.params import Params
from pipeline.core.paths import Paths


def tables(paths: Paths, params: Params) -> dict[str, pd.DataFrame]:
    """Every table, by name; see the functions below for each."""
    model, document = read_model(paths)
    rng = default_rng(model.method["seed"])
    found = {trial.id: (trial, trial.result()) for trial in trials(model, rng)}
    return {
        "option_scores": score_table(model, document),
        "option_criteria": pd.DataFrame(document["criteria"]),
        "option_totals": totals(model),
        "option_tests": by_trial(model, found, params.confidence),
        "option_ranks": ranks(model, {key: found[key][1] for key in (MAIN, "any")}, params.confidence),
        "option_central": central(model, found["any"][1]),
        "option_pairs": pairs(model, found[MAIN][1]),
        "option_needs": needs(model),
        "option_drops": drops(model, rng),
        "option_groups": groups(model),
    }


def score_table(model: Model, document: dict[str, Any]) -> pd.DataFrame:
    """One row a score: its range, quality, reason and evidence."""
    place = {key: number for number, key in enumerate((*model.options, *model.criteria))}
    shorts = {entry["id"]: entry["short"] for entry in document["criteria"]}
    names = dict(zip(model.options, model.names, strict=True))
    full = dict(zip(model.criteria, model.criterion_names, strict=True))
    rows = [
        {
            "criterion": entry["criterion"],
            "criterion_name": full[entry["criterion"]],
            "criterion_short": shorts[entry["criterion"]],
            "option": entry["option"],
            "option_name": names[entry["option"]],
            "low": entry["low"],
            "mid": (entry["low"] + entry["high"]) / 2,
            "high": entry["high"],
            "quality": entry["quality"],
            "idle": entry.get("idle", False),
            "reason": entry["reason"],
            "evidence": ", ".join(pointer.removeprefix("value:") for pointer in entry["evidence"]),
        }
        for entry in document["scores"]
    ]
    table = pd.DataFrame(rows)
    order = table[["criterion", "option"]].map(place.__getitem__)
    return table.loc[order.sort_values(["criterion", "option"]).index].reset_index(drop=True)


def totals(model: Model) -> pd.DataFrame:
    """One row an option: means of lowest, middle and highest scores, rank by them, and weakest point."""
    middle = model.mid.mean(axis=1)
    return pd.DataFrame(
        {
            "option": model.options,
            "option_name": model.names,
            "low": model.low.mean(axis=1),
            "mid": middle,
            "high": model.high.mean(axis=1),
            "rank": ranks_of(middle[None])[0],
            "weakest": model.mid.min(axis=1),
            "weakest_on": [model.criterion_names[k] for k in model.mid.argmin(axis=1)],
        }
    )


def by_trial(model: Model, found: dict[str, tuple[Trial, Acceptability]], confidence: float) -> pd.DataFrame:
    """One row a test and option: how often first and last, with the limits of chance, and the mean rank."""
    rows = []
    for number, (trial, result) in enumerate(found.values()):
        low, high = result.limits(confidence)
        drawn = trial.scores.ndim == 3 and not trial.weakest
        sure = (
            confidence_factors(result.central, trial.scores) if drawn else np.full(len(model.options), np.nan)
        )
        rows += [
            {
                "order": number,
                "test": trial.id,
                "test_name": trial.name,
                "option": option,
                "option_name": model.names[i],
                "first": result.shares[i, 0],
                "first_low": low[i, 0],
                "first_high": high[i, 0],
                "last": result.shares[i, -1],
                "expected_rank": result.expected_rank[i],
                "confidence_factor": sure[i],
                "draws": result.draws,
            }
            for i, option in enumerate(model.options)
        ]
    return pd.DataFrame(rows)


def ranks(model: Model, results: dict[str, Acceptability], confidence: float) -> pd.DataFrame:
    """One row a test, option and rank: the share of draws, with the limits of chance."""
    rows = []
    for test, result in results.items():
        low, high = result.limits(confidence)
        rows += [
            {
                "test": test,
                "option": option,
                "option_name": model.names[i],
                "rank": rank + 1,
                "share": result.shares[i, rank],
                "low": low[i, rank],
                "high": high[i, rank],
            }
            for i, option in enumerate(model.options)
            for rank in range(len(model.options))
        ]
    return pd.DataFrame(rows)


def central(model: Model, result: Acceptability) -> pd.DataFrame:
    """One row an option and criterion: the mean of all weights that put the option first."""
    return pd.DataFrame(
        [
            {
                "option": option,
                "option_name": model.names[i],
                "criterion": criterion,
                "criterion_name": model.criterion_names[k],
                "weight": result.central[i, k],
            }
            for i, option in enumerate(model.options)
            for k, criterion in enumerate(model.criteria)
        ]
    )


def pairs(model: Model, result: Acceptability) -> pd.DataFrame:
    """One row an ordered pair: how often the first is worth more, and whether it is so on every criterion."""
    rows = []
    for i, option in enumerate(model.options):
        for j, other in enumerate(model.options):
            if i != j:
                rows.append(
                    {
                        "option": option,
                        "option_name": model.names[i],
                        "other": other,
                        "other_name": model.names[j],
                        "beats": result.beats[i, j] / result.draws,
                        "better_on": int((model.mid[i] > model.mid[j]).sum()),
                        "equal_on": int((model.mid[i] == model.mid[j]).sum()),
                        "dominates": dominates(model.mid[i], model.mid[j]),
                        "dominates_surely": dominates(model.low[i], model.high[j]),
                    }
                )
    return pd.DataFrame(rows)
