"""Describe the package in the form of Data Package 2.0, which many tools can read."""

import hashlib
from collections.abc import Mapping

import pandas as pd

from pipeline.release.citation import LICENCES, Citation
from pipeline.release.contents import CAUTIONS, ROWS, primary_key, referred
from pipeline.schemas.field import Field
from pipeline.sources.registry import Source

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {"text": "string", "date": "date", "integer": "integer", "number": "number"}
DESCRIPTION = (
    "Police live facial recognition in the United Kingdom, above all in England and Wales: what forces, the "
    "government, courts and the press published about its use, cleaned, with the source of every row."
)


def describe_package(citation: Citation, resources: list[dict], sources: list[Source]) -> dict:
    """Return the content of datapackage.json.

    Args:
        citation: Title, version and licence.
        resources: As made by `describe_table`, in the order in which they are listed.
        sources: The registry; each becomes an entry with title and address.
    """
    title, address = LICENCES[citation.licence]
    return {
        "$schema": PROFILE,
        "name": "lfr-record",
        "title": citation.title,
        "description": DESCRIPTION,
        "version": citation.version,
        "created": f"{citation.released.isoformat()}T00:00:00Z",
        "keywords": list(citation.keywords),
        "contributors": [{"title": name, "roles": ["creator"]} for name in citation.authors],
        "licenses": [{"name": citation.licence, "title": title, "path": address}],
        "sources": [_source(source) for source in sources],
        "resources": resources,
    }


def describe_table(
    name: str,
    table: pd.DataFrame,
    fields: tuple[Field, ...],
    files: Mapping[str, bytes],
    sources: list[Source],
) -> dict:
    """Return the entry of one table in datapackage.json.

    The table's own file is the CSV. The Parquet file, which holds the same, stands under `parquet`, a
    property of ours, because readers of Data Packages need not know Parquet.

    Args:
        name: Name of the table.
        table: Every cell text; of it only the number of rows and the sources are used.
        fields: Its columns.
        files: Path within the package -> content; needs csv/<name>.csv and parquet/<name>.parquet.
        sources: The registry; those that a row names are listed.
    """
    used = set(table["source_id"]) if "source_id" in table and name != "sources" else set()
    entry = {
        "name": name,
        "type": "table",
        "description": f"One row is {ROWS[name]}. {CAUTIONS.get(name, '')}".strip(),
        "rows": len(table),
        **_file(f"csv/{name}.csv", files),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "parquet": _file(f"parquet/{name}.parquet", files),
        "sources": [_source(source) for source in sources if source.id in used],
        "schema": _schema(name, fields),
    }
    return {key: value for key, value in entry.items() if value != []}


def data_dictionary(package: Mapping) -> pd.DataFrame:
    """Return the data dictionary of a package: one row a column, every cell text.

    Args:
        package: As returned by `describe_package`.

    Returns:
        Columns table, column, type, unit, description, blank_allowed, minimum, maximum, allowed (values
        joined by semicolons), refers_to (table whose key it holds), example.
    """
    rows = []
    for resource in package["resources"]:
        schema = resource["schema"]
        keys = {key["fields"][0]: key["reference"]["resource"] for key in schema.get("foreignKeys", [])}
        for field in schema["fields"]:
            limits = field.get("constraints", {})
            rows.append(
                {
                    "table": resource["name"],
                    "column": field["name"],
                    "type": field["type"],
                    "unit": field.get("unit", ""),
                    "description": field["description"],
                    "blank_allowed": "no" if limits.get("required") else "yes",
                    "minimum": str(limits.get("minimum", "")),
                    "maximum": str(limits.get("maximum", "")),
                    "allowed": ";".join(limits.get("enum", [])),
                    "refers_to": keys.get(field["name"], ""),
                    "example": field.get("example", ""),
                }
            )
    return pd.DataFrame(rows)


def _schema(name: str, fields: tuple[Field, ...]) -> dict:
    key = primary_key(name)
    schema = {
        "fields": [_field(field) for field in fields],
        "missingValues": [""],
        "primaryKey": list(key),
        "foreignKeys": [
            {"fields": [column], "reference": {"resource": other, "fields": [column]}}
            for column, other in referred(name).items()
        ],
    }
    return {key: value for key, value in schema.items() if value != []}


def _field(field: Field) -> dict:
    limits = {
        "required": field.required or None,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "enum": [value for value in field.allowed if value] or None,  # a blank cell is missing, not a value
    }
    entry = {
        "name": field.name,
        "type": TYPES[field.kind],
        "description": field.description,
        "unit": field.unit,
        "example": field.example,
        "constraints": {rule: value for rule, value in limits.items() if value is not None},
    }
    return {key: value for key, value in entry.items() if value not in ("", {})}


def _file(path: str, files: Mapping[str, bytes]) -> dict:
    content = files[path]
    return {"path": path, "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def _source(source: Source) -> dict:
    return {"title": f"{source.publisher}: {source.title}", "path": source.landing_page}
