"""Figures of what an alert is worth: true and false alerts, their two denominators, arrests."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    OUTCOME_COLOURS,
    TEXT,
    THRESHOLD_COLOURS,
    THRESHOLD_SHAPES,
    counts_of,
    panel_title,
    scale,
)


def alerts_outcomes_by_year(table: pd.DataFrame) -> alt.VConcatChart:
    """Counts of true and of false alerts by year, a panel each: on one scale the false ones would vanish."""
    panels = []
    for outcome, name, height in (("true_alerts", "True alerts", 170), ("false_alerts", "False alerts", 110)):
        rows = table.loc[table["outcome"] == outcome, ["year", "count", "alerts"]]
        base = alt.Chart(rows).encode(
            x=alt.X(
                "year:O", title="Year" if outcome == "false_alerts" else None, axis=alt.Axis(labelAngle=0)
            ),
            y=alt.Y("count:Q", title=None, axis=alt.Axis(minExtent=50, maxExtent=50, tickCount=3)),
            tooltip=[
                alt.Tooltip("year:O", title="Year"),
                alt.Tooltip("count:Q", title=name, format=","),
                alt.Tooltip("alerts:Q", title="All alerts of the year", format=","),
            ],
        )
        bars = base.mark_bar(color=OUTCOME_COLOURS[outcome])
        labels = base.mark_text(dy=-8, color=TEXT, fontWeight="bold").encode(
            text=alt.Text("count:Q", format=",")
        )
        title = panel_title(f"{name} (alerts per year, own scale)", colour=OUTCOME_COLOURS[outcome])
        panels.append((bars + labels).properties(height=height, title=title))
    return alt.vconcat(*panels, spacing=10)


def false_alerts_two_denominators(table: pd.DataFrame) -> alt.VConcatChart:
    """False alerts per hundred alerts and per million faces, by threshold, with exact intervals and counts.

    Where a threshold was in use on both sides of a change in counting, its rate per face is dashed.
    """
    per_alert, per_face = (table[table["denominator_name"] == name] for name in ("per alert", "per face"))
    return alt.vconcat(
        _by_threshold(
            per_alert, 100, "Per 100 alerts", alt.Scale(domainMin=0), ticks=[0, 10, 20, 30, 40, 50]
        ),
        _by_threshold(
            per_face,
            1e6,
            "Per million faces scanned (log scale)",
            alt.Scale(type="log", domain=[1, 1000]),
            [1, 10, 100, 1000],
        ).properties(
            title=panel_title(
                "Per million faces scanned (log scale)", "Dashed: faces were counted in more than one way"
            )
        ),
        spacing=16,
    )


def _by_threshold(
    rows: pd.DataFrame, factor: float, title: str, axis_scale: alt.Scale, ticks: list[int]
) -> alt.LayerChart:
    """One row per threshold: point, interval, and the counts behind them."""
    rows = rows.assign(
        **{name: (rows[name] * factor).round(3) for name in ("value", "low", "high")},
        counts=counts_of(rows["numerator"], rows["denominator"]),
        faces=rows["note"]
        .fillna("")
        .str.contains("spans_change_in_counting")
        .map({True: "in more than one way", False: "in one way"}),
    )
    base = alt.Chart(rows[["threshold", "value", "low", "high", "counts", "faces"]]).encode(
        y=alt.Y(
            "threshold:N", sort=list(THRESHOLD_COLOURS), title=None, axis=alt.Axis(minExtent=70, maxExtent=70)
        ),
        color=alt.Color("threshold:N", scale=scale(THRESHOLD_COLOURS), legend=None),
        tooltip=[
            alt.Tooltip("threshold:N", title="Threshold"),
            alt.Tooltip("value:Q", title=f"False alerts {title[0].lower()}{title[1:]}", format=".3~r"),
            alt.Tooltip("low:Q", title="Interval from", format=".3~r"),
            alt.Tooltip("high:Q", title="to", format=".3~r"),
            alt.Tooltip("counts:N", title="Counts"),
            alt.Tooltip("faces:N", title="Faces were counted"),
        ],
    )
    x = alt.X("value:Q", title=None, scale=axis_scale, axis=alt.Axis(values=ticks, format=",d", grid=True))
    dash = alt.StrokeDash(
        "faces:N",
        scale=alt.Scale(domain=["in one way", "in more than one way"], range=[[1, 0], [4, 3]]),
        legend=None,
    )
    rules = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title=None, scale=axis_scale), x2="high:Q", strokeDash=dash
    )
    points = base.mark_point(size=110, opacity=1).encode(
        x=x, shape=alt.Shape("threshold:N", scale=scale(THRESHOLD_SHAPES), legend=None)
    )
    labels = base.mark_text(align="left", dy=-12, fontSize=11).encode(
        x=alt.X("low:Q", scale=axis_scale), text="counts:N", color=alt.value(TEXT)
    )
    return (rules + points + labels).properties(height=38 * len(rows), title=panel_title(title))


def arrests_per_alert(table: pd.DataFrame) -> alt.LayerChart:
    """Arrests per hundred alerts by year, with exact intervals; a diamond where disposals are in."""
    rows = table.assign(**{name: (table[name] * 100).round(1) for name in ("value", "low", "high")})
    rows["counts"] = counts_of(rows["numerator"], rows["denominator"])
    rows["label"] = rows["counts"].str.replace(" of ", " of\n")
    kinds = ["arrests", "arrests and other disposals"]
    base = alt.Chart(rows[["year", "value", "low", "high", "counts", "label", "counted"]]).encode(
        x=alt.X("year:O", title="Year", axis=alt.Axis(labelAngle=0)),
        tooltip=[
            alt.Tooltip("year:O", title="Year"),
            alt.Tooltip("value:Q", title="Arrests per 100 alerts"),
            alt.Tooltip("low:Q", title="Interval from"),
            alt.Tooltip("high:Q", title="to"),
            alt.Tooltip("counts:N", title="Arrests of alerts"),
            alt.Tooltip("counted:N", title="Counted"),
        ],
    )
    rule = base.mark_rule(strokeWidth=2, color=OUTCOME_COLOURS["arrests"]).encode(
        y=alt.Y("low:Q", title="Arrests per 100 alerts", scale=alt.Scale(domainMin=0)), y2="high:Q"
    )
    point = base.mark_point(size=110, opacity=1, color=OUTCOME_COLOURS["arrests"]).encode(
        y="value:Q",
        shape=alt.Shape("counted:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
    )
    counts = base.mark_text(lineBreak="\n", dy=-22, color=TEXT, fontSize=11).encode(
        y="high:Q", text="label:N"
    )
    return (rule + point + counts).properties(height=260)
