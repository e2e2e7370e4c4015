"""What an analyst probably meant by a cell that cannot be read: the usual slips, and the value instead."""

import re
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from pipeline.cleaning.parsers import parse_duration
from pipeline.standard.fields import StandardField

_GROUPED = re.compile(r"\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+", re.ASCII)
_WHOLE = re.compile(r"0*(\d{1,9})(?:[.,]0+)?", re.ASCII)
_HEDGED = re.compile(
    r"(?:c\.?|ca\.?|circa|about|approx(?:imately)?\.?|around|over|more than|at least|up to|[~<>≈≥≤])"
    r"\s*([\d,. ]+)\+?|([\d,. ]+)\+",
    re.IGNORECASE | re.ASCII,
)
_DECIMAL_COMMA = re.compile(r"\d{1,3},\d{1,4}", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*%", re.ASCII)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
_HOURS_AND_MINUTES = re.compile(
    r"(\d{1,2}(?:\.\d+)?)\s*h(?:(?:ou)?rs?)?\.?(?:\s*(?:and\s*)?(\d{1,2})\s*m(?:in(?:ute)?s?)?\.?)?",
    re.IGNORECASE | re.ASCII,
)
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?([0-5]\d))?(?::[0-5]\d)?\s*([ap]\.?m\.?)?", re.IGNORECASE | re.ASCII)
_DATE_FORMS = (
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d/%m/%y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y-%m-%d",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%A %d %B %Y",
    "%a %d %b %Y",
)
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(40_000, 60_000)  # 2009 to 2064


def suggest(field: StandardField, cell: str) -> str:
    """Return what to write instead of a cell that is not what its field asks for; blank if nobody can tell.

    Args:
        field: The field of the cell.
        cell: The cell, without spaces around it.

    Example:
        >>> from pipeline.standard.fields import BY_NAME
        >>> suggest(BY_NAME["threshold_score"], "64%"), suggest(BY_NAME["date"], "21/11/2026")
        ('0.64', '2026-11-21')
        >>> suggest(BY_NAME["duration_hours"], "5h03m"), suggest(BY_NAME["faces_scanned"], "c. 4,000")
        ('5.05', '4000')
    """
    if field.allowed:
        near = get_close_matches(cell.casefold().replace(" ", "_")[:80], field.allowed, n=1)
        return near[0] if near else ""
    if field.kind == "integer":
        return _whole_number(cell)
    if field.kind == "number":
        found = _duration(cell) if field.unit == "hours" else _fraction(cell)
        return "" if found is None else f"{found:.4f}".rstrip("0").rstrip(".")
    if field.kind == "date":
        return _date(cell)
    if field.kind == "time":
        return _time(cell)
    if field.kind == "text" and field.pattern:
        slug = re.sub(r"[^a-z0-9_-]+", "_", cell.casefold()).strip("_-")
        return slug if re.fullmatch(field.pattern, slug) else ""
    return ""


def _whole_number(cell: str) -> str:
    hedged = _HEDGED.fullmatch(cell)
    bare = (hedged[1] or hedged[2]).strip() if hedged else cell
    if _GROUPED.fullmatch(bare):
        return str(int(re.sub(r"\D", "", bare)))
    whole = _WHOLE.fullmatch(bare)
    return str(int(whole[1])) if whole else ""


def _fraction(cell: str) -> float | None:
    percent = _PERCENT.fullmatch(cell)
    text = cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell
    try:
        found = float(percent[1]) / 100 if percent else float(text)
    except ValueError:
        return None
    found = found / 100 if 1 < found <= 100 else found
    return found if 0 <= found <= 1 else None


def _duration(cell: str) -> float | None:
    if clock := _CLOCK.fullmatch(cell):
        hours = int(clock[1]) + int(clock[2]) / 60
    elif spelt := _HOURS_AND_MINUTES.fullmatch(cell):
        hours = float(spelt[1]) + int(spelt[2] or 0) / 60
    elif re.fullmatch(r"\d{2,4}", cell, re.ASCII):  # above the maximum: minutes, most likely
        hours = int(cell) / 60
    elif _DECIMAL_COMMA.fullmatch(cell):
        hours = float(cell.replace(",", "."))
    else:
        try:
            hours = parse_duration(cell) or 0.0
        except ValueError:
            return None
    return round(hours, 2) if 0 < hours <= 24 else None


def _date(cell: str) -> str:
    if re.fullmatch(r"\d{5}(?:\.\d+)?", cell, re.ASCII) and int(cell[:5]) in EXCEL_DAYS:
        return (EXCEL_EPOCH + timedelta(days=int(cell[:5]))).isoformat()
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", cell)
    text = re.sub(r"[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?Z?$", "", text)
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return ""


def _time(cell: str) -> str:
    if re.fullmatch(r"0?\.\d+", cell, re.ASCII):  # a spreadsheet's fraction of a day
        minutes = round(float(cell) * 24 * 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    found = _TIME.fullmatch(cell)
    if not found:
        return ""
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3][0] in "pP" else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 else ""
