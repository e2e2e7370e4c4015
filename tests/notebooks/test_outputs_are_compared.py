"""Strict nbval sees a changed number and a changed figure; it passes on a chapter as executed."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pipeline.chapters.execute import execute
from pipeline.core.paths import Paths, find_root

ROOT = find_root()
KERNEL = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> Paths:
    """A project with the committed data of one figure and one executed chapter: a number, then the figure."""
    paths = Paths(tmp_path_factory.mktemp("project"))
    (paths.root / "dvc.yaml").write_text("stages: {execute_chapters: {deps: [book/figures.yaml]}}")
    (paths.root / "requirements.lock").touch()
    paths.notebooks.mkdir(parents=True)
    real = Paths(ROOT)
    shutil.copytree(real.reference, paths.reference)
    shutil.copy(real.book / "figures.yaml", paths.book)
    paths.derived.mkdir()
    for name in ("values.json", "fig_deployments_by_year.csv"):
        shutil.copy(real.derived / name, paths.derived)
    cells = [
        new_markdown_cell("# Demo", id="title"),
        new_code_cell("factor = 2", id="params", metadata={"tags": ["parameters"]}),
        new_code_cell("print(factor * 269)", id="number"),
        new_code_cell("from pipeline.figures import show\n\nshow('deployments_by_year')", id="figure"),
    ]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), paths.notebooks / "demo.ipynb")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)  # the chapter's project holds no package of its own
    try:
        execute("demo", paths, {})
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    return paths


def copy_of(executed: Paths, target: Path) -> Paths:
    shutil.copytree(executed.root, target)
    return Paths(target)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def failed(executed, tmp_path_factory) -> list[str]:
    """The cells that strict nbval refuses: a chapter as executed, and two copies changed in one place."""
    folder = tmp_path_factory.mktemp("copies")
    copy_of(executed, folder / "as_executed")
    number = copy_of(executed, folder / "changed_number")
    change(number.chapters / "demo.ipynb", "538\\n", "539\\n")
    datum = copy_of(executed, folder / "changed_datum")
    change(
        datum.derived / "fig_deployments_by_year.csv", "2023,Met's own file,23,", "2023,Met's own file,24,"
    )
    plugin = ["-p", "tests.notebooks.kernels"]
    command = [sys.executable, "-m", "pytest", *plugin, "--nbval", "--nbval-current-env", "-rA", "--color=no"]
    chapters = [str(path) for path in sorted(folder.glob("*/book/chapters"))]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [*command, "-p", "no:cacheprovider", *chapters],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    outcomes = re.findall(
        r"^(PASSED|FAILED) \S*?(\w+)/book/chapters/demo\.ipynb::Cell (\d)", result.stdout, re.M
    )
    assert len(outcomes) == 9, result.stdout + result.stderr  # three code cells in each of three chapters
    return [f"{copy}, cell {cell}" for outcome, copy, cell in outcomes if outcome == "FAILED"]


def test_a_chapter_as_executed_passes(failed):
    assert not any(cell.startswith("as_executed") for cell in failed)


def test_a_changed_number_fails_in_its_cell_alone(failed):
    assert [cell for cell in failed if cell.startswith("changed_number")] == ["changed_number, cell 1"]


def test_a_changed_datum_of_a_figure_fails_in_its_cell_alone(failed):
    assert [cell for cell in failed if cell.startswith("changed_datum")] == ["changed_datum, cell 2"]


def test_the_figure_is_one_html_output_with_a_line_of_text(executed):
    cell = json.loads((executed.chapters / "demo.ipynb").read_text())["cells"][3]
    (output,) = cell["outputs"]
    assert output["output_type"] == "display_data" and set(output["data"]) == {"text/html", "text/plain"}
