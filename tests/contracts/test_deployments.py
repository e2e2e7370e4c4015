"""Contracts of the committed record: keys, rows, parts against totals, published totals.

The totals by year were added up from the publisher's files independently of this code.
"""

import pandas as pd
import pytest

from pipeline.core.io import read_json
from pipeline.core.paths import Paths, find_root
from pipeline.measures.tables import MET
from pipeline.schemas.fields import DEPLOYMENTS
from pipeline.schemas.tables import read_table, validate

PATHS = Paths(find_root())

# year: rows, faces, alerts, true, false, arrests
TOTALS = {
    2020: (3, 13_200, 8, 1, 7, 1),
    2022: (6, 144_366, 20, 17, 3, 8),
    2023: (23, 326_392, 58, 56, 2, 34),
    2024: (180, 902_748, 1_286, 1_260, 27, 575),
    2025: (231, 4_220_097, 2_404, 2_392, 12, 1_130),
    2026: (95, 1_700_390, 917, 909, 8, 444),
}


@pytest.fixture(scope="module")
def everything():
    return read_table(PATHS.clean / "deployments.csv")


@pytest.fixture(scope="module")
def record(everything):
    """The Met's rows; those of other forces have tests of their own."""
    return everything[everything["force_id"] == MET]


@pytest.fixture(scope="module")
def differences():
    return read_table(PATHS.clean / "differences.csv")


@pytest.fixture(scope="module")
def quality():
    return read_json(PATHS.derived / "quality.json")


def with_warning(record, word):
    return record[record["warnings"].str.split(";").map(lambda words: word in words)]


def test_the_record_satisfies_its_model(record):
    assert list(record.columns) == [field.name for field in DEPLOYMENTS]
    validate(record, "deployments", "deployments.csv")


def test_keys_are_unique_and_say_force_and_date(record):
    assert record["deployment_id"].is_unique
    start = record["force_id"] + "-" + record["date"] + "-"
    assert all(key.startswith(prefix) for key, prefix in zip(record["deployment_id"], start, strict=True))


def test_every_row_can_be_walked_back_to_one_printed_row(record):
    assert not record.duplicated(["source_id", "source_page", "source_row"]).any()
    for source_id, rows in record.groupby("source_id"):
        extracted = pd.read_csv(PATHS.extracted / f"{source_id}.csv", dtype=str, keep_default_na=False)
        printed = extracted.set_index(["page", "row"])["location"]
        for row in rows.itertuples():
            page = "" if pd.isna(row.source_page) else str(row.source_page)
            assert printed[page, str(row.source_row)] == row.location


def test_rows_are_in_order_of_date(record):
    assert record["date"].is_monotonic_increasing


def test_there_are_as_many_rows_per_force_and_year_as_expected_no_fewer_and_no_more(everything):
    found = everything.groupby([everything["force_id"], everything["date"].str[:4]]).size()
    expected = pd.read_csv(PATHS.reference / "row_counts.csv", dtype={"year": str})
    assert found.to_dict() == expected.set_index(["force_id", "year"])["rows"].to_dict()
    assert found["metropolitan"].to_dict() == {str(year): totals[0] for year, totals in TOTALS.items()}


@pytest.mark.parametrize("year", TOTALS)
def test_the_totals_of_each_year_are_those_of_the_printed_record(record, year):
    rows = record[record["date"].str.startswith(str(year))]
    sums = rows[["faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests"]].sum()
    assert (len(rows), *sums) == TOTALS[year]


@pytest.mark.parametrize(
    ("until", "year", "hours"),
    [("2023-12-31", 2023, 117.8), ("2024-12-31", 2024, 941.7), ("2025-07-11", 2025, 617.9)],
)
def test_hours_add_up_to_the_publishers_total_where_they_are_printed(record, until, year, hours):
    rows = record[record["date"].between(f"{year}-01-01", until)]
    assert rows["duration_hours"].notna().all()
    assert rows["duration_hours"].sum() == pytest.approx(hours, abs=0.05)


