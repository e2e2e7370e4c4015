"""The cost model against hand arithmetic, closed forms, quadrature and a simulation of its own."""

import doctest
import importlib
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import integrate, stats

from pipeline.case.costs.breakeven import break_evens, by_forces, crossing, value_of_a_stop
from pipeline.case.costs.detection import alerts_to_signal, alerts_to_signal_at
from pipeline.case.costs.failure import (
    Record,
    alerts_exposed,
    expected_stops,
    false_alerts,
    months,
    read_record,
    stopped,
)
from pipeline.case.costs.model import OPTIONS, PARTS, costs, passes_of_a_test, savings, totals
from pipeline.case.costs.register import Assumption, at_mode, draw, read_assumptions
from pipeline.case.costs.sensitivity import impact, rated, tornados
from pipeline.case.costs.simulate import quantile, summary, tornado, variance_shares
from pipeline.case.costs.tables import cost_test_sizes
from pipeline.core.errors import RecordError
from pipeline.core.paths import Paths, find_root
from pipeline.measures.tables import read_deployments
from pipeline.schemas.tables import read_table

REAL = Paths(find_root())
RECORD = Record(7, 1760, 25, 691, 2404)


def assumption(name: str, distribution: str, low: float, mode: float, high: float) -> Assumption:
    return Assumption(name, "team", name, name, "", distribution, mode, low, high, "ASSUMED", "", "D", "")


@pytest.fixture(scope="module")
def register() -> list[Assumption]:
    return read_assumptions(REAL)


@pytest.fixture(scope="module")
def middle(register) -> dict[str, float]:
    return at_mode(register)


@pytest.fixture(scope="module")
def drawn(register):
    return draw(register, 4000, 1)


# --- Draws


def test_draws_have_the_closed_form_mean_and_variance_of_their_distributions():
    """Triangular: (a+b+c)/3. PERT: (a+4m+b)/6, (mean-a)(b-mean)/7. Loguniform: (b-a)/ln(b/a)."""
    given = [
        assumption("triangular", "triangular", 1, 2, 6),
        assumption("pert", "pert", 1, 2, 9),
        assumption("uniform", "uniform", 2, 5, 8),
        assumption("loguniform", "loguniform", 1, 3, 10),
    ]
    found = draw(given, 100_000, 7)
    means = {"triangular": 3, "pert": 3, "uniform": 5, "loguniform": 9 / np.log(10)}
    variances = {
        "triangular": (1 + 4 + 36 - 2 - 6 - 12) / 18,
        "pert": (3 - 1) * (9 - 3) / 7,
        "uniform": 36 / 12,
        "loguniform": 99 / (2 * np.log(10)) - (9 / np.log(10)) ** 2,
    }
    for name, mean in means.items():
        four_errors = 4 * np.sqrt(variances[name] / 100_000)
        assert found[name].mean() == pytest.approx(mean, abs=four_errors)
        assert found[name].var() == pytest.approx(variances[name], rel=0.03)
    total = sum(found.values())
    assert total.mean() == pytest.approx(sum(means.values()), abs=0.03)
    assert total.var() == pytest.approx(sum(variances.values()), rel=0.03)  # the draws are independent


def test_the_same_seed_gives_the_same_draws_and_fixed_assumptions_stay(register):
    one, two = draw(register, 50, 3), draw(register, 50, 3)
    assert all(np.array_equal(one[name], two[name]) for name in one)
    assert one["forces"] == 43 and one["years"] == 5


# --- The register


def test_the_published_values_are_those_of_the_rows_named(register):
    values = {}
    for name in ("costs", "test_results", "stated_claims"):
        table = read_table(REAL.clean / f"{name}.csv")
        values |= {
            f"{name} row {row}": value for row, value in zip(table["source_row"], table["value"], strict=True)
        }
    for one in register:
        if one.id == "passes_each":  # 4,000 passes of 400 people
            assert one.mode == values["test_results row 13"] / values["test_results row 12"]
        elif one.fixed:
            assert one.mode == pytest.approx(float(values[one.source])), one.id
    essex = read_table(REAL.clean / "test_results.csv").set_index("source_row").loc[39]
    assert 1 / float(essex["value"]) == pytest.approx(61, abs=0.001)  # alerts of which one was false
    months_of_essex = 15
    assert next(one for one in register if one.id == "alerts_other_force").mode == pytest.approx(
        61 / months_of_essex * 12, abs=0.5
    )


