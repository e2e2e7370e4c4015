"""What people know about the data, kept by hand in data/reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table, read_yaml
from pipeline.schemas.documents import read_document


@dataclass(frozen=True)
class SourceFacts:
    """What cleaning needs to know of a source: whose record it is, and of what kind."""

    force_id: str
    source_kind: str


@dataclass(frozen=True)
class Correction:
    """One entry of the correction ledger; the comments in corrections.yaml explain every field."""

    id: str
    action: str
    column: str
    expect: Mapping[str, Any]
    reason: str
    source: str
    status: str
    value: Any = None
    warning: str | None = None
    source_id: str | None = None
    page: int | None = None
    row: int | None = None
    location: str | None = None
    date_from: str | None = None
    deployment_id: str | None = None

    def error(self, problem: str, value: object = None, next_step: str = "correct the entry") -> RecordError:
        """Return an error that blames this entry."""
        return RecordError(
            "data/reference/corrections.yaml", problem, row=f"({self.id})", value=value, next_step=next_step
        )


@dataclass(frozen=True)
class Reference:
    """Everything `clean` must know besides the extracted tables; the last two only serve the report."""

    sources: Mapping[str, SourceFacts]
    forces: frozenset[str]
    count_words: Mapping[str, int | None] = field(default_factory=dict)
    use_cases: Mapping[tuple[str, str], str] = field(
        default_factory=dict
    )  # (source_id or "", printed) -> use case
    places: Mapping[str, str] = field(default_factory=dict)  # label as printed -> place
    page_kinds: Mapping[str, str] = field(default_factory=dict)  # as collected -> source_kind
    bundles: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # report_id -> fewest, most
    revised: frozenset[tuple[str, int | None, int]] = frozenset()  # source, page, row
    corrections: tuple[Correction, ...] = ()
    row_counts: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["force_id", "year", "rows"])
    )
    published_totals: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["measure"]))


def read_reference(folder: Path) -> Reference:
    """Read data/reference.

    Raises:
        RecordError: if a file is missing, is not valid YAML or CSV, or breaks its schema.
    """

    def document(name: str, schema: str) -> Any:
        return read_document(folder / name, folder / "schemas" / f"{schema}.schema.json")

    return Reference(
        sources=_read_source_facts(folder / "sources.yaml"),
        forces=frozenset(_read_csv(folder / "forces.csv", ["force_id"])["force_id"]),
        count_words={
            entry["printed"]: entry["count"] for entry in document("lookups/counts.yaml", "lookups_counts")
        },
        use_cases={
            (source_id, entry["printed"]): entry["use_case"]
            for entry in document("lookups/use_cases.yaml", "lookups_use_cases")
            for source_id in entry.get("sources", [""])
        },
        places=_read_places(
            document("lookups/locations.yaml", "lookups_locations"), folder / "lookups/locations.yaml"
        ),
        page_kinds={
            entry["printed"]: entry["source_kind"]
            for entry in document("lookups/page_kinds.yaml", "lookups_page_kinds")
        },
        bundles={
            entry["report_id"]: (entry["fewest"], entry["most"])
            for entry in document("lookups/bundles.yaml", "lookups_bundles")
        },
        revised=frozenset(
            (entry["source_id"], int(entry["page"]) if entry["page"] else None, int(entry["row"]))
            for entry in document("revisions.yaml", "revisions")
            if entry["kind"] in ("changed", "removed") and entry["row"]
        ),
        corrections=_read_corrections(document("corrections.yaml", "corrections")),
        row_counts=_read_csv(folder / "row_counts.csv", ["force_id"], whole_numbers=["year", "rows"]),
        published_totals=_read_csv(
            folder / "totals_to_check.csv",
            ["force_id", "date_from", "date_to", "measure", "stated_by", "source_url", "why_they_may_differ"],
            whole_numbers=["published"],
        ),
    )


def _read_source_facts(path: Path) -> dict[str, SourceFacts]:
    # The registry has a reader of its own; cleaning needs two facts of each entry and no more.
    try:
        return {
            entry["id"]: SourceFacts(entry.get("force_id", ""), entry["source_kind"])
            for entry in read_yaml(path)
        }
    except (KeyError, TypeError) as error:
        raise RecordError(
            path.name,
            f"an entry lacks id or source_kind ({error})",
            next_step="compare with the other entries",
        ) from error


def _read_csv(path: Path, columns: list[str], whole_numbers: list[str] | None = None) -> pd.DataFrame:
    table = read_text_table(path)
    for column in columns + (whole_numbers or []):
        if column not in table.columns:
            raise RecordError(path.name, "column missing", value=column, next_step="restore the header")
    for column in whole_numbers or []:
        bad = ~table[column].str.fullmatch(r"\d{1,12}")
        if bad.any():
            raise RecordError(
                path.name,
                f"{column} is not a whole number",
                row=int(bad.idxmax()) + 2,
                value=table[column][bad.idxmax()],
                next_step="write it with digits alone",
            )
    return table.astype(dict.fromkeys(whole_numbers or [], "int64"))


def _read_places(entries: list[dict], path: Path) -> dict[str, str]:
    places: dict[str, str] = {}
    for entry in entries:
        for label in entry["labels"]:
            if label in places:
                raise RecordError(
                    path.name, "label stands under two places", value=label, next_step="keep it under one"
                )
            places[label] = entry["place"]
    return places


def _read_corrections(entries: list[dict]) -> tuple[Correction, ...]:
    corrections = tuple(Correction(**entry) for entry in entries)
    seen: set[str] = set()
    for correction in corrections:
        if correction.id in seen:
            raise correction.error("two entries have the same id", next_step="give each its own")
        seen.add(correction.id)
    return corrections
