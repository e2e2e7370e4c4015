"""Figures of the blueprint: rates between forces, completeness, where variation lies, and breaks by month."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    GREY,
    GRID,
    MUTED,
    ORANGE,
    PURPLE,
    SKY,
    SLATE,
    TEXT,
    VERMILLION,
    panel_title,
    scale,
)

FLOOR, CEILING = 0.01, 1000  # of the axis of ratios; a ratio of nought has no place on a log scale
KIND_COLOURS = {"between forces": BLUE, "within the Met": ORANGE}
KIND_SHAPES = {"between forces": "circle", "within the Met": "diamond"}
PART_COLOURS = {"Chance": GRID, "Deployment": SKY, "Site": BLUE}
LEGAL_COLOURS = {"Legal or policy event": VERMILLION, "Other month": GREY}
LEGAL_SHAPES = {"Legal or policy event": "diamond", "Other month": "circle"}
JUDGMENTS = {"2020-08": "judgment of August 2020", "2026-04": "judgment of April 2026"}
ABOVE = {"align": "left", "baseline": "bottom", "dy": -8, "fontSize": 12}  # a label over its bar


def blueprint_ratios(table: pd.DataFrame) -> alt.LayerChart:
    """A row for each comparison: the ratio of false alerts per alert, its interval, and a margin to move."""
    rows = table.assign(
        said=table["label"]
        + ": "
        + table["false_alerts"].map("{:,}".format)
        + " of "
        + table["alerts"].map("{:,}".format),
        left=table["low"].clip(lower=FLOOR),
        order=range(len(table)),
    )
    margin = alt.param(
        "margin",
        value=float(table["margin"].iloc[0]),
        bind=alt.binding_range(min=1.1, max=5, step=0.1, name="Margin "),
    )
    x_scale = alt.Scale(type="log", domain=[FLOOR, CEILING])
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=alt.SortField("order"), axis=None),
        color=alt.Color("kind:N", scale=scale(KIND_COLOURS)),
        tooltip=[
            alt.Tooltip("said:N", title="False alerts of alerts"),
            alt.Tooltip("reference_false_alerts:Q", title="Compared with, false alerts", format=","),
            alt.Tooltip("reference_alerts:Q", title="of alerts", format=","),
            alt.Tooltip("ratio:Q", title="Ratio", format=".2f"),
            alt.Tooltip("low:Q", title="Interval from", format=".2f"),
            alt.Tooltip("high:Q", title="to", format=",.1f"),
        ],
    )
    axis = alt.Axis(values=[0.01, 0.1, 1, 10, 100, 1000], format="~g", grid=True)
    x = alt.X("left:Q", scale=x_scale, axis=axis, title="Rate over the Met's (log scale)")
    intervals = base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q")
    points = (
        base.transform_filter("datum.ratio > 0")
        .mark_point(size=90, opacity=1)
        .encode(x=alt.X("ratio:Q", scale=x_scale), shape=alt.Shape("kind:N", scale=scale(KIND_SHAPES)))
    )
    place = {"x": alt.value(0), "text": "said:N"}
    halo = base.mark_text(**ABOVE, stroke="white", strokeWidth=5, strokeJoin="round").encode(
        **place, color=alt.value("white")
    )
    words = base.mark_text(**ABOVE).encode(**place, color=alt.value(TEXT))
    one = (
        alt.Chart(pd.DataFrame({"at": [1]}))
        .mark_rule(color=MUTED)
        .encode(x=alt.X("at:Q", scale=x_scale), tooltip=[alt.Tooltip("at:Q", title="Equal rates, ratio")])
    )
    line = (
        alt.Chart(pd.DataFrame({"at": [1]}))
        .transform_calculate(at="margin")
        .mark_rule(color=VERMILLION, strokeDash=[5, 3], strokeWidth=2)
        .encode(x=alt.X("at:Q", scale=x_scale), tooltip=[alt.Tooltip("at:Q", title="Margin", format=".1f")])
    )
    return (
        (one + line + intervals + points + halo + words).add_params(margin).properties(height=52 * len(rows))
    )


def blueprint_completeness(table: pd.DataFrame) -> alt.LayerChart:
    """A bar for each force: share of ten fields found for the deployments known."""
    rows = table.assign(
        percent=(table["share"] * 100).round(1),
        force=table["force"].str.replace(r" (?:Police Service|Police|Constabulary)$", "", regex=True),
    ).sort_values(["share", "force"], ascending=[False, True])
    rows = rows.assign(
        said=rows["force"]
        + ": "
        + rows["percent"].map("{:.0f} %".format)
        + ", "
        + rows["deployments"].map("{:,} known".format),
        who=[
            "The Met" if force == "metropolitan" else "All but the Met" if force == "others" else "One force"
            for force in rows["force_id"]
        ],
    )
    colours = {"The Met": BLUE, "All but the Met": VERMILLION, "One force": SKY}
    base = alt.Chart(rows).encode(
        y=alt.Y("force:N", sort=rows["force"].tolist(), axis=None),
        tooltip=[
            alt.Tooltip("force:N", title="Force"),
            alt.Tooltip("deployments:Q", title="Deployments known", format=","),
            alt.Tooltip("filled:Q", title="Fields found", format=","),
            alt.Tooltip("cells:Q", title="of", format=","),
            alt.Tooltip("percent:Q", title="Share, %"),
        ],
    )
    axis = alt.Axis(tickCount=5, grid=True)
    bars = base.mark_bar(height=8, yOffset=9).encode(
        x=alt.X("percent:Q", title="Fields found, %", scale=alt.Scale(domain=[0, 100]), axis=axis),
        color=alt.Color("who:N", scale=scale(colours), legend=alt.Legend(columns=3)),
    )
    words = base.mark_text(align="left", dy=-5, fontSize=12, color=TEXT).encode(x=alt.value(2), text="said:N")
    return (bars + words).properties(height=31 * len(rows))


def blueprint_sites(table: pd.DataFrame) -> alt.LayerChart:
    """A bar for each threshold: chance, deployment and site as parts of the variance of arrests."""
    beyond = 1 - table["chance"]
    shares = {
        "Chance": table["chance"],
        "Deployment": beyond * (1 - table["between_sites"]),
        "Site": beyond * table["between_sites"],
    }
    y = alt.Y("threshold:N", axis=None)
    layers, ends = [], pd.Series(0.0, index=table.index)
    for part, share in shares.items():
        start, ends = ends, ends + 100 * share
        rows = table[["threshold"]].assign(part=part, share=100 * share, start=start, ends=ends)
        layers += _part(rows, y, "white" if part == "Site" else TEXT)
    said = table[["threshold"]].assign(
        said=[
            f"{row.threshold}: {row.rows:,} deployments, {row.places:,} places; "
            f"site {row.between_sites:.0%} ({100 * row.low:.0f}\N{EN DASH}{row.high:.0%})".replace("%", " %")
            for row in table.itertuples()
        ]
    )
    words = (
        alt.Chart(said)
        .mark_text(align="left", dy=-12, color=TEXT)
        .encode(
            x=alt.value(0),
            y=y,
            text="said:N",
            tooltip=[alt.Tooltip("said:N", title="Beyond chance, by site")],
        )
    )
    return alt.layer(*layers, words).properties(height=64 * len(table))


def _part(rows: pd.DataFrame, y: alt.Y, colour: str) -> list[alt.Chart]:
    """One part of every bar, and its number where there is room for it."""
    rows = rows.assign(middle=(rows["start"] + rows["ends"]) / 2, number=rows["share"].map("{:.0f}".format))
    base = alt.Chart(rows).encode(
        y=y,
        tooltip=[
            alt.Tooltip("threshold:N", title="Threshold"),
            alt.Tooltip("part:N", title="Part"),
            alt.Tooltip("share:Q", title="of the variance, %", format=".0f"),
        ],
    )
    bars = base.mark_bar(height=22, yOffset=10).encode(
        x=alt.X(
            "start:Q", title="Share of the variance of a deployment's arrests, %", axis=alt.Axis(tickCount=5)
        ),
        x2="ends:Q",
        color=alt.Color("part:N", scale=scale(PART_COLOURS), legend=alt.Legend(columns=3)),
    )
    numbers = base.transform_filter("datum.share > 4").mark_text(dy=10, color=colour)
    return [bars, numbers.encode(x="middle:Q", text="number:N")]


def blueprint_breaks(table: pd.DataFrame) -> alt.VConcatChart:
    """The Met's deployments by month, and the jump that a break at each month would have."""
    rows = table.assign(
        date=table["month"] + "-01",
        legal=table["legal"].map(
            lambda kind: "Legal or policy event" if kind == "legal event" else "Other month"
        ),
        event=table["event"].fillna(""),
        found=table["significant"].map({True: "yes", False: "no"}),
    )
    domain = [rows["date"].min(), JUDGMENTS_END]
    x_scale = alt.Scale(domain=[f"{day}T00:00:00Z" for day in domain], type="utc")
    axis = alt.Axis(format="%Y", tickCount="year", grid=False)
    x = alt.X("utcyearmonth(date):T", title=None, scale=x_scale, axis=axis)
    bars = (
        alt.Chart(rows[["date", "met", "others"]])
        .mark_bar(width=4, color=SLATE)
        .encode(
            x=x,
            y=alt.Y("met:Q", title=None, axis=alt.Axis(tickCount=4, grid=True, minExtent=40, maxExtent=40)),
            tooltip=[
                alt.Tooltip("utcyearmonth(date):T", title="Month", format="%B %Y"),
                alt.Tooltip("met:Q", title="Deployments of the Met"),
                alt.Tooltip("others:Q", title="Single days known of other forces"),
            ],
        )
    )
    ill = rows.loc[rows["pandemic"], "date"]
    pandemic = (
        alt.Chart(pd.DataFrame({"from": [ill.min()], "to": [ill.max()], "said": ["pandemic"]}))
        .mark_rect(color=GRID, opacity=0.8)
        .encode(
            x=alt.X("utcyearmonth(from):T", scale=x_scale),
            x2="utcyearmonth(to):T",
            tooltip=[alt.Tooltip("said:N", title="Months of")],
        )
    )
    judged = pd.DataFrame({"date": [f"{month}-15" for month in JUDGMENTS], "said": list(JUDGMENTS.values())})
    lines = (
        alt.Chart(judged)
        .mark_rule(color=PURPLE, strokeDash=[5, 3], strokeWidth=2)
        .encode(
            x=alt.X("utcyearmonthdate(date):T", scale=x_scale), tooltip=[alt.Tooltip("said:N", title="The")]
        )
    )
    top = (pandemic + bars + lines).properties(
        height=120,
        title=panel_title("Deployments of the Met by month", "Grey: pandemic. Dashed: the two judgments"),
    )
    fitted = rows[rows["level"].notna()].assign(
        low=lambda one: one["low"].clip(lower=LEAST_JUMP), high=lambda one: one["high"].clip(upper=MOST_JUMP)
    )
    columns = ["date", "legal", "event", "level", "low", "high", "found"]
    base = alt.Chart(fitted[columns]).encode(
        x=x,
        color=alt.Color("legal:N", scale=scale(LEGAL_COLOURS)),
        tooltip=[
            alt.Tooltip("utcyearmonth(date):T", title="Break at", format="%B %Y"),
            alt.Tooltip("event:N", title="Event"),
            alt.Tooltip("level:Q", title="Level after, times that before", format=".2f"),
            alt.Tooltip("low:Q", title="Interval from", format=".2f"),
            alt.Tooltip("high:Q", title="to", format=".2f"),
            alt.Tooltip("found:N", title="Level or slope significant"),
        ],
    )
    y_scale = alt.Scale(type="log", domain=[LEAST_JUMP, MOST_JUMP])
    y_axis = alt.Axis(values=[0.1, 0.5, 1, 2, 10], format="~g", grid=True, minExtent=40, maxExtent=40)
    y = alt.Y("low:Q", title=None, scale=y_scale, axis=y_axis)
    intervals = base.mark_rule(strokeWidth=1.5).encode(y=y, y2="high:Q")
    points = (
        base.transform_filter(f"datum.level >= {LEAST_JUMP} && datum.level <= {MOST_JUMP}")
        .mark_point(size=50, opacity=1)
        .encode(y=alt.Y("level:Q", scale=y_scale), shape=alt.Shape("legal:N", scale=scale(LEGAL_SHAPES)))
    )
    level = (
        alt.Chart(pd.DataFrame({"at": [1]}))
        .mark_rule(color=TEXT)
        .encode(y=alt.Y("at:Q", scale=y_scale), tooltip=[alt.Tooltip("at:Q", title="No jump, times")])
    )
    bottom = (level + intervals + points).properties(
        height=190,
        title=panel_title("Jump in level at the month, times", "Log scale; cut at both ends"),
    )
    return alt.vconcat(top, bottom, spacing=14)


JUDGMENTS_END = "2026-07-01"  # so that the second judgment does not stand on the frame
LEAST_JUMP, MOST_JUMP = 0.1, 10.0
