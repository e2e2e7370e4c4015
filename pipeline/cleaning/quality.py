"""What a reader should know of the data before trusting it, in plain words, from what cleaning saw."""

from collections.abc import Mapping

import pandas as pd

from pipeline.cleaning.checks import printed_rates
from pipeline.cleaning.clean import CleanResult
from pipeline.cleaning.reference import Reference
from pipeline.schemas.warnings import SEPARATOR, WARNINGS

TOTALS = ("faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests")
ORIGIN = ["source_id", "page", "row"]


def quality_report(extracted: Mapping[str, pd.DataFrame], result: CleanResult, reference: Reference) -> dict:
    """Return the quality report as plain data, ready for JSON.

    Args:
        extracted: Source id -> extracted table.
        result: What `clean` made of it.
        reference: What it was cleaned with; gives expected row counts and published totals.

    Returns:
        `sources`, `years`, `warnings`, `corrections`, `differences`, `published_totals` and `checks`; every
        check has `check`, `result` (`pass`, `fail` or `note`) and `words`.
    """
    years = _years(result.deployments, reference)
    totals = _published_totals(result.deployments, reference)
    rates = printed_rates(result.rows)
    return {
        "sources": [_source(source_id, printed, result, rates) for source_id, printed in extracted.items()],
        "years": years,
        "warnings": _warnings(result.deployments),
        "corrections": _corrections(result, reference),
        "differences": _differences(result),
        "published_totals": totals,
        "checks": _checks(result, years, totals),
    }


def _source(source_id: str, printed: pd.DataFrame, result: CleanResult, rates: pd.Series) -> dict:
    cells = printed.drop(columns=ORIGIN, errors="ignore")
    blank = cells.isin(["", "N/A"]).sum()
    ours = result.rows["source_id"] == source_id
    rows = result.rows[ours]
    used = result.deployments[result.deployments["source_id"] == source_id]
    return {
        "source_id": source_id,
        "source_kind": rows["source_kind"].iloc[0] if len(rows) else "",
        "first_date": rows["date"].min() if len(rows) else "",
        "last_date": rows["date"].max() if len(rows) else "",
        "rows": len(printed),
        "rows_in_the_record": len(used),
        "rows_superseded_by_the_publishers_file": int(rows.index.isin(result.pairs["transcribed"]).sum()),
        "rows_by_year": _counts(rows["date"].str[:4]),
        "cells": int(cells.size),
        "cells_blank": {column: int(n) for column, n in blank.items() if n},
        "printed_false_alert_rates": _counts(rates[ours]),
        "warnings": _counts(_words(used["warnings"])),
    }


def _years(deployments: pd.DataFrame, reference: Reference) -> list[dict]:
    expected = reference.row_counts.set_index(["force_id", "year"])["rows"]
    found = deployments.assign(year=deployments["date"].str[:4].astype(int)).groupby(["force_id", "year"])
    tables = dict(list(found))
    report = []
    for force_id, year in sorted(set(tables) | set(expected.index)):
        rows = tables.get((force_id, year), deployments.iloc[:0])
        report.append(
            {
                "force_id": force_id,
                "year": int(year),
                "rows": len(rows),
                "rows_expected": int(expected.get((force_id, year), 0)),
                **{measure: int(total) for measure, total in rows[list(TOTALS)].sum().items()},
                "duration_hours": round(float(rows["duration_hours"].sum()), 1)
                if rows["duration_hours"].notna().any()
                else None,
                "cells_blank": {
                    column: int(n) for column, n in rows.drop(columns="warnings").isna().sum().items() if n
                },
                "warnings": _counts(_words(rows["warnings"])),
                "sources": _counts(rows["source_id"]),
            }
        )
    return report


def _warnings(deployments: pd.DataFrame) -> list[dict]:
    rows = _counts(_words(deployments["warnings"]))
    return [{"word": word, "rows": rows.get(word, 0), "explanation": WARNINGS[word]} for word in WARNINGS]


