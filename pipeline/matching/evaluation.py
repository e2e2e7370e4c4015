"""Measures of an open-set search, from scores, and the scores themselves from a gallery.

A *mated* probe shows a person who is on the watchlist, a *non-mated* one a person who is not. Measures count
probes, not candidates:

- FPIR(N, T): share of non-mated probes with at least one candidate at or above T.
- FNIR(N, R, T): share of mated probes whose own person is not returned at or above T within rank R; TPIR is
  1 - FNIR. A mate that ties with another person loses.
- A mated probe that alerts on another person is a miss. It is no event of FPIR; it is counted apart, as a
  misidentification.
- FMR(T), FNMR(T): the same for single comparisons of strangers, and of a person with themselves.

N is that of the gallery that made the scores. Rates come with counts and an exact interval that takes probes
to be independent. Without probes a rate is NaN, with a warning, never 0. NaN scores and NaN thresholds raise.
Definitions: ISO/IEC 19795-1; NIST IR 8271, https://doi.org/10.6028/NIST.IR.8271.
"""

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .gallery import Gallery
from .intervals import Rate, exact_rate
from .search import exact_score, margin
from .templates import Templates, unit_templates

SCORES_AT_ONCE = 2**23  # of a block: memory stays at some 32 MB, however many the probes

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class MatedScores:
    """What became of each mated probe.

    Attributes:
        mate: (n,) best score with the probe's own person.
        other: (n,) best score with anybody else; minus infinity if there is nobody else.
        rank: (n,) 1 + the number of other people who score at or above the mate.
    """

    mate: Scores
    other: Scores
    rank: NDArray[np.int64]

    @classmethod
    def of(cls, mates: Sequence[ArrayLike], others: Sequence[ArrayLike]) -> "MatedScores":
        """From lists of scores: for each probe those of its own images, and one for each other person.

        Example:
            Two mates score 0.2 and 0.7; of three others one scores higher than 0.7.

            >>> MatedScores.of([[0.2, 0.7]], [[0.3, 1.1, 0.5]]).rank
            array([2])
        """
        own = [_checked(scores) for scores in mates]
        if not all(scores.size for scores in own):
            raise ValueError("a mated probe needs a score with its own person")
        best = [float(scores.max()) for scores in own]
        rest = [_checked(scores) for scores in others]
        pairs = list(zip(best, rest, strict=True))
        return cls(
            np.array(best, np.float64),
            np.array([scores.max(initial=-np.inf) for scores in rest], np.float64),
            np.array([1 + np.count_nonzero(scores >= mate) for mate, scores in pairs], np.int64),
        )

    def __len__(self) -> int:
        return len(self.mate)

    def found(self, threshold: float, rank: int = 1) -> NDArray[np.bool_]:
        """(n,) whether the probe's own person was returned at or above the threshold within the rank."""
        return (self.mate >= _number(threshold)) & (self.rank <= rank)

    def misidentified(self, threshold: float) -> NDArray[np.bool_]:
        """(n,) whether another person came first, at or above the threshold: a miss that raises an alert."""
        return (self.other >= _number(threshold)) & (self.rank > 1)


def fpir(best: ArrayLike, threshold: float) -> Rate:
    """FPIR(N, T) from the best score of each non-mated probe, (n,).

    Example:
        >>> fpir([0.5, 0.6, 0.7], 0.6).events  # at the threshold is an alert
        2
    """
    return _rate("FPIR", _checked(best) >= _number(threshold))


def fnir(mated: MatedScores, threshold: float, rank: int = 1, failures_to_acquire: int = 0) -> Rate:
    """FNIR(N, R, T).

    Args:
        mated: Scores of the mated probes that gave a template.
        threshold: T; may be infinite.
        rank: R; live search uses 1.
        failures_to_acquire: Mated probes that gave none. Leave at 0 for the rate of the search alone; with
            their number each counts as a miss.

    Example:
        >>> probes = MatedScores.of([[0.7], [0.5]], [[0.1], [0.5]])
        >>> fnir(probes, 0.5).value, fnir(probes, 0.5, failures_to_acquire=2).value  # a tied mate loses
        (0.5, 0.75)
    """
    lost = np.ones(failures_to_acquire, bool)
    return _rate("FNIR", np.concatenate([~mated.found(threshold, rank), lost]))


def tpir(mated: MatedScores, threshold: float, rank: int = 1, failures_to_acquire: int = 0) -> Rate:
    """TPIR(N, R, T) = 1 - FNIR(N, R, T), with the same arguments.

    Example:
        >>> tpir(MatedScores.of([[0.7], [0.5]], [[0.1], [0.6]]), 0.5).value
        0.5
    """
    lost = np.zeros(failures_to_acquire, bool)
    return _rate("TPIR", np.concatenate([mated.found(threshold, rank), lost]))


