import json

from pipeline.tools.notebook_changes import compare_notebooks, compare_specs


def cell(source: str, *, text: str = "", html: str = "") -> dict:
    data = {"text/html": html} if html else {"text/plain": text}
    return {
        "cell_type": "code",
        "source": source,
        "outputs": [{"output_type": "display_data", "data": data}] if text or html else [],
    }


def notebook(*cells: dict) -> dict:
    return {"cells": list(cells)}


def figure(alerts: int, colour: str = "red", name: str = "h1") -> str:
    spec = {
        "data": {"name": name},
        "datasets": {name: [{"year": 2023, "alerts": 58}, {"year": 2024, "alerts": alerts}]},
    }
    spec["mark"] = {"type": "bar", "color": colour}
    return (
        '<figure class="vega-figure" id="fig-alerts"><figcaption><strong>Alerts rose</strong></figcaption>'
        "<svg><text>invisible</text></svg>"
        f'<script type="application/json" class="vega-spec">{json.dumps(spec)}</script>'
        f"<table><tr><td>2024</td><td>{alerts}</td></tr></table></figure>"
    )


def test_equal_notebooks_differ_in_nothing():
    same = notebook(cell("a", text="1"), cell("show()", html=figure(1286)))
    assert compare_notebooks(same, same) == []


def test_a_changed_number_is_shown_old_and_new_with_its_cell():
    old, new = (notebook(cell("# Title"), cell("total", text=text)) for text in ("537 rows", "538 rows"))
    (change,) = compare_notebooks(old, new)
    assert (change.cell, change.source) == (2, "total")
    assert change.lines == ["-537 rows", "+538 rows"]


def test_an_inserted_cell_does_not_shift_the_later_ones():
    old = notebook(cell("a", text="1"), cell("b", text="2"))
    new = notebook(cell("new", text="0"), cell("a", text="1"), cell("b", text="2"))
    (change,) = compare_notebooks(old, new)
    assert (change.cell, change.source, change.lines) == (1, "new", ["+0"])


def test_a_changed_figure_says_which_data_moved_and_shows_its_table():
    (change,) = compare_notebooks(
        notebook(cell("show()", html=figure(1286, name="h1"))),
        notebook(cell("show()", html=figure(1287, name="h2"))),
    )
    assert change.figures == ["fig-alerts: data: 1 cell changed"]
    assert change.lines == ["-2024 | 1286", "+2024 | 1287"]


def test_a_changed_drawing_names_the_part_of_the_specification():
    assert (
        compare_specs({"mark": {"type": "bar", "color": "red"}}, {"mark": {"type": "bar", "color": "blue"}})
        == "drawing: mark.color"
    )


def test_a_figure_that_came_or_went_is_said():
    empty, full = notebook(cell("show()")), notebook(cell("show()", html=figure(1)))
    assert compare_notebooks(empty, full)[0].figures == ["fig-alerts: figure added"]
    assert compare_notebooks(full, empty)[0].figures == ["fig-alerts: figure removed"]


def test_a_notebook_that_did_not_exist_shows_all_its_outputs():
    (change,) = compare_notebooks(None, notebook(cell("# prose"), cell("total", text="538")))
    assert change.lines == ["+538"]


def test_streams_and_errors_are_outputs_too():
    old = {"cells": [{"source": "x", "outputs": [{"output_type": "stream", "text": ["a\n"]}]}]}
    new = {"cells": [{"source": "x", "outputs": [{"output_type": "error", "traceback": ["ValueError"]}]}]}
    assert compare_notebooks(old, new)[0].lines == ["-a", "+ValueError"]
