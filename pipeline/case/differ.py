"""What differs between forces: which settings and policies are stated, by whom, and what is blank.

A setting counts as stated if any collected page or table says it; as stated by the force itself if that page
is the force's own or the government's. A blank means that nothing was found, not that there is no rule.
"""

import pandas as pd

from pipeline.case.stated import (
    POLICIES,
    SETTINGS,
    VENDOR,
    Cells,
    is_own,
    policies_stated,
    settings_stated,
)
from pipeline.core.io import read_text_table
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.national.reconcile import area, used_by
from pipeline.national.rows import Record
from pipeline.national.spread import read_tiles
from pipeline.national.transparency import NOTHING, TOTAL, fields_published
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table

FIELDS = ("faces", "alerts", "true alerts", "false alerts", "arrests")


def tables(paths: Paths, params: Params) -> dict[str, pd.DataFrame]:
    """The tables differ_settings, differ_counts and differ_definitions.

    Raises:
        RecordError: if a policy is coded for an unknown force or item, or without a page.
    """
    names = ("deployments", "reported_deployments", "published_totals", "rollout")
    forces = read_text_table(paths.reference / "forces.csv")
    record = Record(*(read_table(paths.clean / f"{name}.csv") for name in names), forces=area(forces))
    users = used_by(record)
    short = read_tiles(paths.reference / "tiles.csv", forces).set_index("force_id")["short_name"]
    cells = settings_stated(record) | policies_stated(read_text_table(paths.reference / "policies.csv"))
    settings = settings_by_force(cells, users, short)
    fields = fields_published(record, users)
    definitions = read_document(
        paths.reference / "definitions.yaml", paths.reference / "schemas" / "definitions.schema.json"
    )
    return {
        "differ_settings": settings,
        "differ_counts": pd.concat([count_settings(settings), count_fields(fields)], ignore_index=True),
        "differ_definitions": pd.DataFrame(definitions)
        .groupby("comparable", as_index=False)
        .agg(terms=("term", "size")),
    }


def settings_by_force(cells: Cells, users: list[str], short: pd.Series) -> pd.DataFrame:
    """One row a force and item, forces that state most first.

    Returns:
        force_id, force, place (order of the force), item, value, cell (what a narrow figure shows), stated
        (yes, no), own_page (yes, no; blank if nothing is stated, and for the vendor), page_url.
    """
    items = [*SETTINGS, *POLICIES.values()]
    fullest = sorted(users, key=lambda force: (-sum((force, item) in cells for item in items), short[force]))
    rows = []
    for place, force in enumerate(fullest):
        for item in items:
            value, few_letters, page = cells.get((force, item), ("", "", ""))
            rows.append(
                {
                    "force_id": force,
                    "force": short[force],
                    "place": place,
                    "item": item,
                    "value": value,
                    "cell": few_letters or value or "–",
                    "stated": "yes" if value else "no",
                    "own_page": "" if not value or item == VENDOR else "yes" if is_own(page) else "no",
                    "page_url": page,
                }
            )
    return pd.DataFrame(rows)


def count_settings(settings: pd.DataFrame) -> pd.DataFrame:
    """Of so many forces, how many are on record with each item: item, stated, own, forces.

    Whether a vendor was named by the force itself was not recorded: its `own` is blank.
    """
    flags = settings.assign(stated=settings["stated"] == "yes", own=settings["own_page"] == "yes")
    table = flags.groupby("item", sort=False, as_index=False).agg(
        stated=("stated", "sum"), own=("own", "sum"), forces=("force_id", "nunique")
    )
    return table.assign(own=table["own"].astype("Int64").mask(table["item"] == VENDOR))


def count_fields(fields: pd.DataFrame) -> pd.DataFrame:
    """The same for the counts of a deployment; a total only is stated, and no force's own row."""
    shown = fields[fields["field"].isin(FIELDS)]
    flags = shown.assign(
        stated=shown["form"] != NOTHING, own=shown["form"].isin(["table", "own statement"])
    ).rename(columns={"field": "item"})
    table = flags.groupby("item", sort=False, as_index=False).agg(
        stated=("stated", "sum"), own=("own", "sum"), forces=("force_id", "nunique")
    )
    totals = shown[shown["form"] == TOTAL].groupby("field").size()
    return table.assign(total_only=table["item"].map(totals).fillna(0).astype(int))
