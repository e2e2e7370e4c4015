"""Turn a chart into what stands on a page: a static drawing, the specification that makes it live, a table.

Everything here is byte-stable: keys are sorted, numbers rounded, and ids come from the specification.
"""

import hashlib
import json
import re
from html import escape
from itertools import groupby
from typing import Any

import altair as alt
import pandas as pd

from pipeline.core.drawing import draw
from pipeline.figures import theme  # noqa: F401  (switches the theme on)
from pipeline.figures.registry import Figure
from pipeline.sources.registry import Source

STATIC_WIDTH = 680  # pixels: the drawing that a reader without scripts, or with a printer, sees
PANEL_MARGIN = 66  # pixels beside the plot of a stacked figure: labels of the y axis and padding
ROWS_SHOWN = 60
DECIMALS = re.compile(r"\d*\.\d{3,}")
UNSEEN = re.compile(r'<path (?:d="[^"]*" display="none"|d="M0,0h[-\d.]+v[-\d.]+h[-\d.]+Z")/>')
CIRCLE = re.compile(
    r'<path transform="translate\(([-\d.]+),([-\d.]+)\)" d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0"'
)

Spec = dict[str, Any]


def to_spec(chart: alt.TopLevelMixin, description: str) -> Spec:
    """The Vega-Lite specification of a chart that fills its column, unless the chart has a width of its own.

    Vega-Lite can fit single charts to their container, not stacked ones; those get the same behaviour by a
    patch that vega-embed applies to the compiled chart.
    """
    spec = chart.to_dict()
    spec["description"] = description
    if "width" in spec:
        return spec
    if "vconcat" not in spec:
        return spec | {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    for panel in spec["vconcat"]:
        panel["width"] = STATIC_WIDTH - PANEL_MARGIN
    width = f"max(120, containerSize()[0] - {PANEL_MARGIN})"
    signal = {"name": "width", "init": width, "on": [{"events": "window:resize", "update": width}]}
    patch = [{"op": "remove", "path": "/width"}, {"op": "add", "path": "/signals/0", "value": signal}]
    return spec | {"usermeta": {"embedOptions": {"patch": patch}}}


def spec_json(spec: Spec) -> str:
    """The specification as JSON that can stand inside a script element."""
    text = json.dumps(spec, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c")


def static_svg(spec: Spec, width: int = STATIC_WIDTH) -> str:
    """Draw the specification once, with one label for screen readers and ids that no other figure shares."""
    drawn = {key: value for key, value in spec.items() if key != "usermeta"}
    if spec.get("width") == "container":
        drawn["width"] = width
    svg = draw(drawn)
    key = hashlib.sha256(spec_json(spec).encode()).hexdigest()[:8]
    head, body = svg.split(">", 1)
    fonts = re.search(r' font-family="[^"]*"', body)
    head = re.sub(r' (?:xmlns:xlink|version|class)="[^"]*"', "", head)
    label = escape(spec["description"], quote=True)
    return f'{head} role="img" aria-label="{label}"{fonts[0] if fonts else ""}>{_slim(body, key)}'


def _slim(body: str, key: str) -> str:
    """Drop inner roles and what a browser assumes anyway, cut decimals, number the ids afresh under `key`.

    The numbers that Vega gives its clips count on from one figure to the next.
    """
    body = re.sub(r' (?:role|aria-\w+|pointer-events|font-family|class|stroke-miterlimit)="[^"]*"', "", body)
    body = re.sub(r'="[^"]*\d\.\d{3}[^"]*"', lambda value: DECIMALS.sub(_rounded, value[0]), body)
    body = UNSEEN.sub("", body)
    body = CIRCLE.sub(r'<circle cx="\1" cy="\2" r="\3"', body).replace(' opacity="1"', "")
    while (fewer := re.sub(r'<g(?: transform="translate\(0,0\)")?></g>', "", body)) != body:
        body = fewer
    names = dict.fromkeys(re.findall(r' id="([^"]+)"', body))
    ids = {name: f"{key}-{number}" for number, name in enumerate(names)}
    return re.sub(r'( id="|url\(#|href="#)([\w-]+)', lambda match: match[1] + ids[match[2]], body)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def figure_html(figure: Figure, spec: Spec, table: pd.DataFrame, sources: list[Source]) -> str:
    """The whole block of one figure: what it shows, drawn and live, its data, and where they come from."""
    return (
        f'<figure class="vega-figure" id="fig-{figure.name}">'
        f'<figcaption class="figure-head"><strong class="figure-title">{escape(figure.title)}</strong>'
        f'<span class="figure-subtitle">{escape(figure.subtitle)}</span></figcaption>'
        f'<div class="vega-static">{static_svg(spec)}</div><div class="vega-live" hidden></div>'
        f'<script type="application/json" class="vega-spec">{spec_json(spec)}</script>'
        f'<p class="figure-takeaway">{escape(figure.takeaway)}</p>'
        '<details class="figure-data"><summary>Data behind this figure</summary>'
        f"{_data_table(figure, table)}</details>"
        f'<p class="figure-source">{_source_line(figure, sources)}</p></figure>'
    )


def _data_table(figure: Figure, table: pd.DataFrame) -> str:
    """The first rows of the figure's data, as text; an empty cell is a missing value."""
    head = "".join(f'<th scope="col">{escape(str(column))}</th>' for column in table.columns)
    cells = table.head(ROWS_SHOWN).itertuples(index=False)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(value))}</td>" for value in row) + "</tr>" for row in cells
    )
    more = len(table) - ROWS_SHOWN
    rest = (
        f'<p>{more} more rows in <a href="/data/{escape(figure.data)}">the CSV</a>.</p>' if more > 0 else ""
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{rest}"


def _cell(value: object) -> str:
    """A value as the CSV prints it; pandas reads a column of counts with a gap as decimals."""
    if pd.isna(value):
        return ""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _source_line(figure: Figure, sources: list[Source]) -> str:
    """Where the data come from, when they were checked, and links to the data and the code of the figure."""
    parts = []
    files = [source for source in sources if source.sha256]
    for (publisher, accessed), group in groupby(
        files, key=lambda source: (source.publisher, source.accessed)
    ):
        titles = "; ".join(
            f'<a href="{escape(source.landing_page)}">{escape(source.title)}</a>' for source in group
        )
        parts.append(f"{escape(publisher)}, {titles}, accessed {escape(accessed)}")
    if len(files) < len(sources):
        parts.append(
            "Figures collected page by page, each row with its address: "
            '<a href="/sources-and-quality.html">the list of sources</a>'
        )
    origin = f"Source: {'. '.join(parts)}" if parts else "Computed by this book"
    return (
        f'{origin}. <a href="/data/{escape(figure.data)}">CSV</a>'
        f' · <a href="/code/{escape(figure.code_path)}">Code</a>'
    )
