"""From printed cells to the record: what the rules of harmonising say, on rows worked out by hand."""

import pandas as pd
import pytest

from pipeline.cleaning.clean import clean
from pipeline.cleaning.reference import SourceFacts
from pipeline.core.errors import RecordError
from pipeline.schemas.fields import DEPLOYMENTS
from tests.unit.cleaning.records import OLD, SOUND, correction, printed, reference, transcribed


def only_row(extracted, ref=None):
    record = clean(extracted, ref or reference()).deployments
    assert len(record) == 1
    return record.iloc[0]


def warnings(row):
    return row["warnings"].split(";") if row["warnings"] else []


def test_a_sound_row_is_harmonised_cell_by_cell():
    row = only_row({"grid": printed({})})
    assert list(row.index) == [field.name for field in DEPLOYMENTS]
    assert row["deployment_id"] == "metropolitan-2023-04-06-1"
    assert (row["duration_hours"], row["threshold_score"]) == (5.05, 0.6)
    assert (row["alerts"], row["true_alerts"], row["false_alerts"]) == (3, 2, 1)
    assert (row["source_id"], row["source_page"], row["source_row"]) == ("grid", 1, 1)
    assert row["source_kind"] == "published_record"
    assert row["warnings"] == ""


def test_a_row_of_2020_to_2022_says_that_arrests_include_disposals():
    row = only_row({"old": printed({}, source_id="old", like=OLD)})
    assert row["arrests"] == 1 and row["use_case"] == "Purposes 1 and 2"
    assert pd.isna(row["duration_hours"]) and pd.isna(row["threshold_score"])
    assert warnings(row) == ["arrests_include_disposals"]


def test_an_aborted_deployment_has_blank_figures_and_no_other_warning():
    figures = [
        "total_alerts",
        "false_alerts",
        "true_alerts",
        "arrests_or_disposals",
        "faces_seen",
        "false_alert_rate",
    ]
    flag = correction(
        source_id="old",
        column="alerts",
        action="flag",
        value=None,
        expect={"blank": True},
        warning="deployment_aborted",
    )
    row = only_row(
        {"old": printed(dict.fromkeys(figures, "N/A"), source_id="old", like=OLD)}, reference(flag)
    )
    assert row[["alerts", "true_alerts", "false_alerts", "arrests", "faces_scanned"]].isna().all()
    assert row["watchlist_size"] == 5816
    assert warnings(row) == ["deployment_aborted"]


def test_a_transcribed_row_takes_false_alerts_from_the_remark_and_true_alerts_by_subtraction():
    row = only_row({"copy": transcribed({})})
    assert (row["false_alerts"], row["true_alerts"]) == (1, 2)
    assert row[["true_alerts_confirmed", "true_alerts_unconfirmed", "source_page"]].isna().all()
    assert warnings(row) == ["true_alerts_by_subtraction", "transcribed_by_machine"]


def test_a_transcribed_row_without_a_remark_takes_no_false_alerts_from_a_rate_of_nought():
    row = only_row({"copy": transcribed({"false_alert_text": "", "false_alert_rate": "0%"})})
    assert (row["false_alerts"], row["true_alerts"]) == (0, 3)
    assert "false_alerts_from_printed_rate" in warnings(row)


def test_a_rate_above_nought_without_a_remark_leaves_false_alerts_blank():
    row = only_row({"copy": transcribed({"false_alert_text": "", "false_alert_rate": "0.0009%"})})
    assert pd.isna(row["false_alerts"]) and pd.isna(row["true_alerts"])


def test_parts_that_do_not_add_up_are_kept_and_flagged():
    row = only_row({"grid": printed({"total_alerts": "1", "false_confirmed": "0", "false_alert_rate": "0%"})})
    assert (row["alerts"], row["true_alerts"]) == (1, 2)
    assert "parts_do_not_add_up" in warnings(row)


@pytest.mark.parametrize(
    ("outcomes", "flagged"),  # arrests, other, no action against 1 confirmed true alert
    [(("1", "0", "0"), False), (("0", "0", "1"), False), (("1", "1", "0"), True), (("0", "0", "0"), True)],
)
def test_outcomes_are_compared_with_confirmed_true_alerts(outcomes, flagged):
    cells = dict(zip(["arrests", "other_disposals", "no_action"], outcomes, strict=True))
    assert ("outcomes_do_not_add_up" in warnings(only_row({"grid": printed(cells)}))) is flagged


@pytest.mark.parametrize(("arrests", "flagged"), [("0", False), ("1", True)])
def test_where_other_disposals_repeats_no_action_only_an_excess_is_flagged(arrests, flagged):
    repeat = correction(
        page=None, row=None, column="no_action", action="flag", value=None,
        expect={"equals_column": "other_disposals"}, warning="other_disposals_repeats_no_action",
    )  # fmt: skip
    row = only_row(
        {"grid": printed({"arrests": arrests, "other_disposals": "1", "no_action": "1"})}, reference(repeat)
    )
    assert ("outcomes_exceed_true_alerts" in warnings(row)) is flagged
    assert "outcomes_do_not_add_up" not in warnings(row)


