"""Do late starters begin further along? Arrests against a force's deployment number, hours as offset.

Few rows outside the Met print both hours and arrests, and most of those were reported because something had
happened. The regression says what those rows say; it cannot say why.
"""

from typing import Any

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from pipeline.measures.power import rate_ratio
from pipeline.measures.tables import MET


def numbered(deployments: pd.DataFrame, reported: pd.DataFrame, before: dict[str, int]) -> pd.DataFrame:
    """Rows with hours and arrests, each with the number that the deployment has in its force's sequence.

    Args:
        deployments: All forces' single deployments.
        reported: reported_deployments.csv: bundles of several deployments count with the fewest they show,
            from the day after their last.
        before: Deployments of a force before the record begins, such as the Met's trials.

    Returns:
        force_id, date, number (1 for a force's first), hours, arrests; in order of date.
    """
    alone = deployments[["force_id", "date", "duration_hours", "arrests"]].assign(fewest=1)
    bundled = reported[(reported["deployment_id"] == "") & (reported["kind"] != "announcement")]
    bundled = pd.DataFrame(
        {
            "force_id": bundled["force_id"],
            "date": pd.to_datetime(bundled["last_day"]),
            "duration_hours": np.nan,
            "arrests": np.nan,
            "fewest": bundled["deployments_low"].astype("float64").fillna(0),
        }
    )
    # A bundle of the Holyhead operation or of a festival stands before the rows of its own last day.
    rows = pd.concat([bundled, alone]).sort_values(["force_id", "date"], kind="stable", ignore_index=True)
    upto = rows.groupby("force_id")["fewest"].cumsum() + rows["force_id"].map(before).fillna(0)
    rows = rows.assign(number=upto, hours=rows["duration_hours"])
    usable = rows[rows["hours"].notna() & (rows["hours"] > 0) & rows["arrests"].notna()]
    columns = ["force_id", "date", "number", "hours", "arrests"]
    return usable[columns].sort_values(["date", "force_id"], kind="stable", ignore_index=True)


def fit(rows: pd.DataFrame, newer: list[str], confidence: float) -> dict[str, float]:
    """Poisson regression of arrests an hour on the logarithm of the number, and on being a late starter.

    Args:
        rows: As `numbered` makes them.
        newer: Keys of the late starters; all other rows are of pioneers.
        confidence: Coverage of the intervals, from standard errors robust to over-dispersion (HC1). There
            are too few forces to cluster by force.

    Returns:
        start, start_low, start_high: rate of late starters over that of pioneers at the same number;
        doubling, doubling_low, doubling_high: what doubling the number goes with; phi: dispersion.
    """
    late = rows["force_id"].isin(newer).to_numpy(float)
    design = np.column_stack([np.ones(len(rows)), np.log(rows["number"]), late])
    model = GLM(rows["arrests"], design, family=Poisson(), offset=np.log(rows["hours"]))
    found = model.fit(cov_type="HC1")
    limits = found.conf_int(1 - confidence).to_numpy()
    twice = np.log(2)
    return {
        "start": float(np.exp(found.params.iloc[2])),
        "start_low": float(np.exp(limits[2, 0])),
        "start_high": float(np.exp(limits[2, 1])),
        "doubling": float(np.exp(twice * found.params.iloc[1])),
        "doubling_low": float(np.exp(twice * limits[1, 0])),
        "doubling_high": float(np.exp(twice * limits[1, 1])),
        "phi": float(found.pearson_chi2 / found.df_resid),
    }


def starts(rows: pd.DataFrame, rules: dict[str, Any], confidence: float) -> pd.DataFrame:
    """The regression under each cut-off between pioneers and late starters.

    Args:
        rows: As `numbered` makes them.
        rules: `learning` of blueprint.yaml: pioneers, and the late starters of each cut-off.
        confidence: Coverage of the intervals.

    Returns:
        One row a cut-off: cutoff, rows, late_rows, late_forces, late_arrests, late_hours, first_number (the
        lowest number of a pioneer's row) and what `fit` returns.
    """
    table = []
    for cutoff, newer in rules["late_starters"].items():
        used = rows[rows["force_id"].isin([*rules["pioneers"], *newer])]
        late = used[used["force_id"].isin(newer)]
        table.append(
            {
                "cutoff": cutoff,
                "rows": len(used),
                "late_rows": len(late),
                "late_forces": late["force_id"].nunique(),
                "late_arrests": late["arrests"].sum(),
                "late_hours": late["hours"].sum(),
                "first_number": used.loc[used["force_id"] == MET, "number"].min(),
            }
            | fit(used, newer, confidence)
        )
    return pd.DataFrame(table)


def plain(rows: pd.DataFrame, rules: dict[str, Any], confidence: float) -> pd.DataFrame:
    """Late starters' arrests an hour against the Met's first and last years with hours, without a model.

    Returns:
        One row a cut-off and year of the Met: arrests, hours, met_arrests, met_hours, ratio, low, high.
    """
    met = rows[rows["force_id"] == MET]
    years = met["date"].dt.year
    table = []
    for cutoff, newer in rules["late_starters"].items():
        late = rows[rows["force_id"].isin(newer)]
        for year in (int(years.min()), int(years.max())):
            same = met[years == year]
            counts = late["arrests"].sum(), late["hours"].sum(), same["arrests"].sum(), same["hours"].sum()
            found = rate_ratio(int(counts[0]), counts[1], int(counts[2]), counts[3], confidence)
            table.append((cutoff, year, *counts, found.value, found.low, found.high))
    columns = ["cutoff", "met_year", "arrests", "hours", "met_arrests", "met_hours", "ratio", "low", "high"]
    return pd.DataFrame(table, columns=columns)
