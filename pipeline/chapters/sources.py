"""Check the form of a chapter's source: no outputs, one parameters cell, short code, no paths."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from pipeline.core.errors import RecordError

LONGEST_FUNCTION = 5  # lines; anything longer belongs in the package, where it is tested
ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
FILE_PATH = re.compile(r"^\S*[/\\]\S*$|\.(csv|json|ya?ml|ipynb|parquet|pdf|txt|md|py)$", re.IGNORECASE)


def read_source(path: Path) -> NotebookNode:
    """Read a notebook that authors edit.

    Raises:
        RecordError: naming every fault of its form, if it has any, and for a missing or unreadable file.
    """
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.ipynb"))) or "none"
        raise RecordError(path.name, "no such notebook in book/notebooks", next_step=f"known: {known}")
    try:
        text = path.read_text(encoding="utf-8")
        nbformat.validate(json.loads(text))
        notebook = nbformat.reads(text, as_version=4)
    except (ValueError, AttributeError, nbformat.ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise RecordError(
            path.name, f"not a valid notebook ({reason})", next_step="restore it from git"
        ) from error
    faults = list(_faults(notebook))
    if faults:
        raise RecordError(path.name, "; ".join(faults), next_step="clear outputs, then correct these cells")
    return notebook


def _faults(notebook: NotebookNode) -> Iterator[str]:
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        yield "written in a format older than 4.5, whose cells have no ids"
    kernel = notebook.metadata.get("kernelspec", {})
    if kernel.get("name") != "python3" or kernel.get("language") != "python":
        yield 'metadata.kernelspec must give name "python3" and language "python"'
    tagged = [n for n, cell in enumerate(notebook.cells, 1) if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        yield f"{len(tagged) or 'no'} cells tagged `parameters`, not one"
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            yield from (f"cell {number} {fault}" for fault in _cell_faults(cell))


def _cell_faults(cell: NotebookNode) -> Iterator[str]:
    if cell.outputs or cell.execution_count is not None:
        yield "carries outputs"
    if re.search(r"^\s*[%!]", cell.source, re.MULTILINE):
        yield "uses a magic or shell command"
        return
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        yield f"is not valid Python at line {error.lineno}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION:
            yield f"defines {node.name}(), longer than {LONGEST_FUNCTION} lines"
        if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names):
            yield f"imports * from {node.module}"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if ADDRESS.search(node.value):
                yield f'holds an address ("{node.value}")'
            elif FILE_PATH.search(node.value):
                yield f'holds a file path ("{node.value}")'
