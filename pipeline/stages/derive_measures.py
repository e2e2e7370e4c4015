"""Derive counts, rates, intervals and breaks in counting; bound every national headline."""

from functools import partial

import pandas as pd

from pipeline.core.io import write_json
from pipeline.core.log import get_logger
from pipeline.core.machine import processors, side_by_side
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.assumptions import read_assumptions
from pipeline.measures.breaks import changes_in_counting, find_breaks
from pipeline.measures.headline import headline_metrics
from pipeline.measures.rates import GROUPINGS, measures_by
from pipeline.measures.tables import read_deployments, write_measures
from pipeline.national.bounds_tables import bounds_tables
from pipeline.national.spread import spread_tables


def run(paths: Paths, params: Params) -> None:
    # Process
    work = {
        "bounds": partial(bounds_tables, paths.clean, paths.reference),
        "measures": partial(_measures, paths, params.confidence),
    }
    made = side_by_side(work, processors())
    measures = made["measures"]
    metrics = headline_metrics(
        measures["measures_by_year"], measures["measures_by_era"], measures["faces_break"]
    )

    # Save
    for part, tables in made.items():
        for name, table in tables.items():
            write_measures(table, paths.derived / f"{name}.csv")
        get_logger("derive_measures").info("%s: %d tables", part, len(tables))
    write_json(metrics, paths.derived / "metrics.json")


def _measures(paths: Paths, confidence: float) -> dict[str, pd.DataFrame]:
    """What the rows add up to, by the names of their files, and where what they count changed."""
    deployments = read_deployments(paths.clean)
    settings = read_assumptions(paths.reference / "assumptions.yaml")
    breaks, series = find_breaks(deployments, settings, confidence)
    changes = changes_in_counting(breaks)
    return {
        "faces_break": breaks,
        "faces_series": series,
        **{
            f"measures_by_{name}": measures_by(deployments, *group(deployments), confidence, changes)
            for name, group in GROUPINGS.items()
        },
        **spread_tables(paths.clean, paths.reference, confidence, changes),
    }
