"""Read the ledger and the list of derived values: checked against their schemas, each entry named once."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pipeline.core.errors import RecordError
from pipeline.schemas.documents import read_document

# A claim is recomputed by SQL, by a named function, or not at all; and what then has no place beside it.
KINDS = {
    "expression": {"function", "arguments", "missing"},
    "function": {"expression", "interval", "missing"},
    "missing": {
        "expression",
        "function",
        "arguments",
        "also",
        "interval",
        "caveat",
        "tolerance",
        "format",
    },
}


def read_claims(path: Path) -> list[dict[str, Any]]:
    """Read claims.yaml.

    Raises:
        RecordError: for invalid YAML, an unknown key or wrong value, an id used twice, or an entry that is
            not exactly one of expression, function and missing.
    """
    entries = read_unique(path, "id")
    for entry in entries:
        kinds = [kind for kind in KINDS if kind in entry]
        if len(kinds) != 1 or KINDS[kinds[0]] & set(entry):
            raise RecordError(
                path.name,
                "needs exactly one of expression, function (with arguments) or missing (nothing to compute)",
                row=entry["id"],
                value=", ".join(sorted({*KINDS, *KINDS["missing"]} & set(entry))) or "none of them",
                next_step="keep one and what belongs to it",
            )
        if "missing" not in entry and not entry.get("evidence"):
            raise RecordError(path.name, "no evidence", row=entry["id"], next_step="name table and rows")
    return entries


def read_values(path: Path) -> list[dict[str, Any]]:
    """Read values.yaml.

    Raises:
        RecordError: for invalid YAML, an unknown key or wrong value, or a key used twice.
    """
    return read_unique(path, "key")


def find(entries: dict[str, Any], name: str, file: str) -> Any:
    """Look an entry up by its name.

    Raises:
        RecordError: for an unknown name, with the nearest known ones.
    """
    if name in entries:
        return entries[name]
    near = get_close_matches(name, entries, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "correct the name, or add an entry for it"
    raise RecordError(file, "unknown name", value=name, next_step=hint)


def read_unique(path: Path, name: str) -> list[dict[str, Any]]:
    """Read a list of entries that are told apart by one field, such as `id`.

    Raises:
        RecordError: for invalid YAML, an entry that breaks the schema named as the file, or a name used
            twice.
    """
    entries = read_document(path, path.parent / "schemas" / f"{path.stem}.schema.json")
    seen: set[str] = set()
    for entry in entries:
        if entry[name] in seen:
            raise RecordError(path.name, f"{name} used twice", value=entry[name], next_step="keep one")
        seen.add(entry[name])
    return entries
