"""Searches that are hard to get right: ties, repeated rows and people, and thresholds that scores sit on."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.matching.gallery import Gallery
from pipeline.matching.templates import unit_templates
from tests.unit.matching.loops import exact


@st.composite
def searches(draw):
    """A gallery of 0 to 12 rows, 1 to 6 ready probes, and a threshold that is often one of their scores.

    Small whole numbers make many equal rows and equal scores; some probes are gallery rows themselves.
    """
    width = draw(st.integers(1, 5))
    vectors = _vectors(draw, draw(st.integers(0, 12)), width)
    identifiers = draw(
        st.sampled_from([None, np.arange(len(vectors)) // 2, (7 * np.arange(len(vectors))) % 5])
    )
    if draw(st.booleans()) and identifiers is not None:
        identifiers = identifiers.astype(str)
    gallery = Gallery(vectors, identifiers)
    probes = unit_templates(_vectors(draw, draw(st.integers(1, 6)), width))
    if len(gallery) and draw(st.booleans()):
        probes[0] = gallery.templates[draw(st.integers(0, len(gallery) - 1))]
    scores = [exact(*pair) for pair in zip(gallery.templates, np.resize(probes, vectors.shape), strict=True)]
    usable = [0.0, 0.5, 1.0] + [score for score in scores if score > 0]
    return gallery, probes, draw(st.sampled_from(usable))


def _vectors(draw, count, width):
    vectors = draw(hnp.arrays(np.int64, (count, width), elements=st.integers(-3, 3)))
    vectors[~vectors.any(axis=1)] = 1
    return vectors
