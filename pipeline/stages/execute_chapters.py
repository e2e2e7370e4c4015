"""Execute the chapters, and from one notebook the page of every force on record, into book/chapters."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import chain
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
from pipeline.core.drawing import drawing_shared
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
        pages = pages or [chapter(slug, paths)]
        check_prose([page.path for page in pages])
        execute(pages, paths, params, read)
        return

    # Load
    stamps = Stamps(paths.root, f"{read} {params}")
    every = {name: paths.notebooks / f"{name}.ipynb" for name in slugs(paths.book)}
    pages = [chapter(name, paths) for name, source in every.items() if not stamps.fits(name, source)]
    template, known = paths.notebooks / f"{SOURCE}.ipynb", stamps.known(FOLDER)
    of_forces: Iterable[Page] = ()
    if not known or not all(stamps.fits(name, template) for name in known):
        known, of_forces = [], force_pages(paths)
    check_prose(sorted({page.path for page in pages} | ({template} if of_forces else set())))

    # Process and save; pages of forces are made up while chapters are executed already
    executed = execute(chain(pages, of_forces), paths, params, read)
    every = dict.fromkeys([*known, *executed], template) | every
    kept = {paths.chapters / f"{name}.ipynb" for name in every}
    for stray in set(paths.chapters.rglob("*.ipynb")) - kept:  # taken out, or a force no longer on record
        stray.unlink()
    stamps.write(every)


def execute(pages: Iterable[Page], paths: Paths, params: Params, read: str) -> list[str]:
    """Execute pages side by side; the code of each runs in a process of its own, for which threads wait.

    Returns:
        The name of every page.
    """

    def one(page: Page) -> tuple[str, bool]:
        # a `parameters` cell may name any parameter of params.yaml; the file's value replaces the cell's
        values = asdict(params) | page.values
        return page.slug, execute_source(page.slug, page.path, page.source, paths, values, read)

    # one more than there are processors: a kernel that starts or ends waits more than it works
    with drawing_shared(), ThreadPoolExecutor(processors() + 1) as pool:
        was_run = dict(pool.map(one, pages))
    ran = sum(was_run.values())
    log.info("%d pages executed, %d with changed prose only", ran, len(was_run) - ran)
    return list(was_run)


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
