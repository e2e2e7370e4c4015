"""Execute one chapter's notebook into book/chapters."""

from dataclasses import asdict

from pipeline.chapters.execute import execute
from pipeline.core.log import get_logger
from pipeline.core.params import Params
from pipeline.core.paths import Paths

log = get_logger("execute_chapters")


def run(paths: Paths, params: Params, slug: str) -> None:
    # A `parameters` cell may name any parameter of params.yaml; the file's value then replaces the cell's.
    was_run = execute(slug, paths, asdict(params))
    log.info("executed %s" if was_run else "%s: only its prose had changed", slug)
