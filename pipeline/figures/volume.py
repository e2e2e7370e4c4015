"""Figures of how much: deployments, faces, alerts and arrests over time."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    GREY,
    MEASURE_COLOURS,
    MUTED,
    ORIGIN_COLOURS,
    STATED_BY_COLOURS,
    STATED_BY_SHAPES,
    TEXT,
    day,
    panel_title,
    scale,
)

DRAWN_FROM = "2024-01-01"  # earlier totals are too small to be seen beside the later ones


def deployments_by_year(table: pd.DataFrame) -> alt.LayerChart:
    """Bars per year, the transcribed part set apart; the year's total stands on each bar, a zero included."""
    years = alt.X("year:O", title="Year of deployment", axis=alt.Axis(labelAngle=0))
    bars = (
        alt.Chart(table)
        .mark_bar(stroke=BLUE, strokeWidth=1)
        .encode(
            x=years,
            y=alt.Y("deployments:Q", title="Deployments"),
            color=alt.Color("origin:N", scale=scale(ORIGIN_COLOURS)),
            order=alt.Order("origin:O"),
            tooltip=[
                alt.Tooltip("year:O", title="Year"),
                alt.Tooltip("origin:N", title="Read from"),
                alt.Tooltip("deployments:Q", title="Deployments", format=","),
                alt.Tooltip("first_date:N", title="First"),
                alt.Tooltip("last_date:N", title="Last"),
            ],
        )
    )
    totals = alt.Chart(table).transform_aggregate(total="sum(deployments)", groupby=["year"])
    labels = totals.mark_text(dy=-8, color=TEXT, fontWeight="bold").encode(
        x=years,
        y="total:Q",
        text=alt.Text("total:Q", format=","),
        tooltip=[
            alt.Tooltip("year:O", title="Year"),
            alt.Tooltip("total:Q", title="Deployments", format=","),
        ],
    )
    return (bars + labels).properties(height=260)


def explorer(table: pd.DataFrame) -> alt.VConcatChart:
    """One measure by month, chosen from a list; dragging over the strip picks the months drawn large."""
    names = list(MEASURE_COLOURS)
    measure = alt.param("measure", value="deployments", bind=alt.binding_select(options=names, name="Show "))
    span = alt.selection_interval(name="span", encodings=["x"])
    long = (
        alt.Chart(table)
        .transform_fold(names, as_=["measure", "count"])
        .transform_filter("datum.measure === measure")
    )
    tooltip = [
        alt.Tooltip("utcyearmonth(month):T", title="Month", format="%B %Y"),
        *[alt.Tooltip(f"{name}:Q", title=name.capitalize(), format=",") for name in names],
    ]
    chosen = long.transform_filter(span)
    large = chosen.mark_bar().encode(
        x=alt.X("utcyearmonth(month):T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6)),
        y=alt.Y("count:Q", title=None, axis=alt.Axis(format="~s", tickCount=4, minExtent=50, maxExtent=50)),
        color=alt.Color("measure:N", scale=scale(MEASURE_COLOURS), legend=None),
        tooltip=tooltip,
    )
    totals = chosen.transform_aggregate(
        total="sum(count)", first="min(month)", last="max(month)", groupby=["measure"]
    )
    months = "utcFormat(datum.first, '%b %Y') + ' to ' + utcFormat(datum.last, '%b %Y')"
    said = f"format(datum.total, ',') + ' ' + datum.measure + ', ' + {months}"
    sums = (
        totals.transform_calculate(said=said)
        .mark_text(align="left", color=TEXT, fontWeight="bold", fontSize=13)
        .encode(
            x=alt.value(0),
            y=alt.value(-12),
            text="said:N",
            tooltip=[alt.Tooltip("total:Q", title="Total of the months drawn", format=",")],
        )
    )
    strip = (
        long.mark_bar(color=GREY)
        .encode(
            x=alt.X("utcyearmonth(month):T", title=None, axis=alt.Axis(format="%Y", tickCount="year")),
            y=alt.Y("count:Q", title=None, axis=None),
            tooltip=tooltip,
        )
        .add_params(span)
    )
    return alt.vconcat(
        (large + sums).properties(height=190),
        strip.properties(
            height=46, title=panel_title("Drag across this strip to choose months", colour=MUTED)
        ),
        spacing=14,
    ).add_params(measure)


def cumulative_arrests(table: pd.DataFrame) -> alt.LayerChart:
    """The record's running total as a line; each stated total is joined to the record's."""
    record = table.loc[(table["kind"] == "record") & (table["date"] >= DRAWN_FROM), ["date", "arrests"]]
    columns = ["date", "arrests", "claim_id", "claim", "stated_by", "stated_by_group", "record_then"]
    stated = table.loc[table["kind"] == "claim", columns]
    x = alt.X("date:T", title="Date", scale=alt.Scale(type="utc"), axis=alt.Axis(format="%b %Y", tickCount=6))
    y = alt.Y("arrests:Q", title="Arrests, running total", axis=alt.Axis(format=",d", tickCount=5))
    line = (
        alt.Chart(record)
        .mark_line(interpolate="step-after", color=MEASURE_COLOURS["arrests"], strokeWidth=2)
        .encode(
            x=x,
            y=y,
            tooltip=[
                day("date", "To"),
                alt.Tooltip("arrests:Q", title="Arrests on record", format=","),
            ],
        )
    )
    base = alt.Chart(stated).encode(
        x=x,
        tooltip=[
            alt.Tooltip("claim_id:N", title="Claim"),
            alt.Tooltip("claim:N", title="Says"),
            alt.Tooltip("stated_by:N", title="Stated by"),
            alt.Tooltip("arrests:Q", title="Arrests stated", format=","),
            alt.Tooltip("record_then:Q", title="Record over the same span", format=","),
        ],
    )
    gaps = base.mark_rule(strokeWidth=1.5).encode(y=y, y2="record_then:Q")
    marks = base.mark_point(size=120, opacity=1).encode(
        y=y,
        color=alt.Color("stated_by_group:N", scale=scale(STATED_BY_COLOURS), title="Stated by"),
        shape=alt.Shape("stated_by_group:N", scale=scale(STATED_BY_SHAPES)),
    )
    return (line + gaps + marks).properties(height=290)
