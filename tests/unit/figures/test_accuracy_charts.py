"""The charts of the accuracy and list-size benchmarks on small tables made by hand."""

import pandas as pd

from pipeline.figures.accuracy import accuracy_calibration, accuracy_det
from pipeline.figures.watchlist_size import watchlist_fpir


def drawn(chart) -> list[dict]:
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_a_rate_of_none_is_not_drawn_on_a_logarithmic_axis():
    row = {"kind": "simulated", "list_size": 10_000, "threshold": "0.6", "events": 3, "trials": 10_000}
    rates = {
        "fpir": 3e-4,
        "fpir_low": 6e-5,
        "fpir_high": 9e-4,
        "fnir": 0.11,
        "fnir_low": 0.1,
        "fnir_high": 0.12,
    }
    none = row | rates | {"threshold": "0.64", "events": 0, "fpir": 0.0, "fpir_low": 0.0}
    model = row | rates | {"kind": "model"}
    rows = drawn(accuracy_det(pd.DataFrame([row | rates, none, model])))
    assert {shown["threshold"] for shown in rows} == {"0.60"}


def test_a_threshold_set_on_one_list_and_used_on_another_has_a_name_of_its_own():
    row = {"target": 1 / 6000, "set_on": 1_000, "used_on": 10_000, "threshold": "0.576", "events": 17}
    rates = {"trials": 10_000, "fpir": 17e-4, "fpir_low": 1e-3, "fpir_high": 3e-3}
    (shown,) = {
        (row["aim"], row["use"], row["counts"])
        for row in drawn(accuracy_calibration(pd.DataFrame([row | rates])))
    }
    assert shown == ("1 in 6,000", "set on 1,000, used on 10,000", "17 of 10,000")


def test_the_straight_line_stops_at_the_ceiling():
    row = {"threshold": "0.52", "events": 10, "trials": 10, "fpir": 1.0, "fpir_low": 0.7, "fpir_high": 1.0}
    table = pd.DataFrame([row | {"list_size": 1_000_000, "fpir_closed": 1.0, "fpir_linear": 16.1}])
    chart = watchlist_fpir(table).to_dict()
    (dashed,) = (layer for layer in chart["layer"] if layer["mark"].get("strokeDash"))
    assert dashed["transform"] == [{"filter": "(datum.fpir_linear <= 100)"}]
