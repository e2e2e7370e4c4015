"""How a stage is started: as dvc.yaml writes it, at once; in any other way, by the command line."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipeline.__main__ import plain_stage
from pipeline.core.paths import find_root
from pipeline.stages import SCHEDULER

ROOT = find_root(Path(__file__).parent)


def commands() -> list[list[str]]:
    """The words after `python -m pipeline` of every stage."""
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    found = [stage.get("do", stage)["cmd"].split() for stage in stages.values()]
    return [words[3:] for words in found if words[:3] == ["python", "-m", "pipeline"]]


def test_every_command_of_the_build_is_plain(monkeypatch):
    monkeypatch.delenv(SCHEDULER, raising=False)
    assert len(commands()) > 10
    for words in commands():
        stage = plain_stage(words)
        assert stage is not None
        assert [word for word in stage if word] == words


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--help"],
        ["doctor"],
        ["derive_case", "--help"],
        ["derive_case", "one too many"],
        ["run_benchmarks", "accuracy", "--scheduler", "tcp://host:8786"],
        ["execute_chapters", "one", "two"],
    ],
)
def test_anything_else_is_left_to_the_command_line(words):
    assert plain_stage(words) is None


def test_a_benchmark_finds_its_scheduler_in_the_environment(monkeypatch):
    monkeypatch.setenv(SCHEDULER, "tcp://host:8786")
    assert plain_stage(["run_benchmarks", "accuracy"]) == ["run_benchmarks", "accuracy", "tcp://host:8786"]


def test_a_stage_starts_without_what_it_does_not_need():
    asked = "import sys, pipeline.__main__; print(*{'pandas', 'rich', 'typer'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
