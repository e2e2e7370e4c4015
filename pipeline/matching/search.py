"""Search: the plain float32 oracle that every faster search must equal."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .gallery import Gallery
from .templates import Templates, unit_templates

BLOCK = 2048  # probes compared at a time, so that memory does not grow with their number


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
    """Compare every probe with every template and return those whose best score reaches the threshold."""
    if math.isnan(threshold):
        raise ValueError("the threshold is NaN")
    templates = unit_templates(probes, gallery.width)
    found = []
    for start in range(0, len(templates), BLOCK):
        block = templates[start : start + BLOCK]
        scores = block @ gallery.templates.T
        best = scores.max(axis=1, initial=-np.inf)
        for row in np.flatnonzero(best >= threshold - margin(gallery.width)):
            near = np.flatnonzero(scores[row] >= max(best[row], threshold) - 2 * margin(gallery.width))
            hit = settle(gallery, near, block[row])
            if hit and hit[1] >= threshold:
                found.append((start + row, *hit))
    probe, identifier, score = zip(*found, strict=True) if found else ((), (), ())
    return Alerts(
        np.array(probe, np.int64),
        np.array(identifier, gallery.identifiers.dtype),
        np.array(score, np.float64),
    )


def settle(gallery: Gallery, rows: NDArray[np.int64], probe: Templates) -> tuple | None:
    """The best of a few rows by correctly rounded score, then by identifier: the same on every machine."""
    scored = [(-exact_score(gallery.templates[row], probe), gallery.identifiers[row]) for row in rows]
    if not scored:
        return None
    score, identifier = min(scored)
    return identifier, -score


def exact_score(one: Templates, other: Templates) -> float:
    """The cosine of two float32 templates, correctly rounded: products are exact in float64, and so is the sum."""
    return math.fsum((one.astype(np.float64) * other.astype(np.float64)).tolist())


def margin(width: int) -> float:
    """Bound on the error of a float32 product of two unit vectors (Higham 2002, section 3.1)."""
    return (width + 4) * 2.0**-24
