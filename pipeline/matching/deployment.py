"""A deployment: one watchlist, one threshold, alerts, an officer's decision on each, and deletion.

The chain is probe, alert, an officer's look at it, meeting the person face to face (or not), outcome. A probe
that raises no alert ends at the first step: nothing of it is kept but a one in the count of faces. The engine
has no clock. Every call says what time it is, and times may not run backwards.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from .audit import AuditLog
from .gallery import Gallery
from .search import Alerts, search
from .templates import Admitted, Templates, admit, unit_templates
from .verification import Alert, Decision
from .watchlist import RefusedError, Watchlist, zero

Search = Callable[[ArrayLike, float], Alerts]


def oracle(gallery: Gallery) -> Search:
    """The plain search over a gallery; `lambda gallery: FastSearch(gallery).search` is the fast one."""
    return partial(search, gallery)


class Deployment:
    """One deployment from start to close.

    Args:
        watchlist: Composed for this deployment; it is taken over, and zeroed at close.
        threshold: 0 to 1, fixed from here on.
        at: When the deployment starts.
        keep_alerts: How long the template behind an alert is kept; by default it is not kept. What is left is
            deleted at close. There is no timer: what is past its time goes at the next call.
        compare: Makes the search of a gallery, see `oracle`.

    Attributes:
        log: The audit log.
        alerts: All alerts so far.
        decisions: Number of an alert -> the officer's decision on it.
        faces: Faces presented so far, those that could not be compared among them.
        failures_to_acquire: Faces presented that could not be compared.

    Raises:
        RefusedError: if the watchlist may not be used at this time, see `Watchlist.assign`.
        ValueError: if the threshold does not lie between 0 and 1, or the time to keep templates is negative.

    Example: two people at right angles are sought; the faces point to the first, and half-way between.
        >>> from pipeline.matching.watchlist import Entry
        >>> ten, close = datetime(2031, 5, 6, 10), datetime(2031, 5, 6, 15)
        >>> sought = [Entry("A", [1, 0], "wanted", "warrant"), Entry("B", [0, 1], "wanted", "warrant")]
        >>> watchlist = Watchlist(sought, purpose="warrants", approved_by="superintendent", approved_at=ten,
        ...                       expires=close, size_limit=2)
        >>> day = Deployment(watchlist, 0.75, at=ten)
        >>> [(alert.identifier, alert.score) for alert in day.scan([[2, 0], [1, 1]], at=ten)]
        [('A', 1.0)]
        >>> day.verify(1, Decision("PC 7", is_match=True, engaged=True, outcome="arrest"), at=ten)
        >>> day.awaiting, day.faces
        ((), 2)
    """

    def __init__(
        self,
        watchlist: Watchlist,
        threshold: float,
        *,
        at: datetime,
        keep_alerts: timedelta = timedelta(0),
        compare: Callable[[Gallery], Search] = oracle,
    ) -> None:
        if not 0 <= threshold <= 1:
            raise ValueError(f"the threshold of a deployment lies between 0 and 1, not {threshold}")
        if keep_alerts < timedelta(0):
            raise ValueError(
                f"templates of alerts are kept for some time or not at all, not for {keep_alerts}"
            )
        self._search: Search | None = compare(watchlist.assign(at))
        self._threshold = float(threshold)
        self._keep_alerts = keep_alerts
        self._kept: dict[int, Templates] = {}
        self.watchlist = watchlist
        self.opened = at
        self.closed: datetime | None = None
        self.alerts: list[Alert] = []
        self.decisions: dict[int, Decision] = {}
        self.faces = 0
        self.failures_to_acquire = 0
        self.log = AuditLog()
        self.log.append(
            "opened",
            at,
            purpose=watchlist.purpose,
            approved_by=watchlist.approved_by,
            people=watchlist.people,
            threshold=str(self._threshold),
        )

    @property
    def threshold(self) -> float:
        """Fixed at the start: an alert is raised when the best score is at or above it."""
        return self._threshold

    @property
    def awaiting(self) -> tuple[Alert, ...]:
        """Alerts on which no officer has decided yet."""
        return tuple(alert for alert in self.alerts if alert.number not in self.decisions)

    def scan(self, faces: ArrayLike, at: datetime) -> tuple[Alert, ...]:
        """Compare faces with the watchlist, return the alerts they raise, and keep nothing of the others.

        Args:
            faces: (n, d), one row a face. Faces that cannot be compared are counted, not compared.

        Raises:
            RefusedError: if the deployment is closed, or the watchlist has expired and was deleted.
            ValueError: if times run backwards.
        """
        if self._search is None:
            raise RefusedError(f"the deployment closed at {self.closed}; it scans no more")
        self.purge(at)
        self.watchlist.check(at)
        batch = _admit(faces, self.watchlist.gallery.width)
        found = self._search(batch.templates, self._threshold)
        raised, kept = [], {}
        for row, identifier, score in zip(found.probe, found.identifier.tolist(), found.score, strict=True):
            number = len(self.alerts) + len(raised) + 1
            grounds = self.watchlist.grounds(identifier)
            raised.append(Alert(number, at, int(batch.rows[row]), identifier, *grounds, float(score)))
            if self._keep_alerts:
                kept[number] = batch.templates[row].copy()
        failures = sum(batch.refused.values())
        presented = len(batch.rows) + failures
        self.log.append(
            "scanned",
            at,
            faces=presented,
            failures_to_acquire=failures,
            alerts=len(raised),
            templates_kept=len(self._kept) + len(kept),
        )
        self.faces += presented
        self.failures_to_acquire += failures
        self.alerts += raised
        self._kept |= kept
        return tuple(raised)

    def verify(self, number: int, decision: Decision, at: datetime) -> None:
        """Record what an officer made of an alert; allowed after close too, since it needs no template.

        Raises:
            RefusedError: if there is no such alert, or an officer has decided on it before.
        """
        if not 1 <= number <= len(self.alerts):
            raise RefusedError(f"there is no alert {number}; there are {len(self.alerts)}")
        if number in self.decisions:
            raise RefusedError(f"an officer has decided on alert {number} before; a decision stands")
        self.purge(at)
        self.log.append(
            "verified",
            at,
            alert=number,
            officer=decision.officer,
            is_match=decision.is_match,
            engaged=decision.engaged,
            outcome=decision.outcome,
        )
        self.decisions[number] = decision

    def template(self, number: int) -> Templates:
        """The template behind an alert, (d,), while it is kept.

        Raises:
            RefusedError: if it is deleted, or was never kept.
        """
        if number not in self._kept:
            raise RefusedError(f"no template of alert {number} is kept")
        return self._kept[number]

    def purge(self, at: datetime) -> None:
        """Overwrite and delete the templates of alerts whose time is over."""
        over = [number for number in self._kept if at - self.alerts[number - 1].at >= self._keep_alerts]
        self._delete(over, at)

    def close(self, at: datetime) -> None:
        """End the deployment: delete every template, those of the watchlist too. Decisions may follow.

        Raises:
            RefusedError: if it is closed already.
        """
        if self._search is None:
            raise RefusedError(f"the deployment closed at {self.closed}")
        self._delete(list(self._kept), at)
        self.log.append(
            "closed",
            at,
            faces=self.faces,
            alerts=len(self.alerts),
            awaiting=len(self.awaiting),
            watchlist_deleted=True,
        )
        self._search = None
        self.watchlist.close()
        self.closed = at

    def _delete(self, numbers: list[int], at: datetime) -> None:
        if numbers:
            left = len(self._kept) - len(numbers)
            self.log.append("deleted", at, alert_templates=len(numbers), templates_kept=left)
        for number in numbers:
            zero(self._kept.pop(number))


def _admit(faces: ArrayLike, width: int) -> Admitted:
    """Most batches hold nothing to refuse and are taken whole; only the others are looked through."""
    try:
        templates = unit_templates(faces, width)
    except ValueError:
        return admit(faces, width)
    return Admitted(templates, np.arange(len(templates)), {})