def test_every_assumption_is_used_by_the_model(register, middle):
    def answers(settings):
        at_risk = RECORD.shares() | settings
        return np.array([*totals(settings).values(), *expected_stops(at_risk, RECORD).values()])

    for one in register:
        moved = middle | {one.id: one.high if not one.fixed else one.mode * 0.9}
        assert not np.allclose(answers(moved), answers(middle), rtol=1e-9), one.id


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "groups", "low": 9}, "groups.*not in order"),
        (
            {"id": "vendors", "source": {"table": "costs", "row": 20, "page_url": "https://a.example"}},
            "another page",
        ),
        (
            {"id": "vendors", "source": {"table": "costs", "row": 999, "page_url": "https://a.example"}},
            "row 999",
        ),
        ({"id": "groups", "quality": "A"}, "groups"),  # assumed without a source is D
        ({"id": "pass_cost", "low": 0}, "above 0"),
        ({"id": "forces", "low": 1}, "forces"),  # fixed has no low
        ({"id": "groups", "distribution": "normal"}, "normal"),
    ],
)
def test_a_mistake_in_the_register_names_the_entry(tmp_path, change, words):
    paths = _copy(tmp_path)
    file = paths.reference / "cost_assumptions.yaml"
    entries = yaml.safe_load(file.read_text())
    next(entry for entry in entries if entry["id"] == change["id"]).update(change)
    file.write_text(yaml.safe_dump(entries))
    with pytest.raises(RecordError, match=words) as error:
        read_assumptions(paths)
    assert "cost_assumptions.yaml" in str(error.value)


def test_an_id_may_stand_once(tmp_path):
    paths = _copy(tmp_path)
    file = paths.reference / "cost_assumptions.yaml"
    entries = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump([*entries, entries[0]]))
    with pytest.raises(RecordError, match=r"stands twice.*forces"):
        read_assumptions(paths)


def _copy(tmp_path) -> Paths:
    paths = Paths(tmp_path)
    (paths.reference / "schemas").mkdir(parents=True)
    paths.clean.mkdir(parents=True)
    for name in ("cost_assumptions.yaml", "schemas/cost_assumptions.schema.json"):
        shutil.copy(REAL.reference / name, paths.reference / name)
    for name in ("costs", "test_results", "stated_claims"):
        shutil.copy(REAL.clean / f"{name}.csv", paths.clean)
    return paths


# --- The model


def test_a_test_of_two_points_has_the_printed_size(middle):
    """4,138 independent trials a group (the notes on statistics), three groups, design effect 3.7."""
    passes = passes_of_a_test(middle | {"difference_points": 2.0})
    assert passes == pytest.approx(3 * 3.7 * 4138, rel=2e-4)


def test_the_table_of_sizes_holds_the_printed_trials(register, middle):
    table = cost_test_sizes(register, middle)
    assert dict(zip(table["points"], table["trials"], strict=True)) == {2: 4138, 3: 1901, 5: 727, 10: 206}
    five = table.set_index("points").loc[5]
    assert five["everywhere_mode"] == pytest.approx(43 * (50_000 + 3 * 727.4 * 3.7 * 17) / 1e6, rel=1e-3)


def by_hand(forces: float, pass_cost: float = 17, posts: float = 8) -> dict[str, float]:
    """The four totals from the modes of the register, written out."""
    test = 50_000 + 3 * 3.7 * 727.4033 * pass_cost
    calling_off = 60_000 * (2 + 0.25 * forces)
    paperwork = 0.3 * forces * 80_000 * 5
    led = 0.75 * paperwork + 0.05 * forces * 80_000 * 5
    team = 1.25 * posts * 80_000 * 5
    central = 2 * 2 * test + calling_off + 60_000 * (1 + 0.1 * forces) + led + team
    return {
        "alone": 2 * forces * test + 60_000 * forces + 60_000 * forces + paperwork,
        "as_now": 2 * (50_000 + 4000 * pass_cost)
        + calling_off
        + 60_000 * forces * (0.5 + 0.5 * 0.1)
        + paperwork
        + 0.25 * team,
        "central": central,
        "accepting": central + forces * 2 * 0.1 * test,
    }


@pytest.mark.parametrize(("forces", "pass_cost", "posts"), [(43, 17, 8), (10, 60, 20), (1, 5, 0)])
def test_the_totals_are_those_worked_out_by_hand(middle, forces, pass_cost, posts):
    found = totals(middle | {"forces": forces, "pass_cost": pass_cost, "team_posts": posts})
    expected = by_hand(forces, pass_cost, posts)
    assert set(found) == set(OPTIONS)
    for option, pounds in expected.items():
        assert found[option] == pytest.approx(pounds, rel=1e-5), option


