"""Tables collected page by page: typed, and otherwise left as they are."""

import pandas as pd
import pytest

from pipeline.cleaning.collected import clean_collected
from pipeline.core.errors import RecordError
from pipeline.sources.layouts import COLLECTED

TOTAL = {
    "total_id": "T1",
    "force_id": "essex",
    "scope": "one_force",
    "period_start": "2024-02",
    "period_end": "2024",
    "measure": "faces_seen",
    "qualifier": "~",
    "value": "1300000",
    "unit": "count",
    "page_url": "https://example.org/1",
    "page_title": "A page",
    "trust": "C",
}


def printed(name: str, **cells: str) -> pd.DataFrame:
    row = {**dict.fromkeys(COLLECTED[name], ""), **cells, "source_id": name, "page": "", "row": "1"}
    return pd.DataFrame([row])


def test_a_total_gets_our_name_the_widest_span_of_its_dates_and_a_word_for_its_sign():
    row = clean_collected(
        "published_totals", printed("published_totals", **TOTAL), frozenset({"essex"})
    ).iloc[0]
    assert (row["measure"], row["qualifier"], row["value"]) == ("faces_scanned", "about", 1_300_000)
    assert (row["first_day"], row["last_day"]) == (
        "2024-02-01",
        "2024-12-31",
    )  # a leap year has nothing to do with it
    assert (row["source_id"], row["source_row"]) == ("published_totals", 1)


def test_a_total_without_dates_has_none():
    cells = {**TOTAL, "period_start": "", "period_end": ""}
    row = clean_collected(
        "published_totals", printed("published_totals", **cells), frozenset({"essex"})
    ).iloc[0]
    assert (row["first_day"], row["last_day"]) == ("", "")


def test_a_threshold_that_is_not_one_number_is_kept_as_stated():
    cells = {
        "point_id": "P1", "study": "A test", "threshold": "0.60 and above", "watchlist_size": "1000",
        "measure": "TPIR", "value": "0.9", "page_url": "https://example.org/1", "trust": "B",
    }  # fmt: skip
    row = clean_collected("test_results", printed("test_results", **cells), frozenset()).iloc[0]
    assert row["threshold_stated"] == "0.60 and above" and pd.isna(row["threshold_score"])
    assert (row["watchlist_stated"], row["watchlist_size"]) == ("1000", 1000)


@pytest.mark.parametrize(
    ("column", "text"),
    [("force_id", "wessex"), ("value", "1,300,000"), ("qualifier", "<"), ("period_start", "spring 2024")],
)
def test_a_cell_that_cannot_be_read_is_named_with_its_row_and_value(column, text):
    cells = {**TOTAL, column: text}
    with pytest.raises(RecordError) as error:
        clean_collected("published_totals", printed("published_totals", **cells), frozenset({"essex"}))
    assert "published_totals.csv" in str(error.value) and text in str(error.value)


def test_a_grade_that_is_none_of_ours_is_refused():
    with pytest.raises(RecordError, match="one of A, B, C"):
        clean_collected(
            "published_totals", printed("published_totals", **{**TOTAL, "trust": "D"}), frozenset({"essex"})
        )
