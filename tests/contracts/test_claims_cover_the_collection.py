"""Every headline claim as collected is judged as it was stated, or passed over with a reason.

The expected numbers were added up by hand from the collected tables.
"""

from collections import Counter

import pandas as pd
import pytest

from pipeline.claims.reference import read_claims
from pipeline.core.io import read_json
from pipeline.core.paths import Paths, find_root
from pipeline.schemas.documents import read_document
from pipeline.schemas.tables import read_table

PATHS = Paths(find_root())
REFERENCE = PATHS.reference
QUALIFIERS = {"exact": "=", "about": "~", "at_least": ">"}
FURTHER = "FC"  # claims found beside the collection, because they contradict one of it or bear on it


@pytest.fixture(scope="module")
def collected() -> pd.DataFrame:
    return read_table(PATHS.clean / "stated_claims.csv").set_index("claim_id")


@pytest.fixture(scope="module")
def ledger() -> dict[str, dict]:
    return {entry["id"]: entry for entry in read_claims(REFERENCE / "claims.yaml")}


@pytest.fixture(scope="module")
def passed_over() -> list[str]:
    name = "claims_without_entry"
    schema = REFERENCE / "schemas" / f"lookups_{name}.schema.json"
    return [entry["claim_id"] for entry in read_document(REFERENCE / "lookups" / f"{name}.yaml", schema)]


@pytest.fixture(scope="module")
def judged() -> dict[str, dict]:
    return {claim["id"]: claim for claim in read_json(PATHS.derived / "claims.json")}


def test_every_claim_is_judged_or_passed_over_with_a_reason_never_both(collected, ledger, passed_over):
    judged = [name for name in ledger if not name.startswith(FURTHER)]
    assert Counter(judged + passed_over) == Counter(collected.index)
    assert len(collected) == 107  # 17 of the consultancy, 8 of the Home Office, 82 of others


def test_value_and_qualifier_are_those_collected(collected, ledger, passed_over):
    for name, claim in collected.drop(passed_over).iterrows():
        entry = ledger[name]
        assert entry["value_claimed"] == claim["value"], name
        assert entry["operator"] == QUALIFIERS[claim["qualifier"]], name


def test_who_said_it_when_and_where_are_those_collected(collected, ledger, passed_over):
    for name, claim in collected.drop(passed_over).iterrows():
        entry = ledger[name]
        stated = [claim[column] for column in ("stated_by", "stated_in", "stated_on", "page_url")]
        assert [entry[key] for key in ("stated_by", "stated_in", "stated_on", "source_url")] == stated, name


def test_a_further_claim_stands_on_a_page_of_the_collection(collected, ledger):
    tables = ("published_totals", "reported_deployments", "test_results", "policy_timeline")
    pages = pd.concat([read_table(PATHS.clean / f"{name}.csv")["page_url"] for name in tables])
    further = [entry for name, entry in ledger.items() if name not in collected.index]
    assert all(entry["id"].startswith(FURTHER) for entry in further)
    assert {entry["source_url"] for entry in further} <= set(pages)


@pytest.mark.parametrize(
    ("claim", "value"),
    [  # the number that stands against the claim
        ("PC01", 207),  # deployments of the annual report, 203
        ("PC08", 957),  # its arrests by reason, 981
        ("PC04", 957),  # its arrests, 962
        ("PC16", 116),  # deployments of 2025 to 18 July, 111
        ("FC17", 180),  # deployments of 2024, 73
        ("FC03", 834),  # arrests to 25 March 2025, 804
        ("PC62", 173 + 2554),  # alerts at the Champions League final, 2,632
        ("FC06", 100 * 2297 / 2470),  # their share that was false, 92 %
    ],
)
def test_a_contradiction_is_judged_and_not_smoothed(judged, claim, value):
    assert judged[claim]["verdict"] == "not_reproduced"
    assert judged[claim]["value_computed"] == pytest.approx(value)


@pytest.mark.parametrize(
    ("claim", "low", "high"),
    [
        ("LW01", 375 + 10 + 150 + 39 + 9, None),  # the Met's rows and trials, South Wales, Essex, others
        ("LW02", 343 + 20 + 37 + 8, None),
        ("LW04", 4_200_373 + 2_720_000 + 383_356 + 143_460, None),
        ("PC67", 2446, None),  # fourteen of the fifteen rows of South Wales' table
        ("PC69", 3 + 7 + 7, None),  # Clacton, Southend in September, Southend in October
        ("FC12", 3 + 7 + 7, None),  # the same rows, against 11 arrests in a longer time
        ("FC14", 25, 56),
        ("PC61", 75 + 7, None),
        ("PC60", 3_521_895 - 342_754, None),  # the seven years obtained
        ("PC80", 34_600 + 15_045, None),  # Oxford and Slough
        ("PC75", 8, 14),  # own equipment by November 2025; any use by the end of the year
        ("FC05", 198_000 + 23_800, None),
    ],
)
def test_the_bounds_are_those_added_up_by_hand(judged, claim, low, high):
    assert judged[claim]["bounds"] == [low, high]


def test_the_three_wordings_about_false_alerts_in_south_wales_are_judged_apart(judged):
    units = {name: judged[name]["unit"] for name in ("HO05", "PC63", "FC07")}
    assert units == {"HO05": "false alerts", "PC63": "interventions on false alerts", "FC07": "false arrests"}
    assert {judged[name]["verdict"] for name in units} == {"not_checkable"}


def test_the_eras_of_the_threshold_hold_in_every_row(judged):
    claim = judged["FC01"]
    scores = [claim["value_computed"], *(part["value_computed"] for part in claim["also"])]
    assert scores == [0.64, 0.64, 0.62, 0.62, 0.6, 0.6, 0]
