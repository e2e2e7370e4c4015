"""A mistake in a file kept by hand gives one message that names file, entry and field."""

import json

import pytest

from pipeline.core.errors import RecordError
from pipeline.core.paths import find_root
from pipeline.schemas.documents import read_document

SCHEMAS = find_root() / "data" / "reference" / "schemas"
ENTRY = """
- id: an-entry
  source_id: grid
  page: 1
  row: 2
  column: date
  action: override
  value: 2024-07-11
  expect: {printed: 11/07/23}
  warning: date_corrected
  reason: A reason of some length.
  source: page 1
  status: open
"""


def read(tmp_path, text, schema="corrections"):
    path = tmp_path / "kept.yaml"
    path.write_text(text, encoding="utf-8")
    return read_document(path, SCHEMAS / f"{schema}.schema.json")


def test_a_sound_entry_is_read_and_a_bare_date_becomes_text(tmp_path):
    (entry,) = read(tmp_path, ENTRY)
    assert entry["value"] == "2024-07-11" and entry["row"] == 2


def test_an_empty_file_is_an_empty_list(tmp_path):
    assert read(tmp_path, "# nothing yet\n") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("action: override", "action: overide", ["action", "'overide'"]),
        ("  status: open", "  status: open\n  colour: red", ["'colour'"]),
        ("  reason: A reason of some length.", "  reason: Because.", ["reason", "too short"]),
        ("  row: 2", "  row: two", ["row", "'two'"]),
        ("expect: {printed: 11/07/23}", "expect: {}", ["expect"]),
        ("expect: {printed: 11/07/23}", "expect: {eq: 1, blank: true}", ["expect"]),
        ("  source: page 1\n", "", ["'source' is a required property"]),
        ("  warning: date_corrected\n", "", ["'warning' is a required property"]),
        ("  value: 2024-07-11\n", "", ["'value' is a required property"]),
        ("action: override", "action: flag", []),  # a flag that carries a value is a muddle
        ("  source_id: grid\n", "", []),  # a page and row of nothing
        ("  source_id: grid\n", "  source_id: grid\n  deployment_id: x-1\n", []),
    ],
)
def test_a_broken_entry_is_named_with_its_field(tmp_path, old, new, said):
    assert old in ENTRY
    with pytest.raises(RecordError) as refused:
        read(tmp_path, ENTRY + ENTRY.replace("an-entry", "broken-entry").replace(old, new))
    message = str(refused.value)
    assert message.startswith("kept.yaml row 2 (broken-entry): ")
    assert "corrections.schema.json" in message
    for part in said:
        assert part in message


def test_a_lookup_entry_is_named_by_what_is_printed(tmp_path):
    with pytest.raises(RecordError, match=r"kept.yaml row 1 \(c. 4,000\): count: 'many'"):
        read(tmp_path, '- {printed: "c. 4,000", count: many, why: As the page says.}', "lookups_counts")


def test_a_file_of_another_shape_is_refused(tmp_path):
    with pytest.raises(RecordError, match=r"kept.yaml: .*is not of type 'array'"):
        read(tmp_path, "just: one thing")


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.schema.json")), ids=lambda path: path.name)
def test_every_schema_is_a_valid_schema_that_refuses_unknown_keys_somewhere(path):
    import jsonschema

    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert '"additionalProperties": false' in path.read_text(encoding="utf-8")
