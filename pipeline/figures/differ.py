"""Figures of what differs between forces: which settings are stated, and one crowd under each of them."""

import altair as alt
import pandas as pd

from pipeline.figures.theme import BLUE, MUTED, SETTING_COLOURS, SETTING_SHAPES, TEXT, panel_title, scale

WHITE = "#FFFFFF"
STATED_COLOURS = {"stated somewhere": BLUE, "not found": WHITE}
SUPPOSED = "Not printed: if NEC ran at"
ROW = 46  # pixels of one setting: its name above, its marks below


def settings_by_force(table: pd.DataFrame) -> alt.LayerChart:
    """A cell a force and item: what is stated, or a dash; the force's name stands above its cells."""
    rows = table.assign(
        known=(table["stated"] == "yes").map({True: "stated somewhere", False: "not found"}),
        top=table["place"] + 0.42,
        bottom=table["place"] + 0.98,
    )
    items = list(dict.fromkeys(table["item"]))
    forces = table["force_id"].nunique()
    y_scale = alt.Scale(domain=[0, forces], reverse=True, nice=False)
    x = alt.X(
        "item:N",
        sort=items,
        title=None,
        axis=alt.Axis(orient="top", labelAngle=-35, labelOverlap=False, ticks=False, domain=False),
    )
    tooltip = [
        alt.Tooltip("force:N", title="Force"),
        alt.Tooltip("item:N", title="Item"),
        alt.Tooltip("value:N", title="Stated"),
    ]
    columns = ["force", "item", "value", "cell", "known", "top", "bottom", "place"]
    base = alt.Chart(rows[columns].fillna({"value": "nothing found"}))
    cells = base.mark_rect(stroke=MUTED, strokeWidth=0.7).encode(
        x=x,
        y=alt.Y("top:Q", scale=y_scale, axis=None),
        y2="bottom:Q",
        color=alt.Color("known:N", scale=scale(STATED_COLOURS), legend=alt.Legend(symbolStrokeWidth=1)),
        tooltip=tooltip,
    )
    words = base.mark_text(fontSize=10.5).encode(
        x=x,
        y=alt.Y("middle:Q", scale=y_scale),
        text="cell:N",
        color=alt.condition("datum.known === 'stated somewhere'", alt.value(WHITE), alt.value(MUTED)),
        tooltip=tooltip,
    )
    names = (
        alt.Chart(rows.drop_duplicates("force_id")[["force", "place"]])
        .transform_calculate(at="datum.place + 0.26")
        .mark_text(align="left", fontWeight="bold", color=TEXT)
        .encode(x=alt.value(0), y=alt.Y("at:Q", scale=y_scale), text="force:N", tooltip=tooltip[:1])
    )
    words = words.transform_calculate(middle="datum.place + 0.7")
    title = panel_title("Stated of each force's settings")
    return alt.layer(cells, words, names).properties(height=38 * forces, title=title)


def same_crowd(table: pd.DataFrame) -> alt.VConcatChart:
    """One row a setting: false alerts among 100,000 strangers above, missed among 100 listed people below.

    The slider sets the list of a force that prints none: of five thresholds, what each would bring.
    """
    rows = table.assign(threshold=table["threshold"].astype(float).map("{:.2f}".format))
    printed = rows["basis"] == "printed"
    rows["row"] = rows["label"].where(printed, SUPPOSED)
    rows["said_false"] = _with_range(rows, ("false_per_100000", "rates_low", "rates_high")).where(printed, "")
    by_threshold = rows.sort_values(["basis", "threshold"]).drop_duplicates("threshold")
    by_threshold = by_threshold.sort_values("threshold", ascending=False)
    by_threshold["row"] = "At " + by_threshold["threshold"]
    missed = ("missed_per_100", "missed_low", "missed_high")
    anchor = by_threshold["missed_high"] - by_threshold["missed_low"] < 1
    by_threshold["said_missed"] = _with_range(by_threshold, missed).mask(
        anchor, by_threshold["missed_per_100"].map(in_words) + ", as published"
    )
    people = alt.param(
        "people",
        value=int(rows.loc[~printed, "people"].iloc[0]),
        bind=alt.binding_range(min=500, max=20_000, step=500, name="List where none is printed "),
    )
    panels = (
        _panel(
            rows,
            ("false_per_100000", "rates_low", "rates_high", "said_false"),
            panel_title("False alerts among 100,000 strangers", "Log scale. Bars: what the test leaves open"),
            alt.Scale(type="log", domain=[0.003, 4000], nice=False),
            [0.01, 0.1, 1, 10, 100, 1000],
        ),
        _panel(
            by_threshold,
            ("missed_per_100", "missed_low", "missed_high", "said_missed"),
            panel_title("Missed among 100 listed people who pass", "The same for every list"),
            alt.Scale(domain=[0, 50]),
            [0, 10, 20, 30, 40, 50],
        ),
    )
    return alt.vconcat(*panels, spacing=18).add_params(people)


