"""A gallery: the templates that probes are compared with, and whose they are."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .templates import unit_templates


class Gallery:
    """Templates and the identifiers of their people, read-only.

    Args:
        vectors: (n, d), one row per image.
        identifiers: (n,) integers or strings; repeated for several images of one person. Row numbers if None.

    Attributes:
        templates: (n, d) float32, unit length.
        identifiers: (n,) array.
        people: Number of different identifiers: the N of FPIR(N, T).
    """

    def __init__(self, vectors: ArrayLike, identifiers: ArrayLike | None = None) -> None:
        self.templates = unit_templates(vectors)
        count = len(self.templates)
        self.identifiers: NDArray = np.arange(count) if identifiers is None else np.asarray(identifiers)
        if self.identifiers.shape != (count,):
            raise ValueError(f"{count} templates need {count} identifiers, got {self.identifiers.shape}")
        self.templates.flags.writeable = False
        self.identifiers.flags.writeable = False
        self.people = len(np.unique(self.identifiers))

    @property
    def width(self) -> int:
        return self.templates.shape[1]
