"""The tables of the cost model, each made from the register, the record and common draws."""

from collections.abc import Sequence

import pandas as pd

from pipeline.case.costs.failure import (
    SCENARIOS,
    Record,
    alerts_exposed,
    expected_stops,
    false_alerts,
    months,
    stopped,
)
from pipeline.case.costs.model import COMPARISONS, OPTIONS, PARTS, cost_of_a_test, costs, savings, totals
from pipeline.case.costs.register import Assumption, Settings
from pipeline.case.costs.simulate import summary
from pipeline.measures.power import design_effect, trials_needed

MILLION = 1e6
POINTS = (2, 3, 5, 10)  # differences for which a table gives the size of a test
COLUMNS = ("low", "median", "high")


def cost_totals(middle: Settings, drawn: Settings, confidence: float) -> pd.DataFrame:
    """Millions of pounds by option, and saved in each comparison, with the errors of simulation.

    Returns:
        One row each: kind (option or saving), name, at_mode, median, low, high, mean, share_above (of
        draws in which it is above 0), median_error, low_error, high_error, mean_error.
    """
    rows = []
    for kind, names, amounts in (("option", OPTIONS, totals), ("saving", COMPARISONS, savings)):
        at_modes, found = amounts(middle), amounts(drawn)
        rows += [
            {"kind": kind, "name": name, "at_mode": at_modes[name] / MILLION}
            | summary(found[name] / MILLION, confidence)
            for name in names
        ]
    return pd.DataFrame(rows)


def cost_parts(middle: Settings, drawn: Settings) -> pd.DataFrame:
    """Millions of pounds by option and part: option, part, at_mode, mean over the draws."""
    at_modes, found = costs(middle), costs(drawn)
    return pd.DataFrame(
        [
            {
                "option": option,
                "part": part,
                "at_mode": at_modes[option][part] / MILLION,
                "mean": found[option][part].mean() / MILLION,
            }
            for option in OPTIONS
            for part in PARTS
        ]
    )


def cost_test_sizes(assumptions: Sequence[Assumption], middle: Settings) -> pd.DataFrame:
    """How large a test must be for a difference, and what it costs once and for every force.

    Returns:
        One row for each of POINTS: points, trials (independent, one group), passes and people (one group),
        people_once and people_everywhere (all groups, one test each), and millions of pounds of one test and
        of one for every force at the lowest, the middle and the highest cost of a pass.
    """
    price = next(one for one in assumptions if one.id == "pass_cost")
    rows = []
    for points in POINTS:
        trials = trials_needed(middle["found"], middle["found"] - points / 100)
        passes = trials * design_effect(middle["passes_each"], middle["correlation"])
        row = {"points": points, "trials": round(trials), "passes": round(passes)}
        people = passes / middle["passes_each"]
        row |= {"people": round(people), "people_once": round(people * middle["groups"])}
        row["people_everywhere"] = row["people_once"] * int(middle["forces"])
        for name, pounds in (("low", price.low), ("mode", price.mode), ("high", price.high)):
            once = cost_of_a_test(middle | {"pass_cost": pounds}, passes * middle["groups"]) / MILLION
            row |= {f"once_{name}": once, f"everywhere_{name}": once * middle["forces"]}
        rows.append(row)
    return pd.DataFrame(rows)


def cost_failure(drawn: Settings, record: Record, confidence: float) -> pd.DataFrame:
    """What one wrong threshold does until it is corrected, in each scenario: median and the middle 95 in 100.

    Returns:
        One row for each scenario and measure (months, alerts, false_alerts, stops): scenario, measure,
        median, low, high, error (of simulation, the largest of the three).
    """
    exposed = alerts_exposed(drawn, record)
    measures = {
        "months": months(drawn, record, exposed),
        "alerts": exposed,
        "false_alerts": false_alerts(drawn, exposed),
        "stops": stopped(drawn, exposed),
    }
    return pd.DataFrame(
        [
            {"scenario": scenario, "measure": name, **_spread(values[scenario], confidence)}
            for name, values in measures.items()
            for scenario in SCENARIOS
            if scenario in values
        ]
    )


def cost_failure_chances(
    middle: Settings, drawn: Settings, record: Record, confidence: float
) -> pd.DataFrame:
    """Expected people spoken to by mistake, centre against forces, and how often each comes out worse.

    Returns:
        One row each: name, at_mode, median, low, high, error. A name that begins with `worse_` is the share
        of draws in which the centre is expected to do more harm.
    """
    at_modes, found = (expected_stops(one, record) for one in (middle | record.shares(), drawn))
    rows = [
        {"name": name, "at_mode": at_modes[name], **_spread(values, confidence)}
        for name, values in found.items()
    ]
    pairs = {
        "worse_together": ("central_together", "local_apart"),
        "worse_unwatched": ("central_unwatched", "local_apart"),
        "worse_both_unwatched": ("central_unwatched", "local_unwatched"),
    }
    rows += [
        {"name": name, "median": (found[central] > found[local]).mean()}
        for name, (central, local) in pairs.items()
    ]
    return pd.DataFrame(rows)


def cost_false_shares(record: Record) -> pd.DataFrame:
    """The two shares of alerts that the failure model takes from the record: name, false_alerts, alerts."""
    return pd.DataFrame(
        [
            {"setting": "right", "false_alerts": record.false_right, "alerts": record.alerts_right},
            {"setting": "wrong", "false_alerts": record.false_wrong, "alerts": record.alerts_wrong},
        ]
    )


def _spread(values: pd.Series, confidence: float) -> dict[str, float]:
    found = summary(values, confidence)
    error = max(found[f"{name}_error"] for name in COLUMNS)
    return {name: found[name] for name in COLUMNS} | {"error": error}
