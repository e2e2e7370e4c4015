"""The counts on which the objections turn, each with its exact interval, and the step between thresholds."""

from typing import Any

import pandas as pd
from scipy.stats import fisher_exact

from pipeline.core.errors import RecordError
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.intervals import clopper_pearson
from pipeline.measures.power import p_value, rate_ratio
from pipeline.measures.tables import read_deployments
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table

FILE = "disputed_counts.yaml"
OLD, NEW = 0.60, 0.64  # thresholds of one vendor's software, before and after July 2024


def tables(paths: Paths, params: Params) -> dict[str, pd.DataFrame]:
    """The tables of the case against.

    Returns:
        against_shares: as `shares`. against_thresholds: as `threshold_step`, of the Met's own files.

    Raises:
        RecordError: if a file is missing or a count cannot be what it is said to be.
    """
    counts = read_document(
        paths.reference / FILE, paths.reference / "schemas" / "disputed_counts.schema.json"
    )
    published = read_table(paths.clean / "published_totals.csv").set_index("total_id")
    deployments = read_deployments(paths.clean)
    own_files = deployments[deployments["source_kind"] == "published_record"]
    return {
        "against_shares": shares(counts, published, params.confidence),
        "against_thresholds": threshold_step(own_files, params.confidence),
    }


def shares(counts: list[dict[str, Any]], published: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Shares with exact intervals, and p where a share to test against is given.

    Args:
        counts: The entries of disputed_counts.yaml.
        published: The table published_totals by total_id; needs `value`, `page_url` and `qualifier`.
        confidence: Coverage of the intervals, 0 to 1.

    Returns:
        One row a count: count_id, label, what, events, trials, share (0 to 1), low, high, expected (the
        share tested against, or missing), p_two_sided, page_url (of the events).

    Raises:
        RecordError: for an unknown total, one not stated exactly, or more events than trials.
    """
    rows = []
    for entry in counts:
        events, page = _number(entry["events"], entry["id"], published)
        trials, _ = _number(entry["trials"], entry["id"], published)
        if events > trials:
            raise RecordError(
                FILE,
                "more events than trials",
                row=entry["id"],
                value=f"{events} of {trials}",
                next_step="correct the counts",
            )
        share = clopper_pearson(events, trials, confidence)
        expected = entry.get("expected", {}).get("share")
        rows.append(
            {
                "count_id": entry["id"],
                "label": entry["label"],
                "what": entry["what"],
                "events": events,
                "trials": trials,
                "share": float(share.value),
                "low": float(share.low),
                "high": float(share.high),
                "expected": expected,
                "p_two_sided": None if expected is None else p_value(events, trials, expected),
                "page_url": page,
            }
        )
    return pd.DataFrame(rows).astype({"expected": "float64", "p_two_sided": "float64"})


def _number(count: dict[str, Any], entry: str, published: pd.DataFrame) -> tuple[int, str]:
    """A count and the page on which it was read."""
    if "value" in count:
        return count["value"], count["url"]
    total = count["total"]
    if total not in published.index or published.loc[total, "qualifier"] != "exact":
        raise RecordError(
            FILE,
            "no published total stated exactly has this id",
            row=entry,
            value=total,
            next_step="take an id of data/clean/published_totals.csv",
        )
    return int(published.loc[total, "value"]), published.loc[total, "page_url"]


def threshold_step(deployments: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """False alerts per alert at the old and the new threshold, and how they compare: association, not effect.

    Args:
        deployments: Rows of one force and one vendor; needs `threshold_score`, `alerts` and `false_alerts`.
            Rows without alerts published are passed over.
        confidence: Coverage of the interval, 0 to 1.

    Returns:
        One row: events_old, trials_old, events_new, trials_new (alerts), ratio (old over new), low, high
        (exact conditional limits), p_two_sided (Fisher's exact test).
    """
    known = deployments.dropna(subset=["alerts", "false_alerts"])
    sums = known.groupby("threshold_score")[["false_alerts", "alerts"]].sum().astype(int)
    (old_events, old_trials), (new_events, new_trials) = (
        tuple(map(int, sums.loc[threshold])) for threshold in (OLD, NEW)
    )
    ratio = rate_ratio(old_events, old_trials, new_events, new_trials, confidence)
    square = [[old_events, old_trials - old_events], [new_events, new_trials - new_events]]
    return pd.DataFrame(
        [
            {
                "events_old": old_events,
                "trials_old": old_trials,
                "events_new": new_events,
                "trials_new": new_trials,
                "ratio": ratio.value,
                "low": ratio.low,
                "high": ratio.high,
                "p_two_sided": float(fisher_exact(square).pvalue),
            }
        ]
    )
