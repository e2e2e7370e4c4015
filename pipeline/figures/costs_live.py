"""The live figure of costs: savings by number of forces, multiplied out in the page from a reader's settings.

Every saving is a straight line in the price of a pass and in the posts of a team, so two products and a sum
in Vega's expressions are the model itself.
"""

import altair as alt
import pandas as pd

from pipeline.figures.costs import HIDDEN
from pipeline.figures.theme import BLUE, MUTED, SLATE, TEXT, VERMILLION, panel_title, scale

LINES = {  # of the live figure: against what it saves, than what it costs more, colour, dash
    "gross": ("against every force alone", "than every force alone", BLUE, [1, 0]),
    "net": ("against today", "than today", VERMILLION, [6, 3]),
    "net_accepting": ("against today, with local checks", "than today, with local checks", SLATE, [2, 2]),
}
LABELS = (("gross", "right", -12, 0), ("net", "center", 0, -10), ("net_accepting", "center", 0, 14))

SAVED = (
    "datum.fixed + pass_cost * datum.per_pass_pound + posts * datum.per_post"
    " - chance / 100 * value * datum.people / 1e6"
)


def cost_break_even(table: pd.DataFrame) -> alt.VConcatChart:
    """Savings by number of forces, multiplied out in the page from five settings of the reader's."""
    columns = [
        "comparison",
        "forces",
        "fixed",
        "per_pass_pound",
        "per_post",
        "stops_central",
        "stops_unwatched",
    ]
    rows = table[columns].round({"fixed": 6, "per_pass_pound": 7, "per_post": 6, "stops_central": 3})
    base = (
        alt.Chart(rows)
        .transform_calculate(people="watched === 'yes' ? datum.stops_central : datum.stops_unwatched")
        .transform_calculate(saved=SAVED)
        .transform_calculate(gain=_by_comparison(0), loss=_by_comparison(1))
    )
    return alt.vconcat(_words(base), _lines(base), spacing=12).add_params(
        *_settings(int(rows["forces"].max()))
    )


def _by_comparison(place: int) -> str:
    """An expression for the words of a row's comparison."""
    return (
        " : ".join(f"datum.comparison === '{key}' ? '{words[place]}'" for key, words in LINES.items())
        + " : ''"
    )


def _settings(forces: int) -> list[alt.Parameter]:
    steps = {  # name: label, lowest, highest, step, value at the start
        "forces": ("Forces", 1, forces, 1, forces),
        "pass_cost": ("£ for a pass of a volunteer", 5, 60, 1, 17),
        "posts": ("Posts of the team", 0, 20, 1, 8),
        "chance": ("Chance of a central error, %", 0, 100, 1, 0),
        "value": ("£ set against a person stopped by mistake", 0, 100_000, 1000, 0),
    }
    sliders = [
        alt.param(name, value=value, bind=alt.binding_range(min=low, max=high, step=step, name=f"{label} "))
        for name, (label, low, high, step, value) in steps.items()
    ]
    watched = alt.binding_select(options=["yes", "no"], name="False alerts are added up ")
    return [*sliders, alt.param("watched", value="yes", bind=watched)]


def _words(base: alt.Chart) -> alt.LayerChart:
    """The answer at the reader's number of forces, a line each."""
    pounds = "format(abs(datum.saved), ',.1f') + ' million '"
    gain, loss = f"'saves £' + {pounds} + datum.gain", f"'costs £' + {pounds} + 'more ' + datum.loss"
    said = f"datum.saved >= 0 ? {gain} : {loss}"
    here = base.transform_filter("datum.forces === forces").transform_calculate(said=said)
    words = here.mark_text(align="left", color=TEXT).encode(
        x=alt.value(0),
        y=alt.Y("comparison:N", sort=list(LINES), title=None, axis=HIDDEN),
        text="said:N",
        tooltip=[alt.Tooltip("said:N", title="Central work")],
    )
    return words.properties(height=60, title=panel_title("At these settings, central work"))


def _lines(base: alt.Chart) -> alt.LayerChart:
    colours = {key: colour for key, (_, _, colour, _) in LINES.items()}
    dashes = {key: dash for key, (_, _, _, dash) in LINES.items()}
    base = base.encode(
        x=alt.X("forces:Q", title="Forces", axis=alt.Axis(tickCount=5)),
        y=alt.Y("saved:Q", title=None, axis=alt.Axis(tickCount=6, grid=True, format=",~r", minExtent=30)),
        color=alt.Color("comparison:N", scale=scale(colours), legend=None),
        tooltip=[
            alt.Tooltip("gain:N", title="Saved"),
            alt.Tooltip("forces:Q", title="Forces"),
            alt.Tooltip("saved:Q", title="£ million", format=",.1f"),
        ],
    )
    lines = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash("comparison:N", scale=scale(dashes), legend=None)
    )
    dots = base.transform_filter("datum.forces === forces").mark_point(size=80, opacity=1)
    ends = base.transform_filter("datum.forces === 26")
    labels = [
        ends.transform_filter(alt.datum.comparison == key)
        .mark_text(align=align, dx=dx, dy=dy, fontWeight="bold")
        .encode(text="gain:N")
        for key, align, dx, dy in LABELS
    ]
    zero = alt.Chart(pd.DataFrame({"saved": [0]})).mark_rule(color=MUTED)
    zero = zero.encode(
        y="saved:Q", tooltip=[alt.Tooltip("saved:Q", title="Neither saved nor lost, £ million")]
    )
    title = panel_title("Saved by central work, £ million", "Below zero it costs more")
    return alt.layer(zero, lines, dots, *labels).properties(height=260, title=title)
