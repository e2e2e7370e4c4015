"""The blueprint's tables in its chapter: words filled, links, and results as a reader sees them."""

from types import SimpleNamespace

import pytest

from pipeline.chapters import blueprint
from pipeline.core.errors import RecordError

NAN = float("nan")


def test_an_element_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(RecordError, match="national-control") as raised:
        blueprint.evidence("national-contrl")
    assert raised.value.value == "national-contrl"


def test_a_value_that_does_not_exist_is_named():
    assert blueprint._filled("up to {a}", {"a": {"text": "61"}}) == "up to 61"
    with pytest.raises(RecordError, match="unknown value"):
        blueprint._filled("up to {b}", {"a": {"text": "61"}})


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (1.654, 0.517, 4.664, "1.65 (0.52 to 4.66)"),
        (0.0, 0.0, 1061.08, "0.00 (0.00 to 1,061.08)"),
        (0.1, NAN, NAN, "0.10"),
        (NAN, NAN, NAN, "not computable"),
    ],
)
def test_a_result_is_written_with_its_interval_if_it_has_one(value, low, high, text):
    row = SimpleNamespace(value=value, low=low, high=high)
    assert blueprint._result(row) == text


def test_only_verdicts_that_occur_are_counted():
    row = {"supported": 1, "undecided": 0, "not_supported": 2}
    assert blueprint._tests(row) == "1 supported, 2 not supported"


def test_evidence_leads_to_items_claims_and_pages(monkeypatch):
    element = {
        "for": [{"words": "one {n}", "items": ["CE036"], "claims": ["LW17"]}],
        "against": [{"words": "two", "pages": ["https://www.example.org/a"]}],
    }
    monkeypatch.setattr(blueprint, "_element", lambda name: element)
    monkeypatch.setattr(blueprint, "_values", lambda: {"n": {"text": "1,000"}})
    found = blueprint.evidence("any")
    assert found["evidence"].tolist() == ["one 1,000", "two"]
    item, claim = found["rests on"][0]
    assert item.address.startswith("https://cms.law/")
    assert (claim.label, claim.address) == ("claim LW17", "/headline-claims#claim-lw17")
    assert [link.label for link in found["rests on"][1]] == ["example.org"]
