"""The validator names the row, the column, what is wrong and what to write instead."""

import json
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from pipeline.core.paths import find_root
from pipeline.matching.record import deployment_record
from pipeline.matching.verification import Decision
from pipeline.standard.checks import breaches
from pipeline.standard.completeness import missing_fields
from pipeline.standard.fields import CORE, FIELDS, RECOMMENDED, REQUIRED, names
from pipeline.standard.report import REFUSED, to_json, to_text
from pipeline.standard.rules import RULES
from pipeline.standard.validate import validate_bytes, validate_file
from tests.unit.matching.deployments import OPENS, deployment
from tests.unit.standard.records import advice, as_csv, check, errors, record


def test_the_template_is_valid_and_states_every_recommended_field():
    report = check([record()])
    assert (report.exit_code, report.problems, report.absent) == (0, [], ())


def test_recommended_columns_may_be_left_out_and_are_named():
    kept = {name: cell for name, cell in record().items() if name in names(REQUIRED, CORE)}
    report = check([kept])
    assert (report.exit_code, report.absent) == (0, names(RECOMMENDED))


@pytest.mark.parametrize(
    ("column", "cell", "instead"),
    [
        ("date", "21/11/2026", "2026-11-21"),
        ("date", "1 Mar 2026", "2026-03-01"),
        ("date", "2026-03-02 00:00:00", "2026-03-02"),
        ("date", "46083", "2026-03-02"),  # day 0 is 30 December 1899; 2026-03-02 is 46,083 days later
        ("faces_scanned", "1,234", "1234"),
        ("faces_scanned", "c. 4,000", "4000"),
        ("faces_scanned", "1234.0", "1234"),
        ("alerts", "9 ", "9"),
        ("threshold_score", "60%", "0.6"),
        ("threshold_score", "64", "0.64"),
        ("threshold_score", "0,64", "0.64"),
        ("duration_hours", "5h03m", "5.05"),
        ("duration_hours", "5:03", "5.05"),
        ("duration_hours", "303", "5.05"),  # minutes
        ("start_time", "10am", "10:00"),
        ("start_time", "0.4375", "10:30"),  # a spreadsheet's fraction of a day: 10.5 of 24 hours
        ("camera_kind", "Vans", "van"),
        ("deletion_confirmed", "Yes", "yes"),
    ],
)
def test_a_usual_slip_is_answered_with_the_value_meant(column, cell, instead):
    report = check([record(**{column: cell})])
    assert (2, column) in [(row, name) for _, row, name in errors(report)]
    assert advice(report, column) == instead


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("other_disposals", "N/A", "word_for_blank"),
        ("location", "=HYPERLINK(A1)", "formula"),
        ("location", "@SUM(A1)", "formula"),
        ("vendor", "+44 20", "formula"),
        ("arrests", "#REF!", "formula"),
        ("location", "<img src=x onerror=alert(1)>", "markup"),
        ("location", "javascript:alert(1)", "markup"),
        ("location", "red \x1b[31m alert", "hidden_character"),
        ("location", "two\nlines", "hidden_character"),
        ("location", "turned\u202e round", "hidden_character"),
        ("location", "x" * 501, "too_long"),
        ("alerts", "-1", "out_of_range"),
        ("alerts", "1e3", "not_readable"),
        ("alerts", "٣", "not_readable"),
        ("date", "2026-02-30", "not_readable"),
        ("date", "1999-01-01", "out_of_range"),
        ("end_time", "25:00", "not_readable"),
        ("faces_method", "guess", "not_in_list"),
        ("watchlist_by_category", "wanted 900", "not_readable"),
        ("watchlist_by_category", "wanted:900;Wanted:300", "not_readable"),
        ("deployment_id", "1", "not_readable"),
        ("revision", "0", "out_of_range"),
        ("location", "", "blank"),
    ],
)
def test_a_cell_that_cannot_stand_is_an_error_of_its_row_and_column(column, cell, kind):
    assert (kind, 3, column) in errors(check([record(1), record(2, **{column: cell})]))


