"""Legal certainty: exact ratios about a judgment, months needed, breaks and placebos, two codings."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from pipeline.case.blueprint.breaks import interrupted, placebos, summary
from pipeline.case.blueprint.events import by_month, first_judgment, months_needed, second_judgment
from pipeline.case.blueprint.policies import agreement, compare, differences, read_coding
from pipeline.core.errors import RecordError
from pipeline.measures.power import power_before_the_test

RULES = {
    "first_trial": "2020-01",
    "judgment": "2020-08",
    "pandemic_first": "2020-05",
    "pandemic_last": "2020-12",
    "months_followed": 3,
    "second_judgment": "2021-06-20",
    "months_compared": 6,
    "ratios_shown": [0.5, 2],
    "power": 0.8,
    "series_from": "2020-01",
    "months_each_side": 5,
    "window": 8,
    "legal_events": [7],
}


def _deployments(*days, force="metropolitan"):
    return pd.DataFrame({"force_id": force, "date": pd.to_datetime(list(days)), "warnings": ""})


RECORD = pd.concat(
    [
        _deployments("2020-02-11", "2020-02-27", "2020-06-10", "2021-01-15", "2021-03-01", "2021-06-10"),
        _deployments("2020-02-12", force="essex"),
    ],
    ignore_index=True,
)


def test_months_without_a_deployment_are_noughts_and_the_last_is_not_whole():
    months = by_month(RECORD, RULES).set_index("month")
    assert months.loc["2020-02-01", ["met", "others"]].tolist() == [2, 1]
    assert months["met"].sum() == 6
    assert len(months) == 17  # February 2020 to June 2021
    assert months["pandemic"].sum() == 8
    assert months["whole"].tolist() == [True] * 16 + [False]


def test_months_of_pandemic_are_left_out_of_both_sides():
    found = first_judgment(by_month(RECORD, RULES), 4, RULES, 0.95)
    # Before: four trials and two deployments in January to April; after the pandemic January to March.
    assert found.loc[1, ["before", "months_before", "after", "months_after"]].tolist() == [6, 4, 2, 3]
    assert found.loc[1, "ratio"] == pytest.approx((2 / 3) / (6 / 4))
    # Straight after the judgment: September to November, in the pandemic.
    assert found.loc[0, "after"] == 0


def test_a_judgment_after_the_last_row_leaves_no_days_of_record():
    found = second_judgment(by_month(RECORD, RULES), pd.Timestamp("2021-06-10"), RULES)
    assert found["days_after"].tolist() == [0, 0]
    assert found["ratio"].tolist() == [0.5, 2]


@pytest.mark.parametrize(("ratio", "a_month"), [(0.5, 20.0), (1.5, 20.0), (2.0, 10.0)])
def test_the_months_needed_give_about_the_power_of_the_exact_test(ratio, a_month):
    after = months_needed(a_month, 12, ratio)
    expected = a_month * (12 + ratio * after)
    exact = power_before_the_test(expected, after / (12 + after), ratio)
    assert exact == pytest.approx(0.8, abs=0.06)


def test_too_short_a_time_before_can_never_show_a_small_change():
    assert np.isnan(months_needed(2.0, 3, 0.9))


def test_the_segmented_regression_is_the_maximum_of_the_likelihood_written_out():
    counts = np.array([3, 5, 4, 6, 7, 5, 12, 11, 14, 13, 17, 15], dtype=float)
    time = np.arange(12) - 6
    after = (time >= 0).astype(float)

    def loss(at):
        log_mean = at[0] + at[1] * time + at[2] * after + at[3] * after * time
        return float((np.exp(log_mean) - counts * log_mean).sum())

    best = minimize(loss, [1.5, 0.0, 0.0, 0.0], method="BFGS").x
    found = interrupted(counts, 6, 0.95)
    assert found["level"] == pytest.approx(np.exp(best[2]), rel=1e-3)
    assert found["slope"] == pytest.approx(np.exp(best[3]), rel=1e-3)
    assert found["low"] < found["level"] < found["high"]


def test_newey_west_errors_are_those_of_the_sandwich_written_out():
    counts = np.array([3, 5, 4, 6, 7, 5, 12, 11, 14, 13, 17, 15], dtype=float)
    found = interrupted(counts, 6, 0.95)
    time = np.arange(12) - 6
    after = (time >= 0).astype(float)
    design = np.column_stack([np.ones(12), time, after, after * time])
    beta = np.zeros(4)
    beta[0] = np.log(counts.mean())
    for _ in range(50):  # Newton's method
        mean = np.exp(design @ beta)
        beta = beta + np.linalg.solve(design.T * mean @ design, design.T @ (counts - mean))
    score = design * (counts - np.exp(design @ beta))[:, None]
    middle = score.T @ score
    for lag in (1, 2, 3):
        cross = score[lag:].T @ score[:-lag]
        middle += (1 - lag / 4) * (cross + cross.T)
    bread = np.linalg.inv(design.T * np.exp(design @ beta) @ design)
    error = np.sqrt((bread @ middle @ bread)[2, 2])
    assert found["z"] == pytest.approx(beta[2] / error, rel=1e-4)


def _months(counts, first="2020-01"):
    month = pd.period_range(first, periods=len(counts), freq="M").to_timestamp()
    return pd.DataFrame({"month": month, "met": counts, "met_without_fixed_cameras": counts, "whole": True})


EVENTS = pd.DataFrame({"source_row": [7, 8], "first_day": ["2021-01-10", "2021-05-01"], "event": ["a", "b"]})


def test_the_months_beside_an_event_are_no_placebos():
    counts = np.random.default_rng(1).poisson(20, 24).astype(float)
    found = placebos(_months(counts), EVENTS, RULES, 0.95)
    own = found[found["series"] == "all"].set_index("month")["legal"]
    assert own["2021-01"] == "legal event"
    assert own[["2020-12", "2021-02"]].tolist() == ["near one"] * 2
    assert own.index[0] == "2020-06"  # five months on each side
    assert len(own) == 24 - 2 * 5 + 1


def test_a_doubling_at_a_legal_date_stands_out_from_the_placebos():
    counts = np.repeat([10.0, 30.0], 12) + np.tile([0.0, 1.0, -1.0], 8)
    found = summary(placebos(_months(counts), EVENTS, RULES, 0.95))
    row = found[(found["series"] == "all") & (found["month"] == "2021-01")].iloc[0]
    assert row["significant"] == 1
    assert row["as_large"] < 0.2


HEAD = "force_id,item,value,page_url,coder\n"


def _coding(tmp_path, text, name="coding.csv"):
    path = tmp_path / name
    path.write_text(HEAD + text)
    return read_coding(path, ["essex", "surrey"])


def test_numbers_and_words_that_say_the_same_agree(tmp_path):
    first = _coding(
        tmp_path, "essex,threshold,0.640,,1\nessex,children_on_lists,yes,,1\nsurrey,list_cap,,,1\n"
    )
    second = _coding(
        tmp_path, "essex,threshold,0.64,,2\nessex,children_on_lists,on lists,,2\nsurrey,deletion,x,,2\n"
    )
    cells = compare(first, second, [["yes", "on lists"]])
    assert cells["agree"].tolist() == [True, True]  # cells that one coder did not look at are left out
    assert compare(first, second, [])["agree"].tolist() == [False, True]


def test_kappa_is_that_of_the_textbook_table(tmp_path):
    # Both state 20, first alone 5, second alone 10, neither 15: agreement 0.7, by chance 0.5, kappa 0.4.
    codings = [("x", "x")] * 20 + [("x", "")] * 5 + [("", "x")] * 10 + [("", "")] * 15
    cells = pd.DataFrame(codings, columns=["first", "second"])
    stated = cells.ne("")
    cells["agree_stated"] = stated["first"] == stated["second"]
    cells["agree"] = cells["first"] == cells["second"]
    found = agreement(cells, 0.95).iloc[0]
    assert found["kappa"] == pytest.approx(0.4)
    assert (found["share"], found["agree"], found["same_value"]) == (0.7, 35, 20)
    assert found["kappa_low"] == pytest.approx((found["low"] - 0.5) / 0.5)


def test_an_item_differs_only_if_both_coders_have_two_values():
    cells = pd.DataFrame(
        {
            "force_id": ["essex", "surrey", "essex", "surrey"],
            "item": ["threshold", "threshold", "list_cap", "list_cap"],
            "first": ["0.64", "0.60", "2000", "500"],
            "second": ["0.64", "0.6", "2000", "600"],
            "agree": [True, True, True, False],
        }
    )
    found = differences(cells).set_index("item")
    assert found.loc["threshold", ["values", "differ"]].tolist() == [2, True]
    assert found.loc["list_cap", ["stated", "comparable", "differ"]].tolist() == [1, False, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kent,threshold,0.6,,1\n", "unknown force_id"),
        ("essex,rank,x,,1\n", "unknown item"),
        ("essex,threshold,0.6,,1\nessex,threshold,0.6,,1\n", "coded twice"),
    ],
)
def test_a_bad_coding_names_its_row(tmp_path, text, words):
    with pytest.raises(RecordError, match=words) as raised:
        _coding(tmp_path, text)
    assert raised.value.row is not None
