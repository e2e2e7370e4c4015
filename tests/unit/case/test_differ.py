"""What is stated of each force: small tables worked by hand, and the record's own blanks."""

import doctest

import pandas as pd
import pytest

from pipeline.case import stated
from pipeline.case.differ import count_fields, count_settings, settings_by_force, tables
from pipeline.case.stated import lists_stated, policies_stated
from pipeline.core.errors import RecordError
from pipeline.core.params import load_params
from pipeline.core.paths import Paths, find_root
from pipeline.national.rows import Record

PATHS = Paths(find_root())


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    return tables(PATHS, load_params(PATHS.root / "params.yaml"))


def policy(**changes) -> pd.DataFrame:
    row = {
        "force_id": "a",
        "item": "list_cap",
        "value": "10",
        "page_url": "https://x.police.uk",
        "coder": "1",
    }
    return pd.DataFrame([row | changes])


def test_the_worked_examples_are_true():
    assert doctest.testmod(stated).failed == 0


def test_a_blank_is_a_blank_and_the_force_with_most_on_record_stands_first():
    cells = {
        ("b", "threshold"): ("0.64", "", "https://www.gov.uk/x"),
        ("b", "vendor"): ("NEC", "", "https://www.gov.uk/x"),
        ("a", "list cap"): ("2000", "2,000", "https://example.org"),
    }
    names = pd.Series({"a": "Avon", "b": "Borders", "c": "Cumbria"})
    table = settings_by_force(cells, ["a", "b", "c"], names)
    assert table["force"].drop_duplicates().tolist() == ["Borders", "Avon", "Cumbria"]
    assert len(table) == 3 * 7
    by_cell = table.set_index(["force_id", "item"])
    assert by_cell.loc[("a", "list cap"), ["value", "cell", "own_page"]].tolist() == ["2000", "2,000", "no"]
    assert by_cell.loc[("b", "threshold"), "own_page"] == "yes"
    assert by_cell.loc[("b", "vendor"), "own_page"] == ""  # whose page it is was not recorded
    assert by_cell.loc[("c", "threshold"), ["value", "cell", "stated"]].tolist() == ["", "–", "no"]
    counts = count_settings(table).set_index("item")
    assert counts.loc["threshold", ["stated", "own", "forces"]].tolist() == [1, 1, 3]
    assert counts.loc["list cap", ["stated", "own"]].tolist() == [1, 0]
    assert pd.isna(counts.loc["vendor", "own"])


def test_a_total_is_stated_but_no_row_of_the_force():
    forms = {"a": "table", "b": "total only", "c": "others' report", "d": "nothing found"}
    fields = pd.DataFrame(
        [{"force_id": force, "field": "faces", "form": form} for force, form in forms.items()]
    )
    found = count_fields(fields).iloc[0]
    assert found[["stated", "own", "forces", "total_only"]].tolist() == [3, 1, 4, 1]


def test_lists_are_those_of_the_latest_threshold_and_of_rows_before_totals():
    deployments = pd.DataFrame(
        {
            "force_id": ["a", "a", "a", "b"],
            "watchlist_size": [10, 50, 70, None],
            "threshold_score": [0.6, 0.64, 0.64, 0.64],
        }
    )
    reported = pd.DataFrame(
        {
            "force_id": ["c", "c"],
            "kind": ["result", "announcement"],
            "watchlist_size": [1200, 9],
            "watchlist_size_max": [1600, 9],
            "threshold_score": [None, None],
            "page_url": ["https://c", "https://plan"],
        }
    )
    totals = pd.DataFrame(
        {
            "force_id": ["b", "b", "a", "b"],
            "measure": [
                "watchlist_size_low",
                "watchlist_size_high",
                "watchlist_size",
                "watchlist_identities",
            ],
            "value": [400, 800, 99, 1],
            "page_url": ["https://b"] * 4,
        }
    )
    rollout = pd.DataFrame({"force_id": ["a", "b", "c"], "page_url": ["https://a", "", ""]})
    found = lists_stated(Record(deployments, reported, totals, rollout, ("a", "b", "c")))
    assert found == {"a": (50, 70, "https://a"), "b": (400, 800, "https://b"), "c": (1200, 1600, "https://c")}


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"item": "colour"}, "unknown item"), ({"page_url": ""}, "a value without its page")],
)
def test_a_policy_that_nobody_could_check_is_refused_with_its_row(changes, says):
    with pytest.raises(RecordError, match=rf"policies.csv row 2.*{says}"):
        policies_stated(policy(**changes))


def test_only_the_first_coder_speaks_here_and_blank_values_say_nothing():
    assert policies_stated(policy(coder="2")) == {}
    assert policies_stated(policy(value="", page_url="")) == {}


def test_every_user_is_coded_once_for_each_policy(made):
    policies = pd.read_csv(PATHS.reference / "policies.csv", dtype=str)
    first = policies[policies["coder"] == "1"]
    assert not first.duplicated(["force_id", "item"]).any()
    assert set(first["force_id"]) == set(made["differ_settings"]["force_id"])
    assert (first.groupby("force_id").size() == 5).all()


def test_the_thresholds_on_record_are_those_of_three_publishers(made):
    # Read by hand: the Met's table, the Home Office's table of Holyhead, and a trade report on South Wales.
    rows = made["differ_settings"].query("item == 'threshold' and stated == 'yes'")
    assert set(rows["force_id"]) == {"metropolitan", "immigration_enforcement", "south_wales"}
    assert set(rows["value"]) == {"0.64"}
    by_force = rows.set_index("force_id")["own_page"]
    assert by_force.to_dict() == {
        "metropolitan": "yes",
        "immigration_enforcement": "yes",
        "south_wales": "no",
    }
    assert made["differ_settings"].loc[made["differ_settings"]["stated"] == "yes", "page_url"].ne("").all()
