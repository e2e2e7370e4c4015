"""The tables of the accuracy benchmark: its counts, with closed forms and exact intervals beside them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv

from pipeline.benchmarks.model.population import Population
from pipeline.benchmarks.running.tables import with_share
from pipeline.matching.evaluation import threshold_at_fpir

THRESHOLDS = (0.56, 0.58, 0.60, 0.62, 0.64)
LIST, LISTS = 10_000, 10  # people on the whole list, and how many lists it is cut into
SIZES = {"whole": LIST, "parts": LIST // LISTS}
TARGETS = (1 / 2000, 1 / 6000, 1 / 60000)  # FPIR to which thresholds are set
CURVE = np.round(np.arange(0.52, 0.665, 0.005), 3)  # thresholds of the drawn curve
CURVE_SIZES = (1_000, 10_000, 16_000)  # the last is about the length of the Met's lists
VERIFICATION_FMR = (1e-3, 1e-4, 1e-6)  # customary settings of one-to-one comparison


def operating_points(results: list[dict], population: Population) -> pd.DataFrame:
    """FPIR(N, T) and TPIR(N, 1, T), closed form beside counts, one row for each list size and threshold."""
    listed = sum(result["listed"] for result in results)
    rows = []
    for key, size in SIZES.items():
        scores = _alerts(results, key)
        right, wrong = (
            np.sum([result["found"][key][outcome] for result in results], axis=0)
            for outcome in ("right", "wrong")
        )
        for place, threshold in enumerate(THRESHOLDS):
            rows.append(
                {
                    "list_size": size,
                    "threshold": threshold,
                    "fmr": population.false_match_rate(threshold).item(),
                    "fpir_closed": population.fpir(threshold, size).item(),
                    "events": int(np.sum(scores >= threshold)),
                    "trials": _searches(results, key),
                    "tpir_closed": population.tpir(threshold).item(),
                    "found": int(right[place]),
                    "misidentified": int(wrong[place]),
                    "passages": listed,
                }
            )
    table = with_share(pd.DataFrame(rows), "events", "trials", "fpir")
    return with_share(table, "found", "passages", "tpir")


def agreement(results: list[dict]) -> pd.DataFrame:
    """Alerts of the oracle and of the fast search over the blocks that both searched."""
    both = [result for result in results if "agreement" in result]
    rows = [
        {
            "passing": who,
            "list_size": searched,
            "threshold": THRESHOLDS[0],
            "probes": sum(result[count] for result in both),
            **{
                key: sum(result["agreement"][who][key] for result in both)
                for key in ("oracle", "fast", "same_probe", "same_identity", "same_score")
            },
        }
        for who, count, searched in (
            ("strangers", "strangers", SIZES["parts"]),
            ("listed people", "listed", LIST),
        )
    ]
    return pd.DataFrame(rows)


def calibration(results: list[dict], population: Population) -> pd.DataFrame:
    """Thresholds set to a target FPIR on one half of the searches, and what they give on the other half.

    One row for each list on which the threshold was set, target, and list on which it was then used.
    """
    setting, checking = results[::2], results[1::2]
    rows = []
    for target in TARGETS:
        for set_on, used_on in (("whole", "whole"), ("parts", "parts"), ("parts", "whole")):
            seen, later = _alerts(setting, set_on), _alerts(checking, used_on)
            threshold = calibrate(seen, _searches(setting, set_on), target)
            rows.append(
                {
                    "target": target,
                    "set_on": SIZES[set_on],
                    "used_on": SIZES[used_on],
                    "threshold": threshold,
                    "set_events": int(np.sum(seen >= threshold)),
                    "set_trials": _searches(setting, set_on),
                    "fpir_closed": population.fpir(threshold, SIZES[used_on]).item(),
                    "events": int(np.sum(later >= threshold)),
                    "trials": _searches(checking, used_on),
                }
            )
    return with_share(pd.DataFrame(rows), "events", "trials", "fpir")


def calibrate(alerts: NDArray[np.float64], searches: int, target: float) -> float:
    """The threshold that keeps FPIR at or below the target, from the scores of the searches that alerted.

    Args:
        alerts: (k,) scores of the searches that alerted at some lower threshold.
        searches: All searches, k or more.
        target: Less than k over `searches`; the threshold for a higher one was not observed.

    Raises:
        ValueError: if the target is higher than that.

    Example:
        >>> calibrate(np.array([0.9, 0.8, 0.7, 0.6]), searches=100, target=0.02)
        0.8
    """
    return threshold_at_fpir(alerts, target * searches / len(alerts))


def verification(results: list[dict], population: Population) -> pd.DataFrame:
    """What thresholds made for one-to-one comparison do to a search: FPIR at each customary FMR."""
    return with_share(
        pd.DataFrame(
            {
                "fmr": VERIFICATION_FMR,
                "threshold": verification_thresholds(),
                "fpir_1000": population.fpir(verification_thresholds(), SIZES["parts"]),
                "fpir_10000": population.fpir(verification_thresholds(), LIST),
                "events": np.sum([result["verified"]["alerts"] for result in results], axis=0),
                "trials": sum(result["verified"]["probes"] for result in results),
            }
        ),
        "events",
        "trials",
        "fpir",
    )


def det(points: pd.DataFrame, population: Population, reference: pd.DataFrame) -> pd.DataFrame:
    """FPIR(N, T) and FNIR(N, 1, T) as T moves: the model's curve for three lists, the counted points, and the
    published ones of which both rates are known."""
    curve = pd.concat(
        pd.DataFrame(
            {
                "kind": "model",
                "list_size": size,
                "threshold": CURVE,
                "fpir": population.fpir(CURVE, size),
                "fnir": 1 - population.tpir(CURVE),
            }
        )
        for size in CURVE_SIZES
    )
    counted = points[["list_size", "threshold", "events", "trials", "fpir", "fpir_low", "fpir_high"]].assign(
        kind="simulated",
        fnir=1 - points["tpir"],
        fnir_low=1 - points["tpir_high"],
        fnir_high=1 - points["tpir_low"],
    )
    settings = ["study", "algorithm", "group", "threshold", "watchlist_size"]
    both = reference.dropna(subset=settings).pivot_table(index=settings, columns="measure", values="value")
    published = both.dropna(subset=["fpir", "tpir"]).reset_index()
    printed = pd.DataFrame(
        {
            "kind": "published",
            "list_size": published["watchlist_size"].astype(int),
            "threshold": published["threshold"],
            "fpir": published["fpir"],
            "fnir": 1 - published["tpir"],
        }
    )
    table = pd.concat([curve, counted, printed], ignore_index=True)
    return table.astype({"events": "Int64", "trials": "Int64"})


def published_points(reference: pd.DataFrame) -> pd.DataFrame:
    """Published rates of false alarms in tests and in use, as printed: context, for nothing computed here."""
    rows = reference[reference["measure"].isin(["fpir", "false_alerts_per_face_scanned"])]
    columns = ["point_id", "algorithm", "study", "threshold", "watchlist_size", "measure", "value"]
    return rows[[*columns, "source_url", "reliability"]].reset_index(drop=True)


def threshold_at_fmr(population: Population, fmr: float) -> float:
    """The threshold at which a share `fmr` (above 0, at most a half) of comparisons of strangers matches.

    Example:
        >>> round(threshold_at_fmr(Population(k=3, rho=0.0), 0.25), 6)  # in three dimensions: (1 - c) / 2
        0.5
    """
    cosine = np.sqrt(1 - betaincinv((population.k - 1) / 2, 0.5, 2 * fmr))
    return float(population.rho + (1 - population.rho) * cosine)


def verification_thresholds() -> tuple[float, ...]:
    return tuple(threshold_at_fmr(Population(), fmr) for fmr in VERIFICATION_FMR)


def _alerts(results: list[dict], key: str) -> NDArray[np.float64]:
    return np.concatenate([result["scores"][key] for result in results])


def _searches(results: list[dict], key: str) -> int:
    return sum(result["strangers"] for result in results) * (LIST // SIZES[key])
