"""Parameters, the project's root and the lock."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core.errors import RecordError
from pipeline.core.lock import one_run_at_a_time
from pipeline.core.params import load_params
from pipeline.core.paths import find_root

ROOT = Path(__file__).parents[3]


def test_the_committed_parameters_load_and_are_offline():
    params = load_params(ROOT / "params.yaml")
    assert params.fetch.online is False
    assert params.confidence == 0.95


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("retries: 4", "retrys: 4", "missing or unknown"),
        ("confidence: 0.95", "", "missing or unknown"),
        ("confidence: 0.95", "confidence: 95", "between 0 and 1"),
        ("confidence: 0.95", "confidence: high", "missing or unknown"),
        ("fetch:", "fetch: none\nother:", "missing or unknown"),
    ],
)
def test_a_wrong_parameter_is_one_clear_error(tmp_path, old, new, says):
    text = (ROOT / "params.yaml").read_text()
    assert old in text
    (tmp_path / "params.yaml").write_text(text.replace(old, new))
    with pytest.raises(RecordError, match=says):
        load_params(tmp_path / "params.yaml")


def test_the_root_is_found_from_a_folder_below(tmp_path):
    shutil.copy(ROOT / "dvc.yaml", tmp_path)
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find_root(tmp_path / "a" / "b") == tmp_path.resolve()


def test_outside_the_project_the_message_says_what_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no dvc\.yaml"):
        find_root(tmp_path)


def test_a_second_run_is_refused_and_a_later_one_is_not(tmp_path):
    second = (
        "import pathlib, sys; from pipeline.core.lock import one_run_at_a_time\n"
        "with one_run_at_a_time(pathlib.Path(sys.argv[1]), 'second'): print('ran')"
    )
    command = [sys.executable, "-c", second, str(tmp_path)]
    with one_run_at_a_time(tmp_path, "first"):
        refused = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    allowed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert refused.returncode != 0
    assert "second was not started" in refused.stderr
    assert allowed.stdout == "ran\n"