BREACHES = [
    ("key_differs", {"date": "2026-03-03"}),
    ("alerts_do_not_add_up", {"alerts": "10"}),
    ("true_alerts_do_not_add_up", {"true_alerts_unconfirmed": "0"}),
    ("false_alerts_do_not_add_up", {"false_alerts_confirmed": "0"}),
    ("more_true_alerts_than_alerts", {"alerts": "7", "false_alerts": ""}),
    ("more_false_alerts_than_alerts", {"alerts": "0", "true_alerts": ""}),
    ("more_alerts_than_faces", {"faces_scanned": "8"}),
    ("end_before_start", {"end_time": "10:00"}),
    ("duration_differs", {"duration_hours": "5.30"}),
    ("published_before", {"date_published": "2026-03-01"}),
    ("watchlist_categories_do_not_add_up", {"watchlist_size": "1201"}),
    ("more_children_than_people", {"watchlist_children": "1201"}),
    ("false_alert_groups_do_not_add_up", {"false_alerts_by_group": "white:2"}),
    ("more_found_than_passed", {"volunteers_found": "21"}),
    ("volunteers_half_stated", {"volunteers_passed": ""}),
    ("more_stops_than_true_alerts", {"engagements_true": "9"}),
    ("more_stops_than_false_alerts", {"engagements_false": "2"}),
    ("outcomes_exceed_stops", {"no_action": "5"}),
    ("outcomes_exceed_confirmed", {"arrests": "6"}),
]


@pytest.mark.parametrize(("rule", "changes"), BREACHES)
def test_each_rule_between_fields_finds_its_breach(rule, changes):
    report = check([record(1), record(2, **changes)])
    severity = next(stated.severity for stated in RULES if stated.name == rule)
    assert [(found.row, found.severity) for found in report.problems if found.kind == rule] == [(3, severity)]


def test_every_rule_has_a_breach_in_these_tests():
    tried = {rule for rule, _ in BREACHES} | {"key_repeated", "same_figures"}
    assert tried == {rule.name for rule in RULES}


def test_a_repeated_key_and_a_copied_row_are_found():
    twice = check([record(1), record(1)])
    assert ("key_repeated", 3, "deployment_id") in errors(twice)
    copied = check([record(1), record(2, faces_scanned="4001")])
    assert [(found.kind, found.row) for found in copied.problems] == [("same_figures", 3)]


def test_a_minute_of_rounding_is_no_breach_and_a_deployment_may_end_at_midnight():
    assert check([record(duration_hours="5.04")]).problems == []
    late = record(start_time="20:00", end_time="24:00", duration_hours="4")
    assert check([late]).problems == []


def test_figures_that_the_publisher_knows_not_to_add_up_are_a_warning():
    report = check([record(alerts="10", warnings="parts_do_not_add_up")])
    assert (report.exit_code, [found.kind for found in report.problems]) == (0, ["alerts_do_not_add_up"])


def test_a_rule_is_silent_where_a_figure_is_blank():
    assert errors(check([record(false_alerts="", true_alerts_unconfirmed="")])) == []


def test_blank_core_cells_are_one_warning_a_column():
    report = check([record(1, use_case=""), record(2, use_case=""), record(3)])
    assert [(found.kind, found.row, found.column) for found in report.problems] == [
        ("not_recorded", None, "use_case")
    ]
    assert "2 of 3 records (rows 2, 3)" in report.problems[0].wrong


def test_unknown_forces_are_named_and_simulated_ones_let_pass():
    row = record(force_id="metropolitn", deployment_id="metropolitn-2026-03-02-1")
    assert advice(check([row], forces=["essex", "metropolitan"]), "force_id") == "metropolitan"
    assert check([record()], forces=["essex"]).problems == []


def test_totals_and_notes_below_the_table_are_one_problem_each():
    blank = dict.fromkeys(record(), "")
    total = blank | {"alerts": "9"}
    named = blank | {"deployment_id": "Total", "alerts": "9"}
    note = blank | {"deployment_id": "Figures are provisional"}
    assert errors(check([record(), named, note, total])) == [
        ("total_row", 3, ""),
        ("note_row", 4, ""),
        ("note_row", 5, ""),
    ]
    assert errors(check([record(), total | {"arrests": "3"}])) == [("total_row", 3, "")]


def test_a_title_above_the_header_is_pointed_out_and_rows_keep_their_numbers():
    content = "Deployments of 2026\r\n\r\n" + as_csv([record(alerts="x y")])
    report = validate_bytes(content.encode(), "test.csv")
    assert ("header_not_first", 3, "") in errors(report)
    assert ("not_readable", 4, "alerts") in errors(report)


def test_publishers_names_of_columns_are_translated():
    row = {"Faces Seen" if name == "faces_scanned" else name: cell for name, cell in record().items()}
    report = check([row])
    assert errors(report) == [("column_name", 1, "faces_scanned")]
    assert advice(report, "faces_scanned") == "faces_scanned"


def test_missing_repeated_and_unknown_columns_are_told_apart():
    header = as_csv([record()]).replace("location,", "weather,", 1).replace("use_case,", "date,", 1)
    report = validate_bytes(header.encode(), "test.csv")
    kinds = {(found.kind, found.column) for found in report.problems}
    assert kinds >= {
        ("column_missing", "location"),
        ("column_missing", "use_case"),
        ("column_repeated", "date"),
        ("column_unknown", "weather"),
    }


