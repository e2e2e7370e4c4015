"""What the published operating points say about the model's parameters, and what they leave open."""

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from pipeline.benchmarks.model.anchors import (
    Anchors,
    borrowed_slope,
    mu_q_through,
    rho_through,
    slope_interval,
)
from pipeline.benchmarks.model.population import Population, true_match_rate
from pipeline.measures.intervals import clopper_pearson, poisson_rate

SPREADS = (0.15, 0.3, 0.5, 0.75, 1.0, 1.5)  # values of sigma_q to try
NOT_ACQUIRED = (0.0, 0.02, 0.04, 0.06, 0.08)  # shares of passages without a usable face to try
THRESHOLDS = (0.56, 0.58, 0.60, 0.62, 0.64, 0.66)


def alternatives(population: Population, anchors: Anchors) -> pd.DataFrame:
    """TPIR of models that all meet the published point: other spreads of fidelity, other shares not acquired.

    Returns:
        alternative (`spread` or `not_acquired`), its value, mu_q, threshold, tpir of all passages.
    """
    p, rows = population, []
    settings = [("spread", sigma, sigma, 0.0) for sigma in SPREADS]
    settings += [("not_acquired", lost, p.sigma_q, lost) for lost in NOT_ACQUIRED]
    for kind, value, sigma_q, lost in settings:
        mu_q = mu_q_through(p, anchors.threshold, anchors.tpir / (1 - lost), sigma_q)
        rates = true_match_rate(THRESHOLDS, p.k, p.rho, mu_q, sigma_q, p.watchlist_fidelity)
        rows += [
            (kind, value, mu_q, threshold, (1 - lost) * rate)
            for threshold, rate in zip(THRESHOLDS, rates, strict=True)
        ]
    return pd.DataFrame(rows, columns=["alternative", "value", "mu_q", "threshold", "tpir"])


def identified(population: Population, anchors: Anchors, others: pd.DataFrame) -> pd.DataFrame:
    """One row a quantity: whether the anchors fix it, its value and interval, and what that rests on.

    Args:
        population: The model.
        anchors: What was published.
        others: The table of `alternatives`.
    """
    p, tested, at = population, sum(anchors.bands), anchors.threshold
    events = poisson_rate(tested, 1)
    slope = slope_interval([0.60, 0.62, 0.64], list(anchors.bands), anchors.false_match_rate)
    borrowed = borrowed_slope(anchors)
    upright = brentq(lambda k: rho_through(k, at, anchors.false_match_rate), 30, 200)
    share = clopper_pearson(round(anchors.tpir * anchors.passages), anchors.passages)
    centre = [mu_q_through(p, at, rate, p.sigma_q) for rate in (anchors.tpir, share.low, share.high)]
    later = others[others["threshold"] == anchors.later_threshold]
    spread, lost = (later[later["alternative"] == kind]["tpir"] for kind in ("spread", "not_acquired"))
    usual = later.loc[(later["alternative"] == "not_acquired") & (later["value"] == 0), "tpir"].item()
    fmr = anchors.false_match_rate
    times = 1.0, events.low / tested, events.high / tested
    counted = f"{tested} false positives"
    later_counts = f"{anchors.later_false} false alerts; faces and lists estimated"
    passages = f"TPIR at 0.60, as if {anchors.passages:,} passages were independent"
    both = "sigma_q 0.15 to 1.5", "0 to 8 % not acquired"
    rows = [
        ("FMR at 0.60, times", "identified", *times, counted),
        ("FMR at 0.60", "identified", *(fmr * np.array(times)), counted),
        ("k, from the test alone", "weak", None, *slope, f"where the {tested} fall: 0.60, 0.62 or 0.64"),
        ("k, with the Met's year", "borrowed", *borrowed, later_counts),
        ("k at which rho is 0", "bound", upright, None, None, "FMR at 0.60; below it rho is negative"),
        ("rho", "not identified", None, 0.0, 1.0, "a change of score scale undoes any change of it"),
        ("mu_q", "given the rest", *centre, passages),
        ("TPIR at 0.64, by sigma_q", "not identified", usual, spread.min(), spread.max(), both[0]),
        ("TPIR at 0.64, by acquisition", "not identified", usual, lost.min(), lost.max(), both[1]),
        ("watchlist fidelity", "assumed", p.watchlist_fidelity, None, None, "nothing published"),
        ("tail of fidelity, degrees of freedom", "assumed", 4.0, None, None, "nothing published"),
        ("independence of passages", "assumed", None, None, None, "nothing published"),
        ("parameters of a group", "not identified", None, None, None, "labelled scenarios only"),
    ]
    table = pd.DataFrame(rows, columns=["quantity", "status", "value", "low", "high", "rests_on"])
    return table.astype({"value": float, "low": float, "high": float})
