"""Run the benchmarks against the matching engine and write their tables, data/derived/benchmark_*.csv.

They are one stage because they share this machine's processors: while one makes its tables, which takes a
single processor, blocks of another are worked out.
"""

import importlib
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import ExitStack

from pipeline.benchmarks import BENCHMARKS
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.running.side_by_side import workers
from pipeline.core.errors import RecordError
from pipeline.core.io import write_table
from pipeline.core.log import get_logger
from pipeline.core.machine import processors
from pipeline.core.params import Params
from pipeline.core.paths import Paths

log = get_logger("run_benchmarks")


def run(paths: Paths, params: Params, slug: str | None = None, scheduler: str | None = None) -> None:
    """All benchmarks, or the one of that name; on a Dask cluster, one after another."""
    if slug is not None and slug not in BENCHMARKS:
        raise RecordError(
            "pipeline/benchmarks",
            "no such benchmark",
            value=slug,
            next_step=f"use one of {', '.join(BENCHMARKS)}",
        )
    slugs = BENCHMARKS if slug is None else (slug,)
    alone = scheduler is not None or processors() == 1
    with ExitStack() as stack:
        pool = None if alone else stack.enter_context(workers(processors(), [module(each) for each in slugs]))
        threads = stack.enter_context(ThreadPoolExecutor(1 if alone else len(slugs)))
        running = [threads.submit(one, paths, params, each, scheduler, pool) for each in slugs]
        try:
            for done in as_completed(running):
                done.result()
        except BaseException:  # one failed, or a person has had enough: the others stop at their next block
            for waiting in running:
                waiting.cancel()
            if pool:
                pool.shutdown(wait=False, cancel_futures=True)
            raise


def one(paths: Paths, params: Params, slug: str, scheduler: str | None, pool: Executor | None) -> None:
    # Load
    benchmark = importlib.import_module(module(slug))
    runner = Runner(paths.root / ".cache" / "benchmarks" / slug, scheduler, pool)

    # Process
    tables = benchmark.run(paths, params.benchmarks, runner)

    # Save
    for name, table in tables.items():
        write_table(table, paths.derived / f"benchmark_{name}.csv")
    runner.finish()
    log.info("%s: %s", slug, ", ".join(f"{name} ({len(table)} rows)" for name, table in tables.items()))


def module(slug: str) -> str:
    return f"pipeline.benchmarks.{slug.replace('-', '_')}.benchmark"
