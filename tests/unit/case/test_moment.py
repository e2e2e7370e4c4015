"""The moment: quarters, links and classes against tables worked by hand, and the record's own sums."""

import doctest

import pandas as pd
import pytest

from pipeline.case import moment
from pipeline.case.moment import classes_of, events_of, links, quarters, tables
from pipeline.core.errors import RecordError
from pipeline.core.params import load_params
from pipeline.core.paths import Paths, find_root
from pipeline.schemas.tables import read_table

PATHS = Paths(find_root())
TIMELINE = pd.DataFrame(
    {
        "source_row": ["1", "2", "3"],
        "date": ["2024-05", "2024-04-02", "2025-01-01"],
        "first_day": ["2024-05-01", "2024-04-02", "2025-01-01"],
        "event": ["May", "April", "January"],
        "actor": ["A", "B", "C"],
        "page_url": ["https://1", "https://2", "https://3"],
    }
)
CHOSEN = [
    {"row": 1, "label": "Later", "kind": "law"},
    {"row": 2, "label": "Earlier", "kind": "start", "plan": True},
    {"row": 3, "label": "Last", "kind": "test"},
]
LINK = {
    "giver": "a",
    "taker": "b",
    "kind": "lends",
    "standing": "used",
    "since": "2024-01-01",
    "row": "rollout 1",
    "note": "",
}


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    return tables(PATHS, load_params(PATHS.root / "params.yaml"))


def test_the_worked_examples_are_true():
    assert doctest.testmod(moment).failed == 0


def test_a_bar_stands_on_the_first_line_of_its_quarter_only():
    days = pd.to_datetime(["2024-04-01", "2024-06-30", "2024-05-05", "2024-07-01"])
    deployments = pd.DataFrame({"date": days, "force_id": ["metropolitan", "metropolitan", "essex", "essex"]})
    table = quarters(deployments, events_of(CHOSEN, TIMELINE))
    assert table["line"].tolist() == [0, 1, 2, 3]
    assert table["quarter"].tolist() == ["2024 Q2", "2024 Q2", "2024 Q3", "2025 Q1"]
    assert table["label"].tolist() == ["Earlier", "Later", "", "Last"]
    assert table["metropolitan"].tolist() == [2, pd.NA, 0, 0]
    assert table["others"].tolist() == [1, pd.NA, 1, 0]


def test_an_event_keeps_its_page_and_whether_it_was_a_plan():
    events = events_of(CHOSEN, TIMELINE).set_index("label")
    assert events.loc["Earlier", ["plan", "page_url", "quarter"]].tolist() == ["yes", "https://2", "2024 Q2"]
    assert events.loc["Later", "plan"] == "no"


def test_an_event_that_the_time_line_lacks_is_refused():
    with pytest.raises(RecordError, match="no such row in policy_timeline"):
        events_of([{"row": 9, "label": "Invented", "kind": "law"}], TIMELINE)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"row": "rollout 7"}, "no such row"),
        ({"taker": "nowhere"}, "no such force"),
        ({"since": ""}, "used, but since when"),
    ],
)
def test_a_link_without_its_page_force_or_day_is_refused_by_name(changes, says):
    rollout = pd.DataFrame({"source_row": ["1"], "page_url": ["https://r"]})
    names = pd.Series({"a": "Avon", "b": "Borders"})
    assert links([LINK], {"rollout": rollout}, names)["page_url"].tolist() == ["https://r"]
    with pytest.raises(RecordError, match=says):
        links([LINK | changes], {"rollout": rollout}, names)


def test_a_force_changes_class_with_the_line_and_its_rows_go_with_it():
    forces = pd.DataFrame({"force_id": ["met", "essex", "suffolk"]})
    rollout = pd.DataFrame(
        {
            "force_id": ["met", "essex", "suffolk"],
            "status": ["own", "own", "shared"],
            "first_use": ["2016-08", "2023-10-24", "2025-02-22"],
            "own_capability_from": ["2020-02-11", "2024-08-22", ""],
            "vendor": ["NEC", "Corsight", ""],
            "threshold_score": [0.64, None, None],
        }
    )
    deployments = pd.DataFrame({"force_id": ["met"] * 5 + ["essex"] * 2 + ["suffolk"]})
    names = pd.Series({"met": "Met", "essex": "Essex", "suffolk": "Suffolk"})
    first, second = (
        classes_of(deployments, rollout, forces, names, line).set_index("class")
        for line in ("first", "second")
    )
    assert first.loc["pioneers", ["names", "rows", "with_threshold"]].tolist() == ["Met", 5, 1]
    assert first.loc["new leaders", ["names", "rows", "borrowed_first"]].tolist() == ["Essex", 2, 1]
    assert second.loc["pioneers", "forces"] == second.loc["new leaders", "forces"] == 0
    assert second.loc["own, neither", ["names", "rows"]].tolist() == ["Essex, Met", 7]
    assert first.loc["borrowers", "names"] == second.loc["borrowers", "names"] == "Suffolk"


def test_every_row_is_in_a_bar_and_in_a_class_under_both_lines(made):
    rows = len(read_table(PATHS.clean / "deployments.csv"))
    bars = made["moment_quarters"][["metropolitan", "others"]].sum().sum()
    assert bars == rows
    assert made["moment_classes"].groupby("cut_offs")["rows"].sum().tolist() == [rows, rows]


def test_the_seven_forces_of_the_announcement_are_the_seven_that_were_paid_for(made):
    # The Home Office's own list of 13 August 2025.
    funded = made["moment_links"].query("kind == 'funds'")["taker"]
    assert sorted(funded) == [
        "Bedfordshire",
        "Greater Manchester",
        "Hampshire",
        "Surrey",
        "Sussex",
        "Thames Valley",
        "West Yorkshire",
    ]
