"""Bounds of national totals: small sets of statements by hand, the published ones against hand sums."""

import doctest
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.core.errors import RecordError
from pipeline.core.paths import find_root
from pipeline.national import bounds as bounds_module
from pipeline.national import readable, segments, transparency
from pipeline.national import rows as rows_module
from pipeline.national import statements as statements_module
from pipeline.national.bounds import Statement, bounds, month_number
from pipeline.national.headlines import Choices, Reading, read_choices
from pipeline.national.reconcile import area, to_publish
from pipeline.national.rows import Record, read_rows, words_as_bounds
from pipeline.national.segments import headline_segments, year_cells
from pipeline.national.statements import statements, widest_and_narrowest
from pipeline.national.transparency import fields_published, promptness, published_on
from pipeline.schemas.fields import TABLES
from pipeline.schemas.tables import read_table, typed

ROOT = find_root(Path(__file__).parent)
JAN, FEB, MAR, APR = (month_number(f"2024-{month:02}") for month in (1, 2, 3, 4))
STRICT = Reading("strict", False, False, False, "")
NATURAL = Reading("natural", True, True, True, "")
CHOICES = Choices(
    headlines=(),
    measures={"deployments": {"deployments": "both"}},
    readings=(STRICT, NATURAL),
    complete={},
    trust=("A", "B"),
    use={},
    reasons={},
    also_says=(),
    not_added=(),
)


def said(name: str, first: int, last: int, low: float = 0, high: float | None = None) -> Statement:
    return Statement(name, ("essex",), first, last, low, high)


def table(name: str, *rows: dict) -> pd.DataFrame:
    """A clean table with these rows; what a row leaves out is blank."""
    columns = [field.name for field in TABLES[name]]
    return typed(
        pd.DataFrame(rows, columns=columns).astype("object").where(lambda cells: cells.notna(), ""), name
    )


def reported(name: str, first: str, last: str, low: int, high: int, **more: object) -> dict:
    row = {"report_id": name, "force_id": "essex", "first_day": first, "last_day": last, "kind": "result"}
    more = {"date_precision": "day", "source_kind": "press", "source_id": "essex_statements"} | more
    return row | {"deployments_low": low, "deployments_high": high} | more


def total(name: str, start: str, end: str, qualifier: str, value: float, **more: object) -> dict:
    first = (start + "-01-01")[:10]
    last = str(pd.Period(end, freq={4: "Y", 7: "M", 10: "D"}[len(end)]).end_time.date())
    return {
        "total_id": name, "force_id": "essex", "scope": "one_force", "period_start": start, "period_end": end,
        "first_day": first, "last_day": last, "measure": "deployments", "qualifier": qualifier,
        "value": value, "trust": "B",
    } | more  # fmt: skip


def record(reports: list[dict], totals: list[dict], rollout: list[dict] | None = None) -> Record:
    return Record(
        table("deployments"),
        table("reported_deployments", *reports),
        table("published_totals", *totals),
        table("rollout", *(rollout or [])),
        ("essex", "kent"),
    )


def deployments(found: Record, reading: Reading, first: str, last: str, choices: Choices = CHOICES):
    about = statements(found, "deployments", choices, reading)
    return bounds(about, ["essex"], month_number(first), month_number(last))


@pytest.mark.parametrize("module", [bounds_module, rows_module, segments, statements_module, transparency])
def test_every_worked_example_is_true(module):
    assert doctest.testmod(module).failed == 0


def test_nothing_published_means_none_at_least_and_no_ceiling():
    found = bounds([], ["essex"], JAN, DEC := month_number("2024-12"))
    assert (found.lower, found.upper) == (0, None)
    elsewhere = [Statement("x", ("kent",), JAN, DEC, low=9, high=9)]
    assert bounds(elsewhere, ["essex"], JAN, DEC).lower == 0


