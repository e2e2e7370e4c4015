"""The engine and its peers behind one question: which row is the best match at or above the threshold?

Each takes unit float32 templates and answers with the best row of each probe, or -1 where nobody reaches the
threshold. Exact peers must give the oracle's answers before they are timed.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from pipeline.benchmarks.throughput.peaks import onnx_product
from pipeline.core.errors import RecordError
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FastSearch
from pipeline.matching.search import margin, search
from pipeline.matching.templates import Templates

Decide = Callable[[Templates, float], NDArray[np.int64]]

CELLS = 4 * 2**20  # scores held at a time: 16 MB, so that memory does not grow with gallery or batch


@dataclass(frozen=True)
class Peer:
    """A library that searches.

    Args:
        name: What the table calls it.
        package: The distribution that it comes in; None for the engine itself.
        precision: What decides.
        build: From templates (n, d) and a number of threads to the function that answers.
    """

    name: str
    package: str | None
    precision: str
    build: Callable[[Templates, int], Decide]

    @property
    def version(self) -> str:
        return version(self.package) if self.package else ""


def require(*modules: str) -> None:
    """Stop at once if a peer is missing: a table without it would look complete.

    Raises:
        RecordError: naming what is missing.
    """
    missing = []
    for module in modules:
        try:
            importlib.import_module(module)
        except ImportError:
            missing.append(module)
    if missing:
        raise RecordError(
            "requirements-bench.txt",
            "a library to compare with is not installed",
            value=", ".join(missing),
            next_step="run `make bench`, which installs them from requirements-bench.lock",
        )


def engine(gallery: Templates, threads: int) -> Decide:
    """The engine's fast search, which also checks and scales every probe, as its peers do not."""
    fast = FastSearch(Gallery(gallery), threads)

    def decide(probes: Templates, threshold: float) -> NDArray[np.int64]:
        found = fast.search(probes, threshold)
        rows = np.full(len(probes), -1)
        rows[found.probe] = found.identifier
        return rows

    return decide


def numpy_float32(gallery: Templates, threads: int) -> Decide:
    """A matrix product, tile by tile of the gallery; it uses as many threads as numpy's BLAS was given."""

    def decide(probes: Templates, threshold: float) -> NDArray[np.int64]:
        tile = max(1, CELLS // len(probes))
        rows, best = np.full(len(probes), -1), np.full(len(probes), np.float32(threshold))
        for start in range(0, len(gallery), tile):
            _take_best(probes @ gallery[start : start + tile].T, start, rows, best)
        return rows

    return decide


def onnx_float32(gallery: Templates, threads: int) -> Decide:
    """The same product in onnxruntime, which packs the gallery once; probes go through it a few at a time."""
    product = onnx_product(gallery.T, threads)

    def decide(probes: Templates, threshold: float) -> NDArray[np.int64]:
        step = max(1, CELLS // len(gallery))
        rows, best = np.full(len(probes), -1), np.full(len(probes), np.float32(threshold))
        for start in range(0, len(probes), step):
            part = slice(start, start + step)
            _take_best(product(probes[part]), 0, rows[part], best[part])
        return rows

    return decide


def _take_best(scores: NDArray, first: int, rows: NDArray, best: NDArray) -> None:
    """Enter in `rows` and `best` who scores above (in the first tile, at or above) what was best so far."""
    top = scores.max(axis=1)
    better = np.flatnonzero((top > best) | ((top == best) & (rows < 0)))
    rows[better] = first + scores[better].argmax(axis=1)
    best[better] = top[better]


def faiss_flat(gallery: Templates, threads: int) -> Decide:
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(gallery.shape[1])
    index.add(gallery)
    return faiss_decides(index)


def faiss_decides(index: object) -> Decide:
    def decide(probes: Templates, threshold: float) -> NDArray[np.int64]:
        scores, rows = index.search(probes, 1)
        return np.where(scores[:, 0] >= threshold, rows[:, 0], -1)

    return decide


def usearch_exact(gallery: Templates, threads: int) -> Decide:
    from usearch.index import MetricKind
    from usearch.index import search as exact

    def decide(probes: Templates, threshold: float) -> NDArray[np.int64]:
        found = exact(gallery, probes, 1, MetricKind.IP, exact=True, threads=threads)
        keys, distances = np.atleast_2d(found.keys), np.atleast_2d(found.distances)
        return np.where(distances[:, 0] <= 1 - threshold, keys[:, 0].astype(np.int64), -1)

    return decide


def hnswlib_brute_force(gallery: Templates, threads: int) -> Decide:
    import hnswlib

    index = hnswlib.BFIndex(space="ip", dim=gallery.shape[1])
    index.init_index(max_elements=len(gallery))
    index.set_num_threads(threads)
    index.add_items(gallery)
    return hnswlib_decides(index)


def hnswlib_decides(index: object) -> Decide:
    def decide(probes: Templates, threshold: float) -> NDArray[np.int64]:
        rows, distances = index.knn_query(probes, 1)
        return np.where(distances[:, 0] <= 1 - threshold, rows[:, 0].astype(np.int64), -1)

    return decide


PEERS = (
    Peer("engine (8-bit screen)", None, "int8, then exact", engine),
    Peer("numpy", "numpy", "float32", numpy_float32),
    Peer("onnxruntime MatMul", "onnxruntime", "float32", onnx_float32),
    Peer("faiss IndexFlatIP", "faiss-cpu", "float32", faiss_flat),
    Peer("usearch exact", "usearch", "float32", usearch_exact),
    Peer("hnswlib brute force", "hnswlib", "float32", hnswlib_brute_force),
)


def check(name: str, decide: Decide, gallery: Gallery, probes: Templates, threshold: float) -> int:
    """Compare a peer's answers with the oracle's and return how many alerts they share.

    A probe whose score lies within rounding of the threshold is left out, for there a float32 library may
    fall on either side.

    Raises:
        RecordError: at the first probe on which they differ.
    """
    slack = 2 * margin(gallery.width)
    near = search(gallery, probes, threshold - slack)
    clear = near.score >= threshold + slack
    expected = np.full(len(probes), -1)
    expected[near.probe[clear]] = near.identifier[clear]
    settled = np.ones(len(probes), bool)
    settled[near.probe[~clear]] = False
    differs = np.flatnonzero((decide(probes, threshold) != expected) & settled)
    if len(differs):
        raise RecordError(
            name,
            "does not find what the exact search finds",
            row=int(differs[0]),
            next_step="it must not be timed before it does",
        )
    return int(clear.sum())
