"""Write down what each source says: its rows as text, with page and row of origin, and no judgement."""

from pathlib import Path

from pipeline.core.errors import RecordError
from pipeline.core.io import read_json, replace_folder, write_table
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.sources.read import read_source, read_table
from pipeline.sources.revisions import REVISIONS, read_revisions
from pipeline.sources.take_up import hold_rejected, rejections

log = get_logger("extract_tables")


def run(paths: Paths, params: Params) -> None:
    """Read every file that `fetch_sources` obtained; either all tables are written, or none."""
    # Load
    manifest = paths.raw / "manifest.json"
    sources = read_json(manifest).get("sources")
    if not sources:
        raise RecordError(manifest.name, "no sources listed", next_step="run the stage fetch_sources again")

    ledger = read_revisions(paths.reference / REVISIONS, paths.reference)

    with replace_folder(paths.extracted) as folder:
        for source_id, source in sorted(sources.items()):
            # Process
            table = read_source(paths.raw / source["file"], source_id)
            table = hold_rejected(table, rejections(ledger, source_id, source["sha256"]))

            # Save
            write_table(table, folder / f"{source_id}.csv")
            log.info("%s: %d rows from %s", source_id, len(table), source["resolver"])


def extract_file(path: Path, out: Path | None = None) -> None:
    """Show what any one file in a known layout says; with `out`, write it as CSV instead."""
    layout, table = read_table(path)
    pages = table.loc[table["page"] != "", "page"].nunique()
    on_pages = f" on {pages} page{'s' if pages > 1 else ''}" if pages else ""
    print(f"{path.name}: layout {layout.id}, {len(table)} rows{on_pages}")
    if out:
        write_table(table, out)
        print(f"written to {out}")
    else:
        print(table.to_string(index=False))
