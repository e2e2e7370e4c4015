import hashlib
import json
import shutil
from datetime import UTC, datetime

import pytest

from pipeline.core.errors import RecordError
from pipeline.sources.snapshot import write_snapshot
from pipeline.stages import fetch_sources
from tests.unit.sources.local_publisher import (
    REGISTERED,
    REGISTERED_ROWS,
    Publisher,
    folder_bytes,
    make_project,
    params,
    pdf_with,
    read_fake_pdf,
    read_manifest,
)

REGISTERED_SHA = hashlib.sha256(REGISTERED).hexdigest()


@pytest.fixture
def publisher(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("LFR_ARCHIVE", raising=False)
    publisher = Publisher()
    yield publisher
    publisher.close()


@pytest.fixture
def project(publisher, tmp_path):
    """Make a project whose source `alpha` has these addresses, given as (path, held_by)."""

    def make(*addresses):
        served = [{"url": publisher.address(path), "held_by": held_by} for path, held_by in addresses]
        return make_project(tmp_path / "project", served)

    return make


@pytest.fixture
def archive(tmp_path, monkeypatch):
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "alpha-record.pdf").write_bytes(REGISTERED)
    monkeypatch.setenv("LFR_ARCHIVE", str(folder))
    return folder


def fetch(paths, **changes):
    fetch_sources.run(paths, params(**changes), read=read_fake_pdf)
    return read_manifest(paths)


def test_without_archive_and_network_the_snapshot_serves_byte_for_byte(project, publisher):
    paths = project(("good", "publisher"))
    alpha = fetch(paths, online=False)["alpha"]
    content = (paths.snapshot / "alpha.csv").read_bytes()
    assert alpha == {
        "file": "alpha.csv",
        "resolver": "snapshot",
        "address": None,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "accessed": "2026-02-03",  # of the registry: nothing was accessed now
        "changed": [],
    }
    assert (paths.raw / "alpha.csv").read_bytes() == content
    assert not publisher.asked


def test_the_archive_comes_before_the_publisher(project, publisher, archive):
    paths = project(("good", "publisher"))
    alpha = fetch(paths)["alpha"]
    assert (alpha["resolver"], alpha["file"], alpha["sha256"]) == ("archive", "alpha.pdf", REGISTERED_SHA)
    assert (paths.raw / "alpha.pdf").read_bytes() == REGISTERED
    assert not publisher.asked


def test_the_publisher_comes_before_the_snapshot_and_is_dated_today(project, publisher):
    paths = project(("good", "publisher"))
    before = datetime.now(UTC).date().isoformat()
    alpha = fetch(paths)["alpha"]
    assert (alpha["resolver"], alpha["address"]) == ("publisher", publisher.address("good"))
    assert before <= alpha["accessed"] <= datetime.now(UTC).date().isoformat()
    assert (paths.raw / "alpha.pdf").read_bytes() == REGISTERED


def test_a_source_missing_from_the_archive_goes_on_to_the_next_place(project, archive):
    entries = fetch(project(("good", "publisher")), online=False)
    assert [entries[source_id]["resolver"] for source_id in ("alpha", "beta")] == ["archive", "snapshot"]


def test_a_source_that_cannot_be_fetched_comes_from_the_snapshot_even_online(project):
    assert fetch(project(("good", "publisher")))["beta"]["resolver"] == "snapshot"


def test_a_failing_address_hands_on_to_the_next_and_the_manifest_names_who_served(project, publisher):
    alpha = fetch(project(("missing", "publisher"), ("good", "carrier")))["alpha"]
    assert (alpha["resolver"], alpha["address"]) == ("carrier", publisher.address("good"))


def test_archive_and_snapshot_routes_give_the_same_bytes_every_time(project, archive, tmp_path):
    paths = project(("good", "publisher"))
    fetch(paths, online=False)
    first = folder_bytes(paths.raw)
    shutil.copytree(archive, tmp_path / "moved")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LFR_ARCHIVE", str(tmp_path / "moved"))
        fetch(paths, online=False)
    assert folder_bytes(paths.raw) == first
    assert sorted(first) == ["alpha.pdf", "beta.csv", "manifest.json"]


