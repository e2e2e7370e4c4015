"""The registry of sources: every file behind the book, read from data/reference/sources.yaml."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.core.errors import RecordError
from pipeline.schemas.documents import read_document

SUFFIXES = {"application/pdf": ".pdf", "text/csv": ".csv"}
TRUST_GRADES = {
    "A": "The publisher's own document.",
    "B": "A reliable secondary report, or several that agree.",
    "C": "One weak page, or text made by machine reading and not proof-read.",
}


@dataclass(frozen=True)
class Address:
    """One place that serves the file; `held_by` is `publisher` or `carrier` (a copy of the same bytes)."""

    url: str
    held_by: str


@dataclass(frozen=True)
class Column:
    """One column of an extracted table: our name, the heading printed above it, what it means, its unit."""

    name: str
    header: str
    meaning: str
    unit: str


@dataclass(frozen=True)
class Source:
    """One file behind the book.

    Args:
        id: Key of the source in every table, e.g. `met_2023_2024`.
        force_id: The police force whose record it is, a key of forces.csv; empty if it is about many.
        fetchable: Whether `addresses` may be asked; if not, `why_not_fetchable` says why.
        addresses: Where the file can be had, in the order to try.
        file_name: What the file is called in an archive folder.
        sha256: Checksum of the registered edition, 64 hexadecimal digits; empty if it was collected by hand
            from many pages, so that the snapshot is all there is.
        made: Day the file was made (ISO date).
        accessed: Day its bytes were last checked (ISO date).
        layout: Layout of its tables, e.g. `met_grid_2023`.
        source_kind: `published_record`, `transcription`, or what sort of page a collected row comes from.
        trust: Grade of the reading, a key of TRUST_GRADES; `trust_reason` says why this source has it.
    """

    id: str
    publisher: str
    title: str
    landing_page: str
    fetchable: bool
    addresses: tuple[Address, ...]
    file_name: str
    media_type: str
    made: str
    accessed: str
    layout: str
    source_kind: str
    trust: str
    trust_reason: str
    terms: str
    columns: tuple[Column, ...]
    force_id: str = ""
    sha256: str = ""
    notes: tuple[str, ...] = ()
    why_not_fetchable: str = ""

    @property
    def suffix(self) -> str:
        """`.pdf` or `.csv`, after the media type."""
        return SUFFIXES[self.media_type]


def read_sources(reference: Path) -> list[Source]:
    """Read the registry, in the order of the file.

    Args:
        reference: The folder data/reference.

    Raises:
        RecordError: naming the entry and the field, if one breaks sources.schema.json, if an id or file name
            serves two entries, or if a date does not exist.
    """
    entries = read_document(reference / "sources.yaml", reference / "schemas" / "sources.schema.json")
    for field in ("id", "file_name"):
        for value, times in Counter(entry[field] for entry in entries).items():
            if times > 1:
                raise RecordError(
                    "sources.yaml",
                    f"{field} is used by {times} entries",
                    value=value,
                    next_step=f"give each its own {field}",
                )
    return [_source(entry) for entry in entries]


def _source(entry: dict[str, Any]) -> Source:
    for field in ("made", "accessed"):
        _check_day(entry, field)
    nested = {
        "addresses": tuple(Address(**address) for address in entry["addresses"]),
        "columns": tuple(Column(name, **column) for name, column in entry["columns"].items()),
        "notes": tuple(entry.get("notes", ())),
    }
    return Source(**{**entry, **nested})


def _check_day(entry: dict[str, Any], field: str) -> None:
    try:
        date.fromisoformat(entry[field])
    except ValueError as error:
        raise RecordError(
            "sources.yaml",
            f"{field} is not a day",
            row=entry["id"],
            value=entry[field],
            next_step="write it YYYY-MM-DD",
        ) from error
