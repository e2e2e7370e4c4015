"""Every force's page gives its outputs again: as strict as nbval, in one process for all of them.

A kernel of its own for each page would start some twenty times and import the same modules each time.
"""

from types import ModuleType

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from pipeline.chapters.forces import FOLDER
from pipeline.core.paths import Paths, find_root

PAGES = sorted((Paths(find_root()).chapters / FOLDER).glob("*.ipynb"))


@pytest.fixture(scope="module")
def shell():
    # a module of its own: in the place of __main__ it would break every test that starts processes
    yield InteractiveShell.instance(user_module=ModuleType("page"))
    InteractiveShell.clear_instance()


def outputs_of(shell: InteractiveShell, code: str) -> list[dict[str, str]]:
    """Run one cell and return what it displays, each output by its kind."""
    with capture_output() as shown:
        shell.run_cell(code, store_history=False).raise_error()
    streams = (("stdout", shown.stdout), ("stderr", shown.stderr))
    printed = [{name: text} for name, text in streams if text]
    return printed + [output.data for output in shown.outputs]


def kept_outputs(cell: nbformat.NotebookNode) -> list[dict[str, str]]:
    """What the page holds."""
    return [
        dict(output["data"]) if "data" in output else {output["name"]: output["text"]}
        for output in cell["outputs"]
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_gives_its_outputs_again(shell, path):
    shell.reset(new_session=False)
    cells = [cell for cell in nbformat.read(path, as_version=4)["cells"] if cell["cell_type"] == "code"]
    assert any(cell["outputs"] for cell in cells)
    for cell in cells:
        assert outputs_of(shell, cell["source"]) == kept_outputs(cell), cell["source"]


def test_there_is_a_page_to_check():
    assert len(PAGES) > 1


def test_another_number_or_a_missing_output_is_seen(shell):
    cell = nbformat.v4.new_code_cell("print(538)", outputs=[nbformat.v4.new_output("stream", text="539\n")])
    assert outputs_of(shell, cell["source"]) != kept_outputs(cell)
    cell["outputs"] = []
    assert outputs_of(shell, cell["source"]) != kept_outputs(cell)
