import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core.errors import RecordError
from pipeline.tools.workspace import clean_environment, copy_project, git


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / ".gitignore").write_text("/site/\n", encoding="utf-8")
    for name in ("kept.txt", "changed.txt", "deleted.txt", "data/ünïcode name.csv"):
        (root / name).write_text("old", encoding="utf-8")
    subprocess.run(["git", "init", "-q", root], check=True)
    subprocess.run(["git", "-C", root, "add", "-A"], check=True)
    return root


def test_a_copy_is_what_the_author_sees_without_what_git_ignores(project, tmp_path):
    (project / "changed.txt").write_text("new", encoding="utf-8")
    (project / "deleted.txt").unlink()
    (project / "untracked.txt").touch()
    (project / "site").mkdir()
    (project / "site" / "index.html").touch()
    copy = copy_project(project, tmp_path / "copy")
    files = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert {name for name in files if not name.startswith(".git/")} == {
        ".gitignore",
        "kept.txt",
        "changed.txt",
        "untracked.txt",
        "data/ünïcode name.csv",
    }
    assert (copy / "changed.txt").read_text(encoding="utf-8") == "new"
    assert (copy / ".git").is_dir()


def test_a_copy_of_a_folder_without_git_is_refused(tmp_path):
    (tmp_path / "plain").mkdir()
    with pytest.raises(RecordError, match="cannot list the project's files"):
        copy_project(tmp_path / "plain", tmp_path / "copy")


def test_a_failing_git_says_what_was_wanted(project):
    with pytest.raises(RecordError, match="cannot do that"):
        git(project, "no-such-command", error="cannot do that")


def test_commands_meet_this_environment_first_and_no_archive(monkeypatch):
    monkeypatch.setenv("LFR_ARCHIVE", "somewhere")
    environment = clean_environment()
    assert "LFR_ARCHIVE" not in environment
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
