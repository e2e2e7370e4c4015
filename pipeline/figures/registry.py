"""The registry of figures, book/figures.yaml: what each one says, from which data, drawn by what."""

import difflib
import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

from pipeline.core.errors import RecordError
from pipeline.core.io import read_json
from pipeline.core.paths import Paths
from pipeline.schemas.documents import read_document
from pipeline.sources.registry import Source, read_sources

PLACEHOLDER = re.compile(r"\{([a-z0-9][a-z0-9-]*)\}")


@dataclass(frozen=True)
class Figure:
    """One entry of the registry, its numbers filled in.

    Args:
        name: Key in the registry; the figure's anchor on a page is `fig-NAME`.
        title: States the finding.
        subtitle: Measure and denominator.
        alt: Chart type, axes and main pattern, for a reader who cannot see the chart.
        takeaway: What to carry away, with its limits.
        sources: Ids from data/reference/sources.yaml.
        data: File name in data/derived/ or, for timings, data/bench/.
        builder: `module:function`; the function takes the data and returns the chart.
    """

    name: str
    title: str
    subtitle: str
    alt: str
    takeaway: str
    sources: tuple[str, ...]
    data: str
    builder: str

    @property
    def code_path(self) -> str:
        """Path of the drawing module from the project's root."""
        return self.builder.split(":")[0].replace(".", "/") + ".py"

    def build(self, table: pd.DataFrame) -> alt.TopLevelMixin:
        """Draw the chart from its data."""
        module, function = self.builder.split(":")
        try:
            draw: Callable[[pd.DataFrame], alt.TopLevelMixin] = getattr(
                importlib.import_module(module), function
            )
        except (ImportError, AttributeError) as error:
            raise RecordError(
                "figures.yaml",
                f"figure {self.name}: no such builder",
                value=self.builder,
                next_step="correct `builder`",
            ) from error
        # the whole specification is validated once, when it is made; not each part of it as well
        with debug_mode(False):
            return draw(table)


def read_registry(paths: Paths) -> dict[str, dict[str, Any]]:
    """Read the entries as written, placeholders unfilled.

    Raises:
        RecordError: if an entry is incomplete, has an unknown key or a value of the wrong form.
    """
    return read_document(paths.book / "figures.yaml", paths.reference / "schemas" / "figures.schema.json")


def read_figure(name: str, paths: Paths) -> Figure:
    """Read one figure and fill its `{placeholders}` from data/derived/values.json.

    Raises:
        RecordError: if the figure, or a value that it names, does not exist.
    """
    entries = read_registry(paths)
    if name not in entries:
        raise RecordError(
            "figures.yaml", "unknown figure", value=name, next_step=_nearest(name, list(entries))
        )
    entry = dict(entries[name])
    texts = ("title", "subtitle", "alt", "takeaway")
    values = (
        read_json(paths.derived / "values.json")
        if any(PLACEHOLDER.search(entry[key]) for key in texts)
        else {}
    )

    def fill(match: re.Match[str]) -> str:
        if match[1] not in values:
            step = _nearest(match[1], list(values)) + ", or define it in data/reference/values.yaml"
            raise RecordError("figures.yaml", f"figure {name}: unknown value", value=match[1], next_step=step)
        return values[match[1]]["text"]

    entry |= {key: PLACEHOLDER.sub(fill, entry[key].strip()) for key in texts}
    return Figure(name=name, **(entry | {"sources": tuple(entry["sources"])}))


def sources_of(figure: Figure, paths: Paths) -> list[Source]:
    """The sources that the figure names, in its order.

    Raises:
        RecordError: if the figure names a source that the source registry lacks.
    """
    known = {source.id: source for source in read_sources(paths.reference)}
    for name in figure.sources:
        if name not in known:
            step = _nearest(name, list(known))
            raise RecordError(
                "figures.yaml", f"figure {figure.name}: unknown source", value=name, next_step=step
            )
    return [known[name] for name in figure.sources]


def read_data(figure: Figure, paths: Paths) -> pd.DataFrame:
    """Read the figure's data; thresholds, months and dates stay text, as printed."""
    places = [folder / figure.data for folder in (paths.derived, paths.case, paths.root / "data" / "bench")]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise RecordError(
            figure.data, "file not found", next_step="run `dvc repro` to write the data of the figures"
        )
    return pd.read_csv(path, dtype={"threshold": str})


def _nearest(name: str, known: list[str]) -> str:
    """A hint at what may have been meant."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    return (
        f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(known)[:20]) or 'none'}"
    )
