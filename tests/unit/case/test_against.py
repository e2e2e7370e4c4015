"""Disputed shares and the step between thresholds, against a hand count, statsmodels and simulation.

Fisher's p and the conditional interval come from another route than the module's: a sum of hypergeometric
probabilities, and the score of statsmodels' exact conditional test at the limits.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import test_poisson_2indep as conditional_test

from pipeline.case.against import shares, tables, threshold_step
from pipeline.core.errors import RecordError
from pipeline.core.params import load_params
from pipeline.core.paths import Paths, find_root

PUBLISHED = pd.DataFrame(
    {
        "value": [8.0, 42.0, 100.0],
        "qualifier": ["exact", "exact", "about"],
        "page_url": "https://example.org",
    },
    index=["MA001", "MA002", "MA003"],
)


def entry(events, trials, **more):
    return {"id": "one", "label": "One", "what": "one", "events": events, "trials": trials} | more


def row(counts):
    return shares([counts], PUBLISHED, 0.95).iloc[0]


def test_a_share_of_published_totals_has_its_exact_interval():
    found = row(entry({"total": "MA001"}, {"total": "MA002"}))
    assert (found["events"], found["trials"]) == (8, 42)
    low, high = proportion_confint(8, 42, method="beta")  # 9 to 34 %, as printed in public
    assert (found["low"], found["high"]) == (pytest.approx(low), pytest.approx(high))
    assert (round(100 * low), round(100 * high)) == (9, 34)
    assert np.isnan(found["p_two_sided"])


def test_a_share_to_test_against_gives_the_binomial_p():
    # 9 or 10 heads of 10, or as few: 2 * 11 / 1024
    found = row(
        entry(
            {"value": 9, "url": "https://example.org"},
            {"value": 10, "url": "https://example.org"},
            expected={"share": 0.5, "reason": "ASSUMED"},
        )
    )
    assert found["p_two_sided"] == pytest.approx(22 / 1024)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ({"total": "MA009"}, "row one: no published total.*MA009"),
        ({"total": "MA003"}, "row one: no published total.*MA003"),  # stated as about
        ({"value": 43, "url": "https://example.org"}, "row one: more events than trials.*43 of 42"),
    ],
)
def test_a_count_that_cannot_be_used_is_named(events, words):
    with pytest.raises(RecordError, match=words):
        row(entry(events, {"total": "MA002"}))


def test_fishers_p_is_the_sum_of_what_is_as_unlikely():
    rows = pd.DataFrame(
        {
            "threshold_score": [0.60, 0.60, 0.64, 0.64, np.nan],
            "alerts": [20.0, 10.0, 60.0, np.nan, 5.0],
            "false_alerts": [4.0, 1.0, 1.0, 0.0, 5.0],
        }
    )
    found = threshold_step(rows, 0.95).iloc[0]
    assert tuple(found[["events_old", "trials_old", "events_new", "trials_new"]]) == (5, 30, 1, 60)
    chances = hypergeom(90, 6, 30).pmf(np.arange(7))
    assert found["p_two_sided"] == pytest.approx(chances[chances <= chances[5] * (1 + 1e-9)].sum())
    assert found["ratio"] == pytest.approx(10)
    for limit, side in ((found["low"], "larger"), (found["high"], "smaller")):
        test = conditional_test(5, 30, 1, 60, value=limit, method="exact-cond", alternative=side)
        assert test.pvalue == pytest.approx(0.025, rel=1e-6)


def test_the_committed_record_gives_the_counts_that_are_printed():
    root = find_root()
    made = tables(Paths(root), load_params(root / "params.yaml"))
    step = made["against_thresholds"].iloc[0]  # counted by hand in the Met's two files
    assert tuple(step[["events_old", "trials_old", "events_new", "trials_new"]]) == (25, 691, 7, 1760)
    assert step["p_two_sided"] == pytest.approx(5e-9, rel=0.05)  # as published with the counter-evidence
    wards = made["against_shares"].set_index("count_id").loc["wards-2025"]
    assert wards["trials"] - wards["events"] == 86
