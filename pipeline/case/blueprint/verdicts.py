"""Verdicts by rule: rules are data, verdicts are typed beside them, and the build compares the two."""

import operator
from typing import Any

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.io import read_yaml
from pipeline.core.paths import Paths
from pipeline.schemas.documents import read_document

FILE = "blueprint.yaml"
SUPPORTED, UNDECIDED, NOT_SUPPORTED = "supported", "undecided", "not supported"
COMPARE = {"at_most": operator.le, "at_least": operator.ge, "above": operator.gt, "below": operator.lt}


def read_blueprint(paths: Paths) -> dict[str, Any]:
    """Read blueprint.yaml and check that everything it rests on exists.

    Raises:
        RecordError: if the document breaks its schema, or names an element, an item of counter-evidence or a
            claim that does not exist.
    """
    content = read_document(paths.reference / FILE, paths.reference / "schemas" / "blueprint.schema.json")
    items = set(pd.read_csv(paths.clean / "counter_evidence.csv")["item_id"])
    claims = {claim["id"] for claim in read_yaml(paths.reference / "claims.yaml")}
    elements = {element["id"] for element in content["elements"]}
    for test in content["tests"]:
        if test["element"] not in elements:
            _unknown("element", test["element"], test["id"])
    for element in content["elements"]:
        for one in [*element["for"], *element["against"]]:
            for item in set(one.get("items", [])) - items:
                _unknown("item of counter_evidence.csv", item, element["id"])
            for claim in set(one.get("claims", [])) - claims:
                _unknown("claim", claim, element["id"])
    return content


def _unknown(what: str, name: str, row: str) -> None:
    raise RecordError(FILE, f"no such {what}", row=row, value=name, next_step="correct the name")


def test_verdict(rule: dict[str, Any], numbers: dict[str, float]) -> str:
    """Apply a test's rule to its numbers.

    Args:
        rule: supported_when and not_supported_when, each a list of conditions that must all hold.
        numbers: value, low, high, events, rows; NaN, or none at all, meets no condition.

    Example:
        >>> rule = {
        ...     "supported_when": [{"of": "high", "is": "at_most", "limit": 1.5}],
        ...     "not_supported_when": [{"of": "low", "is": "above", "limit": 1.5}],
        ... }
        >>> test_verdict(rule, {"low": 0.4, "high": 3.0})
        'undecided'
    """

    def holds(conditions: list[dict[str, Any]]) -> bool:
        # A comparison with NaN is false, whatever the comparison.
        return all(
            COMPARE[one["is"]](numbers.get(one["of"], float("nan")), one["limit"]) for one in conditions
        )

    if holds(rule["supported_when"]):
        return SUPPORTED
    return NOT_SUPPORTED if holds(rule["not_supported_when"]) else UNDECIDED


def element_verdict(deciding: list[str]) -> str:
    """The verdict on an element, from those of its deciding tests: what they all say, or undecided.

    Example:
        >>> element_verdict(["supported", "not supported"])
        'undecided'
    """
    return deciding[0] if len(set(deciding)) == 1 else UNDECIDED


def judge(blueprint: dict[str, Any], numbers: dict[str, dict[str, float]]) -> pd.DataFrame:
    """Judge every test.

    Args:
        blueprint: The document.
        numbers: By test id, what was computed for it; empty where nothing can be.

    Returns:
        One row a test: test, element, deciding, says, value, low, high, events, rows, verdict.

    Raises:
        RecordError: if a verdict typed in the document differs from the computed one.
    """
    table = []
    for test in blueprint["tests"]:
        found = numbers[test["id"]]
        verdict = test_verdict(test, found)
        _compare(test["id"], test["verdict"], verdict)
        given = {name: found.get(name, float("nan")) for name in ("value", "low", "high", "events", "rows")}
        table.append(
            {"test": test["id"]}
            | {name: test[name] for name in ("element", "deciding", "says")}
            | given
            | {"verdict": verdict}
        )
    return pd.DataFrame(table)


def judge_elements(blueprint: dict[str, Any], tests: pd.DataFrame) -> pd.DataFrame:
    """Judge every element: element, name, question, conclusion (its id), tests (deciding ones), verdict.

    Raises:
        RecordError: if a verdict typed in the document differs from the computed one.
    """
    table = []
    for element in blueprint["elements"]:
        own = tests[(tests["element"] == element["id"]) & tests["deciding"]]
        verdict = element_verdict(own["verdict"].tolist())
        _compare(element["id"], element["verdict"], verdict)
        table.append(
            {"element": element["id"]}
            | {name: element[name] for name in ("name", "question", "conclusion")}
            | {"tests": len(own)}
            | {word.replace(" ", "_"): int((own["verdict"] == word).sum()) for word in blueprint["verdicts"]}
            | {"verdict": verdict}
        )
    return pd.DataFrame(table)


def _compare(name: str, typed: str, computed: str) -> None:
    if typed != computed:
        raise RecordError(
            FILE,
            f"the verdict typed differs from the computed one, {computed}",
            row=name,
            value=typed,
            next_step="look at its numbers, then correct the verdict and the prose",
        )
