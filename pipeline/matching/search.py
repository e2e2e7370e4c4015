"""Search: the plain float32 oracle that every faster search must equal."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .gallery import Gallery
from .templates import Templates, as_vectors, unit_rows

BLOCK = 1024  # probes and
TILE = 8192  # gallery rows compared at a time: 32 MiB of scores, whatever the size of either
PAIRS = 256  # settled at a time

Hit = tuple[float, int | str]
"""Minus the score and the identifier, so that the smaller hit is the better one."""


@dataclass(frozen=True)
class Alerts:
    """The alerts of a search, one entry each, in the order of the probes.

    Attributes:
        probe: (k,) row numbers of the probes that alerted.
        identifier: (k,) identifier of the best match.
        score: (k,) float64 cosine of the two templates, correctly rounded.
    """

    probe: NDArray[np.int64]
    identifier: NDArray
    score: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.probe)


def search(gallery: Gallery, probes: ArrayLike, threshold: float) -> Alerts:
    """Compare every probe with every template and return the probes whose best score reaches the threshold.

    Args:
        gallery: What to search; one without rows gives no alerts.
        probes: (m, d) or (d,), ready templates or vectors to be scaled by `unit_templates`.
        threshold: Finite and not negative. A probe alerts if its best score is at or above it.

    Returns:
        At most one alert per probe: the person with the best score, the lower identifier if several share it.
        The result is the same on every machine and however the probes are divided into calls. Working memory
        depends on neither the number of probes nor the size of the gallery.

    Raises:
        ValueError: if a probe cannot be compared, or the threshold is negative, NaN or infinite.

    Example:
        >>> gallery = Gallery([[1, 0], [0, 1]], ["p1", "p2"])
        >>> found = search(gallery, [[3, 4], [-1, -1], [1, 1]], threshold=0.75)  # best scores 0.8, -0.7, 0.7
        >>> found.probe, found.identifier, found.score.round(6)
        (array([0]), array(['p2'], dtype='<U2'), array([0.8]))
    """
    threshold = usable_threshold(threshold)
    vectors = as_vectors(probes, gallery.width)
    best: dict[int, Hit] = {}
    for start in range(0, len(vectors), BLOCK):
        block = unit_rows(vectors[start : start + BLOCK], start)
        for first in range(0, len(gallery), TILE):
            for row, hit in hits(gallery, slice(first, first + TILE), block, threshold):
                best[start + row] = min(hit, best.get(start + row, hit))
    return alerts(gallery, best)


def search_stream(
    find: Callable[[ArrayLike, float], Alerts], blocks: Iterable[ArrayLike], threshold: float
) -> Iterator[Alerts]:
    """Search blocks of probes as they come, so that no more than one of them need exist at a time.

    Args:
        find: `functools.partial(search, gallery)` or `FastSearch(gallery).search`.
        blocks: (m, d) each, of any m.
        threshold: As in `search`.

    Yields:
        The alerts of each block; probes are numbered through from the first block.

    Example:
        >>> from functools import partial
        >>> find = partial(search, Gallery([[1, 0], [0, 1]]))
        >>> [found.probe.tolist() for found in search_stream(find, ([[1, 0], [1, 1]], [[0, 1]]), 0.9)]
        [[0], [2]]
    """
    seen = 0
    for block in blocks:
        found = find(block, threshold)
        yield replace(found, probe=found.probe + seen)
        seen += len(as_vectors(block))


def hits(gallery: Gallery, tile: slice, block: Templates, threshold: float) -> Iterator[tuple[int, Hit]]:
    """Each row of `block` that reaches the threshold in a tile of the gallery, with its best hit there.

    The float32 product only proposes; `exact_score` decides. A product lies within m = `margin(width)` of the
    exact score. If the exact best e of a probe reaches T, its product is at least T - m; and as no product
    exceeds e + m, it is also at least the best product - 2 m. So every row that may be the best is settled
    exactly, whatever the order of addition in the product, and the answer does not depend on that order.
    """
    scores = block @ gallery.templates[tile].T
    best = scores.max(axis=1)
    slack = margin(gallery.width)
    rows = np.flatnonzero(best >= threshold - slack)
    least = np.maximum(best[rows] - 2 * slack, threshold - slack)
    near, columns = np.nonzero(scores[rows] >= least[:, None])
    found: dict[int, Hit] = {}
    for first in range(0, len(near), PAIRS):
        probes, people = rows[near[first : first + PAIRS]], columns[first : first + PAIRS] + tile.start
        exact = exact_scores(gallery.templates[people], block[probes])
        for row, score, name in zip(probes.tolist(), exact, gallery.identifiers[people], strict=True):
            if score >= threshold:
                hit = (-score, name)
                found[row] = min(hit, found.get(row, hit))
    yield from found.items()


def alerts(gallery: Gallery, best: dict[int, Hit]) -> Alerts:
    """Arrange the best hits of the probes that alerted."""
    probes = sorted(best)
    return Alerts(
        np.array(probes, np.int64),
        np.array([best[probe][1] for probe in probes], gallery.identifiers.dtype),
        np.array([-best[probe][0] for probe in probes], np.float64),
    )


def usable_threshold(threshold: float) -> float:
    """Return the threshold as a float64; a negative, NaN or infinite one raises ValueError.

    Example:
        >>> usable_threshold(float("nan"))
        Traceback (most recent call last):
        ValueError: a threshold is finite and not negative, not nan
    """
    if not 0 <= float(threshold) < math.inf:
        raise ValueError(f"a threshold is finite and not negative, not {threshold}")
    return float(threshold)


def exact_score(one: Templates, other: Templates) -> float:
    """Return the cosine of two float32 templates, correctly rounded.

    Example:
        >>> one, other = np.array([[0.5, 2**-30, -0.5], [1, 2**-30, 1]], dtype=np.float32)
        >>> exact_score(one, other) == 2**-60  # a running sum in float32 would lose it
        True
    """
    return exact_scores(one[None], other[None])[0]


def exact_scores(ones: Templates, others: Templates) -> list[float]:
    """The cosines of pairs of float32 templates, (n, d) each, correctly rounded.

    The product of two float32 numbers is exact in float64 (24 + 24 bits of 53), and `math.fsum` rounds once.

    Example:
        >>> ones = np.array([[1, 0], [0.5, 0.5]], dtype=np.float32)
        >>> exact_scores(ones, ones)
        [1.0, 0.5]
    """
    products = ones.astype(np.float64)
    products *= others
    return [math.fsum(row) for row in products.tolist()]


def margin(width: int) -> float:
    """Return how far a float32 product of two templates can lie from their exact score.

    |product - exact| <= gamma(d) |x| |y|, where gamma(n) = n u / (1 - n u) and u = 2**-24, in whatever order
    the terms are added, fused or not (Higham 2002, Accuracy and Stability of Numerical Algorithms, 3.1).
    Eight is added to d for lengths that are 1 only to rounding and for comparisons made in float32.

    Example:
        >>> round(margin(512), 7)  # 520 / (2**24 - 520)
        3.1e-05
    """
    n = width + 8
    return n / (2**24 - n)
