"""Each parser reads what the records print, and refuses everything else."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cleaning.parsers import (
    parse_count,
    parse_date,
    parse_duration,
    parse_false_alert_remark,
    parse_percentage,
    parse_threshold,
)

PARSERS = [
    parse_count,
    parse_date,
    parse_duration,
    parse_false_alert_remark,
    parse_percentage,
    parse_threshold,
]


@pytest.mark.parametrize(
    ("text", "hours"),  # minutes over 60, by hand
    [
        ("5h03m", 5.05),
        ("5h40", 5.6667),
        ("8h0m", 8.0),
        ("6h 07m", 6.1167),
        ("4hr 47m", 4.7833),
        ("0h 01m", 0.0167),
        ("24h 00m", 24.0),
        ("", None),
        ("N/A", None),
    ],
)
def test_every_spelling_of_a_duration_in_the_records_is_read(text, hours):
    assert parse_duration(text) == hours


@pytest.mark.parametrize(
    "text",
    ["5h 61m", "5h 60m", "-1h 30m", "25h 00m", "24h 01m", "0h 00m", "17:30", "5.5", "5h", "90m", "٥h 03m"],
)
def test_a_duration_that_cannot_be_meant_is_refused(text):
    with pytest.raises(ValueError, match=r"duration|lasts"):
        parse_duration(text)


@given(
    hours=st.integers(0, 23),
    minutes=st.integers(0, 59),
    mark=st.sampled_from(["{}h{:02}m", "{}hr {}m", "{}h {:02}"]),
)
def test_a_duration_is_hours_plus_minutes_over_sixty_in_every_spelling(hours, minutes, mark):
    if hours + minutes:
        assert parse_duration(mark.format(hours, minutes)) == pytest.approx(
            (60 * hours + minutes) / 60, abs=5e-5
        )


def test_a_date_is_read_day_first():
    assert parse_date("11/07/24") == "2024-07-11"


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_of_the_century_is_read_back(day):
    assert parse_date(day.strftime("%d/%m/%y")) == day.isoformat()


@pytest.mark.parametrize(
    "text", ["32/01/25", "29/02/23", "01/13/25", "00/01/25", "1/7/24", "2024-07-11", "11/07/2024", ""]
)
def test_a_day_that_does_not_exist_or_is_written_otherwise_is_refused(text):
    with pytest.raises(ValueError, match=r"day|date"):
        parse_date(text)


@given(st.integers(0, 999_999_999))
def test_a_count_is_read_with_and_without_thousands_separators(number):
    assert parse_count(str(number)) == parse_count(f"{number:,}") == number


def test_a_blank_count_is_missing_and_a_zero_is_zero():
    assert parse_count("") is None
    assert parse_count("0") == 0


def test_words_count_only_where_the_lookup_says_so():
    assert parse_count("N/A", {"N/A": None}) is None
    assert parse_count("nil", {"nil": 0}) == 0
    with pytest.raises(ValueError, match=r"whole number"):
        parse_count("N/A")


@pytest.mark.parametrize(
    "text", ["c. 4,000", "4.000", "4,00", "1,2,3,4", "-3", "+3", "3.0", "1e3", " 3", "٣", "1234567890"]
)
def test_what_is_not_plainly_a_whole_number_is_refused(text):
    with pytest.raises(ValueError, match=r"whole number"):
        parse_count(text)


def test_a_threshold_is_the_same_with_one_decimal_or_two():
    assert parse_threshold("0.6") == parse_threshold("0.60") == 0.6
    assert parse_threshold("") is None


@pytest.mark.parametrize("text", ["64", "64%", "1.2", "-0.6", "0,64", "0.6.4"])
def test_a_threshold_outside_nought_to_one_is_refused(text):
    with pytest.raises(ValueError, match=r"threshold"):
        parse_threshold(text)


@given(st.decimals(0, 1, places=4))
def test_a_threshold_is_read_to_the_last_decimal(threshold):
    assert parse_threshold(f"{threshold:.4f}") == float(threshold)


@given(st.decimals(0, 100, places=4))
def test_a_percentage_keeps_the_decimals_printed(rate):
    assert str(parse_percentage(f"{rate:.4f}%")) == f"{rate:.4f}"


def test_printed_zeros_at_the_end_of_a_percentage_are_kept():
    assert parse_percentage("0%").as_tuple().exponent == 0
    assert parse_percentage("0.00%").as_tuple().exponent == -2
    assert parse_percentage("0.10%") == Decimal("0.1")


@pytest.mark.parametrize("text", ["0.08", "101%", "-1%", "0,08%", "1 in 5,000"])
def test_what_is_no_percentage_is_refused(text):
    with pytest.raises(ValueError, match=r"percentage"):
        parse_percentage(text)


def test_a_remark_gives_its_number_and_no_remark_is_not_zero():
    assert parse_false_alert_remark("1 false alert confirmed") == 1
    assert parse_false_alert_remark("2 false alerts confirmed") == 2
    assert parse_false_alert_remark("") is None
    with pytest.raises(ValueError, match=r"remark"):
        parse_false_alert_remark("some false alerts")


@pytest.mark.parametrize("parse", PARSERS)
@given(text=st.text(max_size=12))
def test_any_text_is_either_read_or_refused_and_never_breaks_a_parser(parse, text):
    try:
        parse(text)
    except ValueError as error:
        assert str(error)
