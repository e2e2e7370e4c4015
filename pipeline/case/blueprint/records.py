"""National coordination: can the published records be added up, and does adding narrow what is known?"""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.measures.intervals import clopper_pearson
from pipeline.measures.tables import MET

FIELDS = {
    "date": "date",
    "place": "location",
    "duration": "duration_hours",
    "list size": "watchlist_size",
    "threshold": "threshold_score",
    "faces": "faces_scanned",
    "alerts": "alerts",
    "true alerts": "true_alerts",
    "false alerts": "false_alerts",
    "arrests": "arrests",
}
"""The ten fields, as a reader knows them -> column of deployments.csv."""


def completeness(
    deployments: pd.DataFrame, reported: pd.DataFrame, totals: pd.DataFrame, forces: pd.DataFrame
) -> pd.DataFrame:
    """Share of each force's known deployments for which each of ten fields was found.

    Known are as many deployments as the rows show at least, or as many as the force's largest stated total
    of trust A or B says; it may be more, so shares are ceilings. A row that bundles several deployments
    gives no figure for any one of them, so it counts in the denominator alone; a row for one deployment
    without its day counts, without a date. The Met's threshold counts as published where a note of its file
    gives it.

    Args:
        deployments: All forces' single deployments.
        reported: reported_deployments.csv.
        totals: published_totals.csv.
        forces: forces.csv, for names.

    Returns:
        One row a force and field: force_id, force, field, deployments (known), with_field, share. A last
        force, `others`, sums all but the Met.
    """
    names = forces.set_index("force_id")["name"]
    took_place = reported[reported["kind"] != "announcement"]
    at_least = took_place.groupby("force_id")["deployments_low"].sum()
    one = took_place["deployments_low"].eq(1) & took_place["deployments_high"].eq(1)
    undated = took_place[one.fillna(False) & took_place["deployment_id"].eq("")].assign(date=None)
    columns = ["force_id", *FIELDS.values()]
    rows_of_one = pd.concat([table[columns].astype(object) for table in (deployments, undated)])
    single = rows_of_one.groupby("force_id").size()
    stated = totals[
        (totals["measure"] == "deployments")
        & (totals["subgroup"] == "")
        & (totals["scope"] == "one_force")
        & totals["trust"].isin(["A", "B"])
        & totals["qualifier"].isin(["exact", "at_least"])
    ]
    largest = stated.groupby("force_id")["value"].max()
    table = []
    for force in sorted(set(at_least.index) | set(single.index)):
        rows = rows_of_one[rows_of_one["force_id"] == force]
        known = int(max(source.get(force, 0) for source in (at_least, single, largest)))
        for field, column in FIELDS.items():
            found = rows[column]
            filled = int((found.notna() & (found.astype("str") != "")).sum())
            table.append((force, names[force], field, known, filled))
    found = pd.DataFrame(table, columns=["force_id", "force", "field", "deployments", "with_field"])
    others = found[found["force_id"] != MET].groupby("field", sort=False)[["deployments", "with_field"]].sum()
    others = others.reset_index().assign(force_id="others", force="All but the Met")
    both = pd.concat([found, others[found.columns]], ignore_index=True)
    return both.assign(share=both["with_field"] / both["deployments"])


def by_force(fields: pd.DataFrame) -> pd.DataFrame:
    """Mean of the ten shares, a row a force: force_id, force, deployments, cells, filled, share."""
    grouped = fields.groupby(["force_id", "force"], as_index=False, sort=False).agg(
        deployments=("deployments", "first"), cells=("deployments", "sum"), filled=("with_field", "sum")
    )
    return grouped.assign(share=grouped["filled"] / grouped["cells"])


def pooling(
    deployments: pd.DataFrame, totals: pd.DataFrame, rules: dict[str, Any], confidence: float
) -> pd.DataFrame:
    """Width of the exact intervals of two rates, for the Met alone and with all that others published.

    Pooled are rows, and totals stated, of one vendor at one threshold; faces are never pooled.

    Args:
        deployments: All forces' rows.
        totals: published_totals.csv.
        rules: `transfer` of blueprint.yaml.
        confidence: Coverage of the intervals.

    Returns:
        Two rows a rate: measure, who (`Met alone`, `with others`), numerator, denominator, value, low, high,
        width, narrower (share of the Met's width that pooling takes away).
    """
    rows = deployments[deployments["threshold_score"] == rules["threshold"]]
    stated = totals.set_index("total_id")["value"]
    table = []
    for measure in ("false_alerts", "arrests"):
        usable = rows[rows[measure].notna() & rows["alerts"].notna()]
        met = usable[usable["force_id"] == MET]
        added = np.array([stated[rules["stated"][measure]], stated[rules["stated"]["alerts"]]])
        sets = {
            "Met alone": met[[measure, "alerts"]].sum().to_numpy(float),
            "with others": usable[[measure, "alerts"]].sum().to_numpy(float) + added,
        }
        for who, (k, n) in sets.items():
            found = clopper_pearson(k, n, confidence)
            table.append((f"{measure}_per_alert", who, k, n, found.value, found.low, found.high))
    columns = ["measure", "who", "numerator", "denominator", "value", "low", "high"]
    made = pd.DataFrame(table, columns=columns).assign(width=lambda one: one["high"] - one["low"])
    alone = made.groupby("measure")["width"].transform("first")
    return made.assign(narrower=1 - made["width"] / alone)
