"""Figures of list size: the false alert rate as a list grows, and where people resemble each other."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    GREY,
    PURPLE,
    SETTING_COLOURS,
    SETTING_SHAPES,
    VERMILLION,
    counts_of,
    scale,
)

TIMES = "FPIR, times the formula"
SHOWN = ("0.52", "0.56", "0.60", "0.64")
CASE_COLOURS = {
    "strangers only": GREY,
    "look-alikes listed": PURPLE,
    "several images each": BLUE,
    "relatives pass by": VERMILLION,
}
CASE_SHAPES = dict(zip(CASE_COLOURS, ("circle", "square", "triangle-up", "diamond"), strict=True))


def watchlist_fpir(table: pd.DataFrame) -> alt.LayerChart:
    """FPIR against list size: closed form, straight line and counts of each threshold, on log axes."""
    rates = ["fpir", "fpir_low", "fpir_high", "fpir_closed", "fpir_linear"]
    rows = table.assign(
        threshold=table["threshold"].astype(float).map("{:.2f}".format),
        counts=counts_of(table["events"], table["trials"]),
        one_in=(1 / table["fpir_closed"]).map("1 in {:,.0f}".format),
        **{name: 100 * table[name] for name in rates},
    )
    columns = ["threshold", "list_size", "counts", "one_in", *rates]
    x = alt.X(
        "list_size:Q",
        title="People on the list (log scale)",
        scale=alt.Scale(type="log", domain=[1e3, 1e6]),
        axis=alt.Axis(values=[1e3, 1e4, 1e5, 1e6], format=",", labelFlush=True),
    )
    y = alt.Y(
        "fpir_closed:Q",
        title="Strangers who raise an alert, FPIR, % (log scale)",
        scale=alt.Scale(type="log", domain=[1e-5, 1e2], clamp=True),
        axis=alt.Axis(values=[1e-4, 1e-2, 1, 100], format="~g"),
    )
    tips = [
        alt.Tooltip("threshold:N", title="Threshold"),
        alt.Tooltip("list_size:Q", title="People on the list", format=","),
        alt.Tooltip("one_in:N", title="Closed form"),
        alt.Tooltip("fpir_linear:Q", title="Straight line, %", format=".3~g"),
        alt.Tooltip("counts:N", title="Alerts among searches"),
    ]
    colour = alt.Color(
        "threshold:N",
        scale=scale({at: SETTING_COLOURS[at] for at in SHOWN}),
        legend=alt.Legend(title="Threshold", columns=4),
    )
    base = alt.Chart(rows[columns]).encode(x=x, color=colour, tooltip=tips)
    closed = base.mark_line(strokeWidth=2).encode(y=y)
    linear = (
        base.transform_filter(alt.datum.fpir_linear <= 100)
        .mark_line(strokeWidth=1.5, strokeDash=[3, 3])
        .encode(y="fpir_linear:Q")
    )
    counted = base.transform_filter(alt.datum.fpir > 0)
    intervals = counted.mark_rule(strokeWidth=2).encode(y="fpir_low:Q", y2="fpir_high:Q")
    points = counted.mark_point(size=50, opacity=1).encode(
        y="fpir:Q",
        shape=alt.Shape(
            "threshold:N", scale=scale({at: SETTING_SHAPES[at] for at in SHOWN}), title="Threshold"
        ),
    )
    return (linear + closed + intervals + points).properties(height=340)


def watchlist_look_alikes(table: pd.DataFrame) -> alt.LayerChart:
    """How many times the closed form of independent comparisons each scenario's FPIR is, by threshold."""
    rows = table.assign(
        threshold=table["threshold"].astype(float).map("{:.2f}".format),
        one_in=(1 / table["fpir"]).map("1 in {:,.0f}".format),
    )[["case", "threshold", "one_in", "times", "times_low", "times_high"]]
    base = alt.Chart(rows).encode(
        x=alt.X("threshold:O", title="Alert threshold", axis=alt.Axis(labelAngle=0)),
        color=alt.Color("case:N", scale=scale(CASE_COLOURS)),
        tooltip=[
            alt.Tooltip("case:N", title="Scenario"),
            alt.Tooltip("threshold:N", title="Threshold"),
            alt.Tooltip("one_in:N", title="FPIR"),
            alt.Tooltip("times:Q", title="Times the formula", format=".2f"),
            alt.Tooltip("times_low:Q", title="Interval from", format=".2f"),
            alt.Tooltip("times_high:Q", title="to", format=".2f"),
        ],
    )
    y = alt.Y("times:Q", title=TIMES, scale=alt.Scale(domain=[0.8, 3]))
    lines = base.mark_line(strokeWidth=1.5).encode(y=y)
    intervals = base.mark_rule(strokeWidth=2).encode(y=alt.Y("times_low:Q", title=TIMES), y2="times_high:Q")
    points = base.mark_point(size=70, opacity=1).encode(
        y=y, shape=alt.Shape("case:N", scale=scale(CASE_SHAPES))
    )
    return (lines + intervals + points).properties(height=260)
