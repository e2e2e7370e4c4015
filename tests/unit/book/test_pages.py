"""Generated pages: what comes from outside can be read and nothing more."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.book.markdown import code, fence, link, text
from pipeline.book.pages import HEADINGS, STATES, make_environment, render_page

HOSTILE = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "{claim}`HO04`",
    "| a | b |",
    "# heading",
    ":::{include} ../../secret",
    "$x$ and ~~y~~ and **z**",
    "1. item",
    "- item",
    "% comment",
    "```\ncode\n```",
    "@bridges2020",
    "https://example.org",
    "![x](y.png)",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_every_sign_that_means_something_is_escaped(value):
    escaped = text(value)
    assert not re.search(r"(?<!\\)[`*_{}\[\]<>|$~^@&]", escaped)
    assert not re.match(r"[#+\-=%:!]|\d+[.)]", escaped)
    assert not re.search(r"(?<!\\)://", escaped)
    assert "\n" not in escaped


@given(st.text())
def test_escaping_loses_nothing_but_white_space(value):
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text(value)) == " ".join(value.split())


def test_a_plain_sentence_stays_as_it_is():
    assert text("Oxford Circus, 7 July 2022 (34,286 faces).") == "Oxford Circus, 7 July 2022 (34,286 faces)."


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "http://a b", "https://a>b", ""]
)
def test_only_web_addresses_become_links(address):
    assert link("label", address) == "label"


def test_a_web_address_becomes_a_link_with_an_escaped_label():
    assert link("a]b", "https://example.org/x?y=1") == r"[a\]b](<https://example.org/x?y=1>)"


@given(st.text(alphabet="`ab ", min_size=1))
def test_inline_code_cannot_be_ended_from_inside(value):
    marked = code(value)
    ticks = re.match(r"`+", marked)[0]
    assert ticks not in re.findall(r"`+", marked[len(ticks) : -len(ticks)])


@given(st.text(alphabet="`ab\n"))
def test_a_code_block_cannot_be_ended_from_inside(content):
    block = fence(content, "sql")
    ticks = re.match(r"`+", block)[0]
    assert block.count(ticks) == 2


def test_a_template_escapes_whatever_no_filter_marked_as_ours():
    environment = make_environment()
    assert environment.from_string("{{ x }}").render(x="*a*") == r"\*a\*"
    assert environment.from_string("{{ x | raw }}").render(x="*a*") == "*a*"
    assert environment.from_string("{{ x }}").render(x=None) == ""


CARD = {
    "id": "know-doubling",
    "chapter": "what-one-force-can-know",
    "conclusion": "Nine years. <script>x</script>",
    "against": "{claim}`HO04` says otherwise.",
    "would_change": "More events.",
    "evidence": "medium",
    "agreement": "high",
    "confidence": "high",
    "numbers": [{"key": "know-years", "text": "9", "description": "Years"}],
    "claims": [{"id": "PC03", "verdict": "reproduced", "claim": "ten", "text": "10"}],
}


def test_a_conclusion_has_an_address_of_its_own_and_its_words_stay_inert():
    scale = {
        "source": "https://example.org",
        "source_words": "a note",
        "confidence": [{"word": "high", "means": "We would be surprised."}],
        "evidence": [],
        "agreement": [],
        "scale": {"medium": {"high": "high", "low": "low"}},
    }
    page = render_page("conclusions", conclusions=[CARD], scale=scale)
    assert "(conclusion-know-doubling)=" in page
    assert ":class: confidence-high chapter-what-one-force-can-know" in page
    assert "[What one force can know](</what-one-force-can-know>)" in page
    assert "[PC03](#claim-pc03), reproduced" in page
    assert "*Given for* medium evidence with high agreement." in page
    assert "<script>" not in page
    assert "{claim}`" not in page


def test_an_objection_shows_its_state_and_links_what_it_was_read_on():
    entry = {
        "id": "dear", "to": "report", "state": "partly", "title": "Dear", "objection": "o", "reply": "r",
        "conclude": "c", "would_change": "w", "pages": [], "numbers": [], "claims": [],
        "items": [{"item_id": "CE005", "side": "critical", "claim": "Costly", "year": "2025",
                   "page_url": "https://example.org/a", "trust": "B"}],
    }  # fmt: skip
    page = render_page("objections", objections=[entry], headings=HEADINGS, states=STATES)
    assert ":::{dropdown} Dear — partly answered" in page
    assert "[Costly](<https://example.org/a>) (2025; CE005; trust B)" in page
    assert page.index(HEADINGS["coordination"]) < page.index("(objection-dear)=")
