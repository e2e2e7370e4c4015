import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.compare import compare_tables
from pipeline.sources.report import differences_markdown, escape_markdown

COLUMNS = ["location", "date", "watchlist_size", "threshold", "total_alerts", "arrests", "faces_seen"]
ROWS = [
    ["Camden", "06/04/23", "9764", "0.6", "1", "0", "5460"],
    ["Croydon", "07/04/23", "9744", "0.6", "0", "0", "6790"],
    ["Croydon", "07/04/23", "9744", "0.6", "0", "0", "3930"],
    ["Islington", "20/04/23", "9816", "0.6", "1", "0", "3935"],
    ["Ealing", "21/04/23", "9817", "0.6", "0", "0", "4120"],
]


def table(rows, page="1"):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame.insert(0, "source_id", "alpha")
    frame.insert(1, "page", page)
    frame.insert(2, "row", [str(at) for at in range(1, len(rows) + 1)])
    return frame


def differences(old, new):
    return [
        (item.kind, (item.new or item.old)["location"], item.columns)
        for item in compare_tables(table(old), table(new))
    ]


def test_equal_editions_have_no_differences_wherever_the_rows_stand():
    assert compare_tables(table(ROWS), table(ROWS, page="7")) == []


def test_a_row_inserted_at_the_top_is_the_only_difference():
    new = [["Brent", "01/04/23", "9000", "0.6", "2", "1", "777"], *ROWS]
    assert differences(ROWS, new) == [("added", "Brent", ())]


def test_a_second_row_of_one_place_and_day_put_before_the_first_is_added_and_nothing_changed():
    new = [*ROWS[:1], ["Croydon", "07/04/23", "9744", "0.6", "5", "2", "8888"], *ROWS[1:]]
    (only,) = compare_tables(table(ROWS), table(new))
    assert only.kind == "added"
    assert only.new["faces_seen"] == "8888"


def test_a_removed_row_is_the_only_difference():
    (only,) = compare_tables(table(ROWS), table([ROWS[0], *ROWS[2:]]))
    assert (only.kind, only.old["faces_seen"]) == ("removed", "6790")


def test_a_changed_cell_is_reported_with_both_values():
    new = [row.copy() for row in ROWS]
    new[2][4] = "3"
    (only,) = compare_tables(table(ROWS), table(new))
    assert only.columns == ("total_alerts",)
    assert (only.old["total_alerts"], only.new["total_alerts"], only.new["faces_seen"]) == ("0", "3", "3930")


def test_added_removed_and_changed_together_are_told_apart():
    new = [row.copy() for row in ROWS if row[0] != "Camden"]
    new[2][5] = "4"  # Islington, arrests
    new.append(["Brent", "22/04/23", "9000", "0.62", "2", "1", "777"])
    assert differences(ROWS, new) == [
        ("removed", "Camden", ()),
        ("changed", "Islington", ("arrests",)),
        ("added", "Brent", ()),
    ]


def test_a_place_under_a_new_name_is_a_changed_row():
    new = [row.copy() for row in ROWS]
    new[0][0] = "Camden High St"
    assert differences(ROWS, new) == [("changed", "Camden High St", ("location",))]


def test_a_corrected_date_is_a_changed_row():
    new = [row.copy() for row in ROWS]
    new[3][1] = "20/04/24"
    assert differences(ROWS, new) == [("changed", "Islington", ("date",))]


def test_two_quiet_deployments_at_one_place_are_not_taken_for_one_that_moved():
    # They share eight zeros and the threshold, nine of eleven figures, but nothing that tells rows apart.
    zeros = {f"outcome_{at}": "0" for at in range(6)}
    old = table(ROWS).assign(**zeros)
    new = table([*ROWS[:4], ["Ealing", "29/05/23", "9901", "0.6", "0", "0", "2210"]]).assign(**zeros)
    assert [item.kind for item in compare_tables(old, new)] == ["removed", "added"]


def test_rows_printed_twice_are_counted():
    assert differences([ROWS[0], ROWS[0]], [ROWS[0]]) == [("removed", "Camden", ())]


def test_a_new_column_is_a_change_of_every_row_that_fills_it():
    new = table(ROWS[:1]).assign(duration="5h")
    (only,) = compare_tables(table(ROWS[:1]), new)
    assert (only.columns, only.old["duration"]) == (("duration",), "")


def test_against_an_empty_table_every_row_is_added():
    assert [item.kind for item in compare_tables(table([]), table(ROWS))] == ["added"] * len(ROWS)


@given(st.lists(st.sampled_from(ROWS), max_size=6), st.lists(st.sampled_from(ROWS), max_size=6))
def test_every_row_is_accounted_for_once(old, new):
    found = compare_tables(table(old), table(new))
    removed = sum(item.kind == "removed" for item in found)
    added = sum(item.kind == "added" for item in found)
    assert len(old) - removed == len(new) - added
    assert (found == []) == (sorted(old) == sorted(new))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "a | b",
        "[link](https://example.org)",
        "![x](y)",
        "`code`",
        "**bold** _it_",
        "@someone #12",
        "https://example.org www.example.org",
        "a\n\n# heading",
        "&lt;b&gt;",
        "\\|",
        "\u202ereversed\x1b[31m",
    ],
)
def test_text_from_outside_cannot_act_in_the_report(hostile):
    new = [row.copy() for row in ROWS]
    new[0][0] = hostile
    report = differences_markdown(compare_tables(table(ROWS), table(new)))
    (line,) = [line for line in report.splitlines() if line.startswith("| p. 1")]
    assert line.count("|") == 7  # six cells: nothing broke out of its own
    place = line.split(" | ")[2]
    without_references = place.replace("&#", "").replace(";", "")
    assert not set(without_references) & set("<>[]`*_@#!\\|&:\u202e\x1b")
    assert "www." not in place


def test_ordinary_cells_stay_readable():
    assert escape_markdown("St Ann’s (North), 5h 07m, 0.003%") == "St Ann’s (North), 5h 07m, 0.003%"


def test_a_very_long_cell_is_cut():
    assert len(escape_markdown("x" * 5000)) < 200
