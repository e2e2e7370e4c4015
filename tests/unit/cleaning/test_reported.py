"""Rows published about deployments: what is counted, what is kept apart, and what is refused."""

import pandas as pd
import pytest

from pipeline.cleaning.reference import Reference, SourceFacts
from pipeline.cleaning.reported import as_deployments, link, read_reported
from pipeline.core.errors import RecordError
from pipeline.sources.layouts import COLLECTED

A_DAY = {
    "report_id": "X1",
    "date_start": "2031-05-06",
    "date_end": "2031-05-06",
    "date_precision": "day",
    "result_kind": "result",
    "location": "A square",
    "faces_qualifier": ">",
    "faces_seen": "4700",
    "arrests": "2",
    "threshold": "0.64",
    "page_url": "https://example.org/1",
    "page_title": "A page",
    "page_kind": "force page",
    "trust": "A",
}
REFERENCE = Reference(
    sources={"essex_statements": SourceFacts("essex", "press")},
    forces=frozenset({"essex"}),
    page_kinds={"force page": "force_statement", "table": "government_table"},
    bundles={},
)


def printed(*rows: dict[str, str]) -> dict[str, pd.DataFrame]:
    cells = [
        {
            **dict.fromkeys(COLLECTED["reported_deployments"], ""),
            **A_DAY,
            **row,
            "source_id": "essex_statements",
            "page": "",
            "row": str(number),
        }
        for number, row in enumerate(rows, start=1)
    ]
    return {"essex_statements": pd.DataFrame(cells)}


def with_bundles(**bundles: tuple[int, int]) -> Reference:
    return Reference(**{**vars(REFERENCE), "bundles": bundles})


def test_a_day_that_took_place_is_one_deployment_with_its_bound_on_faces_marked():
    reported = read_reported(printed({}), REFERENCE)
    assert reported.loc[0, ["deployments_low", "deployments_high"]].tolist() == [1, 1]
    (row,) = as_deployments(reported).to_dict("records")
    assert (row["date"], row["faces_scanned"], row["arrests"], row["threshold_score"]) == (
        "2031-05-06",
        4700,
        2,
        0.64,
    )
    assert row["warn:faces_at_least"] and row["warn:stated_not_recorded"] and not row["warn:faces_about"]
    assert pd.isna(row["alerts"])  # not stated is not nought


def test_a_row_of_a_governments_table_is_no_mere_statement():
    row = as_deployments(read_reported(printed({"page_kind": "table"}), REFERENCE)).iloc[0]
    assert row["source_kind"] == "government_table" and not row["warn:stated_not_recorded"]


@pytest.mark.parametrize(
    ("cells", "bounds"),
    [
        ({"result_kind": "announcement"}, (0, 1)),
        ({"result_kind": "announcement", "date_end": "2031-05-08", "date_precision": "bundled_days"}, (0, 3)),
    ],
)
def test_a_plan_shows_no_deployment(cells, bounds):
    reported = read_reported(printed(cells), REFERENCE)
    assert tuple(reported.loc[0, ["deployments_low", "deployments_high"]]) == bounds
    assert as_deployments(reported).empty


@pytest.mark.parametrize(
    "cells",
    [
        {"date_end": "2031-05-07", "date_precision": "bundled_days"},
        {"date_start": "2031-05", "date_end": "2031-05", "date_precision": "month"},
        {"date_start": "2031", "date_end": "2031", "date_precision": "year"},
        {"date_start": "2031-04", "date_end": "2031-06", "date_precision": "window"},
    ],
    ids=lambda cells: cells["date_precision"],
)
def test_a_bundle_is_kept_apart_with_the_number_that_the_lookup_explains(cells):
    reported = read_reported(printed(cells), with_bundles(X1=(2, 4)))
    assert reported.loc[0, ["deployments_low", "deployments_high"]].tolist() == [2, 4]
    assert as_deployments(reported).empty


def test_a_bundle_that_nobody_explained_is_refused():
    with pytest.raises(RecordError, match="unknown number of deployments"):
        read_reported(printed({"date_end": "2031-05-07", "date_precision": "bundled_days"}), REFERENCE)


def test_an_explanation_without_its_row_is_refused():
    with pytest.raises(RecordError, match="no source has"):
        read_reported(printed({}), with_bundles(X9=(1, 1)))


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("faces_seen", "many"),
        ("threshold", "64 %"),
        ("date_start", "06/05/31"),
        ("date_end", "2031-02-30"),
        ("page_kind", "rumour"),
        ("faces_qualifier", "<"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_with_its_row_and_value(column, text):
    with pytest.raises(RecordError) as error:
        read_reported(printed({}, {"report_id": "X2", column: text}), REFERENCE)
    message = str(error.value)
    assert "essex_statements.csv" in message and "X2" in message and text in message


def test_a_row_is_linked_to_its_deployment_and_a_bundle_to_none():
    reported = read_reported(
        printed({}, {"report_id": "X2", "date_end": "2031-05-07", "date_precision": "bundled_days"}),
        with_bundles(X2=(1, 2)),
    )
    record = pd.DataFrame(
        {
            "source_id": ["grid", "essex_statements"],
            "source_row": [1, 1],
            "deployment_id": ["other", "essex-2031-05-06-1"],
        }
    )
    assert link(reported, record)["deployment_id"].tolist() == ["essex-2031-05-06-1", ""]
