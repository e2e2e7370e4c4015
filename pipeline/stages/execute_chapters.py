"""Execute the chapters, and from one notebook the page of every force on record, into book/chapters."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from pipeline.book import markdown
from pipeline.chapters.contents import slugs
from pipeline.chapters.execute import execute_source
from pipeline.chapters.force_words import words
from pipeline.chapters.forces import FOLDER, SOURCE, Force, address, fill, read_record
from pipeline.chapters.memory import dependencies
from pipeline.chapters.prose import check_prose
from pipeline.chapters.sources import read_source
from pipeline.core.log import get_logger
from pipeline.core.machine import processors
from pipeline.core.params import Params
from pipeline.core.paths import Paths

log = get_logger("execute_chapters")


@dataclass(frozen=True)
class Page:
    """What is to be executed.

    Args:
        slug: The page's name without `.ipynb`, below book/chapters.
        path: The file that authors edit.
        source: What is run.
        values: Values of its `parameters` cell beside those of params.yaml.
    """

    slug: str
    path: Path
    source: NotebookNode
    values: dict[str, Any] = field(default_factory=dict)


def run(paths: Paths, params: Params, slug: str | None = None) -> None:
    """All pages, or the one of that name, such as `index` or `forces/essex`."""
    # Load
    if slug is None:
        pages = [chapter(name, paths) for name in slugs(paths.book)] + list(force_pages(paths))
    elif slug.startswith(f"{FOLDER}/"):
        pages = [page for page in force_pages(paths) if page.slug == slug] or [chapter(slug, paths)]
    else:
        pages = [chapter(slug, paths)]
    check_prose(sorted({page.path for page in pages}))
    read = dependencies(paths.root)

    # Process and save; a page's code runs in a process of its own, so threads are enough to wait for them
    def execute(page: Page) -> bool:
        # a `parameters` cell may name any parameter of params.yaml; the file's value replaces the cell's
        return execute_source(page.slug, page.path, page.source, paths, asdict(params) | page.values, read)

    with ThreadPoolExecutor(processors()) as pool:
        was_run = sum(pool.map(execute, pages))
    if slug is None:
        for stray in set(paths.chapters.rglob("*.ipynb")) - {
            paths.chapters / f"{page.slug}.ipynb" for page in pages
        }:
            stray.unlink()  # of a chapter that was taken out, or a force no longer on record
    log.info("%d pages, %d executed; of the others only prose had changed, if that", len(pages), was_run)


def chapter(slug: str, paths: Paths) -> Page:
    """A chapter, as its author wrote it."""
    path = paths.notebooks / f"{slug}.ipynb"
    return Page(slug, path, read_source(path))


def force_pages(paths: Paths) -> Iterator[Page]:
    """The pages of the forces, all made from one notebook."""
    path = paths.notebooks / f"{SOURCE}.ipynb"
    source, record = read_source(path), read_record(paths)
    for force_id in record.on_record:
        force, name = Force(force_id, record), address(force_id)
        inert = {word: markdown.text(text) for word, text in words(force).items()}
        page = fill(source, name, inert, force.topics)
        yield Page(f"{FOLDER}/{name}", path, page, {"force_id": force_id})
