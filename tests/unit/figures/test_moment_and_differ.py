"""The figures of the moment and of what differs, drawn from tables small enough to see in the drawing."""

import doctest
import html
import re

import pandas as pd
import pytest

from pipeline.figures import differ
from pipeline.figures.differ import SUPPOSED, for_list, same_crowd, settings_by_force
from pipeline.figures.moment import (
    KIND_COLOURS,
    KIND_SHAPES,
    LINK_COLOURS,
    LINK_DASHES,
    moment_timeline,
    who_equips_whom,
)
from pipeline.figures.render import spec_json, static_svg, to_spec

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(1)">'


def drawn(chart, **settings) -> str:
    """The static drawing, unescaped, with the controls set."""
    spec = to_spec(chart, "A chart.")
    for param in spec.get("params", []):
        param["value"] = settings.get(param["name"], param.get("value"))
    return html.unescape(static_svg(spec))


@pytest.fixture
def crowd() -> pd.DataFrame:
    rows = [
        ("Port", "printed", "0.64", 500, 0.2, 0.1, 0.5, 19.0, 13.0, 44.0),
        ("City", "printed", "0.6", 1000, 25.0, 10.0, 50.0, 11.0, 11.0, 11.1),
        ("Threshold not printed", "supposed", "0.6", 1000, 25.0, 10.0, 50.0, 11.0, 11.0, 11.1),
        ("Threshold not printed", "supposed", "0.64", 1000, 0.4, 0.2, 1.0, 19.0, 13.0, 44.0),
    ]
    names = [
        "label", "basis", "threshold", "people", "false_per_100000", "rates_low", "rates_high",
        "missed_per_100", "missed_low", "missed_high",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names).assign(events=1, trials=100, lists_low=0.1, lists_high=60.0)


@pytest.fixture
def lines() -> pd.DataFrame:
    rows = [
        (0, "2024 Q3", 43, 4, "2024-08-22", "Essex: vans", "start", "no", "Essex Police"),
        (1, "2024 Q3", None, None, "2024-09-01", "Vans to come", "money", "yes", "Home Office"),
        (2, "2024 Q4", 48, 0, None, None, None, None, None),
    ]
    names = ["line", "quarter", "metropolitan", "others", "date", "label", "kind", "plan", "actor"]
    return pd.DataFrame(rows, columns=names)


@pytest.fixture
def links() -> pd.DataFrame:
    rows = [
        ("A", "B", "lends", "used", "2024-01-01", None),
        ("Office", "B", "funds", "used", "2025-01-01", "x"),
    ]
    return pd.DataFrame(rows, columns=["giver", "taker", "kind", "standing", "since", "note"])


@pytest.fixture
def settings() -> pd.DataFrame:
    rows = [
        ("a", "Avon", 0, "vendor", "NEC", "NEC", "yes"),
        ("a", "Avon", 0, "threshold", None, "–", "no"),
        ("b", "Borders", 1, "vendor", None, "–", "no"),
        ("b", "Borders", 1, "threshold", "0.64", "0.64", "yes"),
    ]
    return pd.DataFrame(rows, columns=["force_id", "force", "place", "item", "value", "cell", "stated"])


def test_the_worked_examples_are_true():
    assert doctest.testmod(differ).failed == 0


def test_each_setting_says_its_number_and_its_interval_and_the_supposed_row_none(crowd):
    svg = drawn(same_crowd(crowd))
    assert "0.2 (0.1 to 0.5)" in svg and "25 (10 to 50)" in svg
    assert svg.count(f">{SUPPOSED}<") == 1
    assert "19 (13 to 44)" in svg
    assert "11, as published" in svg  # the anchor has no interval of its own


def test_the_slider_moves_the_row_without_a_force_and_no_other(crowd):
    short, long = (drawn(same_crowd(crowd), people=people) for people in (1000, 10_000))
    assert short != long
    places = [re.findall(r'transform="translate\(([-\d.]+),', svg) for svg in (short, long)]
    assert len(places[0]) == len(places[1])
    moved = sum(one != other for one, other in zip(*places, strict=True))
    assert (
        moved == 3
    )  # two bars and a triangle of the supposed row; the slim drawing places circles otherwise


@pytest.mark.parametrize("people", [1, 1000, 20_000])
def test_a_list_of_another_length_takes_the_exact_chance(people):
    # 1 - (1 - FPIR)^(people / its own): an FPIR that came from 1000 people at FMR 1e-6.
    own = 1e5 * (1 - (1 - 1e-6) ** 1000)
    expression = for_list("own").split("?")[1].split(":")[0]
    python = expression.replace("datum.people", "1000").replace("pow", "power")
    found = eval(python, {"power": pow, "own": own, "people": people})
    assert found == pytest.approx(1e5 * (1 - (1 - 1e-6) ** people), rel=1e-9)


def test_a_cell_is_filled_only_where_something_is_stated(settings):
    svg = drawn(settings_by_force(settings))
    assert {"Avon", "Borders", "NEC", "0.64"} <= set(re.findall(r">([^<>]+)</text>", svg))
    assert svg.count(f'fill="{differ.BLUE}"') == 3  # two cells and the legend
    assert svg.count(">–<") == 2


def test_a_plan_is_called_a_plan_and_a_quarter_without_events_still_has_its_bar(lines):
    svg = drawn(moment_timeline(lines))
    texts = re.findall(r">([^<>]+)</text>", svg)
    assert "Vans to come (plan)" in texts and "Essex: vans" in texts
    assert texts.count("2024 Q3") == 1 and "2024 Q4" in texts
    assert {"47", "48"} <= set(texts)  # 43 + 4, and 48


def test_every_link_has_its_ends_named_once(links):
    texts = re.findall(r">([^<>]+)</text>", drawn(who_equips_whom(links)))
    assert texts.count("B") == texts.count("A") == texts.count("Office") == 1


def test_no_category_is_told_by_colour_alone():
    assert set(KIND_COLOURS) == set(KIND_SHAPES) and len(set(KIND_SHAPES.values())) == len(KIND_SHAPES)
    assert set(LINK_COLOURS) == set(LINK_DASHES)
    assert len({tuple(dash) for dash in LINK_DASHES.values()}) == len(LINK_DASHES)


def test_hostile_words_stay_words(crowd, lines, links, settings):
    charts = [
        same_crowd(crowd.assign(label=HOSTILE)),
        moment_timeline(lines.assign(label=HOSTILE)),
        who_equips_whom(links.assign(note=HOSTILE)),
        settings_by_force(settings.assign(cell=HOSTILE)),
    ]
    for chart in charts:
        spec = to_spec(chart, "A chart.")
        assert "<script" not in spec_json(spec) and "<script" not in static_svg(spec)
