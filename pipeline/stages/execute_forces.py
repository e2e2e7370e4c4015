"""Execute the page of every force on record into book/chapters/forces, all from one notebook."""

from dataclasses import asdict

from pipeline.book import markdown
from pipeline.chapters.execute import execute_source
from pipeline.chapters.force_words import words
from pipeline.chapters.forces import FOLDER, SOURCE, Force, address, fill, read_record
from pipeline.chapters.prose import check_prose
from pipeline.chapters.sources import read_source
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths

log = get_logger("execute_forces")


def run(paths: Paths, params: Params) -> None:
    # Load
    path = paths.notebooks / f"{SOURCE}.ipynb"
    source, record = read_source(path), read_record(paths)
    check_prose([path])

    # Process and save
    was_run, pages = 0, set()
    for force_id in record.on_record:
        force, name = Force(force_id, record), address(force_id)
        inert = {word: markdown.text(text) for word, text in words(force).items()}
        page = fill(source, name, inert, force.topics)
        parameters = asdict(params) | {"force_id": force_id}
        was_run += execute_source(f"{FOLDER}/{name}", path, page, paths, parameters)
        pages.add(paths.chapters / FOLDER / f"{name}.ipynb")
    for page in set((paths.chapters / FOLDER).glob("*.ipynb")) - pages:  # of a force no longer on record
        page.unlink()
    log.info("%d pages, %d of them executed, the others with changed prose at most", len(pages), was_run)
