"""Execute a chapter's notebook so that the same data give the same bytes."""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from pipeline.chapters.memory import dependencies, fingerprint, recall, remember
from pipeline.chapters.prose import check_prose
from pipeline.chapters.sources import read_source
from pipeline.core.errors import RecordError
from pipeline.core.io import write_text
from pipeline.core.paths import Paths

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
INJECTED = "injected-parameters"  # papermill's tag for the cell that holds the values of a run
ANSI_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def execute(slug: str, paths: Paths, parameters: dict[str, Any]) -> bool:
    """Run book/notebooks/SLUG.ipynb from top to bottom and write book/chapters/SLUG.ipynb.

    Args:
        slug: File name without `.ipynb`.
        paths: The project; the notebook runs in its root.
        parameters: Values for the names that the notebook's `parameters` cell defines; others are ignored.

    Returns:
        False if only prose had changed, so that the code was not run again.

    Raises:
        RecordError: if there is no such notebook, if its form is wrong, if its prose holds a bare figure, if
            a cell fails or warns, or if an output holds a path of this machine. The chapter then stays as it
            was.
    """
    path = paths.notebooks / f"{slug}.ipynb"
    source = read_source(path)
    check_prose([path])
    return execute_source(slug, path, source, paths, parameters)


def execute_source(
    slug: str,
    path: Path,
    source: NotebookNode,
    paths: Paths,
    parameters: dict[str, Any],
    read: str | None = None,
) -> bool:
    """Run a notebook that was read from `path` and write book/chapters/SLUG.ipynb; see `execute`.

    Args:
        slug: Name of the chapter without `.ipynb`; it may lie in a folder of its own.
        path: The file that authors edit, named in messages.
        source: What is run: the notebook of that file, or a page made from it.
        paths: The project.
        parameters: Values for the names that the `parameters` cell defines.
        read: The digest of what chapters may read, if it is known already, see `memory.dependencies`.
    """
    mark = fingerprint(read or dependencies(paths.root), source, parameters)
    finished = recall(paths.root, slug, mark, source)
    if was_run := finished is None:
        finished = _run(path, source, paths.root, parameters)
        remember(paths.root, slug, mark, finished)
    chapter = normalise(finished)
    for cell in chapter.cells:
        if cell.id == INJECTED and path.stem != slug:  # of many pages from one notebook: an id occurs once
            cell.id = f"{slug.replace('/', '-')}-{INJECTED}"
    write_text(nbformat.writes(chapter) + "\n", paths.chapters / f"{slug}.ipynb")
    return was_run


def _run(path: Path, source: NotebookNode, root: Path, parameters: dict[str, Any]) -> NotebookNode:
    """Execute with papermill; what it returns is normalised and free of noise."""
    # Imported here: they take longer to import than recalling a chapter does.
    from pipeline.chapters.kernel import ThisInterpreter, make_ready

    make_ready()
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    wanted = {
        name: value for name, value in parameters.items() if name in papermill.inspect_notebook(str(path))
    }
    try:
        notebook = papermill.execute_notebook(
            source, None, parameters=wanted, kernel_name=KERNEL["name"], cwd=str(root),
            progress_bar=False, kernel_manager_class=ThisInterpreter, coalesce_streams=True,
            shutdown_kernel="immediate",  # it has nothing to save
            # The kernel is interrupted before it is shut down, and would log that as an error.
            extra_arguments=["--log-level=CRITICAL"],
        )  # fmt: skip
    except PapermillExecutionError as error:
        raise _failure(path, error) from error
    except DeadKernelError as error:
        raise RecordError(
            path.name, "the kernel died", next_step="is there memory enough? run again"
        ) from error
    finished = normalise(notebook)
    _refuse_noise(finished, path, root)
    return finished


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Remove what differs from run to run: times, papermill's notes, random ids, the interpreter's version.

    The cells that hold parameters are tagged `remove-cell`: they matter to authors, not to readers.
    """
    finished = nbformat.from_dict(notebook)
    finished.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for cell in finished.cells:
        tags = list(cell.metadata.get("tags", []))
        if {"parameters", INJECTED} & set(tags) and "remove-cell" not in tags:
            tags.append("remove-cell")
        if INJECTED in tags:
            cell.id = INJECTED  # the only cell that no author gave an id
        for noise in ("execution", "papermill"):
            cell.metadata.pop(noise, None)
        cell.metadata.pop("tags", None)
        if tags:
            cell.metadata["tags"] = tags
    return finished


def _failure(path: Path, error: Any) -> RecordError:
    """Name the cell as its author counts it, and the line at fault."""
    first_line = error.source.strip().splitlines()[0] if error.source.strip() else ""
    cells = nbformat.read(path, as_version=4).cells
    number = next(
        (n for n, cell in enumerate(cells, start=1) if cell.source == error.source), error.cell_index
    )
    places = re.findall(r"Cell In\[\d+\], line (\d+)", ANSI_COLOUR.sub("", "\n".join(error.traceback)))
    line = error.source.splitlines()[int(places[0]) - 1].strip() if places else first_line
    return RecordError(
        path.name,
        f"cell {number} stops at `{line}` with {error.ename}",
        value=ANSI_COLOUR.sub("", error.evalue),
        next_step="correct the cell, or the data that it reads; the chapter was left as it was",
    )


def _refuse_noise(notebook: NotebookNode, path: Path, root: Path) -> None:
    """A warning or a path of this machine in an output would differ on the next machine."""
    written = [cell for cell in notebook.cells if cell.id != INJECTED]  # numbered as their author counts them
    for number, cell in enumerate(written, start=1):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                problem, value = "writes to standard error", output.text.strip().splitlines()[-1]
            elif str(root) in json.dumps(output):
                problem, value = "prints a path of this machine", str(root)
            else:
                continue
            step = "find out why, or do without; the chapter was left as it was"
            raise RecordError(path.name, f"cell {number} {problem}", value=value, next_step=step)
