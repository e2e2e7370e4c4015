"""The record of a deployment, in the columns in which the police publish theirs."""

from .deployment import Deployment
from .watchlist import RefusedError


def deployment_record(
    deployment: Deployment, force_id: str, location: str, number: int = 1
) -> dict[str, str | int | float]:
    """One row in the columns of the published record, in their order; what is not stated is blank.

    Every cell follows from what the deployment counted. `source_kind` and `source_id` always say
    `simulation`, so the row can never pass for a published one.

    Args:
        deployment: Closed, with an officer's decision on every alert.
        force_id: Whose deployment it is said to be; an invented one.
        location: Place label; an invented one.
        number: Number among the force's deployments of that day, from 1.

    Raises:
        RefusedError: if the deployment is open, or alerts await an officer.

    Example: one person is sought, two faces pass, nobody alerts.
        >>> from datetime import datetime
        >>> from pipeline.matching.watchlist import Entry, Watchlist
        >>> nine, ten = datetime(2031, 5, 6, 9), datetime(2031, 5, 6, 10)
        >>> watchlist = Watchlist([Entry("A", [1, 0], "wanted", "warrant")], purpose="warrants",
        ...                       approved_by="superintendent", approved_at=nine,
        ...                       expires=datetime(2031, 5, 6, 18), size_limit=1)
        >>> day = Deployment(watchlist, 0.75, at=nine)
        >>> day.scan([[1, 1], [-1, 0]], at=ten)  # scores 0.71 and -1
        ()
        >>> day.close(at=ten)
        >>> row = deployment_record(day, "simulated", "A square")
        >>> row["deployment_id"], row["duration_hours"], row["faces_scanned"], row["alerts"]
        ('simulated-2031-05-06-1', 1.0, 2, 0)
    """
    if deployment.closed is None:
        raise RefusedError("the deployment is open; close it before writing its record")
    if waiting := len(deployment.awaiting):
        raise RefusedError(f"{waiting} alert{'s await' if waiting > 1 else ' awaits'} an officer")
    date = deployment.opened.date().isoformat()
    hours = (deployment.closed - deployment.opened).total_seconds() / 3600
    decisions = list(deployment.decisions.values())
    verdicts = [(decision.is_match, decision.engaged) for decision in decisions]
    outcomes = [decision.outcome for decision in decisions]
    return {
        "deployment_id": f"{force_id}-{date}-{number}",
        "force_id": force_id,
        "date": date,
        "date_precision": "day",
        "location": location,
        "use_case": deployment.watchlist.purpose,
        "duration_hours": round(hours, 2),
        "watchlist_size": deployment.watchlist.people,
        "threshold_score": deployment.threshold,
        "faces_scanned": deployment.faces,
        "alerts": len(deployment.alerts),
        "true_alerts": verdicts.count((True, True)) + verdicts.count((True, False)),
        "true_alerts_confirmed": verdicts.count((True, True)),
        "true_alerts_unconfirmed": verdicts.count((True, False)),
        "false_alerts": verdicts.count((False, True)) + verdicts.count((False, False)),
        "false_alerts_confirmed": verdicts.count((False, True)),
        "false_alerts_unconfirmed": verdicts.count((False, False)),
        "arrests": outcomes.count("arrest"),
        "other_disposals": outcomes.count("other_disposal"),
        "no_action": outcomes.count("no_action"),
        "source_id": "simulation",
        "source_page": "",
        "source_row": number,
        "source_kind": "simulation",
        "warnings": "",
    }
