"""Which assumptions matter: the tornado and shares of variance of three answers, and an impact rating."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.case.costs.failure import Record, expected_stops
from pipeline.case.costs.model import COMPARISONS, savings
from pipeline.case.costs.register import Assumption, Settings, as_table
from pipeline.case.costs.simulate import tornado, variance_shares

MILLION = 1e6
QUESTIONS = (*COMPARISONS, "failure_difference", "failure_central")
LEAST = 1e-9  # a narrower bar is rounding
HIGH, MEDIUM = 1 / 2, 1 / 6  # of the largest swing of a question, from which an impact is high or medium


def answer(question: str, settings: Settings, record: Record) -> NDArray[np.float64] | float:
    """The answer to one question: a saving in millions of pounds, or people spoken to by mistake.

    `failure_central` is the expected number of people under the centre, with one chart for all;
    `failure_difference` is that less the number under the forces, each with a chart of its own.
    """
    if question in COMPARISONS:
        return savings(settings)[question] / MILLION
    found = expected_stops(record.shares() | settings, record)
    if question == "failure_central":
        return found["central_together"]
    return found["central_together"] - found["local_apart"]


def tornados(assumptions: Sequence[Assumption], record: Record) -> pd.DataFrame:
    """The tornado of every question, with shares of variance, widest bar first.

    Returns:
        One row for each question and assumption that moves it: question, rank (1 is the widest), assumption,
        label, unit, low, high, middle, at_low, at_high, swing, first, total.
    """
    bars = [
        tornado(assumptions, lambda settings, name=name: answer(name, settings, record)).assign(question=name)
        for name in QUESTIONS
    ]
    shares = variance_shares(
        assumptions, lambda settings: np.stack([answer(name, settings, record) for name in QUESTIONS])
    )
    shares["question"] = shares.pop("answer").map(dict(enumerate(QUESTIONS)))
    table = pd.concat(bars).query(f"swing > {LEAST}").merge(shares, on=["question", "assumption"])
    table = table.merge(as_table(assumptions)[["assumption", "label", "unit", "low", "high"]])
    order = table["question"].map(QUESTIONS.index)
    table = table.assign(order=order).sort_values(
        ["order", "swing", "assumption"], ascending=[True, False, True], ignore_index=True
    )
    table["rank"] = table.groupby("question").cumcount() + 1
    columns = [
        "question",
        "rank",
        "assumption",
        "label",
        "unit",
        "low",
        "high",
        "middle",
        "at_low",
        "at_high",
    ]
    return table[[*columns, "swing", "first", "total"]]


def rated(assumptions: Sequence[Assumption], bars: pd.DataFrame) -> pd.DataFrame:
    """The register with an impact rating: the widest bar of each assumption, over the widest of its question.

    Returns:
        One row an assumption: the columns of the register; swing_share (0 to 1, of the question that it moves
        most), impact (high, medium, low, or "not moved" if fixed).

    Example:
        An assumption whose bar is 3 wide beside one of 10 has a swing_share of 0.3: medium.
    """
    widest = bars.groupby("question")["swing"].transform("max")
    share = (bars["swing"] / widest).groupby(bars["assumption"]).max()
    table = as_table(assumptions)
    table["swing_share"] = table["assumption"].map(share)
    table["impact"] = [
        "not moved" if kind == "fixed" else impact(value)
        for kind, value in zip(table["distribution"], table["swing_share"].fillna(0), strict=True)
    ]
    return table


def impact(swing_share: float) -> str:
    """The word for a share of the widest bar.

    Example:
        >>> [impact(share) for share in (0.5, 0.2, 0.1)]
        ['high', 'medium', 'low']
    """
    return "high" if swing_share >= HIGH else "medium" if swing_share >= MEDIUM else "low"
