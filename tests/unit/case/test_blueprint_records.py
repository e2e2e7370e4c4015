"""National coordination: completeness, pooling, and where late starters begin."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import binomtest

from pipeline.case.blueprint.learning import fit, numbered, plain
from pipeline.case.blueprint.records import FIELDS, by_force, completeness, pooling

FORCES = pd.DataFrame({"force_id": ["metropolitan", "essex"], "name": ["Met", "Essex"]})


def _deployments(*rows):
    columns = ["force_id", *FIELDS.values()]
    return pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows])


FULL = ("metropolitan", pd.Timestamp("2025-01-01"), "Soho", 5.0, 16000, 0.64, 900.0, 3.0, 3.0, 0.0, 1.0)
THIN = ("essex", pd.Timestamp("2025-05-03"), "Southend", *[np.nan] * 7, 2.0)
REPORTED = pd.DataFrame(
    {
        "force_id": ["essex", "essex"],
        "kind": ["result", "announcement"],
        "deployments_low": [4.0, 9.0],
        "deployments_high": [5.0, 9.0],
        "deployment_id": ["", ""],
        "last_day": ["2024-09-22", "2025-01-01"],
    }
).assign(**dict.fromkeys(list(FIELDS.values())[1:], 7.0))


def _totals(value=10.0, trust="B", measure="deployments"):
    return pd.DataFrame(
        {
            "total_id": ["T1"],
            "force_id": ["essex"],
            "measure": [measure],
            "subgroup": [""],
            "scope": ["one_force"],
            "trust": [trust],
            "qualifier": ["exact"],
            "value": [value],
        }
    )


def test_the_deployments_known_are_the_most_that_rows_or_totals_show():
    found = completeness(_deployments(FULL, THIN), REPORTED, _totals(), FORCES)
    assert found.set_index(["force_id", "field"]).loc[("essex", "arrests"), "deployments"] == 10
    weak = completeness(_deployments(FULL, THIN), REPORTED, _totals(trust="C"), FORCES)
    # A weak total is not believed, and an announcement is a plan.
    assert weak.set_index(["force_id", "field"]).loc[("essex", "arrests"), "deployments"] == 4


def test_shares_of_ten_fields_can_be_counted_by_hand():
    shares = by_force(completeness(_deployments(FULL, THIN), REPORTED, _totals(), FORCES)).set_index(
        "force_id"
    )
    assert shares.loc["metropolitan", "share"] == 1
    assert shares.loc["essex", "share"] == pytest.approx(3 / 100)  # date, place, arrests of one in ten
    assert shares.loc["others", "filled"] == 3


def test_a_deployment_without_its_day_counts_for_its_other_fields_and_a_bundle_for_none():
    undated = REPORTED.iloc[[0]].assign(deployments_low=1.0, deployments_high=1.0)
    reported = pd.concat([REPORTED, undated], ignore_index=True)
    fields = completeness(_deployments(FULL, THIN), reported, _totals(), FORCES).set_index("force_id")
    found = fields.loc["essex"].set_index("field")["with_field"]
    assert (found["date"], found["place"], found["arrests"], found["alerts"]) == (1, 2, 2, 1)


def test_pooling_adds_counts_and_compares_the_widths_of_exact_intervals():
    totals = pd.DataFrame({"total_id": ["A", "F", "R"], "value": [10.0, 0.0, 4.0]})
    rules = {"threshold": 0.64, "stated": {"alerts": "A", "false_alerts": "F", "arrests": "R"}}
    rows = pd.DataFrame(
        {
            "force_id": ["metropolitan", "metropolitan", "immigration_enforcement"],
            "threshold_score": [0.64, 0.60, 0.64],
            "alerts": [40.0, 99.0, 2.0],
            "false_alerts": [2.0, 9.0, 0.0],
            "arrests": [20.0, 9.0, 1.0],
        }
    )
    found = pooling(rows, totals, rules, 0.95).set_index(["measure", "who"])
    pooled = found.loc[("false_alerts_per_alert", "with others")]
    assert (pooled["numerator"], pooled["denominator"]) == (2, 52)
    widths = []
    for k, n in ((2, 40), (2, 52)):
        limits = binomtest(k, n).proportion_ci(method="exact")
        widths.append(limits.high - limits.low)
    assert pooled["narrower"] == pytest.approx(1 - widths[1] / widths[0])
    assert found.loc[("arrests_per_alert", "with others"), "numerator"] == 25


def test_a_deployment_is_numbered_after_trials_and_bundles_before_it():
    rows = pd.DataFrame(
        {
            "force_id": ["essex", "metropolitan", "metropolitan"],
            "date": pd.to_datetime(["2025-05-03", "2023-01-01", "2023-02-01"]),
            "duration_hours": [6.0, np.nan, 5.0],
            "arrests": [2.0, 1.0, 1.0],
        }
    )
    found = numbered(rows, REPORTED, {"metropolitan": 10}).set_index("force_id")
    assert found.loc["essex", "number"] == 5  # after a bundle of at least four; the plan does not count
    assert found.loc["metropolitan", "number"] == 12  # the row without hours counts, and is left out


def _learning_rows(start, slope, rows=400, seed=3):
    draw = np.random.default_rng(seed)
    number = np.concatenate([np.arange(11, 11 + rows // 2), np.arange(1, 1 + rows // 2)]).astype(float)
    late = np.arange(rows) >= rows // 2
    hours = draw.uniform(3, 7, rows)
    arrests = draw.poisson(hours * 0.3 * number**slope * np.where(late, start, 1.0))
    return pd.DataFrame(
        {
            "force_id": np.where(late, "essex", "metropolitan"),
            "number": number,
            "hours": hours,
            "arrests": arrests,
        }
    )


def test_the_regression_finds_what_was_put_in():
    found = fit(_learning_rows(start=2.0, slope=0.2), ["essex"], 0.95)
    assert found["start_low"] < 2 < found["start_high"]
    assert found["start"] == pytest.approx(2, rel=0.2)
    assert found["doubling"] == pytest.approx(2**0.2, rel=0.05)
    assert found["phi"] == pytest.approx(1, abs=0.2)


def test_the_regression_is_the_maximum_of_the_likelihood_written_out():
    rows = _learning_rows(start=0.7, slope=0.1, rows=60)
    late = (rows["force_id"] == "essex").to_numpy(float)

    def loss(at):
        log_mean = np.log(rows["hours"]) + at[0] + at[1] * np.log(rows["number"]) + at[2] * late
        return float((np.exp(log_mean) - rows["arrests"] * log_mean).sum())

    best = minimize(loss, [0.0, 0.0, 0.0], method="BFGS").x
    found = fit(rows, ["essex"], 0.95)
    assert found["start"] == pytest.approx(np.exp(best[2]), rel=1e-3)
    assert found["doubling"] == pytest.approx(2 ** best[1], rel=1e-3)


def test_without_a_model_rates_are_compared_with_the_first_and_the_last_year():
    rows = pd.DataFrame(
        {
            "force_id": ["metropolitan", "metropolitan", "essex"],
            "date": pd.to_datetime(["2023-01-01", "2025-01-01", "2025-05-03"]),
            "hours": [10.0, 10.0, 5.0],
            "arrests": [4.0, 10.0, 3.0],
        }
    )
    found = plain(rows, {"late_starters": {"own": ["essex"]}}, 0.95)
    assert found["met_year"].tolist() == [2023, 2025]
    assert found["ratio"].tolist() == pytest.approx([0.6 / 0.4, 0.6 / 1.0])
