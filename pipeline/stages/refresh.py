"""Ask the publishers what they serve now and report, row by row, how it differs from the registered editions.

Not a stage of the chain: it writes only data/refresh/, which neither git nor DVC follows, so that looking for
news leaves the build as it is and a kept file survives the next build.
"""

import dataclasses
import shutil
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.core.errors import RecordError
from pipeline.core.io import replace_folder, write_text
from pipeline.core.params import FetchParams, Params
from pipeline.core.paths import Paths
from pipeline.sources.read import read_source
from pipeline.sources.registry import Source, read_sources
from pipeline.sources.report import NAME, Check, Reader, write_report
from pipeline.sources.resolve import from_addresses

UNCHANGED, FAILED, CHANGED = 0, 1, 3  # exit codes; 2 is the command line's own, for a mistyped option


def run(paths: Paths, params: Params, read: Reader = read_source) -> int:
    """Write data/refresh/difference-report.md, keep changed files in data/refresh/changed/, print a summary.

    Returns:
        0 if every publisher asked serves the registered edition, 3 if one serves another, 1 if none does but
        an address failed.
    """
    folder = paths.raw.with_name("refresh")
    with replace_folder(folder) as fresh:
        if (folder / "changed").is_dir():
            shutil.copytree(folder / "changed", fresh / "changed")
        write_text("*\n", fresh / ".gitignore")  # publishers' files must not get into git
        checks = [_check(source, fresh, params.fetch) for source in read_sources(paths.reference)]
        write_report(checks, fresh, paths.snapshot, read)
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


def _print_summary(checks: list[Check]) -> None:
    table = Table("source", "outcome", "detail", title="What the publishers serve now")
    for check in checks:
        # Text: what comes from outside must not be taken for Rich's markup.
        table.add_row(check.source.id, check.outcome, Text(check.detail))
    console = Console()
    console.print(table)
    console.print(f"Report and next steps: data/refresh/{NAME}")
