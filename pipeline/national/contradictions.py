"""Published figures of one force that cannot all be right, if their periods are read as stated.

Three plain tests, no judgement: a part larger than its whole, rows that add up to more than a total over the
same days, and true and false alerts that do not add up to the alerts. None says which figure is wrong.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

COUNTS = ("deployments", "faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests")
ADDING = (
    *COUNTS,
    "interventions",
    "interventions_on_false_alerts",
    "cost",
)  # measures of which a longer period cannot hold less than a shorter one inside it
ABOUT = 0.1  # "about 50" is taken to say 45 to 55
COLUMNS = ["force_id", "measure", "kind", "part_ids", "part_value", "whole_id", "whole_value"]


def contradictions(totals: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Pairs of figures that exclude each other.

    Args:
        totals: published_totals.csv as read by `read_table`. Totals of a subgroup, of a measure outside
            `ADDING`, without a force or without days are left aside.
        reports: reported_deployments.csv; announcements are left aside.

    Returns:
        One row a contradiction: force_id; measure; kind (`part_exceeds_whole`, `rows_exceed_total`,
        `alerts_do_not_add_up`); part_ids (keys joined by `;`); part_value, the least that the part allows;
        whole_id; whole_value, the most that the whole allows. Sorted; "more than" sets no upper limit.

    Example:
        25 arrests from August to October 2024 cannot lie within 11 from October 2023 to February 2025.
    """
    usable = of_whole_forces(totals, ADDING)
    found = []
    for (force_id, measure), group in usable.groupby(["force_id", "measure"]):
        rows = reports[reports["force_id"] == force_id]
        found += [(force_id, measure, *pair) for pair in _parts(group) + _rows(group, rows, measure)]
    for force_id, group in usable.groupby("force_id"):
        found += [(force_id, "alerts", *sum_) for sum_ in _sums(group)]
    table = pd.DataFrame(found, columns=COLUMNS)
    return table.sort_values(["force_id", "measure", "kind", "whole_id", "part_ids"], ignore_index=True)


def of_whole_forces(totals: pd.DataFrame, measures: Collection[str]) -> pd.DataFrame:
    """Totals of these measures that are about one whole force and known days, so that they can be compared.

    Args:
        totals: published_totals.csv; missing text is the empty string.
        measures: Names of measures.
    """
    stated = totals[["force_id", "first_day", "last_day"]].ne("").all(axis=1)
    return totals[stated & (totals["subgroup"] == "") & totals["measure"].isin(measures)]


def side_by_side(totals: pd.DataFrame) -> pd.DataFrame:
    """Totals of the record's own counts of which a force has two or more: what one chart can compare."""
    rows = of_whole_forces(totals, COUNTS)
    return rows[rows.groupby(["force_id", "measure"])["value"].transform("size") > 1]


def limits(qualifier: str, value: float) -> tuple[float, float]:
    """The least and the most that a stated value allows.

    Example:
        >>> limits("exact", 11), limits("at_least", 150), limits("about", 20)
        ((11.0, 11.0), (150.0, inf), (18.0, 22.0))
    """
    slack = ABOUT if qualifier == "about" else 0.0
    return value * (1 - slack), np.inf if qualifier == "at_least" else value * (1 + slack)


def _parts(group: pd.DataFrame) -> list[tuple]:
    """A total within another's period that is larger; two of one period are named once."""
    first, last = (group[day].to_numpy() for day in ("first_day", "last_day"))
    least, most = np.transpose(
        [limits(*stated) for stated in zip(group["qualifier"], group["value"], strict=True)]
    )
    inside = (first[:, None] >= first) & (last[:, None] <= last)  # a part in its row, a whole in its column
    keys, values = group["total_id"].to_numpy(), group["value"].to_numpy(dtype=float)
    return [
        ("part_exceeds_whole", keys[part], values[part], keys[whole], most[whole])
        for part, whole in np.argwhere(inside & (least[:, None] > most))
    ]


def _rows(group: pd.DataFrame, reports: pd.DataFrame, measure: str) -> list[tuple]:
    """Rows that lie within a total's period and add up to more than it allows."""
    column = "deployments_low" if measure == "deployments" else measure
    if column not in reports:
        return []
    stated = reports[(reports["kind"] != "announcement") & reports[column].fillna(0).gt(0)]
    found = []
    for whole in group.itertuples():
        inside = stated[(stated["first_day"] >= whole.first_day) & (stated["last_day"] <= whole.last_day)]
        together, most = float(inside[column].sum()), _most(whole)
        if together > most:
            keys = ";".join(inside["report_id"])
            found.append(("rows_exceed_total", keys, together, whole.total_id, most))
    return found


def _sums(group: pd.DataFrame) -> list[tuple]:
    """True and false alerts of exactly one period that do not add up to its alerts, all three exact."""
    exact = group[group["qualifier"] == "exact"]
    found = []
    for alerts in exact[exact["measure"] == "alerts"].itertuples():
        same = exact[(exact["first_day"] == alerts.first_day) & (exact["last_day"] == alerts.last_day)]
        true, false = (same[same["measure"] == name] for name in ("true_alerts", "false_alerts"))
        if true.empty or false.empty:
            continue
        together = float(true["value"].iloc[0] + false["value"].iloc[0])
        if together != float(alerts.value):
            keys = f"{true['total_id'].iloc[0]};{false['total_id'].iloc[0]}"
            found.append(("alerts_do_not_add_up", keys, together, alerts.total_id, float(alerts.value)))
    return found


def _most(total: tuple) -> float:
    return limits(total.qualifier, float(total.value))[1]
