"""The quality report says what a hand count of a small record says."""

import pandas as pd

from pipeline.cleaning.clean import clean
from pipeline.cleaning.quality import quality_report
from tests.unit.cleaning.records import correction, printed, reference, transcribed

EXTRACTED = {
    "grid": printed(
        {"faces_seen": "3940", "false_alert_rate": "0.02%"},  # 1 in 3,940 is 0.0254 %, cut off
        {"date": "07/04/23", "threshold": "0.64", "duration": "2h 00m"},
    ),
    "copy": transcribed(
        {"faces_seen": "3940", "total_alerts": "5"},
        {"date": "07/04/23", "arrests": "2"},
        {"date": "08/04/24", "false_alert_text": "", "false_alert_rate": "0%"},
    ),
}
TOTALS = pd.DataFrame(
    [
        ("metropolitan", "2023-01-01", "2023-12-31", "faces_scanned", 9400),  # 3,940 + 5,460
        ("metropolitan", "2023-01-01", "2023-12-31", "deployments", 3),
        ("metropolitan", "2023-04-07", "2023-04-07", "arrests", 1),
    ],
    columns=["force_id", "date_from", "date_to", "measure", "published"],
)
COUNTS = pd.DataFrame(
    [("metropolitan", 2023, 2), ("metropolitan", 2024, 1)], columns=["force_id", "year", "rows"]
)


def report(**changes):
    ref = reference(
        correction(value=3940, expect={"eq": 3940}), row_counts=COUNTS, published_totals=TOTALS, **changes
    )
    return quality_report(EXTRACTED, clean(EXTRACTED, ref), ref)


def check(name):
    return next(check for check in report()["checks"] if check["check"] == name)


def test_each_source_counts_rows_used_superseded_and_blank():
    grid, copy = report()["sources"]
    assert (grid["rows"], grid["rows_in_the_record"], grid["rows_superseded_by_the_publishers_file"]) == (
        2,
        2,
        0,
    )
    assert (copy["rows"], copy["rows_in_the_record"], copy["rows_superseded_by_the_publishers_file"]) == (
        3,
        1,
        2,
    )
    assert copy["rows_by_year"] == {"2023": 2, "2024": 1}
    assert grid["cells_blank"] == {} and copy["cells_blank"] == {"false_alert_text": 1}
    assert grid["cells"] == 2 * 16


def test_each_source_says_how_its_rates_were_printed():
    # 1 in 3,940 printed 0.02 % is cut off; 1 in 5,460 is 0.0183 %, printed 0.01 %, cut off too.
    assert report()["sources"][0]["printed_false_alert_rates"] == {"cut_off": 2}


def test_each_year_has_rows_totals_and_hours():
    first, second = report()["years"]
    assert (first["year"], first["rows"], first["rows_expected"]) == (2023, 2, 2)
    assert (first["faces_scanned"], first["alerts"], first["true_alerts"], first["false_alerts"]) == (
        9400,
        6,
        4,
        2,
    )
    assert first["duration_hours"] == 7.0 or first["duration_hours"] == 7.1  # 5.05 + 2.00 = 7.05
    assert second["duration_hours"] is None
    assert second["cells_blank"]["duration_hours"] == 1


def test_differences_are_counted_in_rows_and_cells():
    assert report()["differences"] == {
        "rows_compared": 2,
        "cells": 2,
        "cells_by_field": {"alerts": 1, "arrests": 1},
        "rows_with_other_alerts_or_arrests": 2,
        "largest_difference_in_alerts_or_arrests": 2,  # 3 alerts against 5
    }


def test_published_totals_stand_beside_ours():
    assert [
        (row["measure"], row["in_the_record"], row["difference"]) for row in report()["published_totals"]
    ] == [
        ("faces_scanned", 9400, 0),
        ("deployments", 2, -1),
        ("arrests", 1, 0),
    ]
    assert check("published_totals")["result"] == "note"
    assert "2 agree" in check("published_totals")["words"]


def test_the_ledger_is_reported_with_what_it_did():
    (entry,) = report()["corrections"]
    assert (entry["id"], entry["rows"], entry["was"], entry["now"]) == ("an-entry", 1, 3940, 3940)


def test_every_warning_is_listed_with_its_rows_even_if_there_are_none():
    rows = {entry["word"]: entry["rows"] for entry in report()["warnings"]}
    assert rows["transcribed_by_machine"] == 1 and rows["deployment_aborted"] == 0


def test_a_falling_threshold_fails_its_check():
    falling = {"grid": printed({"threshold": "0.64"}, {"date": "07/04/23", "threshold": "0.6"})}
    ref = reference(row_counts=COUNTS, published_totals=TOTALS)
    checks = quality_report(falling, clean(falling, ref), ref)["checks"]
    assert next(c["result"] for c in checks if c["check"] == "thresholds") == "fail"
    assert check("thresholds")["result"] == "pass"
