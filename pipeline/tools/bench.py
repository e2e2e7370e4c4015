"""Measure this machine: the build, the engine beside its peers, a decade's faces; `make bench`."""

import contextlib
import csv
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import psutil

from pipeline.chapters import memory
from pipeline.cleaning.clean import clean
from pipeline.cleaning.reference import read_reference
from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table, write_json, write_table
from pipeline.core.log import get_logger
from pipeline.core.paths import Paths
from pipeline.sources.layouts import TRANSCRIPTION
from pipeline.tools.workspace import clean_environment, copy_project

log = get_logger("bench")

SHORT_RUNS, LONG_RUNS = 7, 3
SAMPLE_SECONDS = 0.01
ROWS = 100_000
CACHE = memory.FOLDER.parent
SENTENCE = "\nA sentence that the benchmark added, and removes again with its copy of the book.\n"


@dataclass(frozen=True)
class Run:
    """What one child process took.

    Args:
        seconds: Wall-clock time, start-up included.
        peak_bytes: Largest resident memory of the process itself, without its children.
    """

    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Measure:
    """One line of data/bench/build.csv; `target` is blank where the project set itself none."""

    measure: str
    value: str
    unit: str
    runs: int
    target: str
    note: str


PARTS = ("build", "throughput", "national")


def bench(paths: Paths, part: str, quick: bool) -> None:
    """Measure one part, or all, and write data/bench; `quick` tries every path small and writes elsewhere.

    Raises:
        RecordError: if there is no such part, or a library to compare with is not installed.
    """
    # numpy and its kin take a second to import, which the command line's --help need not wait for
    from pipeline.tools.bench_national import bench_national
    from pipeline.tools.bench_throughput import bench_throughput, require_peers

    if part not in (*PARTS, "all"):
        raise RecordError(
            "bench", "no such part", value=part, next_step=f"use one of {', '.join(PARTS)} or all"
        )
    folder = paths.root / (".cache/bench_quick" if quick else "data/bench")
    if part in ("throughput", "all"):
        require_peers()  # now, and not after the build was timed
    if part == "all":
        for one in PARTS:  # each a process of its own, or its memory would hold what came before
            command = [sys.executable, "-m", "pipeline", "bench", one, *(["--quick"] if quick else [])]
            if subprocess.run(command, cwd=paths.root).returncode:
                raise RecordError("bench", f"the part {one} failed", next_step="see its message above")
        return
    if part == "build" and not quick:
        bench_build(paths, folder)
    if part == "throughput":
        bench_throughput(folder, quick)
    if part == "national":
        bench_national(paths, folder, quick)
    write_json(describe_machine(), folder / "machine.json")
    log.info("%s: written to %s", part, folder.relative_to(paths.root))


def bench_build(paths: Paths, target: Path) -> None:
    """Time the build in a copy of the project, so that the author's tree stays."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        # Load
        copy = copy_project(paths.root, Path(folder) / "project")
        log.info("first build of a copy of the project")
        execute(["dvc", "repro"], copy)

        # Process
        measures = [*measure_build(copy), *measure_record(copy, Path(folder))]

        # Save
        write_table(pd.DataFrame(measures), target / "build.csv")


def measure_build(copy: Path) -> list[Measure]:
    """Time the commands that an author waits for."""
    status, nothing = [], []
    for _ in range(SHORT_RUNS):  # in turn, so that a busy moment of the machine meets both
        status.append(execute(["dvc", "status"], copy).seconds)
        nothing.append(execute(["dvc", "repro"], copy).seconds)
    ratio = statistics.median(nothing) / statistics.median(status)
    chapter = sorted((copy / "book" / "notebooks").glob("*.ipynb"))[0]
    edits = [time_edit(copy, chapter) for _ in range(1 + LONG_RUNS)]
    everything = [time_forced_rebuild(copy) for _ in range(LONG_RUNS)]
    return [
        _seconds("dvc status", status, "", "nothing changed"),
        _seconds("dvc repro, nothing changed", nothing, "", ""),
        Measure(
            "dvc repro over dvc status",
            f"{ratio:.2f}",
            "ratio",
            SHORT_RUNS,
            "at most 1.5",
            "nothing changed; ratio of the two medians",
        ),
        _seconds("prose edit to rebuilt site", edits[1:], "under 6", "one sentence in a chapter, dvc repro"),
        _seconds("the same, first edit in a fresh clone", edits[:1], "", "the chapter's code runs once more"),
        _seconds(
            "forced rebuild",
            everything,
            "under 90",
            "every stage and chapter, caches emptied, dvc repro --force",
        ),
    ]


def time_edit(copy: Path, chapter: Path) -> float:
    add_sentence(chapter)
    return execute(["dvc", "repro"], copy).seconds


def time_forced_rebuild(copy: Path) -> float:
    shutil.rmtree(copy / CACHE)  # or the chapters' code would be remembered, not run
    return execute(["dvc", "repro", "--force"], copy).seconds


def add_sentence(notebook: Path) -> None:
    """Edit the prose of a chapter, as an author would."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    last = [cell for cell in content["cells"] if cell["cell_type"] == "markdown"][-1]
    last["source"] = "".join(last["source"]) + "\n" + SENTENCE
    notebook.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def measure_record(copy: Path, folder: Path) -> list[Measure]:
    """Time extraction and cleaning of a generated record, in both forms, each in a process of its own."""
    # the factory lies with the tests, which make files in the same layouts with it
    from tests.pdf_factory import made_up_rows, write_grid_pdf

    pipeline = [sys.executable, "-m", "pipeline"]
    tool = [sys.executable, "-m", "pipeline.tools.bench"]
    measures = []
    forms = [
        ("CSV", "met_2026_transcribed", write_transcription(folder / "record.csv", ROWS)),
        (
            "PDF",
            "met_2025_to_july",
            write_grid_pdf(folder / "record.pdf", "met_grid_2025", made_up_rows("met_grid_2025", ROWS)),
        ),
    ]
    for form, source_id, file in forms:
        extracted = folder / f"extracted_{form}.csv"
        size = f"{ROWS:,} rows, {file.stat().st_size / 1e6:.0f} MB as {form}"
        steps = [
            ("extract", [*pipeline, "extract", str(file), "--out", str(extracted)], size),
            ("clean", [*tool, source_id, str(extracted)], f"the {ROWS:,} rows of the {form}"),
        ]
        for step, command, note in steps:
            run = execute(command, copy)
            name = f"{step}, record of {ROWS:,} rows ({form})"
            measures += [
                _seconds(name, [run.seconds], "", note),
                Measure(f"{name}: peak memory", f"{run.peak_bytes / 1e6:.0f}", "MB", 1, "", note),
            ]
    return measures


