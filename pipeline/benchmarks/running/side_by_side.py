"""Work out blocks in several processes of this machine, each of which uses one processor."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from pipeline.benchmarks.running.store import work_out
from pipeline.core.machine import end_with_parent

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextmanager
def workers(processes: int, modules: list[str]) -> Iterator[Executor]:
    """Processes for the blocks of one benchmark or of several at once.

    Args:
        processes: How many.
        modules: What the blocks need, by name: imported once, and not in each process.
    """
    os.environ |= ONE_THREAD  # for the fork server, which this process starts once: numpy reads it at import
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(modules)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


def finished_side_by_side(
    pool: Executor, work: Callable[[int], dict[str, Any]], named: str, todo: list[int]
) -> Iterator[tuple[int, str]]:
    """Yield each block's number and sealed result, in the order in which they are done.

    Raises:
        BrokenProcessPool: if a process dies, as for want of memory.
        Exception: whatever a block itself raises.
    """
    done: SimpleQueue[Future] = (
        SimpleQueue()
    )  # `as_completed` would wait for ever for a block that is cancelled
    numbers = {pool.submit(work_out, work, named, block): block for block in todo}
    for future in numbers:
        future.add_done_callback(done.put)
    try:
        for _ in numbers:
            future = done.get()
            yield numbers[future], future.result()
    finally:
        for future in numbers:
            future.cancel()


def _begin() -> None:
    """Ctrl-C reaches every process of a terminal; only the one that asked for the work answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
