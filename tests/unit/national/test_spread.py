"""The spread of capability and the force years, from a record small enough to add up by hand."""

import pandas as pd
import pytest

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table
from pipeline.core.paths import Paths, find_root
from pipeline.national.capability import CUT_OFFS, OPEN, CutOffs, latest_day, month_number, stages
from pipeline.national.force_years import (
    MEASURES,
    NOTES,
    force_years,
    measures_by_force,
    measures_by_force_year,
)
from pipeline.national.spread import read_tiles, spread_counts, spread_map, spread_tables
from pipeline.schemas.tables import read_table

PATHS = Paths(find_root())
MET = "metropolitan"
COUNTS = ["faces_scanned", "alerts", "true_alerts", "false_alerts", "arrests"]


def deployment(force_id, day, *counts, warnings="", source_kind="press"):
    return {
        "deployment_id": f"{force_id}-{day}-1",
        "force_id": force_id,
        "date": pd.Timestamp(day),
        "duration_hours": float("nan"),
        "threshold_score": float("nan"),
        "warnings": warnings,
        "source_kind": source_kind,
    } | dict(zip(COUNTS, (*map(float, counts), *[float("nan")] * 5), strict=False))


def statement(force_id, first, last, precision, low, high, deployment_id="", qualifier="", **counts):
    row = {"force_id": force_id, "first_day": first, "last_day": last, "date_precision": precision}
    row |= {"deployments_low": low, "deployments_high": high, "deployment_id": deployment_id}
    return row | {"faces_qualifier": qualifier} | {name: counts.get(name) for name in COUNTS}


def typed(statements: list[dict]) -> pd.DataFrame:
    names = list(statement("x", "", "", "", 0, 0))
    whole = dict.fromkeys(["deployments_low", "deployments_high", *COUNTS], "Int64")
    return pd.DataFrame(statements, columns=names).astype(whole)


