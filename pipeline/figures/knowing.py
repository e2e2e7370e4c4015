"""The live figure of what one force can know: time to detect, by effect, exposure and group share.

The page divides alerts that a change needs, worked out beforehand, by alerts a year.
"""

import altair as alt
import pandas as pd

from pipeline.figures.theme import BLUE, MUTED, ORANGE, PURPLE, TEXT, panel_title, scale

SCOPES = ("alone", "region", "national")
SCOPE_WORDS = {"alone": "Alone", "region": "With its region", "national": "Nationally"}
NATIONS = {
    "a_year_stated": "as stated for 2025",
    "a_year_vans": "with ten vans (assumed)",
    "a_year_planned": "with fifty vans (a plan)",
}
SHARE_WORDS = {0.135: "13.5 %", 0.25: "a quarter", 1 / 3: "a third", 0.5: "half"}
MARKS = {"alerts_known": "Exact test", "alerts_cusum": "CUSUM, average", "alerts_group": "Exact test, group"}
MARK_COLOURS = {"Exact test": BLUE, "CUSUM, average": ORANGE, "Exact test, group": PURPLE}
MARK_SHAPES = {"Exact test": "circle", "CUSUM, average": "diamond", "Exact test, group": "square"}
FIRST_YEAR, LAST_YEAR = 0.05, 2000  # ends of the axis of years
STEP, START = 0.05, 2.55  # of the slider, in powers of ten: about 350 alerts a year, a pair of vans


Expression = str


def time_to_know(table: pd.DataFrame) -> alt.VConcatChart:
    """Controls; the setting in words; years until a rise shows, and until a group's share of it does."""
    rows = table.assign(share_word=_share_words(table["share"]))
    a_year = rows.iloc[0]
    nations = {words: round(a_year[name]) for name, words in NATIONS.items()}
    keep = ["ratio", "share", "share_word", *MARKS]
    chosen = [
        alt.param("effect", value=2, bind=_choice("True rate, times the usual", sorted(rows["ratio"]))),
        alt.param(
            "share", value="13.5 %", bind=_choice("The group's share of those exposed", rows["share_word"])
        ),
        alt.param(
            "size",
            value=START,
            bind=alt.binding_range(
                min=0.5, max=4, step=STEP, name="Alerts a year, in powers of ten (1: 10, 2: 100, 3: 1,000) "
            ),
        ),
        alt.param(
            "units",
            value=3,
            bind=alt.binding_range(min=1, max=6, step=1, name="Forces of its size and system in the region "),
        ),
        alt.param(
            "nation",
            value=nations[NATIONS["a_year_vans"]],
            bind=alt.binding_select(
                options=list(nations.values()), labels=list(nations), name="National alerts a year "
            ),
        ),
    ]
    panels = [
        _waits(rows[keep], ["alerts_known", "alerts_cusum"], "Until a rise in false alerts per alert shows"),
        _waits(rows[keep], ["alerts_group"], "Until a rise in one group's rate shows"),
    ]
    return alt.vconcat(_setting(rows[keep]), *panels, spacing=14).add_params(*chosen)


def _share_words(shares: pd.Series) -> list[str]:
    return [
        next(word for share, word in SHARE_WORDS.items() if abs(share - value) < 1e-6) for value in shares
    ]


def _choice(name: str, options: pd.Series | list) -> alt.BindInput:
    return alt.binding_select(options=list(dict.fromkeys(options)), name=f"{name} ")


def _at_setting(chart: alt.LayerChart) -> alt.LayerChart:
    return chart.transform_filter("datum.ratio == effect && datum.share_word == share")


def _setting(rows: pd.DataFrame) -> alt.LayerChart:
    lines = [
        "'This force: about ' + format(round(pow(10, size)), ',') + ' alerts a year;'",
        "'its region: ' + format(round(units * pow(10, size)), ',') + '; nationally: '"
        " + format(max(nation, round(units * pow(10, size))), ',')",
        "'True rate: ' + effect + ' times the usual one;'",
        "'the group is ' + share + ' of those exposed'",
    ]
    layers = [
        alt.Chart()
        .transform_calculate(line=line)
        .mark_text(align="left", color=TEXT, fontSize=13)
        .encode(
            x=alt.value(0),
            y=alt.value(9 + 18 * number),
            text="line:N",
            tooltip=[alt.Tooltip("ratio:Q", title="True rate, times the usual")],
        )
        for number, line in enumerate(lines)
    ]
    chart = _at_setting(alt.layer(*layers, data=rows))
    return chart.properties(height=18 * len(lines), title=panel_title("The setting"))


