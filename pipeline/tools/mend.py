"""Put right what DVC leaves half-written when it is killed, so that the next `dvc repro` can go on.

Our stages write each file whole or not at all. DVC writes `dvc.lock` and its own list of locks in place, and
refuses to start when it finds one of them cut off.
"""

import json
from pathlib import Path

import yaml
from dvc.schema import COMPILED_LOCKFILE_SCHEMA
from voluptuous import Invalid

from pipeline.core.lock import one_run_at_a_time


def mend(root: Path) -> list[str]:
    """Remove a cut-off dvc.lock or list of locks; DVC then writes them anew and runs what is not proven done.

    Returns:
        What was removed, one line each; nothing to mend is an empty list.

    Raises:
        RecordError: if a stage is running in this folder.
    """
    with one_run_at_a_time(root, "mend"):
        broken = find_broken(root)
        for file in broken:
            file.unlink()
    return [f"removed {file.relative_to(root)}, which a killed run left cut off" for file in broken]


def find_broken(root: Path) -> list[Path]:
    """The files of DVC that it could not read."""
    checks = {root / "dvc.lock": _is_lock, root / ".dvc" / "tmp" / "rwlock": _is_json}
    return [file for file, is_whole in checks.items() if file.is_file() and not is_whole(file)]


def _is_lock(file: Path) -> bool:
    try:
        COMPILED_LOCKFILE_SCHEMA(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, Invalid, UnicodeDecodeError):
        return False
    return True


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True
