"""An alert, and what an officer makes of it."""

from dataclasses import dataclass
from datetime import datetime

OUTCOMES = ("arrest", "other_disposal", "no_action")


@dataclass(frozen=True)
class Alert:
    """The system reports a match; whether it is one is for an officer to say.

    Attributes:
        number: 1 for the first alert of the deployment.
        at: When it was raised.
        probe: Row of the face among those presented in that scan, from 0.
        identifier: Who it may be.
        category: Why that person is sought, and `lawful_basis`, on what power.
        score: Cosine, at or above the threshold.
    """

    number: int
    at: datetime
    probe: int
    identifier: int | str
    category: str
    lawful_basis: str
    score: float


@dataclass(frozen=True)
class Decision:
    """What an officer made of an alert.

    Args:
        officer: Role or number of the officer.
        is_match: Whether the officer judged it to be the person listed: a true alert, else a false one.
        engaged: Whether officers met the person face to face: a confirmed alert, else an unconfirmed one.
        outcome: `arrest`, `other_disposal` or `no_action` of a confirmed true alert; blank for all others.

    Raises:
        ValueError: if the outcome is missing, unknown, or given where there can be none.

    Example:
        >>> Decision("PC 7", is_match=False, engaged=True, outcome="arrest")
        Traceback (most recent call last):
        ValueError: only a confirmed true alert has an outcome, not 'arrest' after this one
    """

    officer: str
    is_match: bool
    engaged: bool
    outcome: str = ""

    def __post_init__(self) -> None:
        if not self.officer.strip():
            raise ValueError("a decision names the role or number of the officer who took it")
        if self.is_match and self.engaged:
            if self.outcome not in OUTCOMES:
                raise ValueError(f"a confirmed true alert ends in one of {OUTCOMES}, not {self.outcome!r}")
        elif self.outcome:
            raise ValueError(
                f"only a confirmed true alert has an outcome, not {self.outcome!r} after this one"
            )
