"""Figures of the accuracy benchmark: the trade-off as the threshold moves, and thresholds set to a target."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    LIST_COLOURS,
    LIST_DASHES,
    ORANGE,
    TEXT,
    VERMILLION,
    counts_of,
    scale,
)

FPIR = "Strangers who raise an alert, FPIR, % (log scale)"
FNIR = "Listed people missed, FNIR, % (log scale)"
FPIR_SHOWN, FNIR_SHOWN = [2e-5, 2], [5, 22]  # per cent; a rate of none has no place on a logarithmic axis
USES = {
    (1_000, 1_000): "set on 1,000, used on 1,000",
    (10_000, 10_000): "set on 10,000, used on 10,000",
    (1_000, 10_000): "set on 1,000, used on 10,000",
}
USE_COLOURS = dict(zip(USES.values(), (ORANGE, BLUE, VERMILLION), strict=True))
USE_SHAPES = dict(zip(USES.values(), ("circle", "square", "diamond"), strict=True))


def accuracy_det(table: pd.DataFrame) -> alt.LayerChart:
    """The model's curve for each list, the counted points with their intervals, and the published point."""
    rates = ["fpir", "fpir_low", "fpir_high", "fnir", "fnir_low", "fnir_high"]
    rows = table.assign(
        threshold=table["threshold"].astype(float).map("{:.3f}".format).str.removesuffix("0"),
        people=table["list_size"].map("{:,}".format),
        **{name: 100 * table[name] for name in rates},
    )
    rows = rows[rows["fpir"].between(*FPIR_SHOWN) & rows["fnir"].between(*FNIR_SHOWN)]
    rows["one_in"] = (100 / rows["fpir"]).map("1 in {:,.0f}".format)
    x = alt.X(
        "fpir:Q",
        title=FPIR,
        scale=alt.Scale(type="log", domain=FPIR_SHOWN, clamp=True, nice=False),
        axis=alt.Axis(values=[1e-4, 1e-3, 1e-2, 1e-1, 1], format="~g"),
    )
    y = alt.Y(
        "fnir:Q",
        title=FNIR,
        scale=alt.Scale(type="log", domain=FNIR_SHOWN, clamp=True, nice=False),
        axis=alt.Axis(values=[5, 7, 10, 14, 20], format="~g"),
    )
    tips = [
        alt.Tooltip("kind:N", title="Kind"),
        alt.Tooltip("people:N", title="People on the list"),
        alt.Tooltip("threshold:N", title="Threshold"),
        alt.Tooltip("one_in:N", title="FPIR"),
        alt.Tooltip("fnir:Q", title="FNIR, %", format=".1f"),
    ]
    base = alt.Chart(rows[rows["kind"] == "model"][["kind", "people", "threshold", "fpir", "fnir", "one_in"]])
    legend = alt.Legend(title="People on the list", columns=3, symbolType="stroke")
    curve = base.mark_line(strokeWidth=2).encode(
        x=x,
        y=y,
        color=alt.Color("people:N", scale=scale(LIST_COLOURS), legend=legend),
        strokeDash=alt.StrokeDash("people:N", scale=scale(LIST_DASHES), legend=legend),
        tooltip=tips[:3],
    )
    simulated = rows[rows["kind"] == "simulated"].drop(columns=["list_size"])
    counted = alt.Chart(simulated).encode(
        x=x, y=y, color=alt.Color("people:N", scale=scale(LIST_COLOURS), legend=legend), tooltip=tips
    )
    across = counted.mark_rule(strokeWidth=2).encode(x=alt.X("fpir_low:Q", title=FPIR), x2="fpir_high:Q")
    along = counted.mark_rule(strokeWidth=2).encode(y=alt.Y("fnir_low:Q", title=FNIR), y2="fnir_high:Q")
    points = counted.mark_point(size=55, opacity=1)
    names = (
        alt.Chart(simulated[simulated["people"] == "10,000"])
        .mark_text(align="right", dx=-6, dy=11, color=TEXT, fontSize=11)
        .encode(x=x, y=y, text="threshold:N", tooltip=tips)
    )
    published = (
        alt.Chart(
            rows[rows["kind"] == "published"][["kind", "people", "threshold", "fpir", "fnir", "one_in"]]
        )
        .mark_point(shape="diamond", size=240, filled=False, strokeWidth=2, opacity=1, color=VERMILLION)
        .encode(x=x, y=y, tooltip=tips)
    )
    label = published.mark_text(
        align="left", dx=10, dy=-16, color=VERMILLION, fontSize=11, text="published, NPL"
    )
    return (curve + across + along + points + names + published + label).properties(height=320)


def accuracy_calibration(table: pd.DataFrame) -> alt.LayerChart:
    """Each target beside the false alert rate that the threshold set to it gave on other searches."""
    rows = table.assign(
        use=[USES[pair] for pair in zip(table["set_on"], table["used_on"], strict=True)],
        aim=(1 / table["target"]).map("1 in {:,.0f}".format),
        counts=counts_of(table["events"], table["trials"]),
        threshold=table["threshold"].astype(float).map("{:.4f}".format),
        **{name: 100 * table[name] for name in ("target", "fpir", "fpir_low", "fpir_high")},
    )
    rows = rows[rows["fpir"] > 0]
    names = ["aim", "use", "target", "threshold", "fpir", "fpir_low", "fpir_high", "counts"]
    x = alt.X(
        "fpir:Q",
        title=FPIR,
        scale=alt.Scale(type="log", domain=[5e-4, 1], clamp=True),
        axis=alt.Axis(values=[1e-3, 1e-2, 1e-1, 1], format="~g"),
    )
    base = alt.Chart(rows[names]).encode(
        y=alt.Y("aim:N", title="Target", sort=None, axis=alt.Axis(labelLimit=90)),
        yOffset=alt.YOffset("use:N", sort=list(USE_COLOURS)),
        color=alt.Color("use:N", scale=scale(USE_COLOURS), legend=alt.Legend(columns=1, labelLimit=260)),
        tooltip=[
            alt.Tooltip("aim:N", title="Target"),
            alt.Tooltip("use:N", title="Threshold"),
            alt.Tooltip("threshold:N", title="Value of it"),
            alt.Tooltip("counts:N", title="Alerts among searches"),
            alt.Tooltip("fpir:Q", title="FPIR, %", format=".2~g"),
        ],
    )
    intervals = base.mark_rule(strokeWidth=2).encode(x=alt.X("fpir_low:Q", title=FPIR), x2="fpir_high:Q")
    points = base.mark_point(size=80, opacity=1).encode(
        x=x, shape=alt.Shape("use:N", scale=scale(USE_SHAPES), legend=alt.Legend(columns=1, labelLimit=260))
    )
    aims = base.mark_tick(color=TEXT, thickness=2, bandSize=26).encode(x="target:Q", color=alt.value(TEXT))
    return (aims + intervals + points).properties(height=260)
