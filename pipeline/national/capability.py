"""By which month each force had tried, borrowed or owned live facial recognition.

Stages are "by then": nothing published says when a force stopped, so a stage lasts until a higher one. A
force of which nothing was found has not been shown to have nothing.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.core.errors import RecordError

FIRST_MONTH = "2014-04"  # the first trial of which anything is known began here
LAST_MONTH = "2026-11"  # the state of knowledge of the tables collected
OPEN = 999  # `until` of a stage that has not ended, in months

# Stages from lowest to highest; a force shows the highest that it has reached. The letter is on its tile.
STAGES = {
    "nothing_found": ("·", "nothing found"),
    "none_stated": ("0", "none, as published"),
    "tried": ("T", "tried it"),
    "borrowed": ("B", "borrowed it"),
    "new_leader": ("N", "own: new leader"),
    "own": ("O", "own: neither"),
    "pioneer": ("P", "own: pioneer"),
}
OWN = ("pioneer", "own", "new_leader")


@dataclass(frozen=True)
class CutOffs:
    """Our working definition of pioneer and new leader; no publisher draws this line.

    Args:
        pioneer_before: A force with its own equipment before this ISO day is a pioneer.
        new_leader_from: A force with its own equipment from this ISO day on is a new leader.
    """

    pioneer_before: str = "2023-01-01"
    new_leader_from: str = "2024-08-01"


CUT_OFFS = CutOffs()
# Another line that could be drawn: own equipment by 2019, and own equipment since the ten vans.
SECOND_CUT_OFFS = CutOffs(pioneer_before="2020-01-01", new_leader_from="2025-08-13")


def latest_day(text: str) -> str:
    """Last day that a day, month or year can mean: by then it was so, whatever the day.

    Raises:
        ValueError: if the text is none of the three.

    Examples:
        >>> latest_day("2024-02"), latest_day("2025"), latest_day("2024-08-22")
        ('2024-02-29', '2025-12-31', '2024-08-22')
    """
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        raise ValueError(f"{text} is not a day, month or year")
    year, month, day = [*map(int, text.split("-")), 0, 0][:3]
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1]).isoformat()


def month_number(day: str) -> int:
    """Months from `FIRST_MONTH` to the month of an ISO day or month.

    Example:
        >>> month_number("2014-04-30"), month_number("2015-01-01")
        (0, 9)
    """
    return 12 * (int(day[:4]) - int(FIRST_MONTH[:4])) + int(day[5:7]) - int(FIRST_MONTH[5:])


def stages(rollout: pd.DataFrame, forces: pd.DataFrame, cut_offs: CutOffs) -> pd.DataFrame:
    """The stages of each force, one line for each stretch of months.

    Own equipment counts from `own_capability_from`, joint vans for both forces. What a force used before
    that, or without it, was borrowed, unless no force had equipment of its own to lend: then it was tried. A
    date given as a month or year counts from its last day.

    Args:
        rollout: The table rollout.
        forces: The table forces; one without a line in `rollout` is `nothing_found` throughout.
        cut_offs: Who counts as pioneer and new leader.

    Returns:
        force_id, stage (a key of `STAGES`), from_month, until_month (exclusive; `OPEN` if it lasts), from_day
        (blank for the first stretch), in order of force and month.

    Raises:
        RecordError: if a status needs a date that is not there, or a date is none.
    """
    table = rollout[rollout["force_id"] != ""].set_index("force_id", drop=False)
    own_days = {
        force: _day(row, "own_capability_from")
        for force, row in table.iterrows()
        if row["own_capability_from"]
    }
    first_own = min(own_days.values(), default="9999")
    lines = []
    for force in forces["force_id"]:
        reached = [("", "nothing_found")]
        if force in table.index:
            row = table.loc[force]
            if row["status"] == "none":
                reached = [("", "none_stated")]
            elif row["status"] == "trial_only":
                reached.append((_day(row, "first_use"), "tried"))
            else:
                own = own_days.get(force, "9999")
                if row["status"] in ("own", "shared_own") and force not in own_days:
                    own = _day(row, "own_capability_from")  # is missing, and says so
                if (first := _day(row, "first_use")) < own:
                    reached.append((first, "tried" if first < first_own else "borrowed"))
                if force in own_days:
                    reached.append((own, _kind(own, cut_offs)))
        months = [month_number(day) if day else 0 for day, _ in reached]
        for (day, stage), begin, end in zip(reached, months, [*months[1:], OPEN], strict=True):
            if begin < end:
                lines.append((force, stage, max(begin, 0), end, day))
    return pd.DataFrame(lines, columns=["force_id", "stage", "from_month", "until_month", "from_day"])


def _kind(own_from: str, cut_offs: CutOffs) -> str:
    if own_from < cut_offs.pioneer_before:
        return "pioneer"
    return "new_leader" if own_from >= cut_offs.new_leader_from else "own"


def _day(row: Mapping[str, str], column: str) -> str:
    try:
        return latest_day(row[column])
    except ValueError as error:
        raise RecordError(
            "rollout.csv",
            f"status {row['status']} needs a date in {column}",
            row=row["force_id"],
            value=row[column],
            next_step="state a day, month or year, or correct the status",
        ) from error
