"""Read a reference file kept by hand: YAML, checked against its JSON Schema, each entry named once."""

import json
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from pipeline.core.errors import RecordError
from pipeline.core.io import read_yaml


def read_entries(path: Path, section: str, name: str) -> list[dict[str, Any]]:
    """Read the entries of `section`, checked against schemas/<file>.schema.json beside the file.

    Args:
        path: The YAML file.
        section: Its one top-level key, which holds a list.
        name: The key that names an entry.

    Raises:
        RecordError: for invalid YAML, a key unknown or missing, a value of the wrong kind, or a name used
            twice; the message names the entry.
    """
    content = read_yaml(path)
    schema = json.loads((path.parent / "schemas" / f"{path.stem}.schema.json").read_text(encoding="utf-8"))
    errors = sorted(
        Draft202012Validator(schema).iter_errors(content), key=lambda error: list(map(str, error.path))
    )
    if errors:
        error = best_match(errors[:1])
        raise RecordError(
            path.name,
            _words(error),
            row=_entry(content, list(error.absolute_path), section, name),
            next_step=f"compare with schemas/{path.stem}.schema.json",
        )
    entries = content[section]
    seen: set[str] = set()
    for entry in entries:
        if entry[name] in seen:
            raise RecordError(path.name, f"{name} used twice", value=entry[name], next_step="keep one")
        seen.add(entry[name])
    return entries


def find(entries: dict[str, Any], key: str, file: str) -> Any:
    """Look an entry up by its name.

    Raises:
        RecordError: for an unknown name, with the nearest known ones.
    """
    if key in entries:
        return entries[key]
    near = get_close_matches(key, entries, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "correct the name, or add an entry for it"
    raise RecordError(file, "unknown name", value=key, next_step=hint)


def _words(error: Any) -> str:
    """The validator's message, with a plain one for the choice that has no good message of its own."""
    if error.validator == "oneOf":
        return (
            "exactly one of expression (with evidence), function (with arguments and evidence) "
            "or missing (with verdict not_checkable) is needed"
        )
    place = ".".join(str(step) for step in list(error.absolute_path)[2:])
    message = error.message if len(error.message) < 300 else f"{error.message[:300]}..."
    return f"{place}: {message}" if place else message


def _entry(content: Any, steps: list, section: str, name: str) -> str | None:
    """The name of the entry at fault, or its place in the list."""
    if len(steps) < 2 or steps[0] != section:
        return None
    entry = content[section][steps[1]]
    named = entry.get(name) if isinstance(entry, dict) else None
    return str(named) if named else f"number {steps[1] + 1}"
