"""The published rows and test results in the form that the deployment-day benchmark needs."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.benchmarks.model.posterior import Evidence

PRINTED, LOW, HIGH = "as printed", "all as in early 2024", "all as before 2024"
TEST_COUNTS = ("NP006", "NP005", "NP004")  # false positives at 0.60, 0.62 and 0.64 in operating_points.csv
TEST_FPIR = "NP003"  # at the first of them; of the two figures printed the one with more digits


def published_rows(deployments: pd.DataFrame) -> pd.DataFrame:
    """The rows with printed threshold, faces and false alerts; an unprinted list is the last file's median.

    Returns:
        The rows with threshold, era and month as text, and `list_assumed`.
    """
    rows = deployments.dropna(subset=["threshold_score", "faces_scanned", "false_alerts"]).copy()
    printed = rows.dropna(subset=["watchlist_size"])
    last_file = printed["source_id"] == printed["source_id"].iloc[-1]
    assumed = printed.loc[last_file, "watchlist_size"].median()
    rows["list_assumed"] = np.where(rows["watchlist_size"].isna(), "yes", "no")
    rows["watchlist_size"] = rows["watchlist_size"].fillna(assumed).round()
    rows["threshold"] = rows["threshold_score"].map("{:.2f}".format)
    rows["era"] = rows["threshold"] + " in " + rows["date"].dt.strftime("%Y")
    rows["month"] = rows["date"].dt.strftime("%Y-%m") + " at " + rows["threshold"]
    return rows.reset_index(drop=True)


def published_test(points: pd.DataFrame) -> Evidence:
    """What the published test counted; its comparisons follow from its first count and its FPIR there."""
    points = points.set_index("point_id")
    counted = points.loc[list(TEST_COUNTS)]
    fpir = points.loc[TEST_FPIR]
    thresholds, counts = counted["threshold"].tolist(), counted["value"].astype(int).tolist()
    searches = counts[0] / fpir["value"]
    return Evidence(tuple(thresholds), tuple(counts), round(searches * fpir["watchlist_size"], -3))


def borrow(evidence: Evidence, rows: pd.DataFrame, faces: NDArray, totals: pd.DataFrame) -> Evidence:
    """Add the false alerts of the window of the force's annual report; its rows are then no check any more.

    Args:
        evidence: That of the test.
        rows: From `published_rows`.
        faces: (rows,) from `face_countings`: what is borrowed is counted as what it then predicts.
        totals: totals_to_check.csv; the first total of false alerts is that of the annual report.
    """
    report = totals[totals["measure"] == "false_alerts"].iloc[0]
    window = rows["date"].between(report["date_from"], report["date_to"])
    return replace(
        evidence,
        borrowed_count=int(rows.loc[window, "false_alerts"].sum()),
        borrowed_comparisons=float((faces * rows["watchlist_size"])[window].sum()),
    )


def face_countings(rows: pd.DataFrame, breaks: pd.DataFrame) -> dict[str, NDArray]:
    """Faces of each row as printed, and as if all were counted in the way that gives least, or as at first.

    The factors are those of the changes in counting, which may hold some true change of crowd as well.
    """
    changes = breaks[breaks["change_in_counting"] == "yes"]
    level = np.ones(len(rows))
    for change in changes.itertuples():
        level[rows["date"] >= change.first_date_after] *= change.ratio
    faces = rows["faces_scanned"].to_numpy()
    return {
        PRINTED: faces,
        LOW: faces * level.min() / level,
        HIGH: faces / level,
    }
