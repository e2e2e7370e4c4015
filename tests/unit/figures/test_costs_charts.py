"""What the figures of costs draw, from small tables that can be checked by eye."""

import re

import altair as alt
import pandas as pd
import pytest
import vl_convert

from pipeline.core.drawing import VEGA_LITE
from pipeline.figures import costs as figures
from pipeline.figures.costs_live import cost_break_even
from pipeline.figures.render import to_spec


def texts(chart: alt.TopLevelMixin) -> list[str]:
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=VEGA_LITE)
    return re.findall(r">([^<>]+)</text>", svg)


def totals() -> pd.DataFrame:
    names = ["alone", "as_now", "central", "accepting", "gross", "net", "net_accepting"]
    return pd.DataFrame({"name": names, "median": [40, 10, 15, 20, 25, -5, -10]}).assign(
        low=lambda table: table["median"] - 8, high=lambda table: table["median"] + 8
    )


def test_a_range_is_said_with_its_median_and_its_ends():
    said = texts(figures.cost_options(totals()))
    assert "Every force alone: 40.0 (32.0 to 48.0)" in said
    assert "Once, centrally: −5.0 (−13.0 to 3.0)" in said


@pytest.mark.parametrize(
    ("low", "high", "unit", "said"),
    [
        (20000, 150000, "£ a test", "£20,000 to £150,000"),
        (0, 0.5, "share", "0 to 50 %"),
        (4, 20, "posts", "4 to 20 posts"),
        (0.1, 0.5, "correlation", "0.1 to 0.5"),
    ],
)
def test_the_range_of_an_assumption_is_said_in_its_unit(low, high, unit, said):
    assert figures._said(low, high, unit) == said


def test_a_tornado_shows_the_widest_bars_of_each_question_only():
    rows = [
        {
            "question": question,
            "rank": rank,
            "label": f"{question} {rank}",
            "unit": "posts",
            "low": 1,
            "high": 2,
        }
        | {"middle": 5.0, "at_low": 5.0 - 1 / rank, "at_high": 5.0 + 1 / rank, "first": 0.1}
        for question in ("gross", "net", "failure_central")
        for rank in range(1, 9)
    ]
    said = " ".join(texts(figures.cost_tornado(pd.DataFrame(rows))))
    assert "gross 6: 1 to 2 posts" in said and "net 1: 1 to 2 posts" in said
    assert "gross 7" not in said and "failure" not in said


def live_chart() -> alt.VConcatChart:
    """The live figure of three comparisons that save £1 million a force, less what the settings cost."""
    rows = [
        {"comparison": comparison, "forces": forces, "fixed": float(forces), "per_pass_pound": factor / 100}
        | {"per_post": -0.375, "stops_central": 10.0, "stops_unwatched": 100.0}
        for comparison, factor in (("gross", 5), ("net", 0), ("net_accepting", -5))
        for forces in range(1, 44)
    ]
    return cost_break_even(pd.DataFrame(rows))


def live(**settings: float | str) -> list[str]:
    """The words of the live figure at these settings."""
    chart = live_chart()
    for parameter in chart.params:
        if parameter.name in settings:
            parameter.value = settings[parameter.name]
    return [text for text in texts(chart) if text.startswith(("saves", "costs"))]


def test_the_live_figure_multiplies_out_the_readers_settings():
    # 20 + 30 * 0.05 - 4 * 0.375 = 20.0; 20 - 1.5 = 18.5; 20 - 1.5 - 1.5 = 17.0
    assert live(forces=20, pass_cost=30, posts=4) == [
        "saves £20.0 million against every force alone",
        "saves £18.5 million against today",
        "saves £17.0 million against today, with local checks",
    ]


def test_a_central_error_costs_its_chance_times_people_times_value():
    # 50 % of 100 people at £60,000 is £3.0 million; watched it is a tenth; 1 + 0.25 - 3 = -1.75 without posts
    unwatched = live(forces=1, pass_cost=5, posts=0, chance=50, value=60_000, watched="no")
    watched = live(forces=1, pass_cost=5, posts=0, chance=50, value=60_000, watched="yes")
    assert unwatched[1] == "costs £2.0 million more than today"
    assert watched[1] == "saves £0.7 million against today"


def test_the_live_figure_starts_without_an_error_and_without_a_value():
    values = {parameter["name"]: parameter["value"] for parameter in to_spec(live_chart(), "")["params"]}
    assert values["chance"] == 0 and values["value"] == 0 and values["forces"] == 43


def test_scenarios_stand_in_the_order_of_the_argument():
    rows = [
        {"scenario": name, "measure": measure, "median": 10.0, "low": 5.0, "high": 1203.0}
        for measure, names in (
            ("stops", figures.SCENARIOS),
            ("months", [name for name in figures.SCENARIOS if name != "all_apart"]),
        )
        for name in sorted(names)
    ]
    said = [text for text in texts(figures.cost_failure(pd.DataFrame(rows))) if "(5 to 1,203)" in text]
    assert len(said) == 9
    assert said[0].startswith("One other force") or "One other force, by itself: 10 (5 to 1,203)" in said
