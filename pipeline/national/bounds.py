"""The smallest and the largest total that a set of published statements allows, by linear programming.

There is one unknown, never negative, for each force and month: how many deployments (or faces, alerts, ...)
there were. A published row or total is a `Statement` about a sum of unknowns: so many at least, so many at
most, by these forces, in these months. The smallest and the largest sum over any forces and months that no
statement contradicts are the bounds that the published statements support; nothing is estimated.

Statements are about runs of months, so for one force and whole numbers both bounds are whole numbers and are
reached: the matrix is an interval matrix, which is totally unimodular. They are longest paths then: between
two months lie at least so many if the one must be so far ahead of the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csr_array

from pipeline.core.errors import RecordError

INFEASIBLE, WITHOUT_LIMIT = 2, (3, 4)  # scipy's status; 4 also when it cannot tell 2 from 3, which we can
TOLERANCE = 1e-6


def month_number(text: str) -> int:
    """Number a month, so that a window is two integers and the month after is one more.

    Example:
        >>> month_number("2024-01") - month_number("2023-12-31")
        1
    """
    year, month = text.split("-")[:2]
    return 12 * int(year) + int(month) - 1


def month_text(number: int) -> str:
    """Write a month's number as text.

    Example:
        >>> month_text(month_number("2024-07"))
        '2024-07'
    """
    return f"{number // 12}-{number % 12 + 1:02}"


@dataclass(frozen=True)
class Statement:
    """What one published row or total says: low <= sum over these forces and months <= high.

    Args:
        id: Where it was published: a total_id, report_id or similar.
        forces: Key or keys into forces.csv; several if the figure is theirs together.
        first: First month covered, see `month_number`.
        last: Last month covered.
        low: At least so many; 0 says nothing.
        high: At most so many; None says nothing.
    """

    id: str
    forces: tuple[str, ...]
    first: int
    last: int
    low: float = 0
    high: float | None = None


@dataclass(frozen=True)
class Bounds:
    """What the statements allow for one sum.

    Args:
        lower: The smallest sum.
        upper: The largest sum; None where no published statement sets a limit.
        lower_rests_on: Statements without which the lower bound would be smaller, sorted.
        upper_rests_on: Statements without which the upper bound would be larger, sorted.
    """

    lower: float
    upper: float | None
    lower_rests_on: tuple[str, ...] = ()
    upper_rests_on: tuple[str, ...] = ()


def bounds(
    statements: Iterable[Statement], forces: Sequence[str], first: int, last: int, resting: bool = True
) -> Bounds:
    """Return the bounds of the sum over some forces and months.

    Args:
        statements: All statements about one measure; those that also concern other forces are left out.
        forces: The forces to sum over.
        first: First month to sum over, see `month_number`.
        last: Last month to sum over.
        resting: Whether it is asked what the bounds rest on. If not, those of one force are longest paths,
            found in a tenth of the time.

    Raises:
        RecordError: naming a smallest set of statements that cannot all be true.

    Example:
        At least 38 to February 2025, of which at most 3 were in 2023, leave at least 35 from 2024 on:

        >>> months = [month_number(text) for text in ("2023-10", "2023-12", "2024-01", "2025-02")]
        >>> said = [
        ...     Statement("total", ("essex",), months[0], months[3], low=38),
        ...     Statement("trial", ("essex",), months[0], months[1], high=3),
        ... ]
        >>> found = bounds(said, ["essex"], months[2], months[3])
        >>> (found.lower, found.upper, found.lower_rests_on)
        (35.0, None, ('total', 'trial'))
    """
    asked = set(forces)
    used = [
        one for one in statements if (one.low > 0 or one.high is not None) and asked.issuperset(one.forces)
    ]
    if not any(one.first <= last and first <= one.last for one in used):
        return Bounds(0.0, None)
    shut = [one for one in used if one.high == 0 and one.first <= first and last <= one.last]
    if asked <= {force for one in shut for force in one.forces}:  # no need to ask the solver
        return Bounds(0.0, 0.0, (), tuple(sorted({one.id for one in shut})))
    # Months that every statement and the question treat alike are one unknown, named by the first of them.
    cuts = sorted({first, last + 1, *(one.first for one in used), *(one.last + 1 for one in used)})
    places = [(force, month) for force in sorted(forces) for month in cuts]
    if len(asked) == 1 and not resting:
        return _along_paths(used, places, cuts.index(first), cuts.index(last + 1))
    wanted = np.array([first <= month <= last for _, month in places], dtype=float)
    matrix, limits, ids = _inequalities(used, places)

    smallest = linprog(wanted, A_ub=matrix, b_ub=limits, method="highs")
    if smallest.status == INFEASIBLE:
        raise _contradiction(used, places)
    largest = linprog(-wanted, A_ub=matrix, b_ub=limits, method="highs")
    without_limit = largest.status in WITHOUT_LIMIT
    return Bounds(
        lower=_cut(smallest.fun),
        upper=None if without_limit else _cut(-largest.fun),
        lower_rests_on=_binding(smallest, ids),
        upper_rests_on=() if without_limit else _binding(largest, ids),
    )


def _along_paths(used: list[Statement], places: Sequence[tuple[str, int]], first: int, after: int) -> Bounds:
    """The bounds for one force: the longest way from the first cut to the one after the last, and back.

    A step from one cut to a later one is at least `low` long; a step back takes at most `high` away. A way
    that leads round and grows is a contradiction.
    """
    at = {month: number for number, (_, month) in enumerate(places)}
    steps = np.full((len(at), len(at)), -np.inf)
    steps[np.arange(len(at)), np.arange(len(at))] = 0
    steps[np.arange(len(at) - 1), np.arange(1, len(at))] = 0
    for one in used:
        begin, end = at[one.first], at[one.last + 1]
        steps[begin, end] = max(steps[begin, end], one.low)
        if one.high is not None:
            steps[end, begin] = max(steps[end, begin], -one.high)
    starts = np.full((3, len(at)), -np.inf)
    starts[0, first] = starts[1, after] = 0
    starts[2] = 0  # from every cut at once, so that no contradiction is missed
    ways = _longest(steps, starts)
    if ways is None:
        raise _contradiction(used, places)
    back = ways[1, first]
    return Bounds(lower=_cut(ways[0, after]), upper=None if np.isinf(back) else _cut(-back))


def _longest(steps: NDArray[np.float64], ways: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Lengthen the ways to every cut step by step until nothing changes; None if they grow for ever."""
    for _ in range(len(steps) + 1):
        longer = (ways[:, :, None] + steps).max(axis=1)
        if (longer <= ways + TOLERANCE).all():
            return longer
        ways = longer
    return None


