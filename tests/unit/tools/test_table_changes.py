import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tools.table_changes import CellChange, compare_tables, summary


def table(*rows: str, columns: str = "row,place,date,alerts,faces") -> pd.DataFrame:
    return pd.DataFrame([row.split(",") for row in rows], columns=columns.split(","))


THREE = ("1,Croydon,07/12/23,1,3940", "2,Dalston,08/12/23,0,200", "3,Soho,09/12/23,2,900")


def test_equal_tables_differ_in_nothing():
    assert not compare_tables(table(*THREE), table(*THREE))


def test_a_changed_cell_is_named_by_row_and_column():
    changes = compare_tables(table(*THREE), table(THREE[0], "2,Dalston,08/12/23,0,250", THREE[2]))
    assert changes.cells == [CellChange("Dalston", "faces", "200", "250")]
    assert (changes.added, changes.removed) == ([], [])


def test_an_inserted_row_is_one_addition_and_the_later_rows_only_moved():
    new = table(
        "1,Brixton,01/12/23,4,50",
        "2,Croydon,07/12/23,1,3940",
        "3,Dalston,08/12/23,0,200",
        "4,Soho,09/12/23,2,900",
    )
    changes = compare_tables(table(*THREE), new)
    assert [row["place"] for row in changes.added] == ["Brixton"]
    assert changes.cells == [] and changes.removed == []
    assert changes.moved == {"row": 3}
    assert changes.count == 1


def test_a_removed_row_is_one_removal():
    changes = compare_tables(table(*THREE), table(THREE[0], THREE[2]))
    assert [row["place"] for row in changes.removed] == ["Dalston"]
    assert changes.count == 1


def test_a_row_whose_place_was_respelt_is_one_changed_row():
    changes = compare_tables(table(*THREE), table(THREE[0], "2,Dalston Kingsland,08/12/23,0,200", THREE[2]))
    assert [(cell.column, cell.old, cell.new) for cell in changes.cells] == [
        ("place", "Dalston", "Dalston Kingsland")
    ]
    assert changes.count == 1


def test_the_second_of_two_vans_at_one_place_and_day_can_change_alone():
    vans = ("1,Soho,09/12/23,2,900", "2,Soho,09/12/23,3,800")
    changes = compare_tables(table(*vans), table(vans[0], "2,Soho,09/12/23,4,800"))
    assert [(cell.column, cell.old, cell.new) for cell in changes.cells] == [("alerts", "3", "4")]


def test_a_row_that_shares_half_its_cells_or_less_was_replaced_not_changed():
    # of four cells (place, date, alerts, faces) only the date and the alerts agree
    changes = compare_tables(table("1,Soho,09/12/23,2,900"), table("1,Brent,09/12/23,2,100"))
    assert (len(changes.added), len(changes.removed), changes.cells) == (1, 1, [])


def test_the_order_of_rows_does_not_matter():
    assert compare_tables(table(*THREE), table(*reversed(THREE))).count == 0


def test_columns_that_came_or_went_are_said():
    new = table("1,Croydon,07/12/23,1", columns="row,place,date,hours")
    assert compare_tables(table(THREE[0]), new).columns == ["-alerts", "-faces", "+hours"]


def test_a_table_that_did_not_exist_is_all_added():
    changes = compare_tables(pd.DataFrame(), table(*THREE))
    assert len(changes.added) == 3


def test_a_long_measures_table_is_keyed_by_its_leading_columns_so_figures_may_change_freely():
    old = table(
        "2023,alerts,58,58,1", "2024,alerts,1286,1286,1", columns="group,measure,value,numerator,rows"
    )
    new = table(
        "2023,alerts,60,60,2", "2024,alerts,1286,1286,1", columns="group,measure,value,numerator,rows"
    )
    changes = compare_tables(old, new)
    assert {(cell.row, cell.column) for cell in changes.cells} == {
        ("2023", "value"),
        ("2023", "numerator"),
        ("2023", "rows"),
    }


def test_the_summary_counts_in_words():
    changes = compare_tables(table(*THREE), table("1,Croydon,07/12/23,1,3941", THREE[2]))
    assert summary(changes) == "1 row removed, 1 cell changed"


rows = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.integers(0, 3).map(str)), max_size=6
)


@given(rows, rows)
def test_no_row_is_lost_or_counted_twice(old_rows, new_rows):
    old, new = (pd.DataFrame(side, columns=["a", "b", "c"], dtype=str) for side in (old_rows, new_rows))
    changes = compare_tables(old, new)
    assert len(old) - len(changes.removed) == len(new) - len(changes.added)
    assert bool(changes) == (sorted(old_rows) != sorted(new_rows))
