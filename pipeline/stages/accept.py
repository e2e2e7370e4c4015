"""Take up what a reviewer decided in a proposal of `make refresh`: ledger of revisions, registry, snapshot.

Not a stage of the chain: it changes what the chain starts from. Everything is read, checked and computed
before the first file is written, and the snapshot is written last, so a killed run goes on when repeated.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table, write_table, write_text
from pipeline.core.paths import Paths
from pipeline.schemas.documents import read_document
from pipeline.sources.read import read_source
from pipeline.sources.registry import Source, read_sources
from pipeline.sources.report import Reader
from pipeline.sources.revisions import REVISIONS, Edition, Revision, propose, read_revisions, revisions_text
from pipeline.sources.take_up import (
    LEDGER_HEAD,
    add_to_ledger,
    hold_rejected,
    places,
    register_edition,
    rejections,
)

AGAIN = "run `make refresh` again and decide what it proposes"


def run(paths: Paths, proposal: Path, read: Reader = read_source) -> list[str]:
    """Write data/reference/revisions.yaml, data/reference/sources.yaml and data/snapshot/<source_id>.csv.

    Args:
        proposal: data/refresh/revisions.yaml, decided; the new files lie in changed/ beside it.
        read: Reads a file of a source into a text table.

    Returns:
        What was done, a line per source; then a line per correction whose row stands elsewhere now.

    Raises:
        RecordError: if an entry is undecided, or does not fit the file or the snapshot any more. Nothing is
            then written.
    """
    # Load
    decided = read_revisions(proposal, paths.reference)
    ledger = read_revisions(paths.reference / REVISIONS, paths.reference)
    registry = (paths.reference / "sources.yaml").read_text(encoding="utf-8")
    sources = {source.id: source for source in read_sources(paths.reference)}
    corrections = read_document(
        paths.reference / "corrections.yaml", paths.reference / "schemas" / "corrections.schema.json"
    )

    # Process
    _refuse_undecided(decided, proposal)
    tables, done, misplaced = {}, [], []
    for source_id, entries in groupby(sorted(decided, key=lambda entry: entry.source_id), _source_id):
        if source_id not in sources:
            raise RecordError(proposal, "unknown source", value=source_id, next_step=AGAIN)
        given, source = list(entries), sources[source_id]
        edition = _one_edition(given, proposal)
        new = read(_kept_file(proposal, source, edition), source_id)
        old = read_text_table(paths.snapshot / f"{source_id}.csv")
        if any(entry.edition == edition.sha256 for entry in ledger if entry.source_id == source_id):
            _refuse_other_decisions(given, ledger, edition, proposal)
        else:
            ledger = add_to_ledger(ledger, _checked(given, source, old, new, edition, proposal), old, new)
            misplaced += _misplaced(corrections, source_id, places(old, new))
        registry = register_edition(registry, source_id, edition)
        tables[source_id] = hold_rejected(new, rejections(ledger, source_id, edition.sha256))
        rejected = sum(entry.decision == "reject" for entry in given)
        done.append(
            f"{source_id}: edition made {edition.made}, {len(given) - rejected} accepted, {rejected} rejected"
        )

    # Save
    write_text(revisions_text(ledger, LEDGER_HEAD), paths.reference / REVISIONS)
    write_text(registry, paths.reference / "sources.yaml")
    for source_id, table in tables.items():
        write_table(table, paths.snapshot / f"{source_id}.csv")
    return done + misplaced


def _misplaced(
    corrections: list[dict], source_id: str, now: dict[tuple[str, str], tuple[str, str]]
) -> list[str]:
    """Corrections name their row by its place, so each whose row moved must be told the new one by hand."""
    lines = []
    for entry in corrections:
        before = str(entry.get("page", "")), str(entry.get("row", ""))
        after = now.get(before, ("", ""))
        if entry.get("source_id") == source_id and before[1] and after != before:
            place = f"is now page {after[0]}, row {after[1]}" if after[1] else "is gone"
            lines.append(f"corrections.yaml ({entry['id']}): page {before[0]}, row {before[1]} {place}")
    return lines


def _source_id(entry: Revision) -> str:
    return entry.source_id


def _refuse_undecided(decided: Iterable[Revision], proposal: Path) -> None:
    open_ = [entry.id for entry in decided if entry.decision == "undecided"]
    if open_:
        raise RecordError(
            proposal.name,
            f"{len(open_)} undecided, the first is",
            value=open_[0],
            next_step="write `decision: accept`, or `decision: reject` and a reason",
        )


def _one_edition(given: list[Revision], proposal: Path) -> Edition:
    editions = {Edition(entry.edition, entry.made, entry.accessed) for entry in given}
    if len(editions) > 1:
        raise RecordError(
            proposal.name,
            f"entries of {len(editions)} editions of one source",
            value=given[0].source_id,
            next_step="take out the entries of all but one",
        )
    return editions.pop()


def _kept_file(proposal: Path, source: Source, edition: Edition) -> Path:
    path = proposal.parent / "changed" / f"{source.id}-{edition.sha256[:12]}{source.suffix}"
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != edition.sha256:
        raise RecordError(
            path.name,
            "the file of this edition is missing or another one",
            next_step="run `make refresh` again",
        )
    return path


def _refuse_other_decisions(
    given: list[Revision], ledger: list[Revision], edition: Edition, proposal: Path
) -> None:
    """Taken up already: the same decisions change nothing, others or an older edition are a mistake."""
    of_source = [entry for entry in ledger if entry.source_id == given[0].source_id]
    then = {entry.id: entry.decision for entry in of_source if entry.edition == edition.sha256}
    for entry in given:
        if then.get(entry.id) != entry.decision or of_source[-1].edition != edition.sha256:
            raise RecordError(
                proposal.name,
                "this edition was taken up before, with another decision or with a later one after it",
                row=f"({entry.id})",
                value=entry.decision,
                next_step=f"see data/reference/{REVISIONS}; to decide otherwise, restore data/ from git",
            )


def _checked(
    given: list[Revision],
    source: Source,
    old: pd.DataFrame,
    new: pd.DataFrame,
    edition: Edition,
    proposal: Path,
) -> list[Revision]:
    """What the two editions give now, with the decisions; refused if more than these was edited."""
    found = {entry.id: entry for entry in propose(source.id, source.sha256, old, new, edition)}
    for entry in given:
        if replace(entry, decision="undecided", reason="") != found.get(entry.id):
            raise RecordError(
                proposal.name,
                f"the entry no longer fits the snapshot of {source.id}",
                row=f"({entry.id})",
                value=f"{entry.date}, {entry.location}, {entry.column or entry.kind}",
                next_step=AGAIN,
            )
    if missing := found.keys() - {entry.id for entry in given}:
        raise RecordError(
            proposal.name,
            f"{len(missing)} entries of an edition of {source.id} were taken out, the first is",
            value=min(missing),
            next_step="put them back and decide them, or take out the whole edition; " + AGAIN,
        )
    said = {entry.id: entry for entry in given}
    return [
        replace(entry, decision=said[id_].decision, reason=said[id_].reason) for id_, entry in found.items()
    ]
