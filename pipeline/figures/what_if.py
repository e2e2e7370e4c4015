"""The what-if figure: a deployment that readers set themselves, multiplied out in the page.

Everything is written in Vega's expressions, so the page needs no server. The expressions keep to what
floating point can carry: FPIR = -expm1(N log1p(-FMR)) comes from the first terms of its series where small.
"""

import altair as alt
import pandas as pd

from pipeline.figures.theme import OUTCOME_COLOURS, TEXT, panel_title
from pipeline.measures.intervals import poisson_rate

KINDS = {"false": "False alerts", "true": "True alerts: listed people found"}
WHO = {"all": "Everyone", "a": "Group A", "b": "The rest"}
VERSIONS = ("", "_low", "_high")  # of the rates: the scenario, and what it leaves open
TABLED_TO = 20  # expected counts up to which quantiles are exact; beyond, at most one off
Z = 1.959964  # normal quantile of 97.5 %

Expression = str


def what_if(table: pd.DataFrame) -> alt.VConcatChart:
    """Sliders; the rates of the setting in words; false alerts and true ones by group, with intervals.

    Bars are expected numbers. The thick line is what the published test leaves open, the thin one adds
    chance.
    The settings begin at the record's medians for the threshold that was in force last.
    """
    rates = table.assign(threshold=table["threshold"].astype(float))
    columns = ["threshold", *(f"{rate}{end}" for rate in ("fmr", "tpir") for end in VERSIONS)]
    panels = [_panel(rates[columns], kind) for kind in KINDS]
    return alt.vconcat(_words(rates[columns]), *panels, spacing=16).add_params(*_settings(rates))


def _settings(rates: pd.DataFrame) -> list[alt.Parameter]:
    last = rates.dropna(subset=["days"]).iloc[-1]
    steps = {  # name: label, lowest, highest, step, value at the start
        "threshold": (
            "Threshold",
            rates["threshold"].min(),
            rates["threshold"].max(),
            0.005,
            last["threshold"],
        ),
        "people": ("People on the list", 500, 100_000, 100, last["watchlist_size"]),
        "faces": ("Faces a day", 500, 200_000, 500, last["faces_a_day"]),
        "listed": ("Listed, per 10,000 faces", 0, 50, 0.1, last["listed_per_10000_faces"]),
        "share": ("Group A, % of faces", 0, 100, 1, 25),
        "ratio": ("Group A's false match rate, times the rest's", 1, 10, 0.5, 1),
        "days": ("Days a year", 1, 365, 1, last["days_a_year"]),
    }
    return [
        alt.param(
            name,
            value=round(round(value / step) * step, 3),
            bind=alt.binding_range(min=low, max=high, step=step, name=f"{label} "),
        )
        for name, (label, low, high, step, value) in steps.items()
    ]


def _words(rates: pd.DataFrame) -> alt.LayerChart:
    """The setting and its rates, a line each."""
    lines = [
        "format(faces, ',') + ' faces a day, ' + days + ' days a year,'",
        "format(people, ',') + ' people on the list, threshold ' + format(threshold, '.3~f') + ':'",
        f"'one false alert in ' + {one_in('datum.fpir')} + ' faces'",
        f"'(from ' + {one_in('datum.fpir_high')} + ' to ' + {one_in('datum.fpir_low')} + '),'",
        f"{_percent('tpir')} + ' % of listed people found (' + {_percent('tpir_low')} + ' to '"
        f" + {_percent('tpir_high')} + ' %).'",
        "'Group A: ' + share + ' % of faces; false match rate'",
        "format(ratio, '.1f') + ' times that of the rest.'",
    ]
    layers = [
        alt.Chart()
        .transform_calculate(line=line)
        .mark_text(align="left", color=TEXT, fontSize=13)
        .encode(
            x=alt.value(0),
            y=alt.value(9 + 18 * number),
            text="line:N",
            tooltip=[alt.Tooltip("fmr:Q", title="False matches per comparison (FMR)", format=".3~e")],
        )
        for number, line in enumerate(lines)
    ]
    chart = _at_threshold(alt.layer(*layers, data=rates))
    for end in VERSIONS:
        chart = chart.transform_calculate(**{f"fpir{end}": fpir(f"datum.fmr{end}")})
    return chart.properties(height=18 * len(lines), title=panel_title("The setting"))


