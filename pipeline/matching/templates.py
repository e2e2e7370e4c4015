"""Templates: vectors checked and scaled to unit length at entry."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Templates = NDArray[np.float32]


def unit_templates(vectors: ArrayLike, width: int | None = None) -> Templates:
    """Return the rows of `vectors` scaled to unit length, as a C-contiguous float32 array (n, d).

    Args:
        vectors: (n, d) or, for one vector, (d,); any real numeric type.
        width: The width that they must have; any if None.

    Raises:
        ValueError: if a row holds NaN or infinity, has no length, or the shape is another.

    Example:
        >>> unit_templates([[3.0, 4.0]])
        array([[0.6, 0.8]], dtype=float32)
    """
    array = np.atleast_2d(np.asarray(vectors, dtype=np.float64))
    if array.ndim != 2 or (width is not None and array.shape[1] != width):
        raise ValueError(f"expected vectors of width {width}, got an array of shape {array.shape}")
    lengths = np.sqrt(np.einsum("ij,ij->i", array, array))
    if not np.all(np.isfinite(lengths)) or np.any(lengths == 0):
        row = int(np.flatnonzero(~np.isfinite(lengths) | (lengths == 0))[0])
        raise ValueError(f"row {row} cannot be compared: it holds NaN or infinity, or has no length")
    return np.ascontiguousarray(array / lengths[:, None], dtype=np.float32)
