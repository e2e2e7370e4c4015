"""Recompute and judge every claim of the ledger; a verdict typed by hand that differs stops the build."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from pipeline.claims.database import Database
from pipeline.claims.formats import format_value
from pipeline.claims.judge import Recomputed, combine, judge
from pipeline.claims.reference import find
from pipeline.claims.stated import stated_text
from pipeline.core.errors import RecordError
from pipeline.measures.intervals import clopper_pearson, poisson_rate
from pipeline.measures.tables import rounded
from pipeline.measures.windows import FUNCTIONS

FILE = "claims.yaml"
INTERVALS: dict[str, Callable] = {"binomial": clopper_pearson, "poisson": poisson_rate}


def add_claimed_numbers(database: Database, ledger: list[dict[str, Any]]) -> None:
    """Make the claimed numbers a table `claimed` (id, value), to check one claim against another."""
    rows = [(entry["id"], float(entry["value_claimed"])) for entry in ledger]
    database.add("claimed", {"id": "VARCHAR", "value": "DOUBLE"}, rows)


def judge_claims(
    ledger: list[dict[str, Any]],
    database: Database,
    deployments: pd.DataFrame,
    addresses: dict[str, str],
    confidence: float,
) -> list[dict[str, Any]]:
    """Recompute every claim and compare the verdict with the one typed.

    Args:
        ledger: The entries of claims.yaml.
        database: The registered tables.
        deployments: The same record for the named functions.
        addresses: Path of each table in the project, as evidence states it.
        confidence: Coverage of the intervals, 0 to 1.

    Returns:
        One object per claim in the order of the ledger, as published in claims.json.

    Raises:
        RecordError: for a typed verdict that differs, naming id, both verdicts and the value; for a caveat
            without effect; for SQL, evidence or cross-reference that does not hold.
    """
    known = {entry["id"] for entry in ledger}
    return [_judge_entry(entry, known, database, deployments, addresses, confidence) for entry in ledger]


def fill_words(claims: list[dict[str, Any]], values: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Put derived values in the place of {key} in the words of a claim, so that they move with the record.

    Raises:
        RecordError: naming the claim, for a key that values.yaml does not have.
    """

    def fill(words: str | None, claim: str) -> str | None:
        if words is None:
            return None
        return re.sub(r"\{(.*?)\}", lambda key: find(values, key[1], f"{FILE} row {claim}")["text"], words)

    return [
        claim | {name: fill(claim[name], claim["id"]) for name in ("why", "caveat", "missing")}
        for claim in claims
    ]


def _judge_entry(entry, known, database, deployments, addresses, confidence) -> dict[str, Any]:
    for other in entry.get("see", []):
        if other not in known:
            raise RecordError(
                FILE, "unknown claim under see", row=entry["id"], value=other, next_step="correct the id"
            )
    result = {
        key: entry.get(key)
        for key in (
            "id", "topic", "claim", "stated_by", "stated_in", "stated_on", "source_url",
            "value_claimed", "operator", "unit", "tolerance", "expression", "function", "arguments",
            "caveat", "missing", "see", "verdict", "why",
        )
    }  # fmt: skip
    if "missing" in entry:
        computed, findings = (
            "not_checkable",
            dict.fromkeys(("value_computed", "bounds", "interval", "numerator", "denominator", "windows"))
            | {"text": "not checkable"},
        )
    else:
        findings, recomputed = _recompute(entry, database, deployments, confidence)
        verdicts = [judge(entry["operator"], entry["value_claimed"], entry.get("tolerance", 0), recomputed)]
        parts = [_judge_part(part, entry["id"], database) for part in entry.get("also", [])]
        computed = combine([*verdicts, *(part["verdict"] for part in parts)], "caveat" in entry)
        findings |= {"also": parts}
        if "caveat" in entry and computed != "reproduced_with_caveat":
            raise RecordError(
                FILE,
                f"a caveat without effect, as the verdict is {computed}",
                row=entry["id"],
                next_step="move its words to why",
            )
    if entry["verdict"] != computed:
        raise RecordError(
            FILE,
            f"the typed verdict is {entry['verdict']}, the computed one is {computed}",
            row=entry["id"],
            value=f"claimed {entry['operator']} {entry['value_claimed']}, recomputed {findings['text']}",
            next_step="look at the rows, then correct the verdict and its why, or the expression",
        )
    stated = {"text_claimed": stated_text(entry["operator"], entry["value_claimed"], entry["unit"])}
    return {"also": []} | result | findings | stated | {"evidence": _evidence(entry, database, addresses)}


