"""Compare two editions of one table row by row."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

ORIGIN = ["source_id", "page", "row"]  # where a row stands, which shifts when rows are inserted; no figure
KEY = ["date", "location"]
ALIKE = 0.75  # likeness from which two rows are one row under a new place name or date

Row = dict[str, str]
Groups = dict[tuple[str, ...], list[int]]  # rows that agree in some columns, by what they say there


@dataclass(frozen=True)
class Difference:
    """One way in which a new edition differs from the old one.

    Args:
        kind: `added`, `removed` or `changed`.
        old: The row in the old edition, every cell as printed; None if added.
        new: The row in the new edition; None if removed.
        columns: The columns whose cells differ, if changed.
    """

    kind: str
    old: Row | None
    new: Row | None
    columns: tuple[str, ...] = ()


def compare_tables(old: pd.DataFrame, new: pd.DataFrame) -> list[Difference]:
    """List the rows added, removed and changed between two editions of one table.

    Args:
        old: Text table with `date` and `location`; `source_id`, `page` and `row` are not compared.
        new: Likewise; a column that only one of the two has is compared with the empty cell.

    Returns:
        Removed and changed rows in the order of `old`, then added rows in the order of `new`.
    """
    differences = []
    for before, after in pair_rows(old, new):
        if before is None or after is None:
            differences.append(Difference("removed" if before else "added", before, after))
            continue
        changed = tuple(name for name in before if name not in ORIGIN and before[name] != after[name])
        if changed:
            differences.append(Difference("changed", before, after, changed))
    return differences


def pair_rows(old: pd.DataFrame, new: pd.DataFrame) -> list[tuple[Row | None, Row | None]]:
    """Say which row of one edition is which row of another.

    Rows are paired by what they say, not by where they stand, so an inserted row does not make every later
    row differ: first rows of the same date and place, the most alike first; then rows of the same date, or of
    the same place, that are at least three quarters alike. What is left was added or removed.
    Likeness is the share of equal figures, where a figure that most rows share (a zero, the threshold) counts
    little and one that tells rows apart (the faces seen) counts fully.

    Args:
        old: As for `compare_tables`.
        new: Likewise.

    Returns:
        Every row once, with all columns of both tables: those of `old` in their order, each with its
        counterpart or None, then those of `new` that have none.
    """
    columns = [name for name in dict.fromkeys([*old.columns, *new.columns]) if name not in ORIGIN]
    figures = [name for name in columns if name not in KEY]
    olds, news = _rows(old, columns), _rows(new, columns)

    frequency = {name: Counter(row[name] for row in olds + news) for name in figures}
    everything = len(olds) + len(news)

    def alike(before: int, after: int) -> float:
        weight = {name: 1 - frequency[name][olds[before][name]] / everything for name in figures}
        equal = sum(weight[name] for name in figures if olds[before][name] == news[after][name])
        return equal / (sum(weight.values()) or 1)

    pairs: dict[int, int] = {}
    steps: list[tuple[list[str], float]] = [(KEY, 0), (["date"], ALIKE), (["location"], ALIKE)]
    for same, least in steps:
        left = [at for at in range(len(olds)) if at not in pairs]
        taken = set(pairs.values())
        free = [at for at in range(len(news)) if at not in taken]
        pairs |= _pair_alike(_group(olds, left, same), _group(news, free, same), alike, least)

    taken = set(pairs.values())
    found = [(row, news[pairs[at]] if at in pairs else None) for at, row in enumerate(olds)]
    return found + [(None, row) for at, row in enumerate(news) if at not in taken]


def _rows(table: pd.DataFrame, columns: list[str]) -> list[Row]:
    return table.reindex(columns=[*ORIGIN, *columns], fill_value="").astype(str).to_dict("records")


def _group(rows: list[Row], places: Iterable[int], columns: list[str]) -> Groups:
    groups: Groups = defaultdict(list)
    for at in places:
        groups[tuple(rows[at][name] for name in columns)].append(at)
    return groups


def _pair_alike(
    olds: Groups, news: Groups, alike: Callable[[int, int], float], least: float
) -> dict[int, int]:
    """Within each group pair the most alike first; `least` is the likeness below which rows stay apart."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for key, befores in olds.items():
        candidates = (
            (-alike(before, after), before, after) for before in befores for after in news.get(key, [])
        )
        for unlike, before, after in sorted(candidates):
            if -unlike >= least and before not in pairs and after not in taken:
                pairs[before] = after
                taken.add(after)
    return pairs
