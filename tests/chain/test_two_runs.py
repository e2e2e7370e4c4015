"""Two runs at once: one does the work, the other is refused in clear words, and the result is right."""

import signal
import sys
import time

import psutil
import pytest
from filelock import FileLock, Timeout

from pipeline.core.lock import LOCK_NAME
from tests.chain.support import differences, fingerprints, repro, run, stage, stage_process, start

STAGE = "clean_deployments"


@pytest.fixture(scope="module")
def before(project):
    repro(project, STAGE)
    return fingerprints(project, "data")


def paused_stage(project, process) -> psutil.Process:
    """Wait until the stage holds the project's lock, then halt it there, so that the test does not race."""
    worker, _ = stage_process(project, {STAGE}, process)
    while worker.is_running():
        try:
            FileLock(project / LOCK_NAME).acquire(timeout=0).lock.release()
        except Timeout:
            worker.send_signal(signal.SIGSTOP)
            return worker
        time.sleep(0.005)
    raise AssertionError("the stage ended before it could be stopped")


def test_a_second_stage_is_refused_while_the_first_runs(project, before):
    first = start(project, sys.executable, "-m", "pipeline", STAGE)
    worker = paused_stage(project, first)
    second = stage(project, "derive_measures")
    worker.send_signal(signal.SIGCONT)
    assert second.returncode != 0 and "Traceback" not in second.stderr
    assert (
        "another stage is running in this folder" in second.stderr and "wait for it to end" in second.stderr
    )
    assert first.wait(60) == 0
    assert differences(before, fingerprints(project, "data")) == []


def test_a_second_dvc_repro_is_refused_while_the_first_runs(project, before):
    first = start(project, "dvc", "repro", "--force", "--single-item", STAGE)
    worker = paused_stage(project, first)
    second = run(project, "dvc", "repro", "--force", STAGE)
    worker.send_signal(signal.SIGCONT)
    assert second.returncode != 0 and "Traceback" not in second.stderr
    assert "busy" in second.stderr or "another" in second.stderr.lower()
    assert first.wait(60) == 0
    repro(project, STAGE)
    assert differences(before, fingerprints(project, "data")) == []


def test_of_two_that_start_together_at_least_one_succeeds_and_the_result_is_right(project, before):
    both = [start(project, "dvc", "repro", "--force", "--single-item", STAGE) for _ in range(2)]
    assert 0 in [process.wait(120) for process in both]
    repro(project, STAGE)
    assert differences(before, fingerprints(project, "data")) == []
