"""The runner on one machine: what it takes from disk, what it works out again, and what a kill leaves."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from functools import partial

import pytest

from pipeline.benchmarks.running import store
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.running.side_by_side import finished_side_by_side, workers
from pipeline.benchmarks.throughput import national
from pipeline.benchmarks.throughput.national import National, alerts_of_block
from pipeline.core.paths import find_root
from pipeline.tools.workspace import clean_environment

RUN = National(faces=5 * 512, entries=200, thresholds=(0.48, 0.5), faces_a_block=512)


def noted(block, log, factor=1.0):
    """Work that leaves a trace each time it is done."""
    with open(log, "a") as file:
        file.write(f"{block}\n")
    return {"block": block, "value": factor * block / 3}


def done(log):
    return [int(line) for line in log.read_text().split()] if log.exists() else []


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def test_results_come_in_the_order_of_the_blocks(tmp_path, log):
    results = Runner(tmp_path / "store").run(partial(noted, log=log), 4, "a")
    assert results == [{"block": n, "value": n / 3} for n in range(4)]


def test_no_blocks_give_no_results(tmp_path, log):
    assert Runner(tmp_path / "store").run(partial(noted, log=log), 0, "a") == []


def test_finished_blocks_are_not_worked_out_again_until_the_run_is_finished(tmp_path, log):
    runner, work = Runner(tmp_path / "store"), partial(noted, log=log)
    first = runner.run(work, 2, "a")
    assert runner.run(work, 4, "a")[:2] == first
    assert done(log) == [0, 1, 2, 3]
    runner.finish()
    assert not (tmp_path / "store").exists()
    runner.run(work, 1, "a")
    assert done(log) == [0, 1, 2, 3, 0]


def test_a_resumed_result_equals_a_fresh_one_even_where_json_changes_it(tmp_path):
    runner = Runner(tmp_path / "store")
    fresh = runner.run(changed_by_json, 1, "a")
    assert fresh == [{"pair": [1, 2], "by": {"1": 0.1}}]  # a tuple becomes a list, a number as a key a text
    assert runner.run(changed_by_json, 1, "a") == fresh


def changed_by_json(block):
    return {"pair": (1, 2), "by": {1: 0.1}}


def test_blocks_of_other_settings_are_not_taken(tmp_path, log):
    runner = Runner(tmp_path / "store")
    runner.run(partial(noted, log=log), 2, "a")
    assert runner.run(partial(noted, log=log, factor=2.0), 2, "a")[1]["value"] == 2 / 3
    assert done(log) == [0, 1, 0, 1]


@pytest.mark.parametrize("what", ["code", "library"])
def test_blocks_of_other_code_or_libraries_are_not_taken(tmp_path, log, monkeypatch, what):
    package = tmp_path / "pipeline"
    for folder in store.CODE:
        (package / folder).mkdir(parents=True)
        (package / folder / "a.py").write_text("x = 1\n")
    monkeypatch.setattr(store, "PACKAGE", package)
    runner = Runner(tmp_path / "store")
    store.installed.cache_clear()
    try:
        runner.run(partial(noted, log=log), 1, "a")
        if what == "code":
            (package / "matching" / "a.py").write_text("x = 2\n")
        else:
            monkeypatch.setattr(store, "version", lambda name: f"{name} of tomorrow")
        store.installed.cache_clear()
        runner.run(partial(noted, log=log), 1, "a")
    finally:
        store.installed.cache_clear()
    assert done(log) == [0, 0]


@pytest.mark.parametrize(
    "damage",
    {
        "cut off": lambda text: text[: len(text) // 2],
        "emptied": lambda text: "",
        "another number": lambda text: text.replace("0.333", "0.334"),
        "no text": lambda text: "\ud800",
    }.items(),
    ids=lambda item: item[0],
)
def test_a_damaged_block_is_worked_out_again(tmp_path, log, damage):
    runner, work = Runner(tmp_path / "store"), partial(noted, log=log)
    whole = runner.run(work, 2, "a")
    file = tmp_path / "store" / "a" / "000001.json"
    file.write_bytes(damage[1](file.read_text()).encode(errors="surrogatepass"))
    assert runner.run(work, 2, "a") == whole
    assert done(log) == [0, 1, 1]


def test_a_block_in_the_place_of_another_is_worked_out_again(tmp_path, log):
    runner, work = Runner(tmp_path / "store"), partial(noted, log=log)
    whole = runner.run(work, 2, "a")
    (tmp_path / "store/a/000001.json").write_bytes((tmp_path / "store/a/000000.json").read_bytes())
    assert runner.run(work, 2, "a") == whole


def test_work_that_cannot_be_pickled_and_results_that_json_lacks_are_refused(tmp_path):
    with pytest.raises(TypeError, match="picklable"):
        Runner(tmp_path).run(lambda block: {}, 1, "a")
    with pytest.raises(TypeError, match="block 0 returned a number"):
        Runner(tmp_path).run(not_a_number, 1, "a")
    with pytest.raises(TypeError, match="block 0 returned int, not a dictionary"):
        Runner(tmp_path).run(abs, 1, "a")


def not_a_number(block):
    return {"value": float("nan")}


def test_the_log_has_a_line_for_about_every_tenth(tmp_path, log, monkeypatch):
    said = []
    monkeypatch.setattr(
        "pipeline.benchmarks.running.runner.log.info", lambda text, *args: said.append(text % args)
    )
    runner = Runner(tmp_path / "store")
    runner.run(partial(noted, log=log), 40, "a")
    assert said == [f"a: {done} of 40 blocks" for done in range(4, 41, 4)]
    runner.run(partial(noted, log=log), 41, "a")
    assert said[10:] == ["a: 40 of 41 blocks were finished before", "a: 41 of 41 blocks"]


CHILD = """
import sys, time
from functools import partial
from pathlib import Path
from pipeline.benchmarks.throughput.national import National, alerts_of_block
from pipeline.benchmarks.running.runner import Runner

