"""Events, months and promises since the report, from tables small enough to count by hand."""

import pandas as pd
import pytest
from scipy.stats import beta

from pipeline.case.since import alerts, events, months, promises, time_line
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root
from pipeline.schemas.documents import read_document

PAGE = "https://example.org"
TIMELINE = pd.DataFrame(
    [
        ("2025-08-31", "2025-08-31", "too early", "A force", PAGE, "A"),
        ("2026-02", "2026-02-01", "a month", "A court", PAGE, "B"),
        ("2025-09-01", "2025-09-01", "first day", "A force", PAGE, "A"),
    ],
    columns=["date", "first_day", "event", "actor", "page_url", "trust"],
)
SINCE = {
    "looked_on": "2026-11-21",
    "events_from": "2025-09-01",
    "lanes": [{"lane": "Forces", "actors": ["A force"]}, {"lane": "Courts", "actors": ["A court"]}],
    "labels": [{"date": "2026-02", "actor": "A court", "label": "judged"}],
    "events": [{"date": "2026-01-05", "actor": "A force", "event": "beside", "page_url": PAGE, "trust": "B"}],
    "promises": [
        {
            "id": "reply",
            "label": "reply due",
            "what": "a reply",
            "by": "them",
            "said_on": "2025-12-04",
            "due": {"weeks": 12, "counted_from": "2026-02-12"},
            "found": "none",
            "note": "n",
        },
        {
            "id": "later",
            "what": "later",
            "by": "them",
            "due": {"day": "2026-12-01", "reason": "r"},
            "found": "none",
            "note": "n",
        },
        {"id": "open", "what": "open", "by": "them", "found": "none", "note": "n"},
    ],
}


def test_events_are_those_from_the_first_day_in_order_with_the_ones_found_beside():
    found = events(TIMELINE, SINCE)
    assert found["event"].to_list() == ["first day", "beside", "a month"]
    assert found["collected"].to_list() == [True, False, True]
    assert found["lane"].to_list() == ["Forces", "Forces", "Courts"]
    assert found["label"].to_list() == ["", "", "judged"]


def test_an_actor_in_no_lane_and_a_label_for_nothing_stop_the_build():
    stranger = TIMELINE.assign(actor="A stranger")
    with pytest.raises(RecordError, match=r"an actor in no lane: .*A stranger"):
        events(stranger, SINCE)
    idle = SINCE | {"labels": [{"date": "2026-03", "actor": "A court", "label": "x"}]}
    with pytest.raises(RecordError, match=r"a label for no event.*2026-03 A court"):
        events(TIMELINE, idle)


def test_days_overdue_are_counted_on_the_calendar():
    found = promises(SINCE).set_index("promise_id")
    # 12 February + 84 days is 7 May: 24 days of May left, 30, 31, 31, 30, 31 and 21 of November
    assert found.loc["reply", "due"] == "2026-05-07"
    assert found.loc["reply", "days_overdue"] == 24 + 30 + 31 + 31 + 30 + 31 + 21
    assert found.loc["later", "days_overdue"] == -10
    assert pd.isna(found.loc["open", "days_overdue"])
    assert pd.isna(found.loc["open", "days_since_said"])


def test_the_time_line_shows_labelled_events_and_what_is_overdue_alone():
    found = time_line(events(TIMELINE, SINCE), promises(SINCE))
    assert found["label"].to_list() == ["judged", "reply due"]
    assert found["end"].to_list() == ["2026-02-01", "2026-11-21"]


def test_months_count_rows_of_the_met_and_bounds_of_the_others_without_counting_a_row_twice():
    deployments = pd.DataFrame(
        {
            "force_id": ["metropolitan", "metropolitan", "essex", "metropolitan"],
            "date": pd.to_datetime(["2025-10-01", "2025-10-01", "2025-10-20", "2025-09-30"]),
        }
    )
    reports = pd.DataFrame(
        {
            "deployment_id": ["essex-2025-10-20-1", "", ""],
            "first_day": ["2025-10-20", "2025-10-30", "2025-09-29"],
            "last_day": ["2025-10-20", "2025-11-02", "2025-09-30"],
            "deployments_low": [1, 1, 1],
            "deployments_high": [1, 4, 1],
        }
    )
    found = months(deployments, reports, "2025-10-01").set_index(["month", "series"])
    bounds = found[["deployments_low", "deployments_high"]]
    assert bounds.loc[("2025-10", "met")].to_list() == [2, 2]
    assert bounds.loc[("2025-10", "others")].to_list() == [2, 5]
    assert found.loc[("2025-10", "others"), "last_day"] == "2025-11-02"
    assert len(found) == 2


def test_rates_before_and_since_are_of_one_threshold_with_exact_limits():
    met = pd.DataFrame(
        {
            "date": pd.to_datetime(["2025-09-30", "2025-10-01", "2025-10-02", "2025-10-03"]),
            "threshold_score": [0.64, 0.64, 0.60, 0.64],
            "alerts": [100.0, 40.0, 9.0, None],
            "false_alerts": [2.0, 1.0, 9.0, None],
            "arrests": [50.0, 20.0, 1.0, None],
        }
    )
    before, since = alerts(met, "2025-10-01", 0.95).to_dict("records")
    assert (before["false_alerts"], before["alerts"], since["false_alerts"], since["alerts"]) == (
        2,
        100,
        1,
        40,
    )
    assert before["low"] == pytest.approx(beta.ppf(0.025, 2, 99))
    assert before["high"] == pytest.approx(beta.ppf(0.975, 3, 98))
    assert since["ratio"] == pytest.approx((1 / 40) / (2 / 100))
    assert since["ratio_low"] < 1 < since["ratio_high"]


def test_every_actor_of_the_collected_time_line_has_a_lane():
    paths = Paths(find_root())
    since = read_document(paths.reference / "since.yaml", paths.reference / "schemas" / "since.schema.json")
    timeline = pd.read_csv(paths.clean / "policy_timeline.csv")
    found = events(timeline, since)
    assert set(found["lane"]) == {"Forces", "Ministers", "Courts", "Oversight"}
    assert len(found) == (timeline["first_day"] >= since["events_from"]).sum() + len(since["events"])
