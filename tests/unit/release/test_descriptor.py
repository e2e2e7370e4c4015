"""The description of the package, against the terms of the Data Package 2.0 standard."""

from datetime import date

import pandas as pd
import pytest

from pipeline.release import contents, descriptor
from pipeline.release.citation import Citation
from pipeline.release.descriptor import data_dictionary, describe_package, describe_table
from pipeline.schemas.field import Field

CITATION = Citation("A Record", "0.3.0", date(2026, 11, 2), "CC-BY-4.0", ("A Body",), ("police",))
FIELDS = (
    Field("force_id", "The force.", "text", "essex", required=True),
    Field("faces", "Faces seen.", "integer", "12", "faces", minimum=0, maximum=500),
    Field("how", "How they are stated.", "text", "", allowed=("exact", "about", "")),
)
FILES = {"csv/log.csv": b"abc", "parquet/log.parquet": b""}


@pytest.fixture
def entry(monkeypatch):
    monkeypatch.setitem(contents.TABLES, "log", FIELDS)
    monkeypatch.setitem(contents.ROWS, "log", "one day")
    table = pd.DataFrame({"force_id": ["essex"], "faces": ["12"], "how": [""]})
    return describe_table("log", table, FIELDS, FILES, [])


def test_a_column_says_type_unit_and_limits(entry):
    force, faces, how = entry["schema"]["fields"]
    assert force == {
        "name": "force_id",
        "type": "string",
        "description": "The force.",
        "example": "essex",
        "constraints": {"required": True},
    }
    assert faces["unit"] == "faces"
    assert faces["constraints"] == {"minimum": 0, "maximum": 500}
    assert how["constraints"] == {"enum": ["exact", "about"]}  # a blank is missing, so it is no value


def test_a_blank_is_missing_and_a_force_must_exist(entry):
    assert entry["schema"]["missingValues"] == [""]
    assert entry["schema"]["foreignKeys"] == [
        {"fields": ["force_id"], "reference": {"resource": "forces", "fields": ["force_id"]}}
    ]
    assert "primaryKey" not in entry["schema"]  # nothing in this table tells its rows apart


def test_both_files_carry_their_checksum(entry):
    assert entry["hash"].startswith("sha256:ba7816bf")  # of abc: FIPS 180-2, appendix B.1
    assert entry["bytes"] == 3
    assert entry["parquet"]["path"] == "parquet/log.parquet"
    assert entry["parquet"]["hash"].startswith("sha256:e3b0c442")  # of nothing


def test_the_dictionary_has_one_row_a_column(entry):
    rows = data_dictionary(describe_package(CITATION, [entry], []))
    assert rows["column"].to_list() == ["force_id", "faces", "how"]
    assert rows["refers_to"].to_list() == ["forces", "", ""]
    assert rows["blank_allowed"].to_list() == ["no", "yes", "yes"]
    assert rows["maximum"].to_list() == ["", "500", ""]
    assert rows["allowed"].to_list() == ["", "", "exact;about"]


def test_the_package_names_version_licence_and_standard():
    package = describe_package(CITATION, [], [])
    assert package["$schema"] == descriptor.PROFILE
    assert package["version"] == "0.3.0"
    assert package["created"] == "2026-11-02T00:00:00Z"
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]


def test_every_table_has_a_key_and_a_description():
    for name in contents.TABLES:
        assert contents.primary_key(name), name
        assert contents.ROWS[name], name
