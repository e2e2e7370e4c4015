"""Exposures: what is stated, what is assumed, and what may be added up."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.case.knowing.exposure import (
    Published,
    exposures,
    pooled,
    read_regions,
    van_alerts_a_day,
)
from pipeline.case.knowing.years import effects, national, pooling, rates_a_year
from pipeline.chapters.knowing import years_to_see
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root

MET = pd.DataFrame(
    {
        "date": pd.to_datetime(["2025-02-01", "2025-12-01"]),
        "alerts": [600.0, 400.0],
        "false_alerts": [3.0, 2.0],
        "arrests": [300.0, 200.0],
    }
)
PUBLISHED = Published(
    MET,
    pd.DataFrame({"value": [61.0, 690.0, 10.0, 28.0]}, index=["OA003", "OA090", "OA091", "OA089"]),
    pd.DataFrame(
        {
            "alerts": [None, 10.0, None],
            "true_alerts": [8.0, None, None],
            "deployments_high": [4, 1, 1],
        },
        index=["OD001", "OD002", "OD003"],
    ),
)
END = {"alerts": "OA003", "first_day": "2025-01-01", "last_day": "2025-12-31"}
SETTINGS = {
    "baseline": {"year": 2025, "false_alerts": 13, "alerts": 2408},
    "effects": [2],
    "group_shares": [{"share": 0.135}],
    "main_share": 0.135,
    "exposures": [
        {"id": "essex", "name": "Essex", "forces": ["essex"], "system": "Corsight", "low": END, "high": END},
        {
            "id": "south_wales",
            "name": "South Wales",
            "forces": ["south_wales"],
            "system": "NEC 0.64",
            "low": END,
            "high": {"alerts": "others", "first_day": "2025-01-01", "last_day": "2025-09-30"},
        },
        *(
            {"id": one, "name": one, "forces": [one], "system": "NEC 0.64", "van": True}
            for one in ("hampshire", "surrey", "bedfordshire")
        ),
    ],
    "van_rows": ["OD001", "OD002"],
    "van_days_a_year": {"low": 50, "high": 100},
    "vans_in_a_unit": 2,
    "vans_planned": 50,
}
REGIONS = {
    "metropolitan": "London",
    "essex": "East",
    "bedfordshire": "East",
    "south_wales": "Wales",
    "hampshire": "South East",
    "surrey": "South East",
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return exposures(SETTINGS, PUBLISHED, REGIONS)


def test_the_mets_exposure_is_its_year(table):
    assert table.iloc[0][["low", "central", "high"]].tolist() == [1000, 1000, 1000]


def test_a_total_is_spread_over_its_days(table):
    essex = table.set_index("exposure_id").loc["essex"]
    assert essex["central"] == pytest.approx(61 * 365.25 / 365)


def test_others_are_what_the_national_total_leaves(table):
    wales = table.set_index("exposure_id").loc["south_wales"]
    assert wales["high"] == pytest.approx((700 - 600) * 365.25 / 273)  # only February lies in the nine months


def test_vans_multiply_the_poorest_and_the_best_day_reported(table):
    assert van_alerts_a_day(SETTINGS, PUBLISHED) == [2, 10]  # 8 true alerts in 4 days, and 10 alerts in one
    van = table.set_index("exposure_id").loc["surrey"]
    assert (van["low"], van["high"]) == (100, 1000)
    assert van["central"] ** 2 == pytest.approx(100 * 1000)


def test_false_alerts_are_never_added_up_across_vendors(table):
    scopes = pooled(table).set_index(["exposure_id", "scope"])["central"]
    assert scopes["essex", "alone"] == scopes["essex", "region"] == scopes["essex", "national"]
    assert scopes["bedfordshire", "region"] == scopes["bedfordshire", "alone"]  # Essex is its neighbour
    assert scopes["hampshire", "region"] == 2 * scopes["hampshire", "alone"]
    assert scopes["metropolitan", "national"] == pytest.approx(
        table.loc[table["system"] != "Corsight", "central"].sum()
    )


def test_a_count_that_is_not_stated_is_named():
    with pytest.raises(RecordError, match="OD003"):
        PUBLISHED.count("OD003", "alerts")
    with pytest.raises(RecordError, match="XX999"):
        PUBLISHED.count("XX999", "alerts")


class _Chart:
    """Stands in for a CUSUM that signals after 1,000 alerts."""

    rate = 0.01

    def mean_alerts(self, _: float) -> float:
        return 1000.0


def test_years_are_alerts_needed_over_alerts_a_year(table):
    needs = effects(SETTINGS, _Chart())
    assert needs["alerts_group"].item() == 116 / 0.01
    years = national(table, SETTINGS, PUBLISHED, needs).set_index("scope")
    assert years.loc["met", "years_cusum"] == 1
    assert years.loc["stated", "alerts_a_year"] == pytest.approx(1000 + 100 * 365 / 273)
    van = table.loc[table["exposure_id"] == "surrey", "central"].item()
    same = years.loc["vans", "alerts_a_year"] - 3 * van
    assert years.loc["planned", "alerts_a_year"] == pytest.approx(same + 25 * van)


def test_false_alerts_a_year_are_counted_in_four_ways(table):
    rates = rates_a_year(PUBLISHED, SETTINGS, effects(SETTINGS, _Chart())).set_index("counted")
    assert rates["false_alerts_a_year"].to_dict() == pytest.approx(
        {
            "met_stated": 13,
            "nation_both_years": (28 + 10) * 12 / 21,
            "met_nine_months": 3 * 12 / 9,
            "nation_nine_months": 10 * 12 / 9,
        }
    )
    assert rates.loc["met_stated", "years_group_first"] == pytest.approx(102 / 13)


def test_a_year_without_false_alerts_bounds_the_rate_by_the_rule_of_three(table):
    found = pooling(table, MET, 0.005).set_index(["exposure_id", "scope"])
    met = found.loc[("metropolitan", "alone")]
    assert met["zero_bound"] == pytest.approx(3 / 1000, rel=0.005)
    assert met["chance_of_none"] == pytest.approx(0.995**1000, rel=0.02)
    assert met["arrests_per_alert"] == 0.5
    assert met["years_false_alerts"] / met["years_arrests"] == pytest.approx(0.5 / 0.005)


def test_every_force_of_england_and_wales_has_one_region():
    regions = read_regions(Paths(find_root()))
    assert len(regions) == 43
    assert len(set(regions.values())) == 10


def test_a_force_in_two_regions_is_refused(tmp_path: Path):
    root = Paths(find_root())
    here = Paths(tmp_path)
    for name in ("forces.csv", "lookups/police_regions.yaml", "schemas/lookups_police_regions.schema.json"):
        (here.reference / name).parent.mkdir(parents=True, exist_ok=True)
        text = (root.reference / name).read_text()
        (here.reference / name).write_text(text.replace("[cleveland,", "[gwent, cleveland,"))
    with pytest.raises(RecordError, match="gwent"):
        read_regions(here)


def test_ranges_stand_in_brackets_only_where_there_is_one():
    scopes = [
        (question, scope) for question in ("known", "group") for scope in ("alone", "region", "national")
    ]
    rows = [("met", "Met", *one, 2, 0.95, 0.95, 0.95) for one in scopes]
    rows += [("van", "Van", *one, 2, 453.4, 98.9, 1957.2) for one in scopes]
    names = ["exposure_id", "name", "question", "scope", "ratio", "years", "years_low", "years_high"]
    found = years_to_see(pd.DataFrame(rows, columns=names), 2, ["van", "met"])
    assert found["alone"].iloc[0] == "453 (99 to 1,957)"
    assert "0.95" in set(found["nationally"])
