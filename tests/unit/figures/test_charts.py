"""Every figure of the registry, drawn from the committed data."""

import json

import pytest
import vl_convert

from pipeline.chapters.prose import find_figures
from pipeline.core.paths import Paths, find_root
from pipeline.figures.notebook import render
from pipeline.figures.reconciliation import CELLS_WIDTH
from pipeline.figures.registry import PLACEHOLDER, read_data, read_figure, read_registry, sources_of
from pipeline.figures.render import figure_html, static_svg, to_spec
from pipeline.figures.theme import (
    LIST_COLOURS,
    LIST_DASHES,
    MEASURE_COLOURS,
    OUTCOME_COLOURS,
    SETTING_COLOURS,
    SETTING_SHAPES,
    STATED_BY_COLOURS,
    STATED_BY_SHAPES,
    THRESHOLD_COLOURS,
    THRESHOLD_SHAPES,
    VERDICT_COLOURS,
    VERDICT_LABELS,
)

PATHS = Paths(find_root())
NAMES = sorted(read_registry(PATHS))
BUDGET_BYTES = 125_000  # one figure; a page holds several, beside the script of 0.9 MB


def spec_of(name: str) -> dict:
    figure = read_figure(name, PATHS)
    return to_spec(figure.build(read_data(figure, PATHS)), figure.alt)


def layers_of(spec: dict) -> list[dict]:
    """All views with a mark; what a layer inherits from those above it is merged in."""
    inside = spec.get("layer") or spec.get("vconcat") or []
    if not inside:
        return [spec]
    outer = spec.get("encoding", {})
    return [
        layer | {"encoding": {**outer, **layer.get("encoding", {})}}
        for child in inside
        for layer in layers_of(child)
    ]


@pytest.fixture(scope="module")
def specs() -> dict[str, dict]:
    return {name: spec_of(name) for name in NAMES}


