"""Figures of one force: its rows beside those of the others, and its totals by the days they cover."""

from dataclasses import replace

import altair as alt
import pandas as pd
from IPython.display import display

from pipeline.core.io import read_text_table
from pipeline.core.paths import Paths, find_root
from pipeline.figures.registry import read_data, read_figure, sources_of
from pipeline.figures.render import figure_html, to_spec
from pipeline.figures.theme import (
    BLUE,
    GREY,
    MEASURE_COLOURS,
    ORANGE,
    OUTCOME_COLOURS,
    day,
    panel_title,
    scale,
)

KINDS = {
    "counted": "deployments of the month, counted",
    "reported": "further row, not counted",
    "announced": "plan",
}
KIND_COLOURS = dict(zip(KINDS.values(), (BLUE, ORANGE, GREY), strict=True))
KIND_SHAPES = dict(zip(KINDS.values(), ("circle", "square", "triangle-up"), strict=True))
QUALIFIERS = {"exact": "as stated", "at_least": "at least", "about": "about"}
QUALIFIER_SHAPES = dict(zip(QUALIFIERS.values(), ("circle", "triangle-up", "diamond"), strict=True))
TOTALS = {  # measure -> its name and colour
    "deployments": ("Deployments", MEASURE_COLOURS["deployments"]),
    "faces_scanned": ("Faces scanned", MEASURE_COLOURS["faces"]),
    "alerts": ("Alerts", MEASURE_COLOURS["alerts"]),
    "true_alerts": ("True alerts", OUTCOME_COLOURS["true_alerts"]),
    "false_alerts": ("False alerts", OUTCOME_COLOURS["false_alerts"]),
    "arrests": ("Arrests", MEASURE_COLOURS["arrests"]),
}
HERE = "► "  # before the name of the force whose page it is, so that colour is not alone


def force_months(table: pd.DataFrame) -> alt.LayerChart:
    """A line a force, in the order of first rows: counted months, further rows over their span, plans.

    Args:
        table: `fig_force_months`; a force whose name begins with `HERE` is drawn in full strength, the others
            faintly. Without one, all are.
    """
    marked = table["force"].str.startswith(HERE)
    rows = table.assign(
        kind=table["kind"].map(KINDS), strength=(marked | ~marked.any()).map({True: 1.0, False: 0.3})
    )
    order = rows.groupby("force")["first_day"].min().sort_values(kind="stable").index.to_list()
    base = alt.Chart(rows.drop(columns="force_id")).encode(
        y=alt.Y("force:N", sort=order, title=None, axis=alt.Axis(grid=True, labelLimit=240)),
        color=alt.Color("kind:N", scale=scale(KIND_COLOURS), legend=alt.Legend(labelLimit=300)),
        opacity=alt.Opacity("strength:Q", scale=None, legend=None),
        tooltip=[
            alt.Tooltip("force:N", title="Force"),
            alt.Tooltip("kind:N", title="What"),
            alt.Tooltip("rows:Q", title="Rows"),
            day("first_day", "First day"),
            day("last_day", "Last day"),
        ],
    )
    first = alt.X("utcyearmonthdate(first_day):T", title="Day", axis=alt.Axis(format="%Y", tickCount="year"))
    spans = base.mark_rule(strokeWidth=2).encode(x=first, x2="utcyearmonthdate(last_day)")
    points = base.mark_point(filled=True).encode(
        x=first,
        shape=alt.Shape("kind:N", scale=scale(KIND_SHAPES)),
        size=alt.Size("rows:Q", scale=alt.Scale(domain=[1, 25], range=[25, 220]), legend=None),
    )
    return (spans + points).properties(height=20 * len(order))


def force_totals(table: pd.DataFrame) -> alt.VConcatChart:
    """A panel a measure: each total as a line over the days it covers, at the height of its value."""
    rows = table.assign(stated=table["qualifier"].map(QUALIFIERS))
    measures = [measure for measure in TOTALS if measure in set(rows["measure"])]
    panels = [_periods(rows[rows["measure"] == measure], measure) for measure in measures]
    return alt.vconcat(*panels, spacing=14).resolve_scale(x="shared")


def _periods(rows: pd.DataFrame, measure: str) -> alt.LayerChart:
    """One panel: a line a total, with a mark at its end that says how the value is stated."""
    name, colour = TOTALS[measure]
    axis = alt.Axis(format="%Y", tickCount="year")
    base = alt.Chart(rows.drop(columns=["force_id", "measure", "qualifier"])).encode(
        y=alt.Y(
            "value:Q",
            title=None,
            axis=alt.Axis(format="~s", tickCount=3, tickMinStep=1, minExtent=50, maxExtent=50),
        ),
        tooltip=[
            alt.Tooltip("value:Q", title=name, format=","),
            alt.Tooltip("stated:N", title="Stated"),
            day("first_day", "From"),
            day("last_day", "To"),
            alt.Tooltip("page_title:N", title="Page"),
            alt.Tooltip("trust:N", title="Trust"),
        ],
    )
    lines = base.mark_rule(strokeWidth=2, color=colour).encode(
        x=alt.X("utcyearmonthdate(first_day):T", title=None, axis=axis), x2="utcyearmonthdate(last_day)"
    )
    ends = base.mark_point(filled=True, color=colour).encode(
        x=alt.X("utcyearmonthdate(last_day):T", title=None, axis=axis),
        shape=alt.Shape("stated:N", scale=scale(QUALIFIER_SHAPES)),
    )
    return (lines + ends).properties(
        height=80, title=panel_title(f"{name}, over the days covered", colour=colour)
    )


def show_force(name: str, force_id: str) -> None:
    """Display a figure of the registry as one force's page needs it: its rows marked, or its rows alone.

    Raises:
        RecordError: if the registry has no such figure.
    """
    html, text = render_force(name, force_id, Paths(find_root()))
    display({"text/html": html, "text/plain": text}, raw=True)


def render_force(name: str, force_id: str, paths: Paths) -> tuple[str, str]:
    """Return the figure of one force as HTML, and as one line of text for where HTML cannot be shown."""
    figure, forces = read_figure(name, paths), read_text_table(paths.reference / "forces.csv")
    called = forces.set_index("force_id").at[force_id, "name"]
    title = f"{called}: {figure.title[0].lower()}{figure.title[1:]}"
    figure = replace(figure, title=title, alt=f"{called}. {figure.alt}")
    table = read_data(figure, paths)
    own = table["force_id"] == force_id
    if "force" in table:  # the others are drawn too, faintly
        drawn = table.assign(force=table["force"].mask(own, HERE + table["force"]))
    else:
        drawn = table[own]
    spec = to_spec(figure.build(drawn), figure.alt)
    return figure_html(figure, spec, table[own], sources_of(figure, paths)), f"Figure: {figure.title}"
