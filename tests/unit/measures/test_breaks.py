"""The search for breaks on series whose breaks are known, and on series that have none."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from pipeline.measures.breaks import (
    BreakSettings,
    best_single_breaks,
    changes_in_counting,
    find_breaks,
    same_places,
    segment,
)

SETTINGS = BreakSettings(6, 8, 3.0, draws=199, seed=1)


def _steps(levels, length, spread, seed):
    noise = np.random.default_rng(seed).normal(0, spread, length * len(levels))
    return np.repeat(np.array(levels, dtype=float), length) + noise


def test_two_known_breaks_are_found_where_they_are():
    values = _steps([7.5, 5.6, 7.6], 40, 0.5, seed=3)
    assert segment(values, np.ones(120), 6, 8) == [40, 80]


@pytest.mark.parametrize("seed", range(20))
def test_a_series_without_a_break_is_left_whole(seed):
    values = _steps([7.0], 150, 0.8, seed)
    assert segment(values, np.ones(150), 6, 8) == []


def test_a_constant_series_and_a_short_one_have_no_break():
    assert segment(np.ones(50), np.ones(50), 6, 8) == []
    assert segment(np.arange(10.0), np.ones(10), 6, 8) == []


def test_the_search_agrees_with_trying_every_cut():
    values = _steps([0, 2, 1], 6, 0.4, seed=9)
    weights = np.random.default_rng(5).uniform(0.5, 2, 18)

    def cost(cuts):
        parts = np.split(np.arange(18), cuts)
        return sum(
            (weights[part] * (values[part] - np.average(values[part], weights=weights[part])) ** 2).sum()
            for part in parts
        )

    found = segment(values, weights, 3, 2)
    tried = {
        cuts: 18 * np.log(cost(list(cuts)) / 18) + 3 * np.log(18) * len(cuts)
        for number in range(3)
        for cuts in combinations(range(1, 18), number)
        if all(size >= 3 for size in np.diff([0, *cuts, 18]))
    }
    assert tuple(found) == min(tried, key=tried.get)


def test_the_best_single_cut_of_a_clean_step_removes_all_variation():
    values = np.array([[0.0, 0, 0, 1, 1, 1], [2.0, 2, 2, 2, 2, 2]])
    positions, removed = best_single_breaks(values, np.ones_like(values), 2)
    assert positions[0] == 3
    assert removed == pytest.approx([1, 0])


def _record(days_per_level=30, faces=(3000, 300, 2400), alerts=1.5, places=("A", "B", "C")):
    """Deployments every other day with known levels of faces per hour and alerts that do not change."""
    random = np.random.default_rng(11)
    rows = days_per_level * len(faces)
    hours = random.uniform(4, 7, rows)
    level = np.repeat(faces, days_per_level)
    counts = random.poisson(alerts * hours)
    return pd.DataFrame(
        {
            "date": pd.date_range("2023-01-01", periods=rows, freq="2D"),
            "deployment_id": [f"x-{row}" for row in range(rows)],
            "place": np.resize(places, rows),
            "duration_hours": hours,
            "faces_scanned": np.round(level * hours * random.lognormal(0, 0.3, rows)),
            "alerts": counts.astype(float),
            "false_alerts": np.zeros(rows),
        }
    )


def test_changes_in_counting_are_found_with_their_dates_and_factors():
    record = _record()
    breaks, series = find_breaks(record, SETTINGS, 0.95)
    assert changes_in_counting(breaks) == [record["date"][30], record["date"][60]]
    own = breaks[(breaks["series"] == "faces_per_hour") & (breaks["located_in"] == "faces_per_hour")]
    assert list(own["last_date_before"]) == [record["date"][29], record["date"][59]]
    for row, factor in zip(own.itertuples(), (0.1, 8), strict=True):
        assert row.low < factor < row.high
        assert row.earliest <= row.first_date_after <= row.latest
        assert row.p_value == pytest.approx(1 / 200)
    assert sorted(series.loc[series["series"] == "faces_per_hour", "stretch"].unique()) == [1, 2, 3]


def test_alerts_per_hour_serve_as_a_contrast_at_the_same_dates():
    breaks, _ = find_breaks(_record(), SETTINGS, 0.95)
    contrast = breaks[(breaks["series"] == "alerts_per_hour") & (breaks["located_in"] == "faces_per_hour")]
    assert len(contrast) == 2
    assert ((contrast["low"] < 1) & (contrast["high"] > 1)).all()
    assert contrast["p_value"].isna().all()


def test_busier_places_are_no_change_in_counting():
    record = _record(faces=(300, 2400))
    record.loc[30:, "alerts"] *= 8  # crowds grow, and alerts with them
    breaks, _ = find_breaks(record, SETTINGS, 0.95)
    own = breaks[(breaks["series"] == "faces_per_hour") & (breaks["located_in"] == "faces_per_hour")]
    assert len(own) == 1
    assert changes_in_counting(breaks) == []


def test_a_record_without_a_break_has_none():
    breaks, series = find_breaks(_record(faces=(1000, 1000)), SETTINGS, 0.95)
    assert breaks.empty
    assert set(series["stretch"]) == {1}


def test_a_place_is_compared_with_itself():
    days = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"])
    record = pd.DataFrame(
        {
            "date": days,
            "place": ["A", "B", "A", "B", "C"],
            "faces_scanned": [100.0, 1000, 400, 1000, 50],
            "duration_hours": [1.0, 1, 1, 1, 1],
        }
    )
    (row,) = same_places(record, [days[2]], SETTINGS, 0.95, np.random.default_rng(0))
    assert row["places"] == 2  # C was never seen before
    assert row["ratio"] == pytest.approx(2)  # four-fold at A, none at B: geometric mean 2


def test_the_same_seed_gives_the_same_table():
    first, second = (find_breaks(_record(), SETTINGS, 0.95)[0] for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
