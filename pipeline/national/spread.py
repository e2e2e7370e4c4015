"""The tables of the spread: the tile map, the counts of forces over time, and the force years."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table
from pipeline.measures.tables import read_deployments
from pipeline.national.capability import (
    CUT_OFFS,
    FIRST_MONTH,
    LAST_MONTH,
    OPEN,
    OWN,
    SECOND_CUT_OFFS,
    STAGES,
    CutOffs,
    month_number,
    stages,
)
from pipeline.national.force_years import force_years, measures_by_force, measures_by_force_year
from pipeline.schemas.tables import read_table

GROUPS = {  # of forces in the filter, in the order drawn
    "pioneer": "pioneers",
    "own": "own, neither",
    "new_leader": "new leaders",
    "borrowed": "borrowed or tried",
    "tried": "borrowed or tried",
    "none_stated": "no capability known",
    "nothing_found": "no capability known",
}

# Events drawn beside the counts: date and actor as in policy_timeline.csv, and our short label.
MARKED = {
    ("2019-09", "High Court"): "High Court: Bridges",
    ("2020-08", "Court of Appeal"): "Court of Appeal: Bridges",
    ("2025-08-13", "Home Office"): "Ten vans announced",
    ("2026-04-21", "High Court"): "High Court: Thompson",
}


def spread_tables(
    clean: Path, reference: Path, confidence: float, changes_in_counting: Sequence[pd.Timestamp] = ()
) -> dict[str, pd.DataFrame]:
    """Every table of the spread, by the name of its file in data/derived without ending.

    Args:
        clean: The folder data/clean.
        reference: The folder data/reference, with forces.csv and tiles.csv.
        confidence: Coverage of intervals, 0 to 1.
        changes_in_counting: First days on which the Met counted faces in a new way.

    Raises:
        RecordError: if a table is missing or does not keep its contract.
    """
    forces = read_text_table(reference / "forces.csv")
    tiles = read_tiles(reference / "tiles.csv", forces)
    reported = read_table(clean / "reported_deployments.csv")
    deployments = read_deployments(clean, force_id=None)
    by_year = measures_by_force_year(deployments, reported, confidence, changes_in_counting)
    by_force = measures_by_force(deployments, reported, confidence, changes_in_counting)
    tile_map = spread_map(read_table(clean / "rollout.csv"), forces, tiles)
    return {
        "measures_by_force_year": by_year,
        "measures_by_force": by_force,
        "spread_map": tile_map,
        "spread_counts": spread_counts(tile_map, read_table(clean / "policy_timeline.csv")),
        "spread_force_years": force_years(by_year, by_force, _in_drawing_order(tile_map)),
    }


def _in_drawing_order(tile_map: pd.DataFrame) -> pd.DataFrame:
    """Forces with the group of their last stage: pioneers first, then by the day of that stage."""
    last = tile_map.groupby("force_id", as_index=False).last()
    rank = last["stage"].map(list(GROUPS).index)
    last = last.assign(rank=rank, group=last["stage"].map(GROUPS))
    return last.sort_values(["rank", "from_day", "force"])[["force_id", "force", "group"]]


def read_tiles(path: Path, forces: pd.DataFrame) -> pd.DataFrame:
    """Read where each force stands on the tile map: force_id, label, short_name, tile_row, tile_column.

    Raises:
        RecordError: if a territorial force of England and Wales is missing, a force is unknown or stands
            twice, two share a cell, or a label has more than four characters.
    """
    tiles = read_text_table(path)
    step = f"correct data/reference/{path.name}"
    territorial = forces.loc[forces["kind"] == "territorial", "force_id"]
    for missing in territorial[~territorial.isin(tiles["force_id"])]:
        raise RecordError(path.name, "a territorial force has no tile", value=missing, next_step=step)
    wrong = {
        "unknown force": ~tiles["force_id"].isin(forces["force_id"]),
        "force stands twice": tiles["force_id"].duplicated(),
        "label is not of one to four characters": ~tiles["label"].str.len().between(1, 4),
        "position is not a whole number": ~(
            tiles["tile_row"].str.fullmatch(r"\d+") & tiles["tile_column"].str.fullmatch(r"\d+")
        ),
        "cell is taken": tiles.duplicated(["tile_row", "tile_column"]),
    }
    for problem, flags in wrong.items():
        for position in tiles.index[flags][:1]:
            value = ",".join(tiles.loc[position])
            raise RecordError(path.name, problem, row=position + 2, value=value, next_step=step)
    return tiles.astype({"tile_row": int, "tile_column": int})


def spread_map(
    rollout: pd.DataFrame, forces: pd.DataFrame, tiles: pd.DataFrame, cut_offs: CutOffs = CUT_OFFS
) -> pd.DataFrame:
    """The tile map: one line for each force on it and stage, with what its tooltip says.

    Returns:
        force_id, force (short name), label, tile_row, tile_column, territorial (yes, no), stage, letter,
        stage_words, second_stage (its last stage under `SECOND_CUT_OFFS`), from_month, until_month, from_day,
        and first_use, own_from, vendor, threshold, equipment, with_whom, note, page_url from the roll-out
        table, "not stated" where it is silent; note and page_url are blank without a line there.
    """
    known = forces[forces["force_id"].isin(tiles["force_id"])]
    second = stages(rollout, known, SECOND_CUT_OFFS).groupby("force_id")["stage"].last()
    facts = rollout[rollout["force_id"] != ""].rename(
        columns={"own_capability_from": "own_from", "vans_stated": "equipment", "joint_with": "with_whom"}
    )
    facts = facts.assign(
        threshold=facts["threshold_score"].map("{:.2f}".format, na_action="ignore").fillna("").astype(str)
    )
    said = ["first_use", "own_from", "vendor", "threshold", "equipment", "with_whom"]
    table = stages(rollout, known, cut_offs).merge(tiles, on="force_id")
    table = table.merge(known[["force_id", "kind"]], on="force_id")
    table = table.merge(facts[["force_id", *said, "note", "page_url"]], on="force_id", how="left")
    table[said] = table[said].fillna("").replace("", "not stated")
    table = table.assign(
        force=table["short_name"],
        territorial=table["kind"].map(lambda kind: "yes" if kind == "territorial" else "no"),
        letter=table["stage"].map(lambda stage: STAGES[stage][0]),
        stage_words=table["stage"].map(lambda stage: STAGES[stage][1]),
        second_stage=table["force_id"].map(second),
        note=table["note"].fillna(""),
        page_url=table["page_url"].fillna(""),
    )
    order = [
        "force_id", "force", "label", "tile_row", "tile_column", "territorial", "stage", "letter",
        "stage_words", "second_stage", "from_month", "until_month", "from_day", *said, "note", "page_url",
    ]  # fmt: skip
    return table[order].sort_values(["force_id", "from_month"], ignore_index=True)


def spread_counts(table: pd.DataFrame, timeline: pd.DataFrame) -> pd.DataFrame:
    """How many territorial forces stood at which stage, at each month in which that changed, and the events.

    Args:
        table: From `spread_map`.
        timeline: The table policy_timeline.

    Returns:
        kind (count, event), date (ISO; of a count the first of its month), stage (own, borrowed, tried),
        forces, changed (who came to or left the stage in that month; of an event our short label), event,
        actor. A count holds from its date on.

    Raises:
        RecordError: if an event of `MARKED` is not in the timeline exactly once.
    """
    home = table[table["territorial"] == "yes"]
    home = home.assign(group=home["stage"].where(~home["stage"].isin(OWN), "own"))
    last = month_number(LAST_MONTH)
    lines = []
    for group in ("own", "borrowed", "tried"):
        rows = home[home["group"] == group]
        moves = {*rows["from_month"], *rows["until_month"]} - {OPEN}
        for month in sorted({0, last, *moves}):
            there = rows[(rows["from_month"] <= month) & (month < rows["until_month"])]
            came = [f"+ {force}" for force in sorted(rows.loc[rows["from_month"] == month, "force"])]
            left = [f"− {force}" for force in sorted(rows.loc[rows["until_month"] == month, "force"])]
            first = str(pd.Period(FIRST_MONTH, "M") + month) + "-01"
            lines.append(("count", first, group, len(there), ", ".join(came + left), "", ""))
    for (when, actor), label in MARKED.items():
        events = timeline[(timeline["date"] == when) & (timeline["actor"] == actor)]
        if len(events) != 1:
            raise RecordError(
                "policy_timeline.csv",
                f"{len(events)} events of {when} by {actor} where one is marked",
                next_step="correct the timeline, or MARKED in pipeline/national/spread.py",
            )
        event = events.iloc[0]
        lines.append(("event", event["first_day"], "", None, label, event["event"], actor))
    columns = ["kind", "date", "stage", "forces", "changed", "event", "actor"]
    return pd.DataFrame(lines, columns=columns).astype({"forces": "Int64"})
