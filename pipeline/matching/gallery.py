"""A gallery: the templates that probes are compared with, and whose they are."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .templates import Templates, unit_templates


class Gallery:
    """Templates and the identifiers of their people: a copy of what came in, read-only.

    Args:
        vectors: (n, d), one row per image; n may be 0. Checked and scaled by `unit_templates`.
        identifiers: (n,) integers or strings; repeated for several images of one person. Row numbers if None.

    Attributes:
        templates: (n, d) float32, unit length.
        identifiers: (n,) array.
        people: Number of different identifiers: the N of FPIR(N, T).
        width: d.

    Raises:
        ValueError: if a vector cannot be compared, or the identifiers are not n integers or strings.

    Example:
        >>> gallery = Gallery([[3, 4], [1, 0], [0, 5]], ["p1", "p2", "p1"])
        >>> len(gallery), gallery.people, gallery.width
        (3, 2, 2)
    """

    def __init__(self, vectors: ArrayLike, identifiers: ArrayLike | None = None) -> None:
        self.templates: Templates = unit_templates(vectors)
        count, self.width = self.templates.shape
        self.identifiers: NDArray = np.arange(count) if identifiers is None else np.array(identifiers)
        if self.identifiers.shape != (count,):
            raise ValueError(f"{count} templates need {count} identifiers, got {self.identifiers.shape}")
        if count and self.identifiers.dtype.kind not in "iuUS":
            raise ValueError(f"identifiers are integers or strings, not {self.identifiers.dtype}")
        self.templates.flags.writeable = False
        self.identifiers.flags.writeable = False
        self.people = len(np.unique(self.identifiers))

    def __len__(self) -> int:
        """Number of templates, which is more than `people` where someone has several images."""
        return len(self.templates)
