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
from pipeline.chapters.memory import Stamps, dependencies
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
    read = dependencies(paths.root)
    if slug is not None:
        pages = [page for page in force_pages(paths) if page.slug == slug] if FOLDER in slug else []
        execute(pages or [chapter(slug, paths)], paths, params, read)
        return

    # Load
    stamps = Stamps(paths.root, f"{read} {params}")
    every = {name: paths.notebooks / f"{name}.ipynb" for name in slugs(paths.book)}
    pages = [chapter(name, paths) for name, source in every.items() if not stamps.fits(name, source)]
    template, known = paths.notebooks / f"{SOURCE}.ipynb", stamps.known(FOLDER)
    if not known or not all(stamps.fits(name, template) for name in known):
        pages += (of_forces := list(force_pages(paths)))
        known = [page.slug for page in of_forces]
    every |= dict.fromkeys(known, template)

    # Process and save
    execute(pages, paths, params, read)
    kept = {paths.chapters / f"{name}.ipynb" for name in every}
    for stray in set(paths.chapters.rglob("*.ipynb")) - kept:  # taken out, or a force no longer on record
        stray.unlink()
    stamps.write(every)


def execute(pages: list[Page], paths: Paths, params: Params, read: str) -> None:
    """Execute pages side by side; the code of each runs in a process of its own, for which threads wait."""
    check_prose(sorted({page.path for page in pages}))

    def one(page: Page) -> bool:
        # a `parameters` cell may name any parameter of params.yaml; the file's value replaces the cell's
        values = asdict(params) | page.values
        return execute_source(page.slug, page.path, page.source, paths, values, read)

    with ThreadPoolExecutor(processors()) as pool:
        was_run = sum(pool.map(one, pages))
    log.info("%d pages executed, %d with changed prose only", was_run, len(pages) - was_run)


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