def test_overlapping_totals_share_what_they_can_and_no_more():
    """10 in Jan-Mar and 8 in Feb-Apr: 8 may serve both, so 10; at most 3 in Feb-Mar make 7 + 3 + 5."""
    both = [said("a", JAN, MAR, low=10), said("b", FEB, APR, low=8)]
    assert bounds(both, ["essex"], JAN, APR).lower == 10
    capped = bounds([*both, said("c", FEB, MAR, high=3)], ["essex"], JAN, APR)
    assert (capped.lower, capped.lower_rests_on) == (15, ("a", "b", "c"))


def test_a_total_less_the_most_before_is_the_least_after():
    """At least 150 in all and at most 85 to the end of February leave at least 65."""
    found = bounds([said("a", JAN, APR, low=150), said("b", JAN, FEB, high=85)], ["essex"], MAR, APR)
    assert (found.lower, found.upper) == (65, None)


def test_an_exact_total_caps_each_of_its_months():
    found = bounds([said("a", JAN, APR, low=38, high=38), said("b", MAR, MAR, low=5)], ["essex"], FEB, FEB)
    assert (found.lower, found.upper, found.upper_rests_on) == (0, 33, ("a", "b"))


def test_bounds_of_two_forces_add_up_and_a_statement_about_both_binds_them():
    one, other = said("a", JAN, JAN, low=4, high=6), Statement("b", ("kent",), JAN, JAN, low=1, high=2)
    both = Statement("c", ("essex", "kent"), JAN, JAN, low=7)
    assert bounds([one, other], ["essex", "kent"], JAN, JAN).lower == 5
    assert bounds([one, other, both], ["essex", "kent"], JAN, JAN).lower == 7
    assert bounds([one, other, both], ["essex"], JAN, JAN).lower == 4  # of one force alone it says nothing


def test_contradicting_statements_are_named_and_no_others():
    clash = [said("a", JAN, MAR, low=10), said("b", JAN, APR, high=5), said("c", JAN, JAN, low=1)]
    with pytest.raises(RecordError, match='"a, b"'):
        bounds(clash, ["essex"], JAN, APR)


@pytest.mark.parametrize(
    ("qualifier", "value", "rounded", "expected"),
    [
        ("exact", 38, True, (38, 38)),
        ("at_least", 150, False, (150, None)),
        ("at_least", 150, True, (150, 160)),
        ("at_least", 2_500_000, True, (2_500_000, 2_600_000)),
        ("about", 50, True, (45, 55)),
        ("about", 50, False, (0, None)),
        ("exact", 0, False, (0, 0)),
    ],
)
def test_words_are_read_as_stated(qualifier, value, rounded, expected):
    assert words_as_bounds(qualifier, value, rounded) == expected


@pytest.mark.parametrize(
    ("start", "end", "narrowest"),
    [
        ("2024", "2024", ("2024-01", "2024-12")),  # one year alone is all of it
        ("2024-03", "2024-05", ("2024-04", "2024-04")),  # began some day in March, ended some day in May
        ("2024-08-22", "2024-10-21", ("2024-09", "2024-09")),
        ("2024-01-01", "2024-03-31", ("2024-01", "2024-03")),
        ("2023", "2024-02", ("2024-01", "2024-01")),
    ],
)
def test_a_total_counts_for_certain_only_what_lies_inside_its_narrowest_window(start, end, narrowest):
    found = widest_and_narrowest(pd.Series(total("t", start, end, "exact", 1)))[1]
    assert found == tuple(month_number(month) for month in narrowest)


def test_a_window_of_one_day_holds_no_whole_month():
    first, last = widest_and_narrowest(pd.Series(total("t", "2024-09-07", "2024-09-07", "exact", 1)))[1]
    assert first > last


def test_rows_are_different_deployments_and_a_total_contains_them():
    """Two of some day in 2024 and three of March are five; a total of four for the year contradicts them."""
    rows = [reported("a", "2024-01-01", "2024-12-31", 2, 2), reported("b", "2024-03-01", "2024-03-04", 3, 4)]
    assert deployments(record(rows, []), STRICT, "2024-01", "2024-12").lower == 5
    assert deployments(record(rows, []), STRICT, "2024-03", "2024-03").lower == 3
    more = record(rows, [total("t", "2024", "2024", "exact", 7)])
    assert (deployments(more, STRICT, "2024-01", "2024-12").lower) == 7
    with pytest.raises(RecordError, match="rows:essex, t"):
        deployments(record(rows, [total("t", "2024", "2024", "exact", 4)]), STRICT, "2024-01", "2024-12")


