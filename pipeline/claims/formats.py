"""Numbers as they stand in prose: 1,234; 0.48 %; 1 in 372,726; 17 September 2024.

A format is a word, with a number of decimals after a colon where it needs one: `int`, `dec:1`, `pct:2` (a
share of 0.0048 becomes 0.48 %), `one_in`, `year`, `date`, `month`, `text`, and with the limits of an interval
in brackets `dec_interval:2` and `pct_interval:2`.
"""

import math
from collections.abc import Callable
from datetime import date

Value = int | float | str | date
SPACE = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"


def format_value(value: Value | None, style: str, low: float | None = None, high: float | None = None) -> str:
    """Write a value in a style.

    Args:
        value: What to write; a share (not a percentage) for `pct`.
        style: One of the styles above.
        low: Lower limit, for an interval style.
        high: Upper limit, for an interval style; None means without limit.

    Raises:
        ValueError: if the value is missing or does not fit the style, or the style is unknown.

    Examples:
        >>> format_value(3147436, "int")
        '3,147,436'
        >>> format_value(10 / 2073, "pct:2").replace(SPACE, " ")
        '0.48 %'
        >>> format_value(5 / 1863630, "one_in")
        '1 in 372,726'
    """
    name, _, decimals = style.partition(":")
    if name not in STYLES:
        raise ValueError(f"unknown format {style}; known are {', '.join(STYLES)}")
    if (name in WITH_DECIMALS) != decimals.isdigit():
        raise ValueError(f"format {style} {'needs' if name in WITH_DECIMALS else 'takes no'} decimals")
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError("no value: the expression gave nothing")
    places = int(decimals) if decimals else 0
    if name.endswith("_interval"):
        if low is None:
            raise ValueError(f"format {style} needs columns low and high")
        return _interval(value, low, high, places, 100 if name == "pct_interval" else 1)
    return STYLES[name](value, places)


def _int(value: Value, _: int) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise ValueError(f"{value} is not a whole number; use dec:1")
    return f"{int(value):,}"


def _dec(value: Value, places: int) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value} is not a number")
    return f"{value:,.{places}f}"


def _pct(value: Value, places: int) -> str:
    return f"{_dec(value, places) if isinstance(value, str | date) else _dec(100 * value, places)}{SPACE}%"


def _one_in(value: Value, _: int) -> str:
    if isinstance(value, str | date) or not 0 < value <= 1:
        raise ValueError(f"{value} is not a share above 0; say how many there were")
    return f"1 in {round(1 / value):,}"


def _year(value: Value, _: int) -> str:
    return _int(value, 0).replace(",", "")


def _date(value: Value, _: int) -> str:
    if not isinstance(value, date):
        raise ValueError(f"{value} is not a date")
    return f"{value.day}{SPACE}{value:%B} {value.year}"


def _month(value: Value, _: int) -> str:
    if not isinstance(value, date):
        raise ValueError(f"{value} is not a date")
    return f"{value:%B} {value.year}"


def _text(value: Value, _: int) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value} is not text")
    return value


def _interval(value: Value, low: float, high: float | None, places: int, factor: int) -> str:
    unit = f"{SPACE}%" if factor == 100 else ""
    limits = f"{factor * low:,.{places}f}{DASH}" + (
        f"{factor * high:,.{places}f}" if high is not None else ""
    )
    return f"{_dec(factor * value, places)}{unit} ({limits})"


STYLES: dict[str, Callable[[Value, int], str]] = {
    "int": _int,
    "dec": _dec,
    "pct": _pct,
    "one_in": _one_in,
    "year": _year,
    "date": _date,
    "month": _month,
    "text": _text,
    "dec_interval": _dec,
    "pct_interval": _pct,
}
WITH_DECIMALS = {"dec", "pct", "dec_interval", "pct_interval"}
