"""A user's mistake, through the command line: one clear message, exit code not zero, nothing half-written."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys

import pytest

from pipeline.core.io import read_text_table
from pipeline.core.paths import find_root
from pipeline.tools.workspace import clean_environment
from tests.chain.support import differences, fingerprints, stage
from tests.pdf_factory import write_grid_pdf


@pytest.fixture(scope="module", autouse=True)
def fetched(project):
    done = stage(project, "fetch_sources")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def spoil(project):
    """Change one file of the project for one test; the change is undone afterwards."""
    kept = {}

    def change(name, old, new):
        file = project / name
        content = file.read_text(encoding="utf-8")
        assert content.count(old) >= 1, f"{name} no longer holds {old!r}: choose another text to spoil"
        kept.setdefault(file, content)
        file.write_text(content.replace(old, new, 1), encoding="utf-8")

    yield change
    for file, content in kept.items():
        file.write_text(content, encoding="utf-8")


@pytest.fixture
def spoil_cell(project, spoil):
    """Change one cell of a table for one test; rows count from 1."""

    def change(name, row, column, value):
        with (project / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        line = (project / name).read_text(encoding="utf-8").splitlines()[row]
        rows[row][rows[0].index(column)] = value
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(rows[row])
        spoil(name, line, text.getvalue())

    return change


def refused(project, *arguments):
    """Run a command that must fail with one message and write nothing; return the message."""
    before = fingerprints(project, "data", "book")
    done = stage(project, *arguments)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr + done.stdout
    messages = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(messages) == 1, done.stderr
    assert differences(before, fingerprints(project, "data", "book")) == []
    assert not list(project.rglob("data/**/*.part")), "something half-written was left"
    return done.stderr


def test_an_unknown_stage_is_named_with_a_way_to_help(project):
    done = stage(project, "bake_cake")
    assert done.returncode != 0
    assert "bake_cake" in done.stderr and "--help" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("params.yaml", "fetch_sources"),
        ("data/reference/sources.yaml", "fetch_sources"),
        ("data/reference/corrections.yaml", "clean_deployments"),
        ("data/reference/claims.yaml", "check_claims"),
    ],
)
def test_invalid_yaml_names_the_file_and_the_line(project, spoil, name, command):
    first = (project / name).read_text(encoding="utf-8").splitlines()[0]
    spoil(name, first, first + "\nbroken: [1, 2")
    message = refused(project, command)
    assert name.rpartition("/")[2] in message and "row " in message and "invalid YAML" in message


def test_an_unknown_parameter_is_named(project, spoil):
    spoil("params.yaml", "confidence:", "confidance:")
    message = refused(project, "derive_measures")
    assert "params.yaml" in message and "confid" in message


def test_an_impossible_date_names_file_row_and_value(project, spoil_cell):
    spoil_cell("data/extracted/met_2023_2024.csv", 3, "date", "32/13/23")
    message = refused(project, "clean_deployments")
    assert "met_2023_2024" in message and "row" in message and '"32/13/23"' in message and ";" in message


def test_false_alerts_above_alerts_name_file_row_and_value(project, spoil_cell):
    spoil_cell("data/extracted/met_2025_to_july.csv", 3, "false_confirmed", "999")
    message = refused(project, "clean_deployments")
    assert "met_2025_to_july" in message and "row" in message and '"999"' in message and ";" in message


def test_a_duplicate_row_is_named(project, spoil):
    row = (project / "data/extracted/met_2025_to_july.csv").read_text(encoding="utf-8").splitlines()[5]
    spoil("data/extracted/met_2025_to_july.csv", row, f"{row}\n{row}")
    message = refused(project, "clean_deployments")
    assert "met_2025_to_july" in message and "row" in message and ";" in message


def test_an_unknown_force_is_named(project, spoil):
    spoil("data/reference/sources.yaml", "force_id: metropolitan", "force_id: atlantis")
    message = refused(project, "clean_deployments")
    assert '"atlantis"' in message and "sources.yaml" in message and "forces.csv" in message


def test_a_typed_verdict_that_differs_from_the_computed_one_stops_the_build(project, spoil):
    verdict = "reproduced"
    claims = json.loads((project / "data/derived/claims.json").read_text(encoding="utf-8"))
    entry = next(claim for claim in claims if claim["verdict"] == verdict)
    text = (project / "data/reference/claims.yaml").read_text(encoding="utf-8")
    block = text[text.index(f"id: {entry['id']}") :]
    typed = next(line for line in block.splitlines() if line.strip().startswith("verdict:"))
    spoil(
        "data/reference/claims.yaml", block, block.replace(typed, typed.replace(verdict, "not_reproduced"), 1)
    )
    message = refused(project, "check_claims")
    assert entry["id"] in message and verdict in message and "not_reproduced" in message


@pytest.fixture(scope="module")
def pdf(project, tmp_path_factory):
    """A sound PDF in a known layout, made of ten published rows."""
    table = read_text_table(project / "data/extracted/met_2025_to_july.csv").head(10)
    rows = table.drop(columns=["source_id", "page", "row"]).to_numpy().tolist()
    return write_grid_pdf(tmp_path_factory.mktemp("pdf") / "grid.pdf", "met_grid_2025", rows)


def test_a_sound_pdf_is_read(project, pdf, tmp_path):
    done = stage(project, "extract", str(pdf), "--out", str(tmp_path / "out.csv"))
    assert done.returncode == 0 and "10 rows" in done.stdout
    assert len(read_text_table(tmp_path / "out.csv")) == 10


def test_a_truncated_pdf_is_refused(project, pdf, tmp_path):
    content = pdf.read_bytes()
    (tmp_path / "cut.pdf").write_bytes(content[: len(content) // 2])
    assert "cut.pdf" in refused(
        project, "extract", str(tmp_path / "cut.pdf"), "--out", str(tmp_path / "out.csv")
    )
    assert not (tmp_path / "out.csv").exists()


def test_an_encrypted_pdf_is_refused_as_such(project, tmp_path):
    write_grid_pdf(tmp_path / "locked.pdf", "met_grid_2025", [["x"] * 16], encrypt="secret")
    message = refused(project, "extract", str(tmp_path / "locked.pdf"))
    assert "locked.pdf" in message and ("encrypted" in message or "password" in message)


def test_a_missing_file_is_named(project):
    assert "no-such.pdf" in refused(project, "extract", "no-such.pdf")


def test_bytes_that_are_no_pdf_are_refused(project, tmp_path):
    (tmp_path / "fake.pdf").write_bytes(b"<html>Not found</html>")
    assert "fake.pdf" in refused(project, "extract", str(tmp_path / "fake.pdf"))


def test_an_empty_file_is_refused(project, tmp_path):
    (tmp_path / "empty.pdf").touch()
    assert "empty.pdf" in refused(project, "extract", str(tmp_path / "empty.pdf"))


def test_a_folder_is_refused(project, tmp_path):
    assert "folder" in refused(project, "extract", str(tmp_path))


def test_a_table_in_an_unknown_layout_says_what_was_found_and_expected(project, tmp_path):
    (tmp_path / "log.csv").write_text("date,place,count\n2024-01-01,Soho,3\n", encoding="utf-8")
    message = refused(project, "extract", str(tmp_path / "log.csv"), "--out", str(tmp_path / "out.csv"))
    assert "log.csv" in message and 'not expected: "place"' in message and "missing: " in message
    assert not (tmp_path / "out.csv").exists()


def test_a_chapter_that_does_not_exist_is_named(project):
    assert "no-such-chapter" in refused(project, "execute_chapters", "no-such-chapter")


def test_an_unknown_claim_in_prose_stops_the_build_and_names_page_and_claim(project, tmp_path):
    own = tmp_path / "own"
    shutil.copytree(project, own)
    page = own / "book" / "chapters" / "index.ipynb"
    chapter = json.loads(page.read_text(encoding="utf-8"))
    chapter["cells"].append(
        {"cell_type": "markdown", "id": "x", "metadata": {}, "source": "And {claim}`XX99`."}
    )
    page.write_text(json.dumps(chapter), encoding="utf-8")
    before = fingerprints(own, "site")
    done = stage(own, "build_book")
    assert done.returncode != 0
    assert "XX99" in done.stderr and page.name in done.stderr and "Traceback" not in done.stderr
    assert differences(before, fingerprints(own, "site")) == []


def test_the_command_line_outside_a_clone_says_so(tmp_path):
    environment = clean_environment() | {"PYTHONPATH": str(find_root())}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "list"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert os.fspath(tmp_path) in done.stderr and "Traceback" not in done.stderr and done.returncode != 0
