"""Errors that a person can act on: they name the file, the row, the value and the next step."""

from functools import partial
from pathlib import Path


class RecordError(Exception):
    """A mistake in an input, not in the code; the command line prints it as one message, without a traceback.

    Args:
        file: The file in which the problem lies.
        problem: What is wrong, in a reader's words, without a full stop.
        row: Row in the file (1-based, as the message should name it), if one row is at fault.
        value: The offending value, as printed.
        next_step: What to do about it.

    Example:
        >>> error = RecordError("log.csv", "not a number", row=41, value="c. 4", next_step="see counts.yaml")
        >>> print(error)
        log.csv row 41: not a number: "c. 4"; see counts.yaml
    """

    def __init__(
        self,
        file: str | Path,
        problem: str,
        *,
        row: int | str | None = None,
        value: object = None,
        next_step: str = "",
    ) -> None:
        self.file, self.problem, self.row, self.value, self.next_step = file, problem, row, value, next_step
        where = f"{file}" + (f" row {row}" if row is not None else "")
        what = problem + (f': "{value}"' if value is not None else "")
        super().__init__(f"{where}: {what}" + (f"; {next_step}" if next_step else ""))

    def __reduce__(self) -> tuple:
        """How it is sent from one process to another, with all its fields."""
        fields = {"row": self.row, "value": self.value, "next_step": self.next_step}
        return partial(RecordError, **fields), (self.file, self.problem)
