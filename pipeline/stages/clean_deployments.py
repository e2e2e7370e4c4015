"""Harmonise, correct and check the extracted tables; report on their quality."""

from pipeline.cleaning.checks import refuse_unexpected_row_counts
from pipeline.cleaning.clean import clean
from pipeline.cleaning.collected import clean_collected
from pipeline.cleaning.quality import quality_report
from pipeline.cleaning.reference import read_reference
from pipeline.core.io import read_text_table, write_json, write_table
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.schemas.collected import COLLECTED

log = get_logger("clean_deployments")


def run(paths: Paths, params: Params) -> None:
    """Write every table of `pipeline.schemas.fields.TABLES` to data/clean, and data/derived/quality.json."""
    # Load
    reference = read_reference(paths.reference)
    extracted = {
        source_id: read_text_table(paths.extracted / f"{source_id}.csv") for source_id in reference.sources
    }
    collected = {name: extracted.pop(name) for name in COLLECTED if name in extracted}

    # Process
    result = clean(extracted, reference)
    others = {name: clean_collected(name, table, reference.forces) for name, table in collected.items()}
    refuse_unexpected_row_counts(result.deployments, reference.row_counts)
    report = quality_report(extracted, result, reference)

    # Save
    write_table(result.deployments, paths.clean / "deployments.csv")
    write_table(result.differences, paths.clean / "differences.csv")
    write_table(result.places, paths.clean / "places.csv")
    write_table(result.reported, paths.clean / "reported_deployments.csv")
    for name, table in others.items():
        write_table(table, paths.clean / f"{name}.csv")
    write_json(report, paths.derived / "quality.json")
    for check in report["checks"]:
        log.info("%s: %s", check["result"], check["words"])
