"""The correction ledger changes exactly what it says, while the source says what it expects."""

import pandas as pd
import pytest

from pipeline.cleaning.clean import clean
from pipeline.core.errors import RecordError
from tests.unit.cleaning.records import correction, printed, reference, transcribed


def record(*entries, rows=({},)):
    return clean({"grid": printed(*rows)}, reference(*entries)).deployments


def refusal(*entries, rows=({},)):
    with pytest.raises(RecordError) as refused:
        record(*entries, rows=rows)
    return str(refused.value)


def test_an_override_puts_its_value_in_place_and_marks_the_row():
    row = record(correction()).iloc[0]
    assert row["faces_scanned"] == 546
    assert row["warnings"].split(";")[-1] == "cells_garbled"


def test_an_override_touches_no_other_row():
    rows = record(correction(), rows=({}, {"location": "Acton"}))
    assert list(rows["faces_scanned"]) == [546, 5460]
    assert "cells_garbled" not in rows["warnings"][1]


def test_a_blank_takes_the_value_out():
    assert pd.isna(record(correction(action="blank", value=None)).iloc[0]["faces_scanned"])


def test_a_flag_keeps_the_value():
    row = record(correction(action="flag", value=None, warning="faces_count_split")).iloc[0]
    assert row["faces_scanned"] == 5460 and row["warnings"] == "faces_count_split"


def test_a_drop_leaves_the_row_out():
    rows = record(correction(action="drop", value=None, warning=None), rows=({}, {"location": "Acton"}))
    assert list(rows["location"]) == ["Acton"]


def test_a_corrected_part_changes_the_total_made_of_it():
    row = record(correction(column="true_alerts_confirmed", value=2, expect={"eq": 1})).iloc[0]
    assert row["true_alerts"] == 3  # 2 confirmed and 1 unconfirmed


def test_a_corrected_date_makes_the_key():
    entry = correction(
        column="date", value="2024-04-06", expect={"printed": "06/04/23"}, warning="date_corrected"
    )
    row = record(entry).iloc[0]
    assert (row["deployment_id"], row["date"]) == ("metropolitan-2024-04-06-1", "2024-04-06")


def test_an_entry_may_name_the_row_by_its_key():
    entry = correction(source_id=None, page=None, row=None, deployment_id="metropolitan-2023-04-06-1")
    assert record(entry).iloc[0]["faces_scanned"] == 546


def test_an_entry_may_name_every_row_of_a_place_from_a_date_on():
    entry = correction(
        page=None, row=None, location="Camden", date_from="2023-04-07", action="flag", value=None,
        column="location", expect={"eq": "Camden"}, warning="fixed_camera_site_unmarked",
    )  # fmt: skip
    rows = record(entry, rows=({}, {"date": "07/04/23"}, {"date": "08/04/23", "location": "Acton"}))
    assert list(rows["warnings"].str.contains("fixed_camera")) == [False, True, False]


def test_a_cell_that_cannot_be_read_is_settled_by_an_entry_that_quotes_it():
    entry = correction(
        column="date", value="2023-04-06", expect={"printed": "36/04/23"}, warning="date_corrected"
    )
    assert record(entry, rows=({"date": "36/04/23"},)).iloc[0]["date"] == "2023-04-06"


def test_a_date_that_cannot_be_read_is_reported_even_beside_an_entry_that_asks_for_a_date():
    from_a_date = {"page": None, "row": None, "date_from": "2023-01-01"}
    entry = correction(column="location", action="flag", value=None, expect={"eq": "Camden"}, **from_a_date)
    assert "no such day" in refusal(entry, rows=({}, {"date": "36/04/23"}))


def test_an_unreadable_cell_does_not_pass_for_a_blank_one():
    entry = correction(expect={"blank": True})
    assert 'says: "about 500"' in refusal(entry, rows=({"faces_seen": "about 500"},))