def test_the_first_half_of_2025_is_the_mets_own_file(record):
    """112 rows, 1,703,254 faces, 1,161 alerts, 1,154 true, 7 false, 510 arrests to 11 July 2025."""
    own = record[record["source_id"] == "met_2025_to_july"]
    sums = own[["faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests"]].sum()
    assert (len(own), *sums) == (112, 1_703_254, 1_161, 1_154, 7, 510)
    assert own["date"].max() == "2025-07-11"
    copied = record[record["source_id"] == "met_2025_transcribed"]
    assert copied["date"].min() > "2025-07-11" and len(copied) == 119


def test_the_window_of_the_annual_report_has_its_number_of_faces(record):
    """The Met's annual report of 2025 states 3,147,436 faces and 10 false alerts."""
    window = record[record["date"].between("2024-09-17", "2025-09-09")]
    sums = window[["faces_scanned", "alerts", "false_alerts", "arrests"]].sum()
    assert (len(window), *sums) == (207, 3_147_436, 2_073, 10, 957)


def test_parts_add_up_to_totals_but_in_the_one_row_that_prints_otherwise(record):
    known = record.dropna(subset=["alerts", "true_alerts", "false_alerts"])
    odd = known[known["true_alerts"] + known["false_alerts"] != known["alerts"]]
    assert list(odd["location"] + " " + odd["date"]) == ["Westminster 2024-01-10"]
    assert list(odd["deployment_id"]) == list(with_warning(record, "parts_do_not_add_up")["deployment_id"])
    for whole in ("true_alerts", "false_alerts"):
        split = record.dropna(subset=[f"{whole}_confirmed"])
        assert (split[f"{whole}_confirmed"] + split[f"{whole}_unconfirmed"] == split[whole]).all()


def test_the_threshold_rises_twice_and_never_falls(record):
    eras = record.dropna(subset="threshold_score").groupby("threshold_score")["date"].agg(["min", "max"])
    assert list(eras.index) == [0.60, 0.62, 0.64]
    assert list(eras["max"])[:2] == ["2024-06-28", "2024-07-23"]
    assert list(eras["min"])[1:] == ["2024-07-11", "2024-07-25"]


def test_only_2020_to_2022_lack_a_threshold(record):
    assert set(record.loc[record["threshold_score"].isna(), "date"].str[:4]) == {"2020", "2022"}


@pytest.mark.parametrize(
    ("word", "rows"),  # as counted by hand in the publisher's files
    [
        ("date_corrected", 1),
        ("deployment_aborted", 1),
        ("arrests_include_disposals", 8),
        ("parts_do_not_add_up", 1),
        ("outcomes_exceed_true_alerts", 21),
        ("other_disposals_repeats_no_action", 203),
        ("outcomes_do_not_add_up", 4),
        ("watchlist_size_implausible", 1),
        ("printed_rate_disagrees", 2),
        ("faces_count_split", 2),
        ("false_alerts_corrected", 1),
        ("threshold_from_source_note", 214),
        ("transcribed_by_machine", 214),
        ("true_alerts_by_subtraction", 214),
        ("repeated_row_kept", 0),
    ],
)
def test_each_warning_stands_on_as_many_rows_as_the_sources_give_cause_for(record, word, rows):
    assert len(with_warning(record, word)) == rows


def test_the_fixed_cameras_of_2025_have_the_published_totals(record):
    """12 rows to the end of 2025: 210,226 faces, 174 alerts, 84 arrests."""
    rows = with_warning(record, "fixed_camera_site_unmarked")
    rows = rows[rows["date"] < "2026"]
    assert (len(rows), *rows[["faces_scanned", "alerts", "arrests"]].sum()) == (12, 210_226, 174, 84)


