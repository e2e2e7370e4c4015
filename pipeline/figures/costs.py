"""Figures of costs: four ways of working, what drives them, and central failure."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import (
    BLUE,
    GREEN,
    MUTED,
    ORANGE,
    SKY,
    TEXT,
    VERMILLION,
    panel_title,
    scale,
)

OPTIONS = {
    "alone": "Every force alone",
    "as_now": "As things stand",
    "central": "Once, centrally",
    "accepting": "Once, with local checks",
}
SAVINGS = {
    "gross": "Once, centrally",
    "net": "Once, centrally",
    "net_accepting": "Once, with local checks",
}
SCENARIOS = {
    "other_alone": "One other force, by itself",
    "met_alone": "The Met, by itself",
    "all_together": "Everywhere, false alerts added up",
    "all_apart": "Everywhere, each watching its own",
    "all_unwatched": "Everywhere, nobody watching",
}
ENDS = {"low end": SKY, "high end": ORANGE}
SHOWN = 6  # bars of a tornado
ROW = 38  # pixels of a row whose label stands above its mark
UP, DOWN = -9, 7  # pixels from the middle of a row to its label and its mark

HIDDEN = alt.Axis(labels=False, ticks=False, domain=False, grid=False)


def cost_options(table: pd.DataFrame) -> alt.VConcatChart:
    """What each option costs, above what central work saves against two comparisons: median and range."""
    millions = table.set_index("name")
    options = _labelled(millions.loc[list(OPTIONS)], OPTIONS)
    against_alone = _labelled(millions.loc[["gross"]], SAVINGS)
    against_now = _labelled(millions.loc[["net", "net_accepting"]], SAVINGS)
    return alt.vconcat(
        _ranges(options, "Cost over the years counted", "£ million, log scale", log=True),
        _ranges(against_alone, "Saved against every force alone", "£ million"),
        _ranges(against_now, "Saved against today's practice", "£ million; left of zero it costs more"),
        spacing=14,
    )


def _labelled(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    rows = rows.reset_index()[["name", "median", "low", "high"]]
    said = [
        f"{names[name]}: {median:,.1f} ({low:,.1f} to {high:,.1f})".replace("-", "−")
        for name, median, low, high in rows.itertuples(index=False)
    ]
    return rows.assign(said=said)


def _ranges(rows: pd.DataFrame, title: str, subtitle: str, log: bool = False) -> alt.LayerChart:
    """A row for each name: words above, then the range as a line and the median as a dot."""
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", title=None, sort=list(rows["name"]), axis=HIDDEN),
        tooltip=[
            alt.Tooltip("said:N", title="Median, middle 95 of 100 draws"),
        ],
    )
    horizontal = alt.Scale(type="log", domain=[5, 200]) if log else alt.Scale(zero=True, nice=True)
    axis = alt.Axis(
        grid=True, format=",d", **({"values": [5, 10, 20, 50, 100, 200]} if log else {"tickCount": 5})
    )
    x = {"scale": horizontal, "axis": axis, "title": None}
    ranges = base.mark_rule(strokeWidth=2.5, yOffset=DOWN, color=BLUE).encode(
        x=alt.X("low:Q", **x), x2="high:Q"
    )
    dots = base.mark_point(size=70, opacity=1, yOffset=DOWN, color=BLUE).encode(x=alt.X("median:Q", **x))
    words = base.mark_text(align="left", dy=UP, color=TEXT).encode(x=alt.value(0), text="said:N")
    layers = [ranges, dots, words] if rows["low"].min() > 0 else [_zero(), ranges, dots, words]
    return alt.layer(*layers).properties(height=ROW * len(rows), title=panel_title(title, subtitle))


def _zero() -> alt.Chart:
    """The line between saving and costing."""
    line = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=MUTED, strokeDash=[3, 3])
    return line.encode(x="zero:Q", tooltip=[alt.Tooltip("zero:Q", title="Neither saved nor lost, £ million")])


def cost_tornado(table: pd.DataFrame) -> alt.VConcatChart:
    """The widest bars of two questions: a saving with one assumption at its low and at its high."""
    panels = [
        _tornado(table[(table["question"] == question) & (table["rank"] <= SHOWN)], title)
        for question, title in (
            ("gross", "Saved against every force alone, £ million"),
            ("net", "Saved against today's practice, £ million"),
        )
    ]
    return alt.vconcat(*panels, spacing=14)


def _tornado(rows: pd.DataFrame, title: str) -> alt.LayerChart:
    rows = rows.assign(
        said=[
            f"{label}: {_said(low, high, unit)}"
            for label, low, high, unit in rows[["label", "low", "high", "unit"]].itertuples(index=False)
        ]
    )
    ends = {"at_low": "low end", "at_high": "high end"}
    columns = ["rank", "said", "middle", "first"]
    long = rows.melt(columns, list(ends), var_name="end", value_name="saved")
    long["end"] = long["end"].map(ends)
    legend = alt.Legend(columns=2, title=None)
    base = alt.Chart(long).encode(
        y=alt.Y("rank:O", title=None, axis=HIDDEN),
        tooltip=[
            alt.Tooltip("said:N", title="Assumption"),
            alt.Tooltip("end:N", title="At its"),
            alt.Tooltip("saved:Q", title="Saved, £ million", format=",.1f"),
            alt.Tooltip("first:Q", title="Share of the variance alone", format=".0%"),
        ],
    )
    bars = base.mark_bar(height=11, yOffset=DOWN).encode(
        x=alt.X("middle:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=5, grid=True)),
        x2="saved:Q",
        color=alt.Color("end:N", scale=scale(ENDS), legend=legend),
    )
    low_ends = base.transform_filter(alt.datum.end == "low end")
    marks = low_ends.mark_tick(color=TEXT, thickness=2, size=13, yOffset=DOWN).encode(x="saved:Q")
    words = low_ends.mark_text(align="left", dy=UP, color=TEXT).encode(x=alt.value(0), text="said:N")
    layers = [bars, marks, words] if long["saved"].min() > 0 else [_zero(), bars, marks, words]
    return alt.layer(*layers).properties(height=ROW * len(rows), title=panel_title(title))


def _said(low: float, high: float, unit: str) -> str:
    """The range of an assumption in few words."""
    if unit.startswith("£"):
        return f"£{low:,.0f} to £{high:,.0f}"
    if unit in ("share", "chance"):
        return f"{100 * low:g} to {100 * high:g} %"
    return f"{low:g} to {high:g}" + (f" {unit}" if unit in ("percentage points", "posts") else "")


def cost_failure(table: pd.DataFrame) -> alt.VConcatChart:
    """People spoken to by mistake, and months, until a wrong threshold is corrected."""
    titles = {
        "stops": ("People spoken to by mistake until then", "Log scale"),
        "months": (
            "Months until the threshold is corrected",
            "Each watching its own: a time for every force",
        ),
    }
    panels = [
        _failure(table[table["measure"] == measure], title, subtitle, measure == "stops")
        for measure, (title, subtitle) in titles.items()
    ]
    return alt.vconcat(*panels, spacing=14)


def _failure(rows: pd.DataFrame, title: str, subtitle: str, log: bool) -> alt.LayerChart:
    order = [name for name in SCENARIOS if name in set(rows["scenario"])]
    rows = rows.assign(
        said=[
            f"{SCENARIOS[name]}: {median:,.0f} ({low:,.0f} to {high:,.0f})"
            for name, median, low, high in rows[["scenario", "median", "low", "high"]].itertuples(index=False)
        ],
        whose=rows["scenario"].str.startswith("all").map({True: "everywhere", False: "one force"}),
    )
    base = alt.Chart(rows).encode(
        y=alt.Y("scenario:N", sort=order, title=None, axis=HIDDEN),
        color=alt.Color(
            "whose:N",
            scale=scale({"one force": GREEN, "everywhere": VERMILLION}),
            legend=alt.Legend(columns=2),
        ),
        tooltip=[alt.Tooltip("said:N", title="Median, middle 95 of 100 draws")],
    )
    horizontal = alt.Scale(type="log", domain=[0.3, 2000], clamp=True) if log else alt.Scale(zero=True)
    axis = alt.Axis(grid=True, format=",d", **({"values": [1, 10, 100, 1000]} if log else {"tickCount": 5}))
    x = {"scale": horizontal, "axis": axis, "title": None}
    ranges = base.mark_rule(strokeWidth=2.5, yOffset=DOWN).encode(x=alt.X("low:Q", **x), x2="high:Q")
    dots = base.mark_point(size=70, opacity=1, yOffset=DOWN).encode(
        x=alt.X("median:Q", **x),
        shape=alt.Shape(
            "whose:N",
            scale=scale({"one force": "circle", "everywhere": "square"}),
            legend=alt.Legend(columns=2),
        ),
    )
    words = base.mark_text(align="left", dy=UP).encode(x=alt.value(0), text="said:N", color=alt.value(TEXT))
    return (ranges + dots + words).properties(height=ROW * len(order), title=panel_title(title, subtitle))
