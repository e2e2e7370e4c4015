"""The rules between fields, each stated once: what must hold, and a function that finds where it does not.

A rule is silent where a cell that it needs is blank or unreadable; the cell has its own problem then.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pipeline.standard.cells import tally_total
from pipeline.standard.problems import ERROR, WARNING

HALF_MINUTE = 0.5 / 60  # hours; the times are written to the minute
ROUNDING = 2 * HALF_MINUTE + 0.005  # and the duration to two decimals


@dataclass(frozen=True)
class Rule:
    """One rule between fields.

    Args:
        name: Kind of the problem, as `--json` prints it.
        columns: Fields it needs; the first is the cell to which a breach points.
        must: What holds, in a reader's words.
        advice: What to do about a breach.
        broken: Table of values (numbers as floats, text as text, blank as missing) -> True where it does not
            hold; missing where it cannot be judged.
        severity: `error` or `warning`.
        excused_by: Word of the column `warnings` that turns an error into a warning: the publisher knows.
    """

    name: str
    columns: tuple[str, ...]
    must: str
    advice: str
    broken: Callable[[pd.DataFrame], pd.Series]
    severity: str = ERROR
    excused_by: str = ""


def _sum_differs(total: str, *parts: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda table: (table[total] - sum(table[part] for part in parts)).abs() > 0


def _more_than(larger: str, smaller: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda table: table[larger] > table[smaller]


def _tally_differs(tally: str, total: str) -> Callable[[pd.DataFrame], pd.Series]:
    def broken(table: pd.DataFrame) -> pd.Series:
        counted = table[tally].map(tally_total, na_action="ignore").astype("float64")
        return (counted - table[total]).abs() > 0

    return broken


def _hours(column: pd.Series) -> pd.Series:
    """Hours since midnight of a column of HH:MM."""
    return pd.to_numeric(column.str[:2]) + pd.to_numeric(column.str[3:5]) / 60


def _key_differs(table: pd.DataFrame) -> pd.Series:
    number = table["deployment_id"].str.replace(r"^.*-", "", regex=True)
    rebuilt = table["force_id"] + "-" + table["date"] + "-" + number
    return (rebuilt != table["deployment_id"]) & rebuilt.notna() & table["deployment_id"].notna()


def _span_differs(table: pd.DataFrame) -> pd.Series:
    span = _hours(table["end_time"]) - _hours(table["start_time"])
    return (span > 0) & ((span - table["duration_hours"]).abs() > ROUNDING)


def _repeated(table: pd.DataFrame) -> pd.Series:
    return table["deployment_id"].notna() & table["deployment_id"].duplicated()


def _same_figures(table: pd.DataFrame) -> pd.Series:
    figures = ["force_id", "date", "location", "duration_hours", "faces_scanned", "alerts", "arrests"]
    times = [name for name in ("start_time", "end_time") if name in table.columns]
    return (table["faces_scanned"] > 0) & table.duplicated(subset=figures + times)


def _one_blank(one: str, other: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda table: table[one].isna() != table[other].isna()


RULES: tuple[Rule, ...] = (
    Rule(
        "key_repeated",
        ("deployment_id",),
        "Every deployment_id stands once.",
        "number the deployments of a day 1, 2, 3, or delete the row if it was copied twice",
        _repeated,
    ),
    Rule(
        "key_differs",
        ("deployment_id", "force_id", "date"),
        "deployment_id is made of the row's force_id, date and a number.",
        "make the key, the force and the date agree",
        _key_differs,
    ),
    Rule(
        "alerts_do_not_add_up",
        ("alerts", "true_alerts", "false_alerts"),
        "True and false alerts add up to alerts.",
        "count again; if the figures stand, say parts_do_not_add_up in the column warnings",
        _sum_differs("alerts", "true_alerts", "false_alerts"),
        excused_by="parts_do_not_add_up",
    ),
    Rule(
        "true_alerts_do_not_add_up",
        ("true_alerts", "true_alerts_confirmed", "true_alerts_unconfirmed"),
        "Confirmed and unconfirmed true alerts add up to true alerts.",
        "count again; if the figures stand, say parts_do_not_add_up in the column warnings",
        _sum_differs("true_alerts", "true_alerts_confirmed", "true_alerts_unconfirmed"),
        excused_by="parts_do_not_add_up",
    ),
    Rule(
        "false_alerts_do_not_add_up",
        ("false_alerts", "false_alerts_confirmed", "false_alerts_unconfirmed"),
        "Confirmed and unconfirmed false alerts add up to false alerts.",
        "count again; if the figures stand, say parts_do_not_add_up in the column warnings",
        _sum_differs("false_alerts", "false_alerts_confirmed", "false_alerts_unconfirmed"),
        excused_by="parts_do_not_add_up",
    ),
    Rule(
        "more_true_alerts_than_alerts",
        ("true_alerts", "alerts", "false_alerts"),
        "There are no more true alerts than alerts.",
        "check both; if the figures stand, say parts_do_not_add_up in the column warnings",
        lambda table: (table["true_alerts"] > table["alerts"]) & table["false_alerts"].isna(),
        excused_by="parts_do_not_add_up",
    ),
    Rule(
        "more_false_alerts_than_alerts",
        ("false_alerts", "alerts", "true_alerts"),
        "There are no more false alerts than alerts.",
        "check both",
        lambda table: (table["false_alerts"] > table["alerts"]) & table["true_alerts"].isna(),
    ),
    Rule(
        "more_alerts_than_faces",
        ("alerts", "faces_scanned"),
        "There are no more alerts than faces scanned.",
        "check whether the two columns were exchanged",
        _more_than("alerts", "faces_scanned"),
    ),
    Rule(
        "end_before_start",
        ("end_time", "start_time"),
        "A deployment ends after it starts.",
        "enter a deployment that runs past midnight as two rows, one a day, the first ending at 24:00",
        lambda table: _hours(table["end_time"]) <= _hours(table["start_time"]),
    ),
    Rule(
        "duration_differs",
        ("duration_hours", "start_time", "end_time"),
        "The duration is the time from start to end, pauses included.",
        "write the hours from start to end as a decimal: 5 hours 3 minutes is 5.05",
        _span_differs,
    ),
    Rule(
        "published_before",
        ("date_published", "date"),
        "A record is not published before its deployment.",
        "check both dates",
        lambda table: table["date_published"] < table["date"],
    ),
    Rule(
        "watchlist_categories_do_not_add_up",
        ("watchlist_by_category", "watchlist_size"),
        "The categories of the watchlist add up to its size.",
        "count each person once, under the category for which they were added",
        _tally_differs("watchlist_by_category", "watchlist_size"),
    ),
    Rule(
        "more_children_than_people",
        ("watchlist_children", "watchlist_size"),
        "There are no more children on the watchlist than people.",
        "check both",
        _more_than("watchlist_children", "watchlist_size"),
    ),
    Rule(
        "false_alert_groups_do_not_add_up",
        ("false_alerts_by_group", "false_alerts"),
        "The groups add up to the false alerts.",
        "put those whose group was not recorded under not_recorded",
        _tally_differs("false_alerts_by_group", "false_alerts"),
    ),
    Rule(
        "more_found_than_passed",
        ("volunteers_found", "volunteers_passed"),
        "No more passages of volunteers are found than there were.",
        "check both",
        _more_than("volunteers_found", "volunteers_passed"),
    ),
    Rule(
        "volunteers_half_stated",
        ("volunteers_found", "volunteers_passed"),
        "Passages of volunteers and those found are stated together.",
        "fill both or leave both blank",
        _one_blank("volunteers_found", "volunteers_passed"),
    ),
    Rule(
        "more_stops_than_true_alerts",
        ("engagements_true", "true_alerts"),
        "There are no more stops after true alerts than true alerts.",
        "check whether companions were counted; only people on whom an alert was raised belong here",
        _more_than("engagements_true", "true_alerts"),
        WARNING,
    ),
    Rule(
        "more_stops_than_false_alerts",
        ("engagements_false", "false_alerts"),
        "There are no more stops after false alerts than false alerts.",
        "check both; a person stopped by mistake after somebody else's alert belongs to that alert",
        _more_than("engagements_false", "false_alerts"),
        WARNING,
    ),
    Rule(
        "outcomes_exceed_stops",
        ("arrests", "other_disposals", "no_action", "engagements_true", "engagements_false"),
        "Arrests, other disposals and no action together do not exceed the people stopped.",
        "check whether other disposals repeats no action, or counts arrests that did not follow an alert",
        lambda table: (
            table["arrests"] + table["other_disposals"] + table["no_action"]
            > table["engagements_true"] + table["engagements_false"]
        ),
        WARNING,
    ),
    Rule(
        "outcomes_exceed_confirmed",
        ("arrests", "other_disposals", "true_alerts_confirmed"),
        "Arrests and other disposals together do not exceed the confirmed true alerts.",
        "check whether one person was counted under both, or an arrest did not follow an alert",
        lambda table: table["arrests"] + table["other_disposals"] > table["true_alerts_confirmed"],
        WARNING,
    ),
    Rule(
        "same_figures",
        ("faces_scanned", "force_id", "date", "location", "duration_hours", "alerts", "arrests"),
        "Two rows do not have the same force, date, place, duration, faces, alerts and arrests.",
        "delete one if the row was copied twice",
        _same_figures,
        WARNING,
    ),
)
"""In the order in which they are checked."""
