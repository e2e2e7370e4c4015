"""A few thousand passages before one watchlist: the model and the engine in one small run."""

import numpy as np
import pandas as pd

from pipeline.benchmarks.model.population import Population
from pipeline.matching.gallery import Gallery
from pipeline.matching.search import search


def sample(population: Population, threshold: float, people: int, strangers: int) -> pd.DataFrame:
    """Let strangers, and each listed person once, pass the engine; count alerts beside those expected.

    Args:
        population: The model; its seed fixes the draws.
        threshold: The engine's.
        people: N, one image each.
        strangers: Passages of people who are not listed.

    Returns:
        One row for the strangers and one for the listed people: passages, alerts, expected.
    """
    rng = np.random.default_rng([population.seed, 44])
    listed = population.identities(rng, people)
    gallery = Gallery(population.enrol(rng, listed))
    false = search(gallery, population.strangers(rng, strangers), threshold)
    alerts = search(gallery, population.captures(rng, listed), threshold)
    true = int((alerts.identifier == alerts.probe).sum())
    return pd.DataFrame(
        {
            "who passes": ["strangers", "listed people"],
            "passages": [strangers, people],
            "alerts on anyone": [len(false), len(alerts)],
            "alerts on themselves": [0, true],
            "the model expects": [
                f"{strangers * population.fpir(threshold, people):.1f}",
                f"{people * population.tpir(threshold):.1f}",
            ],
        }
    )
