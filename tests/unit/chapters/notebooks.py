"""Notebooks for the tests: a source in good form, and a project to run it in."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pipeline.core.paths import Paths

KERNEL = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}


def source(*code: str) -> NotebookNode:
    """A title, a parameters cell with `confidence`, and the cells given; the first of them is cell 3."""
    cells = [
        new_markdown_cell("# Title", id="title"),
        new_code_cell("confidence = 0.5", id="params", metadata={"tags": ["parameters"]}),
        *(new_code_cell(text, id=f"code-{number}") for number, text in enumerate(code)),
    ]
    return new_notebook(cells=cells, metadata=KERNEL)


def project(root: Path, notebook: NotebookNode) -> Paths:
    """A folder with dvc.yaml, one dependency and the notebook as book/notebooks/demo.ipynb."""
    paths = Paths(root)
    (root / "dvc.yaml").write_text("stages: {execute_chapters: {deps: [data.txt, 'x/${item.slug}.ipynb']}}")
    (root / "data.txt").write_text("1")
    (root / "requirements.lock").touch()
    paths.notebooks.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, paths.notebooks / "demo.ipynb")
    return paths
