"""What the figures of the blueprint draw from small tables that can be checked by eye."""

import numpy as np
import pandas as pd
import pytest

from pipeline.figures.blueprint import (
    blueprint_breaks,
    blueprint_completeness,
    blueprint_ratios,
    blueprint_sites,
)


def _rows(chart, column):
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows if column in row]


def test_a_ratio_of_nought_begins_at_the_left_edge_and_shows_its_counts():
    table = pd.DataFrame(
        {
            "label": ["Holyhead", "Met: later rows"],
            "kind": ["between forces", "within the Met"],
            "false_alerts": [0, 13],
            "alerts": [2, 2160],
            "reference_false_alerts": [20, 7],
            "reference_alerts": [3920, 1760],
            "ratio": [0.0, 1.5],
            "low": [0.0, 0.6],
            "high": [397.0, 4.5],
            "margin": 1.5,
        }
    )
    rows = _rows(blueprint_ratios(table), "said")
    assert {row["said"]: row["left"] for row in rows} == {
        "Holyhead: 0 of 2": 0.01,
        "Met: later rows: 13 of 2,160": 0.6,
    }


def test_forces_stand_in_order_of_what_was_found():
    table = pd.DataFrame(
        {
            "force_id": ["essex", "metropolitan", "others"],
            "force": ["Essex Police", "Metropolitan Police Service", "All but the Met"],
            "deployments": [38, 538, 228],
            "cells": [380, 5380, 2280],
            "filled": [8, 4929, 169],
            "share": [8 / 380, 4929 / 5380, 169 / 2280],
        }
    )
    rows = _rows(blueprint_completeness(table), "said")
    assert [row["said"] for row in rows[:3]] == [
        "Metropolitan: 92 %, 538 known",
        "All but the Met: 7 %, 228 known",
        "Essex: 2 %, 38 known",
    ]


def test_the_three_parts_of_the_variance_fill_the_bar():
    table = pd.DataFrame(
        {
            "threshold": ["0.64"],
            "rows": [193],
            "places": [92],
            "between_sites": [0.75],
            "low": [0.3],
            "high": [1.0],
            "chance": [0.6],
        }
    )
    parts = {row["part"]: (row["start"], row["ends"]) for row in _rows(blueprint_sites(table), "part")}
    assert parts["Chance"] == pytest.approx((0, 60))
    assert parts["Deployment"] == pytest.approx((60, 70))
    assert parts["Site"] == pytest.approx((70, 100))


def test_jumps_are_cut_at_the_ends_of_the_axis_and_months_without_a_fit_left_out():
    table = pd.DataFrame(
        {
            "month": ["2020-03", "2024-01"],
            "met": [0, 9],
            "others": [0, 1],
            "pandemic": [True, False],
            "legal": [np.nan, "legal event"],
            "event": [np.nan, "a letter"],
            "level": [np.nan, 2.5],
            "low": [np.nan, 0.01],
            "high": [np.nan, 40.0],
            "significant": [np.nan, True],
        }
    )
    rows = _rows(blueprint_breaks(table), "level")
    assert {(row["date"], row["low"], row["high"], row["legal"]) for row in rows} == {
        ("2024-01-01", 0.1, 10.0, "Legal or policy event")
    }
