"""Figures of the population model: its curve through the published points, and others that meet them too."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    GREY,
    LIST_COLOURS,
    LIST_DASHES,
    ORANGE,
    PURPLE,
    SKY,
    TEXT,
    VERMILLION,
    panel_title,
    scale,
)

SPREAD_COLOURS = {"0.15": VERMILLION, "0.3": ORANGE, "0.5": BLUE, "0.75": SKY, "1": PURPLE, "1.5": GREY}
LOSS_COLOURS = {"0 %": BLUE, "4 %": SKY, "8 %": PURPLE}
EXTENT = 64  # px beside each vertical axis, so that panels align
SHAPES = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross"]


def model_curve(table: pd.DataFrame) -> alt.VConcatChart:
    """FPIR at three sizes of list above TPIR, by threshold; crosses are published points."""
    rows = table.astype({"threshold": float})  # text, as every figure's thresholds are read
    rows = rows[rows["threshold"] <= 0.66]
    met = rows.dropna(subset=["published_tpir"])
    crosses = [_published(met, f"published_fpir_{people}", ".2e") for people in (1000, 10000)]
    upper = alt.layer(_fpir(rows), *crosses)
    tpir = (
        alt.Chart(rows[["threshold", "tpir"]])
        .mark_line(strokeWidth=2, color=BLUE)
        .encode(
            x=_threshold("Threshold"),
            y=_tpir([0.6, 1]),
            tooltip=[
                alt.Tooltip("threshold:Q", title="Threshold", format=".3f"),
                alt.Tooltip("tpir:Q", title="TPIR of the model", format=".3f"),
            ],
        )
    )
    lower = tpir + _published(met, "published_tpir", ".2f")
    return alt.vconcat(
        upper.properties(
            height=230, title=panel_title("FPIR: strangers who alert (log scale)", "Cross: published")
        ),
        lower.properties(height=130, title=panel_title("TPIR: listed people who alert (share)")),
        spacing=14,
    )


def model_alternatives(table: pd.DataFrame) -> alt.VConcatChart:
    """TPIR by threshold of models that all meet the published point: other spreads, other shares lost."""
    table = table.astype({"threshold": float})
    spread = table[table["alternative"] == "spread"].assign(
        name=lambda rows: rows["value"].map("{:g}".format)
    )
    lost = table[table["alternative"] == "not_acquired"].assign(
        name=lambda rows: (100 * rows["value"]).map("{:.0f} %".format)
    )
    lost = lost[lost["name"].isin(LOSS_COLOURS)]
    upper = _alternatives(spread, SPREAD_COLOURS, None, 0.3).properties(
        height=200,
        title=panel_title("TPIR by spread of fidelity, sigma_q", "All lines meet at the published 0.60"),
    )
    lower = _alternatives(lost, LOSS_COLOURS, "Threshold", 0.6).properties(
        height=150, title=panel_title("TPIR by share of passages with no usable face")
    )
    return alt.vconcat(upper, lower, spacing=14).resolve_scale(color="independent", shape="independent")


def _fpir(rows: pd.DataFrame) -> alt.Chart:
    """A line for each size of list."""
    columns = dict(zip(("fpir_1000", "fpir_10000", "fpir_16000"), LIST_COLOURS, strict=True))
    return (
        alt.Chart(rows.rename(columns=columns)[["threshold", *LIST_COLOURS]])
        .transform_fold(list(LIST_COLOURS), as_=["list", "fpir"])
        .mark_line(strokeWidth=2)
        .encode(
            x=_threshold(None),
            y=alt.Y(
                "fpir:Q",
                title=None,
                scale=alt.Scale(type="log", domain=[1e-8, 1]),
                axis=alt.Axis(
                    labelExpr="datum.value === 1 ? 'all' : '1 in ' + format(1 / datum.value, '~s')",
                    values=[1, 1e-2, 1e-4, 1e-6, 1e-8],
                    minExtent=EXTENT,
                    maxExtent=EXTENT,
                ),
            ),
            color=alt.Color("list:N", scale=scale(LIST_COLOURS), title="People on the list"),
            strokeDash=alt.StrokeDash("list:N", scale=scale(LIST_DASHES), title="People on the list"),
            tooltip=[
                alt.Tooltip("list:N", title="List"),
                alt.Tooltip("threshold:Q", title="Threshold", format=".3f"),
                alt.Tooltip("fpir:Q", title="FPIR", format=".2e"),
            ],
        )
    )


def _alternatives(
    rows: pd.DataFrame, colours: dict[str, str], title: str | None, least: float
) -> alt.LayerChart:
    shapes = dict(zip(colours, SHAPES, strict=False))
    base = alt.Chart(rows[["threshold", "tpir", "name"]]).encode(
        x=_threshold(title),
        y=_tpir([least, 1]),
        color=alt.Color("name:N", scale=scale(colours)),
        tooltip=[
            alt.Tooltip("name:N", title="Assumed"),
            alt.Tooltip("threshold:Q", title="Threshold", format=".2f"),
            alt.Tooltip("tpir:Q", title="TPIR", format=".3f"),
        ],
    )
    points = base.mark_point(size=55, opacity=1).encode(shape=alt.Shape("name:N", scale=scale(shapes)))
    return base.mark_line(strokeWidth=1.5) + points


def _published(rows: pd.DataFrame, field: str, number: str) -> alt.Chart:
    return (
        alt.Chart(rows[["threshold", field]])
        .mark_point(shape="cross", size=130, opacity=1, color=TEXT)
        .encode(
            x="threshold:Q",
            y=alt.Y(f"{field}:Q", title=None),
            tooltip=[
                alt.Tooltip("threshold:Q", title="Threshold", format=".2f"),
                alt.Tooltip(f"{field}:Q", title="Published", format=number),
            ],
        )
    )


def _threshold(title: str | None) -> alt.X:
    return alt.X(
        "threshold:Q",
        title=title,
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(format=".2f", values=[0.52, 0.56, 0.60, 0.64]),
    )


def _tpir(domain: list[float]) -> alt.Y:
    return alt.Y(
        "tpir:Q",
        title=None,
        scale=alt.Scale(domain=domain),
        axis=alt.Axis(format=".1f", minExtent=EXTENT, maxExtent=EXTENT, tickCount=5),
    )
