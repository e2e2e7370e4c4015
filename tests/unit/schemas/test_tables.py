"""The columns are the contract that other people's tools rely on; the models refuse what breaks it."""

import pandas as pd
import pytest

from pipeline.core.errors import RecordError
from pipeline.core.io import write_table
from pipeline.schemas.fields import DEPLOYMENTS, SIMULATION, SOURCE_KINDS, TABLES, data_dictionary
from pipeline.schemas.tables import read_table, typed, validate
from pipeline.schemas.warnings import WARNINGS, unknown_words

# The published contract, typed a second time on purpose: a changed column is a breaking change.
CONTRACT = [
    "deployment_id",
    "force_id",
    "date",
    "date_precision",
    "location",
    "use_case",
    "duration_hours",
    "watchlist_size",
    "threshold_score",
    "faces_scanned",
    "alerts",
    "true_alerts",
    "true_alerts_confirmed",
    "true_alerts_unconfirmed",
    "false_alerts",
    "false_alerts_confirmed",
    "false_alerts_unconfirmed",
    "arrests",
    "other_disposals",
    "no_action",
    "source_id",
    "source_page",
    "source_row",
    "source_kind",
    "warnings",
]


def table(**changes):
    """One row made of each column's example."""
    row = {field.name: field.example for field in DEPLOYMENTS} | changes
    return typed(pd.DataFrame([row]), "deployments")


def test_the_record_has_the_columns_of_the_contract_in_its_order():
    assert [field.name for field in DEPLOYMENTS] == CONTRACT


def test_the_examples_in_the_dictionary_satisfy_the_model():
    for name, fields in TABLES.items():
        row = typed(pd.DataFrame([{field.name: field.example for field in fields}]), name)
        assert len(validate(row, name, "examples")) == 1


def test_every_column_is_described_once_with_unit_type_and_example():
    dictionary = data_dictionary()
    assert not dictionary.duplicated(["table", "column"]).any()
    assert len(dictionary) == sum(len(fields) for fields in TABLES.values())
    assert dictionary["description"].str.endswith(".").all()
    numbers = dictionary[dictionary["type"].isin(["integer", "number"])]
    assert (numbers["unit"] != "").all() and (numbers["range"] != "").all()
    assert (dictionary["example"] != "").all()


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("warnings", "date_guessed", "warnings.py"),
        ("warnings", "date_corrected;oops", "warnings.py"),
        ("source_kind", "rumour", "one of published_record"),
        ("date_precision", "century", "one of day"),
        ("date", "11/07/24", "YYYY-MM-DD"),
        ("location", "", "not blank"),
        ("duration_hours", 24.5, "at most 24"),
        ("threshold_score", 1.01, "at most 1"),
        ("faces_scanned", -1, "at least 0"),
        ("watchlist_size", 1_000_001, "at most 1,000,000"),
        ("false_alerts", 14, "false_alerts must not exceed alerts"),  # the example has 13 alerts
    ],
)
def test_a_value_outside_the_rules_is_refused_with_column_rule_and_value(column, value, rule):
    with pytest.raises(RecordError) as refused:
        validate(table(**{column: value}), "deployments", "deployments.csv")
    message = str(refused.value)
    assert message.startswith("deployments.csv") and column in message and rule in message


def test_the_row_named_is_that_of_the_file_with_the_header_as_row_1():
    rows = pd.concat([table(), table(deployment_id="other", source_kind="rumour")], ignore_index=True)
    with pytest.raises(RecordError, match=r'row 3 \(from met_2023_2024 page 4 row 15\): .*: "rumour"'):
        validate(rows, "deployments", "deployments.csv")


def test_a_key_that_occurs_twice_is_refused():
    with pytest.raises(RecordError, match="deployment_id"):
        validate(pd.concat([table(), table()], ignore_index=True), "deployments", "deployments.csv")


def test_a_missing_or_surplus_column_is_refused():
    with pytest.raises(RecordError, match="false_alerts"):
        validate(table().drop(columns="false_alerts_confirmed"), "deployments", "deployments.csv")
    with pytest.raises(RecordError, match="colour"):
        validate(table().assign(colour="red"), "deployments", "deployments.csv")


def test_a_blank_is_missing_and_a_zero_is_zero_after_writing_and_reading_back(tmp_path):
    path = tmp_path / "deployments.csv"
    before = table(false_alerts="", arrests="0", warnings="")
    write_table(before, path)
    after = read_table(path)
    assert pd.isna(after["false_alerts"][0]) and after["arrests"][0] == 0 and after["warnings"][0] == ""
    pd.testing.assert_frame_equal(after, before)


def test_a_file_with_other_columns_is_not_read_back(tmp_path):
    write_table(table().rename(columns={"alerts": "hits"}), tmp_path / "deployments.csv")
    with pytest.raises(RecordError, match="alerts, hits"):
        read_table(tmp_path / "deployments.csv")


def test_every_warning_is_explained_in_a_sentence():
    for word, explanation in WARNINGS.items():
        assert word == word.lower() and ";" not in word
        assert explanation[0].isupper() and explanation.endswith(".") and len(explanation) > 40


def test_unknown_words_are_found_wherever_they_stand():
    assert unknown_words("") == []
    assert unknown_words("date_corrected") == []
    assert unknown_words("x;date_corrected;y") == ["x", "y"]


def test_the_kinds_of_source_are_those_of_the_contract_and_simulation_is_none_that_publishes():
    assert SOURCE_KINDS == (
        "published_record",
        "transcription",
        "government_table",
        "force_statement",
        "press",
        "court",
        "simulation",
    )
    assert SIMULATION == "simulation"
    assert len(validate(table(source_kind=SIMULATION), "deployments", "a simulation")) == 1
