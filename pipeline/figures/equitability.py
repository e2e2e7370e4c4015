"""Figures of equitability and power: ratios in labelled scenarios, power by events, p by assumed exposure."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    MUTED,
    ORANGE,
    PURPLE,
    SETTING_COLOURS,
    SETTING_SHAPES,
    TEXT,
    VERMILLION,
    panel_title,
    scale,
)

SHOWN = ("0.56", "0.58", "0.60")  # above these, hardly a false alert is left
SCENARIO_LABELS = {
    "A": "A same",
    "B": "B twice",
    "C": "C 4 ×",
    "D": "D faint",
    "E": "E list",
    "F": "F mixed",
}
RATIO_COLOURS = {"8 times": PURPLE, "4 times": BLUE, "2 times": VERMILLION}
RATIO_DASHES = {"8 times": [2, 2], "4 times": [6, 3], "2 times": [1, 0]}
TEST_COLOURS = {"npl": PURPLE, "cambridge": ORANGE, "met": BLUE}
TEST_DASHES = {"npl": [2, 2], "cambridge": [6, 3], "met": [1, 0]}
PLACE = {"align": "left", "dx": 9, "fontWeight": "bold"}  # of a label beside its point
LEVEL = 0.05  # customary level of significance
USUAL_POWER = 80  # per cent
LEAST_P = 0.001  # smaller p leave the chart at its foot


def equitability_scenarios(table: pd.DataFrame) -> alt.VConcatChart:
    """Group 1 over the others in each scenario, FPIR above, TPIR below; ticks are what went in."""
    table = table.assign(threshold=table["threshold"].astype(float).map("{:.2f}".format))
    keys = ["scenario", "measure", "threshold"]
    others = table[table["group"] > 1].groupby(keys, as_index=False).agg(others=("events", "sum"))
    rows = table[table["group"] == 1].merge(others, on=keys)
    rows["counts"] = [f"{one:,} : {two:,}" for one, two in zip(rows["events"], rows["others"], strict=True)]
    rows["scenario"] = rows["scenario"].map(SCENARIO_LABELS)
    strangers = rows[(rows["measure"] == "FPIR") & rows["threshold"].isin(SHOWN)]
    volunteers = rows[(rows["measure"] == "TPIR") & (rows["threshold"] == "0.60")]
    return alt.vconcat(
        _ratios(
            strangers,
            panel_title(
                "Ratio of false alerts (log scale)", "Right: false alerts, group 1 : the others together"
            ),
            alt.Scale(type="log", domain=[0.3, 100]),
            [0.5, 1, 2, 4, 8, 16],
            54,
        ),
        _ratios(
            volunteers,
            panel_title("Ratio of listed people found", "Right: passes found, group 1 : the others together"),
            alt.Scale(domain=[0.8, 1.3], zero=False),
            [0.8, 0.9, 1, 1.1],
            26,
        ),
        spacing=16,
    )


def _ratios(
    rows: pd.DataFrame, title: alt.TitleParams, axis_scale: alt.Scale, ticks: list[float], row_height: int
) -> alt.LayerChart:
    """A row for each scenario: marks and intervals by threshold, counts at the right, ticks for the truth."""
    columns = ["scenario", "threshold", "ratio", "ratio_low", "ratio_high", "ratio_closed", "counts"]
    base = alt.Chart(rows[columns]).encode(
        y=alt.Y("scenario:N", title=None, axis=alt.Axis(minExtent=50, maxExtent=50)),
        tooltip=[
            alt.Tooltip("scenario:N", title="Scenario"),
            alt.Tooltip("threshold:N", title="Threshold"),
            alt.Tooltip("counts:N", title="Group 1 : the others together"),
            alt.Tooltip("ratio:Q", title="Ratio, counted", format=".2f"),
            alt.Tooltip("ratio_low:Q", title="Interval from", format=".2f"),
            alt.Tooltip("ratio_high:Q", title="to", format=".2f"),
            alt.Tooltip("ratio_closed:Q", title="Ratio put in", format=".2f"),
        ],
    )
    thresholds = sorted(rows["threshold"].unique())
    if len(thresholds) > 1:
        base = base.encode(yOffset=alt.YOffset("threshold:N", scale=alt.Scale(domain=thresholds)))
    axis = alt.Axis(values=ticks, format="~g", grid=True)
    colour = alt.Color(
        "threshold:N", scale=scale({at: SETTING_COLOURS[at] for at in SHOWN}), legend=alt.Legend(columns=3)
    )
    shape = alt.Shape(
        "threshold:N", scale=scale({at: SETTING_SHAPES[at] for at in SHOWN}), legend=alt.Legend(columns=3)
    )
    intervals = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("ratio_low:Q", title=None, scale=axis_scale, axis=axis), x2="ratio_high:Q", color=colour
    )
    points = base.mark_point(size=70, opacity=1).encode(
        x=alt.X("ratio:Q", scale=axis_scale), color=colour, shape=shape
    )
    closed = base.mark_tick(color=TEXT, thickness=2, size=13).encode(
        x=alt.X("ratio_closed:Q", scale=axis_scale)
    )
    counts = base.mark_text(align="right", fontSize=11, color=TEXT).encode(
        x=alt.value("width"), text="counts:N"
    )
    height = row_height * rows["scenario"].nunique()
    return (intervals + points + closed + counts).properties(height=height, title=title)


def power_by_events(table: pd.DataFrame) -> alt.LayerChart:
    """Power by events in all groups, a line for each true ratio."""
    rows = table.assign(ratio=table["ratio"].map("{:g} times".format), power=(table["power"] * 100).round(1))
    base = alt.Chart(rows).encode(
        x=alt.X(
            "events:Q",
            title="False alerts in all three groups together",
            scale=alt.Scale(domain=[0, int(table["events"].max())]),
            axis=alt.Axis(tickCount=5),
        ),
        y=alt.Y("power:Q", title="Tests that find the difference, %", scale=alt.Scale(domain=[0, 100])),
        tooltip=[
            alt.Tooltip("ratio:N", title="True rate of the group, over the others"),
            alt.Tooltip("events:Q", title="False alerts in all"),
            alt.Tooltip("power:Q", title="Tests that find it, %"),
        ],
    )
    lines = base.mark_line(interpolate="step-after", strokeWidth=2).encode(
        color=alt.Color("ratio:N", scale=scale(RATIO_COLOURS), legend=alt.Legend(columns=3)),
        strokeDash=alt.StrokeDash("ratio:N", scale=scale(RATIO_DASHES), legend=alt.Legend(columns=3)),
    )
    few = base.transform_filter(alt.datum.events == 7)
    points = few.mark_point(size=70, opacity=1, color=TEXT)
    text = alt.Text("power:Q", format=".0f")
    halo = few.mark_text(**PLACE, color="white", stroke="white", strokeWidth=5).encode(text=text)
    labels = few.mark_text(**PLACE, color=TEXT).encode(text=text)
    usual = (
        alt.Chart(pd.DataFrame({"power": [USUAL_POWER]}))
        .mark_rule(color=MUTED, strokeDash=[3, 3])
        .encode(y="power:Q", tooltip=[alt.Tooltip("power:Q", title="Power usually asked for, %")])
    )
    return (usual + lines + halo + points + labels).properties(height=280)


def exposure_curve(table: pd.DataFrame) -> alt.VConcatChart:
    """Two-sided p of three published counts above one-sided p, by the assumed share of those exposed."""
    rows = table.assign(
        count=table["label"] + ": " + table["in_group"].astype(str) + " of " + table["events"].astype(str)
    )
    names = rows.drop_duplicates("test").set_index("test")["count"]
    colours = {names[test]: colour for test, colour in TEST_COLOURS.items() if test in names}
    dashes = {names[test]: dash for test, dash in TEST_DASHES.items() if test in names}
    panels = [
        _p_by_share(rows.rename(columns={column: "p"}), title, colours, dashes, last)
        for column, title, last in (
            ("p_two_sided", "Two-sided p (log scale): any difference?", False),
            ("p_one_sided", "One-sided p (log scale): too many?", True),
        )
    ]
    return alt.vconcat(*panels, spacing=12)


def _p_by_share(
    rows: pd.DataFrame, title: str, colours: dict[str, str], dashes: dict[str, list[int]], last: bool
) -> alt.LayerChart:
    shown = rows.loc[rows["p"] >= LEAST_P, ["count", "exposure_percent", "p"]]
    legend = alt.Legend(columns=1, labelLimit=320)
    lines = (
        alt.Chart(shown)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X(
                "exposure_percent:Q",
                title="The group's share of those exposed, % (assumed)" if last else None,
                scale=alt.Scale(domain=[0, 100]),
                axis=alt.Axis(tickCount=5, grid=True),
            ),
            y=alt.Y(
                "p:Q",
                title=None,
                scale=alt.Scale(type="log", domain=[LEAST_P, 1]),
                axis=alt.Axis(values=[0.001, 0.01, 0.05, 0.1, 1], format="~g", minExtent=40, maxExtent=40),
            ),
            color=alt.Color("count:N", scale=scale(colours), legend=legend),
            strokeDash=alt.StrokeDash("count:N", scale=scale(dashes), legend=legend),
            tooltip=[
                alt.Tooltip("count:N", title="False alerts in the group"),
                alt.Tooltip("exposure_percent:Q", title="Assumed share of those exposed, %"),
                alt.Tooltip("p:Q", title="p", format=".2~g"),
            ],
        )
    )
    level = (
        alt.Chart(pd.DataFrame({"p": [LEVEL]}))
        .mark_rule(color=MUTED, strokeDash=[3, 3])
        .encode(y="p:Q", tooltip=[alt.Tooltip("p:Q", title="Customary level of significance")])
    )
    return (level + lines).properties(height=190, title=panel_title(title))
