"""Templates: vectors checked, and scaled to unit length, at entry."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Templates = NDArray[np.float32]

WIDEST = 65_536
"""Widest vector that is taken: beyond it the 32-bit sums of the fast search could overflow."""

ROWS = 512  # scaled at a time, so that the float64 working copies stay in the cache

READY = 2.0**-22
"""A float32 row whose squared length is this near to 1 is a template already and is never scaled twice.

Rounding a unit vector to float32 moves its squared length by less than half of this.
"""


def unit_templates(vectors: ArrayLike, width: int | None = None) -> Templates:
    """Return the rows of `vectors` scaled to unit length, as a new float32 array (n, d).

    Values may be as large or small as float64 allows (1e300, 5e-324): each row is first scaled by a power of
    two, which is exact. Rows that are templates already come back unchanged.

    Args:
        vectors: (n, d) or, for one vector, (d,); integers or floats of at most 64 bits, in any memory order.
            No rows (0, d) give no templates.
        width: The d that they must have; any from 1 to `WIDEST` if None.

    Raises:
        ValueError: if a row holds NaN or infinity or has no length, or the array has another type or shape.

    Example:
        >>> unit_templates([[3, 4], [0, -2]])
        array([[ 0.6,  0.8],
               [ 0. , -1. ]], dtype=float32)
        >>> unit_templates([[3, 4], [0, 0]])
        Traceback (most recent call last):
        ValueError: row 1 cannot be compared: it has no length
    """
    array = as_vectors(vectors, width)
    templates = np.empty(array.shape, np.float32)
    for start in range(0, len(array), ROWS):
        templates[start : start + ROWS] = unit_rows(array[start : start + ROWS], start)
    return templates


def as_vectors(vectors: ArrayLike, width: int | None = None) -> NDArray:
    """Return `vectors` as a two-dimensional array of real numbers, values unchanged.

    Raises:
        ValueError: if it is of another type, shape or width.

    Example:
        >>> as_vectors([3, 4]).shape
        (1, 2)
        >>> as_vectors([[True, False]])
        Traceback (most recent call last):
        ValueError: expected integers or floats of at most 64 bits, got bool
    """
    if isinstance(vectors, np.ma.MaskedArray):
        raise ValueError("a masked array cannot be compared: fill it or leave the rows out")
    try:
        array = np.asarray(vectors)
    except ValueError as error:
        raise ValueError("expected rows of one width, got rows of different widths") from error
    if not _is_real(array):
        raise ValueError(f"expected integers or floats of at most 64 bits, got {array.dtype}")
    if array.ndim == 1:
        array = array[None]
    if array.ndim != 2:
        raise ValueError(f"expected an array (rows, width), got one of shape {array.shape}")
    if not 1 <= array.shape[1] <= WIDEST:
        raise ValueError(f"expected vectors of width 1 to {WIDEST}, got width {array.shape[1]}")
    if width is not None and array.shape[1] != width:
        raise ValueError(f"expected vectors of width {width}, got width {array.shape[1]}")
    return array


def unit_rows(array: NDArray, first: int = 0) -> Templates:
    """Scale a block of `as_vectors`, whose first row is row `first` of the whole, to unit length.

    Returns a C-contiguous float32 array: the block itself where it consists of templates.

    Example:
        >>> block = np.array([[0.6, 0.8]], dtype=np.float32)
        >>> unit_rows(block) is block
        True
    """
    rows = array.astype(np.float64)
    if array.dtype != np.float32:
        return _scaled(rows, first)
    with np.errstate(invalid="ignore"):  # NaN and infinity are reported below
        squares = np.einsum("ij,ij->i", rows, rows)
    ready = np.abs(squares - 1) <= READY
    if ready.all():
        return np.ascontiguousarray(array)
    _refuse(~np.isfinite(squares), squares == 0, first)  # squares of float32 fit into float64, large or small
    rows /= np.sqrt(np.where(ready, 1, squares))[:, None]  # by 1: unchanged
    return rows.astype(np.float32)


def _scaled(rows: NDArray[np.float64], first: int) -> Templates:
    """Scale rows of any size to unit length, first by a power of two so that no square is lost."""
    largest = np.abs(rows).max(axis=1)
    _refuse(~np.isfinite(largest), largest == 0, first)
    scaled = np.ldexp(rows, -np.frexp(largest)[1][:, None])
    lengths = np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
    return (scaled / lengths[:, None]).astype(np.float32)


def _refuse(not_finite: NDArray[np.bool_], empty: NDArray[np.bool_], first: int) -> None:
    for bad, why in ((not_finite, "holds NaN or infinity"), (empty, "has no length")):
        if bad.any():
            raise ValueError(f"row {first + int(np.argmax(bad))} cannot be compared: it {why}")


@dataclass(frozen=True)
class Admitted:
    """What a batch gave: the templates, and how many vectors gave none.

    Attributes:
        templates: (k, d) templates of the vectors that were taken.
        rows: (k,) their positions in the batch.
        refused: Vectors refused, by reason: `wrong_type`, `wrong_width`, `not_finite`, `no_length`. These are
            failures to enrol if the vectors are enrolment images, failures to acquire if they are probes.
    """

    templates: Templates
    rows: NDArray[np.int64]
    refused: dict[str, int]


def admit(vectors: Iterable[ArrayLike], width: int) -> Admitted:
    """Take the vectors of a batch that can be compared, and count the others by reason instead of raising.

    Args:
        vectors: One (d,) vector each.
        width: The d that they must have.

    Example:
        >>> batch = admit([[3, 4], [0, 0], [1, 2, 3], [float("nan"), 1]], width=2)
        >>> batch.rows
        array([0])
        >>> batch.refused
        {'wrong_type': 0, 'wrong_width': 1, 'not_finite': 1, 'no_length': 1}
    """
    reasons = [_reason(vector, width) for vector in vectors]
    taken = [(row, array) for row, (why, array) in enumerate(reasons) if not why]
    return Admitted(
        unit_templates(np.array([array for _, array in taken]).reshape(-1, width)),
        np.array([row for row, _ in taken], np.int64),
        {
            name: sum(why == name for why, _ in reasons)
            for name in ("wrong_type", "wrong_width", "not_finite", "no_length")
        },
    )


def _reason(vector: ArrayLike, width: int) -> tuple[str, NDArray]:
    """Why a vector cannot be taken, or nothing; and the vector."""
    try:
        array = np.asarray(vector)
    except ValueError:  # nested lists of different lengths
        return "wrong_type", np.empty(0)
    if isinstance(vector, np.ma.MaskedArray) or not _is_real(array):
        return "wrong_type", array
    if array.shape != (width,):
        return "wrong_width", array
    if not np.isfinite(array).all():
        return "not_finite", array
    return "" if array.any() else "no_length", array


def _is_real(array: NDArray) -> bool:
    return array.dtype.kind in "iuf" and array.dtype.itemsize <= 8
