import pytest
from filelock import FileLock

from pipeline.core.errors import RecordError
from pipeline.core.lock import LOCK_NAME
from pipeline.tools.mend import mend

LOCK = """schema: '2.0'
stages:
  fetch_sources:
    cmd: python -m pipeline fetch_sources
    deps:
    - path: data/snapshot
      hash: md5
      md5: 0123456789abcdef0123456789abcdef.dir
      size: 66013
      nfiles: 5
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    (tmp_path / "dvc.lock").write_text(LOCK, encoding="utf-8")
    (tmp_path / ".dvc/tmp/rwlock").write_text('{"read": {}, "write": {}}', encoding="utf-8")
    return tmp_path


def test_whole_files_are_left_alone(project):
    assert mend(project) == []
    assert (project / "dvc.lock").read_text(encoding="utf-8") == LOCK
    assert (project / ".dvc/tmp/rwlock").exists()


# nothing, within a stage's name, before its command
@pytest.mark.parametrize("length", [0, LOCK.index("fetch") + 3, LOCK.index("cmd")])
def test_a_lock_file_that_dvc_could_not_read_is_removed(project, length):
    (project / "dvc.lock").write_text(LOCK[:length], encoding="utf-8")
    assert mend(project) == ["removed dvc.lock, which a killed run left cut off"]
    assert not (project / "dvc.lock").exists()


def test_a_lock_file_cut_off_after_an_entry_is_left_for_dvc_to_complete(project):
    (project / "dvc.lock").write_text(LOCK[: LOCK.index("      hash")], encoding="utf-8")
    assert mend(project) == []


@pytest.mark.parametrize("content", ["", '{"read": {"a'])
def test_a_cut_off_list_of_locks_is_removed(project, content):
    (project / ".dvc/tmp/rwlock").write_text(content, encoding="utf-8")
    assert mend(project) == ["removed .dvc/tmp/rwlock, which a killed run left cut off"]


def test_nothing_is_mended_under_a_running_stage(project):
    (project / "dvc.lock").write_text("", encoding="utf-8")
    with FileLock(project / LOCK_NAME), pytest.raises(RecordError, match="another stage is running"):
        mend(project)
    assert (project / "dvc.lock").exists()


def test_a_project_that_was_never_built_needs_no_mending(tmp_path):
    assert mend(tmp_path) == []
