"""What the order of the options hangs on: what each one needs to be first, and each criterion left out."""

import numpy as np
import pandas as pd
from numpy.random import Generator

from pipeline.case.options.needs import ever_first, least_weight_change, score_change, single_weight
from pipeline.case.options.ranking import acceptability, drawn_scores, values_of
from pipeline.case.options.reading import Array, Model
from pipeline.case.options.weights import alike, any_weights, plausible

MOVED = 0.001  # weight below which a criterion counts as unmoved


def needs(model: Model) -> pd.DataFrame:
    """One row an option: what must be true for it to come first, from equal weights and middle scores."""
    equal = np.full(len(model.criteria), 1 / len(model.criteria))
    rows = []
    for i, option in enumerate(model.options):
        change = least_weight_change(model.mid, i, equal)
        alone = [single_weight(model.mid, i, k) for k in range(len(model.criteria))]
        leads = change.moved < MOVED * MOVED
        least = None if leads or np.isnan(alone).all() else int(np.nanargmin(alone))
        difference = change.weights - equal
        rows.append(
            {
                "option": option,
                "option_name": model.names[i],
                "weight_moved": change.moved,
                "gains": _named(model, difference > MOVED),
                "loses": _named(model, difference < -MOVED),
                "single_criterion": "" if least is None else model.criterion_names[least],
                "single_weight": np.nan if least is None else alone[least],
                "criteria_that_could": int((~np.isnan(alone)).sum()),
                "score_change": score_change(model.low, model.high, i, equal),
                "ever_first": ever_first(model.low, model.high, i),
            }
        )
    return pd.DataFrame(rows)


def drops(model: Model, rng: Generator) -> pd.DataFrame:
    """One row a criterion left out: order at equal weights, and shares of first ranks."""
    draws, size = model.method["draws"], model.low.shape
    scores = drawn_scores(model.low, model.high, rng.random((draws, *size)))
    rows = []
    for left_out in range(size[1]):
        kept = [k for k in range(size[1]) if k != left_out]
        free = any_weights(draws, len(kept), rng)
        weights = plausible(free, model.method["least_weight"], model.method["most_weight"])
        result = acceptability(weights, values_of(weights, scores[: len(weights), :, kept]))
        worth = model.mid[:, kept].mean(axis=1)
        order = np.argsort(-worth, kind="stable")
        rows.append(
            {
                "left_out": model.criteria[left_out],
                "left_out_name": model.criterion_names[left_out],
                "order": in_order(model, worth),
                "first": model.options[order[0]],
                "lead": worth[order[0]] - worth[order[1]],
            }
            | {f"first_{option}": result.shares[i, 0] for i, option in enumerate(model.options)}
        )
    return pd.DataFrame(rows)


def in_order(model: Model, worth: Array) -> str:
    """Short names of the options from the most to the least worth; an equals sign where two are equal."""
    order = np.argsort(-worth, kind="stable")
    signs = np.where(np.isclose(np.diff(worth[order]), 0), " = ", " > ")
    return "".join(sign + model.shorts[i] for sign, i in zip(["", *signs], order, strict=True))


def groups(model: Model) -> pd.DataFrame:
    """One row a criterion: with which others its scores go together."""
    number = alike(model.mid, model.method["alike"])
    return pd.DataFrame(
        {"criterion": model.criteria, "criterion_name": model.criterion_names, "group": np.array(number) + 1}
    )


def _named(model: Model, chosen: np.ndarray) -> str:
    return ", ".join(name for name, one in zip(model.criterion_names, chosen, strict=True) if one)