def _inequalities(
    statements: Sequence[Statement], places: Sequence[tuple[str, int]]
) -> tuple[csr_array, np.ndarray, list[str]]:
    """One row per limit, each as "sum <= limit", and the statement that it comes from."""
    column_of = {place: number for number, place in enumerate(places)}
    months = sorted({month for _, month in places})
    rows, columns, signs, limits, ids = [], [], [], [], []
    for one in statements:
        inside = [month for month in months if one.first <= month <= one.last]
        covered = [column_of[force, month] for force in one.forces for month in inside]
        for sign, limit in ((-1.0, one.low or None), (1.0, one.high)):
            if limit is not None:
                rows += [len(ids)] * len(covered)
                columns += covered
                signs += [sign] * len(covered)
                limits.append(sign * limit)
                ids.append(one.id)
    return csr_array((signs, (rows, columns)), shape=(len(ids), len(places))), np.array(limits), ids


def _binding(solution: OptimizeResult, ids: list[str]) -> tuple[str, ...]:
    """The statements whose limits carry the result: those with a shadow price."""
    prices = solution.ineqlin.marginals
    return tuple(sorted({name for name, price in zip(ids, prices, strict=True) if abs(price) > TOLERANCE}))


def _contradiction(used: list[Statement], places: Sequence[tuple[str, int]]) -> RecordError:
    """Leave out one statement after another for as long as the rest still contradict one another."""
    clash = list(used)
    for one in used:
        rest = [other for other in clash if other is not one]
        matrix, limits, _ = _inequalities(rest, places)
        if linprog(np.zeros(len(places)), A_ub=matrix, b_ub=limits, method="highs").status == INFEASIBLE:
            clash = rest
    return RecordError(
        "data/clean",
        "published statements that cannot all be true",
        value=", ".join(sorted({one.id for one in clash})),
        next_step="say in data/reference/headlines.yaml which of them is used, for which bound, and why",
    )


def _cut(number: float) -> float:
    """Take the solver's last digits away: its results are good to about 1e-9 of the number."""
    return round(float(number), 6) + 0.0
