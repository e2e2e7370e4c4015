"""The table behind each figure: pure functions, tables in, table out. A function's name is its file's name.

`tables` holds, by file name without ending: deployments, differences, places, measures_by_year,
measures_by_era, faces_break, claims; and params, one row with the confidence of intervals. Every table is
small enough to stand in a page and says what its figure draws, no more.
"""

from collections.abc import Mapping

import pandas as pd

from pipeline.figures.force_data import fig_force_months, fig_force_totals  # noqa: F401
from pipeline.measures.intervals import clopper_pearson

Tables = Mapping[str, pd.DataFrame]

ORIGINS = {"published_record": "Met's own file", "transcription": "transcription"}
PLACES_SHOWN = 15
SPEAKERS = ["Leapwise", "Home Office", "Metropolitan Police", "others"]


def fig_deployments_by_year(tables: Tables) -> pd.DataFrame:
    """Deployments per calendar year and kind of source; a year without any is there with a zero."""
    rows = _with_year(tables["met"])
    rows["origin"] = rows["source_kind"].map(ORIGINS)
    counts = rows.groupby(["year", "origin"], as_index=False).agg(
        deployments=("deployment_id", "size"), first_date=("date", "min"), last_date=("date", "max")
    )
    years = pd.DataFrame({"year": range(counts["year"].min(), counts["year"].max() + 1)})
    table = years.merge(counts, how="left").fillna({"origin": "Met's own file", "deployments": 0})
    return table.astype({"deployments": int})


def fig_explorer(tables: Tables) -> pd.DataFrame:
    """Deployments, faces, alerts and arrests per calendar month, from the first on record to the last."""
    rows = tables["met"].assign(month=lambda table: table["date"].str[:7])
    months = pd.period_range(rows["month"].min(), rows["month"].max(), freq="M").astype(str)
    sums = rows.groupby("month").agg(
        deployments=("deployment_id", "size"),
        faces=("faces_scanned", "sum"),
        alerts=("alerts", "sum"),
        arrests=("arrests", "sum"),
    )
    return sums.reindex(months, fill_value=0).astype(int).rename_axis("month").reset_index()


def fig_alerts_outcomes_by_year(tables: Tables) -> pd.DataFrame:
    """True and false alerts per year, as counts; all alerts of the year stand beside them."""
    rows = _with_year(tables["met"])
    years = pd.RangeIndex(rows["year"].min(), rows["year"].max() + 1, name="year")
    sums = (
        rows.groupby("year")[["alerts", "true_alerts", "false_alerts"]]
        .sum()
        .reindex(years, fill_value=0)
        .reset_index()
    )
    return (
        sums.melt(["year", "alerts"], var_name="outcome", value_name="count")
        .astype({"alerts": int, "count": int})
        .sort_values(["year", "outcome"], ignore_index=True)
    )


def fig_watchlist_and_threshold(tables: Tables) -> pd.DataFrame:
    """Watchlist size and threshold of each day; deployments of one day with the same list stand together."""
    rows = tables["met"].dropna(subset=["watchlist_size"])
    rows = rows.assign(
        threshold=rows["threshold_score"].map("{:.2f}".format, na_action="ignore").fillna("not printed")
    )
    keys = ["date", "watchlist_size", "threshold"]
    return (
        rows.groupby(keys, as_index=False)
        .agg(deployments=("deployment_id", "size"))
        .astype({"watchlist_size": int})
    )


def fig_false_alerts_two_denominators(tables: Tables) -> pd.DataFrame:
    """False alerts per alert and per face scanned for each threshold, with exact intervals."""
    wanted = {"false_alerts_per_alert": "per alert", "false_alerts_per_face_scanned": "per face"}
    return _rates(tables["measures_by_era"], wanted, "threshold")


def fig_arrests_per_alert(tables: Tables) -> pd.DataFrame:
    """Arrests per alert for each year, with exact intervals; years without an alert are left out."""
    table = _rates(tables["measures_by_year"], {"arrests_per_alert": "per alert"}, "year").drop(
        columns="denominator_name"
    )
    table["counted"] = "arrests"
    table.loc[table["note"].str.contains("arrests_include_disposals"), "counted"] = (
        "arrests and other disposals"
    )
    return table


def fig_faces_per_hour(tables: Tables) -> pd.DataFrame:
    """Faces and alerts per hour of each deployment with a printed duration, and the level of its stretch.

    A stretch lies between two breaks in faces per hour; its level is all faces (alerts) over all hours in it.
    `change_in_counting` says whether the break at its beginning is a change in how faces were counted.
    """
    rows = tables["met"].dropna(subset=["duration_hours", "faces_scanned"])
    rows = rows[rows["duration_hours"] > 0].sort_values(["date", "deployment_id"], ignore_index=True)
    breaks = tables["faces_break"].query("series == 'faces_per_hour' and located_in == series")
    begins = breaks["first_date_after"].astype(str).tolist()
    rows["stretch"] = [1 + sum(begin <= date for begin in begins) for date in rows["date"]]
    change = {1: "", **dict(enumerate(breaks["change_in_counting"], start=2))}
    sums = rows.groupby("stretch")[["faces_scanned", "alerts", "duration_hours"]].transform("sum")
    return pd.DataFrame(
        {
            "date": rows["date"],
            "location": rows["location"],
            "faces": rows["faces_scanned"].astype(int),
            "alerts": rows["alerts"].astype(int),
            "hours": rows["duration_hours"].round(2),
            "faces_per_hour": (rows["faces_scanned"] / rows["duration_hours"]).round(1),
            "alerts_per_hour": (rows["alerts"] / rows["duration_hours"]).round(2),
            "stretch": rows["stretch"],
            "change_in_counting": rows["stretch"].map(change),
            "faces_per_hour_of_stretch": (sums["faces_scanned"] / sums["duration_hours"]).round(1),
            "alerts_per_hour_of_stretch": (sums["alerts"] / sums["duration_hours"]).round(2),
        }
    )


