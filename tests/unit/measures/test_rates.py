"""Counts and rates by group, worked out by hand on a record of five rows."""

import numpy as np
import pandas as pd
import pytest

from pipeline.measures.rates import (
    COLUMNS,
    COUNTS,
    GROUPINGS,
    NOTES,
    RATES,
    by_era,
    by_month,
    by_year,
    measures_by,
)


@pytest.fixture
def by_year_table(small_record):
    changes = [pd.Timestamp("2023-05-15")]
    return measures_by(small_record, *by_year(small_record), 0.95, changes).set_index(["group", "measure"])


def test_every_group_has_every_measure_in_one_order(small_record):
    table = measures_by(small_record, *by_year(small_record), 0.95)
    assert list(table.columns) == COLUMNS
    assert list(table["group"].unique()) == ["2023", "2024", "2025"]
    assert list(table["measure"][:12]) == ["deployments", *COUNTS, *RATES]
    assert len(table) == 3 * 12


def test_counts_add_up(by_year_table):
    assert by_year_table.loc[("2023", "faces_scanned"), "value"] == 4000
    assert by_year_table.loc[("2023", "hours"), "value"] == 10
    assert by_year_table.loc[("2025", "deployments"), "value"] == 3
    assert by_year_table.loc[("2025", "arrests"), "value"] == 10


def test_a_rate_carries_its_numerator_and_denominator(by_year_table):
    row = by_year_table.loc[("2023", "false_alerts_per_alert")]
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 4, 0.25)
    assert row["low"] == pytest.approx(
        1 - 0.975 ** (1 / 4)
    )  # 1 of 4: P(no success) = 0.975 at the lower limit
    assert by_year_table.loc[("2023", "false_alerts_per_face_scanned"), "value"] == 1 / 4000


def test_rows_missing_either_side_are_left_out_of_both_and_counted(by_year_table):
    row = by_year_table.loc[("2025", "alerts_per_hour")]  # only the row with hours: 5 alerts in 5 hours
    assert (row["numerator"], row["denominator"], row["value"]) == (5, 5, 1)
    assert (row["rows"], row["rows_dropped"]) == (1, 2)


def test_no_false_alert_still_has_an_upper_bound(by_year_table):
    row = by_year_table.loc[("2025", "false_alerts_per_alert")]
    assert (row["value"], row["low"]) == (0, 0)
    assert row["high"] == pytest.approx(1 - 0.025 ** (1 / 9))


def test_more_arrests_than_alerts_is_a_ratio_and_no_error(by_year_table):
    row = by_year_table.loc[("2025", "arrests_per_alert")]
    assert (row["numerator"], row["denominator"]) == (10, 9)
    assert row["low"] < 10 / 9 < row["high"]


def test_a_year_without_deployments_has_none_and_otherwise_blanks(by_year_table):
    assert by_year_table.loc[("2024", "deployments"), "value"] == 0
    others = by_year_table.loc["2024"].drop("deployments")
    assert others["value"].isna().all()
    assert (others["rows"] == 0).all()


def test_a_group_that_spans_the_change_in_counting_says_so_where_faces_matter(by_year_table):
    notes = by_year_table["note"]
    assert "spans_change_in_counting" in notes[("2023", "false_alerts_per_face_scanned")]
    assert "spans_change_in_counting" in notes[("2023", "faces_scanned")]
    assert "spans_change_in_counting" not in notes[("2023", "false_alerts_per_alert")]
    assert "spans_change_in_counting" not in notes[("2025", "faces_scanned")]


def test_a_change_on_the_first_day_of_a_group_does_not_split_it(small_record):
    changes = [pd.Timestamp("2023-05-01")]
    table = measures_by(small_record, *by_year(small_record), 0.95, changes)
    assert not table["note"].str.contains("spans_change_in_counting").any()


def test_a_place_seen_at_two_thresholds_says_so(small_record):
    table = measures_by(small_record, *GROUPINGS["location"](small_record), 0.95)
    notes = table.set_index(["group", "measure"])["note"]
    assert notes[("Camden", "alerts")] == "several_thresholds;includes_transcription"
    assert notes[("Brixton", "alerts")] == ""
    assert set(";".join(table["note"]).split(";")) - {""} <= set(NOTES)


def test_eras_are_printed_with_two_decimals_and_come_in_rising_order(small_record):
    eras, names = by_era(small_record)
    assert names == ["not printed", "0.60", "0.64"]
    assert list(eras) == ["0.60", "0.60", "0.64", "0.64", "not printed"]


def test_months_run_without_a_gap(small_record):
    _, names = by_month(small_record)
    assert (names[0], names[-1], len(names)) == ("2023-05", "2025-03", 23)


@pytest.mark.parametrize("whole", ["alerts", "faces_scanned"])
def test_more_false_alerts_than_there_can_be_is_refused_naming_the_row(small_record, whole):
    small_record.loc[0, whole] = 0
    with pytest.raises(ValueError, match=f"{whole} in force-2023-05-01-1"):
        measures_by(small_record, *by_year(small_record), 0.95)


def test_a_record_without_any_hours_has_no_rate_per_hour(small_record):
    small_record["duration_hours"] = np.nan
    table = measures_by(small_record, *by_year(small_record), 0.95).set_index(["group", "measure"])
    assert np.isnan(table.loc[("2023", "alerts_per_hour"), "value"])
    assert np.isnan(table.loc[("2023", "hours"), "value"])
