"""Build the static site: run the book engine, add the data and the figures' script, check every link."""

import shutil
import subprocess
import sys
from pathlib import Path

from pipeline.book import vega
from pipeline.book.engine import guarded, run_engine
from pipeline.book.links import check_site, read_page
from pipeline.core.errors import RecordError
from pipeline.core.io import replace_folder, write_bytes
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.release.archive import zip_folder

log = get_logger("build_book")


def add_data(paths: Paths, site: Path) -> None:
    """Publish tables in site/data: all under their own names, but those extracted as `extracted-<name>`.

    Raises:
        RecordError: if two files would get the same name.
    """
    (site / "data").mkdir()
    folders = (paths.clean, paths.derived, paths.case, paths.root / "data" / "bench")
    named = [(file.name, file) for folder in folders for file in sorted(folder.glob("*.csv"))]
    named += [(file.name, file) for file in sorted(paths.derived.glob("explorer_*.js"))]
    named += [(f"extracted-{file.name}", file) for file in sorted(paths.extracted.glob("*.csv"))]
    for name, source in named:
        if (site / "data" / name).exists():
            raise RecordError(
                name, "two tables would be published under this name", next_step="rename one of them"
            )
        shutil.copyfile(source, site / "data" / name)


def add_package(paths: Paths, site: Path) -> None:
    """Offer the data package as one file."""
    write_bytes(zip_folder(paths.root / "data" / "release", "lfr-record"), site / "data" / "lfr-record.zip")


def add_code(paths: Paths, site: Path) -> None:
    """Copy the files of the pipeline that pages link to as `code/...`."""
    for page in site.glob("*.html"):
        for address in read_page(page.read_text(encoding="utf-8")).links:
            name = address.removeprefix("code/")
            source = (paths.root / name).resolve()
            inside = source.is_relative_to((paths.root / "pipeline").resolve())
            if name != address and inside and source.is_file():
                (site / address).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, site / address)


def add_vega(maker: subprocess.Popen, site: Path) -> None:
    """Add the script that draws live figures, if any page has one.

    Args:
        maker: The process that prints the script.
        site: The folder of pages.

    Raises:
        RecordError: if the script was not made.
    """
    if not any("vega-figure" in page.read_text(encoding="utf-8") for page in site.glob("*.html")):
        return
    script = maker.stdout.read()
    if maker.wait():
        raise RecordError("vega.js", "not made", next_step="see the lines above")
    write_bytes(script, site / "vega.js")


def run(paths: Paths, params: Params) -> None:
    # Load
    with guarded([sys.executable, "-P", vega.__file__], stdout=subprocess.PIPE) as maker:
        html = run_engine(
            paths.book
        )  # the engine keeps one processor busy, and the maker of the script another

        with replace_folder(paths.site) as site:
            # Process
            shutil.copytree(html, site, dirs_exist_ok=True)
            add_vega(maker, site)
            add_data(paths, site)
            add_package(paths, site)
            add_code(paths, site)
            check_site(site)
    # Save: replace_folder put the finished folder in the place of the old one
    shutil.rmtree(paths.book / "_build")
    log.info("built %d pages in %s", len(list(paths.site.glob("*.html"))), paths.site.name)
