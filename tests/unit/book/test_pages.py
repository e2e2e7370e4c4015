"""Generated pages: what comes from outside can be read and nothing more."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.book.markdown import code, fence, link, text
from pipeline.book.pages import make_environment

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
