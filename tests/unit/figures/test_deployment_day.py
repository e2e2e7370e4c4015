"""The deployment-day figures hold what their tables hold, and nothing else."""

import pandas as pd

from pipeline.figures.deployment_day import (
    BORROWED,
    PRINTED,
    TESTED,
    deployment_eras,
    deployment_months,
    deployment_surprising,
)

ERAS = pd.DataFrame(
    [
        {"era": era, "evidence": evidence, "counting": counting, "threshold": era[:4], "false_alerts": 2,
         "predicted": 3.14, "low": 0, "high": 9, "tail_probability": 0.5}
        for era in ("0.60 in 2023", "0.64 in 2024")
        for evidence in (TESTED, BORROWED)
        for counting in ("as printed", "all as in early 2024", "all as before 2024")
    ]
)  # fmt: skip


def data_of(chart):
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_each_era_shows_the_printed_count_once_and_three_predictions():
    shown = pd.DataFrame(data_of(deployment_eras(ERAS)))
    assert shown.groupby("era")["shown"].nunique().tolist() == [4, 4]
    printed = shown[shown["shown"] == PRINTED]
    assert printed["count"].tolist() == [2, 2]
    assert printed["high"].isna().all()


def test_months_show_the_published_test_alone():
    months = ERAS.assign(month="2024-07 at 0.64", rows=3)
    shown = data_of(deployment_months(months[months["counting"] == "as printed"]))
    assert len(shown) == 2
    assert all(row["predicted"] == 3.1 for row in shown)


def test_a_place_name_stays_data():
    rows = ERAS.head(1).assign(date="2024-07-23", location="<b>{x}", faces_scanned=10)
    spec = deployment_surprising(rows).to_dict()
    assert data_of(deployment_surprising(rows))[0]["named"] == "2024-07-23 <b>{x}"
    assert "<b>" not in str({key: value for key, value in spec.items() if key != "datasets"}["layer"])