def _with_range(rows: pd.DataFrame, fields: tuple[str, str, str]) -> pd.Series:
    value, low, high = (rows[field].map(in_words) for field in fields)
    return value + " (" + low + " to " + high + ")"


def _panel(
    rows: pd.DataFrame,
    fields: tuple[str, str, str, str],
    title: alt.TitleParams,
    x_scale: alt.Scale,
    ticks: list[float],
) -> alt.LayerChart:
    """Names, intervals, points and numbers of one measure, a row for each different `row`."""
    value, low, high, said = fields
    order = list(dict.fromkeys(rows["row"]))
    numbered = rows.assign(row_number=rows["row"].map(order.index))
    of_strangers = value.startswith("false")
    by_list = (("lists_low", "shortest"), ("lists_high", "longest")) if of_strangers else ()
    columns = ["row", "label", "basis", "threshold", "people", "row_number", *fields, "events", "trials"]
    columns += [name for name, _ in by_list]
    base = alt.Chart(numbered[columns]).encode(
        tooltip=[
            alt.Tooltip("label:N", title="Setting"),
            alt.Tooltip("threshold:N", title="Threshold"),
            alt.Tooltip("listed:Q", title="People on the list", format=","),
            alt.Tooltip(f"{value}:Q", title="Expected", format=".3~r"),
            alt.Tooltip(f"{low}:Q", title="from", format=".3~r"),
            alt.Tooltip(f"{high}:Q", title="to", format=".3~r"),
            *[
                alt.Tooltip(f"{name}:Q", title=f"On the {which} list", format=".3~r")
                for name, which in by_list
            ],
            alt.Tooltip("events:Q", title="Strangers flagged by the engine", format=","),
            alt.Tooltip("trials:Q", title="of", format=","),
        ]
    )
    base = base.transform_calculate(listed="datum.basis === 'supposed' ? people : datum.people")
    if of_strangers:
        for field in (value, low, high, *(name for name, _ in by_list)):
            base = base.transform_calculate(**{field: for_list(f"datum.{field}")})
    rank = alt.Scale(domain=[0, len(order)], reverse=True, nice=False)
    marks = base.transform_calculate(at="datum.row_number + 0.72")
    y = alt.Y("at:Q", scale=rank, axis=None)
    used = {name: SETTING_COLOURS[name] for name in sorted(rows["threshold"].unique())}
    shapes = {name: SETTING_SHAPES[name] for name in used}
    legend = alt.Legend(columns=5, title="Threshold")
    colour = alt.Color("threshold:N", scale=scale(used), legend=legend)
    axis = alt.Axis(values=ticks, format="~g", grid=True)
    intervals = marks.mark_rule(strokeWidth=3, opacity=0.55).encode(
        x=alt.X(f"{low}:Q", scale=x_scale, axis=axis, title=None), x2=f"{high}:Q", y=y, color=colour
    )
    points = marks.mark_point(size=90, opacity=1, filled=True).encode(
        x=alt.X(f"{value}:Q", scale=x_scale),
        y=y,
        color=colour,
        shape=alt.Shape("threshold:N", scale=scale(shapes), legend=legend),
    )
    first = numbered.drop_duplicates("row")[["row", said, "row_number"]]
    above = alt.Chart(first).transform_calculate(at="datum.row_number + 0.28")
    above = above.encode(y=alt.Y("at:Q", scale=rank), tooltip=[alt.Tooltip("row:N", title="Setting")])
    names = above.mark_text(align="left", color=TEXT).encode(x=alt.value(0), text="row:N")
    numbers = above.mark_text(align="right", fontWeight="bold", color=TEXT).encode(
        x=alt.value("width"), text=f"{said}:N"
    )
    layers = alt.layer(intervals, points, names, numbers)
    return layers.properties(height=ROW * len(order), title=title)


def for_list(false_per_100000: str) -> str:
    """Vega's expression for a supposed row on a list of another length: 1 - (1 - FPIR)^(people / its own)."""
    stretched = f"100000 * (1 - pow(1 - {false_per_100000} / 100000, people / datum.people))"
    return f"datum.basis === 'supposed' ? {stretched} : {false_per_100000}"


def in_words(number: float) -> str:
    """Two figures, whole from ten up.

    Example:
        >>> [in_words(number) for number in (0.0158, 0.316, 3.152, 21.7)]
        ['0.016', '0.32', '3.2', '22']
    """
    return f"{number:,.0f}" if number >= 10 else f"{float(f'{number:.2g}'):g}"