def test_a_row_that_may_be_another_row_adds_nothing():
    rows = [reported("a", "2024-01-01", "2024-12-31", 2, 2), reported("b", "2024-03-01", "2024-03-01", 1, 1)]
    choices = replace(CHOICES, not_added=("b",))
    assert deployments(record(rows, []), STRICT, "2024-01", "2024-12", choices).lower == 2


def test_an_announcement_shows_nothing_to_have_taken_place():
    plan = reported("a", "2024-03-01", "2024-03-01", 0, 1, kind="announcement")
    assert deployments(record([plan], []), STRICT, "2024-01", "2024-12").lower == 0


def test_a_weak_page_a_part_and_a_total_that_is_tested_say_nothing():
    weak = total("t", "2024", "2024", "exact", 9, trust="C")
    part = total("u", "2024", "2024", "exact", 9, subgroup="one borough")
    assert deployments(record([], [weak, part]), STRICT, "2024-01", "2024-12").lower == 0


def test_a_contradiction_is_settled_by_the_file():
    two = record([], [total("t", "2024", "2024", "exact", 9), total("u", "2024", "2024", "exact", 12)])
    with pytest.raises(RecordError, match="t, u"):
        deployments(two, STRICT, "2024-01", "2024-12")
    settled = replace(CHOICES, use={"t": "lower", "u": "upper"})
    found = deployments(two, STRICT, "2024-01", "2024-12", settled)
    assert (found.lower, found.upper) == (9, 12)
    with pytest.raises(RecordError, match="names a row or total that no page has"):
        deployments(two, STRICT, "2024-01", "2024-12", replace(CHOICES, use={"v": "none"}))


def test_nothing_came_before_the_first_use():
    found = record([], [], [{"force_id": "essex", "first_use": "2024-03-05", "source_row": 7}])
    assert deployments(found, STRICT, "2024-01", "2024-02").upper == 0
    assert deployments(found, STRICT, "2024-01", "2024-03").upper is None


def test_without_equipment_of_its_own_the_natural_reading_takes_the_reported_days_for_all():
    rows = [reported("a", "2024-03-01", "2024-03-02", 1, 2)]
    own_from_june = [{"force_id": "essex", "own_capability_from": "2024-06", "source_row": 7}]
    found = record(rows, [], own_from_june)
    assert deployments(found, STRICT, "2024-01", "2024-05").upper is None
    assert deployments(found, NATURAL, "2024-01", "2024-05").upper == 2
    assert deployments(found, NATURAL, "2024-01", "2024-06").upper is None


def test_a_complete_record_is_floor_and_ceiling_at_once():
    rows = [reported("a", "2024-03-01", "2024-03-01", 1, 1), reported("b", "2024-03-09", "2024-03-09", 1, 1)]
    choices = replace(CHOICES, complete={"essex": (JAN, APR)})
    finer = record(rows, [total("t", "2024-01-01", "2024-04-30", "exact", 9)])  # not used beside the rows
    found = deployments(finer, STRICT, "2024-01", "2024-04", choices)
    assert (found.lower, found.upper, found.lower_rests_on) == (2, 2, ("record:essex",))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"true_alerts": 4, "false_alerts": 1, "alerts": 5}, (4, 4)),
        ({"alerts": 5, "false_alerts": 1}, (4, 4)),
        ({"alerts": 5}, (0, 5)),
        ({}, (0, None)),
    ],
)
def test_true_alerts_follow_from_alerts_and_false_ones(cells, expected):
    found = read_rows(
        record([reported("a", "2024-03-01", "2024-03-01", 1, 1, **cells)], []), "true_alerts", False
    )
    high = None if pd.isna(found.at[0, "high"]) else found.at[0, "high"]
    assert (found.at[0, "low"], high) == expected