def test_options_share_their_draws(drawn):
    found = costs(drawn)
    assert set(found["alone"]) == set(PARTS)
    assert np.array_equal(found["alone"]["papers"], found["as_now"]["papers"])
    assert np.array_equal(found["as_now"]["procurement"], found["central"]["procurement"])


def test_arrays_and_single_numbers_agree(drawn):
    third = {name: values if np.ndim(values) == 0 else float(values[2]) for name, values in drawn.items()}
    for name, saved in savings(drawn).items():
        assert savings(third)[name] == pytest.approx(saved[2])


# --- Simulation


def test_the_share_of_draws_that_save_is_the_integral_over_two_assumptions(register, middle):
    """Only the price of a pass and the team vary: P(saving > 0) by numerical quadrature, for ten forces."""
    loose = [
        one if one.id in ("pass_cost", "team_posts") else replace(one, distribution="fixed")
        for one in register
    ]
    saved = savings(draw(loose, 40_000, 5) | {"forces": 10})["gross"]

    def gross(pass_cost, posts):
        total = by_hand(10, pass_cost, posts)
        return total["alone"] - total["central"]

    a_pass = (gross(60, 8) - gross(5, 8)) / 55
    price, team = stats.loguniform(5, 60), stats.triang(0.25, 4, 16)

    def chance(posts):  # of a price at which so large a team pays
        return price.sf(5 - gross(5, posts) / a_pass)

    expected, _ = integrate.quad(lambda posts: team.pdf(posts) * chance(posts), 4, 20, points=[8])
    assert 0.2 < expected < 0.8
    error = np.sqrt(expected * (1 - expected) / 40_000)
    assert (saved > 0).mean() == pytest.approx(expected, abs=4 * error)


def test_the_mean_saving_is_the_closed_form_where_it_is_a_sum(register, middle):
    """With team size, overhead and post cost loose the mean of the product is the product of the means."""
    names = ("team_posts", "team_overhead", "post_cost")
    loose = [one if one.id in names else replace(one, distribution="fixed") for one in register]
    team = costs(draw(loose, 40_000, 5))["central"]["team"]
    expected = (4 + 8 + 20) / 3 * (1 + (0.1 + 0.25 + 0.5) / 3) * (60 + 4 * 80 + 110) / 6 * 1000 * 5
    assert team.mean() == pytest.approx(expected, abs=4 * team.std() / 200)


def test_the_interval_of_a_quantile_covers_the_true_one_as_often_as_it_says():
    random = np.random.default_rng(11)
    covered = 0
    for _ in range(400):
        _, low, high = quantile(random.random(400), 0.9, 0.95)
        covered += low <= 0.9 <= high
    assert covered >= stats.binom.ppf(0.001, 400, 0.95)


def test_a_summary_of_known_draws():
    found = summary(np.arange(-250.0, 750.0), 0.95)
    assert found["median"] == pytest.approx(249.5) and found["share_above"] == pytest.approx(0.749)
    assert found["low"] == pytest.approx(-250 + 0.025 * 999) and found["mean"] == pytest.approx(249.5)
    assert found["median_error"] == pytest.approx(1.96 * np.sqrt(1000) / 2, rel=0.05)


def test_variance_shares_of_a_sum_are_those_of_its_parts():
    """x + 2 y of equal ranges: 1 / 5 and 4 / 5, and no interaction; x * y of means 0 is interaction alone."""
    given = [assumption("x", "uniform", -1, 0, 1), assumption("y", "uniform", -1, 0, 1)]
    table = variance_shares(given, lambda s: np.stack([s["x"] + 2 * s["y"], s["x"] * s["y"]]))
    table = table.set_index(["answer", "assumption"])
    assert table.loc[(0, "x"), "first"] == pytest.approx(0.2, abs=0.04)
    assert table.loc[(0, "y"), "total"] == pytest.approx(0.8, abs=0.04)
    assert table.loc[(1, "x"), "first"] == pytest.approx(0, abs=0.08)
    assert table.loc[(1, "x"), "total"] == pytest.approx(1, abs=0.08)


