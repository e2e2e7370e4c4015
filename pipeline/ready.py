"""What the fork server of the kernels has done before the first chapter starts; imported for that alone.

Nothing here may start a thread or leave a trace in a chapter's output.
"""

import sys
from contextlib import suppress
from importlib import import_module

import altair as alt
import duckdb  # noqa: F401
import IPython.core.completerlib
import IPython.core.debugger
import IPython.core.logger
import IPython.core.oinspect
import IPython.extensions.storemagic  # noqa: F401
import pandas as pd
import pandas.io.formats.string
import psutil  # noqa: F401
import scipy.stats  # noqa: F401
import tornado.platform.asyncio  # noqa: F401

import pipeline.chapters.force_tables
import pipeline.chapters.linked
import pipeline.chapters.package
import pipeline.chapters.tables
import pipeline.figures.force
import pipeline.figures.notebook  # noqa: F401
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root
from pipeline.figures.registry import read_registry
from pipeline.sources.registry import read_sources

# Nobody debugs a chapter, and debugpy is most of what a kernel would import after the fork.
sys.modules["debugpy"] = None
import_module("ipykernel.debugger")

# The first chart of a process reads Vega-Lite's schema, which takes as long as a small chapter.
alt.Chart(pd.DataFrame({"n": [1], "text": ["a"]})).mark_point().encode(x="n:Q", y="text:N").to_dict()

# What every figure reads is checked against its schema once, not in each chapter again.
with suppress(FileNotFoundError, RecordError):  # a chapter that reads it will say what is wrong
    paths = Paths(find_root())
    read_sources(paths.reference)
    read_registry(paths)
