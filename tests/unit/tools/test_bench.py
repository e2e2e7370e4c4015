"""The benchmark's own workings; what it measures is never tested, for a busy machine is no fault."""

import json
import platform
import sys

import pytest

from pipeline.core.errors import RecordError
from pipeline.sources.read import read_table
from pipeline.tools.bench import (
    SENTENCE,
    add_sentence,
    describe_machine,
    execute,
    write_transcription,
)


def test_the_made_up_record_is_a_transcription_of_so_many_distinct_rows(tmp_path):
    layout, table = read_table(write_transcription(tmp_path / "record.csv", 500))
    assert (layout.id, len(table)) == ("transcription", 500)
    assert not table.duplicated(["date", "location", "faces_seen"]).any()


def test_a_child_that_takes_much_memory_is_seen_to(tmp_path):
    small = execute([sys.executable, "-c", "pass"], tmp_path)
    large = execute([sys.executable, "-c", "x = bytearray(200_000_000)"], tmp_path)
    assert 150_000_000 < large.peak_bytes - small.peak_bytes < 250_000_000


def test_a_child_that_fails_stops_the_benchmark_with_its_last_words(tmp_path):
    with pytest.raises(RecordError, match="out of cheese"):
        execute([sys.executable, "-c", "raise SystemExit('out of cheese')"], tmp_path)


def test_an_edit_of_a_notebook_changes_its_last_prose_and_no_code(tmp_path):
    cells = [{"cell_type": "markdown", "source": ["An answer."]}, {"cell_type": "code", "source": "show()"}]
    notebook = tmp_path / "a.ipynb"
    notebook.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    add_sentence(notebook)
    edited = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert edited[0]["source"] == "An answer.\n" + SENTENCE
    assert edited[1] == cells[1]


def test_the_machine_is_described_without_its_name():
    machine = describe_machine()
    assert machine["cores"] >= 1 and machine["memory_gb"] >= 1
    assert platform.node() not in json.dumps(machine)
