"""Obtain every source, from the archive folder, the publisher or the embedded snapshot, and record which."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.errors import RecordError
from pipeline.core.io import replace_folder, write_json
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.sources.registry import read_sources
from pipeline.sources.resolve import manifest, resolve

if TYPE_CHECKING:
    from pipeline.sources.report import Reader

log = get_logger("fetch_sources")


def run(paths: Paths, params: Params, read: "Reader | None" = None) -> None:
    """Build data/raw anew; if any source fails, the former data/raw stays as it was.

    Args:
        read: Reads a file that an address served in place of the registered one, for the difference report;
            `pipeline.sources.read.read_source` if not given.

    Raises:
        RecordError: if a source could not be obtained.
    """
    # Load
    sources = read_sources(paths.reference)
    archive = archive_folder()

    # Process and save, in a folder that takes the place of data/raw only when all went well
    with replace_folder(paths.raw) as fresh:
        resolved = {
            source.id: resolve(source, fresh, paths.snapshot, archive, params.fetch) for source in sources
        }
        write_json(manifest(resolved), fresh / "manifest.json")
        changed = [source for source in sources if resolved[source.id].changed]
        if changed:
            # tables are read for the report alone, and only then is pandas imported
            from pipeline.sources.read import read_source
            from pipeline.sources.report import NAME, Check, write_report

            checks = [Check(source, "changed", "not used", resolved[source.id].changed) for source in changed]
            write_report(checks, fresh, paths.snapshot, read or read_source)
            log.warning("another edition is served than the registered one: see data/raw/%s", NAME)
    for source_id, entry in resolved.items():
        log.info("%s from the %s, %s bytes", source_id, entry.resolver, f"{entry.bytes:,}")


def archive_folder() -> Path | None:
    """The folder that LFR_ARCHIVE names, if it is set: the publishers' files under their registered names.

    Raises:
        RecordError: if it is set and is not a folder.
    """
    name = os.environ.get("LFR_ARCHIVE", "")
    if name and not Path(name).is_dir():
        raise RecordError(
            "LFR_ARCHIVE", "not a folder", value=name, next_step="correct the variable or unset it"
        )
    return Path(name) if name else None
