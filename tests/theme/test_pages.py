"""What the theme makes of each node type, read from the site that the real engine built."""

import json
import re

import pytest

from pipeline.core.paths import Paths
from pipeline.stages import build_book

from .conftest import lay_out


@pytest.fixture(scope="session")
def page(built):
    return lambda name: (built / name).read_text(encoding="utf-8")


# Each line was written by hand from the Markdown of fixture/book/chapters/nodes.md.
NODES = {
    "heading": '<h2 id="sec-two">Section two<a class="anchor" href="#sec-two"',
    "emphasis and strong": "<em>in italics</em>, <strong>in bold</strong>",
    "delete and underline": "<del>deleted</del>, <u>underlined</u>",
    "small capitals": '<span class="smallcaps">small</span>',
    "subscript and superscript": "H<sub>2</sub>O, m<sup>2</sup>",
    "inline code and key": "<code>code</code>, <kbd>Ctrl</kbd>",
    "abbreviation": '<abbr title="live facial recognition">LFR</abbr>',
    "break": "a line<br>break",
    "footnote, second reference": 'href="#fn-one" id="fn-one-use-2"',
    "footnote itself": '<li id="fn-one" value="1"><p>The note.</p><a href="#fn-one-use-1"',
    "narrative citation": '<a href="#cite-wilson1927" class="cite">Wilson (1927)</a>',
    "parenthetical citation": 'class="cite">Smith &amp; Jones, 2020</a>)',
    "reference": '<li id="cite-wilson1927">Wilson, E. B. (1927).',
    "block quotation": "<blockquote><p>A quotation.</p></blockquote>",
    "nested list": "<ul><li>first</li><li>second<ul><li>inner</li></ul></li>",
    "task list": '<li class="task">☐ to do</li><li class="task">☑ done</li>',
    "ordered list": '<ol start="3"><li>three</li>',
    "definition list": "<dl><dt>Term</dt><dd>Definition</dd></dl>",
    "thematic break": "<hr>",
    "div": '<div class="own-class"><p>In a div.</p></div>',
    "aside": '<aside class="aside"><p>Said aside.</p></aside>',
    "figure": '<figure id="fig-x" class="figure"><img src="files/pic-',
    "caption": '<p><span class="caption-number">Figure\u00a01:</span>The caption</p></figcaption>',
    "legend": '<div class="legend"><p>The legend</p></div>',
    "image": 'alt="A picture" title="its title"',
    "column of numbers": '<th scope="col" class="num">Alerts</th>',
    "number in its cell": '<td>Croydon</td><td class="num">1,204</td><td>words</td><td>1</td>',
    "cell of many words": '<td class="long">A place whose name',
    "list table": '<th scope="col"><p>A</p></th>',
    "code": '<span class="nf">one</span>',
    "code is escaped": "# &lt;b&gt;",
    "code with emphasis and numbers": '<span class="hll"><span class="linenos">1</span>',
    "equation": '<div id="eq-x" class="math"><math xmlns=',
    "equation number": '<span class="equation-number">(1)</span>',
    "cross-reference to an equation": 'and <a href="#eq-x">(1)</a>',
    "admonition": '<aside class="box note"><p class="box-title">Note</p><p>A note.</p></aside>',
    "folded admonition": '<details class="box warning dropdown"><summary>A title of its own</summary>',
    "dropdown": '<details class="box"><summary>Folded</summary><p>Inside.</p></details>',
    "tabs": '<details class="box" open><summary>One</summary><p>first tab</p></details>',
    "grid and card": '<p class="card-title">Card title</p>',
    "card link": '<a href="nodes.html" class="card-link">',
    "theorem": '<section id="thm" class="box theorem"><p class="box-kind">Theorem 1</p>',
    "exercise": '<section id="ex" class="box exercise">',
    "glossary": '<dt id="term-fpir">FPIR</dt>',
    "term": '<a href="#term-fpir">FPIR</a>',
    "include": "<p>An included paragraph.</p>",
    "embed": '<section class="box theorem"><p class="box-kind">',
    "details by hand": "<summary>By hand</summary><p>inside</p>",
    "quotation with author": "<blockquote><p>To be</p></blockquote><figcaption><p>Author</p></figcaption>",
    "topic": '<aside class="aside topic"><p class="box-title">Topic</p>',
    "download": '<a href="files/figures-',
}


@pytest.mark.parametrize("expected", NODES.values(), ids=NODES)
def test_node_is_rendered(page, expected):
    assert expected in page("nodes.html")


def test_label_before_a_fold_becomes_its_id(page):
    assert '<details id="claim-ho04" class="box verdict-consistent">' in page("headline-claims.html")
    assert '<a href="#claim-ho04">HO04</a>' in page("headline-claims.html")


def test_comment_prints_nothing(page):
    assert "prints nothing" not in page("nodes.html")


def test_mathematics_is_mathml_without_fonts_or_source(page):
    html = page("nodes.html")
    assert "katex" not in html
    assert "annotation" not in html


