"""What the fork server of the kernels has done before the first chapter starts; imported for that alone.

Nothing here may start a thread or leave a trace in a chapter's output.
"""

from contextlib import suppress

import altair as alt
import duckdb  # noqa: F401
import ipykernel.ipkernel
import ipykernel.kernelapp  # noqa: F401
import pandas as pd
import scipy.stats  # noqa: F401

import pipeline.chapters.package
import pipeline.chapters.tables
import pipeline.figures.notebook  # noqa: F401
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root
from pipeline.figures.registry import read_registry
from pipeline.sources.registry import read_sources

# the first chart of a process reads Vega-Lite's schema, which takes as long as a small chapter
alt.Chart(pd.DataFrame({"n": [1]})).mark_point().encode(x="n:Q").to_dict()

# what every figure reads is checked against its schema once, not in each chapter again
with suppress(FileNotFoundError, RecordError):  # a chapter that reads it will say what is wrong
    paths = Paths(find_root())
    read_sources(paths.reference)
    read_registry(paths)
