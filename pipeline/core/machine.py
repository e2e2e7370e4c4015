"""The machine's processors, and processes that must not outlive the one that started them."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def processors() -> int:
    """Processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def side_by_side(work: Mapping[str, Callable[[], Result]], processes: int) -> dict[str, Result]:
    """Do several pieces of work, one after another or in processes of their own; the results are the same.

    Args:
        work: What to do, by name; begun in this order, so the longest had better come first.
        processes: How many at a time. They are forked, so that what all need is imported once.

    Raises:
        BrokenProcessPool: if a process dies, as for want of memory.
        Exception: whatever a piece of work itself raises.
    """
    if processes < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return {name: do() for name, do in work.items()}
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(
        min(processes, len(work)), mp_context=context, initializer=end_with_parent
    ) as pool:
        asked = {name: pool.submit(do) for name, do in work.items()}
        return {name: future.result() for name, future in asked.items()}


def end_with_parent() -> None:
    """Called in a process of `multiprocessing`: end it when the one that asked for it is gone."""
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)