def _corrections(result: CleanResult, reference: Reference) -> list[dict]:
    effects = {effect["id"]: effect for effect in result.applied}
    return [
        {
            "id": entry.id,
            "source_id": entry.source_id,
            "page": entry.page,
            "row": entry.row,
            "location": entry.location,
            "date_from": entry.date_from,
            "deployment_id": entry.deployment_id,
            "column": entry.column,
            "action": entry.action,
            "rows": effects[entry.id]["rows"],
            "was": effects[entry.id]["was"],
            "now": effects[entry.id]["now"],
            "warning": entry.warning,
            "reason": entry.reason,
            "source": entry.source,
            "status": entry.status,
        }
        for entry in reference.corrections
    ]


def _differences(result: CleanResult) -> dict:
    cells = result.differences
    in_figures = cells[cells["field"].isin(["alerts", "arrests"])]
    return {
        "rows_compared": len(result.pairs),
        "cells": len(cells),
        "cells_by_field": _counts(cells["field"]),
        "rows_with_other_alerts_or_arrests": int(in_figures["deployment_id"].nunique()),
        "largest_difference_in_alerts_or_arrests": (
            int((in_figures["published"].astype(int) - in_figures["transcribed"].astype(int)).abs().max())
            if len(in_figures)
            else 0
        ),
    }


def _published_totals(deployments: pd.DataFrame, reference: Reference) -> list[dict]:
    report = []
    for stated in reference.published_totals.to_dict("records"):
        rows = deployments[
            (deployments["force_id"] == stated["force_id"])
            & deployments["date"].between(stated["date_from"], stated["date_to"])
        ]
        ours = len(rows) if stated["measure"] == "deployments" else int(rows[stated["measure"]].sum())
        report.append({**stated, "in_the_record": ours, "difference": ours - stated["published"]})
    return report


def _checks(result: CleanResult, years: list[dict], totals: list[dict]) -> list[dict]:
    deployments = result.deployments
    parts = _rows_with(deployments, "parts_do_not_add_up")
    rates = _rows_with(deployments, "printed_rate_disagrees")
    thresholds = deployments.sort_values("date", kind="stable")["threshold_score"].dropna()
    compared = _differences(result)
    off = compared["rows_with_other_alerts_or_arrests"]
    most = compared["largest_difference_in_alerts_or_arrests"]
    agreeing = sum(total["difference"] == 0 for total in totals)
    return [
        # The build stops before this report if one of the first two does not hold.
        _verdict(
            "row_counts",
            "pass",
            f"{len(deployments)} rows; each of {len(years)} years with deployments has as many as expected.",
        ),
        _verdict(
            "corrections",
            "pass",
            f"Each of the {len(result.applied)} entries of the correction ledger finds what it corrects.",
        ),
        _verdict(
            "thresholds",
            "pass" if thresholds.is_monotonic_increasing else "fail",
            "The threshold never falls from one day to a later one."
            if thresholds.is_monotonic_increasing
            else "The threshold falls at some date, which it never did before.",
        ),
        _verdict(
            "parts_of_alerts",
            "note" if parts else "pass",
            f"Rows in which true and false alerts do not add up to the printed alerts: {parts}.",
        ),
        _verdict(
            "printed_rates",
            "note" if rates else "pass",
            f"Rows whose printed false alert rate is neither the cut-off nor the rounded value: {rates}.",
        ),
        _verdict(
            "transcription",
            "note" if off else "pass",
            f"The publisher's file and the transcription share {compared['rows_compared']} rows. Faces "
            f"agree in every one; {off} have other alerts or arrests, by at most {most}.",
        ),
        _verdict(
            "published_totals",
            "note" if agreeing < len(totals) else "pass",
            f"Of {len(totals)} totals that others published, {agreeing} agree with the record and "
            f"{len(totals) - agreeing} do not.",
        ),
    ]


def _verdict(check: str, result: str, words: str) -> dict:
    """A `fail` is a fault to mend before anyone reads on; a `note` is a finding about the source."""
    return {"check": check, "result": result, "words": words}


def _rows_with(deployments: pd.DataFrame, word: str) -> int:
    return int((_words(deployments["warnings"]) == word).sum())


def _words(cells: pd.Series) -> pd.Series:
    words = cells.str.split(SEPARATOR).explode()
    return words[words.notna() & (words != "")]


def _counts(values: pd.Series) -> dict[str, int]:
    return {str(value): int(n) for value, n in values.dropna().value_counts().sort_index().items()}
