"""What the tests of the whole chain share: running it, killing it, and seeing what it left."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from pipeline.tools.workspace import clean_environment

COMPARED = ("data", "book/chapters", "book/generated", "site")


def start(project: Path, *command: str) -> subprocess.Popen:
    """Start a command in its own process group, its messages kept in a file beside the project."""
    log = project.parent / f"{project.name}.log"
    with log.open("wb") as file:
        return subprocess.Popen(
            command,
            cwd=project,
            env=clean_environment(),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run(project: Path, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=project, env=clean_environment(), capture_output=True, encoding="utf-8", timeout=300
    )


def stage(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    return run(project, sys.executable, "-m", "pipeline", *arguments)


def repro(project: Path, *arguments: str) -> None:
    """Run `dvc repro`, which must succeed."""
    done = run(project, "dvc", "repro", *arguments)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def processes_in(project: Path) -> list[psutil.Process]:
    """Every running process that works in the project's folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(project) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def stage_process(project: Path, names: set[str], runner: subprocess.Popen) -> tuple[psutil.Process, str]:
    """Wait for the process of one of the stages while `runner` (DVC, or the stage) lives; with its name."""
    while runner.poll() is None:
        for process in processes_in(project):
            try:
                command = process.cmdline()
            except psutil.Error:
                continue
            # DVC starts it through a shell, whose command line has it all in one string
            if command[1:3] == ["-m", "pipeline"] and names.intersection(command[3:4]):
                return process, command[3]
        time.sleep(0.01)
    raise AssertionError(f"none of {sorted(names)} started:\n{log_of(project)}")


def log_of(project: Path) -> str:
    """The end of what the last started command wrote."""
    return (project.parent / f"{project.name}.log").read_text(encoding="utf-8", errors="replace")[-3000:]


def kill(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()


def kill_group(process: subprocess.Popen) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def assert_no_orphans(project: Path, grace_seconds: float = 3) -> None:
    """Nothing may run on in the project's folder after a short grace."""
    end = time.monotonic() + grace_seconds
    while (left := processes_in(project)) and time.monotonic() < end:
        time.sleep(0.1)
    try:
        said = [" ".join(process.cmdline())[:200] for process in left]
    except psutil.Error:
        said = []
    for process in left:
        process.kill()
    assert not said, f"still running {grace_seconds} s after the kill: {said}"


def fingerprints(project: Path, *folders: str) -> dict[str, str]:
    """The sha256 of every file in the compared folders, litter of an interrupted write left out."""
    return {
        file.relative_to(project).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for folder in folders or COMPARED
        for file in sorted((project / folder).rglob("*"))
        if file.is_file()
        and not any(part.endswith((".part", ".old")) for part in file.relative_to(project).parts)
    }


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The names of files that came, went or changed."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
