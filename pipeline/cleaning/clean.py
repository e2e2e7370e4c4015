"""The whole way from printed cells to the record, in one pure function."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.cleaning.checks import (
    has_warning,
    join_warnings,
    mark_revised,
    mark_warnings,
    refuse_impossible_rows,
)
from pipeline.cleaning.columns import Unreadable, describe_row
from pipeline.cleaning.corrections import apply_corrections
from pipeline.cleaning.harmonise import WARN, Harmonised, harmonise
from pipeline.cleaning.prefer import list_differences, pair_with_published
from pipeline.cleaning.reference import Reference
from pipeline.cleaning.reported import as_deployments, is_reported, link, read_reported
from pipeline.core.errors import RecordError
from pipeline.schemas.tables import typed, validate


@dataclass(frozen=True)
class CleanResult:
    """The clean tables, and what the quality report needs besides.

    Args:
        deployments: The record; contract in `pipeline.schemas.fields`.
        differences: Every cell in which a transcription differs from the publisher's own file.
        places: Each place label and the place it names.
        reported: Every row published about deployments outside such tables, counted or not.
        rows: Every row read, superseded ones too, corrected, with the helper columns of `harmonise`.
        pairs: Indices of `rows` that describe the same deployment: `published`, `transcribed`.
        applied: What each entry of the correction ledger did.
    """

    deployments: pd.DataFrame
    differences: pd.DataFrame
    places: pd.DataFrame
    reported: pd.DataFrame
    rows: pd.DataFrame
    pairs: pd.DataFrame
    applied: list[dict]


def clean(extracted: Mapping[str, pd.DataFrame], reference: Reference) -> CleanResult:
    """Return the clean record of any number of extracted tables.

    Args:
        extracted: Source id -> its extracted table, every cell text, in the order in which sources are read.
        reference: Sources, forces, lookups and corrections.

    Raises:
        RecordError: naming file, row, value and next step, for the first thing that cannot be read or cannot
            be right.
    """
    from_tables = {name: table for name, table in extracted.items() if not is_reported(table)}
    others = {name: table for name, table in extracted.items() if is_reported(table)}
    as_printed, texts, unreadable = _harmonise_all(from_tables, reference)
    reported = read_reported(others, reference)

    by_source = tuple(entry for entry in reference.corrections if entry.deployment_id is None)
    rows, unreadable, applied = apply_corrections(Harmonised(as_printed, texts, unreadable), by_source)
    _refuse_unreadable(rows, unreadable)

    rows = _with_marks(pd.concat([rows, as_deployments(reported, len(as_printed))]))
    rows = mark_revised(_derive(rows), reference.revised)
    refuse_impossible_rows(rows)
    pairs = pair_with_published(rows)

    record = _with_keys(rows.drop(index=pairs["transcribed"]))
    by_key = tuple(entry for entry in reference.corrections if entry.deployment_id is not None)
    record, _, applied_by_key = apply_corrections(Harmonised(record, texts, []), by_key)
    record = mark_warnings(record)
    record["warnings"] = join_warnings(record)

    deployments = validate(
        typed(record, "deployments").reset_index(drop=True), "deployments", "data/clean/deployments.csv"
    )
    return CleanResult(
        deployments=deployments,
        differences=typed(list_differences(_derive(as_printed), pairs, record), "differences"),
        places=_places(deployments, reference),
        reported=link(reported, deployments),
        rows=rows,
        pairs=pairs,
        applied=applied + applied_by_key,
    )


def _harmonise_all(extracted: Mapping[str, pd.DataFrame], reference: Reference) -> Harmonised:
    if not extracted:
        raise RecordError("data/extracted", "no extracted table", next_step="run extract_tables first")
    parts, first_index = [], 0
    for source_id, printed in extracted.items():
        parts.append(harmonise(source_id, printed, reference, first_index))
        first_index += len(printed)
    return Harmonised(
        _with_marks(pd.concat([part.table for part in parts])),
        pd.concat([part.printed for part in parts]),
        [cell for part in parts for cell in part.unreadable],
    )


def _with_marks(table: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of warnings, which not every source has, a type with missing values."""
    return table.astype({column: "boolean" for column in table.columns if column.startswith(WARN)})


def _refuse_unreadable(rows: pd.DataFrame, unreadable: list[Unreadable]) -> None:
    if unreadable:
        first = min(unreadable, key=lambda cell: cell.index)
        raise first.error(describe_row(rows.loc[first.index]))


def _derive(rows: pd.DataFrame) -> pd.DataFrame:
    """Fill totals from their parts, and true alerts from what is left when false alerts are taken away."""
    true_alerts = rows["true_alerts"].fillna(rows["true_alerts_confirmed"] + rows["true_alerts_unconfirmed"])
    false_alerts = rows["false_alerts"].fillna(
        rows["false_alerts_confirmed"] + rows["false_alerts_unconfirmed"]
    )
    by_subtraction = true_alerts.isna() & (rows["alerts"] - false_alerts).notna()
    return rows.assign(
        true_alerts=true_alerts.fillna(rows["alerts"] - false_alerts),
        false_alerts=false_alerts,
        **{
            WARN + "true_alerts_by_subtraction": by_subtraction
            | has_warning(rows, "true_alerts_by_subtraction")
        },
    )


def _with_keys(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort by date and key each row; rows of one force and day are numbered in the order of their source."""
    ordered = rows.sort_values(["date", "force_id"], kind="stable")
    number = ordered.groupby(["force_id", "date"]).cumcount() + 1
    key = ordered["force_id"] + "-" + ordered["date"] + "-" + number.astype(str)
    return ordered.assign(deployment_id=key)


def _places(deployments: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    labels = deployments.groupby("location").size().rename("rows").reset_index()
    return typed(
        labels.assign(place=labels["location"].map(lambda label: reference.places.get(label, label))),
        "places",
    )
