"""One line per event on standard error, and progress bars where a person is watching."""

import logging
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # most stages draw no bar, so that rich is imported by those that do
    from rich.console import Console

T = TypeVar("T")


@cache
def _console() -> "Console":
    from rich.console import Console

    return Console(stderr=True)


def __getattr__(name: str) -> "Console":
    """`console`, made when it is first asked for."""
    if name == "console":
        return _console()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
    if sys.stderr.isatty() and _console().is_terminal:
        from rich.progress import track

        yield from track(items, description=description, total=total, console=_console(), transient=True)
    else:
        yield from items
