"""What is counted and what is only stated, by force and year: two kinds of evidence, never added into one.

A row of deployments.csv is exactly one deployment on one known day, so rows can be counted. A row of
reported_deployments.csv that is not among them (a festival, a month, an announcement) stands for a range: it
shows at least so many deployments and at most so many. The range stands beside the count.
"""

from collections.abc import Sequence

import pandas as pd

from pipeline.measures import rates
from pipeline.measures.tables import MET

MEASURES = ("deployments", "faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests")
COLUMNS = [
    "force_id", "year", "measure", "value", "unit", "rows", "rows_dropped",
    "statements", "statements_stating", "fewest_more", "most_more", "note",
]  # fmt: skip
STATED = [
    "first_day", "last_day", "date_precision", "deployment_id", "deployments_low", "deployments_high",
    "faces_qualifier", *MEASURES[1:],
]  # fmt: skip
UNITS = {"deployments": "deployments", **{name: rates.COUNTS[name][1] for name in MEASURES[1:]}}

# What a `note` may say beyond `rates.NOTES`.
NOTES = rates.NOTES | {
    "faces_at_least": "a publisher said only that there were more than this",
    "not_stated_by_all": "some rows or statements give no figure, so there may be more than the most shown",
    "may_repeat_counted": "a statement without a day of its own may be of a deployment already counted",
    "spans_years": "a statement may belong to this year or to another",
}


def measures_by_force_year(
    deployments: pd.DataFrame,
    reported: pd.DataFrame,
    confidence: float,
    changes_in_counting: Sequence[pd.Timestamp] = (),
) -> pd.DataFrame:
    """Deployments, faces, alerts and arrests by force and calendar year.

    Args:
        deployments: All forces' rows, as `measures.tables.read_deployments(clean, None)` gives them.
        reported: The table reported_deployments, typed.
        confidence: Coverage of intervals, 0 to 1; no rate, and so no interval, is given here.
        changes_in_counting: First days on which the Met counted faces in a new way (from `breaks`).

    Returns:
        Columns `COLUMNS`. `value`: the sum over the `rows` that state the measure; blank where none does.
        `rows_dropped`: counted rows that do not state it. `statements`: further statements that touch the
        year; `statements_stating`: those with a figure. `fewest_more`, `most_more`: what they add at least
        and at most. A force has a line for a year if anything was published about it; a line of the Met,
        whose table is complete, may say 0. Of any other force a missing line means unknown, not none.
    """
    return _measures(deployments, reported, confidence, changes_in_counting, by_year=True)


def measures_by_force(
    deployments: pd.DataFrame,
    reported: pd.DataFrame,
    confidence: float,
    changes_in_counting: Sequence[pd.Timestamp] = (),
) -> pd.DataFrame:
    """The same over all years, without `year`.

    Not the sum of the years: a statement that spans two years stands once here and in both years there.
    """
    table = _measures(deployments, reported, confidence, changes_in_counting, by_year=False)
    return table.drop(columns="year")


def _measures(
    deployments: pd.DataFrame,
    reported: pd.DataFrame,
    confidence: float,
    changes: Sequence[pd.Timestamp],
    by_year: bool,
) -> pd.DataFrame:
    """The counts, the Met apart from the others: only its faces have a known change in counting."""
    parts = []
    for met, known_changes in ((True, changes), (False, ())):
        rows = deployments[(deployments["force_id"] == MET) == met]
        said = reported[(reported["force_id"] == MET) == met]
        names = _groups(rows, said, by_year)
        if not names:
            continue
        groups = rows["force_id"] + " " + (rows["date"].dt.year.astype(str) if by_year else "")
        counted = rates.measures_by(rows, groups, names, confidence, known_changes, with_rates=False)
        more = [
            {"group": name} | line
            for name in names
            for line in _beside(rows[groups == name], rows, said, *name.split(" "))
        ]
        columns = [
            "group",
            "measure",
            "statements",
            "statements_stating",
            "fewest_more",
            "most_more",
            "noted",
        ]
        parts.append(counted.merge(pd.DataFrame(more, columns=columns), on=["group", "measure"]))
    table = pd.concat(parts, ignore_index=True)
    table[["force_id", "year"]] = table["group"].str.split(" ", n=1, expand=True)
    silent = (table["rows_dropped"] > 0) | (table["statements_stating"] < table["statements"])
    words = table["note"] + ";" + table["noted"] + silent.map({True: ";not_stated_by_all", False: ""})
    table["note"] = [";".join(word for word in NOTES if word in said.split(";")) for said in words]
    whole = ["rows", "rows_dropped", "statements", "statements_stating", "fewest_more", "most_more"]
    table = table[COLUMNS].astype({"value": "float64", **dict.fromkeys(whole, "Int64")})
    return table.sort_values(["force_id", "year"], kind="stable", ignore_index=True)


