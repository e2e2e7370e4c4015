"""The tables behind the figures, from a record small enough to add up by hand."""

import pandas as pd
import pytest

from pipeline.figures import data


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Five deployments: two on one day of 2020, none in 2021, two in 2022, a transcribed one in 2023."""
    columns = [
        "deployment_id", "date", "location", "duration_hours", "watchlist_size", "threshold_score",
        "faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests", "source_kind",
    ]  # fmt: skip
    rows = [
        ("m-2020-01-05-1", "2020-01-05", "A St", 2.0, 100, None, 3000, 4, 3, 1, 2, "published_record"),
        (
            "m-2020-01-05-2",
            "2020-01-05",
            "B Rd",
            None,
            100,
            None,
            None,
            None,
            None,
            None,
            None,
            "published_record",
        ),
        ("m-2022-03-01-1", "2022-03-01", "A St", 4.0, 200, 0.6, 400, 10, 9, 1, 5, "published_record"),
        ("m-2022-03-02-1", "2022-03-02", "A Street", 1.0, 250, 0.64, 150, 2, 2, 0, 1, "published_record"),
        ("m-2023-05-09-1", "2023-05-09", "B Rd", None, None, 0.64, 301, 3, 3, 0, 0, "transcription"),
    ]
    breaks = pd.DataFrame(
        [
            ("faces_per_hour", "faces_per_hour", "2022-03-01", "yes"),
            ("alerts_per_hour", "faces_per_hour", "2022-03-01", None),
            ("alerts_per_hour", "alerts_per_hour", "2022-03-02", None),
        ],
        columns=["series", "located_in", "first_date_after", "change_in_counting"],
    )
    places = pd.DataFrame(
        [("A St", "A Street"), ("A Street", "A Street"), ("B Rd", "B Road")], columns=["location", "place"]
    )
    return {
        "met": pd.DataFrame(rows, columns=columns),
        "faces_break": breaks,
        "places": places,
        "params": pd.DataFrame({"confidence": [0.95]}),
    }


def test_a_year_without_deployments_stands_with_a_zero(tables):
    table = data.fig_deployments_by_year(tables)
    assert table[["year", "origin", "deployments"]].to_numpy().tolist() == [
        [2020, "Met's own file", 2],
        [2021, "Met's own file", 0],
        [2022, "Met's own file", 2],
        [2023, "transcription", 1],
    ]


def test_months_without_deployments_stand_with_zeros(tables):
    table = data.fig_explorer(tables).set_index("month")
    assert len(table) == 41  # January 2020 to May 2023: 3 years and 5 months
    assert table.loc["2022-03"].tolist() == [2, 550, 12, 6]
    assert table.loc["2021-07"].tolist() == [0, 0, 0, 0]


def test_outcomes_add_up_per_year_and_keep_their_denominator(tables):
    table = data.fig_alerts_outcomes_by_year(tables)
    assert table[table["year"] == 2022].to_numpy().tolist() == [
        [2022, 12, "false_alerts", 1],
        [2022, 12, "true_alerts", 11],
    ]
    assert table.loc[table["year"] == 2021, "count"].tolist() == [0, 0]


def test_deployments_with_one_watchlist_on_one_day_stand_together(tables):
    table = data.fig_watchlist_and_threshold(tables)
    assert table.to_numpy().tolist() == [
        ["2020-01-05", 100, "not printed", 2],
        ["2022-03-01", 200, "0.60", 1],
        ["2022-03-02", 250, "0.64", 1],
    ]


def test_the_level_of_a_stretch_is_all_faces_over_all_hours(tables):
    table = data.fig_faces_per_hour(tables)
    assert table["stretch"].tolist() == [1, 2, 2]
    assert table["faces_per_hour"].tolist() == [1500.0, 100.0, 150.0]
    # second stretch: (400 + 150) faces / (4 + 1) hours, (10 + 2) alerts / 5 hours
    assert table["faces_per_hour_of_stretch"].tolist() == [1500.0, 110.0, 110.0]
    assert table["alerts_per_hour_of_stretch"].tolist() == [2.0, 2.4, 2.4]
    assert table["change_in_counting"].tolist() == ["", "yes", "yes"]


def test_multiples_of_fifteen_are_counted_with_an_exact_interval(tables):
    table = data.fig_faces_multiples_of_15(tables).set_index("year")
    # 3000 and 150 are multiples, 400 and 301 are not; a row without faces does not count
    assert table["multiples"].tolist() == [1, 1, 0]
    assert table["deployments"].tolist() == [1, 2, 1]
    # Clopper-Pearson for 1 of 1 at 95 %: lower limit 0.025, upper limit 1; for 0 of 1: 0 and 0.975
    assert table.loc[2020, ["low", "high"]].tolist() == pytest.approx([0.025, 1.0], abs=1e-4)
    assert table.loc[2023, ["low", "high"]].tolist() == pytest.approx([0.0, 0.975], abs=1e-4)


def test_spellings_of_one_place_are_counted_together(tables):
    table = data.fig_locations(tables)
    assert table[table["place"] == "A Street"][
        ["year", "deployments", "false_alerts"]
    ].to_numpy().tolist() == [
        [2020, 1, 1],
        [2022, 2, 1],
    ]


def test_only_counts_stand_among_the_differences(tables):
    columns = ["deployment_id", "date", "location", "field", "published", "transcribed"]
    rows = [
        ("m-2022-03-01-1", "2022-03-01", "A St", "location", "A St", "A St."),
        ("m-2022-03-01-1", "2022-03-01", "A St", "alerts", "10", "9"),
    ]
    table = data.fig_differences({"differences": pd.DataFrame(rows, columns=columns)})
    assert table[["field", "published", "transcribed", "difference"]].to_numpy().tolist() == [
        ["alerts", 10, 9, -1]
    ]


def test_rates_carry_their_counts_and_leave_out_groups_without_a_denominator():
    measures = pd.DataFrame(
        [
            ("0.60", "false_alerts_per_alert", 0.1, 1, 10, 0.01, 0.4, 3, 1, "several_thresholds"),
            ("0.62", "false_alerts_per_alert", None, None, None, None, None, 0, 2, None),
            ("0.60", "alerts", 10, None, None, None, None, 3, 1, None),
        ],
        columns=[
            "group",
            "measure",
            "value",
            "numerator",
            "denominator",
            "low",
            "high",
            "rows",
            "rows_dropped",
            "note",
        ],
    )
    table = data.fig_false_alerts_two_denominators({"measures_by_era": measures})
    assert table.to_numpy().tolist() == [
        ["0.60", "per alert", 1, 10, 0.1, 0.01, 0.4, 3, 1, "several_thresholds"]
    ]


def test_claims_are_numbered_within_their_verdict_by_who_stated_them():
    claims = pd.DataFrame(
        [
            ("PC02", "b", "Met Commissioner", "reproduced"),
            ("PC01", "a", "A Newspaper", "reproduced"),
            ("LW01", "c", "Leapwise", "reproduced"),
            ("HO01", "d", "Home Office", "not_reproduced"),
        ],
        columns=["id", "claim", "stated_by", "verdict"],
    )
    table = data.fig_claims_by_verdict({"claims": claims})
    assert table[["id", "stated_by_group", "place"]].to_numpy().tolist() == [
        ["HO01", "Home Office", 1],
        ["LW01", "Leapwise", 1],
        ["PC02", "Metropolitan Police", 2],
        ["PC01", "others", 3],
    ]


def test_running_totals_of_short_spans_are_not_drawn_against_the_whole_record(tables):
    claims = pd.DataFrame(
        [
            (
                "PC01",
                "more than 7",
                "X",
                "arrests",
                "running_total",
                {"start": "2024-01-01", "until": "2024-05-01"},
                7,
                8,
            ),
            (
                "PC02",
                "more than 3",
                "X",
                "arrests",
                "running_total",
                {"start": "2025-01-01", "until": "2025-05-01"},
                3,
                4,
            ),
            ("PC03", "12 in May", "X", "arrests", None, None, 12, 12),
        ],
        columns=[
            "id",
            "claim",
            "stated_by",
            "unit",
            "function",
            "arguments",
            "value_claimed",
            "value_computed",
        ],
    )
    table = data.fig_cumulative_arrests(tables | {"claims": claims})
    record = table[table["kind"] == "record"]
    assert record["arrests"].tolist() == [2, 7, 8, 8]
    assert table.loc[
        table["kind"] == "claim", ["claim_id", "date", "arrests", "record_then"]
    ].to_numpy().tolist() == [["PC01", "2024-05-01", 7, 8]]