FRONT = {
    "title": "<h1>The front page</h1>",
    "subtitle": '<p class="subtitle">One paragraph that says what was found</p>',
    "description": '<meta name="description" content="A small book with one of everything">',
    "link to a label on another page": '<a href="nodes.html#tbl-x">the table</a>',
    "reference to a figure on another page": '<a href="nodes.html#fig-x">Figure\u00a01</a>',
    "outside link": '<a href="https://example.org/a?b=1&amp;c=2">',
    "data file": '<a href="data/deployments.csv">here</a>',
    "root-absolute link with anchor": '<a href="nodes.html#sec-two">there</a>',
    "front page": '<a href="index.html">here</a>',
    "hostile code": "<code>&lt;script&gt;alert(1)&lt;/script&gt;</code>",
    "value": ' title="Deployments in the record" data-value="deployments-total">538</span>',
    "claim links to its card": '<a href="headline-claims.html#claim-ho04"><span class="claim consistent"',
    "stated value": ' title="HO04, as stated by Home Office: Over 1,400 arrests &lt;b&gt;in a year',
    "claim's tooltip is escaped": 'title="HO04, consistent: Over 1,400 arrests &lt;b&gt;in a year&lt;/b&gt;"',
    "part title in the menu": '<li class="part">Part one</li>',
    "current page in the menu": '<a href="index.html" aria-current="page">',
    "next page": '<a rel="next" href="nodes.html"><span>Next</span> Every kind of node</a>',
    "outline": '<li class="depth-2"><a href="#why-it-matters">Why it matters</a></li>',
}


@pytest.mark.parametrize("expected", FRONT.values(), ids=FRONT)
def test_front_page_has(page, expected):
    assert expected in page("index.html")


def test_page_order_follows_the_table_of_contents(page):
    links = re.findall(r'class="level-\d"><a href="([^"]+)"', page("figures.html"))
    assert links == ["index.html", "nodes.html", "figures.html", "headline-claims.html"]


NOTEBOOK = {
    "code is folded beneath its output": '</figure></div>\n<details class="folded"><summary>Code</summary>',
    "html output is inserted as it is": '<figure class="vega-figure" id="fig-alerts">',
    "root-absolute address in an output": '<a href="data/fig_alerts.csv">CSV</a>',
    "root-absolute page in an output": '<a href="nodes.html#sec-two">back</a>',
    "specification": '<script type="application/json" class="vega-spec">{"$schema"',
    "text of a stream is escaped": '<pre class="output">one &amp; only',
    "plain text is escaped": '<pre class="output">4 &lt; 5</pre>',
    "svg without its prologue": '<div class="output"><svg xmlns=',
    "output without its code": '<div class="cell"><div class="output"><p>output alone</p></div>',
    "download of the notebook": '<a href="notebooks/figures.ipynb" download>',
    "script of the figures": '<script src="figures.js" defer></script>',
}


@pytest.mark.parametrize("expected", NOTEBOOK.values(), ids=NOTEBOOK)
def test_notebook_page_has(page, expected):
    assert expected in page("figures.html")


def test_long_output_is_fetched_from_its_file(page):
    assert page("figures.html").count("word ") > 10_000


def test_removed_cell_and_removed_input_are_absent(page):
    assert "hidden_parameter" not in page("figures.html")
    assert "alone()" not in page("figures.html")


def test_downloaded_notebook_is_the_chapter(built):
    chapter = json.loads((built / "notebooks" / "figures.ipynb").read_text(encoding="utf-8"))
    assert chapter["nbformat"] == 4


def test_tables_are_published_flat(built):
    names = sorted(file.name for file in (built / "data").iterdir())
    assert names == ["deployments.csv", "extracted-x.csv", "fig_alerts.csv", "lfr-record.zip"]


def test_code_that_a_figure_cites_is_in_the_site(built):
    cited = built / "code" / "pipeline" / "alerts.py"
    assert cited.read_text() == '"""The code behind the figure of the fixture."""\n'


def test_table_with_an_empty_head_has_none(page):
    assert "<table><tbody><tr><td>stated by</td>" in page("headline-claims.html")


def test_page_without_figures_loads_no_chart_script(page):
    assert "figures.js" not in page("index.html")


def test_policy_forbids_inline_script_and_other_sites(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page("index.html"))[1]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy


def test_no_page_has_an_inline_script_that_would_run(built):
    for file in built.glob("*.html"):
        for script in re.findall(r"<script[^>]*>", file.read_text(encoding="utf-8")):
            assert " src=" in script or 'type="application/json"' in script


def test_search_index_has_sections_and_cards_but_neither_code_nor_tables(built):
    text = (built / "search-index.js").read_text(encoding="utf-8")
    records = json.loads(text.removeprefix("window.BOOK_SEARCH=").removesuffix(";\n"))
    found = {record[0]: record for record in records}
    known = "index.html#what-is-known"
    assert found[known][1:] == ["The front page", "What is known", found[known][3]]
    assert "pelican" in found[known][3]
    assert found["figures.html#claim-x1"][2] == "Card of the albatross"
    assert found["headline-claims.html#claim-ho04"][2] == "HO04: over 1,400 arrests"
    assert "bound it" in found["headline-claims.html#claim-ho04"][3]
    assert "hidden_parameter" not in text
    assert "vega-lite" not in text


def test_site_holds_no_absolute_path_and_no_content_json(built):
    assert not list(built.glob("*.json"))
    for file in built.rglob("*"):
        if file.suffix in {".html", ".js", ".css"}:
            assert str(built.parent) not in file.read_text(encoding="utf-8")


def test_two_builds_in_two_folders_give_the_same_bytes(built, tmp_path, params):
    paths = lay_out(tmp_path / "a-folder-of-another-name")
    build_book.run(paths, params)
    first = {file.relative_to(built): file.read_bytes() for file in built.rglob("*") if file.is_file()}
    second = {
        file.relative_to(paths.site): file.read_bytes() for file in paths.site.rglob("*") if file.is_file()
    }
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_building_does_not_touch_the_book(built):
    paths = Paths(built.parent)
    assert not (paths.book / "_build").exists()
    assert not list(paths.book.rglob("__pycache__"))