def test_another_edition_in_the_archive_is_refused_with_what_to_do(project, archive):
    paths = project(("good", "publisher"))
    (archive / "alpha-record.pdf").write_bytes(REGISTERED + b" ")
    with pytest.raises(RecordError, match=r"alpha-record.pdf.*not the registered edition of alpha.*sha256"):
        fetch(paths)
    assert not paths.raw.exists()


def test_an_archive_that_is_no_folder_is_refused(project, tmp_path, monkeypatch):
    monkeypatch.setenv("LFR_ARCHIVE", str(tmp_path / "nowhere"))
    with pytest.raises(RecordError, match="LFR_ARCHIVE: not a folder"):
        fetch(project(("good", "publisher")))


def test_a_missing_snapshot_is_refused_with_its_name(project):
    paths = project(("good", "publisher"))
    (paths.snapshot / "beta.csv").unlink()
    with pytest.raises(RecordError, match=r"data/snapshot/beta\.csv"):
        fetch(paths)


@pytest.mark.parametrize(
    "fault", ["missing", "truncated", "web-page", "loop", "stalled", "oversize-undeclared"]
)
def test_a_failed_fetch_leaves_the_former_state_untouched(project, fault):
    paths = project((fault, "publisher"), ("missing", "carrier"))
    fetch(paths, online=False)
    before = folder_bytes(paths.root)
    with pytest.raises(RecordError, match=f"alpha: not fetched: .*/{fault}: .*; .*/missing: "):
        fetch(paths, retries=0, timeout_seconds=0.4)
    assert folder_bytes(paths.root) == before
    assert [path.name for path in paths.raw.parent.iterdir() if path.name.startswith(".")] == []


def test_a_changed_file_is_kept_beside_and_never_used(project, publisher):
    paths = project(("good", "publisher"))
    publisher.body = pdf_with([*REGISTERED_ROWS, "Ealing,08/04/23,9800,0.6,3,100"])
    sha = hashlib.sha256(publisher.body).hexdigest()
    alpha = fetch(paths)["alpha"]
    kept = f"changed/alpha-{sha[:12]}.pdf"
    assert alpha["resolver"] == "snapshot"
    assert alpha["changed"] == [
        {"file": kept, "address": publisher.address("good"), "bytes": len(publisher.body), "sha256": sha}
    ]
    assert (paths.raw / kept).read_bytes() == publisher.body
    assert (paths.raw / "alpha.csv").read_bytes() == (paths.snapshot / "alpha.csv").read_bytes()
    assert "rows: 1 added, 0 removed, 0 changed" in (paths.raw / "difference-report.md").read_text()


def test_the_snapshot_command_copies_extracted_tables_and_names_those_that_moved(project):
    paths = project(("good", "publisher"))
    shutil.copytree(paths.snapshot, paths.extracted)
    assert write_snapshot(paths) == []
    (paths.extracted / "alpha.csv").write_text("source_id,page,row\nalpha,1,1\n")
    assert write_snapshot(paths) == ["alpha"]
    assert folder_bytes(paths.snapshot) == folder_bytes(paths.extracted)


def test_the_snapshot_command_writes_nothing_while_a_table_is_missing(project):
    paths = project(("good", "publisher"))
    paths.extracted.mkdir()
    (paths.extracted / "alpha.csv").write_text("new\n")
    before = folder_bytes(paths.snapshot)
    with pytest.raises(RecordError, match=r"data/extracted/beta\.csv"):
        write_snapshot(paths)
    assert folder_bytes(paths.snapshot) == before


def test_the_manifest_holds_no_path_of_this_machine(project, archive, tmp_path):
    paths = project(("good", "publisher"))
    fetch(paths)
    assert str(tmp_path) not in json.dumps(read_manifest(paths))