def _groups(rows: pd.DataFrame, said: pd.DataFrame, by_year: bool) -> list[str]:
    """Every force and year (or force) about which anything was published, as "essex 2024" (or "essex ")."""
    forces = sorted({*rows["force_id"], *said["force_id"]})
    if not by_year:
        return [f"{force} " for force in forces]
    return [
        f"{force} {year}"
        for force in forces
        for year in _years(force, rows[rows["force_id"] == force], said[said["force_id"] == force])
    ]


def _beside(
    period: pd.DataFrame, rows: pd.DataFrame, said: pd.DataFrame, force_id: str, year: str
) -> list[dict]:
    """What the statements of one force add in one year (or in all, if blank), a line for each measure."""
    rows, said = rows[rows["force_id"] == force_id], said[said["force_id"] == force_id]
    lines = what_statements_add(rows, said, year)
    if period["warnings"].str.contains("faces_at_least", na=False).any():
        lines["faces_scanned"]["noted"] += ";faces_at_least"
    return [{"measure": measure} | line for measure, line in lines.items()]


def _years(force_id: str, rows: pd.DataFrame, said: pd.DataFrame) -> list[str]:
    """Years about which anything was published; for the Met also those between, known to be without."""
    known = set(rows["date"].dt.year)
    for first, last in zip(said["first_day"], said["last_day"], strict=True):
        known |= set(range(int(first[:4]), int(last[:4]) + 1))
    if force_id == MET and known:
        known = set(range(min(known), max(known) + 1))
    return [str(year) for year in sorted(known)]


