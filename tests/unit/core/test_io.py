"""Reads and writes: whole or not at all, and errors a person can act on."""

import pandas as pd
import pytest

from pipeline.core.errors import RecordError
from pipeline.core.io import (
    read_json,
    read_text_table,
    read_yaml,
    replace_folder,
    write_json,
    write_table,
    write_text,
)


def test_a_table_is_written_with_lf_and_blank_for_missing(tmp_path):
    write_table(pd.DataFrame({"a": [1, None], "b": ["x", "y, z"]}).convert_dtypes(), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == b'a,b\n1,x\n,"y, z"\n'


def test_json_does_not_depend_on_the_order_of_keys(tmp_path):
    write_json({"b": 1, "a": "é"}, tmp_path / "one.json")
    write_json({"a": "é", "b": 1}, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert "é" in (tmp_path / "one.json").read_text(encoding="utf-8")


def test_a_number_that_is_not_finite_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Out of range"):
        write_json({"a": float("nan")}, tmp_path / "x.json")
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_file_and_no_remains(tmp_path):
    write_text("old", tmp_path / "x.txt")
    with pytest.raises(UnicodeEncodeError):
        write_text("\ud800", tmp_path / "x.txt")
    assert [file.name for file in tmp_path.iterdir()] == ["x.txt"]
    assert (tmp_path / "x.txt").read_text() == "old"


def test_a_folder_is_replaced_whole(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old.txt").write_text("old")
    with replace_folder(tmp_path / "site") as fresh:
        (fresh / "new.txt").write_text("new")
    assert [file.name for file in (tmp_path / "site").iterdir()] == ["new.txt"]
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


def test_a_folder_stays_when_the_new_one_fails(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old.txt").write_text("old")
    with pytest.raises(RuntimeError), replace_folder(tmp_path / "site") as fresh:
        (fresh / "new.txt").write_text("new")
        raise RuntimeError
    assert [file.name for file in (tmp_path / "site").iterdir()] == ["old.txt"]
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


def test_a_text_table_keeps_every_cell_as_it_stands(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n007,NA\n,1.50\n")
    assert read_text_table(tmp_path / "t.csv").to_dict("list") == {"a": ["007", ""], "b": ["NA", "1.50"]}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b\n1,2,3\n4,5\n6,7,8,9\n", "not a readable CSV"),
        (b"", "not a readable CSV"),
        (b"a\n\xff\xfe\n", "UTF-8"),
    ],
)
def test_a_broken_table_is_one_clear_error(tmp_path, content, says):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(RecordError, match=says):
        read_text_table(tmp_path / "t.csv")


def test_invalid_yaml_names_the_file_and_the_line(tmp_path):
    (tmp_path / "claims.yaml").write_text("- id: a\n  b: [1, 2\n- id: c\n")
    with pytest.raises(RecordError, match=r"claims\.yaml row 3: invalid YAML"):
        read_yaml(tmp_path / "claims.yaml")


def test_an_impossible_date_in_yaml_is_a_clear_error_too(tmp_path):
    (tmp_path / "sources.yaml").write_text("made: 2023-13-45\n")
    with pytest.raises(RecordError, match=r"sources\.yaml: invalid YAML"):
        read_yaml(tmp_path / "sources.yaml")


@pytest.mark.parametrize("read", [read_json, read_yaml, read_text_table])
def test_a_missing_file_is_named(tmp_path, read):
    with pytest.raises(RecordError, match="gone: file not found"):
        read(tmp_path / "gone")