def _panel(rates: pd.DataFrame, kind: str) -> alt.LayerChart:
    """One row for everyone and one a group: the numbers in words, a bar, and two lines of uncertainty."""
    colour = OUTCOME_COLOURS[f"{kind}_alerts"]
    row = alt.Y(
        "who:N", title=None, sort=list(WHO.values()), axis=alt.Axis(minExtent=50, maxExtent=50, grid=False)
    )
    tooltip = [
        alt.Tooltip("who:N", title="Group"),
        alt.Tooltip("per_year:Q", title="Expected a year", format=",.4~r"),
        alt.Tooltip("year_low:Q", title="Chance and rates, from", format=","),
        alt.Tooltip("year_high:Q", title="to", format=","),
        alt.Tooltip("per_day:Q", title="Expected a day", format=",.4~r"),
        alt.Tooltip("day_low:Q", title="Chance and rates, from", format=","),
        alt.Tooltip("day_high:Q", title="to", format=","),
    ]
    base = alt.Chart().encode(y=row, tooltip=tooltip)
    bars = base.mark_bar(height=9, yOffset=16, color=colour).encode(
        x=alt.X("per_year:Q", title="Alerts a year", axis=alt.Axis(tickCount=4, format=",~r"))
    )
    chance = base.mark_rule(yOffset=16, strokeWidth=1.2, color=TEXT).encode(x="year_low:Q", x2="year_high:Q")
    model = base.mark_rule(yOffset=16, strokeWidth=4, color=TEXT).encode(
        x="per_year_low:Q", x2="per_year_high:Q"
    )
    said = [
        base.mark_text(align="left", dy=dy, color=TEXT, fontSize=13, fontWeight=weight).encode(
            x=alt.value(2), text=f"said_{period}:N"
        )
        for period, dy, weight in (("year", -17, "bold"), ("day", 1, "normal"))
    ]
    chart = _at_threshold(alt.layer(bars, chance, model, *said, data=rates))
    for name, expression in expected(kind).items():
        chart = chart.transform_calculate(**{name: expression})
    chart = chart.transform_fold(list(WHO), as_=["key", "per_day"])
    for name, expression in _after_fold().items():
        chart = chart.transform_calculate(**{name: expression})
    subtitle = "Thick line: rates left open. Thin: chance as well"
    return chart.properties(height=3 * 64, title=panel_title(KINDS[kind], subtitle))


def _at_threshold(chart: alt.LayerChart) -> alt.LayerChart:
    return chart.transform_filter("abs(datum.threshold - threshold) < 0.001")


def expected(kind: str) -> dict[str, Expression]:
    """Expected alerts a day, for everyone (`all`), group A (`a`) and the rest (`b`), and each one's limits.

    The mean false match rate over all faces is the scenario's, however it is divided between the groups.
    Listed people are the same share of each group, and found alike.
    """
    fields: dict[str, Expression] = {"mean": "1 + share / 100 * (ratio - 1)"}
    for end in VERSIONS:
        for who, part, times in (("a", "share / 100", "ratio"), ("b", "(1 - share / 100)", "1")):
            if kind == "false":
                rate = fpir(f"(datum.fmr{end} * {times} / datum.mean)")
                fields[f"{who}{end}"] = f"faces * (1 - listed / 10000) * {part} * {rate}"
            else:
                fields[f"{who}{end}"] = f"faces * listed / 10000 * {part} * datum.tpir{end}"
        fields[f"all{end}"] = f"datum.a{end} + datum.b{end}"
    return fields


def _after_fold() -> dict[str, Expression]:
    """For the group of a row: its name, its numbers a day and a year with their limits, and both in words."""
    names = " : ".join(f"datum.key === '{key}' ? '{name}'" for key, name in WHO.items())
    fields: dict[str, Expression] = {"who": f"{names} : ''"}
    for end in VERSIONS:
        fields[f"per_day{end}"] = f"datum[datum.key + '{end}']"
        fields[f"per_year{end}"] = f"days * datum.per_day{end}"
    for period in ("day", "year"):
        fields[f"{period}_low"] = quantile(f"datum.per_{period}_low", upper=False)
        fields[f"{period}_high"] = quantile(f"datum.per_{period}_high", upper=True)
        fields[f"said_{period}"] = (
            f"{_number(f'datum.per_{period}')} + ' a {period} (' + format(datum.{period}_low, ',') + ' to '"
            f" + format(datum.{period}_high, ',') + ')'"
        )
    return fields


def fpir(fmr: Expression) -> Expression:
    """FPIR(N, T) of independent comparisons as an expression, N being the setting `people`.

    N log1p(-FMR) is -y with y = N (FMR + FMR^2 / 2), and 1 - exp(-y) is its series below 0.001, where
    subtraction would lose digits. The error is below 1e-8 of the value for FMR up to 1e-4.
    """
    y = f"(people * {fmr} * (1 + {fmr} / 2))"
    return f"({y} < 0.001 ? {y} * (1 - {y} / 2 * (1 - {y} / 3)) : 1 - exp(-{y}))"


def quantile(mean: Expression, upper: bool) -> Expression:
    """The 97.5 % (or 2.5 %) quantile of a Poisson count with this mean, as an expression.

    The upper quantile exceeds k exactly when the mean exceeds the lower exact limit of k + 1 events, and the
    lower quantile when it exceeds the upper exact limit of k. So up to a mean of 20 the quantile is the
    number of those limits below the mean. Beyond, it is the Cornish-Fisher expansion, at most one off.
    """
    limits = [poisson_rate(k + 1, 1).low if upper else poisson_rate(k, 1).high for k in range(TABLED_TO * 2)]
    steps = " + ".join(f"({mean} > {limit:.7g})" for limit in limits if limit < TABLED_TO)
    beyond = f"ceil({mean} {'+' if upper else '-'} {Z} * sqrt({mean}) + {(Z**2 - 1) / 6 - 0.5:.6g})"
    return f"({mean} < {TABLED_TO} ? {steps} : {beyond})"


def one_in(rate: Expression) -> Expression:
    """A small rate as the number of trials to one event, in three figures."""
    return f"format(1 / {rate}, ',.3r')"


def _percent(rate: str) -> Expression:
    return f"format(100 * datum.{rate}, '.0f')"


def _number(value: Expression) -> Expression:
    """A whole number from ten up, two figures below."""
    return f"({value} >= 10 ? format({value}, ',.0f') : format({value}, '.2~r'))"
