"""The figure of the national record: one measure by year and by force, counted and only stated."""

import json

import altair as alt
import pandas as pd

from pipeline.figures.theme import MEASURE_COLOURS, OUTCOME_COLOURS, TEXT, panel_title, scale
from pipeline.measures.tables import MET

ALL_YEARS = "all years"
MEASURES = {
    "deployments": "Deployments",
    "faces_scanned": "Faces scanned (estimate)",
    "alerts": "Alerts",
    "true_alerts": "True alerts",
    "false_alerts": "False alerts",
    "arrests": "Arrests",
}
COLOURS = {
    "deployments": MEASURE_COLOURS["deployments"],
    "faces_scanned": MEASURE_COLOURS["faces"],
    "alerts": MEASURE_COLOURS["alerts"],
    "true_alerts": OUTCOME_COLOURS["true_alerts"],
    "false_alerts": OUTCOME_COLOURS["false_alerts"],
    "arrests": MEASURE_COLOURS["arrests"],
}
WARNINGS = {  # what must stand beside a measure whenever it is drawn
    "faces_scanned": "The Met's count changed: do not compare its years",
    "arrests": "To 2022 the Met's arrests include other disposals",
    "true_alerts": "Leicestershire's were of people listed as a test",
}
OUTLINE = {"fill": "transparent", "stroke": TEXT, "strokeWidth": 1, "strokeDash": [3, 2]}


def force_years(table: pd.DataFrame) -> alt.VConcatChart:
    """One measure by year, for the forces chosen, and by force, for the year chosen.

    Solid bars are rows counted. A dashed outline behind them is what statements add at most, with a tick at
    the fewest; the two are never drawn as one.
    """
    met = json.dumps(table.loc[table["force_id"] == MET, "force"].iloc[0])
    groups = ["all forces", "all but the Met", "the Met alone", *dict.fromkeys(table["group"])]
    known = [int(period) for period in table["period"].astype(str) if period != ALL_YEARS]
    years = [str(year) for year in range(min(known), max(known) + 1)]
    params = [
        alt.param(
            "measure",
            value="deployments",
            bind=alt.binding_select(options=list(MEASURES), labels=list(MEASURES.values()), name="Show "),
        ),
        alt.param("forces", value="all forces", bind=alt.binding_select(options=groups, name="Forces ")),
        alt.param(
            "period",
            value=ALL_YEARS,
            bind=alt.binding_select(options=[ALL_YEARS, *years], name="Second chart "),
        ),
    ]
    columns = ["period", "force", "group", "measure", "counted", "fewest_more", "most_more", "said", "note"]
    rows = table[columns].assign(
        period=table["period"].astype(str),
        note=table["note"].fillna("").str.replace("_", " ").str.replace(";", ", "),
    )
    chosen = (
        alt.Chart(rows)
        .transform_filter("datum.measure === measure")
        .transform_filter(
            f"forces === 'all forces' || datum.group === forces || forces === "
            f"(datum.force === {met} ? 'the Met alone' : 'all but the Met')"
        )
    )
    order = list(dict.fromkeys(table["force"]))
    return alt.vconcat(_by_year(chosen, years), _by_force(chosen, order), spacing=20).add_params(*params)


def _by_year(chosen: alt.Chart, years: list[str]) -> alt.LayerChart:
    sums = {"counted": "sum(counted)", "fewest": "sum(fewest_more)", "most": "sum(most_more)"}
    by_year = _ends(
        chosen.transform_filter(f"datum.period !== '{ALL_YEARS}'").transform_aggregate(
            **sums, groupby=["period", "measure"]
        )
    )
    axis = alt.Axis(format="~s", tickCount=4, minExtent=40, maxExtent=40)
    return _bars(
        by_year,
        along="y",
        across=alt.X(
            "period:O",
            title="Year",
            scale=alt.Scale(domain=years),
            axis=alt.Axis(labelAngle=0, labelSeparation=8),
        ),
        quantity=lambda field: alt.Y(f"{field}:Q", title=None, axis=axis),
        tooltip=[
            alt.Tooltip("period:N", title="Year"),
            alt.Tooltip("counted:Q", title="In rows counted", format=","),
            alt.Tooltip("fewest:Q", title="Statements add at least", format=","),
            alt.Tooltip("most:Q", title="and at most, as stated", format=","),
        ],
        words=_warning(chosen),
    ).properties(
        height=180,
        title=panel_title("By year", "Solid: rows counted. Dashed: more that is only stated"),
    )


