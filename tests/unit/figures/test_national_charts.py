"""The figures of the national record, drawn from a table small enough to see in the drawing."""

import re

import pandas as pd
import pytest
import vl_convert

from pipeline.core.drawing import VEGA_LITE
from pipeline.figures.national import COLOURS, MEASURES, WARNINGS, force_years
from pipeline.figures.render import spec_json, static_svg, to_spec
from pipeline.figures.spread import (
    COUNT_COLOURS,
    COUNT_DASHES,
    STAGE_COLOURS,
    WHITE,
    spread_counts,
    spread_map,
)
from pipeline.figures.theme import TEXT
from pipeline.national.capability import STAGES

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(1)">'


def drawn(chart, **settings) -> str:
    """The static drawing with the controls set."""
    spec = to_spec(chart, "A chart.")
    for param in spec["params"] if settings else []:
        param["value"] = settings.get(param["name"], param.get("value"))
    return static_svg(spec)


@pytest.fixture
def years() -> pd.DataFrame:
    rows = [
        ("all years", "metropolitan", "Met", "pioneers", "deployments", 100, 0, 0, "100 counted"),
        (
            "all years",
            "essex",
            "Essex",
            "new leaders",
            "deployments",
            3,
            11,
            15,
            "3 counted, 11–15 more stated",
        ),
        ("2022", "metropolitan", "Met", "pioneers", "deployments", 100, 0, 0, "100 counted"),
        ("2024", "essex", "Essex", "new leaders", "deployments", 3, 11, 15, "3 counted, 11–15 more stated"),
        ("all years", "essex", "Essex", "new leaders", "faces_scanned", None, None, None, "not stated"),
        ("2024", "essex", "Essex", "new leaders", "faces_scanned", None, None, None, "not stated"),
    ]
    names = ["period", "force_id", "force", "group", "measure", "counted", "fewest_more", "most_more", "said"]
    return pd.DataFrame(rows, columns=names).assign(note=None)


@pytest.fixture
def tiles() -> pd.DataFrame:
    rows = [
        ("Essex", "ESSX", 1, 1, "borrowed", "B", 114, 124),
        ("Essex", "ESSX", 1, 1, "new_leader", "N", 124, 999),
        ("Kent", "KENT", 2, 1, "nothing_found", "·", 0, 999),
        ("Met", "MET", 2, 2, "pioneer", "P", 70, 999),
    ]
    names = ["force", "label", "tile_row", "tile_column", "stage", "letter", "from_month", "until_month"]
    blank = dict.fromkeys(
        ["first_use", "own_from", "vendor", "threshold", "equipment", "with_whom"], "not stated"
    )
    return pd.DataFrame(rows, columns=names).assign(**blank, note=None)


@pytest.fixture
def counts() -> pd.DataFrame:
    rows = [
        ("count", "2014-04-01", "own", 0, None, None, None),
        ("count", "2025-11-01", "own", 8, "+ Essex", None, None),
        ("event", "2025-08-13", None, None, "Ten vans announced", "Ten vans for seven forces", "Home Office"),
    ]
    names = ["kind", "date", "stage", "forces", "changed", "event", "actor"]
    return pd.DataFrame(rows, columns=names)


def bars(svg: str) -> list[str]:
    return re.findall(r'<path d="M[^"]*Z"[^>]*>', svg)


def test_counted_rows_are_solid_and_statements_only_outlined(years):
    svg = drawn(force_years(years), forces="new leaders")
    solid = [bar for bar in bars(svg) if COLOURS["deployments"] in bar]
    dashed = [bar for bar in bars(svg) if "stroke-dasharray" in bar]
    assert len(solid) == 2 and len(dashed) == 2  # one a panel
    assert not any(" fill=" in bar for bar in dashed)
    assert "Essex: 3 counted, 11–15 more stated" in svg