def slow(block, run, log):
    with open(log, "a") as file:
        file.write(f"{block}\\n")
    time.sleep(0.2)
    return alerts_of_block(block, run)

if __name__ == "__main__":
    import json
    folder = Path(sys.argv[1])
    run = National(faces=5 * 512, entries=200, thresholds=(0.48, 0.5), faces_a_block=512)
    results = Runner(folder / "store").run(partial(slow, run=run, log=folder / "log"), run.blocks, "national")
    (folder / "results.json").write_text(json.dumps(results))
"""


def test_a_run_that_is_killed_resumes_without_repeating_a_finished_block(tmp_path, log):
    child = tmp_path / "child.py"
    child.write_text(CHILD)
    command = [sys.executable, str(child), str(tmp_path)]
    options = {"cwd": tmp_path, "env": clean_environment() | {"PYTHONPATH": str(find_root())}}
    with open(tmp_path / "said", "wb") as said:
        running = subprocess.Popen(command, stdout=said, stderr=said, **options)
        while running.poll() is None and len(list(tmp_path.glob("store/national/*.json"))) < 2:
            time.sleep(0.01)
        os.kill(running.pid, signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL, (tmp_path / "said").read_text()
    kept = [int(file.stem) for file in tmp_path.glob("store/national/*.json")]
    assert 2 <= len(kept) < RUN.blocks
    subprocess.run(command, check=True, capture_output=True, **options)
    assert all(done(log).count(block) == 1 for block in kept)
    results = json.loads((tmp_path / "results.json").read_text())
    assert results == [alerts_of_block(block, RUN) for block in range(RUN.blocks)]
    assert sum(len(result["alerts"]) for result in results) > 0


def test_blocks_side_by_side_give_what_one_process_gives(tmp_path):
    work = partial(alerts_of_block, run=RUN)
    alone = Runner(tmp_path / "alone").run(work, 3, "a")
    with workers(2, [national.__name__]) as pool:
        assert Runner(tmp_path / "together", pool=pool).run(work, 3, "a") == alone


def test_what_a_block_raises_side_by_side_reaches_the_caller(tmp_path):
    with workers(2, []) as pool, pytest.raises(ZeroDivisionError):
        Runner(tmp_path / "store", pool=pool).run(partial(divmod, 1), 2, "a")


def test_blocks_that_are_called_off_keep_nobody_waiting(tmp_path):
    with workers(1, []) as pool:
        finished = finished_side_by_side(pool, two_seconds, "a", [0, 1, 2])
        threading.Timer(0.2, pool.shutdown, kwargs={"wait": False, "cancel_futures": True}).start()
        with pytest.raises(CancelledError):
            list(finished)


def two_seconds(block):
    time.sleep(2)
    return {}