def write_transcription(path: Path, rows: int) -> Path:
    """Write a made-up record of `rows` deployments in the transcription layout."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, TRANSCRIPTION, restval="", lineterminator="\n")
        writer.writeheader()
        for n in range(rows):
            writer.writerow(
                {
                    "source_row": n + 1,
                    "date_printed": f"{n % 28 + 1:02}/{n // 28 % 12 + 1:02}/{n // 336 % 80 + 20:02}",
                    "location": f"High St {n % 211}, Croydon",
                    "borough": "Croydon",
                    "use_case": "Crime Hotspot",
                    "faces_seen": 400 + 37 * (n % 811),
                    "total_alerts": n % 23,
                    "arrests": n % 23 // 2,
                    "false_alert_rate_printed": "0%",
                }
            )
    return path


def clean_file(root: Path, source_id: str, extracted: Path) -> int:
    """Clean one table as the source it is made to look like; the ledger's entries are for real rows."""
    reference = replace(read_reference(Paths(root).reference), corrections=())
    table = read_text_table(extracted)
    return len(clean({source_id: table.assign(source_id=source_id)}, reference).deployments)


def execute(command: list[str], folder: Path) -> Run:
    """Run a command to its end, its output kept back unless it fails.

    Raises:
        RecordError: if it fails.
    """
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, env=clean_environment(), stdout=output, stderr=output)
        peak = watch_memory(child)
        seconds = time.perf_counter() - start
        shown = " ".join(Path(part).name if os.sep in part else part for part in command)
        if child.returncode:
            output.seek(0)
            last = output.read().decode(errors="replace").strip()[-2000:]
            raise RecordError("bench", f"{shown} failed", next_step=f"its last words:\n{last}")
    log.info("%s: %.2f s", shown, seconds)
    return Run(seconds, peak)


def watch_memory(child: subprocess.Popen) -> int:
    """Wait for a child to end and return its largest resident memory in bytes.

    Sampled, because what the kernel reports at the end (`ru_maxrss`) starts from the parent's own size.
    """
    process, peak = psutil.Process(child.pid), 0
    while child.poll() is None:
        with contextlib.suppress(psutil.Error):
            peak = max(peak, process.memory_info().rss)
        time.sleep(SAMPLE_SECONDS)
    return peak


def _seconds(measure: str, seconds: list[float], target: str, note: str) -> Measure:
    return Measure(measure, f"{statistics.median(seconds):.2f}", "s", len(seconds), target, note)


def describe_machine() -> dict[str, str | int]:
    """Say what was measured on, without a name that would tell whose machine it is."""
    return {
        "cpu": _field("/proc/cpuinfo", "model name", ":") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "os": _field("/etc/os-release", "PRETTY_NAME", "=") or platform.system(),
        "python": platform.python_version(),
    }


def _field(file: str, name: str, separator: str) -> str:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(separator)[2].strip(' \t"') for line in lines if line.startswith(name)), "")


if __name__ == "__main__":
    print(clean_file(Path.cwd(), sys.argv[1], Path(sys.argv[2])))
