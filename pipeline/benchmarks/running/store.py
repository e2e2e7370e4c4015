"""Finished blocks of a benchmark, sealed: each counts only for the work, code and libraries that made it."""

import hashlib
import json
import pickle
import shutil
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.core.io import write_text

PACKAGE = Path(__file__).parents[2]
CODE = ("benchmarks", "matching", "measures")  # what a block may run
LIBRARIES = ("numpy", "scipy")


def fingerprint(work: Callable[[int], dict[str, Any]]) -> str:
    """Name a piece of work by its function and settings: another seed or size is another name.

    Raises:
        TypeError: if it cannot be pickled, as a lambda or a nested function cannot.
    """
    try:
        return hashlib.sha256(pickle.dumps(work, protocol=5)).hexdigest()
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(f"the work must be picklable, such as a module's function: {error}") from error


@cache
def installed() -> str:
    """Name the code and the libraries with which this process works out a block."""
    digest = hashlib.sha256(" ".join(version(name) for name in LIBRARIES).encode())
    for file in sorted(file for folder in CODE for file in (PACKAGE / folder).rglob("*.py")):
        digest.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def work_out(work: Callable[[int], dict[str, Any]], named: str, block: int) -> str:
    """Work out one block, here or on a worker, and seal it with what is installed there.

    Raises:
        TypeError: if the result is not a dictionary of plain JSON values, or holds NaN or infinity.
    """
    result = work(block)
    if not isinstance(result, dict):
        raise TypeError(f"block {block} returned {type(result).__name__}, not a dictionary")
    try:
        body = json.dumps(result, allow_nan=False)
    except ValueError as error:
        raise TypeError(f"block {block} returned a number that JSON does not have: {error}") from error
    return f"{_seal(named, block, body)}\n{body}"


def opened(text: str, named: str, block: int) -> dict[str, Any] | None:
    """The result in a sealed block, or None if it is torn, or of other work, code or libraries."""
    seal, _, body = text.partition("\n")
    return json.loads(body) if seal == _seal(named, block, body) else None


def _seal(named: str, block: int, body: str) -> str:
    return hashlib.sha256(f"{named} {installed()} {block} {body}".encode()).hexdigest()


class Store:
    """The finished blocks of one piece of work, a file each.

    Args:
        folder: Where they lie; made when the first is kept.
        named: The fingerprint of the work.
    """

    def __init__(self, folder: Path, named: str) -> None:
        self.folder = folder
        self.named = named

    def kept(self, block: int) -> dict[str, Any] | None:
        """The result of a block that was finished before, or None."""
        try:
            return opened(self._file(block).read_text(encoding="utf-8"), self.named, block)
        except (OSError, UnicodeDecodeError):
            return None

    def keep(self, block: int, text: str) -> None:
        """Keep a sealed block: the file is whole or not there, whenever the process dies."""
        write_text(text, self._file(block))

    def _file(self, block: int) -> Path:
        return self.folder / f"{block:06d}.json"


def forget(folder: Path) -> None:
    """Remove a folder of blocks at once, so that a kill half-way leaves none of them in its place."""
    if folder.is_dir():
        gone = folder.with_name(f".{folder.name}.old")
        shutil.rmtree(gone, ignore_errors=True)
        folder.rename(gone)
        shutil.rmtree(gone)
