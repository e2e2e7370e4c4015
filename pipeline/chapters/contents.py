"""The chapters of the book, in its order: those of the table of contents in book/myst.yml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.core.errors import RecordError
from pipeline.core.io import read_yaml

SETTINGS = "myst.yml"


def slugs(book: Path) -> list[str]:
    """Return the name of every notebook that the table of contents names, without folder and ending.

    Args:
        book: The folder book, with its settings.

    Raises:
        RecordError: if a chapter stands there twice.
    """
    found = list(_named(read_yaml(book / SETTINGS)["project"]["toc"]))
    for slug in found:
        if found.count(slug) > 1:
            raise RecordError(
                SETTINGS, "a chapter stands twice in `toc`", value=slug, next_step="take one out"
            )
    return found


def _named(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        file = Path(entry.get("file", ""))
        if file.suffix == ".ipynb":
            yield file.stem
        yield from _named(entry.get("children", []))
