"""Take up a decided edition: a rejected revision stays undone, ledger and registry are brought up to date."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from itertools import pairwise

import pandas as pd
import yaml

from pipeline.core.errors import RecordError
from pipeline.core.io import LOADER
from pipeline.sources.compare import Row, pair_rows
from pipeline.sources.revisions import REVISIONS, Edition, Revision, cells, content

LEDGER_HEAD = """\
# What publishers changed in a later edition, and what was decided: the old value is never lost.
#
# `python -m pipeline accept` writes this file; schemas/revisions.schema.json explains every field. A reason
# may be reworded by hand, nothing else. A rejected revision keeps the old value for as long as the edition
# that brought it is the registered one; the next edition asks again if it still says otherwise.
"""


def rejections(ledger: Iterable[Revision], source_id: str, edition: str) -> list[Revision]:
    """The rejected entries of one source that hold for an edition, named by its checksum."""
    return [
        entry
        for entry in ledger
        if (entry.source_id, entry.edition, entry.decision) == (source_id, edition, "reject")
    ]


def hold_rejected(table: pd.DataFrame, rejected: Iterable[Revision]) -> pd.DataFrame:
    """Put back what rejected revisions changed, so that the file and its snapshot give the same rows.

    Args:
        table: What the edition that brought the revisions says, or the snapshot taken from it.
        rejected: Rejections that hold for this edition.

    Returns:
        The table with old cells for changed ones, without the added rows, and with the removed rows at its
        end, on no page. A table that went through this before stays as it is.

    Raises:
        RecordError: if a cell is neither the old nor the new one, so that the entry is about another edition.
    """
    held = table.copy()
    kept = []
    for entry in rejected:
        here = (held["page"] == entry.page) & (held["row"] == entry.row)
        if entry.kind == "removed":
            kept.append({**_whole_row(entry, entry.old), "page": "", "row": entry.row})
            held = held[~here]  # an earlier copy of the kept row; printed rows stand on a page
        elif entry.kind == "added":
            if [cells(row) for row in held[here].to_dict("records")] not in ([], [entry.new]):
                raise _not_this_edition(entry, "the row says something else")
            held = held[~here]
        elif entry.kind == "changed":
            found = held.loc[here, entry.column].tolist() if entry.column in held else []
            if found not in ([entry.old], [entry.new]):
                raise _not_this_edition(entry, f"{entry.column} is neither the old nor the new value", found)
            held.loc[here, entry.column] = entry.old
    removed = pd.DataFrame(kept, columns=held.columns, dtype="str").fillna("")
    return pd.concat([held, removed], ignore_index=True)


def add_to_ledger(
    ledger: list[Revision], decided: list[Revision], old: pd.DataFrame, new: pd.DataFrame
) -> list[Revision]:
    """Append the decided entries of one edition of one source.

    Args:
        ledger: The entries so far.
        decided: Those of the new edition.
        old: The table we held, from which earlier entries have page and row.
        new: The table of the new edition.

    Returns:
        The ledger in which earlier entries of the source name the place of their row in the new edition; an
        earlier rejection that the new edition repeats gives way to the new entry.
    """
    source_id, again = decided[0].source_id, {content(entry) for entry in decided}
    removed = {
        (entry.old_page, entry.old_row): ("", entry.row) for entry in decided if entry.kind == "removed"
    }
    moved = removed | places(old, new)
    last = next((entry.edition for entry in reversed(ledger) if entry.source_id == source_id), "")
    repeated = {entry.id for entry in rejections(ledger, source_id, last) if content(entry) in again}
    earlier = []
    for entry in ledger:
        if entry.source_id == source_id:
            page, row = moved.get((entry.page, entry.row), ("", ""))
            entry = replace(entry, page=page, row=row)
        if entry.id not in repeated:
            earlier.append(entry)
    return earlier + decided


def places(old: pd.DataFrame, new: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str]]:
    """Page and row of each row that both editions have: in the old one -> in the new one."""
    return {
        (before["page"], before["row"]): (after["page"], after["row"])
        for before, after in pair_rows(old, new)
        if before and after
    }


def register_edition(text: str, source_id: str, edition: Edition) -> str:
    """Change `sha256`, `made` and `accessed` of one entry in the text of sources.yaml, and nothing else.

    Raises:
        RecordError: if the entry is not written in the usual way, so that a person must change it.
    """
    head, entry, rest = _split_entry(text, source_id)
    for field in fields(edition):
        value = json.dumps(getattr(edition, field.name)) if field.name != "sha256" else edition.sha256
        entry = re.sub(
            rf"^  {field.name}: .*$", f"  {field.name}: {value}", entry, count=1, flags=re.MULTILINE
        )
    changed = head + entry + rest
    wanted = [
        item | asdict(edition) if item["id"] == source_id else item
        for item in yaml.load(text, Loader=LOADER)  # noqa: S506
    ]
    if yaml.load(changed, Loader=LOADER) != wanted:  # noqa: S506 - a safe loader, either way
        raise RecordError(
            "sources.yaml",
            "the entry cannot be changed by itself",
            row=source_id,
            next_step=f"give sha256 (now {edition.sha256}), made and accessed a line each, and accept again",
        )
    return changed


def _split_entry(text: str, source_id: str) -> tuple[str, str, str]:
    starts = [found.start() for found in re.finditer(r"^- ", text, re.MULTILINE)] + [len(text)]
    for start, end in pairwise(starts):
        if re.match(rf"- id: {re.escape(source_id)}\s*$", text[start:end], re.MULTILINE):
            return text[:start], text[start:end], text[end:]
    return text, "", ""


def _whole_row(entry: Revision, figures: str | dict[str, str]) -> Row:
    return {"source_id": entry.source_id, "date": entry.date, "location": entry.location, **dict(figures)}


def _not_this_edition(entry: Revision, problem: str, value: object = None) -> RecordError:
    return RecordError(
        f"data/reference/{REVISIONS}",
        f"the entry does not fit the table of {entry.source_id}: {problem}",
        row=f"({entry.id})",
        value=value,
        next_step="restore the ledger and the snapshot from git",
    )
