"""Numbers as they stand in prose."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.claims.formats import format_value


def plain(*arguments):
    return format_value(*arguments).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (538, "int", "538"),
        (3_147_436, "int", "3,147,436"),
        (207.0, "int", "207"),
        (0, "int", "0"),
        (1677.3996, "dec:0", "1,677"),
        (2.36, "dec:1", "2.4"),
        (0.0048, "pct:2", "0.48 %"),
        (1, "pct:0", "100 %"),
        (5 / 1_863_630, "one_in", "1 in 372,726"),
        (1, "one_in", "1 in 1"),
        (2019, "year", "2019"),
        (date(2024, 9, 17), "date", "17 September 2024"),
        (date(2024, 9, 1), "month", "September 2024"),
        ("North End, Croydon", "text", "North End, Croydon"),
    ],
)
def test_a_value_is_written_as_the_style_says(value, style, text):
    assert plain(value, style) == text


def test_an_interval_stands_in_brackets_behind_its_value():
    assert plain(0.03618, "pct_interval:1", 0.02355, 0.05295) == "3.6 % (2.4–5.3)"
    assert plain(3.257, "dec_interval:1", 2.23, 4.28) == "3.3 (2.2–4.3)"
    assert plain(3.257, "dec_interval:1", 2.23, None) == "3.3 (2.2–)"


@pytest.mark.parametrize(
    ("value", "style"),
    [
        (None, "int"),
        (float("nan"), "dec:1"),
        (1.5, "int"),
        (True, "int"),
        ("12", "int"),
        (0, "one_in"),
        (2, "one_in"),
        ("x", "pct:1"),
        ("2024-09-17", "date"),
        (3, "text"),
        (1, "dec"),
        (1, "int:2"),
        (1, "roman"),
        (0.1, "pct_interval:1"),
    ],
)
def test_a_value_that_does_not_fit_its_style_is_refused(value, style):
    with pytest.raises(ValueError):
        format_value(value, style)


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_can_be_read_back(number):
    assert int(format_value(number, "int").replace(",", "")) == number


@given(st.floats(-1e9, 1e9), st.integers(0, 9))
def test_decimals_are_rounded_to_the_nearest(number, places):
    text = format_value(number, f"dec:{places}")
    assert abs(float(text.replace(",", "")) - number) <= 0.5 * 10**-places + 1e-6
    assert len(text.partition(".")[2]) == places


@given(st.integers(1, 10**9))
def test_one_in_so_many_gives_the_number_back(number):
    assert format_value(1 / number, "one_in") == f"1 in {number:,}"


@given(st.dates())
def test_every_date_is_written_with_its_year(day):
    assert format_value(day, "date").endswith(str(day.year))
