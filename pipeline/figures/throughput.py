"""Figures of what `make bench` timed: probes a second beside the machine's peaks, and alerts lost."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import BLUE, GREY, ORANGE, PURPLE, VERMILLION, counts_of, panel_title, scale

BATCH_COLOURS = (ORANGE, PURPLE, BLUE)
BATCH_SHAPES = ("circle", "square", "triangle-up")
KIND_COLOURS = {"true alerts": BLUE, "false alerts": VERMILLION}
KIND_SHAPES = {"true alerts": "circle", "false alerts": "square"}


def throughput(table: pd.DataFrame) -> alt.VConcatChart:
    """A panel for each gallery: median probes a second of each library, by batch, and the peaks' ceilings."""
    batches = [f"{batch:,}" for batch in sorted(table["batch"].unique())]
    rows = table.assign(batch_label=table["batch"].map("{:,}".format))
    panels = [
        _panel(
            rows[rows["gallery"] == gallery],
            f"{gallery:,} templates",
            batches,
            list(rows["library"].unique()),
        )
        for gallery in sorted(table["gallery"].unique())
    ]
    return alt.vconcat(*panels, spacing=12)


def _panel(rows: pd.DataFrame, title: str, batches: list[str], libraries: list[str]) -> alt.LayerChart:
    base = alt.Chart(
        rows[["library", "batch_label", "best_probes_per_second", "median_probes_per_second", "turns"]]
    ).encode(
        y=alt.Y("library:N", title=None, sort=libraries, axis=alt.Axis(minExtent=130, maxExtent=130)),
        tooltip=[
            alt.Tooltip("library:N", title="Library"),
            alt.Tooltip("batch_label:N", title="Probes at a time"),
            alt.Tooltip("best_probes_per_second:Q", title="Probes a second, best", format=",.0f"),
            alt.Tooltip("median_probes_per_second:Q", title="median", format=",.0f"),
            alt.Tooltip("turns:Q", title="Turns"),
        ],
    )
    points = base.mark_point(size=60, opacity=1).encode(
        x=alt.X(
            "median_probes_per_second:Q",
            title="Probes a second (log scale)",
            scale=alt.Scale(type="log"),
            axis=alt.Axis(format="~s", tickCount=5),
        ),
        color=alt.Color(
            "batch_label:N",
            title="Probes at a time",
            scale=alt.Scale(domain=batches, range=list(BATCH_COLOURS[: len(batches)])),
        ),
        shape=alt.Shape(
            "batch_label:N",
            title="Probes at a time",
            scale=alt.Scale(domain=batches, range=list(BATCH_SHAPES[: len(batches)])),
        ),
    )
    ceilings = pd.DataFrame(
        {
            "peak": ["float32 peak", "int8 peak"],
            "at": [rows["float32_ceiling"].iloc[0], rows["int8_ceiling"].iloc[0]],
        }
    )
    rules = (
        alt.Chart(ceilings)
        .mark_rule(color=GREY)
        .encode(
            x="at:Q",
            strokeDash=alt.StrokeDash(
                "peak:N",
                title="Ceiling",
                scale=alt.Scale(domain=list(ceilings["peak"]), range=[[5, 3], [1, 0]]),
            ),
            tooltip=[
                alt.Tooltip("peak:N", title="Ceiling of"),
                alt.Tooltip("at:Q", title="Probes a second", format=",.0f"),
            ],
        )
    )
    return (rules + points).properties(height=22 * len(libraries), title=panel_title(title, ""))


def alerts_kept(table: pd.DataFrame) -> alt.LayerChart:
    """Share of the exact search's alerts that each approximate index raises too, with exact intervals."""
    rows = table.assign(
        **{name: (table[name] * 100).round(1) for name in ("share", "low", "high")},
        index=table["library"] + ", " + table["setting"],
        counts=counts_of(table["kept"], table["exact"]),
    )
    indexes = list(rows["index"].unique())
    base = alt.Chart(rows[["index", "alerts", "counts", "share", "low", "high"]]).encode(
        y=alt.Y("index:N", title=None, sort=indexes, axis=alt.Axis(labelLimit=190)),
        yOffset=alt.YOffset("alerts:N", sort=list(KIND_COLOURS)),
        color=alt.Color("alerts:N", title=None, scale=scale(KIND_COLOURS)),
        tooltip=[
            alt.Tooltip("index:N", title="Index"),
            alt.Tooltip("alerts:N", title="Alerts"),
            alt.Tooltip("counts:N", title="Kept"),
            alt.Tooltip("share:Q", title="Share kept, %"),
            alt.Tooltip("low:Q", title="Interval from"),
            alt.Tooltip("high:Q", title="to"),
        ],
    )
    intervals = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="Exact alerts that are kept, %", scale=alt.Scale(domain=[0, 100])), x2="high:Q"
    )
    points = base.mark_point(size=70, opacity=1, filled=True).encode(
        x="share:Q", shape=alt.Shape("alerts:N", title=None, scale=scale(KIND_SHAPES))
    )
    return (intervals + points).properties(height=36 * len(indexes))