@pytest.mark.parametrize(
    ("warnings", "disposals", "expected"),
    [
        ("", 3, (5 + 3, 5 + 3)),
        (
            "other_disposals_repeats_no_action",
            3,
            (5, 5 + 3),
        ),  # one number under two headings: none to all of it
        ("arrests_include_disposals", "", (5, 5)),
        ("", "", (5, None)),
    ],
)
def test_enforcement_is_arrests_and_what_is_printed_as_other_disposals(warnings, disposals, expected):
    row = {
        "deployment_id": "m-1", "force_id": "essex", "date": "2024-03-01", "arrests": 5,
        "other_disposals": disposals, "warnings": warnings, "source_id": "table",
    }  # fmt: skip
    found = read_rows(
        replace(record([], []), deployments=table("deployments", row)), "enforcement_actions", False
    )
    high = None if pd.isna(found.at[0, "high"]) else found.at[0, "high"]
    assert (found.at[0, "low"], high) == expected


def test_the_pieces_of_a_headline_add_up_to_what_is_stated():
    """100 stated: 60 rows, 20 by totals, 5 in the natural reading, at most 30 either way, of which 15 fit."""
    common = {
        "headline_id": "h",
        "measure": "faces_scanned",
        "first_month": "2024-01",
        "last_month": "2024-12",
    }
    readings = [("strict", 80.0), ("natural", 85.0)]
    headlines = pd.DataFrame(
        [common | {"reading": name, "stated": 100.0, "lower": low, "upper": None} for name, low in readings]
    )
    forces = pd.DataFrame(
        [
            common
            | {
                "reading": name,
                "force_id": "metropolitan",
                "recorded": 60.0,
                "either_way": 30.0,
                "lower": low,
            }
            for name, low in readings
        ]
    )
    pieces = headline_segments(headlines, forces)
    assert list(pieces["count"]) == [60, 20, 5, 15]
    assert list(pieces["headline"].unique()) == ["100 faces, 2024"]
    assert (pieces["begins"].iloc[0], pieces["ends"].iloc[-1]) == (0, 1)


def test_a_cell_says_what_is_known_of_a_year():
    limits = [(3.0, 3.0), (3.0, 5.0), (3.0, None), (0.0, None), (0.0, 0.0)]
    years = pd.DataFrame(
        [
            {"measure": "deployments", "reading": "strict", "force_id": "essex", "year": 2020 + place}
            | {"recorded": 0, "lower": low, "upper": high}
            for place, (low, high) in enumerate(limits)
        ]
    )
    forces = years.head(0).assign(headline_id="")
    cells = year_cells(years, forces, pd.Series({"essex": "Essex Police"}))
    assert list(cells["cell"]) == ["3", "3–5", "3 +", "?", "0"]
    assert list(cells["kind"]) == ["known", "between", "at least", "anything", "none"]
    gaps = to_publish(years)
    assert gaps["years"].tolist() == [3]
    names = pd.DataFrame({"force_id": ["essex"], "name": ["Essex Police"]})
    assert readable.gaps(gaps, names).to_dict("records") == [
        {"force": "Essex Police", "deployments": "2021 to 2023"}
    ]


def test_the_fullest_form_of_publication_is_shown():
    rows = [
        reported("a", "2024-03-01", "2024-03-01", 1, 1, alerts=5, page_title="Echo 4 Mar 2024"),
        reported(
            "b",
            "2024-04-01",
            "2024-04-02",
            1,
            2,
            alerts=2,
            source_kind="force_statement",
            date_precision="month",
        ),
        reported("c", "2024-05-01", "2024-05-01", 0, 1, kind="announcement", faces_scanned=9),
    ]
    found = record(rows, [total("t", "2024", "2024", "exact", 900, measure="faces_scanned")])
    form = fields_published(found, ["essex"]).set_index("field")["form"]
    assert form[["date", "alerts", "faces", "threshold"]].tolist() == [
        "others' report", "own statement", "total only", "nothing found",
    ]  # fmt: skip
    days = promptness(found, ["essex"]).iloc[0]
    assert (days["rows_dated"], days["fewest_days"], days["most_days"]) == (1, 3, 3)


