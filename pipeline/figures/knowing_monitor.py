"""The CUSUM's path on the Met's record."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import THRESHOLD_COLOURS, VERMILLION, day, scale

VISIBLE = 0.15  # of the score: ten pixels of the figure, and each row drawn weighs on the page


def cusum_record(table: pd.DataFrame) -> alt.LayerChart:
    """The score by date: a band between its bounds, restarted at each threshold, below the limit."""
    keep = ["threshold", "date", "score_low", "score_high"]
    rows = table.assign(threshold=table["threshold"].astype(float).map("{:.2f}".format)).round(2)
    colours = {name: THRESHOLD_COLOURS[name] for name in ("0.60", "0.62", "0.64")}
    x = alt.X(
        "date:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(tickCount=5, format="%b %Y", labelOverlap="greedy"),
    )
    axis = alt.Axis(values=[0, 1, 2, 3], format="d")
    y = alt.Y("score_high:Q", title="Score", scale=alt.Scale(domain=[0, 3.6]), axis=axis)
    tooltip = [
        day("date", "Day"),
        alt.Tooltip("threshold:N", title="Threshold"),
        alt.Tooltip("score_high:Q", title="Score at most", format=".2f"),
        alt.Tooltip("score_low:Q", title="at least", format=".2f"),
    ]
    base = alt.Chart(_drawn(rows)[keep]).encode(tooltip=tooltip)
    colour = alt.Color("threshold:N", scale=scale(colours), legend=alt.Legend(columns=3))
    band = base.mark_area(opacity=0.45, interpolate="step-after").encode(
        x=x, y=y, y2="score_low", color=colour
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=1.5).encode(x=x, y=y, color=colour)
    false = (
        alt.Chart(rows.loc[rows["false_alerts"] > 0, [*keep, "place", "false_alerts", "alerts"]])
        .mark_point(size=45, opacity=1, shape="triangle-down")
        .encode(
            x=x,
            y=y,
            color=colour,
            tooltip=[
                *tooltip,
                alt.Tooltip("place:N", title="Where"),
                alt.Tooltip("false_alerts:Q", title="False alerts"),
                alt.Tooltip("alerts:Q", title="of alerts"),
            ],
        )
    )
    limit = pd.DataFrame({"limit": [float(rows["limit"].iloc[0])]})
    at_limit = alt.Chart(limit).encode(y="limit:Q", tooltip=[alt.Tooltip("limit:Q", title="Signals at")])
    rule = at_limit.mark_rule(color=VERMILLION, strokeDash=[5, 3], strokeWidth=2)
    word = at_limit.mark_text(align="left", dy=-9, dx=4, color=VERMILLION).encode(
        x=alt.value(0), text=alt.value("signal")
    )
    return alt.layer(band, line, false, rule, word).properties(height=260)


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows at which the line turns, and of its slow falls those that an eye tells from the last."""
    false = rows["false_alerts"] > 0
    first = rows["threshold"] != rows["threshold"].shift()
    turns = false | false.shift(-1, fill_value=False) | first | first.shift(-1, fill_value=True)
    drawn, kept = None, []
    for turn, low, high in zip(turns, rows["score_low"], rows["score_high"], strict=True):
        seen = turn or max(abs(low - drawn[0]), abs(high - drawn[1])) >= VISIBLE
        drawn = (low, high) if seen else drawn
        kept.append(seen)
    return rows[kept]
