"""The figures of the options: the page's own arithmetic, run by Vega, against numpy; labels and frames."""

import re

import numpy as np
import pandas as pd
import pytest
import vl_convert

from pipeline.core.drawing import VEGA_LITE
from pipeline.figures.options import NOBODY, options_live, options_ranks, options_tests, per_cent, slider

CRITERIA = ["errors_found", "speed", "protection"]
NAMES = {"as_now": "As now", "coordination": "National coordination", "pause": "Pause until statute"}
LOW = np.array([[10.0, 90.0, 45.0], [30.0, 35.0, 45.0], [20.0, 20.0, 0.0]])
HIGH = np.array([[40.0, 100.0, 75.0], [65.0, 70.0, 85.0], [90.0, 80.0, 25.0]])


def scores() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "criterion": criterion,
                "criterion_short": criterion,
                "option": option,
                "option_name": NAMES[option],
                "low": LOW[i, k],
                "mid": (LOW[i, k] + HIGH[i, k]) / 2,
                "high": HIGH[i, k],
            }
            for k, criterion in enumerate(CRITERIA)
            for i, option in enumerate(NAMES)
        ]
    )


def drawn(weights: list[int], favoured: str = NOBODY) -> list[str]:
    """What stands above the bars, from the top, with the sliders and the menu set so."""
    spec = options_live(scores()).to_dict()
    wanted = {slider(name): weight for name, weight in zip(CRITERIA, weights, strict=True)}
    for param in spec["params"]:
        param["value"] = (wanted | {"favoured": favoured})[param["name"]]
    svg = vl_convert.vegalite_to_svg(spec | {"width": 400}, vl_version=VEGA_LITE)
    found = re.findall(r'translate\(2,([\d.]+)\)"[^>]*>([^<]*:[^<]*)<', svg)
    return [words for _, words in sorted(found, key=lambda pair: float(pair[0]))]


def half_up(worth: float) -> int:
    return int(np.floor(worth + 0.5))  # as JavaScript rounds


def expected(weights: list[int], favoured: str = NOBODY) -> list[str]:
    given, total = np.array(weights), sum(weights)
    used = (LOW + HIGH) / 2
    if favoured != NOBODY:
        used = np.where(np.array([option == favoured for option in NAMES])[:, None], HIGH, LOW)
    rows = sorted(
        zip(used @ given / total, LOW @ given / total, HIGH @ given / total, NAMES.values(), strict=True),
        reverse=True,
    )
    limits = favoured == NOBODY
    return [
        f"{name}: {half_up(worth)}" + (f" ({half_up(low)} to {half_up(high)})" if limits else "")
        for worth, low, high, name in rows
    ]


@pytest.mark.parametrize(
    ("weights", "favoured"),
    [
        ([5, 5, 5], NOBODY),
        ([10, 0, 1], NOBODY),
        ([0, 7, 3], NOBODY),
        ([10, 0, 3], "pause"),
        ([2, 9, 4], "coordination"),
    ],
)
def test_the_page_recomputes_sorts_and_words_the_values_as_numpy_does(weights, favoured):
    assert drawn(weights, favoured) == expected(weights, favoured)


def test_the_order_does_change_between_these_settings():
    assert expected([10, 0, 1])[0] != expected([0, 7, 3])[0]


def test_without_any_weight_every_option_is_worth_nothing():
    assert {words.split(": ")[1] for words in drawn([0, 0, 0])} == {"0 (0 to 0)"}


def test_small_segments_carry_no_label_and_options_stand_in_order_of_first_ranks():
    shares = {"as_now": [0.05, 0.15, 0.8], "pause": [0.6, 0.3, 0.1]}
    rows = [
        {"test": "plausible", "option": option, "option_name": NAMES[option], "rank": rank, "share": share}
        | {"low": share - 0.01, "high": share + 0.01}
        for option, parts in shares.items()
        for rank, share in enumerate(parts, start=1)
    ]
    spec = options_ranks(pd.DataFrame(rows)).to_dict()
    (drawn_rows,) = spec["datasets"].values()
    labels = {(row["option_name"], row["rank"]): row["label"] for row in drawn_rows}
    assert labels["As now", 1] == "" and labels["As now", 2] == "15%" and labels["As now", 3] == "3rd 80%"
    assert [row["end"] for row in drawn_rows if row["rank"] == 3] == pytest.approx([1, 1])
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["Pause until statute", "As now"]


def test_two_leaders_that_chance_cannot_tell_apart_are_both_framed():
    rows = pd.DataFrame(
        {
            "order": [0, 0, 0],
            "test": "t",
            "test_name": "T",
            "option": list(NAMES),
            "option_name": list(NAMES.values()),
            "first": [0.30, 0.343, 0.351],
            "first_low": [0.295, 0.338, 0.346],
            "first_high": [0.305, 0.348, 0.356],
            "last": [0.5, 0.3, 0.2],
        }
    )
    (drawn_rows,) = options_tests(rows).to_dict()["datasets"].values()
    assert {row["short"]: row["leads"] for row in drawn_rows} == {"Now": False, "Coord.": True, "Pause": True}


def test_hardly_any_is_not_none_and_nearly_all_is_not_all():
    assert [per_cent(share) for share in (0, 0.0001, 0.005, 0.994, 0.996, 1)] == [
        "0%",
        "<1%",
        "<1%",
        "99%",
        ">99%",
        "100%",
    ]
