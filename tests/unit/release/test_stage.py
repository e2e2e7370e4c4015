"""The stage as a whole, on the project's own tables: repeatable, and all or nothing."""

import json
import re

import pytest

from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root
from pipeline.release.shape import RELEASED
from pipeline.stages.package_release import run


@pytest.fixture
def project(tmp_path):
    """A copy of what the stage reads; no version was released before."""
    own = find_root()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "clean").symlink_to(own / "data" / "clean")
    (tmp_path / "data" / "reference").mkdir()
    for name in ("forces.csv", "sources.yaml", "schemas"):
        (tmp_path / "data" / "reference" / name).symlink_to(own / "data" / "reference" / name)
    for name in ("CITATION.cff", "CHANGELOG.md"):
        (tmp_path / name).write_text((own / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / RELEASED).write_text(json.dumps({"version": "0.0.0", "tables": {}}))
    return Paths(tmp_path)


def contents(project):
    folder = project.root / "data" / "release"
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_runs_give_the_same_bytes_and_a_refusal_leaves_them(project):
    run(project, None)
    first = contents(project)
    run(project, None)
    assert contents(project) == first

    citation = project.root / "CITATION.cff"
    text = citation.read_text(encoding="utf-8")
    citation.write_text(re.sub(r"(?m)^version: .*", "version: 0.0.1", text), encoding="utf-8")
    with pytest.raises(RecordError, match=r"raise it to 0\.1\.0"):
        run(project, None)
    assert contents(project) == first
    assert [path.name for path in (project.root / "data").iterdir() if path.name.startswith(".")] == []
