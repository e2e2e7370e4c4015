"""Work out blocks on a Dask cluster, a few ahead of its workers, each checked as it comes back."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from distributed import Client, Future, KilledWorker, as_completed
from distributed.client import FutureCancelledError
from distributed.comm import CommClosedError

from pipeline.benchmarks.running.store import installed, opened, work_out
from pipeline.core.errors import RecordError

SECONDS_TO_CONNECT = 5
SECONDS_FOR_A_WORKER = 20
AHEAD = 2  # blocks under way for each thread of the cluster, so that none waits and memory does not grow


def finished_on_cluster(
    scheduler: str, work: Callable[[int], dict[str, Any]], named: str, todo: list[int]
) -> Iterator[tuple[int, str]]:
    """Yield each block's number and sealed result, in the order in which they come back.

    A block whose worker dies starts again on another, until Dask has seen four die of it.

    Raises:
        RecordError: if the scheduler cannot be reached or is lost, has no worker, or a worker has other code.
        Exception: whatever a block itself raises.
    """
    with _connect(scheduler) as client:
        _check_workers(client, scheduler)
        waiting = iter(todo)
        numbers: dict[Future, int] = {}

        def submit(count: int) -> list[Future]:
            # never pure: a scheduler that outlives this run must not answer from what it remembers
            fresh = {
                client.submit(work_out, work, named, block, pure=False): block
                for block in itertools.islice(waiting, count)
            }
            numbers.update(fresh)
            return list(fresh)

        results = as_completed(submit(AHEAD * sum(client.nthreads().values())), loop=client.loop)
        try:
            for future in results:
                block, text = numbers.pop(future), future.result()
                if opened(text, named, block) is None:  # its worker joined after the check above
                    raise _other_code(scheduler, "a worker")
                results.update(submit(1))
                yield block, text
        except (CommClosedError, FutureCancelledError) as error:
            raise RecordError(
                scheduler,
                "the Dask scheduler was lost",
                next_step="start it and run again: finished blocks are kept",
            ) from error
        except KilledWorker as error:
            raise RecordError(
                scheduler,
                f"one worker after another died of a block ({error})",
                next_step="give them more memory",
            ) from error


def _connect(scheduler: str) -> Client:
    try:
        return Client(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise RecordError(
            scheduler,
            f"no Dask scheduler answers here ({error})",
            next_step="start one with `dask scheduler`, correct the address, or leave it out",
        ) from error


def _check_workers(client: Client, scheduler: str) -> None:
    """Every worker must have the same code and libraries as this process."""
    try:
        client.wait_for_workers(1, timeout=SECONDS_FOR_A_WORKER)
    except TimeoutError as error:
        raise RecordError(
            scheduler, "the scheduler has no worker", next_step="start one with `dask worker`"
        ) from error
    try:
        others = [worker for worker, has in client.run(installed).items() if has != installed()]
    except ImportError as error:
        raise _other_code(scheduler, f"a worker ({error})") from error
    if others:
        raise _other_code(scheduler, ", ".join(sorted(others)))


def _other_code(scheduler: str, workers: str) -> RecordError:
    return RecordError(
        scheduler,
        f"other code, numpy or scipy than here on {workers}",
        next_step="give every worker this version of the project and its requirements.lock",
    )
