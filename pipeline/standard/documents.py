"""The standard written out for people and machines, all from one list of fields and one list of rules."""

from html import escape
from typing import Any

import pandas as pd

from pipeline.standard.cells import FORMS
from pipeline.standard.fields import CORE, FIELDS, LEVELS, PROVENANCE, REQUIRED, StandardField, names
from pipeline.standard.rules import RULES

TITLE = "Record of one deployment of live facial recognition"
ABOUT = (
    "One record is one camera site on one day: cameras that are watched together, with one watchlist and "
    "one threshold. "
    "Blank (null in JSON) means not recorded; a zero is written 0. No record names a person."
)
LEVEL_MEANING = {
    "required": "the column stands in every file, and no cell is blank",
    "core": "the column stands in every file; a blank cell says that it was not recorded",
    "recommended": "the column may be left out",
    "provenance": "for whoever copies a record: where it was read, and what to know about it",
}
JSON_TYPES = {"integer": "integer", "number": "number"}
TABLE_TYPES = {"integer": "integer", "number": "number", "date": "date"}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one record; the rules between fields are beyond it.

    Example:
        >>> json_schema()["properties"]["threshold_score"]["type"]
        ['number', 'null']
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        "description": ABOUT,
        "type": "object",
        "properties": {field.name: _property(field) for field in FIELDS},
        "required": list(names(REQUIRED, CORE)),
    }


def table_schema() -> dict[str, Any]:
    """Return the Frictionless Table Schema of a file of records; recommended columns may be missing."""
    return {
        "title": TITLE,
        "description": ABOUT,
        "fields": [_table_field(field) for field in FIELDS],
        "fieldsMatch": "superset",
        "missingValues": [""],
        "primaryKey": ["deployment_id"],
    }


def template() -> pd.DataFrame:
    """Return the template: every column but those of provenance, and one invented row."""
    return pd.DataFrame([{field.name: field.example for field in FIELDS if field.level != PROVENANCE}])


def definitions() -> pd.DataFrame:
    """Return one row a field, all text.

    Returns:
        field, title, level, kind, unit, values_allowed, definition, rationale, printed_by, also_called and
        example.
    """
    return pd.DataFrame(
        [
            {
                "field": field.name,
                "title": field.title,
                "level": field.level,
                "kind": field.kind,
                "unit": field.unit,
                "values_allowed": _values_allowed(field),
                "definition": field.definition,
                "rationale": field.rationale,
                "printed_by": field.printed_by,
                "also_called": "; ".join(field.also_called),
                "example": field.example,
            }
            for field in FIELDS
        ]
    )


def rules() -> pd.DataFrame:
    """Return one row a rule: rule, severity, fields, must."""
    return pd.DataFrame(
        [
            {
                "rule": rule.name,
                "severity": rule.severity,
                "fields": ", ".join(rule.columns),
                "must": rule.must,
            }
            for rule in RULES
        ]
    )


def definitions_page() -> str:
    """Return fields and rules as one Markdown page."""
    lines = [f"# {TITLE}", "", ABOUT, ""]
    for level in LEVELS:
        lines += [f"## {level.capitalize()}: {LEVEL_MEANING[level]}", ""]
        lines += [line for field in FIELDS if field.level == level for line in _field_lines(field)]
    lines += ["## Rules between fields", ""]
    lines += [f"- **{rule.severity}** `{rule.name}`: {escape(rule.must)}" for rule in RULES]
    return "\n".join(lines) + "\n"


def _field_lines(field: StandardField) -> list[str]:
    allowed = _values_allowed(field)
    form = "; ".join(part for part in (field.kind, field.unit, allowed) if part)
    lines = [
        f"### `{field.name}`",
        "",
        f"{field.definition}",
        "",
        f"- Form: {form}",
        f"- Why: {field.rationale}",
    ]
    lines += [f"- Printed today by: {field.printed_by}"]
    if field.also_called:
        lines += [f"- Also called: {', '.join(field.also_called)}"]
    return [escape(line, quote=False) for line in lines] + [""]


def _values_allowed(field: StandardField) -> str:
    if field.allowed:
        return ", ".join(field.allowed)
    if field.minimum is None:
        return ""
    return f"{field.minimum:,} to {field.maximum:,}"


def _property(field: StandardField) -> dict[str, Any]:
    blank = [] if field.level == REQUIRED else ["null"]
    described: dict[str, Any] = {
        "title": field.title,
        "description": field.definition,
        "type": [JSON_TYPES.get(field.kind, "string"), *blank],
    }
    if field.kind not in JSON_TYPES and not field.allowed:
        described["minLength"] = 1
    if form := _form(field):
        described["pattern"] = f"^({form})$"
    if field.kind == "date":
        described["format"] = "date"
    if field.allowed:
        described["enum"] = [*field.allowed, *([None] if blank else [])]
    described |= _limits(field)
    if field.unit:
        described["x-unit"] = field.unit
    return described | {"x-level": field.level, "x-rationale": field.rationale}


def _table_field(field: StandardField) -> dict[str, Any]:
    constraints: dict[str, Any] = dict(_limits(field))
    if field.level == REQUIRED:
        constraints["required"] = True
    if field.name == "deployment_id":
        constraints["unique"] = True
    if field.allowed:
        constraints["enum"] = list(field.allowed)
    elif (form := _form(field)) and field.kind != "date":
        constraints["pattern"] = form
    return {
        "name": field.name,
        "title": field.title,
        "type": TABLE_TYPES.get(field.kind, "string"),
        "description": field.definition,
        "constraints": constraints,
        "unit": field.unit,
        "level": field.level,
    }


def _form(field: StandardField) -> str:
    """Regular expression of a text; numbers have a type instead."""
    return field.pattern or ("" if field.kind in JSON_TYPES else FORMS.get(field.kind, ""))


def _limits(field: StandardField) -> dict[str, float]:
    return {
        key: value
        for key, value in (("minimum", field.minimum), ("maximum", field.maximum))
        if value is not None
    }
