"""Figures of who published what: stated totals cut into parts, bounds by force and year, fields by force."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import BLUE, GREEN, MUTED, ORANGE, PURPLE, SKY, TEXT, scale
from pipeline.national.segments import ALL_YEARS, EITHER_WAY, IN_WORDS, ROWS, STATED, UNEXPLAINED

WHO_COLOURS = {
    "Met": BLUE,
    "South Wales": GREEN,
    "Essex": ORANGE,
    "other forces": PURPLE,
    "not one force": SKY,
    "nobody": "#FFFFFF",
}
HOW = {  # how a piece is known -> how solid its fill, and its outline
    ROWS: {"fillOpacity": 1.0, "strokeDash": [1, 0]},
    STATED: {"fillOpacity": 0.5, "strokeDash": [1, 0]},
    IN_WORDS: {"fillOpacity": 0.25, "strokeDash": [5, 2]},
    EITHER_WAY: {"fillOpacity": 0.12, "strokeDash": [1, 3]},
    UNEXPLAINED: {"fillOpacity": 1.0, "strokeDash": [2, 2]},
}
KIND_COLOURS = {
    "known": BLUE,
    "between": SKY,
    "at least": ORANGE,
    "anything": "#D5DAE0",
    "none": "#FFFFFF",
}
FORM_COLOURS = {
    "table": BLUE,
    "own statement": GREEN,
    "others' report": ORANGE,
    "total only": PURPLE,
    "nothing found": "#FFFFFF",
}
FORM_MARKS = {
    "table": "T",
    "own statement": "S",
    "others' report": "R",
    "total only": "Σ",
    "nothing found": "–",
}
CELLS_WIDTH = 560  # pixels: narrower cells cannot hold their text, so a phone scrolls
DARK = (BLUE, GREEN, PURPLE)  # fills on which text is white


def headline_segments(table: pd.DataFrame) -> alt.LayerChart:
    """One bar a stated total, as a share of it: rows, then statements, then what nobody published."""
    pieces = table.assign(
        begins=100 * table["begins"], ends=100 * table["ends"], label=table["count"].map("{:,.0f}".format)
    )
    wide = pieces[pieces["ends"] - pieces["begins"] >= 6].assign(
        middle=lambda rows: (rows["begins"] + rows["ends"]) / 2
    )
    order = list(dict.fromkeys(table["headline"]))
    y = alt.Y("headline:N", sort=order, axis=None)
    x = alt.X(
        "begins:Q",
        title="Share of the stated total, per cent",
        scale=alt.Scale(domain=[0, 101], nice=False),
        axis=alt.Axis(values=[0, 25, 50, 75, 100], grid=True),
    )
    tooltip = [
        alt.Tooltip("headline:N", title="Stated"),
        alt.Tooltip("who:N", title="Published by"),
        alt.Tooltip("how:N", title="How"),
        alt.Tooltip("count:Q", title="Count", format=","),
        alt.Tooltip("lower:Q", title="Lower bound, words at their weakest", format=","),
        alt.Tooltip("lower_natural:Q", title="Lower bound, words as people use them", format=","),
    ]
    said = ["headline", "who", "how", "count", "lower", "lower_natural"]
    bars = [
        alt.Chart(pieces.loc[pieces["how"] == how, [*said, "begins", "ends"]])
        .mark_bar(stroke=MUTED, strokeWidth=1, height=20, yOffset=15, **look)
        .encode(
            x=x,
            x2="ends:Q",
            y=y,
            color=alt.Color("who:N", scale=scale(WHO_COLOURS), legend=alt.Legend(columns=2, symbolOpacity=1)),
            tooltip=tooltip,
        )
        for how, look in HOW.items()
        if (pieces["how"] == how).any()
    ]
    dark = wide[(wide["how"] == ROWS) & wide["who"].map(WHO_COLOURS).isin(DARK)]
    light = wide.drop(index=dark.index)
    text = [
        alt.Chart(rows[[*said, "middle", "label"]])
        .mark_text(color=colour, fontSize=11, dy=15)
        .encode(x="middle:Q", y=y, text="label:N", tooltip=tooltip)
        for rows, colour in ((dark, "#FFFFFF"), (light, TEXT))
    ]
    bounds = table.drop_duplicates("headline")
    bounds = bounds.assign(
        words=[
            f"{row.headline}\nat least {row.lower:,.0f}, "
            + ("no ceiling" if pd.isna(row.upper) else f"at most {row.upper:,.0f}")
            for row in bounds.itertuples()
        ]
    )
    names = (
        alt.Chart(bounds[["headline", "words"]])
        .mark_text(align="left", color=TEXT, fontSize=11, lineBreak="\n", dy=-17)
        .encode(x=alt.datum(0), y=y, text="words:N", tooltip=[alt.Tooltip("words:N", title="Bounds")])
    )
    claim = alt.Chart(pd.DataFrame({"at": [100]})).mark_rule(color=TEXT, strokeWidth=2)
    claim = claim.encode(x="at:Q", tooltip=[alt.Tooltip("at:Q", title="The stated total, per cent")])
    return alt.layer(*bars, claim, *text, names).properties(height=58 * len(order))


def bounds_by_force_year(table: pd.DataFrame) -> alt.LayerChart:
    """A cell a force and year with its lower and upper bound; a list switches between the two readings."""
    reading = alt.param(
        name="reading",
        value="strict",
        bind=alt.binding_select(options=["strict", "natural"], name="Words read "),
    )
    columns = ["force", "year", "reading", "recorded", "lower", "upper", "cell", "kind"]
    base = alt.Chart(table[columns]).transform_filter("datum.reading === reading")
    axes = {
        "x": alt.X("year:O", title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        "y": alt.Y("force:N", sort=_order(table), title=None, axis=alt.Axis(labelLimit=260)),
    }
    tooltip = [
        alt.Tooltip("force:N", title="Force"),
        alt.Tooltip("year:O", title="Year"),
        alt.Tooltip("recorded:Q", title="Deployments recorded row by row"),
        alt.Tooltip("lower:Q", title="At least"),
        alt.Tooltip("upper:Q", title="At most (blank: no limit)"),
    ]
    cells = base.mark_rect(stroke="#FFFFFF", strokeWidth=2).encode(
        **axes,
        color=alt.Color("kind:N", scale=scale(KIND_COLOURS), legend=alt.Legend(columns=5)),
        tooltip=tooltip,
    )
    text = base.mark_text(fontSize=11).encode(
        **axes,
        text="cell:N",
        color=alt.condition("datum.kind === 'known'", alt.value("#FFFFFF"), alt.value(TEXT)),
        tooltip=tooltip,
    )
    return (
        (cells + text).add_params(reading).properties(width=CELLS_WIDTH, height=26 * table["force"].nunique())
    )


def fields_published(table: pd.DataFrame) -> alt.LayerChart:
    """A cell a force and field: the fullest form in which any of its deployments shows the field."""
    rows = table.assign(
        mark=table["form"].map(FORM_MARKS),
        counts=[
            f"{some:,} of {all_rows:,}"
            for some, all_rows in zip(table["rows_with"], table["rows"], strict=True)
        ],
    )
    fields = list(dict.fromkeys(table["field"]))
    axes = {
        "x": alt.X(
            "field:N",
            sort=fields,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-40, labelOverlap=False),
        ),
        "y": alt.Y("force:N", sort=_fullest_first(table), title=None, axis=alt.Axis(labelLimit=260)),
    }
    base = alt.Chart(rows[["force", "field", "form", "mark", "counts"]]).encode(
        **axes,
        tooltip=[
            alt.Tooltip("force:N", title="Force"),
            alt.Tooltip("field:N", title="Field"),
            alt.Tooltip("form:N", title="Fullest form"),
            alt.Tooltip("counts:N", title="Published deployments with the field"),
        ],
    )
    cells = base.mark_rect(stroke="#FFFFFF", strokeWidth=2).encode(
        color=alt.Color("form:N", scale=scale(FORM_COLOURS), legend=alt.Legend(columns=5, offset=12))
    )
    dark = " || ".join(f"datum.form === {form!r}" for form in ("table", "own statement", "total only"))
    text = base.mark_text(fontSize=11).encode(
        text="mark:N", color=alt.condition(dark, alt.value("#FFFFFF"), alt.value(TEXT))
    )
    return (cells + text).properties(width=CELLS_WIDTH, height=24 * table["force"].nunique())


def _order(table: pd.DataFrame) -> list[str]:
    """Forces by what they are known to have done at least, the most first."""
    sums = table[(table["reading"] == "strict") & (table["year"].astype("str") == ALL_YEARS)]
    return list(sums.sort_values(["lower", "force"], ascending=[False, True])["force"])


def _fullest_first(table: pd.DataFrame) -> list[str]:
    rank = table["form"].map({form: place for place, form in enumerate(FORM_COLOURS)})
    sums = table.assign(rank=rank).groupby("force")["rank"].sum().reset_index()
    return list(sums.sort_values(["rank", "force"])["force"])
