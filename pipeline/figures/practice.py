"""Figures of how the system is used: watchlists, thresholds and places."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    MEASURE_COLOURS,
    TEXT,
    THRESHOLD_COLOURS,
    THRESHOLD_SHAPES,
    VERMILLION,
    day,
    scale,
)

PLACES_SHOWN = 15
ROOM = 1.7  # an unseen bar this much longer keeps room for the words at the end of the longest one


def watchlist_and_threshold(table: pd.DataFrame) -> alt.Chart:
    """Watchlist size by day; colour and shape give the threshold, and a click on the legend picks one."""
    picked = alt.selection_point(name="picked", fields=["threshold"], bind="legend")
    return (
        alt.Chart(table)
        .mark_point(size=40)
        .encode(
            x=alt.X(
                "date:T",
                title="Date",
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(format="%Y", tickCount="year"),
            ),
            y=alt.Y(
                "watchlist_size:Q", title="Images on the watchlist", axis=alt.Axis(format=",d", tickCount=6)
            ),
            color=alt.Color(
                "threshold:N", scale=scale(THRESHOLD_COLOURS), legend=alt.Legend(columns=4, title="Threshold")
            ),
            shape=alt.Shape("threshold:N", scale=scale(THRESHOLD_SHAPES)),
            opacity=alt.when(picked).then(alt.value(0.75)).otherwise(alt.value(0.08)),
            tooltip=[
                day("date", "Date"),
                alt.Tooltip("watchlist_size:Q", title="Images on the watchlist", format=","),
                alt.Tooltip("threshold:N", title="Threshold"),
                alt.Tooltip("deployments:Q", title="Deployments with this list"),
            ],
        )
        .add_params(picked)
        .properties(height=280)
    )


def locations(table: pd.DataFrame) -> alt.LayerChart:
    """The most used places of all years or of one; each bar ends with its deployments and false alerts."""
    options = ["all", *(str(year) for year in sorted(table["year"].unique()))]
    year = alt.param("year", value="all", bind=alt.binding_select(options=options, name="Year "))
    columns = ["deployments", "alerts", "false_alerts", "arrests"]
    top = (
        alt.Chart(table[["place", "year", *columns]])
        .transform_filter("year === 'all' || datum.year === +year")
        .transform_aggregate(**{column: f"sum({column})" for column in columns}, groupby=["place"])
        .transform_window(
            rank="row_number()",
            sort=[
                alt.SortField("deployments", "descending"),
                alt.SortField("alerts", "descending"),
                alt.SortField("place"),
            ],
        )
        .transform_filter(f"datum.rank <= {PLACES_SHOWN}")
        .transform_calculate(
            said="datum.deployments + (datum.false_alerts ? ', ' + datum.false_alerts + ' false' : '')",
            room=f"{ROOM} * datum.deployments",
        )
        .encode(
            y=alt.Y(
                "place:N",
                title=None,
                sort=alt.EncodingSortField("rank", op="min"),
                axis=alt.Axis(labelLimit=150),
            ),
            x=alt.X(
                "deployments:Q", title="Deployments", axis=alt.Axis(tickMinStep=1, tickCount=5, format="d")
            ),
            tooltip=[
                alt.Tooltip("place:N", title="Place"),
                *[
                    alt.Tooltip(f"{column}:Q", title=column.replace("_", " ").capitalize(), format=",")
                    for column in columns
                ],
            ],
        )
    )
    bars = top.mark_bar(color=MEASURE_COLOURS["deployments"])
    room = top.mark_bar(opacity=0).encode(x="room:Q")
    labels = top.mark_text(align="left", dx=4).encode(
        text="said:N",
        color=alt.when("datum.false_alerts > 0").then(alt.value(VERMILLION)).otherwise(alt.value(TEXT)),
    )
    return (room + bars + labels).add_params(year).properties(height=22 * PLACES_SHOWN)