def test_a_tornado_moves_one_assumption_at_a_time():
    given = [assumption("x", "uniform", 0, 1, 4), assumption("y", "uniform", 10, 20, 25)]
    table = tornado(given, lambda s: s["x"] * s["y"]).set_index("assumption")
    assert table.loc["x", ["middle", "at_low", "at_high", "swing"]].tolist() == [20, 0, 80, 80]
    assert table.loc["y", ["at_low", "at_high"]].tolist() == [10, 25]


def test_an_impact_is_the_bar_over_the_widest_of_its_question(register):
    assert [impact(share) for share in (1, 0.5, 0.49, 1 / 6, 0.16, 0)] == [
        "high", "high", "medium", "medium", "low", "low",
    ]  # fmt: skip
    table = rated(register, tornados(register, RECORD)).set_index("assumption")
    # by hand, net at the modes: the widest bar is 16 posts, 6.0 million; paperwork 0.9 posts * 0.25, 3.87
    assert table.loc["team_posts", "swing_share"] == pytest.approx(1)
    assert table.loc["papers_posts", "swing_share"] == pytest.approx(0.9 * 0.25 * 43 * 0.4 / 6, rel=1e-6)
    assert table.loc["forces", "impact"] == "not moved"


# --- Break-even


def test_the_number_of_forces_at_which_it_pays_solves_the_equation(middle, drawn):
    """What does not grow with the forces, over what each force saves, from the modes by hand."""
    fixed = by_hand(0)["central"] - by_hand(0)["alone"]
    each = (by_hand(1)["alone"] - by_hand(0)["alone"]) - (by_hand(1)["central"] - by_hand(0)["central"])
    table = break_evens(middle, drawn).set_index("break_even")
    assert table.loc["forces_gross", "at_mode"] == pytest.approx(fixed / each, rel=1e-5)
    there = savings(middle | {"forces": table.loc["forces_gross", "at_mode"]})["gross"]
    assert there == pytest.approx(0, abs=1)


def test_the_posts_up_to_which_a_team_pays_solve_the_equation(middle, drawn):
    """Saved without a team, over what a post costs beyond those that exist already."""
    without = by_hand(43, posts=0)["as_now"] - by_hand(43, posts=0)["central"]
    table = break_evens(middle, drawn).set_index("break_even")
    assert table.loc["team_posts_net", "at_mode"] == pytest.approx(
        without / (0.75 * 1.25 * 400_000), rel=1e-4
    )


def test_a_crossing_that_never_comes_is_infinite_and_one_that_is_past_is_zero():
    assert crossing(-6.0, 2.0) == 3 and crossing(1.0, -1.0) == 0
    assert crossing(-1.0, 0.0) == np.inf and crossing(-1.0, -2.0) == np.inf
    assert crossing(6.0, -2.0, rising=False) == 3 and crossing(-1.0, -2.0, rising=False) == 0


def test_what_the_live_figure_multiplies_out_is_the_model(middle, drawn):
    table = by_forces(middle, drawn, RECORD, 0.95).set_index(["comparison", "forces"])
    for comparison in ("gross", "net", "net_accepting"):
        row = table.loc[(comparison, 20)]
        there = savings(middle | {"forces": 20, "pass_cost": 40.0, "team_posts": 3.0})[comparison] / 1e6
        assert row["fixed"] + 40 * row["per_pass_pound"] + 3 * row["per_post"] == pytest.approx(there)
        spread = savings(drawn | {"forces": 20})[comparison] / 1e6
        assert row["median"] == pytest.approx(np.median(spread))


def test_a_stop_at_its_break_even_value_uses_up_the_saving(middle):
    row = value_of_a_stop(middle, RECORD).set_index("chance").loc[0.1]
    at_risk = middle | RECORD.shares()
    people = stopped(at_risk, alerts_exposed(at_risk, RECORD))["all_unwatched"]
    assert 0.1 * people * row["unwatched"] == pytest.approx(savings(middle)["gross"])


# --- Detection and central failure


@pytest.mark.parametrize(("times", "printed"), [(1, 12_400), (2, 1_060), (4, 310)])
def test_the_chart_signals_after_as_many_alerts_as_the_notes_print(times, printed):
    """The project's notes on statistics, by simulation, for 13 of 2,408."""
    usual = 13 / 2408
    assert alerts_to_signal(times * usual, usual) == pytest.approx(printed, rel=0.06)


