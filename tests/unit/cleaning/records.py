"""Small printed records to clean, sound unless a test spoils them."""

import pandas as pd

from pipeline.cleaning.reference import Correction, Reference, SourceFacts

SOUND = {
    "location": "Camden",
    "date": "06/04/23",
    "duration": "5h 03m",
    "use_case": "Crime Hotspot",
    "watchlist_size": "9764",
    "threshold": "0.6",
    "total_alerts": "3",
    "true_confirmed": "1",
    "true_unconfirmed": "1",
    "false_confirmed": "1",
    "false_unconfirmed": "0",
    "false_alert_rate": "0.01%",
    "arrests": "1",
    "other_disposals": "0",
    "no_action": "0",
    "faces_seen": "5460",
}
TRANSCRIBED = {
    "location": "Camden",
    "date": "06/04/23",
    "borough": "Camden",
    "use_case": "Crime Hotspot",
    "faces_seen": "5460",
    "total_alerts": "3",
    "arrests": "1",
    "false_alert_rate": "0.01%",
    "false_alert_text": "1 false alert confirmed",
    "true_unconfirmed_text": "1",
}
OLD = {
    "location": "Stratford",
    "date": "11/02/20",
    "purpose": "1, 2",
    "watchlist_size": "5816",
    "total_alerts": "8",
    "false_alerts": "7",
    "false_alert_engagements": "5",
    "true_alerts": "1",
    "true_alert_engagements": "1",
    "arrests_or_disposals": "1",
    "faces_seen": "8600",
    "false_alert_rate": "0.08%",
}


def printed(*rows: dict, source_id: str = "grid", like: dict = SOUND) -> pd.DataFrame:
    """An extracted table on one page: each row a sound one but for the cells given."""
    return pd.DataFrame(
        [
            {"source_id": source_id, "page": "1", "row": str(n), **like, **row}
            for n, row in enumerate(rows, 1)
        ],
        dtype="str",
    )


def transcribed(*rows: dict, source_id: str = "copy") -> pd.DataFrame:
    return printed(*rows, source_id=source_id, like=TRANSCRIBED).assign(page="")


def reference(*corrections: Correction, **changes) -> Reference:
    """One force with a published record (`grid`, `old`) and a transcription (`copy`)."""
    facts = {
        "sources": {
            "old": SourceFacts("metropolitan", "published_record"),
            "grid": SourceFacts("metropolitan", "published_record"),
            "copy": SourceFacts("metropolitan", "transcription"),
        },
        "forces": frozenset({"metropolitan"}),
        "count_words": {"N/A": None},
        "use_cases": {("", "Crime Hotspot"): "Crime Hotspot", ("old", "1, 2"): "Purposes 1 and 2"},
        "corrections": corrections,
    }
    return Reference(**(facts | changes))


def correction(**fields) -> Correction:
    """An entry of the ledger for the first row of `grid`, but for the fields given."""
    sound = {
        "id": "an-entry",
        "source_id": "grid",
        "page": 1,
        "row": 1,
        "column": "faces_scanned",
        "action": "override",
        "value": 546,
        "expect": {"eq": 5460},
        "warning": "cells_garbled",
        "reason": "A reason of some length.",
        "source": "the page",
        "status": "open",
    }
    return Correction(**(sound | fields))
