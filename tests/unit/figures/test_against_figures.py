"""The figures of the case against and of what happened since, drawn from tables small enough to see."""

import re

import pandas as pd
import pytest

from pipeline.figures.against import (
    LANE_COLOURS,
    LANE_SHAPES,
    against_shares,
    since_months,
    since_timeline,
)
from pipeline.figures.render import static_svg, to_spec


def words(chart) -> list[str]:
    return re.findall(r">([^<>]+)</text>", static_svg(to_spec(chart, "A chart. Of parts."), 360))


def test_a_share_stands_beside_its_counts_and_its_interval_is_drawn():
    table = pd.DataFrame(
        {
            "label": ["Few"],
            "what": ["Few of many"],
            "events": [8],
            "trials": [1042],
            "share": [0.1],
            "low": [0.05],
            "high": [0.2],
        }
    )
    chart = against_shares(table)
    assert "Few: 8 of 1,042" in words(chart)
    marks = [layer["mark"]["type"] for layer in chart.to_dict()["layer"]]
    assert marks == ["rule", "point", "text"]


@pytest.fixture
def timeline() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["van", "judged", "reply due"],
            "lane": ["Forces", "Courts", "Not found"],
            "start": ["2025-09-19", "2026-04-21", "2026-05-07"],
            "end": ["2025-09-19", "2026-04-21", "2026-11-21"],
        }
    )


def test_each_event_is_written_with_its_day(timeline):
    assert {"19 Sep 2025: van", "21 Apr 2026: judged", "7 May 2026: reply due"} <= set(
        words(since_timeline(timeline))
    )


def test_who_acted_is_told_by_shape_as_well_as_by_colour():
    assert list(LANE_COLOURS) == list(LANE_SHAPES)
    assert len(set(LANE_COLOURS.values())) == len(set(LANE_SHAPES.values())) == 5


def test_a_month_without_rows_keeps_its_place_and_bounds_are_written_as_a_range():
    table = pd.DataFrame(
        {
            "month": ["2025-10", "2025-12", "2025-10"],
            "series": ["met", "met", "others"],
            "deployments_low": [22, 3, 1],
            "deployments_high": [22, 3, 4],
            "last_day": ["2025-10-30", "2025-12-02", "2025-10-23"],
        }
    )
    found = words(since_months(table))
    assert {"Oct", "Nov", "Dec", "22", "1–4"} <= set(found)
    assert "Rows of its record, to 2 December 2025" in found