def _by_force(chosen: alt.Chart, order: list[str]) -> alt.LayerChart:
    one = _ends(
        chosen.transform_filter("datum.period === period").transform_calculate(
            fewest="datum.fewest_more", most="datum.most_more", words="datum.force + ': ' + datum.said"
        )
    )
    y = alt.Y("force:N", sort=order, title=None, axis=None)
    tooltip = [
        alt.Tooltip("force:N", title="Force"),
        alt.Tooltip("period:N", title="Year"),
        alt.Tooltip("said:N", title="Published"),
        alt.Tooltip("note:N", title="Note"),
    ]
    words = one.mark_text(align="left", dy=-7, color=TEXT, fontSize=12).encode(
        x=alt.value(0), y=y, text="words:N", tooltip=tooltip
    )
    axis = alt.Axis(format="~s", tickCount=4)
    return _bars(
        one,
        along="x",
        across=y,
        quantity=lambda field: alt.X(f"{field}:Q", title=None, axis=axis),
        tooltip=tooltip,
        words=words,
    ).properties(
        height=alt.Step(36),
        title=panel_title("By force", "Dashed up to the most stated; tick at the fewest"),
    )


def _ends(rows: alt.Chart) -> alt.Chart:
    """Where the solid bar ends, where the tick stands and where the outline ends."""
    return rows.transform_calculate(solid="datum.counted || 0").transform_calculate(
        tick="datum.solid + (datum.fewest || 0)", end="datum.solid + (datum.most || 0)"
    )


def _bars(rows: alt.Chart, along: str, across, quantity, tooltip: list, words: alt.Chart) -> alt.LayerChart:
    """Solid bars, the outlines that begin where they end, and the ticks within these."""
    place = {"x": "y", "y": "x"}[along]
    size = {"height": 10, "yOffset": 7} if along == "x" else {"width": {"band": 0.72}}
    solid = rows.mark_bar(**size).encode(
        **{place: across, along: quantity("solid")},
        color=alt.Color("measure:N", scale=scale(COLOURS), legend=None),
        tooltip=tooltip,
    )
    beside = rows.transform_filter("datum.most > 0")
    outline = beside.mark_bar(**size, **OUTLINE).encode(
        **{place: across, along: quantity("solid"), f"{along}2": "end:Q"}, tooltip=tooltip
    )
    offset = {"yOffset": 7} if along == "x" else {}
    ticks = (
        beside.transform_filter("datum.fewest > 0")
        .mark_tick(
            color=TEXT,
            thickness=2.5,
            size=14,
            orient="vertical" if along == "x" else "horizontal",
            **offset,
        )
        .encode(**{place: across, along: quantity("tick")}, tooltip=tooltip)
    )
    return alt.layer(solid, outline, ticks, words)


def _warning(chosen: alt.Chart) -> alt.Chart:
    """What must be said of the measure, above its bars."""
    said = " : ".join(f"datum.measure === '{name}' ? {json.dumps(words)}" for name, words in WARNINGS.items())
    return (
        chosen.transform_aggregate(lines="count()", groupby=["measure"])
        .transform_calculate(words=f"{said} : ''")
        .mark_text(align="left", color=TEXT, fontWeight="bold", fontSize=12)
        .encode(
            x=alt.value(0), y=alt.value(-4), text="words:N", tooltip=[alt.Tooltip("words:N", title="Beware")]
        )
    )