def fig_faces_multiples_of_15(tables: Tables) -> pd.DataFrame:
    """Share of published face counts that are multiples of 15, by year, with its exact interval.

    `expected` is the share that counts of many faces would show by chance: 1 in 15.
    """
    rows = _with_year(tables["met"].dropna(subset=["faces_scanned"]))
    rows["multiple"] = rows["faces_scanned"] % 15 == 0
    counts = rows.groupby("year", as_index=False).agg(
        multiples=("multiple", "sum"), deployments=("multiple", "size")
    )
    share = clopper_pearson(counts["multiples"], counts["deployments"], tables["params"].at[0, "confidence"])
    shares = {"share": share.value, "low": share.low, "high": share.high, "expected": 1 / 15}
    return counts.assign(
        **{name: pd.Series(values, counts.index).round(4) for name, values in shares.items()}
    )


def fig_locations(tables: Tables) -> pd.DataFrame:
    """Deployments, alerts, false alerts and arrests by place and year, for the most used places.

    Most used: among the first `PLACES_SHOWN` of a year, or of all years together.

    A place gathers the labels that the publisher gave it.
    """
    rows = _with_year(tables["met"]).merge(
        tables["places"][["location", "place"]], on="location", how="left", validate="many_to_one"
    )
    counts = rows.groupby(["place", "year"], as_index=False).agg(
        deployments=("deployment_id", "size"),
        alerts=("alerts", "sum"),
        false_alerts=("false_alerts", "sum"),
        arrests=("arrests", "sum"),
    )
    overall = counts.groupby("place", as_index=False)[["deployments", "alerts"]].sum().assign(year=0)
    ranked = pd.concat([counts, overall]).sort_values(
        ["deployments", "alerts", "place"], ascending=[False, False, True]
    )
    often = ranked.groupby("year").head(PLACES_SHOWN)["place"]
    shown = counts[counts["place"].isin(often)].reset_index(drop=True)
    return shown.astype({"alerts": int, "false_alerts": int, "arrests": int})


def fig_differences(tables: Tables) -> pd.DataFrame:
    """Every count in which the transcription differs from the Met's own file; place names are left out."""
    table = tables["differences"].copy()
    for column in ("published", "transcribed"):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    table = table.dropna(subset=["published", "transcribed"])
    table["difference"] = table["transcribed"] - table["published"]
    whole = dict.fromkeys(("published", "transcribed", "difference"), int)
    return table.astype(whole).sort_values(["date", "deployment_id", "field"], ignore_index=True)


def fig_claims_by_verdict(tables: Tables) -> pd.DataFrame:
    """Every claim with its verdict and its place in the row of that verdict, ordered by who stated it."""
    table = tables["claims"][["id", "claim", "stated_by", "verdict"]].copy()
    table["stated_by_group"] = table["stated_by"].map(_speaker)
    order = table.assign(rank=table["stated_by_group"].map(SPEAKERS.index))
    order = order.sort_values(["verdict", "rank", "id"], ignore_index=True)
    order["place"] = order.groupby("verdict").cumcount() + 1
    return order.drop(columns="rank")


def fig_cumulative_arrests(tables: Tables) -> pd.DataFrame:
    """The running total of arrests from the first day on record, and the running totals that others stated.

    A stated total stands at the day to which the ledger compares it, with the record's over the same span.
    Totals of shorter spans, begun after the start of 2024, are left out: they belong to another line.
    """
    by_day = tables["met"].groupby("date")["arrests"].sum().cumsum()
    record = pd.DataFrame({"kind": "record", "date": by_day.index, "arrests": by_day.to_numpy()})
    claims = tables["claims"]
    claims = claims[(claims["function"] == "running_total") & (claims["unit"] == "arrests")]
    spans = pd.DataFrame(claims["arguments"].tolist(), index=claims.index)
    claims = claims[spans["start"] <= "2024-01-01"]
    stated = pd.DataFrame(
        {
            "kind": "claim",
            "date": spans["until"],
            "arrests": claims["value_claimed"],
            "claim_id": claims["id"],
            "claim": claims["claim"],
            "stated_by": claims["stated_by"],
            "stated_by_group": claims["stated_by"].map(_speaker),
            "record_then": claims["value_computed"],
        },
        index=claims.index,
    ).sort_values(["date", "claim_id"])
    table = pd.concat([record, stated], ignore_index=True)
    return table.astype({"arrests": int, "record_then": "Int64"})


def _speaker(stated_by: str) -> str:
    """The group under which a figure shows who stated a claim."""
    if stated_by.startswith("Met"):  # the force, its Commissioner, its witness
        return "Metropolitan Police"
    return stated_by if stated_by in SPEAKERS else "others"


def _rates(measures: pd.DataFrame, wanted: Mapping[str, str], group: str) -> pd.DataFrame:
    """The rows of some rates with counts and interval; groups without a denominator are left out."""
    rows = measures[measures["measure"].isin(wanted)].dropna(subset=["value"])
    table = pd.DataFrame(
        {
            group: rows["group"],
            "denominator_name": rows["measure"].map(wanted),
            "numerator": rows["numerator"].astype(int),
            "denominator": rows["denominator"].astype(int),
            **{column: rows[column] for column in ("value", "low", "high")},
            "rows": rows["rows"],
            "rows_dropped": rows["rows_dropped"],
            "note": rows["note"].fillna(""),
        }
    )
    return table.reset_index(drop=True)


def _with_year(deployments: pd.DataFrame) -> pd.DataFrame:
    return deployments.assign(year=deployments["date"].str[:4].astype(int))