@pytest.mark.parametrize(
    ("false_alerts", "faces", "printed_rate", "flagged"),  # by hand: 1 in 1,011 is 0.0989 %
    [
        ("1", "1011", "0.09%", False),  # cut off
        ("1", "1011", "0.10%", False),  # rounded
        ("1", "1011", "0.11%", True),
        ("1", "3940", "0.01%", True),  # 0.0254 %: George St, Croydon
        ("0", "3940", "0%", False),
        ("1", "2000", "0.05%", False),  # exactly
        ("1", "1600", "0.07%", True),  # 0.0625 %: rounding goes down, so printing up is wrong
    ],
)
def test_a_printed_rate_may_be_cut_off_or_rounded_but_nothing_else(
    false_alerts, faces, printed_rate, flagged
):
    cells = {"false_confirmed": false_alerts, "faces_seen": faces, "false_alert_rate": printed_rate}
    assert ("printed_rate_disagrees" in warnings(only_row({"grid": printed(cells)}))) is flagged


def test_rows_of_one_day_are_numbered_in_the_order_of_the_source():
    rows = printed(
        {"location": "B", "faces_seen": "2"}, {"location": "A", "faces_seen": "1"}, {"date": "05/04/23"}
    )
    record = clean({"grid": rows}, reference()).deployments
    assert list(record["deployment_id"]) == [
        "metropolitan-2023-04-05-1",
        "metropolitan-2023-04-06-1",
        "metropolitan-2023-04-06-2",
    ]
    assert list(record["location"]) == ["Camden", "B", "A"]


def test_the_publishers_file_supersedes_the_transcription_up_to_its_last_date_and_no_further():
    own = printed({"date": "06/04/23"}, {"date": "08/04/23", "faces_seen": "700"})
    copy = transcribed(
        {"date": "06/04/23", "total_alerts": "4"},
        {"date": "08/04/23", "faces_seen": "700", "location": "Camden Town"},
        {"date": "09/04/23", "faces_seen": "900"},
        {"date": "01/01/24", "faces_seen": "901"},
    )
    result = clean({"grid": own, "copy": copy}, reference())
    assert list(result.deployments["source_id"]) == ["grid", "grid", "copy", "copy"]
    assert result.differences.to_dict("records") == [
        {"deployment_id": "metropolitan-2023-04-06-1", "date": "2023-04-06", "location": "Camden",
         "field": "alerts", "published": "3", "transcribed": "4"},
        {"deployment_id": "metropolitan-2023-04-08-1", "date": "2023-04-08", "location": "Camden",
         "field": "location", "published": "Camden", "transcribed": "Camden Town"},
    ]  # fmt: skip


def test_differences_show_what_was_transcribed_even_where_the_ledger_corrects_it():
    mend = correction(
        source_id="copy",
        page=None,
        column="false_alerts",
        value=1,
        expect={"eq": 2},
        warning="false_alerts_corrected",
    )
    copy = transcribed({"false_alert_text": "2 false alerts confirmed"})
    differences = clean({"grid": printed({}), "copy": copy}, reference(mend)).differences
    assert differences[["field", "published", "transcribed"]].to_numpy().tolist() == [
        ["false_alerts", "1", "2"]
    ]


def test_two_rows_with_equal_date_and_faces_are_paired_in_order():
    own = printed({"location": "A"}, {"location": "B"})
    copy = transcribed({"location": "A"}, {"location": "B"})
    assert clean({"grid": own, "copy": copy}, reference()).differences.empty


@pytest.mark.parametrize(
    ("own", "copy", "file"),
    [
        ([{}, {"faces_seen": "77"}], [{}], "grid.csv row 3"),
        ([{}], [{}, {"faces_seen": "77"}], "copy.csv row 3"),
    ],
)
def test_a_row_without_a_counterpart_on_either_side_is_an_error(own, copy, file):
    with pytest.raises(RecordError, match=file) as refused:
        clean({"grid": printed(*own), "copy": transcribed(*copy)}, reference())
    assert "2023-04-06, 77" in str(refused.value)


def test_labels_of_one_place_are_joined_and_other_labels_stand_for_themselves():
    rows = printed({"location": "Ealing B’way"}, {"location": "Acton", "faces_seen": "1"})
    result = clean({"grid": rows}, reference(places={"Ealing B’way": "Ealing Broadway"}))
    assert dict(zip(result.places["location"], result.places["place"], strict=True)) == {
        "Acton": "Acton",
        "Ealing B’way": "Ealing Broadway",
    }
    assert set(result.deployments["location"]) == {"Acton", "Ealing B’way"}


def test_the_same_purpose_numbers_mean_what_their_own_list_says():
    ref = reference(use_cases={("", "1, 2"): "wrong list", ("old", "1, 2"): "Purposes 1 and 2"})
    assert only_row({"old": printed({}, source_id="old", like=OLD)}, ref)["use_case"] == "Purposes 1 and 2"


