"""One process may draw for many: the same bytes, the same refusals, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from pipeline.core.drawing import SHARED, draw, drawing_shared
from pipeline.core.paths import find_root

SPEC = {
    "mark": "bar",
    "data": {"values": [{"x": "a", "y": 1.5}]},
    "encoding": {"x": {"field": "x", "type": "nominal"}, "y": {"field": "y", "type": "quantitative"}},
}
ASK = "import json, sys; from pipeline.core.drawing import draw; print(draw(json.loads(sys.argv[1])), end='')"
SHARING = """
import time, psutil
from pipeline.core.drawing import drawing_shared
with drawing_shared():
    print(psutil.Process().children()[0].pid, flush=True)
    time.sleep(600)
"""


def children():
    return set(psutil.Process().children())


def test_a_shared_process_draws_the_bytes_that_this_one_draws():
    alone = draw(SPEC)  # this process has drawn before the other starts
    with drawing_shared():
        asked = [
            subprocess.Popen(
                [sys.executable, "-c", ASK, json.dumps(SPEC)], stdout=subprocess.PIPE, cwd=find_root()
            )
            for _ in range(3)
        ]
        drawn = [process.communicate(timeout=60)[0].decode() for process in asked]
        assert draw(SPEC) == alone
    assert drawn == [alone] * 3 and alone.startswith("<svg")


def test_what_vega_refuses_is_the_same_error_and_the_next_drawing_succeeds():
    wrong = {"mark": "no such mark", "data": {"values": []}}
    with pytest.raises(ValueError) as alone:
        draw(wrong)
    with drawing_shared():
        with pytest.raises(ValueError) as shared:
            draw(wrong)
        assert draw(SPEC).startswith("<svg")
    assert str(shared.value) == str(alone.value)


def test_the_process_ends_with_the_sharing():
    before = children()
    with drawing_shared():
        assert len(children() - before) == 1
    assert children() <= before
    assert SHARED not in os.environ


def test_who_asks_a_process_that_has_died_gets_an_error_and_does_not_wait():
    before = children()
    with drawing_shared():
        draw(SPEC)
        (process,) = children() - before
        process.kill()
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        with pytest.raises(OSError):
            draw(SPEC)


def test_the_process_ends_when_the_one_that_shares_it_is_killed():
    sharer = subprocess.Popen(
        [sys.executable, "-c", SHARING], stdout=subprocess.PIPE, cwd=find_root(), start_new_session=True
    )
    process = psutil.Process(int(sharer.stdout.readline()))
    sharer.send_signal(signal.SIGKILL)
    sharer.communicate()
    end = time.monotonic() + 10
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.05)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
