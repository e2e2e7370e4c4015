"""The record itself: funnel, over-dispersion and shrinkage, by threshold and vendor."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.case.knowing.exposure import Published
from pipeline.case.knowing.funnel import (
    COUNTS,
    COVERAGES,
    by_unit,
    chance_outside,
    limits,
    outside,
    phi,
    phi_null,
)
from pipeline.case.knowing.shrinkage import fit, shrunk
from pipeline.measures.intervals import clopper_pearson

THRESHOLDS = {"0.60": 0.60, "0.62": 0.62, "0.64": 0.64}
FIRST_FILE_ENDS = "2025-05-10"  # the Met's own files and the first transcription of 0.64: used in other work
WINSORISED = ("to_may_2025", "deployment")  # what winsorising does is shown once
DRAWS = 2_000
PLACES_SHOWN = 12


def at_threshold(met: pd.DataFrame, threshold: str) -> pd.DataFrame:
    """The Met's deployments at one threshold, as printed."""
    return met[np.isclose(met["threshold_score"], THRESHOLDS[threshold])]


def _rate(rows: pd.DataFrame) -> float:
    """False alerts per alert."""
    return float(rows["false_alerts"].sum() / rows["alerts"].sum())


def funnel_points(published: Published, elsewhere: list[dict[str, Any]]) -> pd.DataFrame:
    """Places of the Met by threshold, and forces elsewhere, each against its own system's rate.

    Returns:
        One row per place or force: system (vendor and threshold), unit, kind, alerts, false_alerts, share,
        low, high (exact), centre (the rate of the Met's rows of that system; blank without), where it
        lies, and the chance of lying outside the 95 % limits without a difference.
    """
    parts = []
    for threshold in THRESHOLDS:
        places = by_unit(at_threshold(published.met, threshold), "place")
        parts.append(
            places[["place", *COUNTS]]
            .rename(columns={"place": "unit"})
            .assign(
                system=f"NEC {threshold}",
                kind="place",
                centre=_rate(places),
            )
        )
    rates = {part["system"].iloc[0]: part["centre"].iloc[0] for part in parts}
    parts.append(
        pd.DataFrame(
            [
                (one["name"], *_elsewhere(one, published), one["system"], "force", rates.get(one["system"]))
                for one in elsewhere
            ],
            columns=["unit", *COUNTS, "system", "kind", "centre"],
        )
    )
    found = pd.concat(parts, ignore_index=True)
    interval = clopper_pearson(found["false_alerts"], found["alerts"])
    found = found.assign(share=interval.value, low=interval.low, high=interval.high)
    known = found["centre"].notna()
    found["where"], found["chance_outside"] = None, np.nan
    for _, rows in found[known].groupby("system"):
        found.loc[rows.index, "chance_outside"] = chance_outside(rows["alerts"], rows["centre"].iloc[0])
        found.loc[rows.index, "where"] = outside(rows["false_alerts"], rows["alerts"], rows["centre"].iloc[0])
    return found


def _elsewhere(one: dict[str, Any], published: Published) -> tuple[float, float]:
    """Alerts and false alerts of a force; a row may state true and false ones instead."""
    alerts = 0.0
    for key in one["alerts"]:
        row = published.rows.loc[key] if key in published.rows.index else None
        if row is not None and pd.isna(row["alerts"]):
            alerts += float(row["true_alerts"]) + float(row["false_alerts"])
        else:
            alerts += published.count(key, "alerts")
    return alerts, sum(published.count(key, "false_alerts") for key in one["false_alerts"])


def funnel(points: pd.DataFrame) -> pd.DataFrame:
    """What the funnel plot draws, in per cent: `part` is limit (on a grid of alerts) or point."""
    known = points[points["centre"].notna()]
    drawn = known[["system", "unit", "kind", *COUNTS, "where"]]
    parts = [drawn.assign(part="point", percent=100 * known["share"])]
    for system, rows in known.groupby("system"):
        rate = rows["centre"].iloc[0]
        alerts = np.unique(np.geomspace(1, 1.15 * rows["alerts"].max(), 120).round())
        part = pd.DataFrame({"system": system, "part": "limit", "alerts": alerts, "centre": 100 * rate})
        for name, coverage in COVERAGES.items():
            low, high = limits(alerts, rate, coverage)
            part[f"low_{name}"], part[f"high_{name}"] = 100 * low, 100 * high
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def dispersion(met: pd.DataFrame, seed: int) -> pd.DataFrame:
    """phi by deployment and place, within thresholds and across, beside its simulated null.

    Returns:
        One row per system (`all` is across thresholds), period (to_may_2025 or whole), unit and whether z is
        winsorised (shown for deployments to May 2025 alone): rows, alerts, false_alerts, phi, null_mean,
        null_low, null_high (2.5 and 97.5 %), p (one-sided, by simulation).
    """
    rows = []
    for period, last in (("to_may_2025", FIRST_FILE_ENDS), ("whole", met["date"].max())):
        inside = met[(met["date"] <= pd.Timestamp(last)) & met["threshold_score"].notna()]
        for system in (*THRESHOLDS, "all"):
            for unit in ("deployment", "place"):
                part = by_unit(inside if system == "all" else at_threshold(inside, system), unit)
                events, alerts = part["false_alerts"].to_numpy(), part["alerts"].to_numpy()
                rate = events.sum() / alerts.sum()
                for winsorised in (False, True) if (period, unit) == WINSORISED else (False,):
                    value = float(phi(events, alerts, winsorised))
                    null = phi_null(rate, alerts, DRAWS, seed, winsorised)
                    low, high = np.quantile(null, [0.025, 0.975])
                    chance = (1 + (null >= value - 1e-9).sum()) / (1 + len(null))
                    counts = len(part), alerts.sum(), events.sum()
                    rows.append(
                        (system, period, unit, winsorised, *counts, value, null.mean(), low, high, chance)
                    )
    names = ["system", "period", "unit", "winsorised", "rows", "alerts", "false_alerts", "phi"]
    return pd.DataFrame(rows, columns=[*names, "null_mean", "null_low", "null_high", "p"])


def shrinkage(points: pd.DataFrame) -> pd.DataFrame:
    """Raw shares beside those drawn towards the pool of the same system: busiest places, and forces.

    The pool's spread is that between the Met's places; between forces it is ASSUMED to be the same. Two
    versions: the likeliest spread, and the largest not refused. A force of a system without a pool stays raw.

    Returns:
        Rows of `points` with pool_mean, spread, spread_high, shrunk (likeliest spread), and shrunk_wide with
        shrunk_low and shrunk_high (largest spread).
    """
    parts = []
    for _, rows in points.groupby("system"):
        places = rows[rows["kind"] == "place"]
        shown = pd.concat(
            [
                rows[rows["kind"] == "force"],
                places.sort_values(["alerts", "unit"], ascending=[False, True]).head(PLACES_SHOWN),
            ]
        )
        if places.empty:
            parts.append(shown)
            continue
        pool = fit(places["false_alerts"], places["alerts"])
        counts = shown["false_alerts"], shown["alerts"]
        wide = shrunk(*counts, pool.mean_high, pool.spread_high)
        shown = shown.assign(
            pool_mean=pool.mean,
            spread=pool.spread,
            spread_high=pool.spread_high,
            shrunk=shrunk(*counts, pool.mean, pool.spread)[0],
            shrunk_wide=wide[0],
            shrunk_low=wide[1],
            shrunk_high=wide[2],
        )
        parts.append(shown)
    return pd.concat(parts, ignore_index=True)
