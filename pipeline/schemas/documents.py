"""Read a YAML file kept by hand and check it against its JSON Schema: one clear message for one mistake."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema

from pipeline.core.errors import RecordError
from pipeline.core.io import read_json, read_yaml

_VALID: set[str] = set()  # what this process found to satisfy a schema: a chapter reads some files ten times


def read_document(path: Path, schema_path: Path) -> Any:
    """Return the content of a YAML file that satisfies its schema, with dates as ISO text.

    Args:
        path: The YAML file; an empty file counts as an empty list.
        schema_path: Its JSON Schema (draft 2020-12).

    Raises:
        RecordError: if a file is missing or unreadable, if the YAML is invalid, or if an entry breaks the
            schema.
            The message names the entry (its number and, where it has one, its `id`) and the field.
    """
    content = _iso_dates(read_yaml(path))
    content = [] if content is None else content
    schema = read_json(schema_path)
    checked = json.dumps([content, schema])
    if checked in _VALID:
        return content
    worst = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(content))
    if worst is not None:
        entry, field = _entry_and_field(content, list(worst.absolute_path))
        raise RecordError(
            path.name,
            f"{field + ': ' if field else ''}{worst.message}",
            row=entry,
            next_step=f"correct the entry; {schema_path.name} lists what is allowed",
        )
    _VALID.add(checked)
    return content


def _iso_dates(node: Any) -> Any:
    """YAML reads 2024-07-11 as a date; JSON Schema and our tables know dates as text."""
    if isinstance(node, dict):
        return {key: _iso_dates(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_iso_dates(value) for value in node]
    return node.isoformat() if isinstance(node, date) else node


def _entry_and_field(content: Any, path: list[str | int]) -> tuple[str | None, str]:
    """Say in words where in the document a mistake lies: ("3 (dalston-date)", "expect.eq")."""
    if not path:
        return None, ""
    entry, rest = path[0], path[1:]
    if isinstance(entry, int):
        item = content[entry]
        name = item.get("id") or item.get("printed") or item.get("place") if isinstance(item, dict) else None
        return f"{entry + 1}" + (f" ({name})" if name else ""), ".".join(str(part) for part in rest)
    return None, ".".join(str(part) for part in path)
