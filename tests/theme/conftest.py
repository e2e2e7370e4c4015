"""A small book with one of everything, built once by the real engine."""

import json
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
import vl_convert
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pipeline.core.params import load_params
from pipeline.core.paths import Paths
from pipeline.stages import build_book

ROOT = Path(__file__).parents[2]
FIXTURE = Path(__file__).parent / "fixture"
sys.dont_write_bytecode = True  # book/theme is an input of a stage; testing it must not change it
sys.path.insert(0, str(ROOT / "book" / "theme"))

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "width": "container",
    "height": 220,
    "background": None,
    "data": {"values": [{"year": "2023", "alerts": 40}, {"year": "2024", "alerts": 212}]},
    "params": [{"name": "least", "value": 0, "bind": {"input": "range", "min": 0, "max": 1300}}],
    "transform": [{"filter": "datum.alerts >= least"}],
    "mark": {"type": "bar", "tooltip": True, "color": "#12395b"},
    "encoding": {
        "x": {"field": "year", "type": "nominal", "title": "Year"},
        "y": {"field": "alerts", "type": "quantitative", "title": "Alerts"},
    },
}


def figure_block(name: str) -> str:
    """A figure as the notebooks print it: a static picture, and a specification for the live one."""
    svg = vl_convert.vegalite_to_svg({**SPEC, "width": 640}, vl_version="6.4")
    spec = json.dumps(SPEC, sort_keys=True).replace("<", "\\u003c")
    return f"""<figure class="vega-figure" id="fig-{name}"><figcaption class="figure-head">
<strong class="figure-title">Alerts rose</strong>
<span class="figure-subtitle">Alerts a year</span></figcaption>
<div class="vega-static">{svg}</div><div class="vega-live" hidden></div>
<script type="application/json" class="vega-spec">{spec}</script>
<p class="figure-takeaway">More each year.</p>
<details class="figure-data"><summary>Data behind this figure</summary>
<table><thead><tr><th>Year</th></tr></thead><tbody><tr><td>2023</td></tr></tbody></table></details>
<p class="figure-source">Source: <a href="https://example.org/">Publisher</a>.
<a href="/data/fig_alerts.csv">CSV</a> <a href="/code/pipeline/alerts.py">Code</a></p>
</figure>"""


CARDS = """<div class="filterable select-verdict">
<details id="claim-x1" class="verdict-consistent"><summary>Card of the albatross</summary><p>Evidence</p>
</details>
<details id="claim-x2" class="verdict-not_checkable"><summary>Second card</summary>
<p><a href="/nodes#sec-two">back</a></p></details>
</div>"""


def shown(html: str) -> list:
    return [new_output("display_data", {"text/html": html, "text/plain": "shown"})]


def notebook(extra: list | None = None) -> nbformat.NotebookNode:
    """A chapter with every kind of cell and output."""
    svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9"><circle r="4"/></svg>'
    cells = [
        new_markdown_cell("# Figures and cells\n\nThe answer is {value}`deployments-total`."),
        new_code_cell("hidden_parameter = 1", metadata={"tags": ["remove-cell"]}),
        new_code_cell('show("alerts")  # <b>', outputs=shown(figure_block("alerts"))),
        new_code_cell("long()", outputs=shown(f"<p>{'word ' * 20_000}</p>")),
        new_code_cell("print(1)", outputs=[new_output("stream", name="stdout", text="one & only\n")]),
        new_code_cell("picture", outputs=[new_output("display_data", {"image/svg+xml": svg})]),
        new_code_cell("2 + 2", outputs=[new_output("display_data", {"text/plain": "4 < 5"})]),
        new_code_cell("alone()", metadata={"tags": ["remove-input"]}, outputs=shown("<p>output alone</p>")),
        new_code_cell("cards()", outputs=shown(CARDS)),
        new_markdown_cell("## Second figure\n\n" + "Far down the page.\n\n" * 40),
        new_code_cell('show("again")', outputs=shown(figure_block("again"))),
        *(extra or []),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=metadata)


def lay_out(root: Path, extra_cells: list | None = None) -> Paths:
    """Lay out the fixture with the project's own theme and plugins, as a project of its own."""
    shutil.copytree(FIXTURE, root, dirs_exist_ok=True)
    ignore = shutil.ignore_patterns("__pycache__")
    for part in ("theme", "plugins"):
        shutil.copytree(ROOT / "book" / part, root / "book" / part, ignore=ignore)
    nbformat.write(notebook(extra_cells), root / "book" / "chapters" / "figures.ipynb")
    return Paths(root)


@pytest.fixture(scope="session")
def params():
    return load_params(ROOT / "params.yaml")


@pytest.fixture(scope="session")
def built(tmp_path_factory, params) -> Path:
    """The site of the fixture book."""
    paths = lay_out(tmp_path_factory.mktemp("one"))
    build_book.run(paths, params)
    return paths.site
