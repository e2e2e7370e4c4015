"""Run a benchmark block by block: resumable, with progress, here or on a Dask cluster, with the same result."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.core.log import progress

Work = Callable[[int], dict[str, Any]]


class Runner:
    """Runs the blocks of a benchmark and returns their results in the order of the blocks.

    Args:
        store: Folder that keeps each finished block until the whole is done.
        scheduler: Address of a Dask scheduler; this process does the work if None.
    """

    def __init__(self, store: Path, scheduler: str | None = None) -> None:
        self.store = store
        self.scheduler = scheduler

    def run(self, work: Work, blocks: int, name: str) -> list[dict[str, Any]]:
        """Call `work(0)` to `work(blocks - 1)`; each must depend on its number alone and return plain JSON values.

        Args:
            work: A picklable function, such as `functools.partial` of a module's function with its settings.
            blocks: How many blocks there are.
            name: What the progress bar says, and the folder under `store`.
        """
        return [work(block) for block in progress(range(blocks), name)]
