"""Find where a series changes level, and by how much: the change in how faces were counted, from the data.

The search is exact least squares: of all ways to cut the series into stretches with a level each, dynamic
programming finds the best for every number of cuts, and a penalty of 3 log n per cut chooses the number. One
point is one day of deployments, so that two vans on a day, which share crowd and weather, count once and a
break always lies between two dates. Nothing in the search knows when the publisher changed anything.

Sources: Jackson et al. (2005), https://doi.org/10.1109/LSP.2001.838216 (the exact search); Zhang and Siegmund
(2007), https://doi.org/10.1111/j.1541-0420.2006.00662.x (the penalty, in its leading term).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BreakSettings:
    """Choices of the search that the data do not make; kept in data/reference/assumptions.yaml.

    Args:
        shortest_stretch_days: Fewest deployment days between two breaks.
        most_breaks: Most breaks considered.
        change_in_counting_factor: A break in faces per hour by this factor or more, up or down, counts as a
            change in how faces were counted, if alerts per hour did not move the same way by half as much (in
            logarithms) and if chance alone makes such a break in fewer than 1 - confidence of random orders.
        draws: Draws of the bootstrap and of the permutation test.
        seed: Seed of both.
    """

    shortest_stretch_days: int
    most_breaks: int
    change_in_counting_factor: float
    draws: int
    seed: int


@dataclass(frozen=True)
class Series:
    """A rate to search: its columns, the scale on which it is searched, and the weight of a day.

    Args:
        numerator: Column counted.
        denominator: Column it is set against.
        logarithm: Search the logarithm, or the rate itself.
        half: Events added to the numerator before taking the logarithm, where days without any occur.
        weighted: Weigh a day by its denominator, as a share of few alerts says little.
    """

    numerator: str
    denominator: str
    logarithm: bool
    half: float
    weighted: bool


SERIES = {
    "faces_per_hour": Series("faces_scanned", "duration_hours", logarithm=True, half=0.0, weighted=False),
    "alerts_per_hour": Series("alerts", "duration_hours", logarithm=True, half=0.5, weighted=False),
    "false_alerts_per_alert": Series("false_alerts", "alerts", logarithm=False, half=0.0, weighted=True),
}
COLUMNS = [
    "series", "located_in", "last_date_before", "first_date_after", "earliest", "latest",
    "before", "after", "ratio", "low", "high", "p_value",
    "days_before", "days_after", "places", "change_in_counting",
]  # fmt: skip


def segment(values: Array, weights: Array, shortest: int, most_breaks: int) -> list[int]:
    """Positions at which a new level begins (empty where one level serves best).

    Args:
        values: The series, in order.
        weights: Positive weight of each point.
        shortest: Fewest points in a stretch, 1 or more.
        most_breaks: Most breaks considered.

    Example:
        >>> segment(np.array([1.0, 1.1, 1.0, 1.1, 5.0, 5.1, 5.0, 5.1]), np.ones(8), shortest=2, most_breaks=3)
        [4]
    """
    n = len(values)
    cost = _Cost(values, weights)
    most_breaks = min(most_breaks, n // shortest - 1)
    if most_breaks < 1 or cost(0, n) <= 1e-12 * cost.scale:
        return []
    best = np.full((most_breaks + 1, n + 1), np.inf)
    cut = np.zeros((most_breaks + 1, n + 1), dtype=int)
    ends = np.arange(shortest, n + 1)
    best[0, ends] = cost(0, ends)
    for breaks in range(1, most_breaks + 1):
        for end in range((breaks + 1) * shortest, n + 1):
            starts = np.arange(breaks * shortest, end - shortest + 1)
            totals = best[breaks - 1, starts] + cost(starts, end)
            chosen = int(totals.argmin())
            best[breaks, end], cut[breaks, end] = totals[chosen], starts[chosen]
    # A perfect fit would make the logarithm infinite; the floor lies far below any residual that data leave.
    residual = np.maximum(best[:, n], 1e-9 * best[0, n])
    criterion = n * np.log(residual / n) + 3 * np.log(n) * np.arange(most_breaks + 1)
    positions, end = [], n
    for breaks in range(int(criterion.argmin()), 0, -1):
        end = int(cut[breaks, end])
        positions.append(end)
    return positions[::-1]


def best_single_breaks(values: Array, weights: Array, shortest: int) -> tuple[NDArray, Array]:
    """Position of the one best cut of each row, and the share of its squared deviations that the cut removes.

    Args:
        values: One series per row.
        weights: Positive weights, of the same shape.
        shortest: Fewest points on either side of a cut, 1 or more.

    Returns:
        Positions (1 or more) and shares (0 to 1; 0 for a row without any variation).
    """
    weight, total = np.cumsum(weights, axis=1), np.cumsum(weights * values, axis=1)
    cuts = np.arange(shortest, values.shape[1] - shortest + 1)
    left_weight, left = weight[:, cuts - 1], total[:, cuts - 1]
    all_weight, all_total = weight[:, -1:], total[:, -1:]
    right_weight, right = all_weight - left_weight, all_total - left
    between = left**2 / left_weight + right**2 / right_weight - all_total**2 / all_weight
    whole = (weights * values**2).sum(axis=1) - all_total[:, 0] ** 2 / all_weight[:, 0]
    chosen = between.argmax(axis=1)
    removed = between[np.arange(len(values)), chosen]
    return cuts[chosen], np.where(whole > 1e-12, removed / np.where(whole > 0, whole, 1), 0.0)


def daily(deployments: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Sum the two columns of a series by day; rows missing either, and days of no exposure, are left out."""
    used = deployments.dropna(subset=[series.numerator, series.denominator])
    days = used.groupby("date", as_index=False)[[series.numerator, series.denominator]].sum()
    days = days.set_axis(["date", "numerator", "denominator"], axis=1)
    days = days[days["denominator"] > 0].reset_index(drop=True)
    if series.logarithm and series.half == 0:
        days = days[days["numerator"] > 0].reset_index(drop=True)
    days["rate"] = days["numerator"] / days["denominator"]
    days["searched"] = (
        np.log((days["numerator"] + series.half) / days["denominator"]) if series.logarithm else days["rate"]
    )
    days["weight"] = days["denominator"] if series.weighted else 1.0
    return days