def test_the_outline_begins_where_the_solid_bar_ends(years):
    spec = to_spec(force_years(years), "A chart.")
    solid, outline = spec["vconcat"][1]["layer"][:2]
    assert solid["encoding"]["x"]["field"] == outline["encoding"]["x"]["field"] == "solid"
    assert outline["encoding"]["x2"]["field"] == "end"


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ("all forces", {"Met", "Essex"}),
        ("all but the Met", {"Essex"}),
        ("the Met alone", {"Met"}),
        ("pioneers", {"Met"}),
    ],
)
def test_the_list_of_forces_picks_forces(years, choice, shown):
    svg = drawn(force_years(years), forces=choice)
    assert {name for name in ("Met", "Essex") if f">{name}: " in svg} == shown


def test_a_year_and_a_measure_can_be_chosen(years):
    assert ">Met: " not in drawn(force_years(years), period="2024")
    svg = drawn(force_years(years), measure="faces_scanned")
    assert "Essex: not stated" in svg and WARNINGS["faces_scanned"].split(":")[1] in svg


def test_years_without_a_row_keep_their_place_on_the_axis(years):
    spec = to_spec(force_years(years), "A chart.")
    assert spec["vconcat"][0]["layer"][0]["encoding"]["x"]["scale"]["domain"] == ["2022", "2023", "2024"]


@pytest.mark.parametrize(
    ("month", "stage", "words"),
    [(113, None, "By September 2023"), (123, "B", "By July 2024"), (124, "N", "By August 2024")],
)
def test_the_slider_shows_the_stage_of_its_month(tiles, month, stage, words):
    svg = drawn(spread_map(tiles), month=month)
    assert words in svg
    assert (">ESSX<" in svg) == (stage is not None)
    assert {letter for letter in "BN" if f">{letter}<" in svg} == ({stage} - {None})


def test_every_stage_has_a_letter_and_a_colour_of_its_own():
    assert list(STAGE_COLOURS) == list(STAGES) and len(set(STAGE_COLOURS.values())) == len(STAGES)
    assert len({letter for letter, _ in STAGES.values()}) == len(STAGES)
    assert list(COUNT_COLOURS) == list(COUNT_DASHES) and list(COLOURS) == list(MEASURES)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]  # WCAG 2.2, relative luminance


def test_the_words_on_every_tile_can_be_read(tiles):
    one_each = pd.concat([tiles.head(1).assign(stage=stage) for stage in STAGE_COLOURS])
    (rows,) = to_spec(spread_map(one_each), "A chart.")["datasets"].values()
    for row, (stage, colour) in zip(rows, STAGE_COLOURS.items(), strict=True):
        ink = {"dark": TEXT, "light": WHITE}[row["ink"]]
        lighter, darker = sorted((_luminance(ink), _luminance(colour)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, stage


def test_events_stand_beside_the_lines_with_their_words(counts):
    svg = drawn(spread_counts(counts))
    assert "Ten vans announced" in svg and "rotate(-90)" in svg.replace(",0,0", "")


def test_a_hostile_name_is_text_in_every_figure(years, tiles, counts):
    charts = [
        force_years(years.replace({"Essex": HOSTILE, "Met": HOSTILE + "'\"\\"})),
        spread_map(tiles.replace({"Essex": HOSTILE, "ESSX": HOSTILE}).assign(note=HOSTILE)),
        spread_counts(counts.replace("Ten vans announced", HOSTILE)),
    ]
    for chart in charts:
        spec = to_spec(chart, "A chart.")
        svg = static_svg(spec)
        assert "<" not in spec_json(spec) and "<script" not in svg and "<img" not in svg


def test_two_drawings_are_the_same_bytes_and_vega_lite_has_nothing_to_warn_of(years, tiles, counts, capfd):
    for draw, table in ((force_years, years), (spread_map, tiles), (spread_counts, counts)):
        spec = to_spec(draw(table), "A chart.")
        assert spec_json(spec) == spec_json(to_spec(draw(table), "A chart."))
        drawn_once = {key: value for key, value in spec.items() if key != "usermeta"}
        vl_convert.vegalite_to_vega(drawn_once, vl_version=VEGA_LITE, show_warnings=True)
    assert "WARN" not in capfd.readouterr().err
