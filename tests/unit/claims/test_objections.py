"""Objections: in order of strength, with their numbers, and refused when they name what does not exist."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from pipeline.claims.objections import answer, read_objections
from pipeline.claims.words import Numbers
from pipeline.core.errors import RecordError

REFERENCE = Path(__file__).parents[3] / "data" / "reference"
COLLECTED = pd.DataFrame(
    [("CE001", "critical", "Few alerts were right", "2019", "https://example.org", "B")],
    columns=["item_id", "side", "claim", "year", "page_url", "trust"],
)
NUMBERS = Numbers(
    {"events": {"text": "8", "description": "Events"}},
    {"PC50": {"id": "PC50", "verdict": "not_checkable", "claim": "8 of 42", "text": "not checkable"}},
)
ENTRY = {
    "id": "wrong",
    "to": "recognition",
    "title": "Most alerts are wrong",
    "objection": "Only {events} were right.",
    "reply": "That was then.",
    "items": ["CE001"],
    "claims": ["PC50"],
    "pages": [],
    "state": "partly",
    "conclude": "Both.",
    "would_change": "An audit.",
}


def written(folder, *entries):
    (folder / "schemas").symlink_to(REFERENCE / "schemas")
    path = folder / "objections.yaml"
    path.write_text(yaml.safe_dump(list(entries)), encoding="utf-8")
    return path


def test_an_objection_carries_its_words_numbers_claims_and_items():
    (found,) = answer([ENTRY], COLLECTED, NUMBERS)
    assert found["objection"] == "Only 8 were right."
    assert [number["key"] for number in found["numbers"]] == ["events"]
    assert [claim["verdict"] for claim in found["claims"]] == ["not_checkable"]
    assert found["items"][0]["page_url"] == "https://example.org"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"items": ["CE099"]}, "row wrong: unknown name.*CE099"),
        ({"claims": ["PC99"]}, "row wrong: unknown name.*PC99"),
        ({"reply": "{evnts}"}, "row wrong: unknown name.*did you mean events"),
    ],
)
def test_what_does_not_exist_is_named(change, words):
    with pytest.raises(RecordError, match=words):
        answer([ENTRY | change], COLLECTED, NUMBERS)


def test_what_stands_comes_before_what_is_answered(tmp_path):
    later = ENTRY | {"id": "other", "state": "stands"}
    with pytest.raises(RecordError, match="row other: out of order"):
        read_objections(written(tmp_path, ENTRY, later))


def test_each_part_starts_again_with_what_stands(tmp_path):
    entries = [ENTRY, ENTRY | {"id": "other", "to": "report", "state": "stands"}]
    assert len(read_objections(written(tmp_path, *entries))) == 2


def test_an_unknown_state_is_refused(tmp_path):
    with pytest.raises(RecordError, match=r"wrong.*state"):
        read_objections(written(tmp_path, ENTRY | {"state": "refuted"}))