def what_statements_add(rows: pd.DataFrame, said: pd.DataFrame, year: str = "") -> dict[str, dict]:
    """What one force's statements add to its counted rows: fewest and most, in one year or in all.

    The fewest leaves out statements that may belong to another year. Where the span of a statement holds days
    already counted, it may be of one of them; so for each such deployment the statement that would add most
    is left out too. The most counts every statement that touches the year, in full, and for a counted row all
    that it can stand for (four sites on one day are one row). For anything but deployments it covers only
    what was stated.

    Args:
        rows: The force's rows of deployments.csv, dates as dates.
        said: Its rows of reported_deployments.csv, typed.
        year: Such as "2024"; blank for all.

    Returns:
        By measure: statements, statements_stating, fewest_more, most_more (None where nothing is stated), and
        noted, words of `NOTES` joined by semicolons.

    Example:
        >>> none = pd.DataFrame({"date": pd.to_datetime([])})
        >>> festival = {"first_day": "2024-08-22", "last_day": "2024-08-23", "date_precision": "bundled_days"}
        >>> festival |= {"deployments_low": 1, "deployments_high": 2, "deployment_id": ""}
        >>> festival |= dict.fromkeys(MEASURES[1:]) | {"arrests": 3, "faces_qualifier": ""}
        >>> more = what_statements_add(none, pd.DataFrame([festival]), "2024")
        >>> [(more[name]["fewest_more"], more[name]["most_more"]) for name in ("deployments", "arrests")]
        [(1, 2), (3, 3)]
    """
    start, end = (f"{year}-01-01", f"{year}-12-31") if year else ("0000", "9999")
    touching = [
        one for one in said[STATED].to_dict("records") if one["first_day"] <= end and one["last_day"] >= start
    ]
    beside = [one for one in touching if one["deployment_id"] == ""]
    further_sites = sum(one["deployments_high"] - 1 for one in touching if one["deployment_id"] != "")

    inside = [start <= one["first_day"] and one["last_day"] <= end for one in beside]
    with_span = [sure and one["date_precision"] != "day" for one, sure in zip(beside, inside, strict=True)]
    days = rows["date"].dt.strftime("%Y-%m-%d").tolist() if any(with_span) else []
    held = [  # for each statement without a day of its own: the counted rows in its span
        {row for row, day in enumerate(days) if has and one["first_day"] <= day <= one["last_day"]}
        for one, has in zip(beside, with_span, strict=True)
    ]
    repeated = len(set().union(*held))

    lines = {}
    for measure in MEASURES:
        counting = measure == "deployments"
        low, high = ("deployments_low", "deployments_high") if counting else (measure, measure)
        stating = [number for number, one in enumerate(beside) if not pd.isna(one[low])]
        sure = [number for number in stating if inside[number]]
        doubtful = sorted((beside[number][low] for number in sure if held[number]), reverse=True)[:repeated]
        noted = {
            "may_repeat_counted": len(doubtful) > 0,
            "spans_years": len(sure) < len(stating),
            "faces_at_least": measure == "faces_scanned"
            and any(beside[number]["faces_qualifier"] == "at_least" for number in stating),
        }
        known = counting or len(stating) > 0
        most = sum(one[high] for one in beside if not pd.isna(one[high]))
        lines[measure] = {
            "statements": len(beside),
            "statements_stating": len(stating),
            "fewest_more": int(sum(beside[number][low] for number in sure) - sum(doubtful))
            if known
            else None,
            "most_more": int(most + (further_sites if counting else 0)) if known else None,
            "noted": ";".join(word for word, true in noted.items() if true),
        }
    return lines


def force_years(by_year: pd.DataFrame, by_force: pd.DataFrame, forces: pd.DataFrame) -> pd.DataFrame:
    """Both tables as the figure draws them: one line for each period, force and measure.

    Args:
        by_year: From `measures_by_force_year`.
        by_force: From `measures_by_force`.
        forces: force_id, force (short name) and group, in the order in which forces are drawn.

    Returns:
        period (a year, or all years), force_id, force, group, measure, counted, fewest_more, most_more, said
        (count and range in words) and note.
    """
    both = pd.concat([by_force.assign(year="all years"), by_year], ignore_index=True)
    table = forces.merge(both, on="force_id").rename(columns={"year": "period"})
    table["counted"] = table["value"].astype("Int64")
    table["said"] = [_in_words(line) for line in table.to_dict("records")]
    names = [
        "period",
        "force_id",
        "force",
        "group",
        "measure",
        "counted",
        "fewest_more",
        "most_more",
        "said",
        "note",
    ]
    return table[names]


def _in_words(line: dict) -> str:
    """Count and range of one line, such as "1 counted, 2–5 more stated"; a plus sign means or more."""
    rows, dropped = line["rows"], line["rows_dropped"]
    plus = "+" if "faces_at_least" in line["note"] else ""
    if pd.isna(line["counted"]):
        counted = "not stated" if dropped else "no row"
    elif line["counted"] == 0:
        counted = "none counted" if line["measure"] == "deployments" else "none"
    else:
        counted = f"{line['counted']:,}{plus}" + ("" if dropped else " counted")
    if dropped and rows:
        counted += f" in {rows:,} of {rows + dropped:,} rows"
    fewest, most = line["fewest_more"], line["most_more"]
    if pd.isna(most) or (most == 0 and line["measure"] == "deployments"):
        return counted
    span = f"{most:,}" if fewest == most else f"{fewest:,}–{most:,}"
    return f"{counted}, {span}{plus} more stated"
