"""One look for every figure: named colours that a colour-blind reader can tell apart, and one Altair theme.

Colours are those of Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, apart from the greys. A category
keeps its colour through the book. Colour never stands alone: each use adds a shape, a label or an order.
Charts are transparent with dark text; the site lays them on a light card in both its modes.
"""

import altair as alt
import pandas as pd

BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
VERMILLION, PURPLE, GREY, SLATE = "#D55E00", "#CC79A7", "#767676", "#44566C"
TEXT, MUTED, GRID = "#1F2933", "#52606D", "#E1E5EA"

MEASURE_COLOURS = {"deployments": SLATE, "faces": PURPLE, "alerts": BLUE, "arrests": GREEN}
OUTCOME_COLOURS = {"true_alerts": BLUE, "false_alerts": VERMILLION, "arrests": GREEN}
ORIGIN_COLOURS = {"Met's own file": BLUE, "transcription": SKY}
ORIGIN_SHAPES = {"Met's own file": "circle", "transcription": "triangle-up"}
THRESHOLD_COLOURS = {"not printed": GREY, "0.60": ORANGE, "0.62": PURPLE, "0.64": BLUE}
THRESHOLD_SHAPES = {"not printed": "cross", "0.60": "circle", "0.62": "square", "0.64": "triangle-up"}
# every threshold that a benchmark shows; those of the record look as in the record
SETTING_COLOURS = {"0.52": GREY, "0.56": SKY, "0.58": GREEN} | THRESHOLD_COLOURS
SETTING_SHAPES = {"0.52": "cross", "0.56": "diamond", "0.58": "triangle-down"} | THRESHOLD_SHAPES
LIST_COLOURS = {"1,000": ORANGE, "10,000": BLUE, "16,000": PURPLE}  # people on a watchlist
LIST_DASHES = {"1,000": [2, 2], "10,000": [1, 0], "16,000": [6, 3]}
FORCE_COLOURS = {"metropolitan": BLUE}
VERDICT_COLOURS = {
    "reproduced": GREEN,
    "reproduced_with_caveat": SKY,
    "consistent": BLUE,
    "not_reproduced": VERMILLION,
    "not_checkable": GREY,
}
VERDICT_LABELS = {
    "reproduced": "Reproduced",
    "reproduced_with_caveat": "With a caveat",
    "consistent": "Consistent",
    "not_reproduced": "Not reproduced",
    "not_checkable": "Not checkable",
}
STATED_BY_COLOURS = {"Leapwise": ORANGE, "Home Office": PURPLE, "Metropolitan Police": BLUE, "others": GREY}
STATED_BY_SHAPES = {
    "Leapwise": "diamond",
    "Home Office": "square",
    "Metropolitan Police": "circle",
    "others": "triangle-up",
}

# vl-convert carries Liberation Sans, so text is measured alike on every machine; readers without it
# see Arial or Helvetica, which have the same widths.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


def scale(mapping: dict[str, str]) -> alt.Scale:
    """A scale that gives each category its own colour or shape, whichever categories a table holds."""
    return alt.Scale(domain=list(mapping), range=list(mapping.values()))


@alt.theme.register("record", enable=True)
def record_theme() -> alt.theme.ThemeConfig:
    """The theme of the book; importing this module switches it on."""
    text = {"font": FONT, "fontSize": 12, "color": TEXT}
    label = {"labelFont": FONT, "labelFontSize": 12, "labelColor": TEXT}
    title = {"titleFont": FONT, "titleFontSize": 12, "titleFontWeight": "normal", "titleColor": MUTED}
    return {
        "config": {
            "aria": False,  # one label describes the whole chart; hundreds of labelled dots help nobody
            "background": "transparent",
            "font": FONT,
            "padding": {"left": 4, "right": 12, "top": 6, "bottom": 4},
            "view": {"stroke": None},
            "axis": {
                **label,
                **title,
                "gridColor": GRID,
                "domainColor": MUTED,
                "tickColor": MUTED,
                "titlePadding": 8,
            },
            "axisX": {"grid": False, "labelOverlap": "greedy"},
            "axisY": {"domain": False, "ticks": False},
            "legend": {
                **label,
                **title,
                "orient": "top",
                "direction": "horizontal",
                "columns": 2,
                "symbolSize": 90,
                "symbolStrokeWidth": 1.5,
                "title": None,
                "offset": 4,
            },
            "title": {
                "font": FONT,
                "fontSize": 13,
                "fontWeight": "bold",
                "color": TEXT,
                "anchor": "start",
                "subtitleFont": FONT,
                "subtitleFontSize": 12,
                "subtitleColor": MUTED,
                "frame": "group",
                "offset": 8,
            },
            "text": text,
            "point": {"filled": True, "size": 45, "opacity": 0.75},
            "bar": {"color": BLUE},
            "rule": {"color": MUTED},
        }
    }


def panel_title(text: str, subtitle: str = "", colour: str = TEXT) -> alt.TitleParams:
    """The heading of one panel of a stacked figure: the measure and its unit."""
    return alt.TitleParams(text, color=colour, **({"subtitle": subtitle} if subtitle else {}))


def counts_of(numerators: pd.Series, denominators: pd.Series) -> list[str]:
    """The counts behind each rate, to stand beside it: "27 of 1,286"."""
    return [f"{top:,} of {bottom:,}" for top, bottom in zip(numerators, denominators, strict=True)]


def day(field: str, title: str) -> alt.Tooltip:
    """A date in a tooltip, such as 3 May 2024: the same day in every reader's time zone."""
    return alt.Tooltip(f"utcyearmonthdate({field}):T", title=title, format="%-d %B %Y")
