"""The Bernoulli CUSUM: a running score of false alerts, its average run lengths, and its path on a record.

Each alert adds a step: log(ratio) if false, log((1 - ratio p) / (1 - p)) if true, p being the usual share.
The score never falls below 0; at the limit it signals. Reynolds and Stoumbos (1999),
https://doi.org/10.1080/00224065.1999.11979900.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve

UNITS = 3  # of the lattice, to a downward step: the upward step then is 382 of them to within a thousandth


@dataclass(frozen=True)
class Cusum:
    """A chart: what it takes for usual, what it is tuned to, and when it signals.

    Args:
        rate: Usual share of alerts that are false, 0 to 1 / ratio.
        ratio: The change it is tuned to, above 1.
        limit: Score at which it signals, above 0.
    """

    rate: float
    ratio: float
    limit: float

    def __post_init__(self) -> None:
        if not (self.ratio > 1 and 0 < self.rate < 1 / self.ratio and self.limit > 0):
            raise ValueError(f"no chart has rate {self.rate}, ratio {self.ratio} and limit {self.limit}")

    @property
    def up(self) -> float:
        """Step of a false alert."""
        return float(np.log(self.ratio))

    @property
    def down(self) -> float:
        """Step of a true alert, below 0."""
        return float(np.log((1 - self.ratio * self.rate) / (1 - self.rate)))

    def _lattice(self) -> tuple[int, int]:
        """The limit and the upward step in units of the lattice."""
        unit = -self.down / UNITS
        return int(np.ceil(self.limit / unit)), round(self.up / unit)

    def mean_alerts(self, true_rate: float) -> float:
        """Alerts until a signal, on average, from a score of 0: the exact mean of the Markov chain.

        Scores are rounded to a lattice of a third of a downward step; all else is exact.

        Args:
            true_rate: Share of alerts that are false, 0 to 1.

        Example:
            >>> chart = Cusum(0.25, 2, 0.5)  # signals at the first false alert: log(2) is above the limit
            >>> round(chart.mean_alerts(0.25), 6)
            4.0

        Source: Brook and Evans (1972), https://doi.org/10.1093/biomet/59.3.539.
        """
        limit, up = self._lattice()
        score = np.arange(limit)
        after_true = np.maximum(score - UNITS, 0)
        stays = score[score + up < limit]
        moves = csr_array(
            (
                np.concatenate([np.full(limit, 1 - true_rate), np.full(len(stays), true_rate)]),
                (np.concatenate([score, stays]), np.concatenate([after_true, stays + up])),
            ),
            shape=(limit, limit),
        )
        return float(spsolve((eye_array(limit) - moves).tocsc(), np.ones(limit))[0])

    def signalled_by(self, true_rate: float, alerts: int) -> NDArray[np.float64]:
        """Chance of a signal within 0, 1, ... `alerts` alerts, from a score of 0: (alerts + 1,)."""
        limit, up = self._lattice()
        chance = np.zeros(limit)
        chance[0] = 1.0
        signalled = np.zeros(alerts + 1)
        for number in range(1, alerts + 1):
            after = np.zeros(limit)
            after[: limit - UNITS] = (1 - true_rate) * chance[UNITS:]
            after[0] += (1 - true_rate) * chance[:UNITS].sum()
            if up < limit:
                after[up:] += true_rate * chance[: limit - up]
            signalled[number] = signalled[number - 1] + true_rate * chance[max(limit - up, 0) :].sum()
            chance = after
        return signalled

    def simulated(self, true_rate: float, runs: int, seed: int) -> NDArray[np.float64]:
        """Alerts until a signal in so many simulated runs: (runs,). Nothing is rounded to a lattice."""
        stream = np.random.default_rng(seed)
        score, alerts = np.zeros(runs), np.zeros(runs)
        running = np.arange(runs)
        while len(running):
            gaps = stream.geometric(true_rate, len(running))  # the last alert of each gap is the false one
            alerts[running] += gaps
            score[running] = np.maximum(score[running] + (gaps - 1) * self.down, 0) + self.up
            running = running[score[running] < self.limit]
        return alerts


def path(record: pd.DataFrame, chart: Cusum) -> pd.DataFrame:
    """The score after each deployment, from 0; the order of the alerts within one is unknown, hence two ends.

    Args:
        record: Deployments in date order; needs `alerts` and `false_alerts`, both printed.
        chart: The chart.

    Returns:
        The rows with `alerts_so_far`, and `score_low` and `score_high`: the least score at the end of the
        deployment and the highest that the score can have stood at within it, whatever the order of its
        alerts.

    Example:
        >>> day = pd.DataFrame({"alerts": [10.0], "false_alerts": [1.0]})
        >>> found = path(day, Cusum(0.25, 2, 3))  # steps +0.69 and -0.41
        >>> [round(score, 2) for score in found[["score_low", "score_high"]].iloc[0]]
        [0.0, 0.69]
    """
    lowest, highest = [], []
    low = high = 0.0
    for alerts, false in zip(record["alerts"], record["false_alerts"], strict=True):
        ups, downs = false * chart.up, (alerts - false) * chart.down
        highest.append(high + ups)  # false ones first
        low = max(low + ups + downs, 0.0)
        high = max(high + downs, 0.0) + ups  # at the end, highest with the false ones last
        lowest.append(low)
    return record.assign(
        alerts_so_far=record["alerts"].cumsum(), score_low=lowest, score_high=highest
    ).reset_index(drop=True)
