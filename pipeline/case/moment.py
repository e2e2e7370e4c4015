"""The moment: deployments by quarter with what happened in it, who lends to whom, and the classes of forces.

Only rows that can be counted make a bar: one deployment on one known day. Announcements are plans and stand
among the events. Order in time is not cause.
"""

from typing import Any

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.measures.tables import MET, read_deployments
from pipeline.national.capability import CUT_OFFS, SECOND_CUT_OFFS, CutOffs, stages
from pipeline.national.spread import read_tiles
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table

CLASSES = {
    "pioneer": "pioneers",
    "own": "own, neither",
    "new_leader": "new leaders",
    "borrowed": "borrowers",
    "tried": "one trial",
}
"""Stage of `pipeline.national.capability` -> the class that a reader is shown."""
LINES = {"first": CUT_OFFS, "second": SECOND_CUT_OFFS}


def tables(paths: Paths, params: Params) -> dict[str, pd.DataFrame]:
    """The tables moment_quarters, moment_events, moment_links and moment_classes.

    Raises:
        RecordError: if an event or a link names a row that is not there, or a force that is unknown.
    """
    rollout, timeline = (read_table(paths.clean / f"{name}.csv") for name in ("rollout", "policy_timeline"))
    deployments = read_deployments(paths.clean, force_id=None)
    forces = read_text_table(paths.reference / "forces.csv")
    short = read_tiles(paths.reference / "tiles.csv", forces).set_index("force_id")["short_name"]
    schemas = paths.reference / "schemas"
    chosen = read_document(paths.reference / "moments.yaml", schemas / "moments.schema.json")
    said = read_document(paths.reference / "coordination.yaml", schemas / "coordination.schema.json")
    events = events_of(chosen, timeline)
    classes = [classes_of(deployments, rollout, forces, short, name) for name in LINES]
    return {
        "moment_events": events,
        "moment_quarters": quarters(deployments, events),
        "moment_links": links(said, {"rollout": rollout, "policy_timeline": timeline}, short),
        "moment_classes": pd.concat(classes, ignore_index=True),
    }


def events_of(chosen: list[dict[str, Any]], timeline: pd.DataFrame) -> pd.DataFrame:
    """The chosen rows of the time line in order of time.

    Returns:
        date (as stated, to the day or month), first_day, quarter, label, kind, plan (yes, no), event, actor,
        page_url.
    """
    by_row = timeline.astype({"source_row": int}).set_index("source_row")
    rows = []
    for entry in chosen:
        if entry["row"] not in by_row.index:
            raise RecordError(
                "moments.yaml",
                "no such row in policy_timeline.csv",
                row=entry["label"],
                value=entry["row"],
                next_step="name the event's source_row",
            )
        row = by_row.loc[entry["row"]]
        rows.append(
            {
                "date": row["date"],
                "first_day": row["first_day"],
                "quarter": quarter_of(row["first_day"]),
                "label": entry["label"],
                "kind": entry["kind"],
                "plan": "yes" if entry.get("plan") else "no",
                "event": row["event"],
                "actor": row["actor"],
                "page_url": row["page_url"],
            }
        )
    return pd.DataFrame(rows).sort_values(["first_day", "date", "label"], ignore_index=True)


