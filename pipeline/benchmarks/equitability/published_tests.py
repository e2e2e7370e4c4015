"""What published tests could show: their counts in a group against every share of those exposed."""

import numpy as np
import pandas as pd

from pipeline.benchmarks.equitability.power_tables import CORRELATION, LONDON
from pipeline.core.paths import Paths
from pipeline.measures import power
from pipeline.measures.intervals import clopper_pearson

TESTS = {"npl": "NPL 2023, at 0.60", "cambridge": "Cambridge 2026", "met": "Met, Sept 2024 to Sept 2025"}
EXPOSURES = (  # test, the group's assumed share of those exposed, and whose share it is
    ("npl", 2 / 3, "two of three groups of equal size"),
    ("cambridge", 0.24, "share of the sample, as reported"),
    ("met", LONDON, "share of London's residents"),
    ("met", 0.4, "assumed"),
    ("met", 0.5, "assumed"),
)


def published_tests(paths: Paths) -> pd.DataFrame:
    """Each published count of false alerts in a group against assumed shares of those exposed, exact p."""
    counts = read_counts(paths)
    rows = []
    for test, exposure, whose in EXPOSURES:
        in_group, total = counts[test]
        share = clopper_pearson(in_group, total)
        rows.append(
            {
                "test": test,
                "label": TESTS[test],
                "in_group": in_group,
                "events": total,
                "share": share.value,
                "share_low": share.low,
                "share_high": share.high,
                "exposure": exposure,
                "exposure_is": whose,
                "p_two_sided": power.p_value(in_group, total, exposure),
                "p_one_sided": power.p_value(in_group, total, exposure, "greater"),
            }
        )
    return pd.DataFrame(rows)


def exposure_curve(paths: Paths) -> pd.DataFrame:
    """The two p of each published count for every assumed share of those exposed, 1 to 99 per cent."""
    rows = [
        {
            "test": test,
            "label": TESTS[test],
            "in_group": in_group,
            "events": total,
            "exposure_percent": percent,
            "p_two_sided": power.p_value(in_group, total, percent / 100),
            "p_one_sided": power.p_value(in_group, total, percent / 100, "greater"),
        }
        for test, (in_group, total) in read_counts(paths).items()
        for percent in range(1, 100)
    ]
    return pd.DataFrame(rows)


def volunteers(paths: Paths) -> pd.DataFrame:
    """The published TPIR with its interval, its passages taken as independent and as ten to a person."""
    points = _points(paths)
    tpir, passages, people = (points.loc[point, "value"] for point in ("NP001", "NP013", "NP012"))
    rows = []
    for name, correlation in (("independent", 0.0), ("correlated", CORRELATION)):
        worth = passages / power.design_effect(passages / people, correlation)
        interval = clopper_pearson(round(tpir * worth), round(worth))
        rows.append(
            {
                "passages_are": name,
                "passages": int(passages),
                "people": int(people),
                "correlation": correlation,
                "worth": round(worth),
                "tpir": tpir,
                "tpir_low": interval.low,
                "tpir_high": interval.high,
            }
        )
    return pd.DataFrame(rows)


def read_counts(paths: Paths) -> dict[str, tuple[int, int]]:
    """False alerts in the group and in all, of each published test."""
    points = _points(paths)["value"]
    totals = pd.read_csv(paths.clean / "published_totals.csv", index_col="total_id")["value"]
    return {
        "npl": (round(points["NP006"] * points["NP007"]), int(points["NP006"])),
        "cambridge": (round(points["NP035"] * points["NP036"]), int(points["NP035"])),
        "met": (int(totals["MA011"]), int(totals["MA003"])),
    }


def _points(paths: Paths) -> pd.DataFrame:
    points = pd.read_csv(paths.reference / "operating_points.csv", index_col="point_id")
    return points.astype({"value": np.float64})
