"""Local autonomy: what a longer list goes with, and what would make the siting of cameras proportional."""

from typing import Any

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from pipeline.measures.intervals import clopper_pearson
from pipeline.measures.tables import MET

IMPLAUSIBLE = "watchlist_size_implausible"  # the warning on a list that is probably a misprint
THOUSAND = 1000


def marginal_yield(deployments: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Arrests an hour against the length of the list: Poisson regression, hours as offset.

    Lists, software settings and practice moved together through time, so the figure is an association.
    Within one threshold lists hardly differ; across thresholds each has a level of its own.

    Args:
        deployments: All forces' rows; used are the Met's with hours, arrests, list and threshold, without
            lists that are probably misprints.
        confidence: Coverage of the intervals, from standard errors clustered by place.

    Returns:
        One row a model: model, rows, arrests, list_low and list_high (range of lists), ratio, low, high
        (arrests an hour for 1,000 more entries), false_alerts_ratio (for 1,000 more on the median list, if
        false alerts grow in proportion to the list, as the laboratory's two list sizes do), phi.
    """
    rows = deployments[
        (deployments["force_id"] == MET)
        & deployments["duration_hours"].gt(0)
        & deployments[["arrests", "watchlist_size", "threshold_score"]].notna().all(axis=1)
        & ~deployments["warnings"].str.contains(IMPLAUSIBLE)
    ]
    last = rows["threshold_score"].max()
    models = {
        "one threshold": (rows[rows["threshold_score"] == last], False),
        "one threshold, with time": (rows[rows["threshold_score"] == last], True),
        "a level for each threshold": (rows, False),
        "a level for each threshold, with time": (rows, True),
    }
    return pd.DataFrame(
        [{"model": name} | _fit(part, timed, confidence) for name, (part, timed) in models.items()]
    )


def _fit(rows: pd.DataFrame, timed: bool, confidence: float) -> dict[str, float]:
    thousands = rows["watchlist_size"] / THOUSAND
    columns = {"one": np.ones(len(rows)), "list": thousands - thousands.mean()}
    for threshold in sorted(rows["threshold_score"].unique())[1:]:
        columns[f"at {threshold}"] = (rows["threshold_score"] == threshold).astype(float)
    if timed:
        columns["years"] = (rows["date"] - rows["date"].min()).dt.days / 365.25
    design = pd.DataFrame(columns, index=rows.index)
    model = GLM(rows["arrests"], design, Poisson(), offset=np.log(rows["duration_hours"]))
    places = {"groups": pd.factorize(rows["place"])[0]}
    found = model.fit(cov_type="cluster", cov_kwds=places)
    low, high = np.exp(found.conf_int(1 - confidence).loc["list"])
    median = thousands.median()
    return {
        "rows": len(rows),
        "arrests": rows["arrests"].sum(),
        "list_low": rows["watchlist_size"].min(),
        "list_high": rows["watchlist_size"].max(),
        "ratio": float(np.exp(found.params["list"])),
        "low": float(low),
        "high": float(high),
        "false_alerts_ratio": float((median + 1) / median),
        "phi": float(found.pearson_chi2 / found.df_resid),
    }


def siting(rules: dict[str, Any], confidence: float) -> pd.DataFrame:
    """Which share of crime, or of passers-by, in the named wards would make their share of deployments fair.

    Nobody published crime or footfall beside the deployments. The stated counts themselves bound the answer:
    siting is in proportion to crime only if the wards' share of crime lies in the interval.

    Args:
        rules: `siting` of blueprint.yaml: the two stated counts and their source.
        confidence: Coverage of the interval.

    Returns:
        One row: item, inside, outside, share, low, high.
    """
    inside, outside = rules["inside"], rules["outside"]
    found = clopper_pearson(inside, inside + outside, confidence)
    return pd.DataFrame(
        [
            {
                "item": rules["item"],
                "inside": inside,
                "outside": outside,
                "share": found.value,
                "low": found.low,
                "high": found.high,
            }
        ]
    )
