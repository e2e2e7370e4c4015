"""Verdicts by rule, on the real document and on invented ones."""

import re

import numpy as np
import pandas as pd
import pytest

from pipeline.case.blueprint.verdicts import (
    element_verdict,
    judge,
    judge_elements,
    read_blueprint,
)
from pipeline.case.blueprint.verdicts import (
    test_verdict as verdict_of,
)
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root

RULE = {
    "supported_when": [
        {"of": "high", "is": "at_most", "limit": 1.5},
        {"of": "events", "is": "at_least", "limit": 10},
    ],
    "not_supported_when": [{"of": "low", "is": "above", "limit": 1.5}],
}
DOCUMENT = {
    "verdicts": {"supported": "", "undecided": "", "not supported": ""},
    "tests": [{"id": "t", "element": "e", "deciding": True, "says": "s", "verdict": "supported", **RULE}],
    "elements": [{"id": "e", "name": "E", "question": "?", "conclusion": "bp-e", "verdict": "supported"}],
}


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ({"low": 0.5, "high": 1.5, "events": 10}, "supported"),  # on the margin
        ({"low": 0.5, "high": 1.51, "events": 10}, "undecided"),  # just over
        ({"low": 0.5, "high": 1.5, "events": 9}, "undecided"),  # too few events
        ({"low": 1.51, "high": 9.0, "events": 3}, "not supported"),
        ({"low": np.nan, "high": np.nan, "events": 99}, "undecided"),
        ({}, "undecided"),
    ],
)
def test_a_test_is_judged_by_its_conditions(numbers, verdict):
    assert verdict_of(RULE, numbers) == verdict


def test_an_element_is_undecided_unless_its_tests_agree():
    assert element_verdict(["supported", "supported"]) == "supported"
    assert element_verdict(["not supported"]) == "not supported"
    assert element_verdict(["supported", "not supported"]) == "undecided"
    assert element_verdict(["supported", "undecided"]) == "undecided"


def test_a_typed_verdict_that_differs_stops_the_build():
    tests = judge(DOCUMENT, {"t": {"high": 1.0, "events": 50}})
    assert judge_elements(DOCUMENT, tests)["verdict"].tolist() == ["supported"]
    with pytest.raises(RecordError, match="computed one, undecided"):
        judge(DOCUMENT, {"t": {"high": 2.0, "events": 50}})
    with pytest.raises(RecordError, match="computed one, undecided"):
        judge_elements(DOCUMENT, tests.assign(verdict="undecided"))


def test_every_item_and_claim_of_the_blueprint_exists_and_both_sides_are_heard():
    content = read_blueprint(Paths(find_root()))
    for element in content["elements"]:
        assert len(element["for"]) >= 2
        assert len(element["against"]) >= 2
        assert any(test["element"] == element["id"] and test["deciding"] for test in content["tests"])


def test_the_counts_of_the_siting_are_those_of_the_item_they_are_taken_from():
    paths = Paths(find_root())
    siting = read_blueprint(paths)["siting"]
    figure = (
        pd.read_csv(paths.clean / "counter_evidence.csv").set_index("item_id").loc[siting["item"], "figure"]
    )
    numbers = [int(number) for number in re.findall(r"\b\d+\b", figure)]
    assert siting["inside"] in numbers
    assert siting["outside"] in numbers


def test_no_figure_is_typed_into_the_evidence():
    for element in read_blueprint(Paths(find_root()))["elements"]:
        for one in [*element["for"], *element["against"]]:
            words = re.sub(r"\{[a-z0-9-]+\}|\b20\d\d\b", "", one["words"])
            assert not re.search(r"\d", words), one["words"]
