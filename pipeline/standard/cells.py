"""One cell: whether it is what its field asks for, what is wrong if not, and its value if so."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pipeline.schemas.warnings import WARNINGS, unknown_words
from pipeline.standard.advice import suggest
from pipeline.standard.fields import StandardField
from pipeline.standard.problems import visible

LONGEST_CELL = 500  # characters; the longest place label ever printed has under a hundred
FIRST_YEAR = 2010  # the first known use in the United Kingdom was in 2015

INTEGER = r"0|[1-9][0-9]{0,8}"
NUMBER = r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,10})?"
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00"
TALLY = r"[^:;]{1,60}:(0|[1-9][0-9]{0,8})(;[^:;]{1,60}:(0|[1-9][0-9]{0,8}))*"
FORMS = {
    "integer": INTEGER,
    "number": NUMBER,
    "time": TIME,
    "tally": TALLY,
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}
WORDS = {
    "integer": "is not a whole number",
    "number": "is not a number",
    "time": "is not a time written HH:MM",
    "tally": "is not a list of counts by group",
    "date": "is not a day written YYYY-MM-DD",
}

_FORMS = {kind: re.compile(form) for kind, form in FORMS.items()}
_SIGNED = re.compile(r"[+-][0-9][0-9,]*(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-z/!?]|&#?\w+;|(?:javascript|vbscript)\s*:|data\s*:\s*\w+/", re.IGNORECASE)
_FORMULA_ERROR = re.compile(r"#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_ABSENCES = {
    "n/a",
    "na",
    "n.a.",
    "n.a",
    "nil",
    "none",
    "null",
    "nan",
    "-",
    "--",
    "–",
    "—",
    "?",
    "tbc",
    "tbd",
    "#n/a",
}
_ABSENCES |= {
    "unknown",
    "blank",
    "not recorded",
    "not known",
    "not available",
    "not applicable",
    "not stated",
}


class Fault(NamedTuple):
    """What is wrong with a cell: those parts of a `Problem` that do not depend on where it stands."""

    kind: str
    wrong: str
    instead: str = ""
    advice: str = ""


def find_fault(field: StandardField, cell: str) -> Fault | None:
    """Return what is wrong with a cell, or None; blank cells are judged elsewhere.

    Args:
        field: The field of the cell.
        cell: The cell exactly as it stands in the file, not blank.

    Example:
        >>> from pipeline.standard.fields import BY_NAME
        >>> find_fault(BY_NAME["alerts"], "12") is None
        True
        >>> find_fault(BY_NAME["alerts"], "1,234")
        Fault(kind='not_readable', wrong='is not a whole number', instead='1234', advice='')
        >>> find_fault(BY_NAME["location"], "=HYPERLINK(A1)").kind
        'formula'
    """
    fault = _first_fault(field, cell)
    return fault and fault._replace(instead=_sound(field, fault.instead))


def read_value(field: StandardField, cell: str) -> float | str | None:
    """Return the value of a faultless cell: a float for numbers, else the text; None if blank.

    Example:
        >>> from pipeline.standard.fields import BY_NAME
        >>> read_value(BY_NAME["alerts"], "12"), read_value(BY_NAME["alerts"], "")
        (12.0, None)
    """
    if cell == "":
        return None
    return float(cell) if field.kind in ("integer", "number") else cell


def tally_total(cell: str) -> int:
    """Return the sum of the counts of a tally.

    Example:
        >>> tally_total("wanted:900;missing:50")
        950
    """
    return sum(int(part.rpartition(":")[2]) for part in cell.split(";"))


def _first_fault(field: StandardField, cell: str) -> Fault | None:
    return _unsafe(field, cell) or _unreadable(field, cell) or _out_of_range(field, cell)


def _sound(field: StandardField, proposed: str) -> str:
    """A proposal, or what is proposed in its place if it has a fault itself; blank if that has one too."""
    for _ in range(2):
        fault = _first_fault(field, proposed) if proposed else None
        if fault is None:
            return proposed
        proposed = fault.instead
    return ""


def _unsafe(field: StandardField, cell: str) -> Fault | None:
    """Faults of any text, whatever it should say."""
    if len(cell) > LONGEST_CELL:
        return Fault("too_long", f"is longer than {LONGEST_CELL} characters", advice="shorten it")
    if _UNSEEN.search(cell):
        one_line = visible(_UNSEEN.sub("", re.sub(r"\s+", " ", cell)).strip())
        return Fault("hidden_character", "holds a line break or a character that cannot be seen", one_line)
    if cell != cell.strip():
        return Fault("spaces", "has spaces around it", cell.strip())
    if cell.casefold() in _ABSENCES and cell not in field.allowed:
        advice = "leave the cell blank, or write 0 if it is zero"
        return Fault("word_for_blank", "is a word for a missing figure", advice=advice)
    number = field.kind in ("integer", "number") and _SIGNED.fullmatch(cell)
    if cell[0] in "=+-@" and not number:
        wrong = "begins with a sign that makes a spreadsheet run it as a formula"
        return Fault("formula", wrong, advice="write the value, or the text without the sign")
    if _FORMULA_ERROR.fullmatch(cell):
        return Fault("formula", "is the error of a spreadsheet's formula", advice="write the value")
    if _MARKUP.search(cell):
        return Fault("markup", "holds markup or a link that could run", advice="write plain text")
    return None


def _unreadable(field: StandardField, cell: str) -> Fault | None:
    """Faults of a text that is not of the kind asked for."""
    if field.allowed and cell not in field.allowed:
        return Fault(
            "not_in_list", "is not one of the words allowed", suggest(field, cell), _choice(field.allowed)
        )
    if field.kind in _FORMS and not _FORMS[field.kind].fullmatch(cell):
        if cell[0] == "-" and field.kind in ("integer", "number"):
            return Fault("out_of_range", "is less than nothing")
        return Fault("not_readable", WORDS[field.kind], *_instead(field, cell))
    if field.pattern and not re.fullmatch(field.pattern, cell):
        return Fault("not_readable", "does not have the form of this column", *_instead(field, cell))
    if field.kind == "date":
        return _impossible_day(cell)
    if field.kind == "tally":
        groups = [part.rpartition(":")[0].strip().casefold() for part in cell.split(";")]
        if len(set(groups)) < len(groups):
            return Fault("not_readable", "names a group twice", advice="name each group once")
    if field.name == "warnings" and (unknown := unknown_words(cell)):
        return Fault(
            "not_in_list", f"has a word that is not in the list: {unknown[0]}", "", _choice(WARNINGS)
        )
    return None


def _choice(words: Iterable[str]) -> str:
    return f"the words are {', '.join(words)}"


def _instead(field: StandardField, cell: str) -> tuple[str, str]:
    """The value probably meant, and words where it is uncertain or unknown."""
    if found := suggest(field, cell):
        return found, "if that is the day meant" if field.kind == "date" else ""
    return "", f"write it in the form {field.example}"


def _impossible_day(cell: str) -> Fault | None:
    try:
        year = date.fromisoformat(cell).year
    except ValueError:
        return Fault("not_readable", "is no day of the calendar")
    if year < FIRST_YEAR:
        return Fault(
            "out_of_range", f"lies before {FIRST_YEAR}, when nobody used live facial recognition here"
        )
    return None


def _out_of_range(field: StandardField, cell: str) -> Fault | None:
    if field.kind not in ("integer", "number"):
        return None
    value = float(cell)
    if field.minimum is not None and value < field.minimum:
        return Fault("out_of_range", f"is less than {field.minimum:,}")
    if field.maximum is not None and value > field.maximum:
        probably = suggest(field, cell) if field.kind == "number" else ""
        return Fault("out_of_range", f"is more than {field.maximum:,}", probably)
    return None
