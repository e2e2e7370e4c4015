"""The runner on a cluster of separate worker processes on this machine: same bits, whoever dies."""

import os
import signal
import threading
import time
from functools import partial

import dask
import pytest
from distributed import Client, LocalCluster

from pipeline.benchmarks.running import cluster as cluster_module
from pipeline.benchmarks.running import store
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.throughput.national import National, alerts_of_block
from pipeline.core.errors import RecordError

# a real engine's work, with alerts in most blocks
RUN = National(faces=24 * 2048, entries=1000, thresholds=(0.54, 0.56), faces_a_block=2048)
WORK = partial(alerts_of_block, run=RUN)


@pytest.fixture(scope="module")
def store_of_one(tmp_path_factory):
    """Where the blocks lie that this process worked out by itself."""
    folder = tmp_path_factory.mktemp("alone")
    Runner(folder).run(WORK, RUN.blocks, "a")
    return folder


@pytest.fixture(scope="module")
def alone(store_of_one):
    """What this process found by itself."""
    results = Runner(store_of_one).run(WORK, RUN.blocks, "a")
    assert sum(len(result["alerts"]) for result in results) > 50
    return results


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process of its own with a nanny that starts it anew when it dies."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=":0"
    ) as started:
        yield started


def test_a_cluster_finds_the_same_bit_for_bit(alone, cluster, tmp_path):
    runner = Runner(tmp_path, cluster.scheduler_address)
    assert runner.run(WORK, RUN.blocks, "a") == alone


def test_a_cluster_whose_worker_is_killed_half_way_finds_the_same(alone, cluster, tmp_path):
    with Client(cluster) as client:
        before = client.run(os.getpid)
    victim = next(iter(before.values()))
    killed = []

    def kill_half_way():
        while len(list(tmp_path.glob("a/*.json"))) < RUN.blocks // 3:
            time.sleep(0.02)
        os.kill(victim, signal.SIGKILL)
        killed.append(len(list(tmp_path.glob("a/*.json"))))

    killer = threading.Thread(target=kill_half_way, daemon=True)
    killer.start()
    runner = Runner(tmp_path, cluster.scheduler_address)
    assert runner.run(WORK, RUN.blocks, "a") == alone
    assert killed and killed[0] < RUN.blocks - 4, "the kill came too late to meet a running block"
    with Client(cluster) as client:
        client.wait_for_workers(2, timeout=20)
        assert victim not in client.run(os.getpid).values()


def test_blocks_finished_on_one_machine_are_taken_on_the_cluster(alone, store_of_one, cluster, monkeypatch):
    monkeypatch.setattr(cluster_module, "Client", None)  # nobody is asked
    assert Runner(store_of_one, cluster.scheduler_address).run(WORK, RUN.blocks, "a") == alone


def test_what_a_block_raises_reaches_the_caller(cluster, tmp_path):
    with pytest.raises(IndexError, match="range"):
        Runner(tmp_path, cluster.scheduler_address).run([].__getitem__, 3, "a")


def test_workers_with_other_code_are_named(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "version", lambda name: f"{name} of tomorrow")  # here, not on the workers
    store.installed.cache_clear()
    try:
        with pytest.raises(RecordError, match=r"other code, numpy or scipy than here on tcp://127\.0\.0\.1"):
            Runner(tmp_path, cluster.scheduler_address).run(abs, 3, "a")
    finally:
        store.installed.cache_clear()


def test_a_scheduler_that_is_lost_half_way_is_an_error_and_leaves_the_finished_blocks(tmp_path):
    options = {"host": "127.0.0.1", "dashboard_address": ":0"}
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, **options) as lost:

        def lose_it():
            while not list(tmp_path.glob("a/*.json")):
                time.sleep(0.02)
            lost.close()

        threading.Thread(target=lose_it, daemon=True).start()
        with pytest.raises(RecordError, match="the Dask scheduler was lost"):
            Runner(tmp_path, lost.scheduler_address).run(partial(dict.fromkeys, "ab"), 5000, "a")
    assert list(tmp_path.glob("a/*.json"))


def test_a_block_that_kills_every_worker_is_an_error_and_not_a_loop(tmp_path):
    options = {"host": "127.0.0.1", "dashboard_address": ":0"}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),  # three otherwise, each a new worker
        LocalCluster(n_workers=1, threads_per_worker=1, processes=True, **options) as doomed,
        pytest.raises(RecordError, match="one worker after another died"),
    ):
        Runner(tmp_path, doomed.scheduler_address).run(os._exit, 1, "a")


def test_a_scheduler_without_workers_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_module, "SECONDS_FOR_A_WORKER", 0.5)
    with (
        LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=":0") as empty,
        pytest.raises(RecordError, match="the scheduler has no worker"),
    ):
        Runner(tmp_path, empty.scheduler_address).run(abs, 3, "a")


def test_a_scheduler_that_does_not_answer_is_an_error_within_seconds(tmp_path):
    start = time.monotonic()
    with pytest.raises(RecordError, match="no Dask scheduler answers here"):
        Runner(tmp_path, "tcp://127.0.0.1:9").run(abs, 3, "a")
    assert time.monotonic() - start < 15


def test_an_address_that_is_none_is_an_error(tmp_path):
    with pytest.raises(RecordError, match="no Dask scheduler answers here"):
        Runner(tmp_path, "nonsense://here").run(abs, 3, "a")
