"""The rule that turns a claim and a recomputation into a verdict; nothing here knows who made the claim."""

from dataclasses import dataclass

VERDICTS = ("reproduced", "reproduced_with_caveat", "consistent", "not_reproduced", "not_checkable")
OPERATORS = ("=", "~", ">")


@dataclass(frozen=True)
class Recomputed:
    """What the record gives: a value, or the bounds it sets on one that it does not hold in full.

    Args:
        value: The value, or None where only bounds are known.
        low: The claimed quantity cannot be below this (None: no lower bound).
        high: The claimed quantity cannot be above this (None: no upper bound).
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None


def judge(operator: str, claimed: float, tolerance: float, recomputed: Recomputed) -> str:
    """Judge one number.

    With a value: `=` and `~` are reproduced if the value lies within the tolerance, `>` if it is larger.
    With bounds: a claim outside them is not reproduced; `>` is reproduced if the lower bound alone is
    larger; every other claim is consistent.

    Args:
        operator: `=` as printed, `~` about or rounded, `>` more than.
        claimed: The number claimed.
        tolerance: Largest difference put down to the claimant's rounding; 0 for an exact count.
        recomputed: What the record gives.

    Raises:
        ValueError: if there is neither value nor bound, or the operator is unknown.

    Examples:
        >>> judge("=", 203, 0, Recomputed(value=207))
        'not_reproduced'
        >>> judge("=", 613, 0, Recomputed(low=375))
        'consistent'
    """
    if operator not in OPERATORS:
        raise ValueError(f"unknown operator {operator}")
    slack = tolerance + 1e-9 * abs(claimed)  # the last digits of a float are no finding
    if recomputed.value is not None:
        if operator == ">":
            return "reproduced" if recomputed.value > claimed else "not_reproduced"
        return "reproduced" if abs(recomputed.value - claimed) <= slack else "not_reproduced"
    if recomputed.low is None and recomputed.high is None:
        raise ValueError("neither a value nor a bound")
    if operator == ">":
        if recomputed.low is not None and recomputed.low > claimed:
            return "reproduced"
        return (
            "not_reproduced" if recomputed.high is not None and recomputed.high <= claimed else "consistent"
        )
    too_low = recomputed.low is not None and claimed < recomputed.low - slack
    too_high = recomputed.high is not None and claimed > recomputed.high + slack
    return "not_reproduced" if too_low or too_high else "consistent"


def combine(verdicts: list[str], caveat: bool) -> str:
    """The verdict on a claim of several numbers is its weakest; a caveat downgrades what is reproduced.

    Examples:
        >>> combine(["reproduced", "not_reproduced"], caveat=False)
        'not_reproduced'
        >>> combine(["reproduced"], caveat=True)
        'reproduced_with_caveat'
    """
    weakest = max(verdicts, key=("reproduced", "consistent", "not_reproduced").index)
    return "reproduced_with_caveat" if weakest == "reproduced" and caveat else weakest
