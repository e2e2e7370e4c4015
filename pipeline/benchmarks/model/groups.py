"""Groups of people in the population model: how alike their templates are, within a group and across groups.

The common direction of group g is m_g = sqrt(1 - apart) m + sqrt(apart) d_g: mostly the direction m that all
share, partly one of its own. Two templates of one group score rho_g + (1 - rho_g) cos, two of different
groups (1 - apart) sqrt(rho_g rho_h) + sqrt((1 - rho_g) (1 - rho_h)) cos; cos is that of two random
directions. A higher rho brings the templates of a group closer together, and `apart` moves the groups away
from each other.

Groups are numbered and stand for nobody: no published count of any group entered their parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.benchmarks.model.population import Population, orthogonal, tail

GROUPS = (1, 2, 3)


@dataclass(frozen=True)
class Group:
    """One group of a scenario.

    Args:
        number: 1, 2 or 3.
        population: The group's model; groups that are compared must share k, width and seed.
        apart: Share of the common direction that is the group's own, 0 to 1; one value for all groups.
    """

    number: int
    population: Population = field(default_factory=Population)
    apart: float = 0.0

    def enrol(self, rng: np.random.Generator, identities: NDArray) -> NDArray[np.float32]:
        """One watchlist image of each person: (n, width) templates."""
        return self.population.enrol(rng, identities) + self._turn()

    def strangers(self, rng: np.random.Generator, count: int) -> NDArray[np.float32]:
        """Passages of people of the group who are on no list: (count, width) templates."""
        return self.population.strangers(rng, count) + self._turn()

    def passages(
        self, rng: np.random.Generator, identities: NDArray, each: int, alike: float
    ) -> NDArray[np.float32]:
        """Repeated passages, person by person: (n * each, width) templates.

        Args:
            rng: Source of random numbers.
            identities: (n, k) rows of unit length.
            each: Passages of each person.
            alike: Chance that a passage has its person's own fidelity and not a fresh one, 0 to 1. The mean
                outcome does not depend on it; the correlation of a person's passages does.
        """
        people = np.repeat(identities, each, axis=0)
        own = np.repeat(self.population.fidelities(rng, len(identities)), each)
        fresh = self.population.fidelities(rng, len(people))
        fidelity = np.where(rng.random(len(people)) < alike, own, fresh)
        seen = fidelity[:, None] * people + np.sqrt(1 - fidelity**2)[:, None] * orthogonal(rng, people)
        return self.population.templates(seen) + self._turn()

    def false_match_rate(self, other: "Group", threshold: ArrayLike) -> NDArray[np.float64]:
        """FMR(T) of a stranger of this group against the image of a stranger of the other.

        Example:
            >>> equal = Group(1).false_match_rate(Group(2), 0.60)
            >>> bool(np.isclose(equal, Population().false_match_rate(0.60), rtol=1e-12))
            True
        """
        one, two = self.population.rho, other.population.rho
        shared = np.sqrt(one * two) * (1.0 if self.number == other.number else 1 - self.apart)
        cosine = (np.asarray(threshold, dtype=np.float64) - shared) / np.sqrt((1 - one) * (1 - two))
        return tail(cosine, self.population.k)

    def _turn(self) -> NDArray[np.float32]:
        """What must be added to the population's templates to put the group's direction in place of m."""
        if not self.apart:
            return np.zeros(self.population.width, dtype=np.float32)
        common, own = _directions(self.population.k, self.population.width, self.population.seed)
        direction = np.sqrt(1 - self.apart) * common + np.sqrt(self.apart) * own[self.number - 1]
        return (np.sqrt(self.population.rho) * (direction - common)).astype(np.float32)


def fpir_on_list(
    group: Group, entries: Sequence[tuple[Group, int]], threshold: ArrayLike
) -> NDArray[np.float64]:
    """FPIR(N, T) of a stranger of a group searched against a list of `entries`: groups and their people.

    Example:
        >>> one = fpir_on_list(Group(1), [(Group(1), 4_000), (Group(2), 6_000)], 0.60)
        >>> round(1 / one.item(), -1)  # groups that do not differ: 1 in 6,000 as for any list of 10,000
        6000.0
    """
    none = sum(people * np.log1p(-group.false_match_rate(other, threshold)) for other, people in entries)
    return -np.expm1(none)


@lru_cache(maxsize=2)
def _directions(k: int, width: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The common direction and one of each group's own, orthogonal to every axis of the model."""
    axes = Population(k=k, width=width, seed=seed).axes()
    more = np.random.default_rng([seed, len(GROUPS)]).standard_normal((width, len(GROUPS)))
    own = np.linalg.qr(np.concatenate([axes.T, more], axis=1))[0].T[len(axes) :]
    return axes[0], own
