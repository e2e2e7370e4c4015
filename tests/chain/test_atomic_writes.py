"""Whoever is killed while writing leaves a file that is whole: the old one or the new one."""

import multiprocessing
import random
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.core.io import replace_folder, write_bytes, write_json, write_table, write_text

KILLS = 20
LINES = 60_000  # long enough that a kill falls into the write, not beside it
ROWS = 6_000

# each writer, and the file it must leave for a letter, written out by hand
WRITERS: dict[str, tuple[Callable[[str, Path], None], Callable[[str], str]]] = {
    "bytes": (lambda x, path: write_bytes(f"{x}\n".encode() * LINES, path), lambda x: f"{x}\n" * LINES),
    "text": (lambda x, path: write_text(f"{x}\n" * LINES, path), lambda x: f"{x}\n" * LINES),
    "table": (
        lambda x, path: write_table(pd.DataFrame({"letter": [x] * ROWS}), path),
        lambda x: "letter\n" + f"{x}\n" * ROWS,
    ),
    "json": (
        lambda x, path: write_json([x] * ROWS, path),
        lambda x: "[\n" + ",\n".join([f' "{x}"'] * ROWS) + "\n]\n",
    ),
}


def kill_while_running(work: Callable[[], None], chance: random.Random) -> None:
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    time.sleep(chance.uniform(0.005, 0.05))
    process.kill()
    process.join()


@pytest.mark.parametrize("name", WRITERS)
def test_a_killed_writer_leaves_a_whole_file(tmp_path, name):
    write, expected = WRITERS[name]
    whole = {expected("a"), expected("b")}
    chance = random.Random(20240717)
    seen = set()

    def write_for_ever() -> None:
        while True:
            write("a", tmp_path / "file")
            write("b", tmp_path / "file")

    for kills in range(10 * KILLS):
        if kills >= KILLS and seen == whole:
            break  # on a busy machine it takes more kills until one falls after the second letter
        kill_while_running(write_for_ever, chance)
        if (tmp_path / "file").exists():
            seen.add((tmp_path / "file").read_text(encoding="utf-8"))
    assert seen == whole


def test_a_killed_replacement_leaves_a_whole_folder_or_none_and_the_next_one_succeeds(tmp_path):
    target = tmp_path / "target"
    chance = random.Random(20240725)
    found = 0

    def replace_for_ever() -> None:
        while True:
            for letter in "ab":
                with replace_folder(target) as fresh:
                    for name in ("one", "two", "three"):
                        (fresh / name).write_text(letter * 50_000, encoding="utf-8")

    for _ in range(KILLS):
        kill_while_running(replace_for_ever, chance)
        if target.exists():
            contents = [file.read_text(encoding="utf-8") for file in target.iterdir()]
            assert contents in (["a" * 50_000] * 3, ["b" * 50_000] * 3)
            found += 1
    assert found > KILLS / 2, "the folder should be there after nearly every kill"

    with replace_folder(target) as fresh:
        (fresh / "one").touch()
    assert [file.name for file in target.iterdir()] == ["one"]
