"""The tables of the scenarios: counts of each group and their ratios, closed forms, and what tests found."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.benchmarks.equitability.power_tables import THIRD
from pipeline.benchmarks.model.groups import GROUPS, fpir_on_list
from pipeline.benchmarks.model.population import Population
from pipeline.measures import power
from pipeline.measures.intervals import clopper_pearson

RESAMPLES = 2000  # of the volunteers
Counts = dict[tuple[str, int], dict[str, Any]]


def compared(events: Sequence[int], trials: Sequence[int]) -> pd.DataFrame:
    """Counts of each group, and in the first row the exact ratio of group 1 to the others together.

    Example:
        >>> compared([8, 2, 2], [1000, 1000, 1000])[["events", "ratio"]].iloc[0].tolist()
        [8.0, 4.0]
    """
    table = pd.DataFrame({"group": GROUPS, "events": events, "trials": trials})
    ratio = power.rate_ratio(events[0], trials[0], sum(events[1:]), sum(trials[1:]))
    p = power.p_value(events[0], sum(events), trials[0] / sum(trials)) if sum(events) else np.nan
    finite = [np.nan if np.isinf(limit) else limit for limit in (ratio.value, ratio.low, ratio.high)]
    table.loc[0, ["ratio", "ratio_low", "ratio_high", "p_two_sided"]] = [*finite, p]
    return table


def scenarios(all_scenarios: Sequence) -> pd.DataFrame:
    """What each scenario puts in: parameters of each group, and the rates at 0.60 that follow in closed form.

    `fmr_within` compares the group with itself, `fmr_across` with group 2 (group 2 with group 3).
    """
    rows = []
    for scenario in all_scenarios:
        groups = scenario.groups()
        for group in groups:
            listed = {other.number: people for other, people in scenario.watchlist(group.number)}
            rows.append(
                {
                    "scenario": scenario.name,
                    "label": scenario.label,
                    "group": group.number,
                    "own_share_of_list": listed[group.number] / sum(listed.values()),
                    "rho": group.population.rho,
                    "mu_q": group.population.mu_q,
                    "fmr_within": group.false_match_rate(group, 0.60).item(),
                    "fmr_across": group.false_match_rate(groups[2 if group.number == 2 else 1], 0.60).item(),
                    "fpir": fpir_on_list(group, scenario.watchlist(group.number), 0.60).item(),
                    "tpir": group.population.tpir(0.60).item(),
                }
            )
    return pd.DataFrame(rows)


def differentials(
    all_scenarios: Sequence, counts: Counts, thresholds: Sequence[float], passes: int, seed: int
) -> pd.DataFrame:
    """FPIR and TPIR of each group, counted and in closed form; in group 1's rows, its ratio to the others.

    Intervals of FPIR and of its ratio are exact. Those of TPIR come from resampling volunteers, for the
    passes of one person are not independent; `design_effect` says by how much.
    """
    parts = []
    for scenario in all_scenarios:
        arms = [counts[scenario.name, number] for number in GROUPS]
        drawn = [
            _resampled(arm, passes, [seed, 100, ord(scenario.name), number])
            for number, arm in zip(GROUPS, arms, strict=True)
        ]
        for place, threshold in enumerate(thresholds):
            fpir = [
                fpir_on_list(group, scenario.watchlist(group.number), threshold).item()
                for group in scenario.groups()
            ]
            tpir = [group.population.tpir(threshold).item() for group in scenario.groups()]
            strangers = _strangers(arms, place)
            volunteers = _volunteers(arms, [draws[:, place] for draws in drawn], place, passes)
            for measure, table, closed in (("FPIR", strangers, fpir), ("TPIR", volunteers, tpir)):
                table = table.assign(closed_form=closed)
                table.loc[0, "ratio_closed"] = closed[0] / np.mean(closed[1:])
                named = {"scenario": scenario.name, "measure": measure, "threshold": threshold}
                parts.append(pd.DataFrame([named] * len(GROUPS)).join(table))
    return pd.concat(parts, ignore_index=True)


def simulated_tests(all_scenarios: Sequence, counts: Counts, thresholds: Sequence[float]) -> pd.DataFrame:
    """For each scenario and threshold: the power that a test had, and what its repetitions found."""
    rows = []
    for scenario in all_scenarios:
        arms = [counts[scenario.name, number] for number in GROUPS]
        tests = np.array([arm["false_alerts"] for arm in arms])  # group, test, threshold
        for place, threshold in enumerate(thresholds):
            rates = [
                fpir_on_list(group, scenario.watchlist(group.number), threshold).item()
                for group in scenario.groups()
            ]
            expected = sum(rate * arm["probes"] for rate, arm in zip(rates, arms, strict=True))
            ratio = rates[0] / np.mean(rates[1:])
            first, others = tests[0, :, place], tests[1:, :, place].sum(axis=0)
            found = [
                bool(power.significant_counts(int(n), THIRD)[k])
                for k, n in zip(first, first + others, strict=True)
            ]
            rows.append(
                {
                    "scenario": scenario.name,
                    "threshold": threshold,
                    "ratio": ratio,
                    "expected_events": expected,
                    "power": power.power_before_the_test(expected, THIRD, ratio),
                    "tests": len(found),
                    "tests_significant": sum(found),
                    "first_test_group_1": int(first[0]),
                    "first_test_others": int(others[0]),
                    "first_test_p": power.p_value(int(first[0]), int(first[0] + others[0]), THIRD)
                    if first[0] + others[0]
                    else np.nan,
                }
            )
    return pd.DataFrame(rows)


def significance_pattern(probes: int, draws: int, seed: int) -> pd.DataFrame:
    """How often a test of three groups is significant at 0.56 and 0.58 but not at 0.60, the ratio constant.

    Every false alert at a higher threshold is one at a lower threshold too, so counts are drawn band by band.

    Args:
        probes: Strangers of each group in a test.
        draws: Tests drawn for each ratio.
        seed: Of the draws.
    """
    rates = Population().fpir([0.56, 0.58, 0.60], 10_000)
    bands = np.append(rates[:-1] - rates[1:], rates[-1]) * probes
    rows = []
    for place, ratio in enumerate((1.0, 1.5, 2.0, 3.0, 4.0, 8.0)):
        rng = np.random.default_rng([seed, 200 + place])
        first = rng.poisson(ratio * bands, (draws, 3))[:, ::-1].cumsum(axis=1)[:, ::-1]
        others = rng.poisson(2 * bands, (draws, 3))[:, ::-1].cumsum(axis=1)[:, ::-1]
        found = _significant(first, first + others)
        pattern = found[:, 0] & found[:, 1] & ~found[:, 2]
        rows.append(
            {
                "ratio": ratio,
                "draws": draws,
                "significant_at_056": int(found[:, 0].sum()),
                "significant_at_058": int(found[:, 1].sum()),
                "significant_at_060": int(found[:, 2].sum()),
                "pattern": int(pattern.sum()),
            }
        )
    return pd.DataFrame(rows)


def _significant(first: NDArray, total: NDArray) -> NDArray[np.bool_]:
    """Whether each count of group 1, of so many in all, is significant; any shape."""
    totals, which = np.unique(total, return_inverse=True)
    verdicts = [power.significant_counts(int(number), THIRD) for number in totals]
    starts = np.cumsum([0, *map(len, verdicts)])
    return np.concatenate(verdicts)[starts[which] + first]


def _strangers(arms: list[dict], place: int) -> pd.DataFrame:
    events = [sum(test[place] for test in arm["false_alerts"]) for arm in arms]
    trials = [arm["probes"] * len(arm["false_alerts"]) for arm in arms]
    exact = clopper_pearson(events, trials)
    return compared(events, trials).assign(rate=exact.value, rate_low=exact.low, rate_high=exact.high)


def _volunteers(arms: list[dict], draws: list[NDArray], place: int, passes: int) -> pd.DataFrame:
    found = [np.array(arm["found"])[:, place] for arm in arms]
    trials = [len(people) * passes for people in found]
    table = pd.DataFrame(
        {"group": GROUPS, "events": [int(people.sum()) for people in found], "trials": trials}
    )
    limits = np.quantile(draws, [0.025, 0.975], axis=1)
    table = table.assign(rate=table["events"] / table["trials"], rate_low=limits[0], rate_high=limits[1])
    low, high = np.quantile(draws[0] / np.mean(draws[1:], axis=0), [0.025, 0.975])
    table.loc[0, ["ratio", "ratio_low", "ratio_high"]] = [
        table["rate"][0] / table["rate"][1:].mean(),
        low,
        high,
    ]
    return table.assign(design_effect=[clustering(people, passes) for people in found])


def _resampled(arm: dict, passes: int, stream: list[int]) -> NDArray[np.float64]:
    """TPIR in resamples of the volunteers, with replacement: (RESAMPLES, thresholds)."""
    found = np.array(arm["found"], np.float64)
    drawn = np.random.default_rng(stream).multinomial(
        len(found), np.full(len(found), 1 / len(found)), RESAMPLES
    )
    return drawn.astype(np.float64) @ found / (len(found) * passes)  # whole numbers: exact, and faster


def clustering(found: NDArray, passes: int) -> float:
    """Observed design effect: variance of people's shares over that of as many independent passes."""
    share = found / passes
    chance = share.mean()
    return float(share.var(ddof=1) * passes / (chance * (1 - chance))) if 0 < chance < 1 else np.nan
