"""Put the case for national coordination to the test: the tables of every part, data/derived/case/*.csv."""

import importlib

from pipeline.case import PARTS
from pipeline.core.errors import RecordError
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.tables import write_measures

log = get_logger("derive_case")


def run(paths: Paths, params: Params) -> None:
    # Process
    tables = {}
    for part in PARTS:
        made = importlib.import_module(f"pipeline.case.{part}").tables(paths, params)
        if twice := set(made) & set(tables):
            raise RecordError(
                f"pipeline/case/{part}",
                "writes a table that another part writes",
                value=", ".join(sorted(twice)),
                next_step="give it another name",
            )
        tables |= made
        log.info("%s: %s", part, ", ".join(f"{name} ({len(table)} rows)" for name, table in made.items()))

    # Save
    for name, table in tables.items():
        write_measures(table, paths.case / f"{name}.csv")
    for path in set(paths.case.glob("*.csv")) - {paths.case / f"{name}.csv" for name in tables}:
        path.unlink()  # of a table that no part writes any more
