"""Figures of the case against and of what happened since the report: shares, a time line, months."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    GREEN,
    GREY,
    MUTED,
    ORANGE,
    PURPLE,
    SKY,
    SLATE,
    TEXT,
    VERMILLION,
    counts_of,
    day,
    panel_title,
    scale,
)

LANE_COLOURS = {
    "Forces": BLUE,
    "Ministers": PURPLE,
    "Courts": SLATE,
    "Oversight": GREEN,
    "Not found": VERMILLION,
}
LANE_SHAPES = {
    "Forces": "circle",
    "Ministers": "square",
    "Courts": "diamond",
    "Oversight": "triangle-up",
    "Not found": "cross",
}
ROW = 32  # px; a label stands above its mark
ABOVE = {"align": "left", "baseline": "bottom", "dy": -6}


def against_shares(table: pd.DataFrame) -> alt.LayerChart:
    """Each disputed share as a point with its exact interval; its words and its counts stand above."""
    rows = table.assign(counts=counts_of(table["events"], table["trials"]))
    rows["words"] = rows["label"] + ": " + rows["counts"]
    base = alt.Chart(rows[["what", "words", "counts", "share", "low", "high"]]).encode(
        y=alt.Y("words:N", title=None, axis=None, sort=rows["words"].to_list()),
        tooltip=[
            alt.Tooltip("what:N", title="Share"),
            alt.Tooltip("counts:N", title="Counts"),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
            alt.Tooltip("low:Q", title="Interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
        ],
    )
    whole, axis = alt.Scale(domain=[0, 1]), alt.Axis(format="%", tickCount=5, grid=True)
    x = alt.X("share:Q", title="Share, with its 95 % interval", scale=whole, axis=axis)
    return alt.layer(
        base.mark_rule(strokeWidth=2, color=BLUE, yOffset=8).encode(
            x=alt.X("low:Q", title="Share, with its 95 % interval", scale=whole, axis=axis), x2="high:Q"
        ),
        base.mark_point(color=BLUE, opacity=1, size=60, yOffset=8).encode(x=x),
        base.mark_text(color=TEXT, align="left", baseline="middle", dy=-8).encode(
            x=alt.value(2), text="words:N"
        ),
    ).properties(height=40 * len(rows))


def since_timeline(table: pd.DataFrame) -> alt.LayerChart:
    """A row for each event at its day, coloured and shaped by who acted; bars for what is overdue."""
    rows = table.assign(order=range(len(table)))
    rows["words"] = [
        f"{start:%-d %b %Y}: {label}"
        for start, label in zip(pd.to_datetime(rows["start"]), rows["label"], strict=True)
    ]
    rows["side"] = rows["start"] >= "2026-03-01"  # late marks have no room for words to their right
    time = alt.X(
        "start:T",
        title=None,
        scale=alt.Scale(type="utc", nice=False),
        axis=alt.Axis(format="%b %y", tickCount=6, grid=True, orient="top"),
    )
    base = alt.Chart(rows[["order", "words", "label", "lane", "start", "end", "side"]]).encode(
        y=alt.Y("order:O", axis=None, title="Event"),
        tooltip=[
            alt.Tooltip("label:N", title="What"),
            alt.Tooltip("lane:N", title="Who"),
            day("start", "Day"),
        ],
    )
    colour = alt.Color("lane:N", scale=scale(LANE_COLOURS), legend=alt.Legend(columns=3))
    shape = alt.Shape("lane:N", scale=scale(LANE_SHAPES), legend=alt.Legend(columns=3))
    words = base.encode(text="words:N")
    return alt.layer(
        base.mark_rule(strokeWidth=3, yOffset=7).encode(x=time, x2="end:T", color=colour),
        base.mark_point(size=70, opacity=1, yOffset=7).encode(x=time, color=colour, shape=shape),
        words.transform_filter("!datum.side").mark_text(**ABOVE, yOffset=7, dx=-4, color=TEXT).encode(x=time),
        words.transform_filter("datum.side")
        .mark_text(**(ABOVE | {"align": "right"}), yOffset=7, dx=4, color=TEXT)
        .encode(x=time),
    ).properties(height=ROW * len(rows))


def since_months(table: pd.DataFrame) -> alt.VConcatChart:
    """Deployments by month: the Met's rows above; of all others at least, and at most with plans, below."""
    every = pd.period_range(table["month"].min(), table["month"].max(), freq="M")  # a month without rows too
    names = every.strftime("%b").to_list()
    rows = table.assign(name=pd.PeriodIndex(table["month"], freq="M").strftime("%b"))
    rows["words"] = [
        f"{low}" if low == high else f"{low}–{high}"
        for low, high in zip(rows["deployments_low"], rows["deployments_high"], strict=True)
    ]
    last = pd.Timestamp(rows.loc[rows["series"] == "met", "last_day"].max())
    parts = {
        "met": ("The Met", f"Rows of its record, to {last:%-d %B %Y}", BLUE, SKY),
        "others": (
            "All others",
            "Days published, and (paler) plans and days told together",
            ORANGE,
            GREY,
        ),
    }
    return alt.vconcat(
        *(_months(rows[rows["series"] == key], names, *part) for key, part in parts.items()), spacing=18
    )


def _months(
    rows: pd.DataFrame, names: list[str], title: str, subtitle: str, colour: str, pale: str
) -> alt.LayerChart:
    """Bars of one series; the number of each stands above it."""
    base = alt.Chart(
        rows[["name", "words", "deployments_low", "deployments_high"]],
        title=panel_title(title, subtitle, colour=TEXT),
    ).encode(
        x=alt.X("name:O", title=None, sort=names, scale=alt.Scale(domain=names), axis=alt.Axis(labelAngle=0)),
        tooltip=[
            alt.Tooltip("name:N", title="Month"),
            alt.Tooltip("deployments_low:Q", title="At least"),
            alt.Tooltip("deployments_high:Q", title="At most"),
        ],
    )
    y = alt.Y("deployments_high:Q", title="Deployments", axis=None, scale=alt.Scale(domain=[0, 30]))
    return alt.layer(
        base.mark_bar(color=pale, opacity=0.5).encode(y=y),
        base.mark_bar(color=colour).encode(y=alt.Y("deployments_low:Q", title="Deployments")),
        base.mark_text(dy=-7, color=MUTED).encode(y=y, text="words:N"),
    ).properties(height=110)
