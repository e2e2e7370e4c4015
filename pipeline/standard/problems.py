"""What a check finds: one problem, a file laid out in rows, and text made safe to show."""

from dataclasses import dataclass, field
from typing import NamedTuple

ERROR = "error"  # must be put right
WARNING = "warning"  # worth a look; the file is valid all the same
SHOWN = 60  # characters of a cell that a message repeats


class Problem(NamedTuple):
    """One thing wrong with a file.

    Args:
        severity: `error` or `warning`.
        kind: Word for this sort of problem, from a fixed list; machines may rely on it.
        row: Row of the file as a spreadsheet numbers it, from 1; None for the file as a whole.
        column: Name of the column, as the standard spells it if it is one of its fields; blank for a row.
        value: What stands there, exactly.
        wrong: What is wrong, in words.
        instead: What to write instead; blank if nobody can know.
        advice: What else to do, or when the value instead is right.
    """

    severity: str
    kind: str
    row: int | None
    column: str
    value: str
    wrong: str
    instead: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Grid:
    """A file laid out in rows of text; `rows[0]` is row 1 of the file.

    Args:
        rows: One list of cells a row; lengths may differ.
        form: What sort of file it is, in words.
        ragged: True if a row's length means something, as in CSV.
        problems: What was found on the way.
    """

    rows: list[list[str]]
    form: str
    ragged: bool
    problems: list[Problem] = field(default_factory=list)


def visible(text: str) -> str:
    """Return text that a terminal can show: what cannot be seen, or would command it, is spelt out.

    Example:
        >>> print(visible("red \\x1b[31m alert"))
        red \\x1b[31m alert
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _spelt_out(sign) for sign in text)


def quoted(text: str) -> str:
    """Return a cell as a message repeats it: in quotation marks, visible, and cut if it is long.

    Example:
        >>> quoted("x" * 100) == '"' + "x" * 60 + '…"'
        True
    """
    return f'"{visible(text[:SHOWN])}{"…" if len(text) > SHOWN else ""}"'


def _spelt_out(sign: str) -> str:
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