def test_an_unreadable_cell_of_a_dropped_row_does_no_harm():
    entry = correction(action="drop", value=None, warning=None)
    rows = record(entry, rows=({"date": "36/04/23"}, {"location": "Acton"}))
    assert list(rows["location"]) == ["Acton"]


def test_settling_one_cell_does_not_hide_another():
    entry = correction(
        column="date", value="2023-04-06", expect={"printed": "36/04/23"}, warning="date_corrected"
    )
    message = refusal(entry, rows=({"date": "36/04/23", "duration": "9h 99m"},))
    assert "duration" in message and "9h 99m" in message


@pytest.mark.parametrize(
    ("expect", "found"),
    [
        ({"eq": 54600}, '"5460"'),
        ({"printed": "5,460"}, '"5460"'),
        ({"blank": True}, '"5460"'),
        ({"equals_column": "watchlist_size"}, '"5460"'),
    ],
)
def test_the_guard_stops_the_build_when_the_source_says_something_else(expect, found):
    message = refusal(correction(expect=expect))
    assert message.startswith("data/reference/corrections.yaml row (an-entry): faces_scanned should be ")
    assert found in message and "grid.csv row 2" in message and "amend or delete" in message


def test_a_guard_on_many_rows_must_hold_in_every_one():
    entry = correction(
        page=None, row=None, column="no_action", action="flag", value=None,
        expect={"equals_column": "other_disposals"}, warning="other_disposals_repeats_no_action",
    )  # fmt: skip
    assert "grid.csv row 3" in refusal(entry, rows=({}, {"no_action": "1", "location": "Acton"}))


def test_a_published_zero_is_quoted_as_zero_and_not_as_nothing():
    entry = correction(column="arrests", value=1, expect={"eq": 1})
    assert 'says: "0"' in refusal(entry, rows=({"arrests": "0"},))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"row": 7}, "matches no row"),
        ({"source_id": "elsewhere"}, "matches no row"),
        ({"column": "faces"}, 'unknown column: "faces"'),
        ({"column": "deployment_id"}, 'unknown column: "deployment_id"'),
        ({"warning": "odd"}, 'unknown warning: "odd"'),
        ({"value": "many"}, 'faces_scanned takes a value of type integer: "many"'),
        ({"value": 5.5}, "takes a value of type integer"),
        ({"column": "date", "value": "2024-13-01"}, 'date takes a value of type date: "2024-13-01"'),
        (
            {"source_id": None, "page": None, "row": None, "deployment_id": "metropolitan-1999-01-01-1"},
            "matches no row",
        ),
        ({"expect": {"equals_column": "faces"}}, "unknown column"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_by_name(changes, problem):
    message = refusal(correction(**changes))
    assert "(an-entry)" in message and problem in message


def test_a_value_beyond_the_allowed_range_is_refused():
    assert "(from grid page 1 row 1): column faces_scanned" in refusal(correction(value=10_000_000))


def test_a_correction_that_would_make_false_alerts_exceed_alerts_is_refused():
    assert "false alerts exceed alerts" in refusal(correction(column="alerts", value=0, expect={"eq": 3}))
    by_key = {"source_id": None, "page": None, "row": None, "deployment_id": "metropolitan-2023-04-06-1"}
    assert "false_alerts must not exceed alerts" in refusal(
        correction(column="alerts", value=0, expect={"eq": 3}, **by_key)
    )


def test_the_report_of_what_was_applied_gives_old_and_new_value():
    applied = clean({"grid": printed({})}, reference(correction())).applied
    assert applied == [{"id": "an-entry", "rows": 1, "was": 5460, "now": 546}]


def test_a_transcription_is_matched_by_its_corrected_date():
    entry = correction(source_id="copy", page=None, column="date", value="2023-04-06",
                       expect={"printed": "06/04/24"}, warning="date_corrected")  # fmt: skip
    result = clean({"grid": printed({}), "copy": transcribed({"date": "06/04/24"})}, reference(entry))
    assert len(result.deployments) == 1 and result.differences.empty