@pytest.fixture(scope="module")
def record() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The Met in 2020 and 2022; Essex with a counted day of 2024, a festival, and a window over two years."""
    deployments = pd.DataFrame(
        [
            deployment(MET, "2020-02-11", 1000, 5, 4, 1, 2, source_kind="published_record"),
            deployment(MET, "2022-03-01", 3000, 3, 3, 0, 1, source_kind="published_record"),
            deployment(MET, "2022-03-02", source_kind="published_record"),
            deployment("essex", "2024-09-10", 35000, warnings="stated_not_recorded;faces_at_least"),
        ]
    )
    reported = typed(
        [
            # the counted day, at four sites: one row, and up to three deployments more
            statement(
                "essex", "2024-09-10", "2024-09-10", "day", 1, 4, "essex-2024-09-10-1", faces_scanned=35000
            ),
            statement("essex", "2024-07-20", "2024-07-21", "bundled_days", 1, 2, alerts=6, arrests=2),
            statement("essex", "2024-12-01", "2025-01-31", "window", 1, 1, alerts=10),
            statement("essex", "2024-11-05", "2024-11-05", "day", 0, 1),  # announced
        ]
    )
    return deployments, reported


@pytest.fixture(scope="module")
def by_year(record) -> pd.DataFrame:
    return measures_by_force_year(*record, 0.95)


@pytest.fixture(scope="module")
def by_force(record) -> pd.DataFrame:
    return measures_by_force(*record, 0.95)


def line(table: pd.DataFrame, force_id: str, measure: str, year: str | None = None) -> pd.Series:
    rows = table[(table["force_id"] == force_id) & (table["measure"] == measure)]
    rows = rows if year is None else rows[rows["year"] == year]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_bundle_or_announcement_stands_beside_the_count_and_never_in_it(by_year):
    year = line(by_year, "essex", "deployments", "2024")
    assert (year["value"], year["rows"], year["statements"]) == (1, 1, 3)
    # fewest: the festival's 1; the window may be of 2025 and the plan may have failed.
    # most: 2 of the festival + 1 of the window + 1 announced + 3 further sites of the counted day
    assert (year["fewest_more"], year["most_more"]) == (1, 7)
    assert year["note"] == "spans_years"


def test_the_sum_of_all_values_is_the_number_of_counted_rows(record, by_year, by_force):
    for table in (by_year, by_force):
        assert table.loc[table["measure"] == "deployments", "value"].sum() == len(record[0])


def test_a_statement_that_spans_two_years_is_in_the_most_of_both_and_the_fewest_of_neither(by_year, by_force):
    alerts = {year: line(by_year, "essex", "alerts", year) for year in ("2024", "2025")}
    assert (alerts["2024"]["fewest_more"], alerts["2024"]["most_more"]) == (6, 16)
    assert (alerts["2025"]["fewest_more"], alerts["2025"]["most_more"]) == (0, 10)
    whole = line(by_force, "essex", "alerts")
    assert (whole["fewest_more"], whole["most_more"]) == (16, 16)


def test_what_nobody_stated_is_blank_and_not_nought(by_year):
    alerts = line(by_year, "essex", "alerts", "2024")
    assert pd.isna(alerts["value"]) and (alerts["rows"], alerts["rows_dropped"]) == (0, 1)
    false = line(by_year, "essex", "false_alerts", "2024")
    assert pd.isna(false["value"]) and pd.isna(false["fewest_more"]) and pd.isna(false["most_more"])
    assert "not_stated_by_all" in false["note"].split(";")
    assert line(by_year, MET, "false_alerts", "2022")["value"] == 0  # printed as 0


def test_a_year_between_two_is_nought_for_the_met_and_missing_for_others(record, by_year):
    assert line(by_year, MET, "deployments", "2021")["value"] == 0
    early = typed([statement("essex", "2015-06-01", "2015-06-30", "month", 1, 5)])
    table = measures_by_force_year(record[0], pd.concat([record[1], early]), 0.95)
    assert sorted(table.loc[table["force_id"] == "essex", "year"].unique()) == ["2015", "2024", "2025"]


def test_a_statement_that_may_be_of_a_counted_day_is_left_out_of_the_fewest():
    counted = pd.DataFrame([deployment("south_wales", "2017-12-21"), deployment("south_wales", "2018-03-27")])
    window = [
        statement("south_wales", "2017-06-01", "2018-03-31", "window", 1, 1, alerts=alerts)
        for alerts in (15, 51, 3)
    ]
    apart = statement("south_wales", "2017-05-31", "2017-06-03", "bundled_days", 1, 4, alerts=100)
    table = measures_by_force(counted, typed([*window, apart]), 0.95)
    deployments = line(table, "south_wales", "deployments")
    # four statements, two of which may be the two counted days
    assert (deployments["fewest_more"], deployments["most_more"]) == (2, 7)
    alerts = line(table, "south_wales", "alerts")
    # without the two that would add most: 100 + 3
    assert (alerts["fewest_more"], alerts["most_more"]) == (103, 169)
    assert "may_repeat_counted" in alerts["note"].split(";")


def test_faces_that_were_only_passed_and_faces_counted_in_two_ways_are_marked(record):
    changes = [pd.Timestamp("2022-03-02")]
    both = pd.concat([record[0], pd.DataFrame([deployment(MET, "2022-04-01", 500)])], ignore_index=True)
    table = measures_by_force_year(both, record[1], 0.95, changes)
    assert "spans_change_in_counting" in line(table, MET, "faces_scanned", "2022")["note"].split(";")
    assert "spans_change_in_counting" not in line(table, MET, "arrests", "2022")["note"]
    essex = line(table, "essex", "faces_scanned", "2024")["note"]
    assert "faces_at_least" in essex.split(";") and "spans_change" not in essex


def test_a_change_in_how_the_met_counts_says_nothing_of_another_force(record):
    two = pd.DataFrame([deployment("essex", "2024-01-01", 10), deployment("essex", "2024-12-31", 10)])
    table = measures_by_force_year(two, typed([]), 0.95, [pd.Timestamp("2024-06-01")])
    assert "spans_change_in_counting" not in line(table, "essex", "faces_scanned", "2024")["note"]


def test_every_word_of_a_note_is_explained(by_year):
    words = {word for note in by_year["note"] for word in note.split(";")} - {""}
    assert words and words <= set(NOTES)


def test_the_figure_says_count_and_range_in_words(by_year, by_force):
    names = pd.DataFrame({"force_id": ["essex", MET], "force": ["Essex", "Met"], "group": ["a", "b"]})
    table = force_years(by_year, by_force, names).set_index(["period", "force_id", "measure"])["said"]
    assert table["2024", "essex", "deployments"] == "1 counted, 1–7 more stated"
    assert table["2024", "essex", "faces_scanned"] == "35,000+ counted"
    assert table["2024", "essex", "alerts"] == "not stated, 6–16 more stated"
    assert table["2025", "essex", "arrests"] == "no row"
    assert table["2022", MET, "alerts"] == "3 in 1 of 2 rows"
    assert table["2021", MET, "deployments"] == "none counted"


FORCES = pd.DataFrame(
    [("met", "territorial"), ("swp", "territorial"), ("essex", "territorial"), ("kent", "territorial"),
     ("leics", "territorial"), ("btp", "special"), ("dorset", "territorial"), ("gwent", "territorial")],
    columns=["force_id", "kind"],
)  # fmt: skip


def rollout(*rows: tuple) -> pd.DataFrame:
    names = ["force_id", "status", "first_use", "own_capability_from"]
    table = pd.DataFrame(list(rows), columns=names)
    blank = dict.fromkeys(["vendor", "vans_stated", "joint_with", "note", "page_url"], "")
    return table.assign(
        **blank, threshold_score=pd.Series([0.64] + [None] * (len(table) - 1), dtype="Float64")
    )


ROLLOUT = rollout(
    ("met", "own", "2016-08", "2020-02-11"),
    ("swp", "own", "2017-05", "2017-05"),
    ("leics", "trial_only", "2014-04", ""),
    ("essex", "own", "2023-10-24", "2024-08-22"),
    ("gwent", "shared", "2025", ""),
    ("btp", "own", "2026-02-11", "2026-02-11"),
    ("kent", "none", "", ""),
    ("", "national", "2025", "2025"),
)


def history(table: pd.DataFrame, force_id: str) -> list[tuple]:
    rows = table[table["force_id"] == force_id]
    return list(rows[["stage", "from_month", "until_month"]].itertuples(index=False, name=None))


def test_use_before_anybody_owned_is_a_trial_and_later_use_is_borrowed():
    table = stages(ROLLOUT, FORCES, CUT_OFFS)
    # August 2016 is 28 months after April 2014, February 2020 is 70
    assert history(table, "met") == [("nothing_found", 0, 28), ("tried", 28, 70), ("pioneer", 70, OPEN)]
    # October 2023 is 114 months after, August 2024 is 124
    assert history(table, "essex") == [
        ("nothing_found", 0, 114),
        ("borrowed", 114, 124),
        ("new_leader", 124, OPEN),
    ]
    assert history(table, "swp") == [("nothing_found", 0, 37), ("pioneer", 37, OPEN)]
    assert history(table, "leics") == [("tried", 0, OPEN)]


def test_a_force_without_a_line_is_nothing_found_and_one_that_says_none_is_not():
    table = stages(ROLLOUT, FORCES, CUT_OFFS)
    assert history(table, "dorset") == [("nothing_found", 0, OPEN)]
    assert history(table, "kent") == [("none_stated", 0, OPEN)]


def test_a_year_counts_from_its_last_month():
    # December 2025 is 140 months after April 2014
    assert history(stages(ROLLOUT, FORCES, CUT_OFFS), "gwent")[-1] == ("borrowed", 140, OPEN)
    assert latest_day("2023-02") == "2023-02-28" and month_number("2026-11") == 151
    for wrong in ("", "spring 2025", "2025-13", "2025-02-30"):
        with pytest.raises(ValueError):
            latest_day(wrong)


@pytest.mark.parametrize(
    ("cut_offs", "classes"),
    [
        (CUT_OFFS, {"met": "pioneer", "swp": "pioneer", "essex": "new_leader", "btp": "new_leader"}),
        (
            CutOffs("2020-01-01", "2025-08-13"),
            {"met": "own", "swp": "pioneer", "essex": "own", "btp": "new_leader"},
        ),
        (CutOffs("2020-02-12", "2024-08-22"), {"met": "pioneer", "essex": "new_leader"}),  # just before, on
        (CutOffs("2020-02-11", "2024-08-23"), {"met": "own", "essex": "own"}),  # on, just after
    ],
)
def test_pioneers_and_new_leaders_follow_the_cut_offs(cut_offs, classes):
    last = stages(ROLLOUT, FORCES, cut_offs).groupby("force_id")["stage"].last()
    assert last[list(classes)].to_dict() == classes


@pytest.mark.parametrize(
    "row", [("essex", "own", "2023-10", ""), ("essex", "shared", "", ""), ("essex", "own", "soon", "2024-08")]
)
def test_a_status_without_its_date_names_the_force_and_the_column(row):
    with pytest.raises(RecordError, match=r"rollout\.csv row essex: status .* needs a date in"):
        stages(rollout(row), FORCES, CUT_OFFS)


TILES = pd.DataFrame(
    {
        "force_id": FORCES["force_id"],
        "label": [name[:4].upper() for name in FORCES["force_id"]],
        "short_name": [name.title() for name in FORCES["force_id"]],
        "tile_row": range(8),
        "tile_column": 0,
    }
)
TIMELINE = pd.DataFrame(
    [
        ("2019-09", "2019-09-01", "judgment", "High Court"),
        ("2020-08", "2020-08-01", "appeal", "Court of Appeal"),
        ("2025-08-13", "2025-08-13", "ten vans", "Home Office"),
        ("2026-04-21", "2026-04-21", "judgment", "High Court"),
    ],
    columns=["date", "first_day", "event", "actor"],
)


def test_counts_are_of_territorial_forces_and_change_with_the_map():
    table = spread_counts(spread_map(ROLLOUT, FORCES, TILES), TIMELINE)
    counts = table[table["kind"] == "count"].set_index(["stage", "date"])["forces"]
    own = counts["own"].to_dict()
    # South Wales, the Met, Essex; not British Transport Police
    assert own == {"2014-04-01": 0, "2017-05-01": 1, "2020-02-01": 2, "2024-08-01": 3, "2026-11-01": 3}
    tried = {"2014-04-01": 1, "2016-08-01": 2, "2020-02-01": 1, "2026-11-01": 1}
    assert counts["tried"].to_dict() == tried
    changed = table.set_index(["stage", "date"])["changed"]
    assert changed["tried", "2020-02-01"] == "− Met" and changed["own", "2020-02-01"] == "+ Met"


def test_an_event_that_is_not_in_the_timeline_stops_the_build():
    table = spread_map(ROLLOUT, FORCES, TILES)
    with pytest.raises(RecordError, match="0 events of 2020-08 by Court of Appeal"):
        spread_counts(table, TIMELINE.drop(index=1))


def test_the_map_says_not_stated_where_the_roll_out_table_is_silent():
    table = spread_map(ROLLOUT, FORCES, TILES).set_index("force_id")
    assert set(table.loc["met", "threshold"]) == {"0.64"}
    assert set(table.loc["essex", "threshold"]) == {"not stated"} and table.loc["dorset", "page_url"] == ""
    assert set(table.loc["met", "second_stage"]) == {"own"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("gwent,GWNT", "gwynt,GWNT"), "a territorial force has no tile"),
        (lambda text: text + "atlantis,ATL,Atlantis,12,1\n", "unknown force"),
        (lambda text: text + "psni,PSNI,Northern Ireland,9,5\n", "cell is taken"),
        (lambda text: text + "gwent,GWNT,Gwent,12,1\n", "stands twice"),
        (lambda text: text.replace("CUMB", "CUMBR"), "one to four characters"),
        (lambda text: text.replace("CUMB,Cumbria,1", "CUMB,Cumbria,x"), "not a whole number"),
    ],
)
def test_a_wrong_tile_is_refused_in_words(tmp_path, change, problem):
    forces = read_text_table(PATHS.reference / "forces.csv")
    path = tmp_path / "tiles.csv"
    path.write_text(change((PATHS.reference / "tiles.csv").read_text()))
    with pytest.raises(RecordError, match=problem):
        read_tiles(path, forces)


def test_every_territorial_force_has_one_tile_and_two_bodies_stand_apart():
    forces = read_text_table(PATHS.reference / "forces.csv")
    tiles = read_tiles(PATHS.reference / "tiles.csv", forces)
    kinds = tiles.merge(forces, on="force_id")["kind"].value_counts().to_dict()
    assert kinds == {"territorial": 43, "special": 1, "government_body": 1}


def test_the_committed_record_is_counted_once_and_nowhere_else():
    tables = spread_tables(PATHS.clean, PATHS.reference, 0.95)
    deployments = read_table(PATHS.clean / "deployments.csv")
    by_force = tables["measures_by_force"].set_index(["force_id", "measure"])["value"]
    for measure in MEASURES[1:]:
        expected = deployments.groupby("force_id")[measure].sum(min_count=1)
        for force_id, total in expected.dropna().items():
            assert by_force[force_id, measure] == total
    counts = tables["measures_by_force_year"].query("measure == 'deployments'")
    years = deployments.groupby([deployments["force_id"], deployments["date"].str[:4]]).size()
    counted = counts[counts["value"] > 0].set_index(["force_id", "year"])["value"]
    assert counted.astype(int).to_dict() == years.to_dict()
    assert set(tables["spread_map"]["force_id"]) == set(
        read_text_table(PATHS.reference / "tiles.csv")["force_id"]
    )
