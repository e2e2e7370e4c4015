"""Look through this process's memory for templates that should be gone."""

import gc
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .templates import unit_templates

SAME = 1e-6  # a copy in float32 differs by less; strangers are far further apart


def count_holders(vectors: ArrayLike) -> int:
    """Count the arrays alive in this process of which a row points the same way as one of these vectors.

    Every object that Python's garbage collector knows is visited, with all it refers to, so a copy is found
    in any list, dictionary, object, closure or cache, scaled or not, in any floating-point type. An array
    given by name is counted like any other. Not seen: local variables of functions that are still running,
    and memory that was given back, for freed is not overwritten.

    Args:
        vectors: (n, d), or (d,).

    Example:
        >>> face = np.array([3.0, 4.0, 12.0, 84.0])
        >>> count_holders(face)
        1
        >>> album = {"a copy, scaled": [2 * face]}
        >>> count_holders(face)
        2
        >>> album.clear()
        >>> count_holders(face)
        1
    """
    alive = _arrays_alive()  # before the next line adds one
    wanted = unit_templates(vectors).astype(np.float64)
    return sum(_holds(array, wanted) for array in alive)


def _holds(array: np.ndarray, wanted: np.ndarray) -> bool:
    if array.dtype.kind != "f" or array.ndim == 0 or array.shape[-1] != wanted.shape[1]:
        return False
    rows = np.asarray(array, dtype=np.float64).reshape(-1, wanted.shape[1])
    with np.errstate(all="ignore"):
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return bool(np.any(rows @ wanted.T > 1 - SAME))


def _arrays_alive() -> list[np.ndarray]:
    """Arrays are not known to the collector; what holds them is, or is held by something that is."""
    gc.unfreeze()  # what was frozen, as before a fork, would be out of its sight
    gc.collect()
    waiting: list[Any] = gc.get_objects()
    seen = {id(thing) for thing in waiting}
    arrays = []
    while waiting:
        parts = gc.get_referents(waiting.pop())
        for part in parts:
            if id(part) in seen:
                continue
            seen.add(id(part))
            if isinstance(part, np.ndarray):
                arrays.append(part)
                parts.append(part.base)  # a slice keeps alive the whole that it was cut from
            if not gc.is_tracked(part):
                waiting.append(part)
    return arrays