def test_known_oddities_are_kept_as_printed_and_flagged(record):
    rows = record.set_index("deployment_id")
    dalston = rows.loc["metropolitan-2024-07-11-1"]
    assert (dalston["location"], dalston["watchlist_size"], dalston["threshold_score"]) == (
        "Dalston",
        15695,
        0.62,
    )
    bond = with_warning(record, "watchlist_size_implausible").iloc[0]
    assert (bond["location"], bond["watchlist_size"]) == ("Bond St Stn", 19199)
    aborted = rows.loc["metropolitan-2020-02-21-1"]
    assert aborted[["alerts", "faces_scanned", "arrests"]].isna().all() and aborted["watchlist_size"] == 7316
    carnival = with_warning(record, "faces_count_split")
    assert list(carnival["faces_scanned"]) == [51221, 51220] and list(carnival["false_alerts"]) == [0, 1]


def test_a_published_zero_is_a_zero_and_not_a_blank(record):
    assert (record["false_alerts"] == 0).sum() == 538 - 1 - (record["false_alerts"] > 0).sum()


def test_the_transcription_differs_in_alerts_or_arrests_in_fourteen_rows_and_never_in_faces(differences):
    figures = differences[differences["field"].isin(["alerts", "arrests"])]
    assert figures["deployment_id"].nunique() == 14
    off = (figures["published"].astype(int) - figures["transcribed"].astype(int)).abs()
    assert set(off) == {1, 2}
    assert "faces_scanned" not in set(differences["field"])


def test_the_wrong_remark_of_the_transcription_is_listed(differences):
    wrong = differences[differences["field"] == "false_alerts"]
    assert wrong[["date", "location", "published", "transcribed"]].to_numpy().tolist() == [
        ["2025-03-22", "North End Croydon", "0", "1"]
    ]


def test_differing_labels_are_listed_and_all_differences_belong_to_rows_of_the_mets_file(record, differences):
    assert "Clapham Junction" in set(differences.loc[differences["field"] == "location", "transcribed"])
    own = record.loc[record["source_id"] == "met_2025_to_july", "deployment_id"]
    assert set(differences["deployment_id"]) <= set(own)


def test_places_cover_every_label_once(everything):
    places = read_table(PATHS.clean / "places.csv")
    assert places["location"].is_unique and set(places["location"]) == set(everything["location"])
    assert places["rows"].sum() == len(everything)


def test_the_quality_report_fails_nowhere_and_counts_every_row(quality, everything):
    assert [check for check in quality["checks"] if check["result"] == "fail"] == []
    assert sum(source["rows_in_the_record"] for source in quality["sources"]) == len(everything)
    assert sum(year["rows"] for year in quality["years"]) == len(everything)


def test_published_totals_that_agree_and_disagree_are_the_known_ones(quality):
    off = {
        (t["date_from"], t["measure"]): t["difference"]
        for t in quality["published_totals"]
        if t["difference"]
    }
    assert off == {
        ("2024-09-17", "deployments"): 4,
        ("2024-09-17", "alerts"): -4,
        ("2024-09-17", "arrests"): -5,
        ("2024-01-01", "faces_scanned"): 11_000,
    }


def test_no_row_of_the_record_is_simulated(record):
    assert set(record["source_kind"]) == {"published_record", "transcription"}
    assert not record["source_id"].str.contains("simulation").any()


def test_a_surplus_and_a_shortage_of_rows_are_both_refused(everything):
    from pipeline.cleaning.checks import refuse_unexpected_row_counts
    from pipeline.core.errors import RecordError

    expected = pd.read_csv(PATHS.reference / "row_counts.csv")
    refuse_unexpected_row_counts(everything, expected)
    for wrong in (everything.iloc[1:], pd.concat([everything, everything.tail(1)])):
        with pytest.raises(RecordError, match=r"row_counts.csv"):
            refuse_unexpected_row_counts(wrong, expected)
    other_year = everything[everything["force_id"] == MET].tail(1).assign(date="2027-01-01")
    with pytest.raises(RecordError, match=r"metropolitan, 2027"):
        refuse_unexpected_row_counts(pd.concat([everything, other_year]), expected)
