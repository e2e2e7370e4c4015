"""Figures of the record itself: verdicts on claims, and differences between two copies of one table."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    MEASURE_COLOURS,
    ORANGE,
    OUTCOME_COLOURS,
    SKY,
    STATED_BY_COLOURS,
    STATED_BY_SHAPES,
    TEXT,
    VERDICT_LABELS,
    scale,
)

FIELD_MARKS = {
    "faces_scanned": (MEASURE_COLOURS["faces"], "triangle-up"),
    "alerts": (MEASURE_COLOURS["alerts"], "circle"),
    "true_alerts": (SKY, "cross"),
    "true_alerts_unconfirmed": (ORANGE, "triangle-down"),
    "false_alerts": (OUTCOME_COLOURS["false_alerts"], "diamond"),
    "arrests": (MEASURE_COLOURS["arrests"], "square"),
}


def claims_by_verdict(table: pd.DataFrame) -> alt.LayerChart:
    """One mark per claim, in a row per verdict, ordered by who stated it; the count ends the row."""
    rows = table.assign(verdict=table["verdict"].map(VERDICT_LABELS))
    y = alt.Y(
        "verdict:N",
        sort=list(VERDICT_LABELS.values()),
        title=None,
        scale=alt.Scale(domain=list(VERDICT_LABELS.values())),
    )
    picked = alt.selection_point(name="picked", fields=["stated_by_group"], bind="legend")
    marks = (
        alt.Chart(rows[["id", "claim", "stated_by", "stated_by_group", "verdict", "place"]])
        .mark_point(size=80)
        .encode(
            x=alt.X(
                "place:Q",
                title="Claims",
                axis=alt.Axis(tickMinStep=1),
                scale=alt.Scale(domainMin=0, nice=False),
            ),
            y=y,
            color=alt.Color(
                "stated_by_group:N", scale=scale(STATED_BY_COLOURS), legend=alt.Legend(title="Stated by")
            ),
            shape=alt.Shape("stated_by_group:N", scale=scale(STATED_BY_SHAPES)),
            opacity=alt.when(picked).then(alt.value(1)).otherwise(alt.value(0.15)),
            tooltip=[
                alt.Tooltip("id:N", title="Claim"),
                alt.Tooltip("claim:N", title="Says"),
                alt.Tooltip("stated_by:N", title="Stated by"),
                alt.Tooltip("verdict:N", title="Verdict"),
            ],
        )
        .add_params(picked)
    )
    totals = (
        alt.Chart(rows[["verdict", "place"]].groupby("verdict", as_index=False).max())
        .mark_text(align="left", dx=12, color=TEXT, fontWeight="bold")
        .encode(
            x="place:Q",
            y=y,
            text="place:Q",
            tooltip=[alt.Tooltip("verdict:N", title="Verdict"), alt.Tooltip("place:Q", title="Claims")],
        )
    )
    return (marks + totals).properties(height=38 * len(VERDICT_LABELS))


def differences(table: pd.DataFrame) -> alt.Chart:
    """One mark per cell that differs, stacked by how far the transcription is off; shape gives the column."""
    rows = table.sort_values(["difference", "field", "date"]).astype({"difference": int})
    rows["place"] = rows.groupby("difference").cumcount() + 1
    rows["off_by"] = rows["difference"].map("{:+d}".format)
    fields = {name: FIELD_MARKS[name] for name in FIELD_MARKS if name in set(rows["field"])}
    rows["column"] = rows["field"].str.replace("_", " ")
    names = [name.replace("_", " ") for name in fields]
    columns = ["date", "location", "column", "published", "transcribed", "off_by", "place"]
    return (
        alt.Chart(rows[columns])
        .mark_point(size=110, opacity=1)
        .encode(
            x=alt.X("off_by:O", title="Transcribed minus published", sort=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y(
                "place:Q",
                title="Cells that differ",
                axis=alt.Axis(tickMinStep=1),
                scale=alt.Scale(domainMin=0),
            ),
            color=alt.Color(
                "column:N", scale=alt.Scale(domain=names, range=[colour for colour, _ in fields.values()])
            ),
            shape=alt.Shape(
                "column:N", scale=alt.Scale(domain=names, range=[shape for _, shape in fields.values()])
            ),
            tooltip=[
                alt.Tooltip("date:N", title="Date"),
                alt.Tooltip("location:N", title="Place"),
                alt.Tooltip("column:N", title="Column"),
                alt.Tooltip("published:Q", title="The Met's own file"),
                alt.Tooltip("transcribed:Q", title="Transcription"),
            ],
        )
        .properties(height=220)
    )