@pytest.fixture(scope="module")
def drawn() -> dict[str, tuple[str, str]]:
    return {name: render(name, PATHS) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_every_mark_has_a_tooltip(specs, name):
    for layer in layers_of(specs[name]):
        seen = layer["mark"].get("opacity") != 0 and layer["mark"].get("color") != "white"
        assert not seen or layer["encoding"].get("tooltip"), layer["mark"]


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_title_alternative_text_takeaway_and_sources(name):
    figure = read_figure(name, PATHS)
    assert figure.title and figure.subtitle and figure.takeaway
    assert figure.alt.count(". ") == 1 and figure.alt.endswith(".")  # two sentences
    computed_here = (
        figure.data.startswith("benchmark_") or (PATHS.root / "data/bench" / figure.data).is_file()
    )
    assert sources_of(figure, PATHS) or computed_here


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_typed_into_the_words_of_a_figure(name):
    entry = read_registry(PATHS)[name]
    for key in ("title", "subtitle", "alt", "takeaway"):
        assert find_figures(PLACEHOLDER.sub("·", entry[key])) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_measure_is_named_on_its_axis_or_panel(specs, name):
    for view in specs[name].get("vconcat", [specs[name]]):
        axes = [channel for layer in layers_of(view) for channel in _positions(layer)]
        measured = [axis for axis in axes if axis.get("type") in ("quantitative", "temporal")]
        named = any(axis.get("title") for axis in axes) or view.get("title")
        # the explorer writes its measure in a line of text; names and years speak for themselves
        assert named or name == "explorer" or not measured


def _positions(layer: dict) -> list[dict]:
    return [layer["encoding"][axis] for axis in ("x", "y") if axis in layer["encoding"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_date_in_a_tooltip_is_written_as_a_date_in_any_time_zone(specs, name):
    layers = layers_of(specs[name])
    dates = {
        p["field"]
        for layer in layers
        for p in _positions(layer)
        if p.get("type") == "temporal" and "field" in p
    }
    for layer in layers:
        for tip in layer["encoding"].get("tooltip", []):
            assert tip["field"] not in dates or tip.get("timeUnit", "").startswith("utc")


@pytest.mark.parametrize("name", NAMES)
def test_every_time_axis_is_in_universal_time(specs, name):
    for layer in layers_of(specs[name]):
        for position in _positions(layer):
            if position.get("type") == "temporal" and layer["mark"]["type"] in ("point", "line", "bar"):
                utc = position.get("scale", {}).get("type") == "utc" or position.get(
                    "timeUnit", ""
                ).startswith("utc")
                assert utc


@pytest.mark.parametrize("name", NAMES)
def test_the_data_in_a_figure_are_columns_of_its_table(specs, name):
    figure = read_figure(name, PATHS)
    drawn = specs[name]["datasets"]
    assert all(rows for rows in drawn.values())
    assert max(len(rows) for rows in drawn.values()) <= len(read_data(figure, PATHS))


@pytest.mark.parametrize("name", NAMES)
def test_vega_lite_has_nothing_to_warn_of(specs, name, capfd):
    spec = {key: value for key, value in specs[name].items() if key != "usermeta"}
    vl_convert.vegalite_to_vega(spec, vl_version="6.4", show_warnings=True)
    assert "WARN" not in capfd.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_small(drawn, name):
    assert len(drawn[name][0].encode()) < BUDGET_BYTES


@pytest.mark.parametrize("name", ["deployments_by_year", "explorer", "spread_map"])
def test_two_drawings_of_a_figure_are_the_same_bytes(drawn, name):  # nbval sees it of every other figure
    assert drawn[name] == render(name, PATHS)


def test_the_static_drawing_does_not_depend_on_the_time_zone(specs, monkeypatch):
    drawn = static_svg(specs["explorer"])
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert static_svg(spec_of("explorer")) == drawn


def test_no_two_figures_share_an_id(drawn):
    ids = []
    for html, _ in drawn.values():
        ids += [part.split('"')[0] for part in html.split('id="')[1:]]
    assert len(ids) == len(set(ids))


def test_false_alerts_per_face_are_on_a_logarithmic_scale_and_dashed_across_the_change(specs):
    upper, lower = specs["false_alerts_two_denominators"]["vconcat"]
    assert {
        p["scale"].get("type") for layer in layers_of(lower) for p in _positions(layer) if "scale" in p
    } == {"log"}
    assert all(
        p["scale"].get("type") != "log"
        for layer in layers_of(upper)
        for p in _positions(layer)
        if "scale" in p
    )
    rows = specs["false_alerts_two_denominators"]["datasets"]
    dashed = {
        row["threshold"] for table in rows.values() for row in table if row["faces"] == "in more than one way"
    }
    assert dashed == {"0.60", "0.62"}  # both were in use on either side of a change in counting


def test_every_threshold_verdict_and_speaker_has_one_colour_and_a_shape_or_label():
    assert list(THRESHOLD_COLOURS) == list(THRESHOLD_SHAPES)
    assert list(SETTING_COLOURS) == list(SETTING_SHAPES)
    assert list(LIST_COLOURS) == list(LIST_DASHES)
    assert list(STATED_BY_COLOURS) == list(STATED_BY_SHAPES)
    assert list(VERDICT_COLOURS) == list(VERDICT_LABELS)
    assert OUTCOME_COLOURS["arrests"] == MEASURE_COLOURS["arrests"]
    for colours in (THRESHOLD_COLOURS, STATED_BY_COLOURS, VERDICT_COLOURS, MEASURE_COLOURS, OUTCOME_COLOURS):
        assert len(set(colours.values())) == len(colours)


def test_single_and_stacked_figures_fill_their_column(specs):
    for spec in specs.values():
        if "vconcat" in spec:
            operations = spec["usermeta"]["embedOptions"]["patch"]
            compiled = vl_convert.vegalite_to_vega(
                {key: value for key, value in spec.items() if key != "usermeta"}, vl_version="6.4"
            )
            assert "width" in compiled and isinstance(compiled["signals"], list)  # what the patch replaces
            assert [operation["path"] for operation in operations] == ["/width", "/signals/0"]
        else:
            assert spec["width"] in ("container", CELLS_WIDTH)  # cells of text cannot shrink: a phone scrolls


def test_a_hostile_place_name_is_text_everywhere():
    figure = read_figure("locations", PATHS)
    table = read_data(figure, PATHS)
    hostile = '</script><script>alert("1")</script><img src=x onerror=alert(1)>'
    table.loc[table["place"] == "Westminster", "place"] = hostile
    html = figure_html(figure, to_spec(figure.build(table), figure.alt), table, sources_of(figure, PATHS))
    assert "<script>alert" not in html and "<img" not in html
    inside = html.split('class="vega-spec">')[1].split("</script>")[0]
    assert hostile in json.dumps(json.loads(inside), ensure_ascii=False).replace('\\"', '"')
