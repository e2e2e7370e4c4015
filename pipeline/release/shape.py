"""The shape of the package, and which version a change of it needs.

A version is three numbers. A table or column taken away, renamed, retyped or moved, or a changed key, breaks
what others have written: the first number rises. A table or column added: the second. Any other change of a
table: the third. As long as the first number is 0, what would raise it raises the second.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.core.errors import RecordError

BREAKING, ADDITION, FIGURES = "breaking", "addition", "figures"
RELEASED = "data/reference/released_shape.json"


@dataclass(frozen=True)
class Change:
    """One difference between two shapes: how grave (BREAKING, ADDITION or FIGURES) and what, in words."""

    grade: str
    what: str


def shape_of(package: Mapping) -> dict:
    """Return what others rely on: version, tables, columns in order with types and keys, and checksums.

    Args:
        package: The content of datapackage.json.

    Returns:
        `version`, and `tables`: name -> `columns` (each "name: type", or "name: type, key of table"),
        `primary_key` and `hash` of the CSV file.
    """
    tables = {}
    for resource in package["resources"]:
        schema = resource["schema"]
        keys = {key["fields"][0]: key["reference"]["resource"] for key in schema.get("foreignKeys", [])}
        tables[resource["name"]] = {
            "columns": [
                f"{field['name']}: {field['type']}"
                + (f", key of {keys[field['name']]}" if field["name"] in keys else "")
                for field in schema["fields"]
            ],
            "primary_key": schema.get("primaryKey", []),
            "hash": resource["hash"],
        }
    return {"version": package["version"], "tables": tables}


def changes(old: Mapping, new: Mapping) -> list[Change]:
    """Return what changed from one shape to another, gravest first, then by table.

    Example:
        >>> table = {"columns": ["day: date"], "primary_key": ["day"], "hash": "sha256:1"}
        >>> wider = {**table, "columns": ["day: date", "arrests: integer"], "hash": "sha256:2"}
        >>> changes({"tables": {"log": table}}, {"tables": {"log": wider}})
        [Change(grade='addition', what='log.arrests is new'), \
Change(grade='figures', what='log has other cells')]
    """
    before, after = old["tables"], new["tables"]
    found = [Change(BREAKING, f"table {name} is gone") for name in before if name not in after]
    found += [Change(ADDITION, f"table {name} is new") for name in after if name not in before]
    for name in before:
        if name in after:
            found += _in_table(name, before[name], after[name])
    grades = (BREAKING, ADDITION, FIGURES)
    return sorted(found, key=lambda change: (grades.index(change.grade), change.what))


def least_version(released: str, found: list[Change]) -> str:
    """Return the lowest version that a package with these changes may bear.

    Example:
        >>> least_version("1.4.2", [Change(BREAKING, "table log is gone")])
        '2.0.0'
        >>> least_version("0.4.2", [Change(BREAKING, "table log is gone")])
        '0.5.0'
        >>> least_version("0.4.2", [Change(FIGURES, "log has other cells")])
        '0.4.3'
    """
    major, minor, patch = _numbers(released)
    grades = {change.grade for change in found}
    if BREAKING in grades and major > 0:
        return f"{major + 1}.0.0"
    if grades & {BREAKING, ADDITION}:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if found else released


def refuse_wrong_version(released: Mapping, current: Mapping) -> None:
    """Raise unless the version of `current` allows for what changed since `released`.

    Raises:
        RecordError: naming the changes and the version that they need.
    """
    found = changes(released, current)
    needed = least_version(released["version"], found)
    if _numbers(current["version"]) >= _numbers(needed):
        return
    listed = "".join(f"\n  {change.grade}: {change.what}" for change in found)
    raise RecordError(
        "CITATION.cff",
        f"the data package changed since version {released['version']}{listed}\nso the version is too low",
        value=current["version"],
        next_step=f"raise it to {needed} or more, here and in pyproject.toml, README.md and CHANGELOG.md",
    )


def _in_table(name: str, before: Mapping, after: Mapping) -> list[Change]:
    old = dict(column.split(": ", 1) for column in before["columns"])
    new = dict(column.split(": ", 1) for column in after["columns"])
    kept = [column for column in old if column in new]
    found = [Change(BREAKING, f"{name}.{column} is gone") for column in old if column not in new]
    found += [
        Change(BREAKING, f"{name}.{column} was `{old[column]}` and is `{new[column]}`")
        for column in kept
        if old[column] != new[column]
    ]
    found += [Change(ADDITION, f"{name}.{column} is new") for column in new if column not in old]
    if kept != [column for column in new if column in old]:
        found.append(Change(BREAKING, f"the columns of {name} stand in another order"))
    if before["primary_key"] != after["primary_key"]:
        found.append(Change(BREAKING, f"the key of {name} is another"))
    if before["hash"] != after["hash"]:
        found.append(Change(FIGURES, f"{name} has other cells"))
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
