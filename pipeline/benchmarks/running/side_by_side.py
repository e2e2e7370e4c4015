"""Work out blocks in several processes of this machine, each of which uses one processor."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from pipeline.benchmarks.running.store import work_out
from pipeline.core.machine import end_with_parent

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def finished_side_by_side(
    processes: int, work: Callable[[int], dict[str, Any]], named: str, todo: list[int]
) -> Iterator[tuple[int, str]]:
    """Yield each block's number and sealed result, in the order in which they are done.

    Raises:
        BrokenProcessPool: if a process dies, as for want of memory.
        Exception: whatever a block itself raises.
    """
    os.environ |= ONE_THREAD  # for the fork server, which this process starts once: numpy reads it at import
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([type(work).__module__, getattr(work, "func", work).__module__])
    workers = min(processes, len(todo))
    with ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent) as pool:
        numbers = {pool.submit(work_out, work, named, block): block for block in todo}
        try:
            for future in as_completed(numbers):
                yield numbers[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)
