"""Put the case for national coordination to the test: the tables of every part, data/derived/case/*.csv."""

import importlib
from functools import partial

import pandas as pd

from pipeline.case import PARTS
from pipeline.core.errors import RecordError
from pipeline.core.log import get_logger
from pipeline.core.machine import processors, side_by_side
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.tables import write_measures

LONGEST_FIRST = ("blueprint", "knowing", "options", "costs")  # so that both processors end at about one time
ON_ITS_OWN = ("blueprint",)  # the only part that needs statsmodels, which its process imports
log = get_logger("derive_case")


def run(paths: Paths, params: Params) -> None:
    # Process
    tables = {}
    for part, made in tables_of_parts(paths, params, processors()).items():
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


def tables_of_parts(paths: Paths, params: Params, processes: int) -> dict[str, dict[str, pd.DataFrame]]:
    """Work out every part, several side by side if there are processors for it; the tables are the same."""
    order = dict.fromkeys(part for part in (*LONGEST_FIRST, *PARTS) if part in PARTS)
    for part in set(order) - set(ON_ITS_OWN):
        importlib.import_module(f"pipeline.case.{part}")  # once, before the processes are forked
    made = side_by_side({part: partial(_tables, part, paths, params) for part in order}, processes)
    return {part: made[part] for part in PARTS}


def _tables(part: str, paths: Paths, params: Params) -> dict[str, pd.DataFrame]:
    return importlib.import_module(f"pipeline.case.{part}").tables(paths, params)
