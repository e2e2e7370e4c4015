"""Figures of how faces are counted: faces per hour and its breaks, counts that are multiples of fifteen."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import BLUE, MEASURE_COLOURS, MUTED, TEXT, VERMILLION, counts_of, day, panel_title

RATES = {"faces_per_hour": "Faces per hour (log scale)", "alerts_per_hour": "Alerts per hour"}
NAMED_FROM_DAYS = 100  # shorter stretches carry no number on the chart: labels would cover each other


def faces_per_hour(table: pd.DataFrame) -> alt.VConcatChart:
    """Each deployment's faces per hour above its alerts per hour; dragging in the upper panel picks in both.

    Bars are the levels of the stretches between breaks. A solid line is a break that the rule of the
    measures calls a change in how faces were counted; a dashed one is another break.
    """
    stretches = table.groupby("stretch", as_index=False).agg(
        start=("date", "min"),
        end=("date", "max"),
        change=("change_in_counting", "first"),
        **{rate: (f"{rate}_of_stretch", "first") for rate in RATES},
    )
    stretches["days"] = (pd.to_datetime(stretches["end"]) - pd.to_datetime(stretches["start"])).dt.days
    span = alt.selection_interval(name="span", encodings=["x"])
    dots = table[["date", "location", *RATES]]
    upper, lower = (_panel(dots, stretches, rate, span) for rate in RATES)
    return alt.vconcat(upper, lower, spacing=14)


def _panel(dots: pd.DataFrame, stretches: pd.DataFrame, rate: str, span: alt.Parameter) -> alt.LayerChart:
    """One rate over time: a dot per deployment, the level of each stretch, a line where a new one begins."""
    upper = rate == "faces_per_hour"
    axis_scale = alt.Scale(type="log", domain=[30, 20000], nice=False) if upper else alt.Scale(domainMin=0)
    ticks = {"values": [30, 100, 300, 1000, 3000, 10000]} if upper else {"tickCount": 4}
    points = (
        alt.Chart(dots)
        .mark_point(size=26, color=MEASURE_COLOURS[rate.split("_")[0]])
        .encode(
            x=alt.X(
                "date:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%b %Y", tickCount=6)
            ),
            y=alt.Y(
                f"{rate}:Q",
                title=None,
                scale=axis_scale,
                axis=alt.Axis(minExtent=50, maxExtent=50, format=",", **ticks),
            ),
            opacity=alt.when(span).then(alt.value(0.6)).otherwise(alt.value(0.08)),
            tooltip=[
                day("date", "Date"),
                alt.Tooltip("location:N", title="Place"),
                alt.Tooltip("faces_per_hour:Q", title="Faces per hour", format=",.0f"),
                alt.Tooltip("alerts_per_hour:Q", title="Alerts per hour", format=".2f"),
            ],
        )
    )
    number = ",.0f" if upper else ".2f"
    level = alt.Chart(stretches).encode(
        x="start:T",
        y=f"{rate}:Q",
        tooltip=[
            day("start", "From"),
            day("end", "To"),
            alt.Tooltip(f"{rate}:Q", title=RATES[rate].split(" (")[0], format=number),
        ],
    )
    bars = level.mark_rule(strokeWidth=2.5, color=TEXT).encode(x2="end:T")
    named = level.transform_filter(alt.datum.days >= NAMED_FROM_DAYS).encode(
        text=alt.Text(f"{rate}:Q", format=number)
    )
    halo = named.mark_text(
        align="left", dy=-9, fontWeight="bold", color="white", stroke="white", strokeWidth=4
    )
    names = named.mark_text(align="left", dy=-9, fontWeight="bold", color=TEXT)
    breaks = (
        alt.Chart(stretches.iloc[1:][["start", "change"]])
        .mark_rule()
        .encode(
            x="start:T",
            color=alt.when("datum.change === 'yes'").then(alt.value(VERMILLION)).otherwise(alt.value(MUTED)),
            strokeDash=alt.when("datum.change === 'yes'")
            .then(alt.value([1, 0]))
            .otherwise(alt.value([3, 3])),
            tooltip=[
                day("start", "New level of faces per hour from"),
                alt.Tooltip("change:N", title="Change in counting"),
            ],
        )
    )
    dots_layer = points.add_params(span) if upper else points
    title = panel_title(RATES[rate], "Solid line: change in counting. Dashed: other break" if upper else "")
    return (breaks + dots_layer + bars + halo + names).properties(height=210 if upper else 150, title=title)


def faces_multiples_of_15(table: pd.DataFrame) -> alt.LayerChart:
    """Share of face counts that are multiples of fifteen by year, with intervals, against chance."""
    rows = table.assign(
        **{name: (table[name] * 100).round(1) for name in ("share", "low", "high", "expected")}
    )
    rows["counts"] = counts_of(rows["multiples"], rows["deployments"])
    base = alt.Chart(rows[["year", "share", "low", "high", "expected", "counts"]]).encode(
        x=alt.X("year:O", title="Year", axis=alt.Axis(labelAngle=0)),
        tooltip=[
            alt.Tooltip("year:O", title="Year"),
            alt.Tooltip("counts:N", title="Multiples of 15 among face counts"),
            alt.Tooltip("share:Q", title="Share, %"),
            alt.Tooltip("low:Q", title="Interval from"),
            alt.Tooltip("high:Q", title="to"),
            alt.Tooltip("expected:Q", title="By chance, %"),
        ],
    )
    intervals = base.mark_rule(strokeWidth=2, color=BLUE).encode(
        y=alt.Y("low:Q", title="Face counts that are multiples of 15, %", scale=alt.Scale(domain=[0, 100])),
        y2="high:Q",
    )
    points = base.mark_point(size=110, opacity=1, color=BLUE).encode(y="share:Q")
    counts = base.mark_text(dy=-10, color=TEXT, fontSize=11).encode(y="high:Q", text="counts:N")
    chance = base.mark_tick(color=VERMILLION, thickness=2, bandSize=40).encode(y="expected:Q")
    first = base.transform_filter(alt.datum.year == int(table["year"].min()))
    label = first.mark_text(align="left", dx=24, dy=-7, fontSize=11, color=VERMILLION).encode(
        y="expected:Q", text=alt.value("expected by chance")
    )
    return (intervals + chance + label + points + counts).properties(height=240)
