"""Small watchlists and deployments, sound unless a test spoils them; vectors in a plane, cosines by hand."""

from datetime import datetime, timedelta

from pipeline.matching.deployment import Deployment
from pipeline.matching.verification import Decision
from pipeline.matching.watchlist import Entry, Watchlist

OPENS = datetime(2031, 5, 6, 10)
MINUTE = timedelta(minutes=1)
TRUE_ARREST = Decision("PC 7", is_match=True, engaged=True, outcome="arrest")


def entry(identifier="A", vectors=(1, 0), category="wanted", lawful_basis="warrant"):
    return Entry(identifier, vectors, category, lawful_basis)


def watchlist(*entries, **changes):
    """Two people at right angles, approved an hour before the start, expiring ten hours after it."""
    sound = {
        "purpose": "warrants",
        "approved_by": "superintendent",
        "approved_at": OPENS - timedelta(hours=1),
        "expires": OPENS + timedelta(hours=10),
        "size_limit": 100,
    }
    return Watchlist(entries or (entry(), entry("B", (0, 1), "missing", "safety")), **(sound | changes))


def deployment(threshold=0.75, entries=(), **changes):
    return Deployment(watchlist(*entries), threshold, at=OPENS, **changes)
