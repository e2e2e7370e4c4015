"""One run at a time: a second run is refused at once, and a killed run leaves nothing to clean up."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.core.errors import RecordError

LOCK_NAME = ".pipeline.lock"


@contextmanager
def one_run_at_a_time(root: Path, name: str) -> Iterator[None]:
    """Hold the project's lock while `name` runs; the operating system frees it when the process dies.

    Raises:
        RecordError: if another stage is running in the same folder.
    """
    lock = FileLock(root / LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise RecordError(
            LOCK_NAME,
            f"another stage is running in this folder, so {name} was not started",
            next_step="wait for it to end, then run again",
        ) from error
    try:
        yield
    finally:
        lock.release()
