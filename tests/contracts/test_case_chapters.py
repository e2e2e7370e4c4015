"""The nine chapters on the case for coordination keep one form, can be read, and conclude something.

A chapter that is not written yet is left out, so that each can be worked on alone; the last test counts them.
"""

import nbformat
import pytest

from pipeline.chapters.prose import find_figures
from pipeline.chapters.reading import answer, last_section, prose, reading
from pipeline.claims.conclusions import read_scale
from pipeline.claims.judge import VERDICTS
from pipeline.claims.objections import STATES
from pipeline.claims.reference import read_unique
from pipeline.core.io import read_json, read_text_table
from pipeline.core.paths import Paths, find_root

PATHS = Paths(find_root())
CHAPTERS = (
    "executive-summary",
    "the-moment",
    "what-one-force-can-know",
    "what-differs-between-forces",
    "what-duplication-costs",
    "the-blueprint",
    "options",
    "the-case-against",
    "since-the-report",
)
WRITTEN = [slug for slug in CHAPTERS if (PATHS.notebooks / f"{slug}.ipynb").is_file()]
CONCLUSIONS = read_unique(PATHS.reference / "conclusions.yaml", "id")
OBJECTIONS = read_unique(PATHS.reference / "objections.yaml", "id")
# Limits: the average sentence, the share of words of more than six letters, and the two together.
# A newspaper has a LIX of about 40, official text of about 50.
MOST_WORDS_PER_SENTENCE, MOST_LONG_WORDS, HIGHEST_LIX = 22, 0.25, 42
LONGEST_SUMMARY = 700  # words: one page


def source(slug):
    return nbformat.read(PATHS.notebooks / f"{slug}.ipynb", as_version=4)


@pytest.mark.parametrize("slug", WRITTEN)
def test_a_chapter_answers_in_two_sentences(slug):
    assert len(answer(source(slug))) == 2


@pytest.mark.parametrize("slug", WRITTEN)
def test_a_chapter_ends_with_its_limits(slug):
    assert last_section(source(slug)) == "Limits"


@pytest.mark.parametrize("slug", WRITTEN)
def test_a_chapter_can_be_read(slug):
    found = reading(prose(source(slug)))
    print(
        f"\n{slug}: {found.words:,} words, {found.words_per_sentence:.1f} a sentence, "
        f"{found.long_share:.0%} long, LIX {found.lix:.0f}"
    )
    assert found.words_per_sentence <= MOST_WORDS_PER_SENTENCE
    assert found.long_share <= MOST_LONG_WORDS
    assert found.lix <= HIGHEST_LIX


def test_the_summary_is_one_page():
    assert reading(prose(source("executive-summary"))).words <= LONGEST_SUMMARY


@pytest.mark.parametrize("slug", WRITTEN)
def test_a_chapter_concludes_something(slug):
    assert [entry["id"] for entry in CONCLUSIONS if entry["chapter"] == slug]


def test_every_conclusion_has_numbers_or_claims_and_a_counter_argument_without_bare_figures():
    published = {entry["id"]: entry for entry in read_json(PATHS.derived / "conclusions.json")}
    assert sorted(published) == sorted(entry["id"] for entry in CONCLUSIONS)
    words = {level["word"] for level in read_scale(PATHS.reference / "confidence.yaml")["confidence"]}
    for entry in CONCLUSIONS:
        found = published[entry["id"]]
        assert found["numbers"] or found["claims"], entry["id"]
        assert found["confidence"] in words
        assert {claim["verdict"] for claim in found["claims"]} <= set(VERDICTS)
        for field in ("conclusion", "against", "would_change"):
            assert find_figures(entry[field].replace("{", "$").replace("}", "$")) == [], (entry["id"], field)
        assert entry["conclusion"].strip().endswith("."), entry["id"]


def test_every_piece_of_counter_evidence_is_used_by_an_objection():
    collected = set(read_text_table(PATHS.clean / "counter_evidence.csv")["item_id"])
    assert {item for entry in OBJECTIONS for item in entry["items"]} == collected


def test_objections_are_to_all_three_and_name_their_numbers():
    assert {entry["to"] for entry in OBJECTIONS} == {"recognition", "coordination", "report"}
    assert {entry["state"] for entry in OBJECTIONS} == set(STATES)
    for entry in OBJECTIONS:
        for field in ("objection", "reply", "conclude", "would_change"):
            text = entry[field].replace("{", "$").replace("}", "$")
            assert find_figures(text.replace("0.60", "").replace("0.64", "")) == [], (entry["id"], field)


def test_all_nine_chapters_are_there():
    assert list(CHAPTERS) == WRITTEN
