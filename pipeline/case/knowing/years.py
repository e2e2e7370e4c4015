"""Years to detect a change: alerts needed over alerts a year, for every force and scope."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.case.knowing.cusum import Cusum
from pipeline.case.knowing.detection import (
    before_and_after,
    events_for_precision,
    known_baseline,
    needed_events,
)
from pipeline.case.knowing.exposure import MET_SYSTEM, NATIONAL, Published, pooled
from pipeline.measures.power import none_in

MONTHS_STATED = {"2024": ("OA089", 12), "2025": ("OA091", 9)}  # national false alerts: total and months
PRECISION = 1.5  # an interval whose upper limit is at most so many times its lower one


def effects(settings: dict[str, Any], chart: Cusum) -> pd.DataFrame:
    """What each effect needs: one row per ratio and group share.

    Returns:
        ratio, share; events of the usual rate for the known baseline (first and stays) and before a change
        (first and stays); alerts of the tuned chart until its signal, on average; false alerts in all groups
        (first and stays); and alerts for each: alerts_known, alerts_before_after, alerts_cusum, alerts_group,
        by the events that stay. A group's alerts are counted at the usual overall rate.
    """
    rate, rows = chart.rate, []
    for ratio in settings["effects"]:
        known, both = known_baseline(ratio), before_and_after(ratio)
        signal = chart.mean_alerts(ratio * rate)
        for entry in settings["group_shares"]:
            needed = needed_events(entry["share"], ratio)
            group = needed.smallest, needed.stays
            alerts = (known[1] / rate, both[1] / rate, signal, group[1] / rate)
            rows.append((ratio, entry["share"], *known, *both, *group, *alerts))
    names = [f"{name}_{end}" for name in ("known", "before_after", "group") for end in ("first", "stays")]
    needs = ["alerts_known", "alerts_before_after", "alerts_cusum", "alerts_group"]
    return pd.DataFrame(rows, columns=["ratio", "share", *names, *needs])


def detection(table: pd.DataFrame, needs: pd.DataFrame, main_share: float) -> pd.DataFrame:
    """Years until each force sees each effect, alone, with its region, nationally.

    Args:
        table: Exposures, see `exposures`.
        needs: What effects need, see `effects`.
        main_share: The group's share that is used.

    Returns:
        One row per exposure, scope, ratio and question (known, before_after, cusum, group): alerts needed,
        and years by the central, high (years_low) and low (years_high) exposure. The years of before_after
        are those after the change; as many lie before it.
    """
    main = needs[np.isclose(needs["share"], main_share)]
    long = main.melt("ratio", [name for name in main if name.startswith("alerts_")], "question", "alerts")
    long["question"] = long["question"].str.removeprefix("alerts_")
    crossed = pooled(table).merge(long, how="cross")
    for end, exposure in {"years": "central", "years_low": "high", "years_high": "low"}.items():
        crossed[end] = crossed["alerts"] / crossed[exposure]
    return crossed


def national(
    table: pd.DataFrame, settings: dict[str, Any], published: Published, needs: pd.DataFrame
) -> pd.DataFrame:
    """What pooling adds to the Met: the stated national total, the vans assumed, the vans planned.

    Returns:
        One row per scope: alerts_a_year, times_met, and years to see a doubling by each question.
    """
    met = table.loc[table["exposure_id"] == "metropolitan", "central"].item()
    nine_months = published.met_alerts("2025-01-01", "2025-09-30")
    others = (published.national() - nine_months) * 365 / 273
    same = table[table["system"] == MET_SYSTEM]
    van = table.loc[table["basis"].str.startswith("assumed"), "central"]
    rest = same.loc[~same.index.isin(van.index), "central"].sum()
    planned = rest + settings["vans_planned"] / settings["vans_in_a_unit"] * van.mean()
    scopes = {
        "van_force": van.mean(),
        "met": met,
        "stated": met + others,
        "vans": same["central"].sum(),
        "planned": planned,
    }
    found = pd.DataFrame({"scope": list(scopes), "alerts_a_year": list(scopes.values())})
    found["times_met"] = found["alerts_a_year"] / met
    doubling = needs[(needs["ratio"] == 2) & np.isclose(needs["share"], settings["main_share"])].iloc[0]
    for question in ("known", "before_after", "cusum", "group"):
        found[f"years_{question}"] = doubling[f"alerts_{question}"] / found["alerts_a_year"]
    return found


def rates_a_year(published: Published, settings: dict[str, Any], needs: pd.DataFrame) -> pd.DataFrame:
    """False alerts a year by which the years can be counted, and the years that follow for a doubling.

    Returns:
        One row per way of counting: counted, false_alerts_a_year, and years for the known baseline, before
        and after, and the group (first, stays).
    """
    both = sum(published.count(total, "false_alerts") for total, _ in MONTHS_STATED.values())
    months = sum(length for _, length in MONTHS_STATED.values())
    ways = {
        "met_stated": float(settings["baseline"]["false_alerts"]),
        "nation_both_years": both * 12 / months,
        "met_nine_months": published.met_alerts("2025-01-01", "2025-09-30", "false_alerts") * 12 / 9,
        "nation_nine_months": published.count(NATIONAL["false_alerts"], "false_alerts") * 12 / 9,
    }
    found = pd.DataFrame({"counted": list(ways), "false_alerts_a_year": list(ways.values())})
    doubling = needs[(needs["ratio"] == 2) & np.isclose(needs["share"], settings["main_share"])].iloc[0]
    for name in ("known_stays", "before_after_stays", "group_first", "group_stays"):
        found[f"years_{name}"] = doubling[name] / found["false_alerts_a_year"]
    return found


def pooling(table: pd.DataFrame, met: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Where pooling pays: the bound that a year without a false alert sets, and years to a narrow interval.

    Args:
        table: Exposures.
        met: The Met's deployments at one threshold: `alerts`, `arrests`.
        rate: Usual false alerts per alert.

    Returns:
        One row per exposure and scope: alerts a year (central), `zero_bound` (one-sided 95 % upper limit of
        false alerts per alert after a year without any), chance_of_none (of such a year at the usual rate),
        and years until arrests (and false alerts) per alert are known to within a factor of `PRECISION` from
        limit to limit, if arrests are as many an alert as in the Met's rows.
    """
    events = events_for_precision(PRECISION)
    counted = met.dropna(subset=["arrests"])
    arrests = counted["arrests"].sum() / counted["alerts"].sum()
    found = pooled(table)
    alerts = found["central"]
    return found.assign(
        zero_bound=[none_in(number) for number in alerts],
        chance_of_none=np.exp(-rate * alerts),
        years_arrests=events / arrests / alerts,
        years_false_alerts=events / rate / alerts,
        arrests_per_alert=arrests,
    )
