"""The live figure of what one force can know: its words, evaluated by Vega, against a plain calculation."""

import html
import json
import re

import pandas as pd
import pytest
import vl_convert

from pipeline.core.drawing import VEGA_LITE
from pipeline.figures import knowing, knowing_monitor, knowing_record
from pipeline.figures.render import to_spec

NEEDS = pd.DataFrame(
    {
        "ratio": [2, 2, 5, 5],
        "share": [0.135, 0.5, 0.135, 0.5],
        "alerts_known": [2300, 2300, 250, 250],
        "alerts_cusum": [1100, 1100, 230, 230],
        "alerts_group": [21500, 14300, 3150, 3150],
        "a_year_stated": 2600.4,
        "a_year_vans": 4480.8,
        "a_year_planned": 10907.2,
    }
)


@pytest.fixture(scope="module")
def spec() -> dict:
    return to_spec(knowing.time_to_know(NEEDS), "Dots. They move.")


def words(spec: dict, **changes: float | str) -> list[str]:
    spec = json.loads(json.dumps(spec))
    for param in spec["params"]:
        param["value"] = changes.get(param["name"], param.get("value"))
    spec.pop("usermeta", None)
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    return [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]+)</text>", svg)]


def test_waits_are_alerts_needed_over_alerts_a_year(spec):
    said = words(spec, size=2, units=4, nation=4481)
    assert "Alone: 23 years; CUSUM 11 years" in said
    assert "With its region: 5.8 years; CUSUM 2.8 years" in said  # 2,300 and 1,100 of 400 a year
    assert "Nationally: 6.2 months; CUSUM 2.9 months" in said
    assert "Alone: 220 years" in said  # 21,500 of 100 a year: two figures
    assert "This force: about 100 alerts a year;" in said


def test_the_nation_is_never_less_than_the_region(spec):
    said = words(spec, size=4, units=2, nation=4481)
    assert "its region: 20,000; nationally: 20,000" in said


def test_every_control_moves_the_words(spec):
    usual = words(spec)
    changes = {"effect": 5, "share": "half", "size": 1, "units": 6, "nation": 10907}
    assert {param["name"] for param in spec["params"]} == set(changes)
    for name, value in changes.items():
        assert words(spec, **{name: value}) != usual, name


def test_a_place_beyond_the_limits_is_named_in_its_funnel():
    points = pd.DataFrame(
        {
            "system": ["NEC 0.60", "NEC 0.60", "NEC 0.64"],
            "part": "point",
            "unit": ["Brent", "Croydon", "Holyhead"],
            "kind": ["place", "place", "force"],
            "alerts": [7.0, 118.0, 2.0],
            "false_alerts": [3.0, 3.0, 0.0],
            "percent": [42.9, 2.5, 0.1],
            "where": ["high 95", "inside", "inside"],
        }
    )
    limits = pd.DataFrame({"system": ["NEC 0.60", "NEC 0.64"], "part": "limit", "alerts": [10.0, 10.0]})
    limits[["centre", "low_95", "high_95", "low_998", "high_998"]] = 3.6
    chart = knowing_record.funnels(pd.concat([points, limits])).to_dict()
    for panel in chart["vconcat"]:
        panel["width"] = 300
    svg = vl_convert.vegalite_to_svg(chart, vl_version=VEGA_LITE)
    assert "Brent, 3 of 7" in svg
    assert "Busiest: Croydon, 3 of 118" in svg
    assert "another force" in svg


def test_the_score_is_drawn_for_each_threshold_and_its_false_alerts_marked():
    table = pd.DataFrame(
        {
            "threshold": [0.6, 0.64],
            "date": ["2024-03-05", "2025-03-05"],
            "place": ["Brent", "Camden"],
            "alerts": [7.0, 9.0],
            "false_alerts": [3.0, 0.0],
            "score_low": [2.0, 0.0],
            "score_high": [2.1, 0.0],
            "limit": 3,
        }
    )
    chart = knowing_monitor.cusum_record(table).to_dict()
    drawn = [[row.get("place") for row in rows] for rows in chart["datasets"].values()]
    assert ["Brent"] in drawn  # the day without a false alert has no triangle
