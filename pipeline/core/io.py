"""Atomic reads and writes: a file is either the old one or the new one, whole, whenever the process dies."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.core.errors import RecordError

if TYPE_CHECKING:  # pandas takes half a second to import, and half the stages read no table
    import pandas as pd

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one, ten times faster, where there is one


def write_bytes(content: bytes, path: Path) -> None:
    """Write `content` to `path` by way of a temporary file in the same folder and a rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_text(content: str, path: Path) -> None:
    """Write text as UTF-8 with LF line ends."""
    write_bytes(content.encode("utf-8"), path)


def write_json(content: Any, path: Path) -> None:
    """Write JSON with sorted keys, so that equal content is equal bytes."""
    write_text(
        json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n", path
    )


def write_table(table: "pd.DataFrame", path: Path) -> None:
    """Write a table as RFC-4180 CSV: UTF-8, LF, header, missing is blank."""
    write_text(table.to_csv(index=False, lineterminator="\n"), path)


def read_text_table(path: Path) -> "pd.DataFrame":
    """Read a CSV with every cell as the text that stands in it; an empty cell is the empty string."""
    import pandas as pd

    if not path.is_file():
        raise RecordError(path.name, "file not found", next_step=f"is {path} the right path?")
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise RecordError(
            path.name, f"not a readable CSV ({error})", next_step="save it as UTF-8 CSV with a header row"
        ) from error


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RecordError(path.name, "file not found", next_step="run `dvc repro` first") from error
    except ValueError as error:
        raise RecordError(
            path.name, f"not valid JSON ({error})", next_step="run `dvc repro` again"
        ) from error


def read_yaml(path: Path) -> Any:
    """Read a YAML file kept by hand; a syntax error names the line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, either way
    except FileNotFoundError as error:
        raise RecordError(path.name, "file not found", next_step=f"restore {path}") from error
    except UnicodeDecodeError as error:
        raise RecordError(path.name, "not UTF-8 text", next_step="save the file as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise RecordError(
            path.name,
            f"invalid YAML ({getattr(error, 'problem', error)})",
            row=mark.line + 1 if mark else None,
            next_step="correct the line and run again",
        ) from error
    except ValueError as error:  # PyYAML lets an impossible date escape as a plain ValueError
        raise RecordError(
            path.name, f"invalid YAML ({error})", next_step="correct the date, or put it in quotes"
        ) from error


@contextmanager
def replace_folder(target: Path) -> Iterator[Path]:
    """Yield an empty sibling folder; if the block ends well it takes the place of `target`, else it goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    try:
        yield fresh
        os.chmod(fresh, 0o755)  # noqa: S103 - readable by a web server, as a plain mkdir would be
        if target.exists():
            old = fresh.with_suffix(".old")
            os.rename(target, old)
            os.rename(fresh, target)
            shutil.rmtree(old)
        else:
            os.rename(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
