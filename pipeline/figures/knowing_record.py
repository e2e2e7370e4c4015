"""Figures of places and forces at one threshold: funnels, and shares drawn to the pool."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    GREY,
    MUTED,
    ORANGE,
    SLATE,
    TEXT,
    VERMILLION,
    scale,
)

FUNNELS = ("NEC 0.60", "NEC 0.64")
LINES = {  # of a funnel: in words, and its dashes
    "centre": ("All together", [1, 0]),
    "high_95": ("Upper 95 % limit", [5, 3]),
    "low_95": ("Lower 95 % limit", [5, 3]),
    "high_998": ("Upper 99.8 % limit", [2, 2]),
    "low_998": ("Lower 99.8 % limit", [2, 2]),
}
UNIT_COLOURS = {"place of the Met": BLUE, "another force": ORANGE}
UNIT_SHAPES = {"place of the Met": "circle", "another force": "triangle-up"}
ESTIMATES = {"Raw": GREY, "Drawn to the pool": VERMILLION}
ESTIMATE_SHAPES = {"Raw": "circle", "Drawn to the pool": "diamond"}


def funnels(table: pd.DataFrame) -> alt.VConcatChart:
    """A funnel for each threshold with enough places: share of alerts that were false, by alerts."""
    panels = [
        _funnel(table[table["system"] == system], system, last=system == FUNNELS[-1]) for system in FUNNELS
    ]
    return alt.vconcat(*panels, spacing=16)


def _funnel(rows: pd.DataFrame, system: str, last: bool) -> alt.LayerChart:
    points = rows.loc[rows["part"] == "point", ["unit", "kind", "alerts", "false_alerts", "percent", "where"]]
    points = points.assign(
        kind=points["kind"].map({"place": "place of the Met", "force": "another force"}),
        count=[f"{false:.0f} of {of:.0f}" for false, of in points[["false_alerts", "alerts"]].to_numpy()],
        percent=points["percent"].round(2),
    ).drop(columns="false_alerts")
    grid = rows.loc[
        rows["part"] == "limit", ["alerts", "centre", "low_95", "high_95", "low_998", "high_998"]
    ].round(2)
    top = 1.15 * points["percent"].max()
    x = alt.X(
        "alerts:Q",
        title="Alerts (log scale)" if last else None,
        scale=alt.Scale(type="log", domain=[0.9, float(grid["alerts"].max()) * 1.3]),
        axis=alt.Axis(values=[1, 3, 10, 30, 100, 300], format=",", grid=False),
    )

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title=None, scale=alt.Scale(domain=[-0.02 * top, top], clamp=True))

    lines = [
        alt.Chart(grid)
        .mark_line(color=SLATE, strokeDash=dash, strokeWidth=1.5, clip=True)
        .encode(
            x=x,
            y=y(name),
            tooltip=[
                alt.Tooltip("alerts:Q", title="At so many alerts", format=","),
                alt.Tooltip(f"{name}:Q", title=f"{word}, %", format=".1f"),
            ],
        )
        for name, (word, dash) in LINES.items()
    ]
    tooltip = [
        alt.Tooltip("unit:N", title="Where"),
        alt.Tooltip("count:N", title="False alerts of alerts"),
        alt.Tooltip("percent:Q", title="%", format=".1f"),
        alt.Tooltip("where:N", title="Against the limits"),
    ]
    base = alt.Chart(points).encode(x=x, y=y("percent"), tooltip=tooltip)
    dots = base.mark_point(size=60, opacity=0.55).encode(
        color=alt.Color("kind:N", scale=scale(UNIT_COLOURS)),
        shape=alt.Shape("kind:N", scale=scale(UNIT_SHAPES)),
    )
    beyond = (
        base.transform_filter("datum.where !== 'inside'")
        .transform_calculate(label="datum.unit + ', ' + datum.count")
        .mark_text(align="left", dx=9, color=TEXT)
        .encode(text="label:N")
    )
    busiest = points.loc[points["alerts"].idxmax()]
    title = alt.TitleParams(
        f"{system}: false alerts in 100 alerts",
        subtitle=[
            "Dashes: 95 % limits; dots: 99.8 %; line: all together",
            f"Busiest: {busiest['unit']}, {busiest['count']}",
        ],
    )
    return alt.layer(*lines, dots, beyond).properties(height=230, title=title)


def shrinkage(table: pd.DataFrame) -> alt.LayerChart:
    """Forces and the busiest places at 0.64: raw share with its interval, and drawn to the pool."""
    rows = table[(table["system"] == "NEC 0.64")].sort_values(["kind", "alerts"], ascending=[True, False])
    names = [
        f"{unit}: {false:.0f} of {of:.0f}"
        for unit, false, of in rows[["unit", "false_alerts", "alerts"]].itertuples(index=False)
    ]
    rows = rows.assign(name=names)
    rows[["share", "low", "high", "shrunk_wide", "shrunk_low", "shrunk_high", "pool_mean"]] *= 100
    long = pd.concat(
        [
            rows.assign(kind_of="Raw", value=rows["share"]),
            rows.assign(
                kind_of="Drawn to the pool",
                value=rows["shrunk_wide"],
                low=rows["shrunk_low"],
                high=rows["shrunk_high"],
            ),
        ]
    )[["name", "kind_of", "value", "low", "high"]]
    axis_scale = alt.Scale(type="pow", exponent=0.4, domain=[0, 90])
    x = alt.X(
        "value:Q",
        title="False alerts in 100 alerts (power scale)",
        scale=axis_scale,
        axis=alt.Axis(values=[0, 0.5, 2, 5, 15, 40, 80], labelExpr="format(datum.value, '.2~f')", grid=True),
    )
    base = alt.Chart(long).encode(
        y=alt.Y("name:N", sort=names, title=None, axis=None),
        tooltip=[
            alt.Tooltip("name:N", title="False alerts of alerts"),
            alt.Tooltip("kind_of:N", title="Estimate"),
            alt.Tooltip("value:Q", title="In 100 alerts", format=".2f"),
            alt.Tooltip("low:Q", title="From", format=".2f"),
            alt.Tooltip("high:Q", title="To", format=".2f"),
        ],
    )
    colour = alt.Color("kind_of:N", scale=scale(ESTIMATES))
    layers = [
        alt.Chart(rows.head(1)[["pool_mean"]])
        .mark_rule(color=MUTED, strokeDash=[4, 3])
        .encode(
            x=alt.X("pool_mean:Q", scale=axis_scale),
            tooltip=[alt.Tooltip("pool_mean:Q", title="All the Met's places, in 100 alerts", format=".2f")],
        )
    ]
    for kind, offset in (("Raw", 4), ("Drawn to the pool", 10)):
        part = base.transform_filter(alt.datum.kind_of == kind)
        layers.append(
            part.mark_rule(strokeWidth=2, yOffset=offset).encode(
                x=alt.X("low:Q", scale=axis_scale), x2="high:Q", color=colour
            )
        )
        layers.append(
            part.mark_point(size=60, opacity=1, yOffset=offset).encode(
                x=x, color=colour, shape=alt.Shape("kind_of:N", scale=scale(ESTIMATE_SHAPES))
            )
        )
    raw = base.transform_filter(alt.datum.kind_of == "Raw").encode(x=alt.value(2), text="name:N")
    place = {"align": "left", "dy": -8}
    halo = raw.mark_text(**place, color="white", stroke="white", strokeWidth=4)
    return alt.layer(*layers, halo, raw.mark_text(**place, color=TEXT)).properties(height=36 * len(rows))
