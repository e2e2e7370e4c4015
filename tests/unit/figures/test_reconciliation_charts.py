"""Figures of who published what: each draws, says no more than its table, and keeps its parts apart."""

import json

import pandas as pd
import pytest

from pipeline.figures import reconciliation
from pipeline.figures.render import static_svg, to_spec
from pipeline.national.segments import EITHER_WAY, IN_WORDS, ROWS, STATED, UNEXPLAINED


@pytest.fixture
def segments() -> pd.DataFrame:
    """100 stated: 60 + 20 + 5 + 5 + 10, laid end to end."""
    pieces = [
        ("Met", ROWS, 60), ("Essex", STATED, 20), ("South Wales", IN_WORDS, 5),
        ("other forces", EITHER_WAY, 5), ("nobody", UNEXPLAINED, 10),
    ]  # fmt: skip
    table = pd.DataFrame(pieces, columns=["who", "how", "count"])
    ends = table["count"].cumsum() / 100
    return table.assign(
        headline="100 deployments, 2024", headline_id="h", begins=ends - table["count"] / 100, ends=ends,
        stated=100.0, lower=80.0, lower_natural=85.0, upper=None,
    )  # fmt: skip


@pytest.fixture
def years() -> pd.DataFrame:
    row = {"force": "Essex Police", "force_id": "essex", "reading": "strict", "recorded": 1, "lower": 3}
    return pd.DataFrame(
        [
            row | {"year": "2024", "upper": 3, "cell": "3", "kind": "known"},
            row | {"year": "all", "upper": None, "cell": "3 +", "kind": "at least"},
            row | {"year": "all", "reading": "natural", "upper": 5, "cell": "3–5", "kind": "between"},
        ]
    )


@pytest.fixture
def fields() -> pd.DataFrame:
    row = {"force_id": "essex", "force": "<b>Essex</b>", "rows": 4}
    return pd.DataFrame(
        [
            row | {"field": "date", "form": "table", "rows_with": 4},
            row | {"field": "faces", "form": "nothing found", "rows_with": 0},
        ]
    )


def test_a_bar_is_as_long_as_its_share_and_the_rest_stays_white(segments):
    spec = to_spec(reconciliation.headline_segments(segments), "alt")
    drawn = [row for rows in spec["datasets"].values() for row in rows if "ends" in row and "who" in row]
    assert sum(row["ends"] - row["begins"] for row in drawn) == pytest.approx(100)
    assert reconciliation.WHO_COLOURS["nobody"] == "#FFFFFF"
    assert static_svg(spec).count('fill="#FFFFFF"') >= 1


def test_a_total_without_ceiling_is_drawn_open_and_one_with_a_ceiling_is_not(segments):
    assert "no ceiling" in json.dumps(to_spec(reconciliation.headline_segments(segments), "alt"))
    closed = segments.assign(upper=120.0)
    assert "no ceiling" not in json.dumps(to_spec(reconciliation.headline_segments(closed), "alt"))


def test_pieces_differ_by_outline_and_fill_not_by_colour_alone(segments):
    looks = [json.dumps(look) for look in reconciliation.HOW.values()]
    assert len(set(looks)) == len(looks)
    spec = to_spec(reconciliation.headline_segments(segments), "alt")
    fills = [layer["mark"]["fillOpacity"] for layer in spec["layer"] if "fillOpacity" in layer["mark"]]
    assert fills == [1.0, 0.5, 0.25, 0.12, 1.0]


def test_the_reader_sees_the_strict_reading_first_and_can_switch(years):
    spec = to_spec(reconciliation.bounds_by_force_year(years), "alt")
    assert spec["params"][0]["value"] == "strict"
    assert spec["params"][0]["bind"]["options"] == ["strict", "natural"]
    drawn = static_svg(spec)
    assert ">3 +<" in drawn
    assert ">3–5<" not in drawn


def test_each_form_of_publication_has_a_letter_and_its_text_is_escaped(fields):
    assert set(reconciliation.FORM_MARKS) == set(reconciliation.FORM_COLOURS)
    drawn = static_svg(to_spec(reconciliation.fields_published(fields), "alt"))
    assert ">T<" in drawn
    assert "<b>" not in drawn


@pytest.mark.parametrize("name", ["headline_segments", "bounds_by_force_year", "fields_published"])
def test_two_charts_of_one_table_are_equal(name, request, segments, years, fields):
    chosen = {"headline_segments": segments, "bounds_by_force_year": years, "fields_published": fields}[name]
    draw = getattr(reconciliation, name)
    assert to_spec(draw(chosen), "alt") == to_spec(draw(chosen), "alt")
