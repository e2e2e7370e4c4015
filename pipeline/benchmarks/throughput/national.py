"""The decade's faces against one watchlist: strangers drawn, searched and forgotten, a block at a time.

Every face is a stranger's, so each alert is a false one. One search at the lower threshold serves both: an
alert at the higher is an alert at the lower whose score reaches it.
"""

import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.benchmarks.model.population import Population
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FastSearch

CHUNK = 8192  # faces held at a time: 16 MB of templates, whatever the size of the run
LIST = 2**32 - 1  # the stream of the watchlist, which no block can have


@dataclass(frozen=True)
class National:
    """A run of so many faces against one list.

    Args:
        faces: Faces to search, all strangers'.
        entries: People on the list, one image each.
        thresholds: Ascending; faces are searched at the first.
        faces_a_block: Faces of one block, the unit in which a run resumes.
        seed: Seed of the list and of every block.
        population: Who is listed and who passes.
    """

    faces: int
    entries: int
    thresholds: tuple[float, ...]
    faces_a_block: int = 65_536
    seed: int = 20230405
    population: Population = field(default_factory=Population)

    @property
    def blocks(self) -> int:
        return -(-self.faces // self.faces_a_block)

    def faces_in(self, block: int) -> int:
        """Faces of a block; the last may have fewer.

        Example:
            >>> run = National(faces=10, entries=1, thresholds=(0.6,), faces_a_block=4)
            >>> [run.faces_in(block) for block in range(run.blocks)]
            [4, 4, 2]
        """
        return min(self.faces_a_block, self.faces - block * self.faces_a_block)


@cache
def watchlist(run: National) -> FastSearch:
    """The list, ready to be searched; made once in each process."""
    rng = np.random.default_rng([run.seed, LIST])
    people = run.population.identities(rng, run.entries)
    return FastSearch(Gallery(run.population.enrol(rng, people)))


def search_block(block: int, run: National) -> dict:
    """Draw the faces of one block and search them.

    Returns:
        `faces`, and `alerts`: face number within the block, list entry and score of each. Under `cost`, which
        differs from run to run, the seconds and the processor seconds of drawing and of searching, and the
        largest memory of the process so far.
    """
    listed = watchlist(run)
    rng = np.random.default_rng([run.seed, block])
    alerts, drawing, searching = [], np.zeros(2), np.zeros(2)
    for start in range(0, run.faces_in(block), CHUNK):
        before = _clocks()
        faces = run.population.strangers(rng, min(CHUNK, run.faces_in(block) - start))
        drawn = _clocks()
        found = listed.search(faces, run.thresholds[0])
        alerts += [
            [start + int(face), int(entry), float(score)]
            for face, entry, score in zip(found.probe, found.identifier, found.score, strict=True)
        ]
        searched = _clocks()
        drawing += drawn - before
        searching += searched - drawn
    cost = {
        "draw_seconds": drawing[0],
        "search_seconds": searching[0],
        "draw_cpu_seconds": drawing[1],
        "search_cpu_seconds": searching[1],
        "peak_bytes": peak_bytes(),
    }
    return {"faces": run.faces_in(block), "alerts": alerts, "cost": cost}


def alerts_of_block(block: int, run: National) -> dict:
    """The same without the cost: equal on every machine and in every run."""
    result = search_block(block, run)
    return {"faces": result["faces"], "alerts": result["alerts"]}


def _clocks() -> np.ndarray:
    """Seconds by the clock, and of processor time over all threads of this process."""
    return np.array([time.perf_counter(), time.process_time()])


def peak_bytes() -> int:
    """The largest resident memory that this process ever had."""
    status = Path("/proc/self/status")
    if status.is_file():  # what getrusage says starts from the size of the process that started this one
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
