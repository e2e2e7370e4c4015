import shutil
from pathlib import Path

import pytest
import yaml

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table
from pipeline.sources.registry import TRUST_GRADES, read_sources

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "data" / "reference"


@pytest.fixture
def entries(tmp_path):
    """The registry's entries as data, and a function that writes them back and reads the registry."""
    shutil.copytree(REFERENCE / "schemas", tmp_path / "schemas")
    content = yaml.safe_load((REFERENCE / "sources.yaml").read_text())

    def read():
        (tmp_path / "sources.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
        return read_sources(tmp_path)

    return content, read


def test_the_five_files_of_the_met_are_registered_in_the_order_of_their_years():
    assert [source.id for source in read_sources(REFERENCE) if source.force_id == "metropolitan"] == [
        "met_2020_2022",
        "met_2023_2024",
        "met_2025_to_july",
        "met_2025_transcribed",
        "met_2026_transcribed",
    ]


def test_only_addresses_over_an_encrypted_connection_are_registered():
    urls = [address.url for source in read_sources(REFERENCE) for address in source.addresses]
    assert len(urls) == 6
    assert all(url.startswith("https://") for url in urls)


def test_the_publisher_is_asked_before_any_carrier():
    for source in read_sources(REFERENCE):
        if source.fetchable:
            assert [address.held_by for address in source.addresses] == ["publisher", "carrier"]


@pytest.mark.parametrize("source", read_sources(REFERENCE), ids=lambda source: source.id)
def test_the_registry_explains_every_column_of_the_snapshot_in_its_order(source):
    snapshot = read_text_table(ROOT / "data" / "snapshot" / f"{source.id}.csv")
    assert ["source_id", "page", "row", *(column.name for column in source.columns)] == list(snapshot.columns)
    assert set(snapshot["source_id"]) == {source.id}


def test_every_trust_grade_has_a_meaning():
    assert {source.trust for source in read_sources(REFERENCE)} <= set(TRUST_GRADES)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sha256", "abc"),
        ("made", "last summer"),
        ("layout", "met_grid_2031"),
        ("file_name", "../outside.pdf"),
        ("landing_page", "file:///etc/passwd"),
        ("media_type", "text/html"),
    ],
)
def test_a_wrong_field_is_refused_with_the_entry_and_the_field(entries, field, value):
    content, read = entries
    content[1][field] = value
    with pytest.raises(RecordError) as refused:
        read()
    for word in ("sources.yaml", "met_2023_2024", field, value):
        assert word in str(refused.value)


def test_a_missing_field_is_refused_with_its_name(entries):
    content, read = entries
    del content[2]["terms"]
    with pytest.raises(RecordError, match=r"met_2025_to_july.*'terms' is a required property"):
        read()


def test_a_misspelt_field_is_refused(entries):
    content, read = entries
    content[0]["licence"] = "none"
    with pytest.raises(RecordError, match=r"met_2020_2022.*licence"):
        read()


def test_two_entries_may_not_share_an_id(entries):
    content, read = entries
    content[1]["id"] = "met_2020_2022"
    with pytest.raises(RecordError, match='id is used by 2 entries: "met_2020_2022"'):
        read()


def test_a_day_that_does_not_exist_is_refused(entries):
    content, read = entries
    content[0]["made"] = "2023-02-30"
    with pytest.raises(RecordError, match=r'met_2020_2022.*made is not a day: "2023-02-30"'):
        read()


def test_a_date_may_be_written_without_quotes(tmp_path):
    shutil.copytree(REFERENCE / "schemas", tmp_path / "schemas")
    text = (REFERENCE / "sources.yaml").read_text().replace('made: "2023-11-20"', "made: 2023-11-20")
    (tmp_path / "sources.yaml").write_text(text)
    assert read_sources(tmp_path)[0].made == "2023-11-20"


def test_a_source_that_cannot_be_fetched_says_why(entries):
    content, read = entries
    del content[3]["why_not_fetchable"]
    with pytest.raises(RecordError, match=r"met_2025_transcribed.*why_not_fetchable"):
        read()


def test_a_fetchable_source_needs_an_address(entries):
    content, read = entries
    content[0]["addresses"] = []
    with pytest.raises(RecordError, match=r"met_2020_2022.*addresses"):
        read()
