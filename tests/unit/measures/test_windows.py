"""Twelve-month windows and running totals, counted by hand."""

import pandas as pd
import pytest

from pipeline.measures.windows import running_total, twelve_month_windows


@pytest.fixture
def record():
    days = pd.to_datetime(["2023-01-01", "2023-07-01", "2024-01-01", "2024-03-01"])
    return pd.DataFrame({"date": days, "arrests": [5.0, 10, 20, 40], "deployment_id": list("abcd")})


def test_a_window_that_has_the_claimed_total_is_named_by_its_days(record):
    finding = twelve_month_windows(
        record, 30, "arrests"
    )  # July 2023 and January 2024, without 1 January 2023
    assert finding.value == 30
    (window,) = finding.windows
    assert (window["first_end"], window["last_end"], window["total"]) == ("2024-01-01", "2024-02-29", 30)
    assert window["first_start"] == "2023-01-02"


def test_without_such_a_window_the_nearest_below_and_above_are_named(record):
    finding = twelve_month_windows(record, 32, "arrests")
    assert finding.value == 30
    assert [window["total"] for window in finding.windows] == [30, 70]
    assert finding.windows[1]["first_end"] == "2024-03-01"


def test_a_claim_beyond_every_window_names_the_nearest_one(record):
    finding = twelve_month_windows(record, 500, "arrests")
    assert (finding.value, len(finding.windows)) == (70, 1)


def test_a_record_shorter_than_a_year_is_refused(record):
    with pytest.raises(ValueError, match="twelve months"):
        twelve_month_windows(record.head(2), 10, "arrests")


def test_a_running_total_names_the_days_on_either_side_of_the_claimed_number(record):
    finding = running_total(record, 15, "arrests", "2023-01-01", "2024-02-01")
    assert finding.value == 35
    assert [(window["last_end"], window["total"]) for window in finding.windows] == [
        ("2023-07-01", 15),
        ("2024-01-01", 35),
    ]


def test_a_running_total_can_count_rows(record):
    assert running_total(record, 2, "deployment_id", "2023-01-01", "2024-12-31").value == 4


def test_a_span_without_deployments_is_refused(record):
    with pytest.raises(ValueError, match="no deployment"):
        running_total(record, 2, "arrests", "2022-01-01", "2022-12-31")
