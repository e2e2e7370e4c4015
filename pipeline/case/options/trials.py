"""The tests that the order of the options is put to: other weights, other scores, other ways to err."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from pipeline.case.options.ranking import Acceptability, acceptability, drawn_scores, values_of
from pipeline.case.options.reading import Array, Model
from pipeline.case.options.weights import alike, any_weights, grouped, ordered, plausible

MAIN = "plausible"  # the test that the chapter reports first
WORST, BEST = 0.0, 100.0  # ends of the scale


@dataclass(frozen=True)
class Trial:
    """One way of drawing weights and scores.

    Args:
        id: Key.
        name: For a reader.
        weights: (draws, criteria).
        scores: Drawn, (draws, options, criteria); or fixed, (options, criteria).
        weakest: Whether an option is worth its lowest score, whatever the weights.
    """

    id: str
    name: str
    weights: Array
    scores: Array
    weakest: bool = False

    @property
    def values(self) -> Array:
        """What each option is worth in each draw: (draws, options)."""
        return self.scores.min(axis=-1) if self.weakest else values_of(self.weights, self.scores)

    def result(self) -> Acceptability:
        """Ranks, pairs and central weights."""
        return acceptability(self.weights, self.values)


def trials(model: Model, rng: Generator) -> Iterator[Trial]:
    """The tests, on one set of draws, so that they differ by what they ask and not by chance."""
    draws, size = model.method["draws"], model.low.shape
    free = any_weights(draws, size[1], rng)
    even = plausible(free, model.method["least_weight"], model.method["most_weight"])
    places = rng.random((draws, *size))
    drawn = drawn_scores(model.low, model.high, places)
    yield Trial(MAIN, "Plausible weights", even, drawn[: len(even)])
    yield Trial("any", "Any weights at all", free, drawn)
    yield Trial("middle", "Middle scores only", even, model.mid)
    shared = drawn_scores(model.low, model.high, places[: len(even), :1])
    yield Trial("together", "Scores err together", even, shared)
    merged = grouped(alike(model.mid, model.method["alike"]), draws, rng)
    yield Trial("alike", "Like criteria once", merged, drawn)
    for altered, key, name in (
        (without_idle_credit(model), "idle", "No credit for idling"),
        (knowing_nothing(model), "ignorance", "Judged scores unknown"),
    ):
        spread = drawn_scores(altered.low, altered.high, places[: len(even)])
        yield Trial(key, name, even, spread)
    yield Trial("weakest", "Weakest point only", even, drawn[: len(even)], weakest=True)
    for view in model.perspectives:
        yield Trial(view.id, f"Perspective: {view.name.lower()}", ordered(free, view.tiers, rng), drawn)


def without_idle_credit(model: Model) -> Model:
    """What is earned only because nothing happens gets the score of the first option, the present state."""
    low, high = (np.where(model.idle, scores[0], scores) for scores in (model.low, model.high))
    return model.scored(low, high)


def knowing_nothing(model: Model) -> Model:
    """Scores that are ours alone may lie anywhere on the scale."""
    ours = model.quality == "judged"
    return model.scored(np.where(ours, WORST, model.low), np.where(ours, BEST, model.high))
