"""Figures of the moment: deployments by quarter with what happened in it, and who equips whom."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    GREEN,
    GREY,
    MUTED,
    ORANGE,
    PURPLE,
    SLATE,
    TEXT,
    VERMILLION,
    panel_title,
    scale,
)

WHO_COLOURS = {"Met": BLUE, "other forces": ORANGE}
KIND_COLOURS = {
    "a force starts": GREEN,
    "law": SLATE,
    "tests, thresholds": PURPLE,
    "money": ORANGE,
    "oversight": VERMILLION,
}
KIND_SHAPES = {
    "a force starts": "circle",
    "law": "square",
    "tests, thresholds": "triangle-up",
    "money": "diamond",
    "oversight": "cross",
}
KINDS = dict(zip(("start", "law", "test", "money", "oversight"), KIND_COLOURS, strict=True))
LINK_COLOURS = {"lends": BLUE, "shares": PURPLE, "funds vans": ORANGE, "joint unit": GREY}
LINK_DASHES = {"lends": [1, 0], "shares": [2, 2], "funds vans": [7, 3], "joint unit": [5, 2, 1, 2]}
LINKS = dict(zip(("lends", "shares", "funds", "serves"), LINK_COLOURS, strict=True))
LINE = 19  # pixels of one event


def moment_timeline(table: pd.DataFrame) -> alt.LayerChart:
    """One line an event, from the top down; bars of deployments stand on the first line of a quarter."""
    lines = len(table)
    y = alt.Y("line:Q", scale=alt.Scale(domain=[-0.6, lines - 0.4], reverse=True, nice=False), axis=None)
    counts = table.dropna(subset=["metropolitan"]).assign(
        total=lambda rows: rows["metropolitan"] + rows["others"]
    )
    most = float(counts["total"].max())
    quarters = alt.Chart(counts[["line", "quarter"]])
    names = quarters.mark_text(align="left", color=TEXT, fontSize=11).encode(
        x=alt.value(0), y=y, text="quarter:N", tooltip=[alt.Tooltip("quarter:N", title="Quarter")]
    )
    split = quarters.mark_rule(color=MUTED, strokeWidth=0.4, yOffset=-LINE / 2).encode(
        x=alt.value(0), x2=alt.value("width"), y=y, tooltip=[alt.Tooltip("quarter:N", title="Quarter")]
    )
    parts = pd.concat(
        [
            counts.assign(who="Met", begins=0, ends=counts["metropolitan"]),
            counts.assign(who="other forces", begins=counts["metropolitan"], ends=counts["total"]),
        ]
    )
    parts = parts[parts["ends"] > parts["begins"]]
    # The scale is wider than the bars at both sides: room for the quarter's name and for the words.
    x_scale = alt.Scale(domain=[-most * 0.75, most * 4.2], nice=False)
    bars = (
        alt.Chart(parts[["line", "quarter", "who", "begins", "ends"]])
        .mark_bar(height=11)
        .encode(
            x=alt.X("begins:Q", scale=x_scale, axis=None),
            x2="ends:Q",
            y=y,
            color=alt.Color("who:N", scale=scale(WHO_COLOURS), legend=alt.Legend(columns=2, orient="bottom")),
            tooltip=[
                alt.Tooltip("quarter:N", title="Quarter"),
                alt.Tooltip("who:N", title="Who"),
                alt.Tooltip("count:Q", title="Deployments counted"),
            ],
        )
        .transform_calculate(count="datum.ends - datum.begins")
    )
    totals = (
        alt.Chart(counts.loc[counts["total"] > 0, ["line", "total"]])
        .mark_text(align="left", dx=4, fontSize=11, color=TEXT)
        .encode(
            x=alt.X("total:Q", scale=x_scale),
            y=y,
            text="total:Q",
            tooltip=[alt.Tooltip("total:Q", title="Deployments counted")],
        )
    )
    events = table[table["label"].notna() & (table["label"] != "")].assign(
        kind=lambda rows: rows["kind"].map(KINDS),
        words=lambda rows: rows["label"] + (rows["plan"] == "yes").map({True: " (plan)", False: ""}),
        at=most * 1.55,
    )
    marked = alt.Chart(events[["line", "date", "words", "kind", "actor", "at"]]).encode(
        x=alt.X("at:Q", scale=x_scale),
        y=y,
        tooltip=[
            alt.Tooltip("date:N", title="Date"),
            alt.Tooltip("actor:N", title="By"),
            alt.Tooltip("words:N", title="Event"),
            alt.Tooltip("kind:N", title="Kind"),
        ],
    )
    legend = alt.Legend(columns=3, symbolSize=60)
    dots = marked.mark_point(size=55, filled=True, opacity=1).encode(
        fill=alt.Fill("kind:N", scale=scale(KIND_COLOURS), legend=legend),
        shape=alt.Shape("kind:N", scale=scale(KIND_SHAPES), legend=legend),
    )
    words = marked.mark_text(align="left", dx=9, fontSize=12, color=TEXT).encode(text="words:N")
    chart = alt.layer(split, bars, totals, names, dots, words).resolve_scale(color="independent")
    return chart.properties(height=LINE * lines, title=panel_title("Deployments counted, and what happened"))


def who_equips_whom(table: pd.DataFrame) -> alt.LayerChart:
    """Givers at the left, takers at the right, a line for each link."""
    rows = table.assign(kind=table["kind"].map(LINKS))
    takers = list(dict.fromkeys(rows["taker"]))
    givers = list(dict.fromkeys(rows["giver"]))
    place = {name: (number + 0.5) / len(givers) for number, name in enumerate(givers)}
    rows["from_y"] = rows["giver"].map(place)
    rows["to_y"] = [(takers.index(name) + 0.5) / len(takers) for name in rows["taker"]]
    rows["from_x"], rows["to_x"] = 0.36, 0.62
    x_scale = alt.Scale(domain=[0, 1], nice=False)
    y_scale = alt.Scale(domain=[0, 1], reverse=True, nice=False)
    columns = ["giver", "taker", "kind", "standing", "since", "note", "from_x", "from_y", "to_x", "to_y"]
    base = alt.Chart(rows[columns].fillna(""))
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("from_x:Q", scale=x_scale, axis=None),
        x2="to_x:Q",
        y=alt.Y("from_y:Q", scale=y_scale, axis=None),
        y2="to_y:Q",
        color=alt.Color("kind:N", scale=scale(LINK_COLOURS), legend=alt.Legend(columns=4)),
        strokeDash=alt.StrokeDash("kind:N", scale=scale(LINK_DASHES), legend=alt.Legend(columns=4)),
        tooltip=[
            alt.Tooltip("giver:N", title="From"),
            alt.Tooltip("taker:N", title="To"),
            alt.Tooltip("kind:N", title="What"),
            alt.Tooltip("standing:N", title="Used or only stated"),
            alt.Tooltip("since:N", title="Since"),
            alt.Tooltip("note:N", title="Note"),
        ],
    )
    texts = [
        base.transform_aggregate(links="count()", groupby=[name, f"{end}_x", f"{end}_y"])
        .mark_text(align=align, dx=dx, color=TEXT, fontSize=12)
        .encode(
            x=alt.X(f"{end}_x:Q", scale=x_scale),
            y=alt.Y(f"{end}_y:Q", scale=y_scale),
            text=f"{name}:N",
            tooltip=[alt.Tooltip(f"{name}:N", title="Force or body")],
        )
        for name, end, align, dx in (("giver", "from", "right", -5), ("taker", "to", "left", 5))
    ]
    title = panel_title("From the left to the right")
    return alt.layer(lines, *texts).properties(height=26 * len(takers), title=title)
