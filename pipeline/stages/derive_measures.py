"""Derive counts, rates, intervals and the breaks in counting from the clean record."""

from pipeline.core.io import write_json
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.assumptions import read_assumptions
from pipeline.measures.breaks import changes_in_counting, find_breaks
from pipeline.measures.headline import headline_metrics
from pipeline.measures.rates import GROUPINGS, measures_by
from pipeline.measures.tables import read_deployments, write_measures
from pipeline.national.spread import spread_tables


def run(paths: Paths, params: Params) -> None:
    # Load
    deployments = read_deployments(paths.clean)
    settings = read_assumptions(paths.reference / "assumptions.yaml")

    # Process
    breaks, series = find_breaks(deployments, settings, params.confidence)
    changes = changes_in_counting(breaks)
    measures = {
        name: measures_by(deployments, *group(deployments), params.confidence, changes)
        for name, group in GROUPINGS.items()
    }
    national = spread_tables(paths.clean, paths.reference, params.confidence, changes)
    metrics = headline_metrics(measures["year"], measures["era"], breaks)

    # Save
    write_measures(breaks, paths.derived / "faces_break.csv")
    write_measures(series, paths.derived / "faces_series.csv")
    for name, table in measures.items():
        write_measures(table, paths.derived / f"measures_by_{name}.csv")
    for name, table in national.items():
        write_measures(table, paths.derived / f"{name}.csv")
    write_json(metrics, paths.derived / "metrics.json")