def misidentification(mated: MatedScores, threshold: float) -> Rate:
    """Share of mated probes that alert on another person.

    Example:
        >>> misidentification(MatedScores.of([[0.7], [0.5]], [[0.1], [0.6]]), 0.5).value
        0.5
    """
    return _rate("the misidentification rate", mated.misidentified(threshold))


def fmr(strangers: ArrayLike, threshold: float) -> Rate:
    """FMR(T) from the scores of comparisons between different people, (n,).

    Example:
        >>> fmr([0.1, 0.2, 0.3, 0.4], 0.4).value
        0.25
    """
    return _rate("FMR", _checked(strangers) >= _number(threshold))


def fnmr(mates: ArrayLike, threshold: float) -> Rate:
    """FNMR(T) from the scores of comparisons within one person, (n,).

    Example:
        >>> fnmr([0.3, 0.4], 0.4).value
        0.5
    """
    return _rate("FNMR", _checked(mates) < _number(threshold))


@dataclass(frozen=True)
class Det:
    """A detection error trade-off: what is counted at each threshold, ascending.

    Attributes:
        threshold: (m,) thresholds.
        false_alerts: (m,) non-mated probes that alert.
        misses: (m,) mated probes not found.
        non_mated: Number of non-mated probes.
        mated: Number of mated probes.
    """

    threshold: Scores
    false_alerts: NDArray[np.int64]
    misses: NDArray[np.int64]
    non_mated: int
    mated: int


def det(best: ArrayLike, mated: MatedScores, thresholds: ArrayLike | None = None, rank: int = 1) -> Det:
    """Count false alerts and misses at each threshold; rates are counts over `non_mated` and `mated`.

    Args:
        best: (n,) best score of each non-mated probe.
        mated: Scores of the mated probes.
        thresholds: Where to count; every score at which a count changes if None.
        rank: R of FNIR(N, R, T).

    Example:
        >>> points = det([0.1, 0.4], MatedScores.of([[0.35], [0.8]], [[], []]), [0.35, 0.4, 0.8])
        >>> points.false_alerts, points.misses
        (array([1, 1, 0]), array([0, 1, 1]))
    """
    best = np.sort(_checked(best))
    returned = np.sort(np.where(mated.rank <= rank, mated.mate, -np.inf))
    where = np.unique(np.concatenate([best, returned]) if thresholds is None else _checked(thresholds))
    return Det(
        where,
        len(best) - np.searchsorted(best, where),
        np.searchsorted(returned, where),
        len(best),
        len(returned),
    )


def threshold_at_fpir(best: ArrayLike, target: float, mates: ArrayLike = ()) -> float:
    """The lowest observed score that, as a threshold, keeps FPIR at or below the target.

    If none does, the next number above the highest. It never interpolates, so the target holds on these
    scores. That is no promise for the next ones: see the interval of `fpir` at this threshold.

    Args:
        best: (n,) best score of each non-mated probe.
        target: 0 to 1.
        mates: Scores of mated probes; they are observed too and may serve as the threshold.

    Raises:
        ValueError: if there are no non-mated probes, or the target is not a share.

    Example:
        >>> threshold_at_fpir([0.5, 0.6, 0.9, 1.0], 0.5)
        0.9
    """
    best, mates = np.sort(_checked(best)), _checked(mates)
    if not best.size or not 0 <= target <= 1:
        raise ValueError(
            f"{best.size} scores and a target of {target}: need scores, and a target from 0 to 1"
        )
    observed = np.unique(np.concatenate([best, mates]))
    false_alerts = best.size - np.searchsorted(best, observed)
    kept = observed[false_alerts / best.size <= target]
    return float(kept[0]) if kept.size else float(np.nextafter(observed[-1], np.inf))


def cmc(mated: MatedScores, ranks: int) -> Scores:
    """Cumulative match characteristic: share of mated probes found within rank 1 to `ranks`, at any score.

    Example:
        >>> cmc(MatedScores.of([[0.7], [0.2]], [[0.3], [0.4]]), 2)
        array([0.5, 1. ])
    """
    if not len(mated):
        warnings.warn("no mated probes: the match characteristic is missing", stacklevel=2)
        return np.full(ranks, np.nan)
    return np.array([np.mean(mated.rank <= rank) for rank in range(1, ranks + 1)])


