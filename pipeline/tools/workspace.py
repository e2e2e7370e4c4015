"""A copy of the project to run in, so that a tool or a test never touches the author's own tree."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipeline.core.errors import RecordError


def clean_environment() -> dict[str, str]:
    """The environment to start `dvc` in: this interpreter's programs first, no archive folder."""
    left_out = {"LFR_ARCHIVE", "DVC_ROOT", "DVC_STAGE", "PYTHONPATH"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    # not resolved: the link in the environment's bin is what leads to its packages
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    return environment


def git(root: Path, *arguments: str, error: str = "git could not do this") -> str:
    """Run git in `root` and return what it printed.

    Raises:
        RecordError: if git is missing or fails; `error` says what was wanted, in a reader's words.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, encoding="utf-8", errors="replace"
        )
    except FileNotFoundError as missing:
        raise RecordError(
            "git", "not found on this machine", next_step="install git and run again"
        ) from missing
    if done.returncode:
        first = next(iter(done.stderr.strip().splitlines()), "no message")
        raise RecordError("git", error, value=first, next_step="run this inside a git clone of the project")
    return done.stdout


def copy_project(root: Path, target: Path) -> Path:
    """Copy what the author sees (committed, changed and new files) into a fresh git folder.

    Args:
        root: The project.
        target: A folder that does not exist yet.

    Returns:
        `target`, ready for `dvc repro`.
    """
    listed = git(
        root,
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
        error="cannot list the project's files",
    )
    for name in sorted(filter(None, listed.split("\0"))):
        source, copy = root / name, target / name
        if source.is_file():  # a deleted file is still listed until the deletion is committed
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
    git(target, "init", "--quiet", error="cannot make a git folder")
    return target
