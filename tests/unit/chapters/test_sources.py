"""The form of a chapter's source."""

import sys
from pathlib import Path

import nbformat
import pytest

from pipeline.chapters.sources import read_source
from pipeline.core.errors import RecordError

sys.path.insert(0, str(Path(__file__).parent))
from notebooks import project, source

FIVE_LINES = "def f():\n    a = 1\n    b = 2\n    c = 3\n    return a + b + c"


def read(tmp_path, notebook):
    return read_source(project(tmp_path, notebook).notebooks / "demo.ipynb")


def test_a_source_in_good_form_is_read(tmp_path):
    notebook = read(tmp_path, source("import pandas as pd", FIVE_LINES, "'alerts / hour, and so on'"))
    assert len(notebook.cells) == 5


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (
            FIVE_LINES.replace("    return", "    d = 4\n    return"),
            "cell 3 defines f(), longer than 5 lines",
        ),
        ("from math import *", "cell 3 imports * from math"),
        ("read('data/clean/deployments.csv')", "cell 3 holds a file path"),
        ("read('deployments.csv')", "cell 3 holds a file path"),
        ("read('/etc/passwd')", "cell 3 holds a file path"),
        ("get('https://example.org')", "cell 3 holds an address"),
        ("!ls", "cell 3 uses a magic or shell command"),
        ("%matplotlib inline", "cell 3 uses a magic or shell command"),
        ("x = = 1", "cell 3 is not valid Python at line 1"),
    ],
)
def test_code_that_belongs_elsewhere_is_refused(tmp_path, code, fault):
    with pytest.raises(RecordError) as error:
        read(tmp_path, source(code))
    assert fault in str(error.value) and "demo.ipynb" in str(error.value)


def test_outputs_are_refused(tmp_path):
    notebook = source("1")
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="1")]
    with pytest.raises(RecordError, match="cell 3 carries outputs"):
        read(tmp_path, notebook)


def test_a_run_number_counts_as_an_output(tmp_path):
    notebook = source("1")
    notebook.cells[2].execution_count = 4
    with pytest.raises(RecordError, match="cell 3 carries outputs"):
        read(tmp_path, notebook)


@pytest.mark.parametrize(("times", "words"), [(0, "no cells tagged"), (2, "2 cells tagged")])
def test_there_is_one_parameters_cell(tmp_path, times, words):
    notebook = source("1")
    notebook.cells[1].metadata = {}
    for cell in notebook.cells[1 : 1 + times]:
        cell.metadata = {"tags": ["parameters"]}
    with pytest.raises(RecordError, match=words):
        read(tmp_path, notebook)


def test_the_kernel_must_be_named(tmp_path):
    notebook = source("1")
    notebook.metadata = {}
    with pytest.raises(RecordError, match="kernelspec"):
        read(tmp_path, notebook)


def test_a_format_whose_cells_have_no_ids_is_refused(tmp_path):
    notebook = source("1")
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]
    with pytest.raises(RecordError, match=r"older than 4\.5"):
        read(tmp_path, notebook)


@pytest.mark.parametrize("text", ["", "not json", '{"cells": 1}', "[]"])
def test_a_broken_file_is_one_clear_message(tmp_path, text):
    (tmp_path / "demo.ipynb").write_text(text)
    with pytest.raises(RecordError, match="not a valid notebook"):
        read_source(tmp_path / "demo.ipynb")


def test_a_missing_notebook_lists_those_there_are(tmp_path):
    paths = project(tmp_path, source("1"))
    with pytest.raises(RecordError, match="known: demo"):
        read_source(paths.notebooks / "demos.ipynb")
