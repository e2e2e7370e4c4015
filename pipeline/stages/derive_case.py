"""Put the case for national coordination to the test: the tables of every part, data/derived/case/*.csv."""

import importlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pandas as pd

from pipeline.case import PARTS
from pipeline.core.errors import RecordError
from pipeline.core.log import get_logger
from pipeline.core.machine import end_with_parent, processors
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.tables import write_measures

LONGEST_FIRST = ("knowing", "blueprint", "options", "costs")  # so that both processors end at about one time
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
    """Work out every part, one after another or several side by side; the tables are the same.

    Args:
        processes: How many side by side; they are forked, so that what all parts import is imported once.
    """
    work = {part: importlib.import_module(f"pipeline.case.{part}").tables for part in PARTS}
    if processes < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return {part: tables(paths, params) for part, tables in work.items()}
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(
        min(processes, len(PARTS)), mp_context=context, initializer=end_with_parent
    ) as pool:
        order = dict.fromkeys(part for part in (*LONGEST_FIRST, *PARTS) if part in work)
        asked = {part: pool.submit(work[part], paths, params) for part in order}
        return {part: asked[part].result() for part in PARTS}
