"""One line per event on standard error, and progress bars where a person is watching."""

import logging
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

T = TypeVar("T")
console = Console(stderr=True)


def get_logger(name: str) -> logging.Logger:
    """Return the logger of a stage; stage, module and log share one name."""
    return logging.getLogger(f"pipeline.{name}")


def set_up_logging() -> None:
    """Send the log lines to standard error, without colours or times, so that two runs log the same."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    ours = logging.getLogger("pipeline")
    ours.handlers = [handler]
    ours.setLevel(logging.INFO)
    ours.propagate = False


def progress(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Iterate with a progress bar on a terminal, and silently where output goes to a file."""
    if console.is_terminal:
        yield from track(items, description=description, total=total, console=console, transient=True)
    else:
        yield from items
