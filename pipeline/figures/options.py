"""Figures of the options: weights for the reader to move, ranks over plausible weights, leaders by test."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import BLUE, GREY, MUTED, ORANGE, PURPLE, SKY, TEXT

OPTION_COLOURS = {"as_now": GREY, "voluntary": SKY, "coordination": BLUE, "central": PURPLE, "pause": ORANGE}
SHORT = {
    "as_now": "Now",
    "voluntary": "Volunt.",
    "coordination": "Coord.",
    "central": "Central",
    "pause": "Pause",
}
NOBODY = "nobody"  # no option has the benefit of the doubt
SLIDER_TOP, SLIDER_START = 10, 5
ROW = 46  # pixels for an option: its name and its bar
RANK_OPACITIES = {1: 1, 2: 0.45, 3: 0.28, 4: 0.15, 5: 0.05}
LEAST_LABELLED = 0.09  # share of a bar that has room for its label

Expression = str


def options_live(table: pd.DataFrame) -> alt.LayerChart:
    """A slider for the weight of each criterion; each option's value recomputed and sorted in the page.

    Bars are weighted means of middle scores; lines reach from the means of the lowest to those of the
    highest scores. A menu gives one option all the benefit of the doubt: its highest scores against the
    others' lowest.
    """
    criteria = table.drop_duplicates("criterion").set_index("criterion")["criterion_short"]
    rows = table[["criterion", "option", "option_name", "low", "mid", "high"]]
    chart = alt.layer(*_value_layers(), data=rows).transform_calculate(
        weight=weight_of(list(criteria.index)), score=score_in_favour()
    )
    for end in ("score", "low", "mid", "high"):
        chart = chart.transform_calculate(**{f"w_{end}": f"datum.weight * datum.{end}"})
    chart = chart.transform_aggregate(
        weight="sum(weight)",
        score="sum(w_score)",
        low="sum(w_low)",
        high="sum(w_high)",
        groupby=["option", "option_name"],
    )
    for end in ("score", "low", "high"):
        chart = chart.transform_calculate(**{end: f"datum.weight > 0 ? datum.{end} / datum.weight : 0"})
    chart = chart.transform_window(
        place="row_number()", sort=[alt.SortField("score", order="descending")]
    ).transform_calculate(said=said())
    names = table.drop_duplicates("option").set_index("option")["option_name"]
    return chart.add_params(*_sliders(criteria), _menu(names)).properties(height=ROW * len(names))


def weight_of(criteria: list[str]) -> Expression:
    """The slider of a row's criterion."""
    choices = " : ".join(f"datum.criterion === '{name}' ? {slider(name)}" for name in criteria)
    return f"{choices} : 0"


def score_in_favour() -> Expression:
    """A row's score: the middle, unless the menu favours an option."""
    return f"favoured === '{NOBODY}' ? datum.mid : favoured === datum.option ? datum.high : datum.low"


def said() -> Expression:
    """An option's name and value; its range unless the menu has chosen one end of it."""
    limits = "' (' + format(datum.low, '.0f') + ' to ' + format(datum.high, '.0f') + ')'"
    return (
        f"datum.option_name + ': ' + format(datum.score, '.0f') + (favoured === '{NOBODY}' ? {limits} : '')"
    )


def slider(criterion: str) -> str:
    """Name of a criterion's slider in the expressions."""
    return f"weight_{criterion}"


def _sliders(criteria: pd.Series) -> list[alt.Parameter]:
    return [
        alt.param(
            slider(name),
            value=SLIDER_START,
            bind=alt.binding_range(min=0, max=SLIDER_TOP, step=1, name=f"{short} "),
        )
        for name, short in criteria.items()
    ]


def _menu(names: pd.Series) -> alt.Parameter:
    choices = {NOBODY: "nobody (middle scores)"} | names.to_dict()
    bind = alt.binding_select(
        options=list(choices), labels=list(choices.values()), name="Benefit of the doubt for "
    )
    return alt.param("favoured", value=NOBODY, bind=bind)


def _value_layers() -> list[alt.Chart]:
    base = alt.Chart().encode(
        y=alt.Y("place:O", title=None, axis=None),
        tooltip=[
            alt.Tooltip("option_name:N", title="Option"),
            alt.Tooltip("score:Q", title="Weighted mean", format=".1f"),
            alt.Tooltip("low:Q", title="All scores lowest", format=".1f"),
            alt.Tooltip("high:Q", title="All scores highest", format=".1f"),
        ],
    )
    axis = alt.X(
        "score:Q", title="Weighted mean score", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5)
    )
    bars = base.mark_bar(height=12, yOffset=10).encode(x=axis, color=_colour())
    lines = base.mark_rule(yOffset=10, strokeWidth=2, color=TEXT).encode(x="low:Q", x2="high:Q")
    words = base.mark_text(align="left", dy=-7, fontSize=13, fontWeight="bold", color=TEXT).encode(
        x=alt.value(2), text="said:N"
    )
    return [bars, lines, words]


