"""The record of a simulated deployment has the published columns, keeps their rules and is read like them."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from pipeline.core.errors import RecordError
from pipeline.matching.record import deployment_record
from pipeline.matching.verification import Decision
from pipeline.matching.watchlist import RefusedError
from pipeline.measures.rates import by_era, measures_by
from pipeline.schemas.fields import DEPLOYMENTS, SOURCE_KINDS
from pipeline.schemas.tables import read_table, typed, validate
from tests.unit.matching.deployments import OPENS, deployment

DECISIONS = [
    Decision("PC 7", is_match=True, engaged=True, outcome="arrest"),
    Decision("PC 7", is_match=True, engaged=True, outcome="arrest"),
    Decision("PC 8", is_match=True, engaged=True, outcome="other_disposal"),
    Decision("PC 8", is_match=True, engaged=True, outcome="no_action"),
    Decision("PC 8", is_match=True, engaged=True, outcome="no_action"),
    Decision("PC 8", is_match=True, engaged=True, outcome="no_action"),
    Decision("PC 7", is_match=True, engaged=False),
    Decision("PC 7", is_match=False, engaged=True),
    Decision("PC 7", is_match=False, engaged=False),
    Decision("PC 7", is_match=False, engaged=False),
]


def day_with_every_kind_of_decision():
    """Ten faces alert, thirty do not, five cannot be compared; the kinds of decision differ in number."""
    day = deployment(threshold=0.64)
    day.scan(np.tile([1.0, 0.0], (10, 1)), OPENS)
    day.scan([[-1.0, 0.0]] * 30 + [[0.0, 0.0]] * 5, OPENS + timedelta(hours=1))
    for alert, decision in zip(day.awaiting, DECISIONS, strict=True):
        day.verify(alert.number, decision, OPENS + timedelta(hours=2))
    day.close(OPENS + timedelta(hours=5, minutes=3))
    return day


@pytest.fixture(scope="module")
def record():
    return deployment_record(day_with_every_kind_of_decision(), "simulated_force", "A square", number=2)


def test_each_cell_is_what_was_counted_by_hand(record):
    assert record == {
        "deployment_id": "simulated_force-2031-05-06-2",
        "force_id": "simulated_force",
        "date": "2031-05-06",
        "date_precision": "day",
        "location": "A square",
        "use_case": "warrants",
        "duration_hours": 5.05,
        "watchlist_size": 2,
        "threshold_score": 0.64,
        "faces_scanned": 45,
        "alerts": 10,
        "true_alerts": 7,
        "true_alerts_confirmed": 6,
        "true_alerts_unconfirmed": 1,
        "false_alerts": 3,
        "false_alerts_confirmed": 1,
        "false_alerts_unconfirmed": 2,
        "arrests": 2,
        "other_disposals": 1,
        "no_action": 3,
        "source_id": "simulation",
        "source_page": "",
        "source_row": 2,
        "source_kind": "simulation",
        "warnings": "",
    }


def test_the_columns_are_those_of_the_published_record_in_their_order(record):
    assert list(record) == [field.name for field in DEPLOYMENTS]


def test_it_passes_the_checks_of_the_published_record_and_survives_a_file(record, tmp_path):
    table = validate(typed(pd.DataFrame([record]), "deployments"), "deployments", "simulated")
    table.to_csv(tmp_path / "deployments.csv", index=False)
    pd.testing.assert_frame_equal(read_table(tmp_path / "deployments.csv"), table)


def test_the_cells_are_plain_values_that_any_tool_can_write(record):
    assert {type(value) for value in record.values()} == {str, int, float}


def test_a_record_can_never_pass_for_a_published_one(record):
    assert record["source_kind"] == "simulation"
    assert "simulation" in SOURCE_KINDS
    with pytest.raises(TypeError):
        deployment_record(day_with_every_kind_of_decision(), "f", "A", source_kind="published_record")


def test_a_day_without_an_alert_is_a_row_of_zeros_and_not_of_blanks():
    day = deployment()
    day.scan([[-1, 0]], OPENS)
    day.close(OPENS + timedelta(hours=1))
    record = deployment_record(day, "simulated_force", "A square")
    assert all(record[name] == 0 for name in record if "alerts" in name)
    assert (record["arrests"], record["no_action"], record["faces_scanned"]) == (0, 0, 1)
    validate(typed(pd.DataFrame([record]), "deployments"), "deployments", "simulated")


def test_an_open_deployment_has_no_record():
    with pytest.raises(RefusedError, match="close it before"):
        deployment_record(deployment(), "f", "A")


@pytest.mark.parametrize(("alerts", "message"), [(3, "3 alerts await an officer"), (1, "1 alert awaits")])
def test_a_record_waits_for_the_officer(alerts, message):
    day = deployment()
    day.scan([[1, 0]] * alerts, OPENS)
    day.close(OPENS)
    with pytest.raises(RefusedError, match=message):
        deployment_record(day, "f", "A")


def test_a_deployment_longer_than_a_day_breaks_the_rules_of_the_record():
    """The list expires after ten hours, but nobody closed the deployment."""
    day = deployment()
    day.close(OPENS + timedelta(hours=25))
    table = typed(pd.DataFrame([deployment_record(day, "f", "A")]), "deployments")
    with pytest.raises(RecordError, match="at most 24"):
        validate(table, "deployments", "simulated")


def test_the_measures_read_simulated_deployments_like_published_ones():
    """Random days with random decisions: the totals of the measures are those of the engine's own lists."""
    rng = np.random.default_rng([31, 2])
    days, records = [], []
    for number in range(1, 9):
        day = deployment(threshold=0.64 if number < 5 else 0.6)
        angle = rng.uniform(0, 2 * np.pi, rng.integers(20, 60))
        day.scan(np.column_stack([np.cos(angle), np.sin(angle)]), OPENS)
        for alert in day.awaiting:
            day.verify(alert.number, DECISIONS[rng.integers(len(DECISIONS))], OPENS)
        day.close(OPENS + timedelta(hours=2))
        days.append(day)
        records.append(deployment_record(day, "simulated_force", "A square", number))
    table = validate(typed(pd.DataFrame(records), "deployments"), "deployments", "simulated")
    numbers = table.select_dtypes("number").columns
    table = table.astype(dict.fromkeys(numbers, "float64")).assign(date=pd.to_datetime(table["date"]))

    groups, names = by_era(table)
    measured = measures_by(table, groups, names, 0.95).set_index(["group", "measure"])
    for era, some in (("0.64", days[:4]), ("0.60", days[4:])):
        decisions = [decision for day in some for decision in day.decisions.values()]
        false = sum(not decision.is_match for decision in decisions)
        assert len(decisions) > 20 and false > 0
        found = measured.loc[era]["value"]
        assert found["faces_scanned"] == sum(day.faces for day in some)
        assert found["alerts"] == len(decisions) == sum(len(day.alerts) for day in some)
        assert found["true_alerts"] == len(decisions) - false
        assert found["false_alerts"] == false
        assert found["arrests"] == sum(decision.outcome == "arrest" for decision in decisions)
        assert found["hours"] == 8
        assert found["false_alerts_per_alert"] == pytest.approx(false / len(decisions))
        assert found["alerts_per_hour"] == pytest.approx(len(decisions) / 8)
