"""The tables behind the figures of the reconciliation: who published which part of a stated total."""

import pandas as pd

from pipeline.national.bounds import month_number

NAMED = {"metropolitan": "Met", "south_wales": "South Wales", "essex": "Essex"}
OTHERS, TOGETHER, NOBODY = "other forces", "not one force", "nobody"
ROWS, STATED = "row by row", "statements and totals"
IN_WORDS = "more, if words are read as people use them"
EITHER_WAY = "more, if rows that can be read either way are read so"
UNEXPLAINED = "unexplained"
ALL_YEARS = "all"
MEASURES = {
    "deployments": "deployments",
    "faces_scanned": "faces",
    "enforcement_actions": "enforcement actions",
    "true_alerts": "true alerts",
    "false_alerts": "false alerts",
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


def headline_segments(headlines: pd.DataFrame, forces: pd.DataFrame) -> pd.DataFrame:
    """Cut each stated total into what is recorded row by row, what statements add, and what nobody published.

    Args:
        headlines: See `pipeline.national.reconcile.headline_bounds`.
        forces: See `pipeline.national.reconcile.force_bounds`.

    Returns:
        One row a piece, in the order in which they are laid end to end: headline (in words), headline_id,
        who, how, count, begins and ends (shares of the stated total), stated, lower (strict), lower_natural,
        upper (blank: no limit). Pieces add up to the stated total, unless the lower bound exceeds it.
    """
    table = []
    for strict in headlines[headlines["reading"] == "strict"].itertuples():
        natural = headlines[
            (headlines["headline_id"] == strict.headline_id) & (headlines["reading"] == "natural")
        ]
        lower_natural = float(natural["lower"].iloc[0])
        own = forces[forces["headline_id"] == strict.headline_id]
        who = own["force_id"].map(lambda force: NAMED.get(force, OTHERS if force else TOGETHER))
        sums = own.groupby([own["reading"], who])[["recorded", "lower", "either_way"]].sum()
        weak, usual = (sums.xs(reading).reindex([*NAMED.values(), OTHERS, TOGETHER]).fillna(0.0)
                       for reading in ("strict", "natural"))  # fmt: skip
        parts = {
            ROWS: weak["recorded"],
            STATED: weak["lower"] - weak["recorded"],
            IN_WORDS: usual["lower"] - weak["lower"],
            EITHER_WAY: weak["either_way"],
        }
        pieces = [(name, how, count) for how, counts in parts.items() for name, count in counts.items()]
        pieces += [(NOBODY, UNEXPLAINED, strict.stated)]
        end = 0.0
        for who, how, count in pieces:
            if how in (EITHER_WAY, UNEXPLAINED):  # neither goes beyond what is stated
                count = min(count, strict.stated - end)
            if count <= 0:
                continue
            begin, end = end, end + count
            table.append(
                {
                    "headline": headline_in_words(strict),
                    "headline_id": strict.headline_id,
                    "who": who,
                    "how": how,
                    "count": count,
                    "begins": round(begin / strict.stated, 5),
                    "ends": round(end / strict.stated, 5),
                    "stated": strict.stated,
                    "lower": strict.lower,
                    "lower_natural": lower_natural,
                    "upper": strict.upper,
                }
            )
    return pd.DataFrame(table)


def headline_in_words(headline: tuple) -> str:
    """Write a headline such as "613 deployments, June 2015 to Sept 2025"."""
    return f"{headline.stated:,.0f} {MEASURES[headline.measure]}, " + span_in_words(
        headline.first_month, headline.last_month
    )


def span_in_words(first: str, last: str) -> str:
    """Write a span of months.

    Example:
        >>> span_in_words("2024-01", "2024-12"), span_in_words("2015-06", "2025-09")
        ('2024', 'June 2015 to Sept 2025')
    """
    whole_year = first[:4] == last[:4] and (first[5:], last[5:]) == ("01", "12")
    words = [f"{MONTHS[month_number(month) % 12]} {month[:4]}" for month in (first, last)]
    return first[:4] if whole_year else " to ".join(words)


def year_cells(years: pd.DataFrame, forces: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Write the bounds of deployments for each force and year, and for all years, as a reader would say them.

    The bounds of all years together can be tighter than the sum of those of each: a total says how many, not
    when.

    Args:
        years: See `pipeline.national.reconcile.year_bounds`.
        forces: See `pipeline.national.reconcile.force_bounds`; the headline `deployments` spans all years.
        names: Name of each force, by force_id.

    Returns:
        One row a reading, force and year: force, force_id, year, reading, recorded, lower, upper, cell
        ("180", "34–38", "20 +", "?"), kind (`known`, `between`, `at least`, `anything`,
        `none`).
    """
    together = forces[(forces["headline_id"] == "deployments") & forces["force_id"].isin(years["force_id"])]
    table = pd.concat(
        [
            years[years["measure"] == "deployments"].astype({"year": "str"}),
            together.assign(year=ALL_YEARS)[[*years.columns]],
        ],
        ignore_index=True,
    )
    kinds, cells = [], []
    for row in table.itertuples():
        low = f"{row.lower:,.0f}"
        if row.upper == 0:
            kind, cell = "none", "0"
        elif row.upper == row.lower:
            kind, cell = "known", low
        elif not pd.isna(row.upper):
            kind, cell = "between", f"{low}–{row.upper:,.0f}"
        else:
            kind, cell = ("at least", f"{low} +") if row.lower else ("anything", "?")
        kinds.append(kind)
        cells.append(cell)
    shown = table.assign(force=table["force_id"].map(names), cell=cells, kind=kinds)
    used = shown.groupby("force_id")["kind"].transform(lambda kind: (kind != "none").any())
    columns = ["force", "force_id", "year", "reading", "recorded", "lower", "upper", "cell", "kind"]
    return shown.loc[used, columns].reset_index(drop=True)
