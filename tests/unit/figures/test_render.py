"""The block of one figure on a page."""

import json
import re

import altair as alt
import pandas as pd
import pytest

from pipeline.core.paths import Paths, find_root
from pipeline.figures import show
from pipeline.figures.registry import Figure
from pipeline.figures.render import DECIMALS, _rounded, figure_html, spec_json, static_svg, to_spec
from pipeline.sources.registry import read_sources

FIGURE = Figure(
    name="demo", title="A < B", subtitle="counts & more", alt='Bars of "y" by x. They rise.',
    takeaway="It rises.",
    sources=("met_2023_2024",), data="fig_demo.csv", builder="pipeline.figures.volume:explorer",
)  # fmt: skip
TABLE = pd.DataFrame({"x": ["a", "b"], "y": [1.0, None]})
SOURCES = [source for source in read_sources(Paths(find_root()).reference) if source.id == "met_2023_2024"]


def chart(rows: pd.DataFrame = TABLE) -> alt.Chart:
    return alt.Chart(rows).mark_bar().encode(x="x:N", y="y:Q")


def block(table: pd.DataFrame = TABLE) -> str:
    return figure_html(FIGURE, to_spec(chart(), FIGURE.alt), table, SOURCES)


def test_the_block_has_its_parts_in_order():
    parts = [
        '<figure class="vega-figure" id="fig-demo">', 'class="figure-head"', 'class="figure-title"',
        'class="figure-subtitle"', '<div class="vega-static"><svg', '<div class="vega-live" hidden></div>',
        '<script type="application/json" class="vega-spec">', '<p class="figure-takeaway">',
        '<details class="figure-data"><summary>Data behind this figure</summary><table>',
        '<p class="figure-source">',
    ]  # fmt: skip
    places = [block().index(part) for part in parts]
    assert places == sorted(places)


def test_the_source_line_leads_to_publisher_data_and_code():
    line = block().split('class="figure-source">')[1]
    assert re.match(
        r'Source: Metropolitan Police Service, <a href="https://www\.met\.police\.uk/[^"]+">LFR', line
    )
    assert re.search(r"accessed \d{4}-\d\d-\d\d\.", line)
    assert '<a href="/data/fig_demo.csv">CSV</a>' in line
    assert '<a href="/code/pipeline/figures/volume.py">Code</a>' in line


def test_text_is_escaped():
    assert "A &lt; B" in block() and "counts &amp; more" in block()
    assert 'aria-label="Bars of &quot;y&quot; by x. They rise."' in block()


def test_the_specification_is_json_that_no_script_element_can_end():
    text = spec_json({"b": "</script>", "a": 1})
    assert text == '{"a":1,"b":"\\u003c/script>"}'
    assert json.loads(text) == {"a": 1, "b": "</script>"}


def test_a_missing_value_is_an_empty_cell_and_a_count_has_no_decimals():
    assert "<tr><td>a</td><td>1</td></tr><tr><td>b</td><td></td></tr>" in block()


@pytest.mark.parametrize(("rows", "told"), [(60, False), (61, True), (100, True)])
def test_long_tables_end_with_a_link_to_the_rest(rows, told):
    html = block(pd.DataFrame({"x": range(rows)}))
    assert html.count("<tr>") == 1 + min(rows, 60)
    assert (f"{rows - 60} more rows in" in html) is told


def test_the_drawing_has_one_label_and_no_roles_inside():
    svg = static_svg(to_spec(chart(), "One. Two."))
    assert svg.count("role=") == 1 and svg.count("aria-") == 1
    assert svg.startswith("<svg ") and 'role="img" aria-label="One. Two."' in svg.split(">")[0]


def test_rounding_cuts_decimals_and_nothing_else():
    rows = pd.DataFrame({"x": ["2.123456"], "y": [2.123456]})
    svg = static_svg(to_spec(chart(rows), "One. Two."))
    assert "2.123456</text>" in svg  # a label stays as it is
    assert not re.search(r'="[^"]*\d\.\d{3}', svg)
    assert DECIMALS.sub(_rounded, "M12.3456,0.125A2.5231,-0.999") == "M12.35,0.12A2.52,-1"


def test_an_unknown_figure_names_the_near_ones():
    with pytest.raises(Exception, match="did you mean deployments_by_year"):
        show("deployment_by_year")


def test_show_gives_html_and_one_line_of_text(monkeypatch):
    shown = []
    monkeypatch.setattr("pipeline.figures.notebook.display", lambda data, raw: shown.append((data, raw)))
    show("deployments_by_year")
    ((data, raw),) = shown
    assert raw and set(data) == {"text/html", "text/plain"}
    assert data["text/plain"].startswith("Figure: ") and "\n" not in data["text/plain"]
