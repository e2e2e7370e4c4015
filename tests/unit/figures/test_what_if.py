"""The what-if figure: its expressions, evaluated by Vega itself, against scipy."""

import html
import json
import re

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert
from scipy.stats import poisson

from pipeline.core.drawing import VEGA_LITE
from pipeline.figures import what_if as figure
from pipeline.figures.render import to_spec

TABLE = pd.DataFrame(
    {
        "threshold": ["0.6", "0.64", "0.7"],
        "fmr": [1.67e-8, 2e-10, 1e-13],
        "fmr_low": [0.67e-8, 0.8e-10, 0.4e-13],
        "fmr_high": [3.4e-8, 4.1e-10, 2.1e-13],
        "tpir": [0.89, 0.81, 0.7],
        "tpir_low": [0.88, 0.56, 0.3],
        "tpir_high": [0.9, 0.87, 0.8],
        "days": [62, 217, None],
        "faces_a_day": [3546, 27625, None],
        "days_a_year": [50.3, 125.4, None],
        "watchlist_size": [13048, 15858, None],
        "listed_per_10000_faces": [15.3, 7.22, None],
    }
)


def evaluate(expressions: dict[str, str], rows: pd.DataFrame, **settings: float) -> list[dict]:
    """Let Vega compute fields one after another and print them, in full, as a text of its drawing."""
    chart = alt.Chart(rows.assign(row=range(len(rows))))
    for name, expression in expressions.items():
        chart = chart.transform_calculate(**{name: expression})
    chart = chart.transform_calculate(said=f"toString(datum.row) + '#' + {_joined(expressions)}")
    chart = chart.mark_text().encode(text="said:N", y="row:O")
    params = [alt.param(name, value=value) for name, value in settings.items()]
    svg = vl_convert.vegalite_to_svg(chart.add_params(*params).to_dict(), vl_version=VEGA_LITE)
    texts = re.findall(r">(\d+)#([^<]*)<", svg)
    assert len(texts) == len(rows)
    found = sorted((int(row), [float(number) for number in text.split("|")]) for row, text in texts)
    return [dict(zip(expressions, numbers, strict=True)) for _, numbers in found]


def _joined(expressions: dict[str, str]) -> str:
    return " + '|' + ".join(f"format(datum.{name}, '.15e')" for name in expressions)


def exact_fpir(fmr: np.ndarray, people: float) -> np.ndarray:
    return -np.expm1(people * np.log1p(-fmr))


@pytest.mark.parametrize("people", [500, 15_900, 100_000])
def test_fpir_is_right_to_eight_digits_from_the_rarest_match_to_the_commonest(people):
    fmr = np.geomspace(1e-15, 1e-4, 40)
    ours = evaluate({"fpir": figure.fpir("datum.fmr")}, pd.DataFrame({"fmr": fmr}), people=people)
    assert [row["fpir"] for row in ours] == pytest.approx(exact_fpir(fmr, people), rel=1e-8)


def test_quantiles_are_exact_up_to_twenty_and_never_more_than_one_off_beyond():
    means = np.concatenate([[0], np.geomspace(1e-6, 20, 70)[:-1], np.geomspace(20, 1e6, 70)])
    rows = pd.DataFrame({"mean": means})
    ours = evaluate({end: figure.quantile("datum.mean", end == "high") for end in ("low", "high")}, rows)
    for end, probability in (("low", 0.025), ("high", 0.975)):
        off = np.array([row[end] for row in ours]) - np.maximum(poisson.ppf(probability, means), 0)
        assert (off[means < 20] == 0).all()
        assert np.abs(off).max() <= 1
        assert np.mean(off != 0) < 0.05


def test_quantiles_turn_exactly_where_poisson_tables_do():
    # An expected count of -log(0.975) leaves one event in forty; Garwood's limits of 10 are 4.795 and 18.390.
    one = -np.log(0.975)
    rows = pd.DataFrame({"mean": [one * 0.9999, one * 1.0001, 4.794, 4.796, 18.389, 18.392]})
    ours = evaluate({end: figure.quantile("datum.mean", end == "high") for end in ("low", "high")}, rows)
    assert [row["high"] for row in ours][:4] == [0, 1, 9, 10]
    assert [row["low"] for row in ours][4:] == [10, 11]