def alerts_of_scope() -> dict[str, Expression]:
    """Alerts a year of the force alone, with its region, and nationally; never below the scope within."""
    return {
        "of_alone": "pow(10, size)",
        "of_region": "units * pow(10, size)",
        "of_national": "max(nation, units * pow(10, size))",
    }


def wait(years: Expression) -> Expression:
    """A time in words: days, months or years, in two figures."""
    return (
        f"({years} < 0.15 ? format(365 * {years}, '.2~r') + ' days' : {years} < 2 ?"
        f" format(12 * {years}, '.2~r') + ' months' : format({years}, ',.2~r') + ' years')"
    )


def _waits(rows: pd.DataFrame, needs: list[str], title: str) -> alt.LayerChart:
    """A row for each scope: its name and times in words above, marks on a scale of years below."""
    names = " : ".join(f"datum.scope_key === 'of_{key}' ? '{SCOPE_WORDS[key]}'" for key in SCOPES)
    marks = " : ".join(f"datum.need_key === '{key}' ? '{MARKS[key]}'" for key in needs)
    axis = alt.Axis(
        values=[0.1, 1, 10, 100, 1000],
        grid=True,
        labelExpr="datum.value < 1 ? '5 weeks' : format(datum.value, ',') +"
        " (datum.value == 1 ? ' year' : '')",
    )
    x = alt.X("shown:Q", title=None, axis=axis, scale=alt.Scale(type="log", domain=[FIRST_YEAR, LAST_YEAR]))
    base = alt.Chart().encode(
        y=alt.Y("scope:N", title=None, sort=list(SCOPE_WORDS.values()), axis=None),
        tooltip=[
            alt.Tooltip("scope:N", title="Who"),
            alt.Tooltip("mark:N", title="How"),
            alt.Tooltip("a_year:Q", title="Alerts a year", format=",.0f"),
            alt.Tooltip("need:Q", title="Alerts needed", format=",.0f"),
            alt.Tooltip("time:N", title="Time"),
        ],
    )
    legend = alt.Legend(columns=2)
    stems = (
        base.transform_filter(f"datum.need_key === '{needs[0]}'")
        .mark_rule(yOffset=9, color=MUTED, strokeWidth=1.5)
        .encode(x=x, x2=alt.datum(FIRST_YEAR))
    )
    points = base.mark_point(size=85, opacity=1, yOffset=9).encode(
        x=x,
        color=alt.Color("mark:N", scale=scale(MARK_COLOURS), legend=legend),
        shape=alt.Shape("mark:N", scale=scale(MARK_SHAPES), legend=legend),
    )
    said = (
        base.transform_filter(f"datum.need_key === '{needs[0]}'")
        .mark_text(align="left", dy=-8, color=TEXT, fontSize=13)
        .encode(x=alt.value(2), text="said:N")
    )
    chart = _at_setting(alt.layer(stems, points, said, data=rows))
    for name, expression in alerts_of_scope().items():
        chart = chart.transform_calculate(**{name: expression})
    watch = (
        f" + '; CUSUM ' + {wait('datum.alerts_cusum / datum.a_year')}" if "alerts_cusum" in needs else "+ ''"
    )
    chart = chart.transform_fold(needs, as_=["need_key", "need"])
    chart = chart.transform_fold([f"of_{key}" for key in SCOPES], as_=["scope_key", "a_year"])
    after = {
        "scope": f"{names} : ''",
        "mark": f"{marks} : ''",
        "years": "datum.need / datum.a_year",
        "shown": f"clamp(datum.years, {FIRST_YEAR}, {LAST_YEAR})",
        "time": wait("datum.years"),
        "said": f"datum.scope + ': ' + datum.time{watch}",
    }
    for name, expression in after.items():
        chart = chart.transform_calculate(**{name: expression})
    return chart.properties(height=52 * len(SCOPES), title=panel_title(title, "Time, on a log scale"))
