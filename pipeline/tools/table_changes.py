"""What changed between two editions of a table, cell by cell, without a cascade when a row is inserted."""

from collections import defaultdict
from dataclasses import dataclass, field

import pandas as pd

# Columns that only say where a row stands: an inserted row moves all later ones, and their content stays.
POSITIONS = ("page", "row", "source_page", "source_row", "deployment_id")
ALIKE = 0.5  # share of equal cells from which a removed and an added row are taken for one changed row
MAX_PAIRS = (
    250_000  # beyond this many pairs of leftover rows, a comparison of each with each would take minutes
)

Row = dict[str, str]


@dataclass(frozen=True)
class CellChange:
    """One cell: its row's label, its column, the old and the new text."""

    row: str
    column: str
    old: str
    new: str


@dataclass(frozen=True)
class TableChanges:
    """What changed in one table.

    Args:
        added: Rows only in the new edition.
        removed: Rows only in the old edition.
        cells: Changed cells of rows in both.
        moved: For each position column, how many rows only changed place.
        columns: Columns that came (`+`) or went (`-`).
    """

    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    cells: list[CellChange] = field(default_factory=list)
    moved: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.added) + len(self.removed) + len(self.cells) + len(self.columns)

    def __bool__(self) -> bool:
        return bool(self.count or self.moved)


def compare_tables(old: pd.DataFrame, new: pd.DataFrame) -> TableChanges:
    """Compare two editions of a table of text.

    Rows are paired in three steps, each over what the last left: rows equal in every column; rows equal in
    the leading columns that tell rows apart (for a deployment: force, date, place); rows that have more than
    half their cells in common. What remains was added or removed. The order of rows does not matter.
    """
    shared = [column for column in new.columns if column in old.columns]
    columns = [f"-{name}" for name in old.columns if name not in shared] + [
        f"+{name}" for name in new.columns if name not in shared
    ]
    content = [column for column in shared if column not in POSITIONS]
    olds, news = _rows(old), _rows(new)

    pairs, olds, news = _pair_equal(olds, news, content)
    if key := _key(old, new, content):
        more, olds, news = _pair_equal(olds, news, key)
        pairs += more
    more, olds, news = _pair_alike(olds, news, content)
    pairs += more

    cells = [
        CellChange(", ".join(filter(None, (after[name] for name in key))), name, before[name], after[name])
        for before, after in pairs
        for name in content
        if before[name] != after[name]
    ]
    moved = {
        name: count
        for name in shared
        if name in POSITIONS and (count := sum(before[name] != after[name] for before, after in pairs))
    }
    return TableChanges(news, olds, cells, moved, columns)


def _rows(table: pd.DataFrame) -> list[Row]:
    return table.astype(str).to_dict("records")


def _key(old: pd.DataFrame, new: pd.DataFrame, content: list[str]) -> list[str]:
    """The fewest leading columns that tell rows apart in both editions; at most four, figures follow."""
    for size in range(1, min(4, len(content)) + 1):
        if not old.duplicated(content[:size]).any() and not new.duplicated(content[:size]).any():
            return content[:size]
    return content[:4]


def _pair_equal(
    olds: list[Row], news: list[Row], key: list[str]
) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pair rows with equal cells in `key`, in order; return the pairs and what is left of each side."""
    waiting: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in reversed(olds):
        waiting[tuple(row[name] for name in key)].append(row)
    pairs, left_news = [], []
    for row in news:
        same = waiting[tuple(row[name] for name in key)]
        if same:
            pairs.append((same.pop(), row))
        else:
            left_news.append(row)
    taken = {id(before) for before, _ in pairs}
    return pairs, [row for row in olds if id(row) not in taken], left_news


def _pair_alike(
    olds: list[Row], news: list[Row], content: list[str]
) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pair the rows with most cells in common, best first, as long as it is more than half."""
    if len(olds) * len(news) > MAX_PAIRS:
        return [], olds, news
    scores = [
        (sum(before[name] == after[name] for name in content), -i, -j)
        for i, before in enumerate(olds)
        for j, after in enumerate(news)
    ]
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs = []
    for score, i, j in sorted(scores, reverse=True):
        if score > ALIKE * len(content) and -i not in taken_old and -j not in taken_new:
            taken_old.add(-i)
            taken_new.add(-j)
            pairs.append((olds[-i], news[-j]))
    return (
        pairs,
        [row for i, row in enumerate(olds) if i not in taken_old],
        [row for j, row in enumerate(news) if j not in taken_new],
    )


def summary(changes: TableChanges) -> str:
    """The changes of one table in a line: `2 rows added, 3 cells changed`."""
    parts = {
        "row added": len(changes.added),
        "row removed": len(changes.removed),
        "cell changed": len(changes.cells),
        "column came or went": len(changes.columns),
    }
    said = [plural(count, what) for what, count in parts.items() if count]
    said += [f"{name} moved in {plural(count, 'row')}" for name, count in changes.moved.items()]
    return ", ".join(said)


def plural(count: int, what: str) -> str:
    """Say a count with its noun, the first word of `what`.

    Example:
        >>> plural(2, "row added"), plural(1, "cell")
        ('2 rows added', '1 cell')
    """
    noun, _, rest = what.partition(" ")
    return f"{count:,} {noun}{'' if count == 1 else 's'}{' ' + rest if rest else ''}"
