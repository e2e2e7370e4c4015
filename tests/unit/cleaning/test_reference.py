"""The files kept by hand fit the data they speak of; a broken one is refused and nothing is written."""

import shutil

import pytest

from pipeline.cleaning.reference import read_reference
from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table
from pipeline.core.params import load_params
from pipeline.core.paths import Paths, find_root
from pipeline.schemas.fields import TABLES
from pipeline.schemas.warnings import WARNINGS
from pipeline.stages import clean_deployments

ROOT = find_root()
PARAMS = load_params(ROOT / "params.yaml")


@pytest.fixture(scope="module")
def reference():
    return read_reference(ROOT / "data" / "reference")


@pytest.fixture
def project(tmp_path):
    """A copy of what the stage reads."""
    for folder in ("reference", "extracted"):
        shutil.copytree(ROOT / "data" / folder, tmp_path / "data" / folder)
    return Paths(tmp_path)


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_label_of_the_lookup_of_places_occurs_in_the_record(reference):
    labels = {
        label
        for source_id in reference.sources
        for label in read_text_table(ROOT / "data" / "extracted" / f"{source_id}.csv").get("location", [])
    }
    assert set(reference.places) <= labels


def test_every_use_case_and_word_of_the_lookups_occurs_in_the_record(reference):
    tables = [read_text_table(ROOT / "data" / "extracted" / f"{id_}.csv") for id_ in reference.sources]
    cells = {cell for table in tables for column in table for cell in table[column]}
    assert {printed for _, printed in reference.use_cases} <= cells
    assert set(reference.count_words) <= cells


def test_the_ledger_uses_the_vocabulary_and_names_a_registered_source(reference):
    for entry in reference.corrections:
        assert entry.warning is None or entry.warning in WARNINGS
        assert entry.source_id in reference.sources
        assert entry.source.split(",")[0] in reference.sources


def test_the_forces_of_all_registered_sources_are_known(reference):
    assert {facts.force_id for facts in reference.sources.values()} - {""} <= reference.forces
    assert (
        len(reference.forces) == 47
    )  # 43 territorial of England and Wales, BTP, Scotland, Northern Ireland, HO


def test_cleaning_twice_gives_the_same_bytes(project):
    clean_deployments.run(project, PARAMS)
    written = [*project.clean.iterdir(), project.derived / "quality.json"]
    first = {path: path.read_bytes() for path in written}
    clean_deployments.run(project, PARAMS)
    assert {path: path.read_bytes() for path in written} == first
    assert sorted(path.name for path in written) == sorted(
        ["quality.json", *(f"{name}.csv" for name in TABLES)]
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "reference/corrections.yaml",
            "action: flag",
            "action: flug",
            "corrections.yaml row 1 (oxford-circus-aborted)",
        ),
        ("reference/corrections.yaml", "- id: dalston-date", "- id: oxford-circus-aborted", "same id"),
        ("reference/corrections.yaml", "- id:", "- [", "invalid YAML"),
        ("reference/lookups/counts.yaml", "- printed: N/A", "- printed: none", "should be blank, but"),
        (
            "reference/lookups/use_cases.yaml",
            "- printed: Crime Hotspot",
            "- printed: Crime",
            '"Crime Hotspot"',
        ),
        ("reference/lookups/locations.yaml", "Bond St Stn", "Brixton Rd", 'two places: "Brixton Rd"'),
        ("reference/forces.csv", "\nmetropolitan,", "\nmet,", 'unknown force: "metropolitan"'),
        ("reference/row_counts.csv", "2024,180", "2024,181", "expects 181 rows, but the record has"),
        ("reference/row_counts.csv", "force_id,year", "force,year", 'column missing: "force_id"'),
        (
            "reference/row_counts.csv",
            "2024,180",
            "2024,many",
            'row_counts.csv row 5: rows is not a whole number: "many"',
        ),
        ("reference/sources.yaml", "- id: met_2020_2022", "- name: met_2020_2022", "sources.yaml"),
        ("extracted/met_2023_2024.csv", "11/07/23", "11/07/24", 'says: "11/07/24"'),
        ("extracted/met_2023_2024.csv", "Camden,06/04/23", "Camden,31/02/23", '"31/02/23"'),
        ("extracted/met_2020_2022.csv", "faces_seen", "faces", 'column missing: "faces_seen"'),
    ],
)
def test_a_broken_input_is_refused_and_nothing_is_written(project, file, old, new, said):
    spoil(project.root / "data" / file, old, new)
    with pytest.raises(RecordError) as refused:
        clean_deployments.run(project, PARAMS)
    assert said in str(refused.value)
    assert not project.clean.exists() and not project.derived.exists()


def test_a_missing_extracted_table_is_named(project):
    (project.extracted / "met_2020_2022.csv").unlink()
    with pytest.raises(RecordError, match=r"met_2020_2022.csv: file not found"):
        clean_deployments.run(project, PARAMS)
    assert not project.clean.exists()
