"""Find the row of column names, and tell which field each column is, under whatever name it comes."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from pipeline.core.errors import RecordError
from pipeline.standard.fields import BY_NAME, CORE, FIELDS, REQUIRED, names
from pipeline.standard.problems import ERROR, WARNING, Problem

ROWS_SEARCHED = 10  # a title, a date and a note may stand above the header; more than that is another file
FEWEST_NAMES = 3  # columns by which a row is taken for the header
UNKNOWN = ""


def field_of(heading: str) -> str:
    """Return the field that a heading means, or blank: by name, title, publishers' names, or a near miss.

    Example:
        >>> field_of("faces_scanned"), field_of("Faces Seen"), field_of("fales_alerts"), field_of("weather")
        ('faces_scanned', 'faces_scanned', 'false_alerts', '')
    """
    if heading in BY_NAME:
        return heading
    plain = _plain(heading)
    if plain in _KNOWN_AS:
        return _KNOWN_AS[plain]
    near = get_close_matches(plain[:80], _SPELLINGS, n=1, cutoff=0.85)
    return _KNOWN_AS[near[0]] if near else UNKNOWN


def fields_named(row: Sequence[str]) -> int:
    """Count the fields that the cells of a row name, each once; near misses do not count.

    Example:
        >>> fields_named(["Date", "Faces Seen", "date", "fales_alerts"])
        2
    """
    return len({_KNOWN_AS.get(_plain(cell)) for cell in row} - {None})


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the header among the first rows of a file.

    Raises:
        RecordError: if no row names the columns of the standard.
    """
    found = [fields_named(row) for row in rows[:ROWS_SEARCHED]]
    if not found or max(found) < FEWEST_NAMES:
        raise RecordError(
            "",
            f"none of the first {ROWS_SEARCHED} rows names the columns of the standard",
            next_step="write the column names of the template in row 1",
        )
    return found.index(max(found))


def read_header(row: Sequence[str], index: int) -> tuple[list[str], list[Problem]]:
    """Return the field of each column (blank where it is none or repeats one), and what is wrong.

    Args:
        row: The cells of the header.
        index: Its place in the file, counted from 0.
    """
    number = index + 1
    columns, problems, seen = [], [], set()
    if index:
        wrong, advice = f"the column names stand in row {number}", "delete the rows above"
        problems.append(Problem(ERROR, "header_not_first", number, "", "", wrong, advice=advice))
    for place, heading in enumerate(row, start=1):
        name = field_of(heading)
        again = bool(heading) and (name or heading) in seen
        columns.append(UNKNOWN if again else name)
        seen.add(name or heading)
        if judged := _judge(heading, name, again, place):
            severity, kind, *words = judged
            problems.append(Problem(severity, kind, number, name or heading, heading, *words))
    wrong, advice = "the column is missing", "add it, and leave blank what was not recorded"
    problems += [
        Problem(ERROR, "column_missing", number, name, "", wrong, advice=advice)
        for name in names(REQUIRED, CORE)
        if name not in seen
    ]
    return columns, problems


def _judge(heading: str, name: str, again: bool, place: int) -> tuple[str, ...] | None:
    """Severity, kind, what is wrong, the name instead, and advice; None for a column as it should be."""
    if not heading.strip():
        return ERROR, "column_unnamed", f"column {place} has no name", "", "name it or delete it"
    if again:
        return (
            ERROR,
            "column_repeated",
            f"column {place} repeats a column",
            "",
            "delete or rename one of the two",
        )
    if heading == name:
        return None
    if name:
        return ERROR, "column_name", "is not how the standard names the column", name
    return WARNING, "column_unknown", "is no field of the standard; only its safety was checked"


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", heading.casefold()).strip()


_KNOWN_AS = {
    _plain(spelling): field.name
    for field in FIELDS
    for spelling in (field.name, field.title, *field.also_called)
}
_SPELLINGS = sorted(_KNOWN_AS)
