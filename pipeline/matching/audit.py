"""The audit log: what happened, when and how often. It never says who, and holds no score and no template.

Each event carries a digest of itself and of the digest before it, so an event that is altered, removed, added
or moved breaks the chain. A digest proves nothing about a log that was written anew from the first event, nor
about events cut off at the end: for that, the last digest, the *seal*, is lodged elsewhere when the log ends.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

LONGEST_TEXT = 200  # characters; room for a purpose in a sentence, none for a template written as text


@dataclass(frozen=True)
class Event:
    """One line of the log and its digest.

    Attributes:
        line: JSON text of number, time (ISO 8601), name and details.
        digest: SHA-256 in hexadecimal of the previous digest (nothing for the first) followed by `line`, both
            as UTF-8.
    """

    line: str
    digest: str


class AuditLog:
    """A log that can only grow.

    Example:
        >>> log = AuditLog()
        >>> log.append("scanned", datetime(2031, 5, 6, 10, 30), faces=500, alerts=2)
        >>> log.events[0].line
        '[1, "2031-05-06T10:30:00", "scanned", {"faces": 500, "alerts": 2}]'
        >>> log.seal == sha256(log.events[0].line.encode()).hexdigest()
        True
    """

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._last: datetime | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, oldest first."""
        return tuple(self._events)

    @property
    def seal(self) -> str:
        """The digest of the last event; empty for an empty log."""
        return self._events[-1].digest if self._events else ""

    def append(self, name: str, at: datetime, **details: int | str) -> None:
        """Add an event.

        Args:
            name: What happened, in one word.
            at: When; not before the last event.
            details: Whole numbers, yes or no, and short texts. Anything else is refused, fractions too, so
                that no score and no template can enter by mistake.

        Raises:
            ValueError: if the time runs backwards or a text is longer than 200 characters.
            TypeError: if a detail is of another type.
        """
        if self._last is not None and at < self._last:
            raise ValueError(f"{name} at {at} is earlier than the last event of the log, at {self._last}")
        for key, value in details.items():
            if type(value) not in (int, bool, str):
                raise TypeError(
                    f"the log holds whole numbers and short texts; {key} is {type(value).__name__}"
                )
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise ValueError(f"{key} is longer than {LONGEST_TEXT} characters")
        line = json.dumps([len(self._events) + 1, at.isoformat(), name, details], ensure_ascii=False)
        self._events.append(Event(line, _digest(self.seal, line)))
        self._last = at


def check_log(events: Iterable[Event], seal: str | None = None) -> None:
    """Check the chain of a log, and its end if the seal that was lodged is known.

    Raises:
        ValueError: naming the first event that is not what was logged, or saying that the end is another.

    Example:
        >>> log = AuditLog()
        >>> log.append("scanned", datetime(2031, 5, 6, 10, 30), alerts=2)
        >>> forged = Event(log.events[0].line.replace("2}", "1}"), log.seal)
        >>> check_log([forged])
        Traceback (most recent call last):
        ValueError: event 1 was altered, or an event before it was removed, added or moved
    """
    previous = ""
    for number, event in enumerate(events, start=1):
        if event.digest != _digest(previous, event.line):
            raise ValueError(f"event {number} was altered, or an event before it was removed, added or moved")
        previous = event.digest
    if seal is not None and previous != seal:
        raise ValueError("the log does not end with the seal: it was cut short, extended or written anew")


def _digest(previous: str, line: str) -> str:
    return sha256((previous + line).encode()).hexdigest()