@pytest.mark.parametrize("times", [2, 9])
def test_the_chart_agrees_with_a_simulation_from_false_alert_to_false_alert(times):
    usual, paths, random = 7 / 1760, 6000, np.random.default_rng(2)
    down = -np.log((1 - 2 * usual) / (1 - usual))
    score, alerts, waiting = np.zeros(paths), np.zeros(paths), np.ones(paths, dtype=bool)
    while waiting.any():
        gap = random.geometric(times * usual, paths)
        alerts += np.where(waiting, gap, 0)
        score = np.maximum(score - down * (gap - 1), 0) + np.log(2)
        waiting &= score < 3
    assert alerts_to_signal(times * usual, usual) == pytest.approx(alerts.mean(), rel=0.04)


def test_interpolated_alerts_are_near_the_solved_ones():
    shares = np.linspace(0.015, 0.07, 14)
    solved = [alerts_to_signal(share, 0.004) for share in shares]
    assert alerts_to_signal_at(shares, 0.004) == pytest.approx(solved, rel=0.01)


def test_a_share_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="must lie above 0"):
        alerts_to_signal(0.1, 0.6)


def test_the_record_is_counted_from_the_mets_own_files():
    """25 of 691 at 0.60 (the project's notes); 7 of 1,760 at 0.64 to July 2025; 2,404 alerts in 2025."""
    assert read_record(read_deployments(REAL.clean)) == RECORD


@pytest.fixture
def at_risk(middle):
    return middle | RECORD.shares() | {"alerts_other_force": 48.0}


def test_alerts_under_a_wrong_threshold_are_those_worked_out_by_hand(at_risk):
    needed = alerts_to_signal(25 / 691, 7 / 1760)
    found = alerts_exposed(at_risk, RECORD)
    # a test every 5 / 2 years; a month to correct; 2,404 alerts of the Met and 42 times 48
    assert found["met_alone"] == pytest.approx(needed + 2404 / 12)
    assert found["other_alone"] == pytest.approx(48 * 2.5 + 48 / 12)  # the test comes before the alarm
    assert found["all_together"] == pytest.approx(needed + (2404 + 42 * 48) / 12)
    assert found["all_apart"] == pytest.approx(found["met_alone"] + 42 * found["other_alone"])
    assert found["all_unwatched"] == pytest.approx((2404 + 42 * 48) * (2.5 + 1 / 12))
    extra = 25 / 691 - 7 / 1760
    assert false_alerts(at_risk, found)["met_alone"] == pytest.approx(extra * found["met_alone"])
    assert stopped(at_risk, found)["met_alone"] == pytest.approx(0.6 * extra * found["met_alone"])
    assert months(at_risk, RECORD, found)["other_alone"] == pytest.approx(31)


def test_for_a_single_force_together_and_apart_are_the_same(at_risk):
    found = alerts_exposed(at_risk | {"forces": 1}, RECORD)
    assert found["all_together"] == found["all_apart"] == found["met_alone"]


@pytest.mark.parametrize("forces", [2, 10, 43])
def test_unwatched_the_centre_may_err_only_as_often_as_one_force(at_risk, forces):
    """Alerts add up alike whoever erred, so the number of forces cancels."""
    found = expected_stops(at_risk | {"forces": forces, "central_error": 0.2, "local_error": 0.2}, RECORD)
    assert found["central_unwatched"] == pytest.approx(found["local_unwatched"])
    assert found["ratio"] > 1


def test_at_the_break_even_chance_centre_and_forces_do_equal_harm(at_risk):
    ratio = expected_stops(at_risk, RECORD)["ratio"]
    found = expected_stops(at_risk | {"local_error": 0.01, "central_error": 0.01 * ratio}, RECORD)
    assert found["central_together"] == pytest.approx(found["local_apart"])


def test_shares_are_drawn_from_what_the_counts_leave_open():
    """Jeffreys' posterior: the mean is (k + 1/2) / (n + 1)."""
    found = RECORD.draw_shares(20_000, 3)
    for name, events, trials in (
        ("false_share", 7, 1760),
        ("false_share_wrong", 25, 691),
        ("stopped_share", 6, 10),
    ):
        assert found[name].mean() == pytest.approx((events + 0.5) / (trials + 1), rel=0.02)
    assert pd.Series(found["stopped_share"]).between(0, 1).all()


@pytest.mark.parametrize("name", ["breakeven", "detection", "model", "register", "sensitivity", "simulate"])
def test_the_worked_examples_are_true(name):
    module = importlib.import_module(f"pipeline.case.costs.{name}")
    found = doctest.testmod(module)
    assert found.attempted > 0 and found.failed == 0
