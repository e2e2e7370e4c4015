"""Put every clean table into a data package for others: CSV, Parquet, description, checksums."""

from pipeline.core.io import read_json, read_text_table, replace_folder, write_bytes
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.release.citation import read_citation
from pipeline.release.contents import TABLES, sources_table
from pipeline.release.package import build_package, checksums
from pipeline.release.shape import RELEASED, refuse_wrong_version, shape_of
from pipeline.sources.registry import read_sources

log = get_logger("package_release")

COPIED = ("CHANGELOG.md", "CITATION.cff")


def run(paths: Paths, params: Params) -> None:
    # Load
    citation = read_citation(paths.root / "CITATION.cff")
    sources = read_sources(paths.reference)
    released = read_json(paths.root / RELEASED)
    elsewhere = {"forces": read_text_table(paths.reference / "forces.csv"), "sources": sources_table(sources)}
    tables = {
        name: elsewhere[name] if name in elsewhere else read_text_table(paths.clean / f"{name}.csv")
        for name in TABLES
    }

    # Process
    package, files = build_package(tables, citation, sources)
    refuse_wrong_version(released, shape_of(package))
    files |= {name: (paths.root / name).read_bytes() for name in COPIED}
    files["SHA256SUMS"] = checksums(files)

    # Save
    with replace_folder(paths.root / "data" / "release") as folder:
        for path, content in files.items():
            write_bytes(content, folder / path)
    size = sum(len(content) for content in files.values())
    log.info("version %s: %d tables, %.2f MB", citation.version, len(tables), size / 1e6)
