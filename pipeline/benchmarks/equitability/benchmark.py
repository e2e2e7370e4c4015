"""Equitability and power: labelled scenarios of three groups, and what tests of a given size find in them.

The scenarios are inventions with known answers. Group 1 differs in one way at a time, or in none; groups 2
and 3 never do. No group stands for a real one, and no published count of a group entered a parameter. In a
laboratory scenario each group is searched against a list of its own people; in a street scenario all pass
before one list. Each group takes part in several tests of the size at which equal groups give about seven
false alerts at 0.60.

Strangers of the same group before lists of the same kind are simulated once and shared between scenarios
(common random numbers): those of groups 2 and 3 in A stand for them in B, C and D, and those of group 1 in A
for D, where only passages of listed people are fainter. So what these scenarios differ in is not blurred by
chance, and their rows are not independent of one another. Within a scenario every group has its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.benchmarks.equitability import counting, power_tables, published_tests
from pipeline.benchmarks.model.groups import GROUPS, Group
from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.running.runner import Runner
from pipeline.benchmarks.running.tables import tidy
from pipeline.core.params import BenchmarkParams
from pipeline.core.paths import Paths
from pipeline.matching.gallery import Gallery
from pipeline.matching.screen import FastSearch
from pipeline.matching.search import search

THRESHOLDS = (0.56, 0.58, 0.60, 0.62, 0.64)
LIST = 10_000  # people on a list
TESTS = 8  # of every scenario
PASSES = 10  # of each volunteer
WIDER = 160  # width of templates where each group has a direction of its own beside the 1 + k of the model
OWN_FIDELITY = 0.58  # share of a volunteer's passes alike in fidelity: outcomes then correlate by about 0.3


@dataclass(frozen=True)
class Scenario:
    """Three groups, and how the first differs.

    Args:
        name: Its letter.
        label: What is different, in a few words.
        closer: Added to the first group's rho.
        fainter: Added to the first group's mu_q.
        apart: Share of each group's common direction that is its own.
        mix: Parts of each group on the one list that all pass before; None for lists of one's own.
    """

    name: str
    label: str
    closer: float = 0.0
    fainter: float = 0.0
    apart: float = 0.0
    mix: tuple[int, int, int] | None = None

    def groups(self) -> list[Group]:
        """The three groups, in order."""
        usual = Population(width=WIDER) if self.apart else Population()
        first = replace(usual, rho=usual.rho + self.closer, mu_q=usual.mu_q + self.fainter)
        return [Group(n, first if n == 1 else usual, self.apart) for n in GROUPS]

    def watchlist(self, number: int, people: int = LIST) -> list[tuple[Group, int]]:
        """Groups and their people on the list before which this group passes; group 1 takes the remainder."""
        groups = self.groups()
        if self.mix is None:
            return [(groups[number - 1], people)]
        parts = [people * part // sum(self.mix) for part in self.mix]
        parts[0] += people - sum(parts)
        return list(zip(groups, parts, strict=True))


SCENARIOS = (
    Scenario("A", "No group differs"),
    Scenario("B", "Group 1 alike: false matches doubled", closer=0.0128),
    Scenario("C", "Group 1 more alike: fourfold", closer=0.0256),
    Scenario("D", "Group 1 seen less clearly", fainter=-0.3),
    Scenario("E", "No group differs, but the list does", apart=0.05, mix=(3, 1, 1)),
    Scenario("F", "As C, on one mixed list", closer=0.0256, apart=0.05, mix=(1, 1, 1)),
)
ARMS = tuple((scenario.name, number) for scenario in SCENARIOS for number in GROUPS)


def law_of_strangers(scenario: Scenario, number: int) -> tuple:
    """All that a group's false alerts depend on: not `mu_q`, which a stranger's capture does not hold."""

    def seen(group: Group) -> Group:
        return replace(group, population=replace(group.population, mu_q=0.0))

    listed = tuple((seen(group), people) for group, people in scenario.watchlist(number))
    return seen(scenario.groups()[number - 1]), listed


_LAWS = {(one.name, number): law_of_strangers(one, number) for one in SCENARIOS for number in GROUPS}
STRANGERS = {arm: next(one for one in ARMS if _LAWS[one] == _LAWS[arm]) for arm in ARMS}
"""Each group of each scenario, and the first whose strangers follow the same law and stand for its own."""


def run(paths: Paths, params: BenchmarkParams, runner: Runner) -> dict[str, pd.DataFrame]:
    """Simulate every scenario, and tabulate it beside what tests of its size could find."""
    probes = params.non_mated_probes * 7 // 1000  # 14,000: seven false alerts of three equal groups at 0.60
    volunteers = params.mated_probes // 100
    work = partial(simulate, seed=params.seed, probes=probes, volunteers=volunteers)
    results = runner.run(work, len(ARMS), "groups")
    counts = {arm: result | {"probes": probes} for arm, result in shared(results).items()}
    tables = {
        "equitability_scenarios": counting.scenarios(SCENARIOS),
        "equitability": counting.differentials(SCENARIOS, counts, THRESHOLDS, PASSES, params.seed),
        "simulated_tests": counting.simulated_tests(SCENARIOS[:3], counts, THRESHOLDS),
        "significance_pattern": counting.significance_pattern(probes, params.draws, params.seed),
        "power_curve": power_tables.power_curve(),
        "sample_sizes": power_tables.sample_sizes(),
        "passage_sizes": power_tables.passage_sizes(PASSES),
        "published_tests": published_tests.published_tests(paths),
        "exposure_curve": published_tests.exposure_curve(paths),
        "zero_events": power_tables.zero_events(),
        "volunteers": published_tests.volunteers(paths),
    }
    return {name: tidy(table) for name, table in tables.items()}


def shared(results: Sequence[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """What `simulate` returned of each of `ARMS`, with the false alerts that stand for its own."""
    by_arm = dict(zip(ARMS, results, strict=True))
    return {
        arm: result | {"false_alerts": by_arm[STRANGERS[arm]]["false_alerts"]}
        for arm, result in by_arm.items()
    }


def simulate(block: int, seed: int, probes: int, volunteers: int) -> dict[str, Any]:
    """Count the false alerts of one group in each of its tests, and its volunteers' passes that were found.

    Args:
        block: Place in `ARMS`.
        seed: Seed of every draw.
        probes: Strangers of the group in each test.
        volunteers: People of the group who are on the list and pass `PASSES` times.

    Returns:
        false_alerts: for each test, the strangers who alerted at each threshold, lists of lists; of no test
            if another group's stand for them, see `STRANGERS`.
        found: for each volunteer, the passes found at each threshold, lists of lists.
    """
    name, number = ARMS[block]
    order = [scenario.name for scenario in SCENARIOS].index(name)
    group, identities, gallery = _enrolled(SCENARIOS[order], number, LIST, [seed, order])
    engine = FastSearch(gallery, threads=1)  # the runner works on a block for each processor
    false_alerts = []
    for test in range(TESTS if STRANGERS[name, number] == (name, number) else 0):
        strangers = group.strangers(np.random.default_rng([seed, order, number, test]), probes)
        scores = engine.search(strangers, THRESHOLDS[0]).score
        false_alerts.append([int(np.sum(scores >= threshold)) for threshold in THRESHOLDS])
    rng = np.random.default_rng([seed, order, number, TESTS])
    passages = group.passages(rng, identities[:volunteers], PASSES, OWN_FIDELITY)
    alerts = engine.search(passages, THRESHOLDS[0])
    person = alerts.probe // PASSES
    right = alerts.identifier == [f"{number}-{one:05d}" for one in person]
    found = [
        np.bincount(person[right & (alerts.score >= threshold)], minlength=volunteers)
        for threshold in THRESHOLDS
    ]
    return {"false_alerts": false_alerts, "found": np.transpose(found).tolist()}


def one_test(name: str, threshold: float, strangers: int, people: int, seed: int) -> pd.DataFrame:
    """One small test through the plain search: false alerts among strangers of each group, and their ratio.

    Args:
        name: Letter of the scenario.
        threshold: Score at or above which a stranger alerts.
        strangers: Of each group.
        people: On the list.
        seed: Of every draw.
    """
    scenario = next(one for one in SCENARIOS if one.name == name)
    counts = []
    for number in GROUPS:
        group, _, gallery = _enrolled(scenario, number, people, [seed])
        probes = group.strangers(np.random.default_rng([seed, number, 0]), strangers)
        counts.append(len(search(gallery, probes, threshold)))
    return counting.compared(counts, [strangers] * len(GROUPS))


def _enrolled(
    scenario: Scenario, number: int, people: int, stream: list[int]
) -> tuple[Group, NDArray, Gallery]:
    """The group, the identities of its people on the list before which it passes, and that list."""
    identities, templates, names = {}, [], []
    for group, count in scenario.watchlist(number, people):
        rng = np.random.default_rng([*stream, group.number])
        identities[group.number] = group.population.identities(rng, count)
        templates.append(group.enrol(rng, identities[group.number]))
        names += [f"{group.number}-{one:05d}" for one in range(count)]
    gallery = Gallery(np.concatenate(templates), names)
    return scenario.groups()[number - 1], identities[number], gallery
