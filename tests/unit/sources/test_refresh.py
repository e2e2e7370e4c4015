import hashlib
import json
import shutil

import pytest
import yaml

from pipeline.core.errors import RecordError
from pipeline.stages import refresh
from tests.unit.sources.local_publisher import (
    REGISTERED_ROWS,
    ROOT,
    Publisher,
    folder_bytes,
    make_project,
    params,
    pdf_with,
    read_fake_pdf,
)


@pytest.fixture
def publisher(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    publisher = Publisher()
    yield publisher
    publisher.close()


@pytest.fixture
def project(publisher, tmp_path):
    def make(path="good"):
        addresses = [
            {"url": publisher.address(path), "held_by": "publisher"},
            {"url": publisher.address("untyped"), "held_by": "carrier"},
        ]
        paths = make_project(tmp_path / "project", addresses)
        schema = "schemas/revisions.schema.json"
        shutil.copy(ROOT / "data" / "reference" / schema, paths.reference / schema)
        (paths.reference / "revisions.yaml").write_text("# nothing yet\n")
        return paths

    return make


def run(paths, read=read_fake_pdf):
    code = refresh.run(paths, params(online=False), read=read)
    return code, (paths.root / "data" / "refresh" / "difference-report.md").read_text()


def test_nothing_new_is_exit_code_0_and_no_file_is_kept(project, publisher):
    paths = project()
    code, report = run(paths)
    assert code == 0
    assert "| alpha | unchanged |" in report
    assert "| beta | not asked | typed by hand |" in report
    names = sorted(folder_bytes(paths.root / "data" / "refresh"))
    assert names == [".gitignore", "difference-report.jsonl", "difference-report.md", "revisions.yaml"]
    assert publisher.asked["/untyped"] == 0  # a carrier has no news


def test_changed_content_is_reported_row_by_row_with_exit_code_3(project, publisher, capsys):
    paths = project()
    publisher.body = pdf_with(
        [
            "Brent,01/04/23,9000,0.6,4,777",  # added at the top
            "Camden,06/04/23,9764,0.6,2,5460",  # alerts 1 -> 2
            REGISTERED_ROWS[1],  # and the third row is gone
        ]
    )
    sha = hashlib.sha256(publisher.body).hexdigest()
    code, report = run(paths)
    assert code == 3
    assert "rows: 1 added, 1 removed, 1 changed" in report
    assert "| p. 1, row 2 | 06/04/23 | Camden | total_alerts | 1 | 2 |" in report
    assert "| p. 1, row 1 | 01/04/23 | Brent |" in report
    assert "| p. 1, row 3 | 07/04/23 | Croydon |" in report
    kept = paths.root / "data" / "refresh" / "changed" / f"alpha-{sha[:12]}.pdf"
    assert kept.read_bytes() == publisher.body
    lines = [
        json.loads(line)
        for line in kept.parents[1].joinpath("difference-report.jsonl").read_text().splitlines()
    ]
    assert sorted(line["kind"] for line in lines) == ["added", "changed", "removed"]
    assert "changed" in capsys.readouterr().out


def test_nothing_but_the_refresh_folder_is_written(project, publisher):
    paths = project()
    before = folder_bytes(paths.root)
    publisher.body = pdf_with(REGISTERED_ROWS[:2])
    run(paths)
    after = folder_bytes(paths.root)
    assert {
        name: content for name, content in after.items() if not name.startswith("data/refresh/")
    } == before
    assert (paths.root / "data" / "refresh" / ".gitignore").read_text() == "*\n"


def test_an_edition_kept_earlier_survives_the_next_refresh(project, publisher):
    paths = project()
    for last in ("Ealing,08/04/23,9800,0.6,3,100", "Ealing,08/04/23,9800,0.6,3,101"):
        publisher.body = pdf_with([*REGISTERED_ROWS, last])
        run(paths)
    assert len(list((paths.root / "data" / "refresh" / "changed").iterdir())) == 2


def test_a_failed_address_is_reported_with_exit_code_1(project):
    code, report = run(project("missing"))
    assert code == 1
    assert "| alpha | failed |" in report
    assert "404" in report


def test_a_changed_file_that_cannot_be_read_is_kept_and_said_so(project, publisher):
    def unreadable(path, source_id):
        raise RecordError(path.name, "unknown layout", value="Spalte|Ort", next_step="add it to the layouts")

    paths = project()
    publisher.body = pdf_with(["Brent,01/04/23,9000,0.6,4,777"])
    code, report = run(paths, read=unreadable)
    assert code == 3
    assert "it could not be compared" in report
    assert "unknown layout" in report
    assert "Spalte&#124;Ort" in report


def test_pages_of_collected_tables_are_listed_for_reading_again_the_longest_unread_first(project):
    paths = project()
    registry = paths.reference / "sources.yaml"
    alpha, beta = yaml.safe_load(registry.read_text())
    del beta["sha256"]  # collected from many pages
    gamma = beta | {"id": "gamma", "file_name": "gamma.csv", "accessed": "2025-05-01"}
    registry.write_text(yaml.safe_dump([alpha, beta, gamma]))
    (paths.snapshot / "beta.csv").write_text(
        "source_id,page,row,page_url,publisher_url\n"
        "beta,,1,https://copy.example/a,https://force.example/a\n"
        "beta,,2,https://copy.example/b,\n"
        "beta,,3,https://copy.example/b,\n"
        "beta,,4,javascript:alert(1),\n"
    )
    (paths.snapshot / "gamma.csv").write_text("source_id,page,row,page_url\ngamma,,1,https://x.example\n")
    code, report = run(paths)
    assert code == 0
    lines = [line for line in report.splitlines() if line.startswith("| 202")]
    assert lines == [
        "| 2025-05-01 | gamma | <https://x.example> | 1 |",
        "| 2026-02-03 | beta | <https://copy.example/b> | 2 |",
        "| 2026-02-03 | beta | <https://force.example/a> | 1 |",
        "| 2026-02-03 | beta | javascript&#58;alert(1) | 1 |",
    ]
