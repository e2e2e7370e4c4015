"""Figures of the deployment-day benchmark: false alerts printed beside those that the scenario predicts."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    ORANGE,
    PURPLE,
    TEXT,
    THRESHOLD_COLOURS,
    THRESHOLD_SHAPES,
    VERMILLION,
    day,
    scale,
)

TESTED, BORROWED = "NPL test", "NPL test and the Met's rate at 0.64"
DIAMOND = "M0,-1L1,0L0,1L-1,0Z"  # for what the force printed, in all three figures
PRINTED = "printed"
VARIANTS = {  # evidence and counting of faces -> name in the legend
    (TESTED, "as printed"): "test alone",
    (TESTED, "all as in early 2024"): "test, fewer faces",
    (BORROWED, "as printed"): "test and rate at 0.64",
}
NAMES = (PRINTED, *VARIANTS.values())
COLOURS = dict(zip(NAMES, (VERMILLION, BLUE, PURPLE, ORANGE), strict=True))
SHAPES = dict(zip(NAMES, (DIAMOND, "circle", "square", "triangle-up"), strict=True))
COUNTS = alt.Scale(type="symlog", constant=2, domainMin=0, nice=False)
TICKS = [0, 1, 2, 5, 10, 20, 50, 100, 200]


def deployment_eras(table: pd.DataFrame) -> alt.LayerChart:
    """By threshold and year: the printed count, and three predictions of it with their intervals."""
    pairs = zip(table["evidence"], table["counting"], strict=True)
    predicted = table.assign(shown=[VARIANTS.get(pair) for pair in pairs], count=table["predicted"].round(1))
    predicted = predicted.dropna(subset=["shown"])
    printed = predicted.drop_duplicates("era").assign(shown=PRINTED)
    printed = printed[["era", "shown"]].assign(count=printed["false_alerts"])
    rows = pd.concat([printed, predicted])[["era", "shown", "count", "low", "high", "tail_probability"]]
    base = alt.Chart(rows).encode(
        y=alt.Y("era:N", title=None, axis=_labels(90), scale=alt.Scale(paddingInner=0.25)),
        yOffset=alt.YOffset("shown:N", sort=list(NAMES)),
        color=alt.Color("shown:N", scale=scale(COLOURS), sort=list(NAMES)),
        tooltip=[
            alt.Tooltip("era:N", title="Threshold and year"),
            alt.Tooltip("shown:N", title="Printed, or predicted from"),
            alt.Tooltip("count:Q", title="False alerts"),
            alt.Tooltip("low:Q", title="Interval from"),
            alt.Tooltip("high:Q", title="to"),
            alt.Tooltip("tail_probability:Q", title="Tail probability", format=".2~g"),
        ],
    )
    x = alt.X("count:Q", title="False alerts", scale=COUNTS, axis=alt.Axis(values=TICKS, grid=True))
    rules = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q")
    points = base.mark_point(size=70, opacity=1).encode(
        x=x, shape=alt.Shape("shown:N", scale=scale(SHAPES), sort=list(NAMES))
    )
    labels = (
        base.transform_filter(alt.datum.shown == PRINTED)
        .mark_text(align="left", dx=9, fontWeight="bold")
        .encode(x="count:Q", text="count:Q", color=alt.value(TEXT))
    )
    return (rules + points + labels).properties(height=76 * rows["era"].nunique())


def deployment_months(table: pd.DataFrame) -> alt.LayerChart:
    """By month: the printed count, and the interval that the published test alone predicts."""
    rows = table[table["evidence"] == TESTED].assign(predicted=lambda part: part["predicted"].round(1))
    columns = ["month", "threshold", "rows", "predicted", "low", "high", "false_alerts"]
    base = alt.Chart(rows[columns]).encode(
        x=alt.X(
            "month:O",
            title=None,
            axis=alt.Axis(
                labelExpr="slice(datum.label, 0, 7)", labelAngle=-90, labelOverlap="greedy", labelFontSize=11
            ),
        ),
        color=alt.Color("threshold:N", scale=_used(THRESHOLD_COLOURS, rows)),
        tooltip=[
            alt.Tooltip("month:N", title="Month and threshold"),
            alt.Tooltip("rows:Q", title="Deployments"),
            alt.Tooltip("false_alerts:Q", title="False alerts printed"),
            alt.Tooltip("predicted:Q", title="predicted"),
            alt.Tooltip("low:Q", title="Interval from"),
            alt.Tooltip("high:Q", title="to"),
        ],
    )
    rules = base.mark_rule(strokeWidth=3, opacity=0.6).encode(
        y=alt.Y("low:Q", title="False alerts a month", scale=COUNTS, axis=alt.Axis(values=TICKS)), y2="high:Q"
    )
    means = base.mark_point(size=40, opacity=1).encode(
        y="predicted:Q", shape=alt.Shape("threshold:N", scale=_used(THRESHOLD_SHAPES, rows))
    )
    printed = base.mark_point(shape=DIAMOND, size=70, opacity=1).encode(
        y="false_alerts:Q", color=alt.value(VERMILLION)
    )
    return (rules + means + printed).properties(height=260)


def deployment_surprising(table: pd.DataFrame) -> alt.LayerChart:
    """Each surprising row: the printed count beside the prediction with its interval, in date order."""
    rows = table.assign(
        predicted=table["predicted"].round(2),
        named=pd.to_datetime(table["date"]).dt.strftime("%Y-%m-%d") + " " + table["location"],
    )
    columns = ["named", "date", "location", "threshold", "faces_scanned", "predicted", "low", "high"]
    base = alt.Chart(rows[[*columns, "false_alerts", "tail_probability"]]).encode(
        y=alt.Y("named:N", title=None, axis=_labels(150)),
        tooltip=[
            day("date", "Date"),
            alt.Tooltip("location:N", title="Place"),
            alt.Tooltip("threshold:N", title="Threshold"),
            alt.Tooltip("faces_scanned:Q", title="Faces scanned", format=","),
            alt.Tooltip("false_alerts:Q", title="False alerts printed"),
            alt.Tooltip("predicted:Q", title="predicted"),
            alt.Tooltip("low:Q", title="Interval from"),
            alt.Tooltip("high:Q", title="to"),
            alt.Tooltip("tail_probability:Q", title="Tail probability", format=".2~g"),
        ],
    )
    colour = alt.Color("threshold:N", scale=_used(THRESHOLD_COLOURS, rows))
    shape = alt.Shape("threshold:N", scale=_used(THRESHOLD_SHAPES, rows))
    x = alt.X("predicted:Q", title="False alerts of the day", axis=alt.Axis(grid=True, tickMinStep=1))
    rules = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q", color=colour)
    means = base.mark_point(size=60, opacity=1).encode(x=x, color=colour, shape=shape)
    printed = base.mark_point(shape=DIAMOND, size=90, opacity=1, color=VERMILLION).encode(x="false_alerts:Q")
    return (rules + means + printed).properties(height=24 * len(rows))


def _labels(width: int) -> alt.Axis:
    """Labels of a count's rows, cut at this width, that leave room for a mark at 0."""
    return alt.Axis(labelLimit=width, labelPadding=9)


def _used(mapping: dict[str, str], rows: pd.DataFrame) -> alt.Scale:
    """The scale of the thresholds that occur, so that the legend names no other."""
    return scale({key: value for key, value in mapping.items() if key in set(rows["threshold"])})