def test_the_input_tables_are_left_as_they_were():
    table = printed({})
    clean({"grid": table}, reference(correction()))
    assert table.equals(printed({}))


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ({"date": "32/01/25"}, ["date", "no such day", '"32/01/25"', "corrections.yaml"]),
        ({"date": ""}, ["date", "DD/MM/YY", "corrections.yaml"]),
        ({"duration": "5h 61m"}, ["duration", '"5h 61m"', "corrections.yaml"]),
        ({"faces_seen": "c. 4,000"}, ["faces_seen", '"c. 4,000"', "data/reference/lookups/counts.yaml"]),
        ({"threshold": "64"}, ["threshold", '"64"', "corrections.yaml"]),
        ({"false_alert_rate": "tiny"}, ["false_alert_rate", '"tiny"', "corrections.yaml"]),
        ({"use_case": "Concert"}, ["use_case", '"Concert"', "data/reference/lookups/use_cases.yaml"]),
        ({"false_confirmed": "5"}, ["false alerts exceed alerts (3)", '"5"', "corrections.yaml"]),
    ],
)
def test_a_bad_cell_is_refused_with_file_row_value_and_next_step(cells, parts):
    with pytest.raises(RecordError) as refused:
        clean({"grid": printed({"faces_seen": "9"}, cells)}, reference())
    message = str(refused.value)
    assert message.startswith("data/extracted/grid.csv row 3 (page 1 row 2 as published): ")
    for part in parts:
        assert part in message


def test_of_several_bad_cells_the_first_row_is_named():
    rows = printed({}, {"date": "32/01/25"}, {"duration": "9h 99m"})
    with pytest.raises(RecordError, match=r"row 3 "):
        clean({"grid": rows}, reference())


def test_a_row_printed_twice_is_refused_and_names_both():
    with pytest.raises(RecordError, match=r"row 3 .*repeats row 2 .*Camden, 2023-04-06"):
        clean({"grid": printed({}, {})}, reference())


def test_a_row_printed_twice_in_two_editions_is_refused_too():
    ref = reference()
    ref.sources["later"] = ref.sources["grid"]
    with pytest.raises(RecordError, match=r"later.csv row 2 .*repeats row 2 .*grid.csv"):
        clean({"grid": printed({}), "later": printed({}, source_id="later")}, ref)


def test_two_rows_that_differ_in_one_figure_are_two_rows():
    assert len(clean({"grid": printed({}, {"duration": "5h 04m"})}, reference()).deployments) == 2


def test_a_repeated_row_can_be_kept_or_dropped_by_the_ledger():
    keep = correction(row=2, action="flag", value=None, warning="repeated_row_kept")
    drop = correction(row=2, action="drop", value=None, warning=None)
    rows = {"grid": printed({}, {})}
    assert len(clean(rows, reference(keep)).deployments) == 2
    assert len(clean(rows, reference(drop)).deployments) == 1


def test_an_unknown_force_is_refused():
    with pytest.raises(RecordError, match=r'unknown force: "metropolitan"; .*forces.csv'):
        clean({"grid": printed({})}, reference(forces=frozenset({"essex"})))


def test_a_source_that_nobody_described_is_refused():
    with pytest.raises(RecordError, match=r'unknown source: "mystery"; .*sources.yaml'):
        clean({"mystery": printed({})}, reference())


def test_a_renamed_column_is_refused_by_name():
    with pytest.raises(RecordError, match=r'grid.csv: column missing: "faces_seen"'):
        clean({"grid": printed({}).rename(columns={"faces_seen": "faces"})}, reference())


def test_an_unknown_layout_is_refused_with_the_columns_found():
    with pytest.raises(RecordError, match=r'unknown layout.*"source_id, page'):
        clean({"grid": printed({}).drop(columns="true_confirmed")}, reference())


def test_no_table_at_all_is_refused():
    with pytest.raises(RecordError, match=r"extract_tables"):
        clean({}, reference())


def test_every_sound_cell_of_the_test_row_matters():
    """A guard on the tests themselves: the record must change when any figure of the sound row does."""
    figures = [
        "faces_seen",
        "watchlist_size",
        "total_alerts",
        "true_confirmed",
        "arrests",
        "no_action",
        "other_disposals",
    ]
    before = only_row({"grid": printed({})})
    for figure in figures:
        assert not only_row({"grid": printed({figure: str(int(SOUND[figure]) + 1)})}).equals(before), figure


def test_a_simulated_deployment_is_refused_whoever_registers_it():
    ref = reference(sources={"grid": SourceFacts("metropolitan", "simulation")})
    with pytest.raises(RecordError, match=r"grid.csv row 2 .*simulated deployment is no part of the record"):
        clean({"grid": printed({})}, ref)


def test_a_row_that_its_publisher_changed_in_a_later_edition_says_so():
    extracted = {"grid": printed({}, {"location": "Brent"}, {"location": "Acton"})}
    extracted["grid"].loc[2, "page"] = ""  # a row that the publisher took out and that is kept
    record = clean(extracted, reference(revised=frozenset({("grid", 1, 2), ("grid", None, 3)}))).deployments
    marked = [("revised_by_publisher" in warnings(row)) for _, row in record.iterrows()]
    assert dict(zip(record["location"], marked, strict=True)) == {
        "Camden": False,
        "Brent": True,
        "Acton": True,
    }
