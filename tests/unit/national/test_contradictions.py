"""Published figures that exclude each other: small sets whose answer can be seen."""

import numpy as np
import pandas as pd
import pytest

from pipeline.core.paths import Paths, find_root
from pipeline.national.contradictions import contradictions, limits, side_by_side
from pipeline.schemas.tables import read_table


def totals(*rows: tuple) -> pd.DataFrame:
    """Totals of one force: measure, first day, last day, value, and how it is stated."""
    names = ["measure", "first_day", "last_day", "value", "qualifier"]
    table = pd.DataFrame([row if len(row) == 5 else (*row, "exact") for row in rows], columns=names)
    keys = [f"T{number}" for number in range(1, len(rows) + 1)]
    return table.assign(total_id=keys, force_id="essex", subgroup="")


def reports(*rows: tuple) -> pd.DataFrame:
    """Rows of one force: first day, last day, kind, fewest deployments, arrests."""
    names = ["first_day", "last_day", "kind", "deployments_low", "arrests"]
    table = pd.DataFrame(rows, columns=names).astype({"deployments_low": "Int64", "arrests": "Int64"})
    return table.assign(report_id=[f"R{number}" for number in range(1, len(rows) + 1)], force_id="essex")


def found(table: pd.DataFrame) -> list[tuple]:
    return list(table[["kind", "part_ids", "whole_id"]].itertuples(index=False, name=None))


PART, WHOLE = ("arrests", "2024-08-22", "2024-10-21"), ("arrests", "2023-10-01", "2025-02-28")


def test_a_part_cannot_exceed_its_whole():
    table = contradictions(totals((*PART, 25), (*WHOLE, 11)), reports())
    assert found(table) == [("part_exceeds_whole", "T1", "T2")]
    assert table.loc[0, ["part_value", "whole_value"]].to_list() == [25, 11]


@pytest.mark.parametrize(
    "pair",
    [
        [(*PART, 11), (*WHOLE, 11)],  # all of them on the first days
        [(*PART, 25), (*WHOLE, 11, "at_least")],  # more than 11 may be 25
        [(*PART, 25), ("arrests", "2024-08-23", "2025-02-28", 11)],  # the first day lies outside
        [(*PART, 25), ("deployments", "2023-10-01", "2025-02-28", 11)],  # another measure
        [(*PART, 12, "about"), (*WHOLE, 11)],  # about 12 may be 11
        [("threshold", "2024-08-22", "2024-10-21", 0.64), ("threshold", "2023-10-01", "2025-02-28", 0.6)],
    ],
)
def test_figures_that_may_both_be_right_are_no_contradiction(pair):
    assert contradictions(totals(*pair), reports()).empty


def test_totals_of_a_subgroup_are_left_aside():
    both = totals((*PART, 25), (*WHOLE, 11)).assign(subgroup=["", "Croydon"])
    assert contradictions(both, reports()).empty


def test_two_figures_for_the_same_days_are_named_once_the_larger_as_the_part():
    table = contradictions(totals((*WHOLE, 11), (*WHOLE, 12)), reports())
    assert found(table) == [("part_exceeds_whole", "T2", "T1")]


def test_rows_within_the_days_cannot_add_up_to_more_than_the_total_and_plans_add_nothing():
    rows = reports(
        ("2024-08-22", "2024-08-23", "result", 2, 7),
        ("2024-09-01", "2024-09-01", "result", 1, 5),
        ("2024-09-02", "2024-09-02", "announcement", 0, 9),
        ("2025-03-01", "2025-03-01", "result", 1, 9),
        ("2024-10-01", "2024-10-01", "no_figures", 1, None),
    )
    table = contradictions(totals((*WHOLE, 11), ("deployments", *WHOLE[1:], 4)), rows)
    assert found(table) == [
        ("rows_exceed_total", "R1;R2", "T1")
    ]  # 7 + 5 arrests; 2 + 1 + 1 deployments are 4
    assert table.loc[0, "part_value"] == 12


def test_true_and_false_alerts_of_the_same_days_must_add_up_to_the_alerts():
    days = ("2017-05-31", "2017-06-03")
    final = [("alerts", *days, 2632), ("true_alerts", *days, 173), ("false_alerts", *days, 2554)]
    assert found(contradictions(totals(*final), reports())) == [("alerts_do_not_add_up", "T2;T3", "T1")]
    final[0] = ("alerts", *days, 2727)  # 173 + 2,554
    assert contradictions(totals(*final), reports()).empty


def test_a_stated_value_allows_what_its_wording_allows():
    assert limits("exact", 0) == (0, 0)
    assert limits("at_least", 0) == (0, np.inf)
    assert limits("about", 50) == pytest.approx((45, 55))


def test_a_measure_with_one_total_alone_has_nothing_beside_it():
    both = totals((*PART, 25), (*WHOLE, 11), ("deployments", *WHOLE[1:], 38))
    assert side_by_side(both)["total_id"].to_list() == ["T1", "T2"]


def test_the_contradictions_that_readers_of_the_record_know_are_found():
    """Essex 25 arrests against 11 and 1.3 million faces against 383,356; the alerts of the 2017 final."""
    clean = Paths(find_root()).clean
    table = contradictions(
        read_table(clean / "published_totals.csv"), read_table(clean / "reported_deployments.csv")
    )
    known = set(found(table))
    assert {("part_exceeds_whole", "OA015", "OA007"), ("part_exceeds_whole", "OA018", "OA002")} < known
    assert ("alerts_do_not_add_up", "OA038;OA039", "OA037") in known