def _recompute(entry, database, deployments, confidence) -> tuple[dict[str, Any], Recomputed]:
    """Value or bounds of an entry, with what travels beside them."""
    if "function" in entry:
        try:
            finding = FUNCTIONS[entry["function"]](deployments, entry["value_claimed"], **entry["arguments"])
        except (TypeError, KeyError, ValueError) as error:
            raise RecordError(
                FILE,
                f"function {entry['function']} does not work with these arguments ({error})",
                row=entry["id"],
                value=entry["arguments"],
                next_step="its arguments are described in pipeline/measures/windows.py",
            ) from error
        row: dict[str, Any] = {"value": finding.value, "windows": list(finding.windows)}
    else:
        row = database.one_row(entry["expression"], FILE, entry["id"])
    recomputed, numerator, denominator = _numbers(row, entry)
    interval = None
    if "interval" in entry:
        if numerator is None:
            raise RecordError(
                FILE, "an interval needs numerator and denominator", row=entry["id"], next_step="select both"
            )
        limits = INTERVALS[entry["interval"]](numerator, denominator, confidence)
        scale = 100 if entry["unit"] == "percent" else 1
        interval = [rounded(scale * limits.low), rounded(scale * limits.high)]
    bounded = recomputed.value is None
    return {
        "value_computed": None if bounded else rounded(recomputed.value),
        "bounds": [recomputed.low, recomputed.high] if bounded else None,
        "interval": interval,
        "numerator": numerator,
        "denominator": denominator,
        "windows": row.get("windows"),
        "text": _text(recomputed, entry),
    }, recomputed


def _numbers(row: dict[str, Any], entry: dict[str, Any]) -> tuple[Recomputed, float | None, float | None]:
    """Read the answer of an expression: a value, a numerator with its denominator, or bounds."""
    columns = set(row) - {"windows"}
    wrong = [
        name
        for name in columns
        if isinstance(row[name], bool) or not isinstance(row[name], int | float | None)
    ]
    if not wrong and columns == {"value"} and row["value"] is not None:
        return Recomputed(value=row["value"]), None, None
    if (
        not wrong
        and columns == {"numerator", "denominator"}
        and None not in row.values()
        and row["denominator"] > 0
    ):
        scale = 100 if entry["unit"] == "percent" else 1
        value = scale * row["numerator"] / row["denominator"]
        return Recomputed(value=value), row["numerator"], row["denominator"]
    if not wrong and columns and columns <= {"low", "high"} and None not in row.values():
        return Recomputed(low=row.get("low"), high=row.get("high")), None, None
    raise RecordError(
        FILE,
        "the expression must give numbers in value, in numerator and denominator, or in low and high",
        row=entry.get("id", entry.get("part")),
        value=row,
        next_step="name the columns with AS",
    )


def _judge_part(part: dict[str, Any], claim: str, database: Database) -> dict[str, Any]:
    row = database.one_row(part["expression"], FILE, claim)
    recomputed, numerator, denominator = _numbers(row, part | {"id": claim})
    return {
        "tolerance": None,
        **part,
        "value_computed": None if recomputed.value is None else rounded(recomputed.value),
        "bounds": None if recomputed.value is not None else [recomputed.low, recomputed.high],
        "numerator": numerator,
        "denominator": denominator,
        "text": _text(recomputed, part),
        "text_claimed": stated_text(part["operator"], part["value_claimed"], part["unit"]),
        "verdict": judge(part["operator"], part["value_claimed"], part.get("tolerance", 0), recomputed),
    }


def _text(recomputed: Recomputed, entry: dict[str, Any]) -> str:
    """The recomputed value as it stands in prose."""

    def write(number: float) -> str:
        style = entry.get("format") or ("int" if float(number).is_integer() else "dec:2")
        try:
            return format_value(number, style) + ("\N{NO-BREAK SPACE}%" if entry["unit"] == "percent" else "")
        except ValueError as error:
            raise RecordError(
                FILE,
                f"cannot be written as {style} ({error})",
                row=entry["id"],
                next_step="choose another format",
            ) from error

    if recomputed.value is not None:
        return write(recomputed.value)
    if recomputed.low is None:
        return f"at most {write(recomputed.high)}"
    if recomputed.high is None:
        return f"at least {write(recomputed.low)}"
    return f"{write(recomputed.low)} to {write(recomputed.high)}"


def _evidence(entry: dict[str, Any], database: Database, addresses: dict[str, str]) -> list[dict[str, Any]]:
    """Each piece of evidence with its path and number of rows; it must be what was computed with."""
    expressions = [entry.get("expression", ""), *(part["expression"] for part in entry.get("also", []))]
    found = []
    for piece in entry.get("evidence", []):
        if piece["table"] not in addresses and piece["table"] not in database.views:
            raise RecordError(
                FILE,
                "evidence from an unknown table",
                row=entry["id"],
                value=piece["table"],
                next_step=f"the tables are {', '.join(sorted(addresses))}",
            )
        used = any(_one_space(piece["rows"]) in _one_space(sql) for sql in expressions)
        if entry.get("expression") and not used:
            raise RecordError(
                FILE,
                "evidence picks other rows than the expression",
                row=entry["id"],
                value=piece["rows"],
                next_step="write the condition of the expression word for word",
            )
        # The database answers one SELECT over the registered tables, whatever the condition says.
        count = database.one_row(
            f"SELECT count(*) AS n FROM {piece['table']} WHERE {piece['rows']}",  # noqa: S608
            FILE,
            entry["id"],
        )
        table, rows = piece["table"], piece["rows"]
        if table in database.views:  # a reader filters the published file, not our view of it
            table, condition = database.views[table]
            rows = f"{condition} AND ({rows})"
        found.append({"path": addresses[table], "filter": rows, "rows": count["n"]})
    return found


def _one_space(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
