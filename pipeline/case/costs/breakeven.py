"""Where the answer changes sign: the number of forces, the size of a team, the cost of a pass.

Every saving is a straight line in each of these, so two runs of the model give the line, and the line gives
the crossing. No search is needed.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.case.costs.failure import Record, alerts_exposed, stopped
from pipeline.case.costs.model import COMPARISONS, Amount, savings
from pipeline.case.costs.register import Settings
from pipeline.case.costs.simulate import MIDDLE, summary

MILLION = 1e6
CHANCES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # of a central error, for the threshold curve


def crossing(at_zero: Amount, slope: Amount, rising: bool = True) -> NDArray[np.float64]:
    """Where `at_zero + slope * x` becomes positive (or ceases to be), for x of 0 or more.

    Args:
        at_zero: Value at x = 0.
        slope: Change for one more of x.
        rising: Whether more of x is what makes it pay.

    Returns:
        x; 0 if it pays from the start, infinite if it never does (if not rising: never ceases to).

    Example:
        >>> [float(one) for one in crossing(np.array([-6.0, 1.0, -1.0]), np.array([2.0, 2.0, -2.0]))]
        [3.0, 0.0, inf]
    """
    sign = 1 if rising else -1
    start, towards = sign * np.asarray(at_zero, float), sign * np.asarray(slope, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(start >= 0, 0.0, np.where(towards > 0, -start / towards, np.inf))


def line(settings: Settings, comparison: str, assumption: str) -> tuple[Amount, Amount]:
    """A saving at 0 of one assumption, and its change for one more."""
    at = [savings(settings | {assumption: value})[comparison] for value in (0.0, 1.0)]
    return at[0], at[1] - at[0]


def break_evens(middle: Settings, drawn: Settings) -> pd.DataFrame:
    """The crossings, at the modes and over the draws.

    Returns:
        One row each: break_even (<assumption>_<comparison>), at_mode, median, low, high (blank where
        infinite: there is none), share (of draws where it lies within reach: at most the number of forces,
        or above 0 posts).
    """
    rows = []
    for comparison in COMPARISONS:
        found, mode = (crossing(*line(one, comparison, "forces")) for one in (drawn, middle))
        rows.append(_row(f"forces_{comparison}", mode, found, (found <= middle["forces"]).mean()))
    for comparison in ("net", "net_accepting"):
        found, mode = (
            crossing(*line(one, comparison, "team_posts"), rising=False) for one in (drawn, middle)
        )
        rows.append(_row(f"team_posts_{comparison}", mode, found, (found > 0).mean()))
    return pd.DataFrame(rows)


def _row(name: str, mode: Amount, found: NDArray[np.float64], share: float) -> dict:
    tails = np.quantile(found, [0.5, (1 - MIDDLE) / 2, (1 + MIDDLE) / 2], method="closest_observation")
    numbers = dict(zip(("at_mode", "median", "low", "high"), (float(mode), *tails), strict=True))
    blank = {key: value if np.isfinite(value) else np.nan for key, value in numbers.items()}
    return {"break_even": name, **blank, "share": share}


def by_forces(middle: Settings, drawn: Settings, record: Record, confidence: float) -> pd.DataFrame:
    """Savings for every number of forces, and what the live figure multiplies out.

    Returns:
        One row for each comparison and number of forces: median, low, high, share_above (of draws in which
        central work saves); all others at their modes, saving = fixed + per_pass_pound * cost of a pass
        + per_post * posts, in millions of pounds; stops_central and stops_local, people spoken to by mistake
        if the centre errs, or every force by itself, with charts; stops_unwatched, without, either way.
    """
    rows = []
    for comparison in COMPARISONS:
        at_none, each = line(drawn, comparison, "forces")
        for forces in range(1, int(middle["forces"]) + 1):
            spread = summary((at_none + forces * each) / MILLION, confidence)
            here = middle | {"forces": forces}
            rest, per_post = line(here | {"pass_cost": 0.0}, comparison, "team_posts")
            _, per_pass = line(here, comparison, "pass_cost")
            people = stopped(here | record.shares(), alerts_exposed(here | record.shares(), record))
            rows.append(
                {
                    "comparison": comparison,
                    "forces": forces,
                    **{key: spread[key] for key in ("median", "low", "high", "share_above")},
                    "fixed": rest / MILLION,
                    "per_pass_pound": per_pass / MILLION,
                    "per_post": per_post / MILLION,
                    "stops_central": people["all_together"],
                    "stops_local": people["all_apart"],
                    "stops_unwatched": people["all_unwatched"],
                }
            )
    return pd.DataFrame(rows)


def value_of_a_stop(middle: Settings, record: Record) -> pd.DataFrame:
    """What one person spoken to by mistake must be worth for a central error to use up the gross saving.

    No such value is proposed. All assumptions stand at their modes.

    Returns:
        One row for each chance of a central error: chance, together and unwatched (pounds a person).
    """
    people = stopped(middle | record.shares(), alerts_exposed(middle | record.shares(), record))
    saved = savings(middle)["gross"]
    return pd.DataFrame(
        [
            {
                "chance": chance,
                "together": saved / (chance * people["all_together"]),
                "unwatched": saved / (chance * people["all_unwatched"]),
            }
            for chance in CHANCES
        ]
    )
