"""The data package in chapters."""

import json

import pandas as pd
import pytest

from pipeline.chapters import package
from pipeline.chapters.package import release, release_tables
from pipeline.core.errors import RecordError


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "release"
    (folder / "csv").mkdir(parents=True)
    (folder / "csv" / "log.csv").write_text("day\n2024-07-11\n")
    resource = {"name": "log", "rows": 1, "description": "One row is one day.", "schema": {"fields": [{}]}}
    (folder / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    monkeypatch.setattr(package, "find_root", lambda: tmp_path)
    return tmp_path


def test_a_table_is_found_by_name_and_form(project):
    assert pd.read_csv(release("log", "csv"))["day"].to_list() == ["2024-07-11"]


@pytest.mark.parametrize(
    ("name", "form", "message"), [("logs", "csv", "log"), ("log", "xlsx", "parquet or csv")]
)
def test_an_unknown_table_or_form_is_refused_with_what_there_is(project, name, form, message):
    with pytest.raises(RecordError, match=f"use .*{message}"):
        release(name, form)


def test_the_tables_are_listed_with_their_rows(project):
    assert release_tables().to_dict("records") == [
        {"table": "log", "rows": 1, "columns": 1, "what to know": "One row is one day."}
    ]
