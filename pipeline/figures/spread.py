"""Figures of how capability spread: a tile for each force by month, and forces at each stage over time."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import BLUE, GREY, GRID, MUTED, ORANGE, PURPLE, SKY, SLATE, TEXT, day, scale
from pipeline.national.capability import FIRST_MONTH, LAST_MONTH, STAGES, month_number

WHITE = "#FFFFFF"
STAGE_COLOURS = {
    "nothing_found": WHITE,
    "none_stated": GRID,
    "tried": ORANGE,
    "borrowed": SKY,
    "new_leader": PURPLE,
    "own": GREY,
    "pioneer": BLUE,
}
DARK = ("pioneer", "own")  # stages on whose colour only white text can be read
COUNT_COLOURS = {"own": BLUE, "borrowed": SKY, "tried": ORANGE}
COUNT_DASHES = {"own": [1, 0], "borrowed": [7, 3], "tried": [2, 2]}
BESIDE_FIRST_TILE = "width / 7 + 8"  # the first row has room there, at every width


def spread_map(table: pd.DataFrame) -> alt.LayerChart:
    """A tile for each force, in the colour and with the letter of the stage it had reached by the month."""
    words = {stage: f"{letter}  {text}" for stage, (letter, text) in STAGES.items()}
    used = [stage for stage in STAGES if stage in set(table["stage"])]
    colours = {words[stage]: STAGE_COLOURS[stage] for stage in used}
    last = month_number(LAST_MONTH)
    month = alt.param(
        "month",
        value=last,
        bind=alt.binding_range(min=0, max=last, step=1, name="Months since April 2014 "),
    )
    columns = [
        "force", "label", "tile_row", "tile_column", "letter", "from_month", "until_month", "first_use",
        "own_from", "vendor", "threshold", "equipment", "with_whom", "note",
    ]  # fmt: skip
    rows = table[columns].assign(
        at_stage=table["stage"].map(words),
        ink=table["stage"].map(lambda stage: "light" if stage in DARK else "dark"),
        note=table["note"].fillna(""),
    )
    then = alt.Chart(rows).transform_filter("datum.from_month <= month && month < datum.until_month")
    x = alt.X("tile_column:O", axis=None, title="Column", scale=alt.Scale(paddingInner=0.06, paddingOuter=0))
    y = alt.Y("tile_row:O", axis=None, title="Row", scale=alt.Scale(paddingInner=0.06, paddingOuter=0))
    tooltip = [
        alt.Tooltip("force:N", title="Force"),
        alt.Tooltip("at_stage:N", title="By the month chosen"),
        alt.Tooltip("first_use:N", title="First use"),
        alt.Tooltip("own_from:N", title="Own equipment from"),
        alt.Tooltip("vendor:N", title="Vendor"),
        alt.Tooltip("threshold:N", title="Threshold"),
        alt.Tooltip("equipment:N", title="Equipment"),
        alt.Tooltip("with_whom:N", title="Shared with"),
        alt.Tooltip("note:N", title="Note"),
    ]
    tiles = then.mark_rect(stroke=MUTED, strokeWidth=1, cornerRadius=3).encode(
        x=x,
        y=y,
        color=alt.Color("at_stage:N", scale=scale(colours), legend=alt.Legend(title=None, columns=2)),
        tooltip=tooltip,
    )
    texts = [
        then.transform_filter(f"datum.ink === '{kind}'")
        .mark_text(dy=dy, color=colour, fontSize=size, fontWeight=weight)
        .encode(x=x, y=y, text=f"{field}:N", tooltip=tooltip)
        for kind, colour in (("dark", TEXT), ("light", WHITE))
        for field, dy, size, weight in (("label", -7, 12, "bold"), ("letter", 9, 12, "normal"))
    ]
    year, first = map(int, FIRST_MONTH.split("-"))
    months = f"utcFormat(utc({year}, {first - 1} + month), '%B %Y')"
    said = (
        alt.Chart(rows)
        .transform_aggregate(lines="count()")
        .transform_calculate(words=f"'By ' + {months}")
        .mark_text(align="left", color=TEXT, fontWeight="bold", fontSize=14)
        .encode(
            x=alt.value(alt.expr(BESIDE_FIRST_TILE)),
            y=alt.value(22),
            text="words:N",
            tooltip=[alt.Tooltip("words:N", title="Month chosen")],
        )
    )
    return alt.layer(tiles, *texts, said).add_params(month).properties(height=460)


def spread_counts(table: pd.DataFrame) -> alt.LayerChart:
    """Step lines of territorial forces at each stage; events are upright rules with their words."""
    counts = table.loc[table["kind"] == "count", ["date", "stage", "forces", "changed"]]
    counts = counts.astype({"forces": int}).fillna({"changed": ""})
    events = table.loc[table["kind"] == "event", ["date", "changed", "event", "actor"]]
    events = events.rename(columns={"changed": "short"})
    x = alt.X(
        "date:T", title="Month", scale=alt.Scale(type="utc"), axis=alt.Axis(format="%Y", tickCount="year")
    )
    top = int(counts["forces"].max())
    y = alt.Y(
        "forces:Q",
        title="Territorial forces",
        scale=alt.Scale(domain=[0, top * 1.9], nice=False),  # room for the words of the events
        axis=alt.Axis(values=list(range(0, top + 1, 2)), format="d"),
    )
    tooltip = [
        day("date", "From"),
        alt.Tooltip("stage:N", title="Stage"),
        alt.Tooltip("forces:Q", title="Forces"),
        alt.Tooltip("changed:N", title="Came (+) or left (−)"),
    ]
    legend = alt.Legend(title=None, columns=3, symbolType="stroke", symbolStrokeWidth=2.5)
    base = alt.Chart(counts).encode(x=x, y=y, tooltip=tooltip)
    lines = base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(
        color=alt.Color("stage:N", scale=scale(COUNT_COLOURS), legend=legend),
        strokeDash=alt.StrokeDash("stage:N", scale=scale(COUNT_DASHES)),
    )
    said = [
        day("date", "Date"),
        alt.Tooltip("actor:N", title="By"),
        alt.Tooltip("event:N", title="Event"),
    ]
    marked = alt.Chart(events).encode(x=x, tooltip=said)
    rules = marked.mark_rule(color=SLATE, strokeWidth=1.2, strokeDash=[4, 3])
    words = marked.mark_text(
        angle=270, align="right", baseline="bottom", dx=-4, dy=-3, color=TEXT, fontSize=12
    ).encode(y=alt.value(0), text="short:N")
    return alt.layer(lines, rules, words).properties(height=320)
