"""A small package for the tests, described by hand."""

from copy import deepcopy

LOG = {
    "name": "log",
    "hash": "sha256:aa",
    "schema": {
        "fields": [
            {"name": "day", "type": "date"},
            {"name": "force_id", "type": "string"},
            {"name": "arrests", "type": "integer"},
        ],
        "primaryKey": ["day"],
        "foreignKeys": [
            {"fields": ["force_id"], "reference": {"resource": "forces", "fields": ["force_id"]}}
        ],
    },
}
FORCES = {
    "name": "forces",
    "hash": "sha256:bb",
    "schema": {"fields": [{"name": "force_id", "type": "string"}], "primaryKey": ["force_id"]},
}


def package(version: str = "1.4.2") -> dict:
    """Two tables, `log` and `forces`; a fresh copy that a test may change."""
    return deepcopy({"version": version, "resources": [LOG, FORCES]})


def log_fields(content: dict) -> list[dict]:
    """The columns of `log`, to be changed in place."""
    return content["resources"][0]["schema"]["fields"]
