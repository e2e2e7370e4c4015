"""Run a benchmark block by block: resumable, with progress, here or on Dask, with the same result."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from functools import cache
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipeline.benchmarks.running.side_by_side import finished_side_by_side
from pipeline.benchmarks.running.store import Store, fingerprint, forget, opened, work_out
from pipeline.core.log import console, get_logger

log = get_logger("runner")

Work = Callable[[int], dict[str, Any]]


class Runner:
    """Runs the blocks of a benchmark and returns their results in the order of the blocks.

    A finished block is kept on disk, so a run that was killed goes on where it stopped. A block made by other
    code, other settings or other versions of numpy or scipy is never taken, and neither is a damaged one.
    Every result goes through JSON, so a resumed run returns what an undisturbed one would.

    Args:
        store: Folder that keeps each finished block until `finish` is called.
        scheduler: Address of a Dask scheduler; this machine does the work if None.
        pool: Processes of this machine to work out blocks side by side, see `side_by_side.workers`; this
            process alone does the work if None. Runners may share it.
    """

    def __init__(self, store: Path, scheduler: str | None = None, pool: Executor | None = None) -> None:
        self.store = store
        self.scheduler = scheduler
        self.pool = pool

    def run(self, work: Work, blocks: int, name: str) -> list[dict[str, Any]]:
        """Call `work(0)` to `work(blocks - 1)`; each must depend on its number alone.

        Args:
            work: A picklable function, such as `functools.partial` of a module's function with its settings;
                it returns a dictionary of plain JSON values.
            blocks: How many blocks there are.
            name: What the progress bar says, and the folder under `store`.

        Raises:
            TypeError: if the work cannot be pickled, or a block returns what is not plain JSON.
            RecordError: if the scheduler cannot be reached or is lost, or its workers have other code.
        """
        named = fingerprint(work)
        store = Store(self.store / name, named)
        kept = {block: store.kept(block) for block in range(blocks)}
        todo = [block for block, result in kept.items() if result is None]
        with _Progress(name, blocks, blocks - len(todo)) as shown:
            for block, text in self._finished(work, named, todo):
                store.keep(block, text)
                kept[block] = opened(text, named, block)
                shown.advance()
        return [kept[block] for block in range(blocks)]

    def finish(self) -> None:
        """Forget the kept blocks, once what they were needed for is written: the next run starts afresh."""
        forget(self.store)

    def _finished(self, work: Work, named: str, todo: list[int]) -> Iterator[tuple[int, str]]:
        if not todo:
            return
        if self.scheduler is not None:
            from pipeline.benchmarks.running.cluster import (
                finished_on_cluster,
            )  # distributed takes a second to import

            yield from finished_on_cluster(self.scheduler, work, named, todo)
        elif self.pool is not None and len(todo) > 1:
            yield from finished_side_by_side(self.pool, work, named, todo)
        else:
            yield from ((block, work_out(work, named, block)) for block in todo)


class _Progress:
    """A bar with a count where a person is watching; elsewhere a line in the log for every tenth."""

    def __init__(self, name: str, total: int, done: int) -> None:
        self.name, self.total, self.done = name, total, done

    def __enter__(self) -> "_Progress":
        if self.done:
            log.info("%s: %d of %d blocks were finished before", self.name, self.done, self.total)
        self.task = _bars().add_task(self.name, total=self.total, completed=self.done)
        _bars().start()
        return self

    def __exit__(self, *_: object) -> None:
        _bars().remove_task(self.task)
        if not _bars().tasks:
            _bars().stop()

    def advance(self) -> None:
        tenth = 10 * self.done // self.total
        self.done += 1
        _bars().advance(self.task)
        if not console.is_terminal and 10 * self.done // self.total > tenth:
            log.info("%s: %d of %d blocks", self.name, self.done, self.total)


@cache
def _bars() -> Progress:
    """The bars of all that runs: a terminal has room for one such display."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