def find_breaks(
    deployments: pd.DataFrame, settings: BreakSettings, confidence: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Search every series for breaks, and set the other series beside the breaks found in faces per hour.

    Args:
        deployments: One row per deployment in date order; rows without hours take no part in a rate per hour.
        settings: Choices of the search.
        confidence: Coverage of the intervals, 0 to 1.

    Returns:
        Breaks, columns `COLUMNS`, and the series by day with the level of each stretch. In the breaks
        `located_in` names the series in which the break was found. `before` and `after` are sums over the
        neighbouring stretches, numerator over denominator; `low` and `high` limit their ratio (bootstrap of
        days); `earliest` and `latest` limit the first day of the new level (bootstrap of days within the
        stretches); `p_value` is the share of random orders of those days whose best cut is as good. The last
        three are blank where the break was found in another series. `places` is filled by `same_places`.
    """
    random = np.random.default_rng(settings.seed)
    found, series_days = [], []
    face_breaks: list[dict] = []
    for name, series in SERIES.items():
        days = daily(deployments, series)
        searched, weights = days["searched"].to_numpy(), days["weight"].to_numpy()
        positions = segment(searched, weights, settings.shortest_stretch_days, settings.most_breaks)
        own = [
            _describe(name, name, days, *bounds, settings, confidence, random)
            for bounds in _neighbours(positions, len(days))
        ]
        found += own
        if name == "faces_per_hour":
            face_breaks = own
        else:
            found += _beside(name, days, face_breaks, settings, confidence, random)
        series_days.append(_levels(name, days, positions))
    breaks = pd.DataFrame(found, columns=COLUMNS)
    breaks["change_in_counting"] = _judge_counting(breaks, settings.change_in_counting_factor, 1 - confidence)
    same = same_places(deployments, changes_in_counting(breaks), settings, confidence, random)
    breaks = pd.DataFrame([*breaks.to_dict("records"), *same], columns=COLUMNS)
    dates = ["last_date_before", "first_date_after", "earliest", "latest"]
    breaks[dates] = breaks[dates].apply(pd.to_datetime)
    return breaks, pd.concat(series_days, ignore_index=True)


def changes_in_counting(breaks: pd.DataFrame) -> list[pd.Timestamp]:
    """First days on which faces were counted in a new way."""
    return list(breaks.loc[breaks["change_in_counting"] == "yes", "first_date_after"])


def same_places(
    deployments: pd.DataFrame,
    changes: Sequence[pd.Timestamp],
    settings: BreakSettings,
    confidence: float,
    random: np.random.Generator,
) -> list[dict]:
    """Faces per hour before and after each change in counting, at places that saw deployments on both sides.

    Crowds differ between places, so a change of places could pass for a change in counting. Here every place
    is compared with itself: `ratio` is the geometric mean over places of after / before, its interval a
    bootstrap of places; `before` and `after` are geometric means over the same places, `places` their number.
    """
    used = deployments.dropna(subset=["faces_scanned", "duration_hours"])
    rows = []
    starts, ends = [pd.Timestamp.min, *changes], [*changes[1:], pd.Timestamp.max]
    for start, change, end in zip(starts, changes, ends, strict=False):
        sides = used[(used["date"] >= start) & (used["date"] < end)]
        sums = sides.groupby(["place", sides["date"] >= change])[["faces_scanned", "duration_hours"]].sum()
        levels = np.log(sums["faces_scanned"] / sums["duration_hours"]).unstack().dropna()
        if levels.empty:
            continue
        before, after = levels[False].to_numpy(), levels[True].to_numpy()
        draws = _redraws(len(levels), settings.draws, random)
        low, high = np.exp(_quantiles((after - before)[draws].mean(axis=1), confidence))
        days = sides[sides["place"].isin(levels.index)].drop_duplicates("date")
        rows.append(
            {
                "series": "faces_per_hour_same_places",
                "located_in": "faces_per_hour",
                "last_date_before": used.loc[used["date"] < change, "date"].max(),
                "first_date_after": change,
                "before": float(np.exp(before.mean())),
                "after": float(np.exp(after.mean())),
                "ratio": float(np.exp((after - before).mean())),
                "low": low,
                "high": high,
                "days_before": int((days["date"] < change).sum()),
                "days_after": int((days["date"] >= change).sum()),
                "places": len(levels),
                "change_in_counting": "",
            }
        )
    return rows


class _Cost:
    """Weighted squared deviations from the mean of any stretch, from running sums."""

    def __init__(self, values: Array, weights: Array) -> None:
        values = values - np.average(values, weights=weights)  # keeps the running sums small and exact
        self.weight = np.concatenate([[0.0], np.cumsum(weights)])
        self.sum = np.concatenate([[0.0], np.cumsum(weights * values)])
        self.square = np.concatenate([[0.0], np.cumsum(weights * values**2)])
        self.scale = float(weights.sum())

    def __call__(self, start, end):
        weight = self.weight[end] - self.weight[start]
        return self.square[end] - self.square[start] - (self.sum[end] - self.sum[start]) ** 2 / weight


def _neighbours(positions: list[int], n: int) -> list[tuple[int, int, int]]:
    """Each break with the beginning of the stretch before it and the end of the stretch after it."""
    edges = [0, *positions, n]
    return [(edges[i - 1], edges[i], edges[i + 1]) for i in range(1, len(edges) - 1)]


def _describe(name, located_in, days, start, position, end, settings, confidence, random) -> dict:
    """One break: its dates, the levels around it, and what chance alone could do."""
    before, after = days.iloc[start:position], days.iloc[position:end]
    row = {
        "series": name,
        "located_in": located_in,
        "last_date_before": before["date"].iloc[-1],
        "first_date_after": after["date"].iloc[0],
        "days_before": len(before),
        "days_after": len(after),
    } | _ratio(before, after, settings, confidence, random)
    if name != located_in:
        return row
    values, weights = days["searched"].to_numpy()[start:end], days["weight"].to_numpy()[start:end]
    shortest = min(settings.shortest_stretch_days, len(before), len(after))
    _, gain = best_single_breaks(values[None], weights[None], shortest)
    orders = random.permuted(np.tile(np.arange(len(values)), (settings.draws, 1)), axis=1)
    as_good = (best_single_breaks(values[orders], weights[orders], shortest)[1] >= gain).sum()
    left, right = _redraws(len(before), settings.draws, random), _redraws(len(after), settings.draws, random)
    drawn = np.hstack([left, len(before) + right])
    positions, _ = best_single_breaks(values[drawn], weights[drawn], shortest)
    earliest, latest = _quantiles(positions, confidence).astype(int)
    return row | {
        "earliest": days["date"].iloc[start + earliest],
        "latest": days["date"].iloc[start + latest],
        "p_value": (as_good + 1) / (settings.draws + 1),
    }


def _beside(name, days, face_breaks, settings, confidence, random) -> list[dict]:
    """The same stretches as those around the breaks in faces per hour, seen in another series."""
    dates = days["date"].to_numpy()
    positions = [int(np.searchsorted(dates, np.datetime64(row["first_date_after"]))) for row in face_breaks]
    return [
        _describe(name, "faces_per_hour", days, *bounds, settings, confidence, random)
        for bounds in _neighbours(positions, len(days))
    ]


def _ratio(before: pd.DataFrame, after: pd.DataFrame, settings, confidence, random) -> dict:
    """Rates of the two stretches, sums over sums, and their ratio with a bootstrap interval over days."""

    (first, firsts), (second, seconds) = (
        _rates(stretch["numerator"].to_numpy(), stretch["denominator"].to_numpy(), settings.draws, random)
        for stretch in (before, after)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = _quantiles(np.where(firsts > 0, seconds / firsts, np.inf), confidence)
    return {
        "before": first,
        "after": second,
        "ratio": second / first if first > 0 else np.nan,
        "low": low if np.isfinite(low) else np.nan,
        # No upper limit where some draws hold no event before.
        "high": high if np.isfinite(high) else np.nan,
    }


def _rates(
    numerator: Array, denominator: Array, draws: int, random: np.random.Generator
) -> tuple[float, Array]:
    """The rate of a stretch, sum over sum, and the rates of as many redrawn stretches."""
    rows = _redraws(len(numerator), draws, random)
    return numerator.sum() / denominator.sum(), numerator[rows].sum(axis=1) / denominator[rows].sum(axis=1)


def _redraws(n: int, draws: int, random: np.random.Generator) -> NDArray:
    return random.integers(0, n, (draws, n))


def _quantiles(drawn: NDArray, confidence: float) -> NDArray:
    tail = (1 - confidence) / 2
    return np.quantile(drawn, [tail, 1 - tail], method="inverted_cdf")


def _levels(name: str, days: pd.DataFrame, positions: list[int]) -> pd.DataFrame:
    """The series by day, with the number and the level (sums over sums) of the stretch each day lies in."""
    table = days[["date", "numerator", "denominator", "rate"]].copy()
    table.insert(0, "series", name)
    table["stretch"] = np.searchsorted(positions, np.arange(len(days)), side="right") + 1
    sums = table.groupby("stretch")[["numerator", "denominator"]].transform("sum")
    table["level"] = sums["numerator"] / sums["denominator"]
    return table


def _judge_counting(breaks: pd.DataFrame, factor: float, chance: float) -> list[str]:
    """Say yes or no for breaks in faces per hour, by the rule in `BreakSettings`; nothing for others."""
    alerts = breaks[(breaks["series"] == "alerts_per_hour") & (breaks["located_in"] == "faces_per_hour")]
    moved = dict(zip(alerts["first_date_after"], np.log(alerts["ratio"]), strict=True))
    answers = []
    for row in breaks.itertuples():
        if row.series != "faces_per_hour":
            answers.append("")
            continue
        step = np.log(row.ratio)
        with_alerts = moved.get(row.first_date_after, 0.0) * np.sign(step)
        large = abs(step) >= np.log(factor) and with_alerts < abs(step) / 2
        answers.append("yes" if large and row.p_value < chance else "no")
    return answers
