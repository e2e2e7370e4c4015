"""Tables in chapters."""

import pandas as pd
import pytest

from pipeline.chapters import tables
from pipeline.chapters.tables import counts, load, rates, show_table
from pipeline.core.errors import RecordError


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(tables, "display", lambda data, raw: outputs.append(data))
    return outputs


def measures(**overrides):
    row = {
        "group": "2025",
        "measure": "false_alerts_per_alert",
        "value": 0.005,
        "numerator": 12,
        "denominator": 2404,
    }
    return pd.DataFrame([row | {"low": 0.0026, "high": 0.0087} | overrides])


def test_an_unknown_table_lists_those_there_are():
    with pytest.raises(RecordError, match="deployments"):
        load("deployment")


def test_a_rate_keeps_numerator_denominator_and_interval_together():
    row = rates(measures(), "false_alerts_per_alert").iloc[0].to_list()
    assert row == ["2025", "12", "2,404", "0.50 %", "0.26 % to 0.87 %"]


def test_a_rate_per_face_reads_as_one_in_so_many():
    table = measures(
        measure="false_alerts_per_face_scanned", value=1 / 1000, low=0.0, high=1 / 500, denominator=12000
    )
    assert rates(table, "false_alerts_per_face_scanned").iloc[0].to_list()[-2:] == [
        "1 in 1,000",
        "none to 1 in 500",
    ]


def test_a_rate_nobody_can_compute_has_no_row():
    assert rates(measures(value=None), "false_alerts_per_alert").empty


def test_a_count_nobody_printed_is_a_dash():
    names = ["deployments", "faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests", "hours"]
    long = pd.DataFrame({"group": "2020", "measure": names, "value": [3, 13200, 8, 1, 7, 1, None]})
    table = counts(long, "year")
    assert table.columns[0] == "year"
    assert table.iloc[0].to_list() == ["2020", "3", "13,200", "8", "1", "7", "1", "–"]


def test_a_hostile_place_cannot_become_markup(shown):
    show_table(pd.DataFrame({"place": ["<script>alert(1)</script>"], "n": [1]}), "A & B")
    assert "<script>" not in shown[0]["text/html"]
    assert "&lt;script&gt;" in shown[0]["text/html"]
    assert "<caption>A &amp; B</caption>" in shown[0]["text/html"]


def test_columns_of_figures_are_marked_and_columns_of_words_are_not(shown):
    show_table(pd.DataFrame({"place": ["Camden"], "share": ["0.5 %"], "faces": [12345]}))
    html = shown[0]["text/html"]
    assert "<td>Camden</td>" in html
    assert '<td class="num">0.5 %</td>' in html
    assert '<td class="num">12,345</td>' in html
