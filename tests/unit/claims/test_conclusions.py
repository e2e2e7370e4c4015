"""Conclusions: words filled, confidence by the fixed table, and every way to get an entry wrong.

The expected confidences follow from the definition of the scale: full marks on both ratings is very
high, none on either very low, and each step down on one rating is a step down the five words.
"""

from pathlib import Path

import pytest
import yaml

from pipeline.claims.conclusions import (
    conclude,
    confidence_values,
    read_conclusions,
    read_scale,
    slugs,
)
from pipeline.claims.words import Numbers
from pipeline.core.errors import RecordError

REFERENCE = Path(__file__).parents[3] / "data" / "reference"
SCALE = read_scale(REFERENCE / "confidence.yaml")
VALUES = {"know-years": {"text": "9", "description": "Years until a doubling shows"}}
CLAIMS = [  # as judged
    {"id": "PC03", "verdict": "reproduced", "claim": "10 false alerts in the year", "text": "10"},
    {"id": "HO04", "verdict": "not_reproduced", "claim": "580 arrests", "text": "575"},
]
ENTRY = {
    "id": "know-doubling",
    "chapter": "what-one-force-can-know",
    "conclusion": "Alone, a force needs {know-years} years.",
    "numbers": [],
    "claims": ["PC03"],
    "against": "There were {HO04} arrests.",
    "evidence": "medium",
    "agreement": "high",
    "would_change": "More events.",
}


def one(**changes):
    numbers = Numbers(VALUES, {claim["id"]: claim for claim in CLAIMS})
    return conclude([ENTRY | changes], SCALE, numbers)[0]


@pytest.mark.parametrize("evidence", [0, 1, 2])
@pytest.mark.parametrize("agreement", [0, 1, 2])
def test_each_step_down_on_either_rating_is_one_step_down_the_five_words(evidence, agreement):
    found = one(
        evidence=("robust", "medium", "limited")[evidence], agreement=("high", "medium", "low")[agreement]
    )
    words = ("very high", "high", "medium", "low", "very low")
    assert found["confidence"] == words[evidence + agreement]


def test_words_are_filled_and_what_they_use_is_listed_once():
    found = one(numbers=["know-years"])
    assert found["conclusion"] == "Alone, a force needs 9 years."
    assert found["against"] == "There were 575 arrests."
    assert [number["key"] for number in found["numbers"]] == ["know-years"]
    assert [(claim["id"], claim["verdict"]) for claim in found["claims"]] == [
        ("PC03", "reproduced"),
        ("HO04", "not_reproduced"),
    ]


def test_a_confidence_is_a_value_that_leads_to_its_conclusion():
    values = confidence_values([one()], SCALE)
    value = values["confidence-know-doubling"]
    assert value["text"] == "high"
    assert value["href"] == "/executive-summary#conclusion-know-doubling"
    assert "Alone, a force needs 9 years." in value["description"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"conclusion": "Some {know-yeasr} years."},
            "row know-doubling: unknown name.*did you mean know-years",
        ),
        ({"numbers": ["knwo-years"]}, "row know-doubling: unknown name.*did you mean know-years"),
        ({"claims": ["PC99"]}, "row know-doubling: unknown name.*PC99"),
        ({"against": "Only {PC98}."}, "row know-doubling: unknown name.*PC98"),
    ],
)
def test_an_unknown_key_or_claim_is_named_with_its_conclusion(changes, words):
    with pytest.raises(RecordError, match=words):
        one(**changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"evidence": "strong"}, "know-doubling.*evidence"),
        ({"agreement": "some"}, "know-doubling.*agreement"),
        ({"chapter": "the-momment"}, "know-doubling.*no such chapter"),
        ({"against": " "}, "know-doubling.*against"),
        ({"confidence": "high"}, "confidence"),
        ({"claims": ["pc03"]}, "know-doubling.*claims"),
    ],
)
def test_an_entry_of_the_wrong_form_is_refused(tmp_path, changes, words):
    with pytest.raises(RecordError, match=words):
        read_conclusions(written(tmp_path, [ENTRY | changes]), ["what-one-force-can-know"])


def test_an_id_used_twice_is_refused(tmp_path):
    with pytest.raises(RecordError, match="id used twice"):
        read_conclusions(written(tmp_path, [ENTRY, ENTRY]), ["what-one-force-can-know"])


def test_conclusions_stand_in_the_order_of_the_chapters_not_of_the_file(tmp_path):
    entries = [
        ENTRY | {"id": "b-one", "chapter": "later"},
        ENTRY,
        ENTRY | {"id": "b-two", "chapter": "later"},
    ]
    found = read_conclusions(written(tmp_path, entries), ["what-one-force-can-know", "later"])
    assert [entry["id"] for entry in found] == ["know-doubling", "b-one", "b-two"]


def test_pages_are_found_at_any_depth_of_the_contents():
    contents = [
        {"file": "chapters/index.ipynb"},
        {"title": "Part", "children": [{"file": "chapters/forces.ipynb", "children": [{"pattern": "x/*"}]}]},
    ]
    assert slugs(contents) == ["index", "forces"]


def test_a_scale_with_an_unknown_word_or_a_gap_is_refused(tmp_path):
    for change in (
        {"limited": {"high": "medium", "medium": "low"}},
        {"limited": dict.fromkeys(["high", "medium", "low"], "certain")},
    ):
        broken = SCALE | {"scale": SCALE["scale"] | change}
        (tmp_path / "confidence.yaml").write_text(yaml.safe_dump(broken), encoding="utf-8")
        link_schemas(tmp_path)
        with pytest.raises(RecordError, match=r"scale\.limited"):
            read_scale(tmp_path / "confidence.yaml")


def written(folder, entries):
    link_schemas(folder)
    path = folder / "conclusions.yaml"
    path.write_text(yaml.safe_dump(entries), encoding="utf-8")
    return path


def link_schemas(folder):
    if not (folder / "schemas").exists():
        (folder / "schemas").symlink_to(REFERENCE / "schemas")
