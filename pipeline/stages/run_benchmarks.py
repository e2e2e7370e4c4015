"""Run one benchmark against the matching engine and write its tables, data/derived/benchmark_*.csv."""

import importlib

from pipeline.benchmarks import BENCHMARKS
from pipeline.benchmarks.running.runner import Runner
from pipeline.core.errors import RecordError
from pipeline.core.io import write_table
from pipeline.core.log import get_logger
from pipeline.core.machine import processors
from pipeline.core.params import Params
from pipeline.core.paths import Paths

log = get_logger("run_benchmarks")


def run(paths: Paths, params: Params, slug: str, scheduler: str | None = None) -> None:
    # Load
    if slug not in BENCHMARKS:
        raise RecordError(
            "pipeline/benchmarks",
            "no such benchmark",
            value=slug,
            next_step=f"use one of {', '.join(BENCHMARKS)}",
        )
    benchmark = importlib.import_module(f"pipeline.benchmarks.{slug.replace('-', '_')}.benchmark")
    runner = Runner(paths.root / ".cache" / "benchmarks" / slug, scheduler, processors())

    # Process
    tables = benchmark.run(paths, params.benchmarks, runner)

    # Save
    for name, table in tables.items():
        write_table(table, paths.derived / f"benchmark_{name}.csv")
    runner.finish()
    log.info("%s: %s", slug, ", ".join(f"{name} ({len(table)} rows)" for name, table in tables.items()))
