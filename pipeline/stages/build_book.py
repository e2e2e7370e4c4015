"""Build the static site: run the book engine, add the data and the figures' script, check every link."""

import shutil
from pathlib import Path

from pipeline.book.engine import run_engine
from pipeline.book.links import check_site
from pipeline.core.errors import RecordError
from pipeline.core.io import replace_folder
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths

log = get_logger("build_book")


def add_data(paths: Paths, site: Path) -> None:
    """Copy every CSV of data/clean and data/derived into site/data, under its own name.

    Raises:
        RecordError: if two files share a name.
    """
    (site / "data").mkdir()
    for source in sorted([*paths.clean.glob("*.csv"), *paths.derived.glob("*.csv")]):
        target = site / "data" / source.name
        if target.exists():
            raise RecordError(
                source.name, "lies in data/clean and in data/derived", next_step="rename one of them"
            )
        shutil.copyfile(source, target)


def add_vega(paths: Paths, site: Path) -> None:
    """Copy the script that draws live figures, if any page has one.

    Raises:
        RecordError: if the script was not made yet.
    """
    if not any("vega-figure" in page.read_text(encoding="utf-8") for page in site.glob("*.html")):
        return
    script = paths.book / "vega.js"
    if not script.is_file():
        raise RecordError("book/vega.js", "not made yet", next_step="run `python -m pipeline bundle_vega`")
    shutil.copyfile(script, site / "vega.js")


def run(paths: Paths, params: Params) -> None:
    # Load
    html = run_engine(paths.book)

    with replace_folder(paths.site) as site:
        # Process
        shutil.copytree(html, site, dirs_exist_ok=True)
        add_vega(paths, site)
        add_data(paths, site)
        check_site(site)
    # Save: replace_folder put the finished folder in the place of the old one
    shutil.rmtree(paths.book / "_build")
    log.info("built %d pages in %s", len(list(paths.site.glob("*.html"))), paths.site.name)
