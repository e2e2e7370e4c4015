"""Tables of the reconciliation as a reader sees them in the chapter: names for keys, words for codes."""

import pandas as pd

from pipeline.national.segments import headline_in_words


def headlines(bounds: pd.DataFrame) -> pd.DataFrame:
    """Return the stated totals and the least that the record supports, words at their weakest."""
    strict = bounds[bounds["reading"] == "strict"]
    return pd.DataFrame(
        {
            "stated": [headline_in_words(row) for row in strict.itertuples()],
            "row by row": strict["recorded"].to_numpy(),
            "at least": strict["lower"].to_numpy(),
            "unexplained": strict["unexplained"].to_numpy(),
        }
    )


def forces(bounds: pd.DataFrame, names: pd.DataFrame, headline_id: str) -> pd.DataFrame:
    """Return the bounds of one stated total by force, for forces with any, the most first.

    Args:
        bounds: bounds_by_force.csv.
        names: forces.csv.
        headline_id: Which total.
    """
    rows = bounds[
        (bounds["reading"] == "strict") & (bounds["headline_id"] == headline_id) & (bounds["lower"] > 0)
    ]
    rows = rows.sort_values(["lower", "force_id"], ascending=[False, True])
    return pd.DataFrame(
        {
            "force": _names(rows["force_id"], names),
            "row by row": rows["recorded"],
            "at least": rows["lower"],
            "at most, if the stated total holds": rows["most_if_stated"].astype("int64"),
        }
    )


def definitions(table: pd.DataFrame) -> pd.DataFrame:
    """Return what each publisher means by its words."""
    shown = table[["publisher", "term", "means", "ours", "comparable", "follows"]].replace(
        "_", " ", regex=True
    )
    return shown.rename(columns={"ours": "our measure", "comparable": "adds up", "follows": "what follows"})


def delays(table: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Return the days from a deployment to the page with its figures, by force; a dash where unknown."""
    spans = [
        "–" if pd.isna(low) else f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"
        for low, high in zip(table["fewest_days"], table["most_days"], strict=True)
    ]
    return pd.DataFrame(
        {
            "force": _names(table["force_id"], names),
            "fullest form": table["form"],
            "rows with figures": table["rows"],
            "of them dated": table["rows_dated"],
            "days": spans,
        }
    )


def gaps(table: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Return the years in which each force's numbers are open, a column a measure."""
    years = [
        f"{row.first_year}" if row.years == 1 else f"{row.first_year} to {row.last_year}"
        for row in table.itertuples()
    ]
    wide = (
        table.assign(years=years).pivot(index="force_id", columns="measure", values="years").fillna("known")
    )
    wide.columns = [name.replace("_", " ") for name in wide.columns]
    return wide.reset_index(drop=True).assign(force=_names(pd.Series(wide.index), names).to_numpy())[
        ["force", *wide.columns]
    ]


def totals(table: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Return every published total and what was done with it."""
    scope = table["scope"].str.replace("_", " ").str.replace(";", " and ")
    return pd.DataFrame(
        {
            "total": table["total_id"],
            "of": _names(table["force_id"], names).fillna(scope),
            "measure": table["measure"].str.replace("_", " "),
            "from": table["first_day"].fillna("–"),
            "to": table["last_day"].fillna("–"),
            "stated": table["qualifier"].str.replace("_", " ") + " " + table["value"].map("{:,.0f}".format),
            "trust": table["trust"],
            "used for": table["use"].replace(
                {"both": "both bounds", "lower": "lower bound", "upper": "upper bound"}
            ),
            "why not more": table["reason"].fillna(""),
        }
    )


def _names(keys: pd.Series, names: pd.DataFrame) -> pd.Series:
    return keys.map(names.set_index("force_id")["name"])
