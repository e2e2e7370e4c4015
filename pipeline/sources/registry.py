"""The registry of sources: every file behind the book, read from data/reference/sources.yaml."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from pipeline.core.errors import RecordError
from pipeline.core.io import read_json, read_yaml

SUFFIXES = {"application/pdf": ".pdf", "text/csv": ".csv"}


@dataclass(frozen=True)
class Address:
    """One place that serves the file; `held_by` is `publisher` or `carrier` (a public copy of the same bytes)."""

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
        force_id: The police force whose record it is, a key of forces.csv.
        fetchable: Whether `addresses` may be asked; if not, `why_not_fetchable` says why.
        addresses: Where the file can be had, in the order to try.
        file_name: What the file is called in an archive folder.
        sha256: Checksum of the registered edition, 64 hexadecimal digits.
        made: Day the file was made (ISO date).
        accessed: Day its bytes were last checked (ISO date).
        layout: Layout of its tables, e.g. `met_grid_2023`.
        source_kind: `published_record` or `transcription`.
        trust: Grade A to C; `trust_meaning` explains the grade, `trust_reason` why this source has it.
    """

    id: str
    force_id: str
    publisher: str
    title: str
    landing_page: str
    fetchable: bool
    why_not_fetchable: str
    addresses: tuple[Address, ...]
    file_name: str
    media_type: str
    sha256: str
    made: str
    accessed: str
    layout: str
    source_kind: str
    trust: str
    trust_meaning: str
    trust_reason: str
    terms: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def suffix(self) -> str:
        """`.pdf` or `.csv`, after the media type."""
        return SUFFIXES[self.media_type]


def read_sources(reference: Path) -> list[Source]:
    """Read the registry, in the order of the file.

    Args:
        reference: The folder data/reference.

    Raises:
        RecordError: naming the entry and the field, if one breaks sources.schema.json, or an id occurs twice, or a
            column or trust grade is nowhere explained.
    """
    content = _dates_as_text(read_yaml(reference / "sources.yaml"))
    _check(content, read_json(reference / "schemas" / "sources.schema.json"))
    return [_source(entry, content) for entry in content["sources"]]


def _source(entry: dict[str, Any], content: dict[str, Any]) -> Source:
    columns = (Column(name, header, **content["columns"][name]) for name, header in entry["columns"].items())
    fields = {"why_not_fetchable": "", "notes": (), **entry}
    fields |= {
        "addresses": tuple(Address(**address) for address in entry["addresses"]),
        "notes": tuple(fields["notes"]),
        "columns": tuple(columns),
        "trust_meaning": content["trust_grades"][entry["trust"]],
    }
    return Source(**fields)


def _check(content: Any, schema: dict[str, Any]) -> None:
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    # The first error in the order of the file: one message at a time is what a person can act on.
    for error in sorted(validator.iter_errors(content), key=lambda error: [str(step) for step in error.absolute_path]):
        where = list(error.absolute_path)
        raise _refuse(_name_entry(content, where), error.message)
    for entry_id, times in Counter(entry["id"] for entry in content["sources"]).items():
        if times > 1:
            raise _refuse(f"{entry_id}: id", f"used by {times} entries")
    for entry in content["sources"]:
        if entry["trust"] not in content["trust_grades"]:
            raise _refuse(f"{entry['id']}: trust", f"grade {entry['trust']} is not explained under trust_grades")
        for name in entry["columns"]:
            if name not in content["columns"]:
                raise _refuse(f"{entry['id']}: columns", f"{name} is not explained under the last heading, columns")


def _refuse(where: str, problem: str) -> RecordError:
    return RecordError(
        "sources.yaml",
        f"{where}: {problem}",
        next_step="correct the entry; data/reference/schemas/sources.schema.json says what is allowed",
    )


def _name_entry(content: Any, where: list[str | int]) -> str:
    """Turn the path `sources, 2, sha256` into `met_2025_to_july: sha256`."""
    if len(where) >= 2 and where[0] == "sources":
        entry = content["sources"][where[1]]
        name = entry.get("id", f"entry {where[1] + 1}") if isinstance(entry, dict) else f"entry {where[1] + 1}"
        field = ".".join(str(step) for step in where[2:])
        return f"{name}: {field}" if field else str(name)
    return ".".join(str(step) for step in where) or "top of the file"


def _dates_as_text(content: Any) -> Any:
    """YAML reads an unquoted 2025-07-15 as a date; the registry holds ISO text either way."""
    if isinstance(content, dict):
        return {key: _dates_as_text(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_dates_as_text(value) for value in content]
    return content.isoformat() if isinstance(content, date) else content
