"""The published schemas, template and definitions say what the validator enforces."""

import jsonschema
import pytest

from pipeline.core.io import read_json
from pipeline.core.paths import Paths, find_root
from pipeline.schemas.fields import DEPLOYMENTS
from pipeline.stages.render_standard import run
from pipeline.standard.documents import definitions, definitions_page, json_schema, rules, template
from pipeline.standard.fields import BY_NAME, CORE, FIELDS, LEVELS, REQUIRED, names
from tests.unit.standard.records import as_csv, record

KINDS = {"text": "text", "date": "date", "integer": "integer", "number": "number"}


def as_json(row):
    """The row typed as JSON types it, by the schema of the published record and not by the standard's own."""
    whole = {field.name for field in DEPLOYMENTS if field.kind == "integer"} | {
        "cameras", "watchlist_children", "engagements_true", "engagements_false", "volunteers_passed",
        "volunteers_found", "revision",
    }  # fmt: skip
    fractions = {"duration_hours", "threshold_score"}
    return {
        name: None
        if cell == ""
        else int(cell)
        if name in whole
        else float(cell)
        if name in fractions
        else cell
        for name, cell in row.items()
    }


def judge(row):
    jsonschema.Draft202012Validator(json_schema()).validate(row)


def test_columns_shared_with_the_published_record_mean_the_same():
    for field in DEPLOYMENTS:
        ours = BY_NAME[field.name]
        assert (ours.kind, ours.unit, ours.minimum, ours.maximum, ours.allowed) == (
            KINDS[field.kind], field.unit, field.minimum, field.maximum, field.allowed
        ), field.name  # fmt: skip


def test_every_field_says_why_it_is_asked_for_and_by_whom_it_is_printed():
    for field in FIELDS:
        assert field.definition.endswith(".") and field.rationale.endswith("."), field.name
        assert field.printed_by and field.level in LEVELS, field.name
    assert len(BY_NAME) == len(FIELDS)


def test_no_name_of_a_column_stands_for_two_fields():
    meant = {}
    for field in FIELDS:
        for spelling in (field.name.replace("_", " "), field.title, *field.also_called):
            meant.setdefault(spelling.casefold().replace(",", ""), set()).add(field.name)
    assert [spelling for spelling, fields in meant.items() if len(fields) > 1] == []


def test_the_json_schema_accepts_the_template_and_blank_core_fields():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    judge(as_json(record()))
    judge(as_json(record(alerts="", use_case="")))


@pytest.mark.parametrize(
    "change",
    [
        {"location": None},
        {"date": "2/3/2026"},
        {"alerts": -1},
        {"alerts": "9"},
        {"threshold_score": 64},
        {"camera_kind": "drone"},
        {"start_time": "25:00"},
        {"deployment_id": "1"},
        {"false_alerts_by_group": "1"},
    ],
)
def test_the_json_schema_refuses_what_the_validator_refuses(change):
    with pytest.raises(jsonschema.ValidationError):
        judge(as_json(record()) | change)


def test_the_json_schema_asks_for_required_and_core_fields():
    row = as_json(record())
    for name in names(REQUIRED, CORE):
        with pytest.raises(jsonschema.ValidationError):
            judge({key: value for key, value in row.items() if key != name})


def test_frictionless_accepts_the_template_and_finds_a_broken_cell(tmp_path):
    frictionless = pytest.importorskip("frictionless")
    run(Paths(tmp_path), None)
    folder = tmp_path / "data" / "standard"
    (folder / "broken.csv").write_text(as_csv([record(alerts="1,234")]), encoding="utf-8")
    with frictionless.system.use_context(trusted=True):
        schema = frictionless.Schema.from_descriptor(read_json(folder / "table-schema.json"))
        reports = [
            frictionless.Resource(path=str(folder / name), schema=schema).validate()
            for name in ("template.csv", "broken.csv")
        ]
    found = reports[1].flatten(["rowNumber", "fieldName", "type"])
    assert [error for error in reports[0].flatten(["type", "fieldName"]) if error[0] != "missing-label"] == []
    assert [2, "alerts", "type-error"] in found


def test_the_stage_writes_the_same_bytes_twice_and_those_that_are_committed(tmp_path):
    run(Paths(tmp_path), None)
    first = {file.name: file.read_bytes() for file in (tmp_path / "data" / "standard").iterdir()}
    run(Paths(tmp_path), None)
    second = {file.name: file.read_bytes() for file in (tmp_path / "data" / "standard").iterdir()}
    committed = {file.name: file.read_bytes() for file in (find_root() / "data" / "standard").iterdir()}
    assert first == second == committed


def test_definitions_hold_every_field_and_rule():
    page = definitions_page()
    assert all(f"`{name}`" in page for name in [*BY_NAME, *rules()["rule"]])
    assert list(definitions()["field"]) == list(BY_NAME)
    assert not definitions().isna().any(axis=None)
    assert len(template()) == 1
