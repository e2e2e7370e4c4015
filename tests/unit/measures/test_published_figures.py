"""Measures of the committed record against figures worked out independently of this code."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.core.paths import Paths
from pipeline.measures.assumptions import read_assumptions
from pipeline.measures.breaks import changes_in_counting, find_breaks
from pipeline.measures.intervals import clopper_pearson
from pipeline.measures.rates import by_era, by_year, measures_by
from pipeline.measures.tables import read_deployments

PATHS = Paths(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def record():
    return read_deployments(PATHS.clean)


@pytest.mark.parametrize(
    ("year", "deployments", "faces", "alerts", "true", "false", "arrests", "hours"),
    [  # totals that were read off the publisher's files by another extraction
        ("2020", 3, 13_200, 8, 1, 7, 1, None),
        ("2021", 0, None, None, None, None, None, None),
        ("2022", 6, 144_366, 20, 17, 3, 8, None),
        ("2023", 23, 326_392, 58, 56, 2, 34, 117.8),
        ("2024", 180, 902_748, 1286, 1260, 27, 575, 941.7),
        ("2025", 231, 4_220_097, 2404, None, None, 1130, None),
        ("2026", 95, 1_700_390, 917, None, None, 444, None),
    ],
)
def test_totals_by_year_are_those_of_the_publisher(
    record, year, deployments, faces, alerts, true, false, arrests, hours
):
    values = measures_by(record, *by_year(record), 0.95).set_index(["group", "measure"])["value"][year]
    assert values["deployments"] == deployments
    expected = {
        "faces_scanned": faces,
        "alerts": alerts,
        "true_alerts": true,
        "false_alerts": false,
        "arrests": arrests,
    }
    for measure, total in expected.items():
        assert total is None or values[measure] == total
    assert hours is None or values["hours"] == pytest.approx(hours, abs=0.05)


@pytest.mark.parametrize(
    ("era", "deployments", "alerts", "false", "one_in_faces"),
    [("0.60", 112, 691, 25, 19_650), ("0.62", 10, 54, 4, 4_147)],
)
def test_the_earlier_threshold_eras_are_those_of_the_evidence_guide(
    record, era, deployments, alerts, false, one_in_faces
):
    table = measures_by(record, *by_era(record), 0.95).set_index(["group", "measure"])["value"][era]
    assert (table["deployments"], table["alerts"], table["false_alerts"]) == (deployments, alerts, false)
    assert round(1 / table["false_alerts_per_face_scanned"]) == one_in_faces


def test_the_present_threshold_to_10_may_2025_is_that_of_the_evidence_guide(record):
    rows = record[(record["threshold_score"] == 0.64) & (record["date"] <= "2025-05-10")]
    assert (len(rows), rows["faces_scanned"].sum(), rows["alerts"].sum()) == (155, 1_863_630, 1413)
    share = clopper_pearson(rows["false_alerts"].sum(), rows["alerts"].sum())
    assert (round(100 * share.low, 2), round(100 * share.high, 2)) == (0.11, 0.82)


@pytest.fixture(scope="module")
def found(record):
    return find_breaks(record, read_assumptions(PATHS.reference / "assumptions.yaml"), 0.95)[0]


def test_faces_were_counted_otherwise_between_january_and_july_2024(found):
    # The publisher's own tables: 5,065 faces an hour in late 2023, 300 in February to June 2024, 1,725 after.
    first, second = changes_in_counting(found)
    assert pd.Timestamp("2023-12-01") < first < pd.Timestamp("2024-02-01")
    assert pd.Timestamp("2024-07-01") < second < pd.Timestamp("2024-08-10")


def test_false_alerts_per_alert_fall_on_the_day_the_threshold_rose(found):
    # The search knows no thresholds; the publisher printed 0.62 to 23 July 2024 and 0.64 from 25 July 2024.
    own = found[(found["series"] == "false_alerts_per_alert") & (found["located_in"] == found["series"])]
    assert own["first_date_after"].max() == pd.Timestamp("2024-07-25")
