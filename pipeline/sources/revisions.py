"""What publishers revise: proposed cell by cell, decided by a person, kept in a ledger with the old value."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd
import yaml

from pipeline.core.errors import RecordError
from pipeline.schemas.documents import read_document
from pipeline.sources.compare import KEY, ORIGIN, Row, compare_tables

REVISIONS = "revisions.yaml"  # of the ledger in data/reference and of the proposal in data/refresh
PROPOSAL_HEAD = """\
# What the publishers changed, one entry each. Write `decision: accept` or `decision: reject` in every entry,
# and for a rejection the reason. Change nothing else. To leave an edition for later, take out all its
# entries. Then:
#
#     python -m pipeline accept data/refresh/revisions.yaml
#
# Another `make refresh` keeps what was decided here.
"""


@dataclass(frozen=True)
class Edition:
    """A file that a publisher serves: its checksum, and the ISO days on which it was made and obtained."""

    sha256: str
    made: str
    accessed: str


@dataclass(frozen=True)
class Revision:
    """One way in which a new edition differs; an entry of the proposal and of the ledger.

    Args:
        id: Follows from the edition and from what changed, so that it is the same at every look.
        kind: `changed` (one cell), `added`, `removed` (one row) or `reissued` (another file, the same rows).
        date: Of the row, as printed in the edition before, or now if it was added. Likewise `location`.
        column: The column of data/extracted/ whose cell changed.
        old: The cell before; of a removed row, its cells that are not blank; of a reissue, the checksum.
        new: Likewise, now.
        page: Where the row stands in the registered edition. A removed row stands on no page; `row` then is
            a number of its own.
        old_page: Where it stood in the edition before; likewise `old_row`.
        edition: Checksum of the edition that brought it; `made` and `accessed` are its days.
        decision: `undecided`, `accept` or `reject`.
        reason: Why, in the reviewer's words.
    """

    id: str
    source_id: str
    kind: str
    date: str
    location: str
    column: str
    old: str | dict[str, str]
    new: str | dict[str, str]
    page: str
    row: str
    old_page: str
    old_row: str
    edition: str
    made: str
    accessed: str
    decision: str = "undecided"
    reason: str = ""


CONTENT = ("source_id", "kind", "date", "location", "column", "old", "new")


def propose(
    source_id: str, registered: str, old: pd.DataFrame, new: pd.DataFrame, edition: Edition
) -> list[Revision]:
    """List what an edition would change, undecided.

    Args:
        source_id: The source.
        registered: Checksum of the registered edition.
        old: The table we hold, every cell text.
        new: What the new edition says, likewise.
        edition: The new edition.

    Returns:
        One entry per changed cell and per added or removed row, in the order of `compare_tables`; one entry
        of kind `reissued` if no cell differs. A row that only stands elsewhere is no revision.

    Example:
        >>> names = ["page", "row", "date", "location", "alerts"]
        >>> old = pd.DataFrame([["1", "1", "06/04/23", "Camden", "1"]], columns=names)
        >>> new = pd.DataFrame([["2", "5", "06/04/23", "Camden", "3"]], columns=names)
        >>> (entry,) = propose("a_record", "", old, new, Edition("f" * 64, "2026-01-05", "2026-01-07"))
        >>> entry.kind, entry.column, entry.old, entry.new, entry.old_page, entry.page
        ('changed', 'alerts', '1', '3', '1', '2')
    """
    found: list[dict] = []
    without_page = max((int(row) for row in new.loc[new["page"] == "", "row"]), default=0)
    for item in compare_tables(old, new):
        before, after = item.old or {}, item.new or {}
        row = before or after
        place = {
            "kind": item.kind,
            "date": row["date"],
            "location": row["location"],
            "page": after.get("page", ""),
            "row": after.get("row", ""),
            "old_page": before.get("page", ""),
            "old_row": before.get("row", ""),
        }
        if item.kind == "changed":
            found += [
                {**place, "column": name, "old": before[name], "new": after[name]} for name in item.columns
            ]
            continue
        if item.kind == "removed":
            without_page += 1
            place["row"] = str(without_page)
        found.append({**place, "column": "", "old": cells(before), "new": cells(after)})
    if not found:
        blank = dict.fromkeys(("date", "location", "column", "page", "row", "old_page", "old_row"), "")
        found = [{**blank, "kind": "reissued", "old": registered, "new": edition.sha256}]
    return _with_ids(found, source_id, edition)


def carry_over(
    proposed: Iterable[Revision], former: Iterable[Revision], in_force: Iterable[Revision]
) -> list[Revision]:
    """Fill in what was decided before.

    Args:
        proposed: Undecided entries.
        former: The same proposal as a reviewer left it.
        in_force: Rejections that hold for the registered edition: what was rejected once is proposed as
            rejected when the next edition says it again.
    """
    by_id = {entry.id: entry for entry in former}
    by_content = {content(entry): entry for entry in in_force}
    return [
        replace(entry, decision=known.decision, reason=known.reason)
        if (known := by_id.get(entry.id) or by_content.get(content(entry)))
        else entry
        for entry in proposed
    ]


def read_revisions(path: Path, reference: Path) -> list[Revision]:
    """Read a proposal or the ledger.

    Raises:
        RecordError: if it is missing or unreadable, breaks revisions.schema.json or names an id twice.
    """
    entries = read_document(path, reference / "schemas" / "revisions.schema.json")
    for id_, times in Counter(entry["id"] for entry in entries).items():
        if times > 1:
            raise RecordError(
                path.name, f"{times} entries have one id", value=id_, next_step="run `make refresh` again"
            )
    return [Revision(**entry) for entry in entries]


def revisions_text(entries: Iterable[Revision], head: str) -> str:
    """The YAML of a proposal or of the ledger, fields in the order of `Revision`."""
    rows = [asdict(entry) for entry in entries]
    body = yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=110) if rows else ""
    return head + "\n" + body.replace("\n- id:", "\n\n- id:") if body else head


def cells(row: Row) -> str | dict[str, str]:
    """The cells of a row that are not blank and neither its key nor its place; of no row, no text."""
    return {name: cell for name, cell in row.items() if cell and name not in [*ORIGIN, *KEY]} if row else ""


def content(entry: Revision) -> str:
    """What an entry says changed, whichever edition says so; equal for equal revisions."""
    return json.dumps([getattr(entry, name) for name in CONTENT], sort_keys=True)


def _with_ids(found: list[dict], source_id: str, edition: Edition) -> list[Revision]:
    days = {"edition": edition.sha256, "made": edition.made, "accessed": edition.accessed}
    seen: Counter[str] = Counter()
    entries = []
    for fields_ in found:
        entry = Revision(id="", source_id=source_id, **fields_, **days)
        seen[content(entry)] += 1  # a row printed twice may be revised twice
        key = f"{edition.sha256} {content(entry)} {seen[content(entry)]}"
        entries.append(replace(entry, id=f"{source_id}-{hashlib.sha256(key.encode()).hexdigest()[:10]}"))
    return entries
