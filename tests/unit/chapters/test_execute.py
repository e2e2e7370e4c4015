"""Executing a chapter: the same bytes each time, and nothing half-written."""

import json
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from pipeline.chapters.execute import execute
from pipeline.core.errors import RecordError

sys.path.insert(0, str(Path(__file__).parent))
from notebooks import project, source


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A chapter executed twice, with the bytes of each time."""
    code = (
        "import os, sys",
        "print(confidence)\nprint(sorted(os.listdir()))",
        f"print(hash(sys.executable) == hash(str().join(map(chr, {list(map(ord, sys.executable))}))))",
    )
    notebook = source(*code)
    paths = project(tmp_path_factory.mktemp("chapter"), notebook)
    written = []
    for _ in range(2):
        shutil.rmtree(paths.root / ".cache", ignore_errors=True)  # so that the code does run each time
        execute("demo", paths, {"confidence": 0.95, "unwanted": 1})
        written.append((paths.chapters / "demo.ipynb").read_bytes())
    return written


def outputs(content: bytes) -> str:
    cells = json.loads(content)["cells"]
    return "".join("".join(out["text"]) for cell in cells for out in cell.get("outputs", []))


def test_two_runs_give_the_same_bytes(executed):
    assert executed[0] == executed[1]


def test_the_parameter_of_the_run_replaces_that_of_the_cell(executed):
    assert outputs(executed[0]).startswith("0.95\n")


def test_the_kernel_is_this_interpreter_in_the_root_of_the_project(executed):
    assert outputs(executed[0]).endswith("['book', 'data.txt', 'dvc.yaml', 'requirements.lock']\nTrue\n")


def test_nothing_of_the_run_itself_is_kept(executed):
    notebook = json.loads(executed[0])
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert {key for cell in notebook["cells"] for key in cell["metadata"]} == {"tags"}


def test_cells_that_hold_parameters_are_hidden_from_readers(executed):
    tagged = {cell["id"]: cell["metadata"].get("tags", []) for cell in json.loads(executed[0])["cells"]}
    assert tagged["params"] == ["parameters", "remove-cell"]
    assert tagged["injected-parameters"] == ["injected-parameters", "remove-cell"]
    assert tagged["code-0"] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("a = 1\nb = a / 0", 'cell 3 stops at `b = a / 0` with ZeroDivisionError: "division by zero"'),
        ("import sys\nsys.stderr.write('careful')", 'cell 3 writes to standard error: "careful"'),
        ("import os\nprint(os.getcwd())", "cell 3 prints a path of this machine"),
    ],
)
def test_a_cell_at_fault_is_named_and_the_old_chapter_stays(tmp_path, code, words):
    paths = project(tmp_path, source(code))
    paths.chapters.mkdir()
    (paths.chapters / "demo.ipynb").write_text("as it was")
    with pytest.raises(RecordError) as error:
        execute("demo", paths, {"confidence": 0.95})
    assert words in str(error.value) and "demo.ipynb" in str(error.value)
    assert [file.name for file in paths.chapters.iterdir()] == ["demo.ipynb"]
    assert (paths.chapters / "demo.ipynb").read_text() == "as it was"


def test_a_kernel_that_dies_is_one_clear_message(tmp_path):
    paths = project(tmp_path, source("import os\nos._exit(1)"))
    with pytest.raises(RecordError, match=r"demo\.ipynb.*kernel"):
        execute("demo", paths, {})
    assert not (paths.chapters / "demo.ipynb").exists()


def test_outputs_in_pieces_are_joined(tmp_path):
    paths = project(tmp_path, source("import sys\nfor n in range(3):\n    print(n)\n    sys.stdout.flush()"))
    execute("demo", paths, {})
    cell = nbformat.read(paths.chapters / "demo.ipynb", as_version=4).cells[2]
    assert [out.text for out in cell.outputs] == ["0\n1\n2\n"]


@pytest.fixture
def remembered(tmp_path):
    paths = project(
        tmp_path, source("from pathlib import Path\nprint(next(Path().glob('data*')).read_text())")
    )
    assert execute("demo", paths, {}) is True
    return paths


def printed(paths):
    cells = nbformat.read(paths.chapters / "demo.ipynb", as_version=4).cells
    return [output.text for cell in cells for output in cell.get("outputs", [])]


def edit(paths, cell, text):
    notebook = nbformat.read(paths.notebooks / "demo.ipynb", as_version=4)
    notebook.cells[cell].source = text
    nbformat.write(notebook, paths.notebooks / "demo.ipynb")


def test_an_edit_of_prose_alone_does_not_run_the_code_again(remembered):
    edit(remembered, 0, "# Another title")
    assert execute("demo", remembered, {}) is False
    chapter = nbformat.read(remembered.chapters / "demo.ipynb", as_version=4)
    assert chapter.cells[0].source == "# Another title"
    assert printed(remembered) == ["1\n"]


def test_a_recalled_chapter_has_the_bytes_of_an_executed_one(remembered):
    first = (remembered.chapters / "demo.ipynb").read_bytes()
    (remembered.chapters / "demo.ipynb").unlink()
    assert execute("demo", remembered, {}) is False
    assert (remembered.chapters / "demo.ipynb").read_bytes() == first


def test_a_changed_dependency_runs_the_code_again(remembered):
    (remembered.root / "data.txt").write_text("2")
    assert execute("demo", remembered, {}) is True
    assert printed(remembered) == ["2\n"]


def test_a_changed_code_cell_runs_the_code_again(remembered):
    edit(remembered, 2, "print('new')")
    assert execute("demo", remembered, {}) is True
    assert printed(remembered) == ["new\n"]


def test_a_changed_parameter_runs_the_code_again(remembered):
    assert execute("demo", remembered, {"confidence": 0.9}) is True


def test_a_memory_cut_off_by_a_kill_is_not_trusted(remembered):
    memory = next((remembered.root / ".cache").rglob("*.json"))
    memory.write_text(memory.read_text()[:50])
    assert execute("demo", remembered, {}) is True
    assert printed(remembered) == ["1\n"]