def options_ranks(table: pd.DataFrame) -> alt.LayerChart:
    """One bar an option, cut into the shares of plausible weights that give it each rank, darkest first."""
    rows = table[table["test"] == "plausible"].sort_values(["option", "rank"], kind="stable")
    ends = rows.groupby("option")["share"].cumsum()
    rows = rows.assign(end=ends, start=ends - rows["share"], middle=ends - rows["share"] / 2)
    first = rows[rows["rank"] == 1].sort_values("share", ascending=False)["option_name"].tolist()
    ordinal = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th"}
    rows = rows.assign(ordinal=rows["rank"].map(ordinal), opacity=rows["rank"].map(RANK_OPACITIES))
    rows["label"] = [
        ""
        if share < LEAST_LABELLED
        else f"{place} {per_cent(share)}"
        if share >= 2 * LEAST_LABELLED
        else per_cent(share)
        for place, share in zip(rows["ordinal"], rows["share"], strict=True)
    ]
    columns = [
        "option_name",
        "rank",
        "ordinal",
        "share",
        "low",
        "high",
        "start",
        "end",
        "middle",
        "label",
        "opacity",
    ]
    base = alt.Chart(rows[columns]).encode(
        y=alt.Y("option_name:N", title=None, sort=first, axis=None),
        tooltip=[
            alt.Tooltip("option_name:N", title="Option"),
            alt.Tooltip("rank:Q", title="Rank"),
            alt.Tooltip("share:Q", title="Share of weights and scores", format=".1%"),
            alt.Tooltip("low:Q", title="Chance of drawing, from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
        ],
    )
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    bars = base.mark_bar(height=20, yOffset=9, color=BLUE, stroke="white", strokeWidth=1).encode(
        x=alt.X(
            "start:Q",
            title="Share of plausible weights and scores",
            axis=axis,
            scale=alt.Scale(domain=[0, 1]),
        ),
        x2="end:Q",
        fillOpacity=alt.FillOpacity("opacity:Q", scale=None),
    )
    inside = base.mark_text(yOffset=9, fontSize=12).encode(
        x="middle:Q",
        text="label:N",
        color=alt.condition("datum.rank < 2", alt.value("white"), alt.value(TEXT)),
    )
    names = (
        base.transform_filter("datum.rank === 1")
        .mark_text(align="left", dy=-13, fontSize=13, fontWeight="bold", color=TEXT)
        .encode(x=alt.value(2), text="option_name:N")
    )
    return alt.layer(bars, inside, names).properties(height=ROW * len(first))


def options_tests(table: pd.DataFrame) -> alt.LayerChart:
    """One row a test, one column an option: how often it comes first; the fullest cell of a row is framed."""
    rows = table.sort_values(["order", "option"], kind="stable").assign(short=table["option"].map(SHORT))
    rows["leads"] = leads(rows)
    rows["label"] = rows["first"].map(per_cent)
    order = rows.drop_duplicates("test")["test_name"].tolist()
    columns = [
        "test_name",
        "option_name",
        "short",
        "first",
        "first_low",
        "first_high",
        "last",
        "leads",
        "label",
    ]
    base = alt.Chart(rows[columns]).encode(
        x=alt.X(
            "short:N",
            title=None,
            sort=list(SHORT.values()),
            axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False),
        ),
        y=alt.Y("test_name:N", title=None, sort=order, axis=None),
        tooltip=[
            alt.Tooltip("test_name:N", title="Test"),
            alt.Tooltip("option_name:N", title="Option"),
            alt.Tooltip("first:Q", title="First in", format=".1%"),
            alt.Tooltip("first_low:Q", title="Chance of drawing, from", format=".1%"),
            alt.Tooltip("first_high:Q", title="to", format=".1%"),
            alt.Tooltip("last:Q", title="Last in", format=".1%"),
        ],
    )
    cells = base.mark_rect(height=20, yOffset=9, color=BLUE).encode(
        fillOpacity=alt.FillOpacity("first:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 1]), legend=None)
    )
    frames = base.transform_filter("datum.leads").mark_rect(
        height=20, yOffset=9, fillOpacity=0, stroke=TEXT, strokeWidth=2
    )
    numbers = base.mark_text(yOffset=9, fontSize=12).encode(
        text="label:N",
        color=alt.condition("datum.first > 0.7", alt.value("white"), alt.value(TEXT)),
    )
    names = (
        base.transform_filter(f"datum.short === '{SHORT['as_now']}'")
        .mark_text(align="left", dy=-12, fontSize=12, color=MUTED)
        .encode(x=alt.value(2), text="test_name:N")
    )
    return alt.layer(cells, frames, numbers, names).properties(height=42 * len(order))


def per_cent(share: float) -> str:
    """A share in whole per cent; what is neither none nor all never looks so.

    Example:
        >>> [per_cent(share) for share in (0, 0.001, 0.374, 0.998)]
        ['0%', '<1%', '37%', '>99%']
    """
    if 0 < share <= 0.005 or 0.995 <= share < 1:
        return "<1%" if share < 0.5 else ">99%"
    return f"{share:.0%}"


def leads(rows: pd.DataFrame) -> pd.Series:
    """Whether an option comes first most often in its test, or so nearly that drawing anew might turn it."""
    return rows["first_high"] >= rows.groupby("test")["first_low"].transform("max")


def _colour() -> alt.Color:
    return alt.Color(
        "option:N",
        scale=alt.Scale(domain=list(OPTION_COLOURS), range=list(OPTION_COLOURS.values())),
        legend=None,
    )
