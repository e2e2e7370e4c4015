"""Forked kernels: each starts alike, none sees another, and none outlives the process that asked for it."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from pipeline.chapters.kernel import ThisInterpreterBlocking
from pipeline.core.paths import find_root

WAITING = """
import sys, time
from pipeline.chapters.kernel import ThisInterpreterBlocking

if __name__ == "__main__":
    manager = ThisInterpreterBlocking()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    print(manager.provisioner.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def kernel():
    started = []

    def start(folder):
        manager = ThisInterpreterBlocking()
        manager.start_kernel(cwd=str(folder))
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        started.append((manager, client))
        return lambda code: answer(client, code)

    yield start
    for manager, client in started:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def answer(client, expression):
    reply = client.execute_interactive("", user_expressions={"it": expression}, timeout=60)
    return eval(reply["content"]["user_expressions"]["it"]["data"]["text/plain"])


def test_a_kernel_is_this_interpreter_in_the_folder_asked_for(kernel, tmp_path):
    ask = kernel(tmp_path)
    assert ask("__import__('sys').executable") == sys.executable
    assert ask("__import__('os').getcwd()") == str(tmp_path)


def test_two_kernels_know_nothing_of_each_other(kernel, tmp_path):
    first, second = kernel(tmp_path), kernel(tmp_path)
    assert first("setattr(__import__('altair'), 'seen', True)") is None
    assert second("hasattr(__import__('altair'), 'seen')") is False


def test_a_kernel_ends_when_the_process_that_asked_for_it_is_killed(tmp_path):
    (tmp_path / "waiting.py").write_text(WAITING)
    asker = subprocess.Popen(
        [sys.executable, tmp_path / "waiting.py"],
        cwd=find_root(),
        env=os.environ | {"PYTHONPATH": str(find_root())},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    kernel = psutil.Process(int(asker.stdout.readline()))
    server = kernel.parent()
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    end = time.monotonic() + 10
    while (kernel.is_running() or server.is_running()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not kernel.is_running() and not server.is_running()