def quarters(deployments: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """One line for each event, and one for each quarter with deployments and no event, in order of time.

    Quarters without either are left out.

    Returns:
        line (0, 1, ...), quarter, metropolitan and others (deployments counted; on the first line of a
        quarter only, blank on its further lines), and of the event date, label, kind, plan and actor (blank
        if there is none).
    """
    counted = deployments.assign(
        quarter=[quarter_of(day) for day in deployments["date"].dt.strftime("%Y-%m-%d")],
        who=(deployments["force_id"] == MET).map({True: "metropolitan", False: "others"}),
    )
    counts = counted.groupby(["quarter", "who"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=["metropolitan", "others"], fill_value=0)
    columns = ["quarter", "date", "label", "kind", "plan", "actor"]
    table = counts.reset_index().merge(events[columns], on="quarter", how="outer")
    table = table.sort_values(["quarter", "date", "label"], kind="stable", ignore_index=True)
    first = ~table.duplicated("quarter")
    for who in ("metropolitan", "others"):
        table[who] = table[who].fillna(0).where(first).astype("Int64")
    table.insert(0, "line", range(len(table)))
    return table[["line", "quarter", "metropolitan", "others", *columns[1:]]].fillna({"label": ""})


def links(said: list[dict[str, Any]], sources: dict[str, pd.DataFrame], short: pd.Series) -> pd.DataFrame:
    """Who gives what to whom: giver, taker (short names), kind, standing, since, note, page_url.

    Raises:
        RecordError: if a row or a force is unknown, or what was used has no day.
    """
    rows = []
    for entry in said:
        table, number = entry["row"].split()
        page = sources[table].astype({"source_row": int}).set_index("source_row")["page_url"]
        if int(number) not in page.index:
            raise _link(entry, "no such row", entry["row"])
        if entry["taker"] not in short.index:
            raise _link(entry, "no such force", entry["taker"])
        if entry["standing"] == "used" and not entry["since"]:
            raise _link(entry, "used, but since when?", entry["since"])
        names = {"giver": short.get(entry["giver"], entry["giver"]), "taker": short[entry["taker"]]}
        rows.append(
            names | {key: entry[key] for key in ("kind", "standing", "since", "note")}
            | {"page_url": page[int(number)]}
        )  # fmt: skip
    return pd.DataFrame(rows)


def classes_of(
    deployments: pd.DataFrame, rollout: pd.DataFrame, forces: pd.DataFrame, short: pd.Series, line: str
) -> pd.DataFrame:
    """Forces and bodies of each class under one pair of cut-offs, and what is known of them.

    Returns:
        cut_offs (first, second), pioneer_before, new_leader_from, class, forces, names, rows (deployments
        counted one by one), with_vendor and with_threshold (forces of which either is stated),
        borrowed_first (forces that used it before their own equipment).
    """
    cut_offs: CutOffs = LINES[line]
    known = forces[forces["force_id"].isin(short.index)]
    every = stages(rollout, known, cut_offs)
    borrowed = every.loc[every["stage"] == "borrowed", "force_id"]
    last = every.groupby("force_id")["stage"].last()
    facts = rollout[rollout["force_id"] != ""].set_index("force_id")
    rows_of = deployments["force_id"].value_counts()
    table = []
    for stage, name in CLASSES.items():
        members = sorted(last.index[last == stage], key=lambda force: short[force])
        own = facts.loc[members]
        table.append(
            {
                "cut_offs": line,
                "pioneer_before": cut_offs.pioneer_before,
                "new_leader_from": cut_offs.new_leader_from,
                "class": name,
                "forces": len(members),
                "names": ", ".join(short[force] for force in members),
                "rows": int(rows_of.reindex(members).fillna(0).sum()),
                "with_vendor": int((own["vendor"] != "").sum()),
                "with_threshold": int(own["threshold_score"].notna().sum()),
                "borrowed_first": 0 if stage == "borrowed" else int(borrowed.isin(members).sum()),
            }
        )
    return pd.DataFrame(table)


def quarter_of(day: str) -> str:
    """The quarter of an ISO day.

    Example:
        >>> quarter_of("2025-12-31"), quarter_of("2026-01-01")
        ('2025 Q4', '2026 Q1')
    """
    return f"{day[:4]} Q{(int(day[5:7]) + 2) // 3}"


def _link(entry: dict[str, Any], what: str, value: str) -> RecordError:
    name = f"{entry['giver']} to {entry['taker']}"
    step = "correct the entry in data/reference/coordination.yaml"
    return RecordError("coordination.yaml", what, row=name, value=value, next_step=step)
