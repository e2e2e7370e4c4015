"""Since the consultancy's report: events by actor, deployments by month, promises and their days."""

from typing import Any

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.intervals import clopper_pearson
from pipeline.measures.power import rate_ratio
from pipeline.measures.tables import MET, read_deployments
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table

FILE = "since.yaml"
THRESHOLD = 0.64  # in use by the Met throughout the chapter's time and for a year before


def tables(paths: Paths, params: Params) -> dict[str, pd.DataFrame]:
    """The tables of the chapter.

    Returns:
        since_events, since_months, since_promises and since_alerts, as the functions below describe them.

    Raises:
        RecordError: if a file is missing, or an actor of the time line stands in no lane.
    """
    since = read_document(paths.reference / FILE, paths.reference / "schemas" / "since.schema.json")
    deployments = read_deployments(paths.clean, force_id=None)
    reports = read_table(paths.clean / "reported_deployments.csv")
    dated, open_ends = events(read_table(paths.clean / "policy_timeline.csv"), since), promises(since)
    return {
        "since_events": dated,
        "since_timeline": time_line(dated, open_ends),
        "since_months": months(deployments, reports, since["counts_from"]),
        "since_promises": open_ends,
        "since_alerts": alerts(
            deployments[deployments["force_id"] == MET], since["counts_from"], params.confidence
        ),
    }


def events(timeline: pd.DataFrame, since: dict[str, Any]) -> pd.DataFrame:
    """Dated events from `events_from`, those of the collection and those found beside it, in order of date.

    Args:
        timeline: The table policy_timeline; needs date, first_day, event, actor, page_url and trust.
        since: The content of since.yaml.

    Returns:
        One row an event: date (as stated), first_day, lane, lane_order (1 on top), actor, event, label
        (short words for a figure, or empty), page_url, trust, collected (whether it stands in
        policy_timeline).

    Raises:
        RecordError: for an actor in no lane, or a label for an event that does not exist.
    """
    lanes = {actor: row["lane"] for row in since["lanes"] for actor in row["actors"]}
    order = {row["lane"]: place for place, row in enumerate(since["lanes"], start=1)}
    columns = ["date", "first_day", "actor", "event", "page_url", "trust"]
    own = timeline[timeline["first_day"] >= since["events_from"]][columns].assign(collected=True)
    beside = pd.DataFrame(since["events"])
    beside = beside.assign(first_day=beside["date"], collected=False)[[*columns, "collected"]]
    rows = pd.concat([own, beside], ignore_index=True)
    unknown = sorted(set(rows["actor"]) - set(lanes))
    if unknown:
        raise RecordError(FILE, "an actor in no lane", value=unknown[0], next_step="add it under lanes")
    labels = {(label["date"], label["actor"]): label["label"] for label in since["labels"]}
    keys = list(zip(rows["date"], rows["actor"], strict=True))
    idle = sorted(set(labels) - set(keys))
    if idle:
        raise RecordError(
            FILE, "a label for no event", value=" ".join(idle[0]), next_step="correct date or actor"
        )
    rows["lane"] = rows["actor"].map(lanes)
    rows["lane_order"] = rows["lane"].map(order)
    rows["label"] = [labels.get(key, "") for key in keys]
    return rows.sort_values(["first_day", "lane_order", "event"], ignore_index=True)


def time_line(dated: pd.DataFrame, open_ends: pd.DataFrame) -> pd.DataFrame:
    """What the figure shows: labelled events, then what was due by a day and not found when we last looked.

    Returns:
        One row each, in order of its first day: label, lane, start, end (ISO; the same day for an event).
    """
    shown = dated[dated["label"] != ""]
    happened = pd.DataFrame(
        {
            "label": shown["label"],
            "lane": shown["lane"],
            "start": shown["first_day"],
            "end": shown["first_day"],
        }
    )
    late = open_ends[(open_ends["found"] == "none") & (open_ends["days_overdue"].fillna(0) > 0)]
    missing = pd.DataFrame(
        {"label": late["label"], "lane": "Not found", "start": late["due"], "end": late["looked_on"]}
    )
    return pd.concat([happened, missing]).sort_values(["start", "label"], ignore_index=True)


