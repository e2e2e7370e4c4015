"""Remember what a chapter's code printed, so that an edit of its prose alone need not run the code again.

The memory is local and never committed: a fresh clone has none, and executes. What is remembered counts
only while everything the code can read is the same: its own cells, the parameters, and every dependency that
dvc.yaml names for the stage.
"""

import hashlib
import json
import platform
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from pipeline.core.io import read_yaml, write_json, write_text

FOLDER = Path(".cache") / "chapters"
STAMPS = FOLDER.with_suffix(".json")
ITS_OWN = {"book/notebooks", "book/myst.yml"}  # the code of a notebook goes into its own fingerprint


def dependencies(root: Path) -> str:
    """Return a digest of every file that a chapter's code can read, as dvc.yaml names them."""
    digest = hashlib.sha256(platform.python_version().encode())
    stage = read_yaml(root / "dvc.yaml")["stages"]["execute_chapters"]
    for dependency in [*stage["deps"], "requirements.lock"]:
        if dependency not in ITS_OWN:
            for file in _files(root / dependency):
                digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def fingerprint(read: str, source: NotebookNode, parameters: dict[str, Any]) -> str:
    """Return a digest of all that may change what the code prints; prose is not part of it.

    Args:
        read: The digest of what it may read, see `dependencies`.
        source: The notebook.
        parameters: The values of the run.
    """
    code = [(cell.id, cell.source, cell.metadata) for cell in source.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps([read, code, parameters], sort_keys=True).encode()).hexdigest()


def recall(root: Path, slug: str, mark: str, source: NotebookNode) -> NotebookNode | None:
    """Return the chapter as executed, with the prose of `source`; None if something else was executed."""
    try:
        remembered = json.loads((root / FOLDER / f"{slug}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if remembered.get("fingerprint") != mark:
        return None
    executed = nbformat.from_dict(remembered["chapter"])
    by_id = {cell.id: cell for cell in executed.cells}
    known = {cell.id for cell in source.cells}
    cells = []
    for cell in source.cells:
        cells.append(by_id[cell.id] if cell.cell_type == "code" else cell)
        if "parameters" in cell.metadata.get("tags", []):  # the injected values come right after
            cells += [
                extra for extra in executed.cells if extra.cell_type == "code" and extra.id not in known
            ]
    executed.cells = cells
    return executed


def remember(root: Path, slug: str, mark: str, chapter: NotebookNode) -> None:
    """Keep an executed chapter; it takes the place of what was remembered of that chapter before."""
    content = {"fingerprint": mark, "chapter": chapter}
    write_text(json.dumps(content, sort_keys=True) + "\n", root / FOLDER / f"{slug}.json")


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


class Stamps:
    """What each page was made from and is now: a page whose stamp still fits need not even be looked at.

    Args:
        root: The project.
        read: The digest of all that pages may read, parameters included.
    """

    def __init__(self, root: Path, read: str) -> None:
        self._root, self._read = root, read
        try:
            self._kept = json.loads((root / STAMPS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._kept = {}

    def known(self, folder: str) -> list[str]:
        """Pages of a folder below book/chapters that were stamped before."""
        return [slug for slug in self._kept if slug.startswith(f"{folder}/")]

    def fits(self, slug: str, source: Path) -> bool:
        """Whether a page, its source and all that it may read are what they were when it was stamped."""
        return self._kept.get(slug, "") == self._of(slug, source)

    def write(self, pages: dict[str, Path]) -> None:
        """Stamp these pages, each with its source; stamps of others are forgotten."""
        write_json({slug: self._of(slug, source) for slug, source in pages.items()}, self._root / STAMPS)

    def _of(self, slug: str, source: Path) -> str | None:
        digest = hashlib.sha256(self._read.encode())
        try:
            for file in (source, self._root / "book" / "chapters" / f"{slug}.ipynb"):
                digest.update(hashlib.sha256(file.read_bytes()).digest())
        except OSError:
            return None
        return digest.hexdigest()
