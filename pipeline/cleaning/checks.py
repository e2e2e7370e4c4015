"""What a row must satisfy, and what a reader should be warned of."""

from collections.abc import Collection

import pandas as pd

from pipeline.cleaning.columns import describe_row
from pipeline.cleaning.harmonise import WARN
from pipeline.core.errors import RecordError
from pipeline.schemas.fields import DEPLOYMENTS, SIMULATION
from pipeline.schemas.warnings import SEPARATOR, WARNINGS

FIX = "check the publisher's page and correct the row in data/reference/corrections.yaml"
# Two rows that agree in all of these are one row printed twice. Two vans at one place differ at least in
# faces seen.
_SAME = [
    field.name
    for field in DEPLOYMENTS[1:]
    if field.name not in ("source_id", "source_page", "source_row", "warnings")
]


def refuse_impossible_rows(table: pd.DataFrame) -> None:
    """Stop at a row that cannot be right.

    Raises:
        RecordError: if a row is simulated, if false alerts exceed alerts, or if a row repeats an earlier one
            and no entry of the correction ledger keeps it.
    """
    simulated = table["source_kind"] == SIMULATION
    if simulated.any():
        file, where = describe_row(table[simulated].iloc[0])
        raise RecordError(
            file,
            "a simulated deployment is no part of the record",
            row=where,
            value=SIMULATION,
            next_step="take the source out of data/reference/sources.yaml",
        )
    too_many = (table["false_alerts"] > table["alerts"]).fillna(False).astype(bool)
    if too_many.any():
        row = table[too_many].iloc[0]
        file, where = describe_row(row)
        raise RecordError(
            file,
            f"false alerts exceed alerts ({row['alerts']})",
            row=where,
            value=row["false_alerts"],
            next_step=FIX,
        )
    # The kind of source is among the columns compared: a transcription repeats the publisher's rows by its
    # nature.
    repeats = table.duplicated(_SAME) & ~has_warning(table, "repeated_row_kept")
    if repeats.any():
        row = table[repeats].iloc[0]
        cells = table[_SAME].astype("string").fillna("")  # as text: a blank number cannot be filled with ""
        first = table[(cells == cells.loc[row.name]).all(axis=1)].iloc[0]
        file, where = describe_row(row)
        raise RecordError(
            file,
            f"repeats row {describe_row(first)[1]} of {describe_row(first)[0]} in every cell",
            row=where,
            value=f"{row['location']}, {row['date']}",
            next_step="drop it in data/reference/corrections.yaml, or flag it there with repeated_row_kept",
        )


def refuse_unexpected_row_counts(deployments: pd.DataFrame, row_counts: pd.DataFrame) -> None:
    """Stop if a force and year has more or fewer rows than data/reference/row_counts.csv says.

    Raises:
        RecordError: naming force and year, for the first that differs. A surplus is as suspect as a shortage.
    """
    found = deployments.groupby(["force_id", deployments["date"].str[:4].astype(int)]).size()
    expected = row_counts.set_index(["force_id", "year"])["rows"]
    for force_id, year in sorted(set(found.index) | set(expected.index)):
        rows, should_be = found.get((force_id, year), 0), expected.get((force_id, year), 0)
        if rows != should_be:
            raise RecordError(
                "data/reference/row_counts.csv",
                f"expects {should_be} rows, but the record has",
                row=f"({force_id}, {year})",
                value=rows,
                next_step="if a new edition is right, change the number here; if not, mend the source row",
            )


def mark_warnings(table: pd.DataFrame) -> pd.DataFrame:
    """Add the warnings that follow from the figures of a row alone.

    Args:
        table: Corrected rows, with the `warn:` columns that harmonising and the ledger gave.
    """
    repeated = has_warning(table, "other_disposals_repeats_no_action")
    outcomes = table["arrests"] + table["other_disposals"]
    confirmed = table["true_alerts_confirmed"]
    marks = {
        "parts_do_not_add_up": table["true_alerts"] + table["false_alerts"] != table["alerts"],
        "outcomes_exceed_true_alerts": repeated & (outcomes > confirmed),
        "outcomes_do_not_add_up": ~repeated & (outcomes + table["no_action"] != confirmed),
        "printed_rate_disagrees": printed_rates(table) == "neither",
    }
    return table.assign(**{WARN + word: mark.fillna(False).astype(bool) for word, mark in marks.items()})


def mark_revised(table: pd.DataFrame, revised: Collection[tuple[str, int | None, int]]) -> pd.DataFrame:
    """Warn of the rows that their publisher changed in a later edition, named by source, page and row."""
    places = table[["source_id", "source_page", "source_row"]].astype("object")
    places = places.where(places.notna(), None).itertuples(index=False, name=None)
    here = pd.Series([place in revised for place in places], index=table.index, dtype="boolean")
    return table.assign(**{WARN + "revised_by_publisher": here})


def printed_rates(table: pd.DataFrame) -> pd.Series:
    """Say how each printed false alert rate was made from false alerts over faces seen.

    Returns:
        `exact` (nothing lost), `cut_off`, `rounded_up` or `neither`; missing where no rate is printed or
        nothing to divide.

    Example:
        A rate of 0.0989 % is `cut_off` when printed 0.09 % and `rounded_up` when printed 0.10 %.
    """
    known = (
        table["_rate"].notna() & table["false_alerts"].notna() & (table["faces_scanned"] > 0).fillna(False)
    )
    rates = table.loc[known, "_rate"]
    decimals = rates.map(lambda rate: -rate.as_tuple().exponent).astype("int64")
    printed = pd.Series(
        [int(rate.scaleb(places)) for rate, places in zip(rates, decimals, strict=True)],
        index=rates.index,
        dtype="int64",
    )
    # In units of the last decimal printed, as whole numbers: floating point would spoil "just below".
    false_alerts = table.loc[known, "false_alerts"].astype("int64") * 100 * 10**decimals
    faces = table.loc[known, "faces_scanned"].astype("int64")
    cut_off, rest = false_alerts // faces, false_alerts % faces

    result = pd.Series("neither", index=rates.index, dtype="object")
    result[(printed == cut_off + 1) & (2 * rest >= faces)] = "rounded_up"
    result[printed == cut_off] = "cut_off"
    result[(printed == cut_off) & (rest == 0)] = "exact"
    return result.reindex(table.index)


def has_warning(table: pd.DataFrame, word: str) -> pd.Series:
    """Return which rows carry a warning."""
    if WARN + word not in table:
        return pd.Series(False, index=table.index)
    return table[WARN + word].fillna(False).astype(bool)


def join_warnings(table: pd.DataFrame) -> pd.Series:
    """Return each row's warnings as one text, in the order of the vocabulary."""
    joined = pd.Series("", index=table.index, dtype="object")
    for word in WARNINGS:
        rows = has_warning(table, word)
        if rows.any():
            joined = joined.mask(rows, joined + SEPARATOR + word)
    return joined.str.removeprefix(SEPARATOR)
