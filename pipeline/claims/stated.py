"""A claim's value as it was stated, in words for prose and tables."""

from pipeline.claims.formats import SPACE

QUALIFIERS = {"=": "", ">": "more than ", "<": "fewer than ", "~": "about "}


def stated_text(operator: str, value: float, unit: str) -> str:
    """Write the stated value with its qualifier.

    Args:
        operator: `=` as stated, `>` more than, `<` fewer than, `~` about or rounded.
        value: The number stated.
        unit: Its unit; a percentage keeps its sign, a year has no thousands separator.

    Examples:
        >>> stated_text(">", 1400, "arrests")
        'more than 1,400'
        >>> stated_text("=", 0.48, "percent").replace(SPACE, " ")
        '0.48 %'
        >>> stated_text("=", 2017, "year")
        '2017'
    """
    number = str(value) if unit == "year" else f"{value:,}"
    return QUALIFIERS[operator] + number + (f"{SPACE}%" if unit == "percent" else "")
