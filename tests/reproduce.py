"""Does the commit rebuild itself? Two clean clones, all built anew, every byte compared: `make reproduce`."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.core.errors import RecordError
from pipeline.core.paths import find_root
from pipeline.tools.workspace import clean_environment, git

COMPARED = ("data", "book/chapters", "book/generated", "site")
CONTEXT = 60  # bytes shown on each side of a difference


def reproduce(root: Path) -> str:
    """Build the current commit in two clones and compare them with the commit and with each other.

    Returns:
        What was compared.

    Raises:
        RecordError: if the working tree is not clean, a build fails, or the first difference was found.
    """
    if changed := git(root, "status", "--porcelain").splitlines():
        raise RecordError(
            "working tree",
            f"{len(changed)} files not committed",
            value=changed[0].strip(),
            next_step="commit, then run again",
        )
    commit = git(root, "rev-parse", "HEAD").strip()
    with (
        tempfile.TemporaryDirectory(prefix="a") as short,
        tempfile.TemporaryDirectory(prefix="a-much-longer-path-") as long,
    ):
        # two lengths of path, because a path that leaks into a file moves every byte after it
        clones = [Path(short) / "c", Path(long) / "second clone of the record"]
        for clone in clones:
            print(f"building {commit[:10]} in a clean clone", flush=True)
            start = time.monotonic()
            build(root, commit, clone)
            print(f"built in {time.monotonic() - start:.0f} s, the clone included", flush=True)
        return compare(*clones)


def build(root: Path, commit: str, clone: Path) -> None:
    """Clone, build everything, and see that git finds no file that differs or is new."""
    git(root, "clone", "--quiet", "--no-local", str(root), str(clone), error="cannot clone")
    git(clone, "checkout", "--quiet", "--detach", commit)
    done = subprocess.run(
        ["dvc", "repro", "--force"],
        cwd=clone,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        sys.stderr.buffer.write(done.stdout)
        raise RecordError("dvc.yaml", "the build failed in a clean clone", next_step="see the lines above")
    if changed := git(clone, "status", "--porcelain").splitlines():
        print(git(clone, "diff", "--no-color", "--unified=0")[:4000], file=sys.stderr)
        raise RecordError(
            changed[0][3:],
            f"one of {len(changed)} files that a rebuild changes",
            next_step="run `dvc repro --force` and commit",
        )


def compare(one: Path, two: Path) -> str:
    """Compare every built file of two clones byte for byte.

    Raises:
        RecordError: naming the first file that differs, the place and both texts.
    """
    files, size = 0, 0
    names = [sorted(relative_files(clone)) for clone in (one, two)]
    if only := sorted(set(names[0]) ^ set(names[1])):
        raise RecordError(
            only[0],
            "built in one clone only",
            next_step="look for a name that depends on time, place or chance",
        )
    for name in names[0]:
        a, b = (one / name).read_bytes(), (two / name).read_bytes()
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            shown = [text[max(0, at - CONTEXT) : at + CONTEXT] for text in (a, b)]
            print(f"first clone:  {shown[0]!r}\nsecond clone: {shown[1]!r}", file=sys.stderr)
            raise RecordError(
                name, f"differs from byte {at}", next_step="look for a time, path or random number in it"
            )
        files, size = files + 1, size + len(a)
    return f"identical in both clones: {files:,} files, {size:,} bytes under {', '.join(COMPARED)}"


def relative_files(clone: Path) -> Iterator[str]:
    for folder in COMPARED:
        yield from (
            file.relative_to(clone).as_posix() for file in (clone / folder).rglob("*") if file.is_file()
        )


if __name__ == "__main__":
    try:
        print(reproduce(find_root()))
    except RecordError as error:
        sys.exit(f"error: {error}")