@pytest.mark.parametrize("title", ["Echo 31 Foo 2024", "pages 1 to 3", "", "May 2024"])
def test_a_title_without_a_whole_date_says_nothing_of_the_day(title):
    assert published_on(title, "https://example.org/news/2024/may/") is None


@pytest.fixture(scope="module")
def published() -> tuple[Record, Choices]:
    names = ("deployments", "reported_deployments", "published_totals", "rollout")
    clean = ROOT / "data" / "clean"
    forces = area(pd.read_csv(ROOT / "data" / "reference" / "forces.csv"))
    return Record(*(read_table(clean / f"{name}.csv") for name in names), forces=forces), read_choices(
        ROOT / "data" / "reference"
    )


def test_the_published_deployments_agree_with_hand_sums(published):
    """To September 2025: the Met's 375 rows and ten trials, South Wales more than 150 to August, Essex 38 to
    February and one row in May, Hampshire 3, Bedfordshire and North Wales 2, Suffolk and Leicestershire 1."""
    found, choices = published
    first, last = month_number("2015-06"), month_number("2025-09")
    about = statements(found, "deployments", choices, choices.readings[0])
    by_hand = {
        "metropolitan": 375 + 10, "south_wales": 150, "essex": 38 + 1, "hampshire": 3, "bedfordshire": 2,
        "north_wales": 2, "suffolk": 1, "leicestershire": 1,
    }  # fmt: skip
    for force, least in by_hand.items():
        assert bounds(about, [force], first, last).lower == least
    assert bounds(about, ["essex"], first, month_number("2025-02")).lower == 38
    nation = bounds(about, found.forces, first, last)
    assert (nation.lower, nation.upper) == (sum(by_hand.values()), None)
    assert bounds(about, ["metropolitan"], first, last).upper == 385


def test_more_than_150_less_about_80_leaves_65_for_south_wales_since_2024(published):
    """Natural reading: about 80 by some day of February 2024 is at most 85 to January; 150 - 85."""
    found, choices = published
    natural = statements(found, "deployments", choices, choices.readings[1])
    window = month_number("2024-02"), month_number("2025-09")
    assert bounds(natural, ["south_wales"], *window).lower == 65


def test_a_window_that_ends_before_it_begins_is_refused(tmp_path):
    source = ROOT / "data" / "reference"
    (tmp_path / "schemas").mkdir()
    for name in ("headlines.yaml", "schemas/headlines.schema.json"):
        (tmp_path / name).write_text((source / name).read_text())
    text = (tmp_path / "headlines.yaml").read_text()
    (tmp_path / "headlines.yaml").write_text(text.replace("last: 2024-12}", "last: 2023-12}", 1))
    with pytest.raises(RecordError, match=r"true_alerts_2024.*before it begins"):
        read_choices(tmp_path)


def test_longest_paths_and_the_solver_agree_on_any_statements_about_one_force():
    """Two independent algorithms, on 60 random sets; windows overlap, and some sets contradict themselves."""
    random, clashes = np.random.default_rng(8), 0
    for _ in range(60):
        ends = np.sort(random.integers(0, 10, (random.integers(1, 7), 2)), axis=1) + JAN
        counts = random.integers(0, 9, len(ends))
        statements = [
            said(
                str(number),
                int(first),
                int(last),
                low=int(count),
                high=int(count) + more if more < 6 else None,
            )
            for number, ((first, last), count, more) in enumerate(
                zip(ends, counts, random.integers(0, 9, len(ends)).tolist(), strict=True)
            )
        ]
        window = int(JAN + random.integers(0, 5)), int(JAN + random.integers(5, 11))
        try:
            solved = bounds(statements, ["essex"], *window)
        except RecordError as error:
            clashes += 1
            with pytest.raises(RecordError, match=re.escape(str(error))):
                bounds(statements, ["essex"], *window, resting=False)
            continue
        along = bounds(statements, ["essex"], *window, resting=False)
        assert (along.lower, along.upper) == (solved.lower, solved.upper)
    assert 5 <= clashes <= 40