def test_every_row_is_told_when_its_cells_are_too_many_or_too_few():
    lines = as_csv([record(1), record(2)]).splitlines()
    content = "\n".join([lines[0], lines[1] + ",1", lines[2].rpartition(",")[0]])
    assert errors(validate_bytes(content.encode(), "test.csv")) == [
        ("ragged_row", 2, ""),
        ("ragged_row", 3, ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_encoding_and_separator_gives_the_same_result(encoding, separator):
    rows = [record(1, location="Ealing B’way Stn"), record(2, alerts="x y")]
    report = check(rows, encoding, separator)
    assert (report.rows, errors(report)) == (2, [("not_readable", 3, "alerts")])


def test_windows_1252_is_read_with_a_warning():
    report = check([record(location="Ealing B’way Stn")], "cp1252")
    assert [(found.severity, found.kind) for found in report.problems] == [("warning", "encoding")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"hello",
        b"a,b,c\n1,2,3\n",
        b"alerts\0,arrests,date,location\n",
        b'date,alerts,arrests\n"1,2\n',
        b"%PDF-1.4",
        b"\xd0\xcf\x11\xe0 old workbook",
        b"PK\x03\x04 not a workbook",
        b"date,alerts,arrests\n" + b"," * 300,
        b"\x81date,alerts,arrests\n",
        b"date,alerts,arrests\n" + b"x" * 200_000,
    ],
)
def test_what_is_no_table_is_refused_in_words(content):
    report = validate_bytes(content, "test.csv")
    assert (report.exit_code, bool(report.refused), report.problems) == (REFUSED, True, [])
    assert to_text(report).startswith("NOT READ: test.csv")


def test_a_file_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200_000_001)
    assert "larger than 200 MB" in validate_file(path).refused


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path):
    assert "cannot be read" in validate_file(tmp_path / "none.csv").refused


def test_no_escape_sequence_of_a_file_reaches_the_terminal():
    hostile = "\x1b]0;title\x07\x9b31m\u202e"
    row = record(location=hostile) | {f"column {hostile}": hostile}
    report = validate_bytes(as_csv([row]).encode(), f"name{hostile}.csv")
    assert report.errors >= 2
    assert to_text(report).replace("\n", "").isprintable()
    assert to_json(report).replace("\n", "").isprintable()


def test_at_most_fifty_problems_of_a_kind_are_shown_and_all_are_in_the_json():
    report = check([record(number, alerts="x y") for number in range(1, 61)])
    shown = to_text(report)
    assert shown.count('"x y"') == 50
    assert "and 10 more of the kind not_readable" in shown
    assert len(json.loads(to_json(report))["problems"]) == 60


def test_records_of_simulated_deployments_pass():
    rows = []
    for number in (1, 2):
        day = deployment(threshold=0.64)
        day.scan(np.tile([1.0, 0.0], (number, 1)), OPENS)
        for alert in day.awaiting:
            day.verify(alert.number, Decision("PC 7", True, True, "arrest"), OPENS + timedelta(hours=1))
        day.close(OPENS + timedelta(hours=5, minutes=3))
        rows.append(deployment_record(day, "simulated_force", "A square", number))
    report = check(rows, forces=[])
    assert (report.exit_code, report.problems, report.rows) == (0, [], 2)


def test_the_published_record_has_no_error_at_the_core_level():
    root = find_root()
    forces = pd.read_csv(root / "data" / "reference" / "forces.csv")["force_id"]
    report = validate_file(root / "data" / "clean" / "deployments.csv", list(forces))
    assert errors(report) == []
    assert report.rows == len(pd.read_csv(root / "data" / "clean" / "deployments.csv"))


def test_blank_cells_are_counted_per_field_and_force():
    table = pd.DataFrame(
        {"force_id": ["essex", "essex", "surrey"], "alerts": [3, None, None], "location": ["a", "", "b"]}
    )
    counted = missing_fields(table).set_index(["force_id", "field"])["blank"]
    assert counted["essex", "alerts"] == 1
    assert counted["essex", "location"] == 1
    assert counted["surrey", "location"] == 0
    assert counted["surrey", "arrests"] == 1
    assert len(counted) == 2 * sum(field.level != "provenance" for field in FIELDS)


def test_a_table_without_the_columns_of_a_rule_is_not_judged_by_it():
    assert breaches(pd.DataFrame({"alerts": [5.0]}), np.array([2])) == []
