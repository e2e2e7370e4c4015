"""The stage that writes down what each source says: routes that agree, all tables or none."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table, write_table
from pipeline.core.params import BenchmarkParams, FetchParams, Params
from pipeline.core.paths import Paths
from pipeline.sources.layouts import ORIGIN_COLUMNS
from pipeline.sources.read import read_source
from pipeline.stages.extract_tables import extract_file, run
from tests.pdf_factory import made_up_rows, write_grid_pdf

ROOT = Path(__file__).parents[3]
SNAPSHOT = ROOT / "data" / "snapshot"
PARAMS = Params(FetchParams(False, 1.0, 1.0, 1, 0), BenchmarkParams(1, 1, 1, 1), 0.95)
LAYOUTS = {
    "met_2020_2022": "met_grid_2020",
    "met_2023_2024": "met_grid_2023",
    "met_2025_to_july": "met_grid_2025",
}
ARCHIVED = {  # source and, as given with the files, the number of deployments it prints
    "met_2020_2022": ("met-lfr-grid-2020-2022.pdf", 9),
    "met_2023_2024": ("met-lfr-grid-2023-to-2024.pdf", 203),
    "met_2025_to_july": ("met-lfr-record-2025-to-11-july.pdf", 112),
    "met_2025_transcribed": ("met-record-2025-transcribed.csv", 231),
    "met_2026_transcribed": ("met-record-2026-transcribed.csv", 95),
}


def fetched(root: Path, files: dict[str, Path], resolver: str = "archive") -> Paths:
    """Lay out files as `fetch_sources` leaves them."""
    paths = Paths(root)
    paths.raw.mkdir(parents=True)
    sources = {}
    for source_id, file in files.items():
        shutil.copy(file, paths.raw / f"{source_id}{file.suffix}")
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        sources[source_id] = {"file": f"{source_id}{file.suffix}", "resolver": resolver, "sha256": sha256}
    (paths.reference / "schemas").mkdir(parents=True)
    for name in ("revisions.yaml", "schemas/revisions.schema.json"):
        shutil.copy(ROOT / "data" / "reference" / name, paths.reference / name)
    (paths.raw / "manifest.json").write_text(json.dumps({"sources": sources}))
    return paths


@pytest.mark.parametrize("source_id", LAYOUTS)
def test_a_pdf_printed_from_the_snapshot_and_the_snapshot_itself_give_the_same_bytes(tmp_path, source_id):
    printed = read_text_table(SNAPSHOT / f"{source_id}.csv").drop(columns=[*ORIGIN_COLUMNS])
    pdf = write_grid_pdf(tmp_path / "printed.pdf", LAYOUTS[source_id], printed.to_numpy().tolist())
    archive = fetched(tmp_path / "archive", {source_id: pdf})
    run(archive, PARAMS)
    extracted = archive.extracted / f"{source_id}.csv"
    assert read_text_table(extracted).drop(columns=[*ORIGIN_COLUMNS]).equals(printed)

    run(snapshot := fetched(tmp_path / "snapshot", {source_id: extracted}, "snapshot"), PARAMS)
    assert (snapshot.extracted / f"{source_id}.csv").read_bytes() == extracted.read_bytes()


def test_the_embedded_snapshot_passes_through_unchanged(tmp_path):
    files = {source_id: SNAPSHOT / f"{source_id}.csv" for source_id in ARCHIVED}
    run(paths := fetched(tmp_path, files, "snapshot"), PARAMS)
    for source_id, file in files.items():
        assert (paths.extracted / f"{source_id}.csv").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("source_id", ARCHIVED)
def test_the_publishers_file_gives_the_bytes_of_the_embedded_snapshot(tmp_path, source_id):
    archive = os.environ.get("LFR_ARCHIVE")
    if not archive:
        pytest.skip("LFR_ARCHIVE names no folder with the publishers' files")
    file, rows = ARCHIVED[source_id]
    if not (Path(archive) / file).is_file():
        pytest.skip(f"the archive folder holds no {file}")
    run(paths := fetched(tmp_path, {source_id: Path(archive) / file}), PARAMS)
    assert len(read_text_table(paths.extracted / f"{source_id}.csv")) == rows
    extracted = (paths.extracted / f"{source_id}.csv").read_bytes()
    assert extracted == (SNAPSHOT / f"{source_id}.csv").read_bytes()


def test_one_bad_file_leaves_the_tables_of_the_last_run_untouched(tmp_path):
    good = write_grid_pdf(tmp_path / "good.pdf", "met_grid_2025", made_up_rows("met_grid_2025", 2))
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(good.read_bytes()[:900])
    paths = fetched(tmp_path / "project", {"a": good, "b": bad})
    paths.extracted.mkdir()
    (paths.extracted / "a.csv").write_text("the last run")
    with pytest.raises(RecordError, match=r"b\.pdf: the PDF is cut short"):
        run(paths, PARAMS)
    assert [(file.name, file.read_text()) for file in paths.extracted.iterdir()] == [
        ("a.csv", "the last run")
    ]
    assert sorted(folder.name for folder in paths.extracted.parent.iterdir()) == [
        "extracted",
        "raw",
        "reference",
    ]


def test_a_table_of_a_source_that_is_gone_is_removed(tmp_path):
    pdf = write_grid_pdf(tmp_path / "a.pdf", "met_grid_2025", made_up_rows("met_grid_2025", 2))
    paths = fetched(tmp_path / "project", {"a": pdf})
    write_table(read_text_table(SNAPSHOT / "met_2020_2022.csv"), paths.extracted / "old.csv")
    run(paths, PARAMS)
    assert [file.name for file in paths.extracted.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "manifest.json: file not found"), ('{"sources": {}}', "manifest.json: no sources listed")],
)
def test_without_fetched_sources_the_stage_says_so(tmp_path, content, message):
    paths = Paths(tmp_path)
    paths.raw.mkdir(parents=True)
    if content:
        (paths.raw / "manifest.json").write_text(content)
    with pytest.raises(RecordError, match=message):
        run(paths, PARAMS)


def test_an_embedded_table_of_another_source_is_refused(tmp_path):
    with pytest.raises(RecordError, match='row 2: the row belongs to another source than b: "met_2020_2022"'):
        read_source(SNAPSHOT / "met_2020_2022.csv", "b")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(RecordError, match=r"none\.pdf: file not found"):
        read_source(tmp_path / "none.pdf", "a")
    with pytest.raises(RecordError, match="this is a folder"):
        read_source(tmp_path, "a")


def test_a_file_of_another_kind_is_refused_by_name(tmp_path):
    (tmp_path / "notes.md").write_text("# Notes\n\nNothing here.\n")
    with pytest.raises(RecordError, match=r"notes\.md: neither a PDF nor a CSV file; name one of those"):
        read_source(tmp_path / "notes.md", "any")


def test_any_one_file_is_shown_or_written(tmp_path, capsys):
    rows = made_up_rows("met_grid_2025", 3)
    pdf = write_grid_pdf(tmp_path / "later edition.pdf", "met_grid_2025", rows)
    extract_file(pdf)
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "later edition.pdf: layout met_grid_2025, 3 rows on 1 page"
    assert len(shown) == 1 + 1 + 3  # summary, headings, rows
    assert rows[1][0] in shown[3]

    extract_file(pdf, tmp_path / "out.csv")
    written = read_text_table(tmp_path / "out.csv")
    assert written.drop(columns=["page", "row"]).to_numpy().tolist() == rows