SETTINGS = [
    {
        "threshold": 0.64,
        "people": 15_900,
        "faces": 27_500,
        "listed": 7.2,
        "share": 25,
        "ratio": 1,
        "days": 125,
    },
    {
        "threshold": 0.6,
        "people": 100_000,
        "faces": 200_000,
        "listed": 0,
        "share": 14,
        "ratio": 4,
        "days": 365,
    },
    {"threshold": 0.7, "people": 500, "faces": 500, "listed": 50, "share": 0, "ratio": 10, "days": 1},
    {
        "threshold": 0.6,
        "people": 13_000,
        "faces": 3_500,
        "listed": 15.3,
        "share": 100,
        "ratio": 2.5,
        "days": 50,
    },
]


@pytest.mark.parametrize("setting", SETTINGS)
def test_expected_alerts_of_each_group_are_those_of_a_plain_calculation(setting):
    s = setting
    rows = TABLE[TABLE["threshold"].astype(float) == s["threshold"]]
    part, share = s["listed"] / 1e4, s["share"] / 100
    for end in figure.VERSIONS:
        mean = rows[f"fmr{end}"].item()
        rest = mean / (
            share * s["ratio"] + 1 - share
        )  # so that share * ratio * rest + (1 - share) * rest = mean
        strangers, people = s["faces"] * (1 - part), s["people"]
        false = (
            strangers * share * exact_fpir(s["ratio"] * rest, people),
            strangers * (1 - share) * exact_fpir(rest, people),
        )
        found = s["faces"] * part * rows[f"tpir{end}"].item()
        for kind, wanted in (("false", false), ("true", (found * share, found * (1 - share)))):
            ours = evaluate(figure.expected(kind), rows, **s)[0]
            assert [ours[f"a{end}"], ours[f"b{end}"]] == pytest.approx(wanted, rel=1e-9)
            assert ours[f"all{end}"] == pytest.approx(sum(wanted), rel=1e-9)


def test_dividing_a_rate_between_groups_leaves_the_total_alone():
    rows = TABLE[TABLE["threshold"] == "0.64"]
    even, uneven = (
        evaluate(figure.expected("false"), rows, **(SETTINGS[0] | {"ratio": ratio}))[0] for ratio in (1, 4)
    )
    assert uneven["all"] == pytest.approx(even["all"], rel=1e-4)
    assert uneven["a"] / uneven["b"] == pytest.approx(4 * even["a"] / even["b"], rel=1e-4)


def words(spec: dict, **changes: float) -> list[str]:
    """The texts of the drawing, with some settings changed."""
    spec = json.loads(json.dumps(spec))
    for param in spec["params"]:
        param["value"] = changes.get(param["name"], param.get("value"))
    spec.pop("usermeta")
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    return [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]+)</text>", svg)]


@pytest.fixture(scope="module")
def spec() -> dict:
    return to_spec(figure.what_if(TABLE), "Bars. They grow.")


def test_the_drawing_prints_the_expected_numbers_and_their_intervals(spec):
    rows = TABLE[TABLE["threshold"] == "0.64"]
    strangers, days = 27_500 * (1 - 7.2e-4), 125
    mean, low, high = (
        strangers * exact_fpir(rows[column].item(), 15_900) for column in ("fmr", "fmr_low", "fmr_high")
    )
    limits = poisson.ppf(0.025, low * days), poisson.ppf(0.975, high * days)
    said = words(spec)
    assert f"{mean * days:.0f} a year ({limits[0]:.0f} to {limits[1]:.0f})" in said
    assert f"{mean:.2g} a day (0 to {poisson.ppf(0.975, high):.0f})" in said
    assert "15,900 people on the list, threshold 0.64:" in said
    assert "81 % of listed people found (56 to 87 %)." in said


def test_every_slider_moves_the_drawing(spec):
    usual = words(spec)
    changes = {
        "threshold": 0.6,
        "people": 500,
        "faces": 500,
        "listed": 1,
        "share": 90,
        "ratio": 9,
        "days": 3,
    }
    assert {param["name"] for param in spec["params"]} == set(changes)
    for name, value in changes.items():
        assert words(spec, **{name: value}) != usual, name


def test_every_slider_has_words_and_starts_on_one_of_its_steps(spec):
    for param in spec["params"]:
        bind, value = param["bind"], param["value"]
        assert bind["input"] == "range" and len(bind["name"]) > 8
        assert bind["min"] <= value <= bind["max"]
        assert (value - bind["min"]) / bind["step"] == pytest.approx(
            round((value - bind["min"]) / bind["step"]), abs=1e-6
        )


def test_sliders_start_at_the_last_threshold_in_force_and_its_medians(spec):
    start = {param["name"]: param["value"] for param in spec["params"]}
    assert start["threshold"] == 0.64
    assert (start["people"], start["faces"], start["days"]) == (15_900, 27_500, 125)
    assert start["ratio"] == 1  # no difference between groups is assumed
