"""Where comparisons are not independent: people on a list, or people who pass it, resemble each other.

Labelled scenarios, made to show a mechanism and fitted to nothing. FPIR is estimated by drawing false alerts.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from pipeline.benchmarks.model.population import Population

THRESHOLDS = (0.56, 0.58, 0.60, 0.62, 0.64)
CASES = ("strangers only", "look-alikes listed", "several images each", "relatives pass by")


def look_alikes(population: Population, people: int, estimates: dict[str, np.ndarray]) -> pd.DataFrame:
    """FPIR(N, T) of each case, alone and over that of independent comparisons, with 95 % intervals.

    Args:
        population: The model.
        people: N.
        estimates: Of each case, (blocks, `THRESHOLDS`), each block from a watchlist of its own.
    """
    independent = population.fpir(THRESHOLDS, people)
    tables = [
        pd.DataFrame(
            {"case": case, "list_size": people, "threshold": THRESHOLDS, "fpir_closed": independent}
            | dict(zip(("fpir", "fpir_low", "fpir_high"), mean_with_interval(estimates[case]), strict=True))
        )
        for case in CASES
    ]
    table = pd.concat(tables, ignore_index=True)
    times = {
        name.replace("fpir", "times"): table[name] / table["fpir_closed"]
        for name in ("fpir", "fpir_low", "fpir_high")
    }
    return table.assign(**times)


def mean_with_interval(estimates: Sequence[Sequence[float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean of independent estimates and its 95 % limits by Student's t: (blocks, n) to three arrays of n.

    Example:
        >>> [limit.round(3).item() for limit in mean_with_interval([[1.0], [3.0]])]  # 2 -+ 12.706 x 1
        [2.0, -10.706, 14.706]
    """
    values = np.asarray(estimates)
    blocks = len(values)
    mean, error = values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(blocks)
    reach = stdtrit(blocks - 1, 0.975) * error
    return mean, mean - reach, mean + reach
