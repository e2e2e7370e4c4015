"""Time the engine beside its peers, and count the alerts that approximate indexes lose."""

import os
from pathlib import Path

from pipeline.benchmarks.throughput.approximate import run_approximate
from pipeline.benchmarks.throughput.compare import QUICK, Sizes, run_throughput
from pipeline.benchmarks.throughput.peers import require
from pipeline.core.io import write_table
from pipeline.core.log import get_logger

log = get_logger("bench")


def require_peers() -> None:
    """Stop at once if a library to compare with is not installed.

    Raises:
        RecordError: naming it and what installs it.
    """
    require("faiss", "hnswlib", "onnx", "onnxruntime", "usearch")


def bench_throughput(folder: Path, quick: bool) -> None:
    """Write throughput.csv, peaks.csv and approximate.csv."""
    sizes = QUICK if quick else Sizes()
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    log.info("the engine and its peers, %d threads", threads)
    timings, peaks = run_throughput(sizes, threads)
    write_table(timings.assign(threads=threads), folder / "throughput.csv")
    write_table(peaks.round({"value": 1, "median": 1}), folder / "peaks.csv")
    log.info("approximate indexes of %d templates", sizes.approximate_gallery)
    write_table(run_approximate(sizes, threads), folder / "approximate.csv")