def by_group(groups: ArrayLike, events: ArrayLike) -> dict[str, Rate]:
    """Counts and rates of each group, in order of its name: the rows of a table of groups.

    Args:
        groups: (n,) the group of each probe.
        events: (n,) what is counted, such as `best >= threshold` or `mated.found(threshold)`.

    Example:
        >>> rows = by_group(["a", "b", "a"], [True, False, False])
        >>> [(name, row.events, row.trials) for name, row in rows.items()]
        [('a', 1, 2), ('b', 0, 1)]
    """
    groups, events = np.asarray(groups), np.asarray(events, dtype=bool)
    if groups.shape != events.shape:
        raise ValueError(f"{groups.shape} groups for {events.shape} events")
    return {str(name): _rate(f"group {name}", events[groups == name]) for name in np.unique(groups)}


def best_scores(gallery: Gallery, probes: ArrayLike) -> Scores:
    """The best score of each probe, (n,), correctly rounded; minus infinity against an empty gallery.

    Example:
        >>> best_scores(Gallery([[1.0, 0.0], [0.0, 1.0]]), [[0.0, 2.0]])
        array([1.])
    """
    return np.array(
        [_best(gallery, probe, scores) for _, probe, scores in _compared(gallery, probes)], np.float64
    )


def mated_scores(gallery: Gallery, probes: ArrayLike, identities: ArrayLike) -> MatedScores:
    """Scores and rank of probes whose people are in the gallery.

    Args:
        gallery: Templates and whose they are.
        probes: (n, d) vectors.
        identities: (n,) identifier of each probe's person.

    Raises:
        ValueError: if a person is not in the gallery (such a probe is non-mated), or the lengths differ.

    Example:
        >>> mated_scores(Gallery([[1.0, 0.0], [0.6, 0.8]]), [[0.0, 1.0]], [1]).rank
        array([1])
    """
    identities = np.atleast_1d(np.asarray(identities))
    if identities.shape != np.atleast_2d(np.asarray(probes)).shape[:1]:
        raise ValueError(f"{np.shape(probes)} probes for {identities.shape} identities")
    missing = ~np.isin(identities, gallery.identifiers)
    if missing.any():
        raise ValueError(f"{identities[missing][0]!r} is not in the gallery: its probes are non-mated")
    mates, others, ranks = [], [], []
    for row, probe, scores in _compared(gallery, probes):
        own = gallery.identifiers == identities[row]
        mate = _best(gallery, probe, np.where(own, scores, -np.inf))
        others.append(_best(gallery, probe, np.where(own, -np.inf, scores)))
        mates.append(mate)
        ranks.append(1 + _people_ahead(gallery, probe, np.where(own, -np.inf, scores), mate))
    return MatedScores(np.array(mates, np.float64), np.array(others, np.float64), np.array(ranks, np.int64))


def _compared(gallery: Gallery, probes: ArrayLike) -> Iterator[tuple[int, Templates, NDArray]]:
    """Row number, template and float32 scores of each probe, a block at a time."""
    vectors = np.atleast_2d(np.asarray(probes))
    block = max(1, SCORES_AT_ONCE // max(1, len(gallery.templates)))
    for start in range(0, len(vectors), block):
        templates = unit_templates(vectors[start : start + block], gallery.width)
        for row, scores in enumerate(templates @ gallery.templates.T):
            yield start + row, templates[row], scores


def _best(gallery: Gallery, probe: Templates, scores: NDArray) -> float:
    """The highest correctly rounded score; float32 only says which few rows can have it."""
    highest = scores.max(initial=-np.inf)
    if highest == -np.inf:
        return -math.inf
    near = np.flatnonzero(scores >= np.float64(highest) - 2 * margin(gallery.width))
    return max(exact_score(gallery.templates[row], probe) for row in near)


def _people_ahead(gallery: Gallery, probe: Templates, scores: NDArray, mate: float) -> int:
    """How many people score at or above the mate."""
    error = margin(gallery.width)
    possible = np.flatnonzero(scores >= np.float64(mate - error))
    sure = scores[possible] >= np.float64(mate + error)
    ahead = [
        certain or exact_score(gallery.templates[row], probe) >= mate
        for row, certain in zip(possible, sure, strict=True)
    ]
    return len(np.unique(gallery.identifiers[possible[np.array(ahead, bool)]]))


def _rate(name: str, events: NDArray[np.bool_]) -> Rate:
    if not events.size:
        warnings.warn(f"no probes: {name} is missing, not 0", stacklevel=3)
    return exact_rate(int(events.sum()), events.size)


def _checked(scores: ArrayLike) -> Scores:
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 1 or np.isnan(scores).any():
        raise ValueError(f"expected a column of scores without NaN, got shape {scores.shape}")
    return scores


def _number(threshold: float) -> float:
    if math.isnan(threshold):
        raise ValueError("the threshold is NaN")
    return threshold
