"""The theme's own functions, without the engine."""

import pytest
from addresses import Addresses, RefusedAddressError
from elements import element
from markupsafe import Markup
from nodes import CannotRenderError, Page, render
from search import records

PAGE = Page(Addresses("index", ["index", "methods"]), lambda address: b"grey", frozenset(["/pic-1.png"]))
TEXT = {"type": "text", "value": "a <b> & c"}


def test_text_is_escaped():
    assert render({"type": "paragraph", "children": [TEXT]}, PAGE) == "<p>a &lt;b&gt; &amp; c</p>"


def test_attribute_is_escaped():
    assert element("a", "x", title='"><script>') == '<a title="&#34;&gt;&lt;script&gt;">x</a>'


@pytest.mark.parametrize("kind", ["iframe", "mermaid", "raw", "html", "inlineExpression", "invented"])
def test_unknown_node_type_raises(kind):
    with pytest.raises(CannotRenderError, match=kind):
        render({"type": kind, "children": [TEXT]}, PAGE)


@pytest.mark.parametrize("kind", ["mystRole", "mystDirective"])
def test_unresolved_role_raises_and_a_resolved_one_shows_its_children(kind):
    with pytest.raises(CannotRenderError, match="claim"):
        render({"type": kind, "name": "claim", "value": "HO04"}, PAGE)
    assert render({"type": kind, "children": [TEXT]}, PAGE) == "a &lt;b&gt; &amp; c"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "java\nscript:x",
        "//host/x",
    ],
)
def test_dangerous_address_is_refused(url):
    with pytest.raises(RefusedAddressError):
        render({"type": "link", "url": url, "children": [TEXT]}, PAGE)


ADDRESSES = {
    "/": "index.html",
    "/index": "index.html",
    "/methods": "methods.html",
    "/methods#intervals": "methods.html#intervals",
    "/methods/": "methods.html",
    "/data/fig_x.csv": "data/fig_x.csv",
    "#here": "#here",
    "https://example.org/": "https://example.org/",
    "mailto:a@example.org": "mailto:a@example.org",
}


@pytest.mark.parametrize("written, expected", ADDRESSES.items())
def test_address_becomes_page_relative(written, expected):
    assert PAGE.addresses.resolve(written) == expected


def test_addresses_in_finished_html_are_rewritten_and_others_left_alone():
    pieces = {
        '<a href="/methods#x">m</a>': '<a href="methods.html#x">m</a>',
        "<img src='/data/a.png'>": "<img src='data/a.png'>",
        '<a data-href="/methods" href="#y">/methods</a>': '<a data-href="/methods" href="#y">/methods</a>',
    }
    assert PAGE.addresses.in_html(" ".join(pieces)) == " ".join(pieces.values())


def test_published_file_is_named_by_its_content_whatever_folder_the_book_lies_in():
    # printf grey | sha256sum
    name = "files/pic-67fc3638.png"
    for path_hash in ("0123456789abcdef" * 2, "f" * 32):
        url = f"/pic-{path_hash}.png"
        page = Page(PAGE.addresses, PAGE.read, frozenset([url]))
        assert page.file(url) == name
        assert page.files == {name: b"grey"}


def output(form: str, content: str) -> dict:
    data = {"output_type": "display_data", "data": {form: {"content": content}}}
    return {"type": "output", "jupyter_data": data}


def test_output_in_no_known_form_raises():
    with pytest.raises(CannotRenderError, match="application/x-strange"):
        render(output("application/x-strange", "x"), PAGE)


def test_warning_of_a_cell_raises():
    node = {
        "type": "output",
        "jupyter_data": {"output_type": "stream", "name": "stderr", "text": "FutureWarning"},
    }
    with pytest.raises(CannotRenderError, match="FutureWarning"):
        render(node, PAGE)


def test_mathematics_with_an_error_raises():
    with pytest.raises(CannotRenderError, match="frac"):
        render({"type": "inlineMath", "value": r"\frac{", "error": True}, PAGE)


def test_of_an_output_the_words_are_searched_as_they_read_but_no_chart_or_table():
    parts = ("<p>the Met&#39;s</p><svg><text>no</text></svg><p>own</p>", "<table><td>no</td></table>file")
    nested = "<table><td><table><td>no</td></table>no</td></table><p>last</p>"
    fold = '<details id="c1"><summary>Claim</summary><svg>no</svg>its words</details>'
    tree = {"type": "root", "children": [{"type": "output"}]}
    found = records(tree, "Page", "page.html", lambda node: Markup("".join((*parts, nested, fold))))
    tidy = [[" ".join(part.split()) for part in record] for record in found]
    assert tidy == [
        ["page.html#c1", "Page", "Claim", "its words"],
        ["page.html", "Page", "", "the Met's own file last"],
    ]