def months(deployments: pd.DataFrame, reports: pd.DataFrame, first_day: str) -> pd.DataFrame:
    """Deployments by month since `first_day`: the Met's rows, and what is published of all others.

    Args:
        deployments: All forces' single days; needs force_id, date (a date), arrests.
        reports: The table reported_deployments; rows with a deployment_id are among the single days already.
        first_day: First day counted, ISO.

    Returns:
        One row per month and series (`met`, `others`): deployments_low, deployments_high (equal for the Met;
        for others, plans and days told together make the difference), last_day (of any row of the month). A
        bundle counts in the month of its first day.
    """
    single = deployments[deployments["date"] >= first_day]
    single = pd.DataFrame(
        {
            "month": single["date"].dt.strftime("%Y-%m"),
            "series": single["force_id"].eq(MET).map({True: "met", False: "others"}),
            "low": 1,
            "high": 1,
            "last_day": single["date"].dt.strftime("%Y-%m-%d"),
        }
    )
    further = reports[(reports["deployment_id"] == "") & (reports["first_day"] >= first_day)]
    further = pd.DataFrame(
        {
            "month": further["first_day"].str[:7],
            "series": "others",
            "low": further["deployments_low"],
            "high": further["deployments_high"],
            "last_day": further["last_day"],
        }
    )
    return (
        pd.concat([single, further])
        .groupby(["month", "series"], as_index=False)
        .agg(deployments_low=("low", "sum"), deployments_high=("high", "sum"), last_day=("last_day", "max"))
    )


def promises(since: dict[str, Any]) -> pd.DataFrame:
    """What was announced, when it was due, and the days gone by on the day we last looked.

    Returns:
        One row each, in the order of the file: promise_id, label, what, by, said_on, due (ISO, or empty where
        no day follows), days_since_said, days_overdue (negative: not yet due; missing: no day), found, note,
        page_url.
    """
    looked = pd.Timestamp(since["looked_on"])
    rows = []
    for promise in since["promises"]:
        said = promise.get("said_on", "")
        due = _due(promise.get("due"))
        rows.append(
            {
                "promise_id": promise["id"],
                "label": promise.get("label", ""),
                "what": promise["what"],
                "by": promise["by"],
                "said_on": said,
                "due": "" if due is None else f"{due:%Y-%m-%d}",
                "days_since_said": (looked - pd.Timestamp(said)).days if said else None,
                "days_overdue": None if due is None else (looked - due).days,
                "found": promise["found"],
                "note": promise["note"],
                "page_url": promise.get("page_url", ""),
                "looked_on": since["looked_on"],
            }
        )
    return pd.DataFrame(rows).astype({"days_since_said": "Int64", "days_overdue": "Int64"})


def _due(due: dict[str, Any] | None) -> pd.Timestamp | None:
    if due is None:
        return None
    if "day" in due:
        return pd.Timestamp(due["day"])
    return pd.Timestamp(due["counted_from"]) + pd.Timedelta(weeks=due["weeks"])


def alerts(met: pd.DataFrame, first_day: str, confidence: float) -> pd.DataFrame:
    """The Met's false alerts per alert at one threshold, before and since `first_day`.

    Args:
        met: The Met's rows; needs date, threshold_score, alerts, false_alerts, arrests.
        first_day: First day of the later period, ISO.
        confidence: Coverage of the intervals, 0 to 1.

    Returns:
        One row a period (`before`, `since`): deployments, alerts, false_alerts, arrests, share (false alerts
        per alert), low, high; and on the second row ratio, ratio_low, ratio_high of the later share to the
        earlier one.
    """
    at_threshold = met[met["threshold_score"].eq(THRESHOLD) & met["alerts"].notna()]
    later = at_threshold["date"] >= first_day
    rows = []
    for period, part in (("before", at_threshold[~later]), ("since", at_threshold[later])):
        counts = {name: int(part[name].sum()) for name in ("alerts", "false_alerts", "arrests")}
        share = clopper_pearson(counts["false_alerts"], counts["alerts"], confidence)
        rows.append(
            {
                "period": period,
                "first_day": f"{part['date'].min():%Y-%m-%d}",
                "last_day": f"{part['date'].max():%Y-%m-%d}",
                "deployments": len(part),
                **counts,
                "share": float(share.value),
                "low": float(share.low),
                "high": float(share.high),
            }
        )
    before, after = rows
    ratio = rate_ratio(
        after["false_alerts"], after["alerts"], before["false_alerts"], before["alerts"], confidence
    )
    after |= {"ratio": ratio.value, "ratio_low": ratio.low, "ratio_high": ratio.high}
    return pd.DataFrame(rows)
