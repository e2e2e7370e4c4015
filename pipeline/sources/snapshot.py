"""The embedded snapshot: the figures as printed, committed, so that the book builds without a network."""

from pipeline.core.errors import RecordError
from pipeline.core.io import write_bytes
from pipeline.core.paths import Paths
from pipeline.sources.registry import read_sources


def write_snapshot(paths: Paths) -> list[str]:
    """Copy every extracted table to data/snapshot/, byte for byte.

    Run it after a new edition was taken up and its extraction was reviewed.

    Returns:
        Ids of the sources whose snapshot changed.

    Raises:
        RecordError: if an extracted table is missing; nothing is then written.
    """
    tables = {}
    for source in read_sources(paths.reference):
        origin = paths.extracted / f"{source.id}.csv"
        if not origin.is_file():
            raise RecordError(
                f"data/extracted/{origin.name}",
                "file not found",
                next_step="run `dvc repro extract_tables` first",
            )
        tables[source.id] = origin.read_bytes()
    changed = []
    for source_id, content in tables.items():
        target = paths.snapshot / f"{source_id}.csv"
        if not target.is_file() or target.read_bytes() != content:
            write_bytes(content, target)
            changed.append(source_id)
    return changed
