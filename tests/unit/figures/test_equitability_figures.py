"""What the figures of equitability draw from small tables that can be checked by eye."""

import pandas as pd

from pipeline.figures.equitability import equitability_scenarios, exposure_curve


def _rows(measure: str, threshold: float, events: tuple[int, int, int]) -> list[dict]:
    ratio = {"ratio": 2.0, "ratio_low": 1.0, "ratio_high": 4.0, "ratio_closed": 2.0}
    return [
        {"scenario": "B", "measure": measure, "threshold": threshold, "group": group, "events": count}
        | (ratio if group == 1 else dict.fromkeys(ratio))
        for group, count in zip((1, 2, 3), events, strict=True)
    ]


def test_the_counts_beside_a_ratio_are_those_of_its_threshold():
    table = pd.DataFrame(
        [*_rows("FPIR", 0.56, (8, 2, 3)), *_rows("FPIR", 0.6, (1, 0, 1)), *_rows("TPIR", 0.6, (90, 80, 70))]
    )
    spec = equitability_scenarios(table).to_dict()
    drawn = [{(row["threshold"], row["counts"]) for row in rows} for rows in spec["datasets"].values()]
    assert {("0.56", "8 : 5"), ("0.60", "1 : 1")} in drawn
    assert {("0.60", "90 : 150")} in drawn


def test_p_too_small_for_the_chart_is_left_out_and_the_rest_kept():
    table = pd.DataFrame(
        {
            "test": "met",
            "label": "Met",
            "in_group": 8,
            "events": 10,
            "exposure_percent": [13, 40],
            "p_two_sided": [4e-6, 0.018],
            "p_one_sided": [4e-6, 0.012],
        }
    )
    spec = exposure_curve(table).to_dict()
    shown = [row for rows in spec["datasets"].values() for row in rows if "count" in row]
    assert [(row["count"], row["exposure_percent"]) for row in shown] == [("Met: 8 of 10", 40)] * 2
