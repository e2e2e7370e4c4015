"""How many listed people must have passed, if the printed true alerts are right and the model's TPIR holds.

Implied, not observed: no record counts the listed people who raised no alert.
"""

from functools import partial

import pandas as pd
from scipy.optimize import brentq

from pipeline.benchmarks.model.population import Population
from pipeline.measures.intervals import poisson_rate

SPREADS = (0.15, 1.5)  # of fidelity, in logits: no published test tells one from the other


def tpir_range(threshold: float, anchor: float) -> tuple[float, float, float]:
    """TPIR at a threshold: that of the model, and the least and the greatest that fit the anchor as well.

    The spread of fidelity is not identified, so it is set to either end of `SPREADS` and the centre is moved
    until TPIR at the anchor's threshold is the model's.

    Args:
        threshold: Where TPIR is wanted.
        anchor: The one threshold at which it was measured and published.

    Returns:
        (value, low, high); all alike at the anchor.
    """
    rates = [float(Population().tpir(threshold))]
    for spread in SPREADS:
        centre = brentq(partial(_excess, spread=spread, anchor=anchor), -2, 6)
        rates.append(float(Population(mu_q=centre, sigma_q=spread).tpir(threshold)))
    return rates[0], min(rates), max(rates)


def implied_passages(eras: pd.DataFrame, anchor: float, confidence: float) -> pd.DataFrame:
    """Passages of listed people, and the misses among them, that the printed true alerts imply.

    The limits join the exact Poisson limits of the true alerts to the range of TPIR: they are the widest of
    both.

    Args:
        eras: Columns threshold, faces_scanned, true_alerts.
        anchor: Threshold at which TPIR was published.
        confidence: Coverage of the limits for the true alerts.

    Returns:
        The same rows with tpir, and passages, misses and passages_per_face, each with _low and _high.
    """
    tpir, least, greatest = zip(
        *(tpir_range(t, anchor) for t in eras["threshold"].astype(float)), strict=True
    )
    table = eras.assign(tpir=tpir, tpir_low=least, tpir_high=greatest)
    alerts = poisson_rate(table["true_alerts"], 1, confidence)
    ends = {
        "": (table["true_alerts"], table["tpir"]),
        "_low": (alerts.low, table["tpir_high"]),
        "_high": (alerts.high, table["tpir_low"]),
    }
    for end, (count, rate) in ends.items():
        table[f"passages{end}"] = count / rate
        table[f"misses{end}"] = count * (1 - rate) / rate
        table[f"passages_per_face{end}"] = count / rate / table["faces_scanned"]
    return table


def _excess(centre: float, spread: float, anchor: float) -> float:
    """By how much TPIR at the anchor exceeds the model's."""
    return float(Population(mu_q=centre, sigma_q=spread).tpir(anchor) - Population().tpir(anchor))
