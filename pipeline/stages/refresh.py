"""Ask the publishers what they serve now and report, row by row, how it differs from the registered editions.

Not a stage of the chain: it writes only data/refresh/, which neither git nor DVC follows, so that looking for
news leaves the build as it is and a kept file survives the next build. What a reviewer decided in
data/refresh/revisions.yaml survives too; `python -m pipeline accept` takes it up.
"""

import dataclasses
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.core.errors import RecordError
from pipeline.core.io import replace_folder, write_text
from pipeline.core.params import FetchParams, Params
from pipeline.core.paths import Paths
from pipeline.sources.pdf_cells import open_pdf
from pipeline.sources.read import read_source
from pipeline.sources.registry import Source, read_sources
from pipeline.sources.report import NAME, Check, Compared, Reader, write_report
from pipeline.sources.resolve import from_addresses
from pipeline.sources.revisions import (
    PROPOSAL_HEAD,
    REVISIONS,
    Edition,
    Revision,
    carry_over,
    propose,
    read_revisions,
    revisions_text,
)
from pipeline.sources.take_up import rejections

UNCHANGED, FAILED, CHANGED = 0, 1, 3  # exit codes; 2 is the command line's own, for a mistyped option


def run(paths: Paths, params: Params, read: Reader = read_source) -> int:
    """Write difference-report.md and revisions.yaml to data/refresh/, keep changed files in changed/ there.

    Returns:
        0 if every publisher asked serves the registered edition, 3 if one serves another, 1 if none does but
        an address failed.
    """
    folder = paths.raw.with_name("refresh")
    former = read_revisions(folder / REVISIONS, paths.reference) if (folder / REVISIONS).is_file() else []
    ledger = read_revisions(paths.reference / REVISIONS, paths.reference)
    with replace_folder(folder) as fresh:
        if (folder / "changed").is_dir():
            shutil.copytree(folder / "changed", fresh / "changed")
        write_text("*\n", fresh / ".gitignore")  # publishers' files must not get into git
        checks = [_check(source, fresh, params.fetch) for source in read_sources(paths.reference)]
        compared = write_report(checks, fresh, paths.snapshot, read)
        # An address that failed today takes nothing away from what was found and decided before.
        failed = {check.source.id for check in checks if check.outcome == "failed"}
        proposed = [entry for entry in former if entry.source_id in failed]
        for each in compared:
            proposed += _propose(each, fresh, former, ledger)
        write_text(revisions_text(proposed, PROPOSAL_HEAD), fresh / REVISIONS)
    _print_summary(checks)
    outcomes = {check.outcome for check in checks}
    return CHANGED if "changed" in outcomes else FAILED if "failed" in outcomes else UNCHANGED


def _check(source: Source, folder: Path, fetch: FetchParams) -> Check:
    if not source.fetchable:
        return Check(source, "not asked", source.why_not_fetchable)
    # A carrier's copy never changes; only the publisher has news.
    own = tuple(address for address in source.addresses if address.held_by == "publisher")
    try:
        served, changed = from_addresses(dataclasses.replace(source, addresses=own), folder, fetch)
    except RecordError as error:
        return Check(source, "failed", error.problem)
    if served:
        (folder / served.file).unlink()
    if changed:
        return Check(source, "changed", "; ".join(f"kept as {edition.file}" for edition in changed), changed)
    return Check(source, "unchanged", "the registered edition")


def _propose(
    compared: Compared, folder: Path, former: list[Revision], ledger: list[Revision]
) -> list[Revision]:
    source, sha256 = compared.source, compared.edition.sha256
    today = datetime.now(UTC).date().isoformat()
    known = [entry for entry in former if (entry.source_id, entry.edition) == (source.id, sha256)]
    if known:  # the same file obtained again tomorrow is the same edition
        edition = Edition(sha256, known[0].made, known[0].accessed)
    else:
        edition = Edition(sha256, _made(folder / compared.edition.file) or today, today)
    proposed = propose(source.id, source.sha256, compared.old, compared.new, edition)
    return carry_over(proposed, former, rejections(ledger, source.id, source.sha256))


def _made(path: Path) -> str:
    """The ISO day on which a PDF says it was made; blank if it does not say."""
    try:
        with open_pdf(path) as document:
            digits = document.get_metadata_value("CreationDate").removeprefix("D:")[:8]
        return date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}").isoformat()
    except (RecordError, ValueError):
        return ""


def _print_summary(checks: list[Check]) -> None:
    table = Table("source", "outcome", "detail", title="What the publishers serve now")
    for check in checks:
        # Text: what comes from outside must not be taken for Rich's markup.
        table.add_row(check.source.id, check.outcome, Text(check.detail))
    console = Console()
    console.print(table)
    console.print(f"Report and next steps: data/refresh/{NAME}; to decide: data/refresh/{REVISIONS}")
