"""The record of the other forces, against numbers counted by hand in the collection."""

import pandas as pd
import pytest

from pipeline.core.paths import Paths, find_root
from pipeline.measures.tables import MET
from pipeline.schemas.collected import COLLECTED
from pipeline.schemas.tables import read_table

CLEAN = Paths(find_root()).clean


@pytest.fixture(scope="module")
def deployments() -> pd.DataFrame:
    return read_table(CLEAN / "deployments.csv")


@pytest.fixture(scope="module")
def reported() -> pd.DataFrame:
    return read_table(CLEAN / "reported_deployments.csv")


def test_every_collected_row_arrives():
    rows = {name: len(read_table(CLEAN / f"{name}.csv")) for name in COLLECTED}
    assert rows == {
        "reported_deployments": 79,
        "published_totals": 270,
        "rollout": 23,
        "costs": 40,
        "policy_timeline": 56,
        "test_results": 60,
        "counter_evidence": 41,
        "stated_claims": 107,
    }


def test_only_single_days_that_took_place_are_deployments(deployments, reported):
    linked = reported[reported["deployment_id"] != ""]
    assert set(linked["deployment_id"]) == set(
        deployments.loc[deployments["force_id"] != MET, "deployment_id"]
    )
    assert len(linked) == 34  # 26 with figures and 8 without, counted in the collection
    assert set(linked["date_precision"]) == {"day"} and "announcement" not in set(linked["kind"])


def test_a_plan_shows_no_deployment_and_a_bundle_never_fewer_than_one(reported):
    plans = reported["kind"] == "announcement"
    assert plans.sum() == 13
    assert (reported.loc[plans, "deployments_low"] == 0).all()
    assert (reported.loc[~plans, "deployments_low"] >= 1).all()
    assert (reported["deployments_low"] <= reported["deployments_high"]).all()


def test_holyhead_adds_up_to_the_home_offices_own_totals(reported):
    table = reported[reported["source_id"] == "home_office_holyhead_2025"]
    assert len(table) == 8
    assert table[["faces_scanned", "alerts", "false_alerts", "arrests"]].sum().tolist() == [7512, 2, 0, 1]


def test_the_south_wales_table_adds_up_but_for_the_row_that_was_not_obtained(reported):
    table = reported[reported["source_id"] == "south_wales_2017_2018"]
    assert len(table) == 14
    assert table[["true_alerts", "false_alerts"]].sum().tolist() == [234, 2446]
    assert (table["alerts"] == table["true_alerts"] + table["false_alerts"]).all()


def test_every_row_names_a_page_that_can_be_opened_safely():
    for name in COLLECTED:
        table = read_table(CLEAN / f"{name}.csv")
        pages = table["page_url"]
        if "publisher_url" in table:
            pages = pd.concat([pages, table.loc[table["publisher_url"] != "", "publisher_url"]])
        assert pages.str.match(r"https?://[^\s/]+/\S*$|https?://[^\s/]+$").all(), name


def test_the_operating_points_that_anchor_the_benchmarks_are_those_collected():
    anchors = pd.read_csv(Paths(find_root()).reference / "operating_points.csv").set_index("point_id")
    results = read_table(CLEAN / "test_results.csv").set_index("point_id")
    assert anchors["value"].astype(float).tolist() == pytest.approx(
        results["value"].reindex(anchors.index).tolist()
    )
