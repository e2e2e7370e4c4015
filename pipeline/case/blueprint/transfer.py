"""National control: does one test transfer between forces? False alerts per alert, force against force.

Compared are forces that run one vendor's software at one threshold, for scores of different vendors share no
scale. The ratio of the two rates and its exact interval come from the counts alone; the question is whether
the upper limit lies under a margin that was fixed beforehand.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from pipeline.measures.power import Needed, expected_share, rate_ratio
from pipeline.measures.tables import MET

HOLYHEAD = "immigration_enforcement"
FIXED_CAMERAS = "fixed_camera_site_unmarked"  # the warning on rows of the fixed cameras
OWN_FILE = "published_record"
SEARCHED = 2_000  # false alerts in all; no table asks for more


def ratios(
    deployments: pd.DataFrame, totals: pd.DataFrame, rules: dict[str, Any], confidence: float
) -> pd.DataFrame:
    """Compare false alerts per alert of others with the Met's, at one vendor's one threshold.

    Args:
        deployments: All forces' rows; needs force_id, threshold_score, alerts, false_alerts, warnings,
            source_kind.
        totals: published_totals.csv, from which stated counts are taken by id.
        rules: `transfer` of blueprint.yaml: threshold, margin and the stated totals used.
        confidence: Coverage of the intervals, 0 to 1.

    Returns:
        One row a comparison: id, label, kind (`between forces`, `within the Met`), false_alerts and alerts,
        those of the reference, ratio, low, high (blank: without limit), margin.
    """
    rows = deployments[deployments["threshold_score"] == rules["threshold"]]
    met = rows[rows["force_id"] == MET]
    holyhead = _counts(rows[rows["force_id"] == HOLYHEAD])
    stated = totals.set_index("total_id")["value"]
    south_wales = np.array([stated[rules["stated"][name]] for name in ("false_alerts", "alerts")], float)
    fixed = met["warnings"].str.contains(FIXED_CAMERAS)
    own = met["source_kind"] == OWN_FILE
    between, within = "between forces", "within the Met"
    compared = [
        ("holyhead", "Holyhead", between, holyhead, _counts(met)),
        ("south_wales", "South Wales, as stated", between, south_wales, _counts(met)),
        ("together", "Both together", between, holyhead + south_wales, _counts(met)),
        ("fixed_cameras", "Met: fixed cameras", within, _counts(met[fixed]), _counts(met[~fixed])),
        ("later_rows", "Met: later rows", within, _counts(met[~own]), _counts(met[own])),
    ]
    table = []
    for name, label, kind, one, other in compared:
        found = rate_ratio(int(one[0]), one[1], int(other[0]), other[1], confidence)
        table.append(
            {
                "id": name,
                "label": label,
                "kind": kind,
                "false_alerts": int(one[0]),
                "alerts": int(one[1]),
                "reference_false_alerts": int(other[0]),
                "reference_alerts": int(other[1]),
                "ratio": found.value,
                "low": found.low,
                "high": found.high if np.isfinite(found.high) else np.nan,
                "margin": rules["margin"],
            }
        )
    return pd.DataFrame(table)


def _counts(rows: pd.DataFrame) -> NDArray[np.float64]:
    return rows[["false_alerts", "alerts"]].sum().to_numpy(dtype=float)


def margin_power(
    totals: NDArray[np.int_], exposure: float, margin: float, ratio: float = 1.0, confidence: float = 0.95
) -> NDArray[np.float64]:
    """Chance that the exact upper limit of a rate ratio lies under a margin, by the number of events in all.

    The Clopper-Pearson upper limit of the first group's share lies under the share that belongs to the
    margin just when so few events or fewer would, at the margin, come in at most half of 1 - confidence.

    Args:
        totals: Events in both groups together.
        exposure: The first group's share of the trials, 0 to 1.
        margin: Largest ratio that would not matter, above 1.
        ratio: True ratio.
        confidence: Coverage of the two-sided interval.

    Example:
        With four events at equal exposure and a margin of 3, none may fall in the group: the chance of none
        at the margin, 1 / 256, is under 0.025, that of at most one, 13 / 256, is not.

        >>> margin_power(np.array([4]), 0.5, 3.0)
        array([0.0625])
    """
    totals = np.asarray(totals)
    at_margin = expected_share(exposure, margin)
    tail = (1 - confidence) / 2
    most = binom.ppf(tail, totals, at_margin)
    most = np.where(binom.cdf(most, totals, at_margin) <= tail, most, most - 1)
    return np.where(most >= 0, binom.cdf(most, totals, expected_share(exposure, ratio)), 0.0)


def needed_for_margin(
    exposure: float, margin: float, target: float = 0.8, confidence: float = 0.95
) -> Needed:
    """Events in all that show equal rates to lie within a margin, with a given power.

    Raises:
        ValueError: if more are needed than are searched.
    """
    reached = margin_power(np.arange(1, SEARCHED + 1), exposure, margin, 1.0, confidence) >= target
    below = np.flatnonzero(~reached)
    if below[-1] == SEARCHED - 1:
        raise ValueError(f"a margin of {margin} at exposure {exposure} needs more than {SEARCHED} events")
    return Needed(int(reached.argmax()) + 1, int(below[-1]) + 2)


def needed(deployments: pd.DataFrame, rules: dict[str, Any], confidence: float) -> pd.DataFrame:
    """How many false alerts, and how many years of the Met's, a verdict on transfer would take.

    Returns:
        One row for each margin and share of the alerts: events (first number that reaches the power), stays
        (from which it never falls below), years at the Met's false alerts a year in its last whole year.
    """
    met = deployments[deployments["force_id"] == MET]
    year = met["date"].dt.year
    last_whole = int(year.max()) - (met["date"].max().month < 12)
    a_year = float(met.loc[year == last_whole, "false_alerts"].sum())
    table = []
    for margin in rules["margins_shown"]:
        for exposure in rules["shares_shown"]:
            found = needed_for_margin(exposure, margin, rules["power"], confidence)
            table.append(
                {
                    "margin": margin,
                    "share_of_alerts": exposure,
                    "events": found.smallest,
                    "stays": found.stays,
                    "met_false_alerts_a_year": a_year,
                    # The reference's part of the events comes at the Met's pace.
                    "years": found.smallest * (1 - exposure) / a_year,
                }
            )
    return pd.DataFrame(table)
