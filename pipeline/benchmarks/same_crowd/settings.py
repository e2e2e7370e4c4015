"""The settings that the crowd passes under: thresholds that forces print, lists that their records show."""

from typing import Any

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table

FILE = "same_crowd.yaml"
NUMBERS = {"threshold_score": "float64", "watchlist_size": "float64"}


def read_choices(paths: Paths) -> dict[str, Any]:
    """Read data/reference/same_crowd.yaml: crowd, share, settings and supposed.

    Raises:
        RecordError: if the file does not satisfy its schema.
    """
    return read_document(paths.reference / FILE, paths.reference / "schemas" / "same_crowd.schema.json")


def read_settings(paths: Paths, choices: dict[str, Any]) -> pd.DataFrame:
    """Every setting with its threshold and lists, those that forces print first.

    Returns:
        setting, label, force_id, basis (`printed`, or `supposed` where no force stands behind the row),
        threshold, people (the middle list, in images), people_low, people_high.

    Raises:
        RecordError: if a force is given a threshold that neither its rows nor the roll-out table state, or
            lists that it does not state.
    """
    rows, rollout = read_rows(paths), read_table(paths.clean / "rollout.csv")
    totals = read_table(paths.clean / "published_totals.csv").set_index("total_id")
    return settings_from(choices, rows, rollout, totals)


def settings_from(
    choices: dict[str, Any], rows: pd.DataFrame, rollout: pd.DataFrame, totals: pd.DataFrame
) -> pd.DataFrame:
    """As `read_settings`, from the tables: deployments, roll-out, and published totals by their ids."""
    stated = set(zip(rollout["force_id"], rollout["threshold_score"].astype("float64"), strict=True))
    stated |= set(zip(rows["force_id"], rows["threshold_score"], strict=True))
    table = []
    for entry in choices["settings"]:
        force, threshold = entry["force_id"], entry["threshold"]
        if (force, threshold) not in stated:
            raise _wrong(entry, "this force states no such threshold", threshold)
        if entry["lists"] == "record":
            own = rows[(rows["force_id"] == force) & (rows["threshold_score"] == threshold)]
            sizes = own["watchlist_size"].dropna()
            if sizes.empty:
                raise _wrong(entry, "this force's rows state no list at this threshold", threshold)
            lists = {"middle": sizes.median(), "low": sizes.min(), "high": sizes.max()}
        else:
            lists = {name: _total(entry, totals, total) for name, total in entry["lists"].items()}
        table.append(_row(entry, "printed", threshold, lists))
    supposed = choices["supposed"]
    one_size = dict.fromkeys(("middle", "low", "high"), supposed["people"])
    for threshold in supposed["thresholds"]:
        entry = {"id": f"nec-{threshold:.2f}".replace("0.", "0"), "label": "Threshold not printed"}
        table.append(_row(entry, "supposed", threshold, one_size))
    return pd.DataFrame(table)


def read_rows(paths: Paths) -> pd.DataFrame:
    """Threshold and list of each published row: single deployments, and rows that bundle several days."""
    single = read_table(paths.clean / "deployments.csv")
    bundled = read_table(paths.clean / "reported_deployments.csv")
    bundled = bundled[(bundled["deployment_id"] == "") & (bundled["kind"] == "result")]
    columns = ["force_id", *NUMBERS]
    return pd.concat([single[columns].astype(NUMBERS), bundled[columns].astype(NUMBERS)], ignore_index=True)


def _row(entry: dict[str, Any], basis: str, threshold: float, lists: dict[str, float]) -> dict[str, Any]:
    return {
        "setting": entry["id"],
        "label": entry["label"],
        "force_id": entry.get("force_id", ""),
        "basis": basis,
        "threshold": float(threshold),
        "people": round(lists["middle"]),
        "people_low": round(lists["low"]),
        "people_high": round(lists["high"]),
    }


def _total(entry: dict[str, Any], totals: pd.DataFrame, total: str) -> float:
    if total not in totals.index or totals.loc[total, "force_id"] != entry["force_id"]:
        raise _wrong(entry, "this force stated no such total", total)
    return float(totals.loc[total, "value"])


def _wrong(entry: dict[str, Any], what: str, value: object) -> RecordError:
    step = "take it out: a force that prints no setting is not given one"
    return RecordError(FILE, what, row=entry["id"], value=str(value), next_step=step)
