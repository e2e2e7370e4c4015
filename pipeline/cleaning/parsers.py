"""Read one printed cell: text in, value out. What cannot be read raises ValueError and is never guessed."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

# re.ASCII: other scripts have digits too, and a force does not print them.
_DURATION = re.compile(r"(\d{1,2})\s*hr?\s*(\d{1,2})\s*m?", re.ASCII)
_SPAN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,10})?(?:e-?\d{1,2})?", re.ASCII)
_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{2})", re.ASCII)
_COUNT = re.compile(r"\d{1,9}|\d{1,3}(?:,\d{3}){1,2}", re.ASCII)
_THRESHOLD = re.compile(r"0?\.\d{1,4}|1(?:\.0{1,4})?", re.ASCII)
_PERCENTAGE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s?%", re.ASCII)
_REMARK = re.compile(r"(\d{1,3}) false alerts? confirmed", re.ASCII)
_PRINTED_ABSENCES = frozenset({"", "N/A"})

LONGEST_HOURS = 24  # a row is one site on one day


def parse_duration(text: str) -> float | None:
    """Return a printed duration in hours, rounded to 4 decimals; a blank cell is None.

    Accepts the spellings the records use: `5h03m`, `5h40`, `8h0m`, `6h 07m`, `4hr 47m`.

    Raises:
        ValueError: if it is none of these, has 60 minutes or more, is nil, or exceeds 24 hours.

    Example:
        >>> parse_duration("5h03m")
        5.05
    """
    if text in _PRINTED_ABSENCES:
        return None
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError("not a duration such as 5h 03m")
    hours, minutes = int(found[1]), int(found[2])
    if minutes > 59:
        raise ValueError("a duration cannot have 60 minutes or more beside its hours")
    if not 0 < hours * 60 + minutes <= LONGEST_HOURS * 60:
        raise ValueError(f"a deployment lasts more than nothing and at most {LONGEST_HOURS} hours")
    return round(hours + minutes / 60, 4)


def parse_date(text: str) -> str:
    """Return a date printed DD/MM/YY as ISO text; the two-digit year is of this century.

    Raises:
        ValueError: if the text has another form or no such day exists.

    Example:
        >>> parse_date("11/07/24")
        '2024-07-11'
    """
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError("not a date of the form DD/MM/YY")
    try:
        return date(2000 + int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError as error:
        raise ValueError("no such day in the calendar (form DD/MM/YY)") from error


def parse_span(text: str) -> tuple[str, str]:
    """Return the first and the last day that a date may mean: a year, a month or a day, ISO 8601.

    Raises:
        ValueError: if the text is none of these, or no such day exists.

    Example:
        >>> parse_span("2024-02"), parse_span("2024-07-11")
        (('2024-02-01', '2024-02-29'), ('2024-07-11', '2024-07-11'))
    """
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError("not a date of the form YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError as error:  # IllegalMonthError is one
        raise ValueError("no such day in the calendar") from error
    return first.isoformat(), last.isoformat()


def parse_number(text: str) -> float | None:
    """Return a plain decimal number; a blank cell is None.

    Raises:
        ValueError: if it is anything else, a thousands separator included.

    Example:
        >>> parse_number("1.66667e-05")
        1.66667e-05
    """
    if text == "":
        return None
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a plain number such as 0.64")
    return float(text)


def parse_count(text: str, words: Mapping[str, int | None] | None = None) -> int | None:
    """Return a printed whole number, with or without thousands separators; a blank cell is None.

    Args:
        text: The cell.
        words: What stands where a count should and the count it means (None: not published); the content of
            data/reference/lookups/counts.yaml.

    Raises:
        ValueError: if it is neither a number nor such a word.

    Example:
        >>> parse_count("21,940"), parse_count("N/A", {"N/A": None})
        (21940, None)
    """
    if text == "":
        return None
    if words and text in words:
        return words[text]
    if not _COUNT.fullmatch(text):
        raise ValueError("not a whole number")
    return int(text.replace(",", ""))


def parse_threshold(text: str) -> float | None:
    """Return a printed similarity threshold between 0 and 1; a blank cell is None.

    Raises:
        ValueError: if it is no decimal number between 0 and 1. A percentage is refused, not converted.

    Example:
        >>> parse_threshold("0.6") == parse_threshold("0.60")
        True
    """
    if text in _PRINTED_ABSENCES:
        return None
    if not _THRESHOLD.fullmatch(text):
        raise ValueError("not a threshold between 0 and 1 such as 0.64")
    return float(text)


def parse_percentage(text: str) -> Decimal | None:
    """Return a printed percentage in per cent, with exactly the decimals printed; a blank cell is None.

    Raises:
        ValueError: if it is no percentage between 0 and 100.

    Example:
        >>> parse_percentage("0.10%")
        Decimal('0.10')
    """
    if text in _PRINTED_ABSENCES:
        return None
    found = _PERCENTAGE.fullmatch(text)
    if not found or Decimal(found[1]) > 100:
        raise ValueError("not a percentage between 0% and 100%")
    return Decimal(found[1])


def parse_false_alert_remark(text: str) -> int | None:
    """Return the number in a remark such as `2 false alerts confirmed`; no remark is None, which is not zero.

    Raises:
        ValueError: if the remark says anything else.
    """
    if text == "":
        return None
    found = _REMARK.fullmatch(text)
    if not found:
        raise ValueError('not a remark of the form "1 false alert confirmed"')
    return int(found[1])
