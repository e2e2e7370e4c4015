"""The tables behind the figures of one force; drawn by `pipeline.figures.force`."""

from collections.abc import Mapping

import pandas as pd

from pipeline.national.contradictions import side_by_side


def fig_force_months(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Where in time each force's published rows lie.

    Args:
        tables: deployments, reported_deployments, and forces (force_id, name), by name.

    Returns:
        One row a force and month for counted deployments, and one a published row for the others: force_id,
        force, kind (`counted`, `reported`, `announced`), first_day, last_day, rows. Sorted by force and day.
    """
    counted = tables["deployments"].assign(month=lambda rows: rows["date"].str[:7])
    months = counted.groupby(["force_id", "month"], as_index=False).agg(
        first_day=("date", "min"), last_day=("date", "max"), rows=("date", "size")
    )
    others = tables["reported_deployments"]
    others = others[others["deployment_id"].fillna("") == ""]
    kinds = ["announced" if kind == "announcement" else "reported" for kind in others["kind"]]
    table = pd.concat([months.assign(kind="counted"), others.assign(kind=kinds, rows=1)])
    names = tables["forces"].set_index("force_id")["name"]
    table = table.assign(force=table["force_id"].map(names))
    columns = ["force_id", "force", "kind", "first_day", "last_day", "rows"]
    return table[columns].sort_values(["force_id", "first_day", "kind", "last_day"], ignore_index=True)


def fig_force_totals(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Published totals of the record's own counts, for whole forces, with the days that each covers.

    A measure of which a force has one total alone is left out: there is nothing to compare it with.

    Args:
        tables: published_totals, by name.
    """
    totals = tables["published_totals"]
    rows = side_by_side(totals.fillna(dict.fromkeys(("subgroup", "first_day", "last_day", "force_id"), "")))
    columns = [
        "force_id",
        "measure",
        "first_day",
        "last_day",
        "qualifier",
        "value",
        "page_title",
        "trust",
        "total_id",
    ]
    return rows[columns].sort_values(["force_id", "measure", "first_day", "total_id"], ignore_index=True)
