"""One readable page of everything that moved since a revision: claims, values, rows, outputs, sources."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.core.errors import RecordError
from pipeline.core.io import write_text
from pipeline.core.paths import Paths
from pipeline.tools.notebook_changes import OutputChange, compare_notebooks
from pipeline.tools.table_changes import CellChange, TableChanges, compare_tables, plural, summary
from pipeline.tools.workspace import git

TABLES = "data/"
CHAPTERS = "book/chapters/"
CLAIMS, VALUES = "data/derived/claims.json", "data/derived/values.json"
HASHES = ("dvc.lock", "requirements.lock")  # they repeat in hashes what the page says in words
LINE_SHOWN = 1000  # characters
ROWS_SHOWN = 200  # of each kind and table; the page says how many it leaves out


@dataclass(frozen=True)
class Edition:
    """The files of one state of the project: those at a revision, or those in the working tree."""

    names: frozenset[str]
    read: Callable[[str], str]

    def text(self, name: str) -> str | None:
        return self.read(name) if name in self.names else None

    def json(self, name: str) -> Any:
        text = self.text(name)
        try:
            return None if text is None else json.loads(text)
        except ValueError as error:
            raise RecordError(
                name, f"not valid JSON ({error})", next_step="run `dvc repro` and review again"
            ) from error

    def table(self, name: str) -> pd.DataFrame:
        text = self.text(name)
        try:
            return pd.read_csv(io.StringIO(text or ""), dtype=str, keep_default_na=False)
        except pd.errors.EmptyDataError:
            return pd.DataFrame()
        except pd.errors.ParserError as error:
            raise RecordError(
                name, f"not a readable CSV ({error})", next_step="correct the file and review again"
            ) from error


@dataclass(frozen=True)
class EntryChange:
    """A claim or value that came, went or changed; `changes` holds its changed fields as cells."""

    key: str
    title: str
    state: str  # added | removed | changed
    changes: list[CellChange]


@dataclass(frozen=True)
class SourceChange:
    """Another file that changed, with its changed lines."""

    name: str
    added: int
    removed: int
    lines: list[str]


@dataclass(frozen=True)
class Review:
    """All that changed since a revision."""

    base: str
    claims: list[EntryChange]
    values: list[EntryChange]
    tables: list[tuple[str, TableChanges]]
    notebooks: list[tuple[str, list[OutputChange]]]
    sources: list[SourceChange]

    def counts(self) -> list[tuple[str, int]]:
        """What to say at the top: each kind with its number of changes, the zeros too."""
        rows = sum(changes.count for _, changes in self.tables)
        return [
            ("claim", len(self.claims)),
            ("verdict", sum(any(c.column == "verdict" for c in claim.changes) for claim in self.claims)),
            ("value in prose", len(self.values)),
            ("change in tables", rows),
            ("output of notebooks", sum(len(outputs) for _, outputs in self.notebooks)),
            ("file of prose or code", len(self.sources)),
        ]

    def __bool__(self) -> bool:
        return bool(self.claims or self.values or self.tables or self.notebooks or self.sources)


def write_review(paths: Paths, base: str) -> str:
    """Compare the working tree with revision `base`, write review/index.html and say what it holds.

    Raises:
        RecordError: if `base` is no revision of this repository, or a file of either edition cannot be read.
    """
    # Load
    commit = find_commit(paths.root, base)
    old, new = edition_at(paths.root, commit), edition_of_tree(paths.root)

    # Process
    label = git(paths.root, "log", "-1", "--format=%h %s", commit).strip()
    found = Review(label, *compare_editions(old, new), compare_sources(paths.root, commit))

    # Save
    target = paths.root / "review" / "index.html"
    write_text(render(found), target)
    said = ", ".join(plural(count, what) for what, count in found.counts() if count) or "nothing changed"
    return f"since {label}: {said}\n{target.relative_to(paths.root)}"


def find_commit(root: Path, base: str) -> str:
    """Return the full name of a revision.

    Raises:
        RecordError: if there is no such revision.
    """
    try:
        return git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}").strip()
    except RecordError as error:
        raise RecordError(
            "git",
            "no such revision",
            value=base,
            next_step="name a commit, tag or branch, e.g. make review BASE=main",
        ) from error


def edition_at(root: Path, commit: str) -> Edition:
    """The edition at a commit."""
    listed = git(root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    return Edition(
        frozenset(filter(None, listed.split("\0"))), lambda name: git(root, "show", f"{commit}:{name}")
    )


def edition_of_tree(root: Path) -> Edition:
    """The edition in the working tree: all that git does not ignore, committed or not."""
    listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = frozenset(name for name in listed.split("\0") if name and (root / name).is_file())
    return Edition(names, lambda name: (root / name).read_text(encoding="utf-8", errors="replace"))


def compare_editions(
    old: Edition, new: Edition
) -> tuple[
    list[EntryChange], list[EntryChange], list[tuple[str, TableChanges]], list[tuple[str, list[OutputChange]]]
]:
    """Compare claims, values, tables and notebooks of two editions."""
    by_id = ({claim["id"]: claim for claim in edition.json(CLAIMS) or []} for edition in (old, new))
    names = sorted(old.names | new.names)
    tables = [
        (name, changes)
        for name in names
        if _is_table(name) and old.text(name) != new.text(name)
        if (changes := compare_tables(old.table(name), new.table(name)))
    ]
    notebooks = [
        (name, outputs)
        for name in names
        if _is_chapter(name) and old.text(name) != new.text(name)
        if (outputs := compare_notebooks(old.json(name), new.json(name)))
    ]
    return (
        compare_entries(*by_id, title="claim"),
        compare_entries(old.json(VALUES) or {}, new.json(VALUES) or {}, title="description"),
        tables,
        notebooks,
    )


def compare_entries(
    old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]], title: str
) -> list[EntryChange]:
    """Compare entries by their key, field by field, in the order of the new edition."""
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key, {}), new.get(key, {})
        if before != after:
            fields = [*after, *(name for name in before if name not in after)]
            changes = [
                CellChange(key, name, _say(before.get(name)), _say(after.get(name)))
                for name in sorted(fields, key=_by_weight)
                if before.get(name) != after.get(name)
            ]
            state = "removed" if not after else "changed" if before else "added"
            found.append(EntryChange(key, _say((after or before).get(title)), state, changes))
    return found


def _by_weight(name: str) -> int:
    """The verdict and what moved it come first; the rest keeps its order."""
    first = ["verdict", "value_computed", "text", "value", "value_claimed", "interval", "why"]
    return first.index(name) if name in first else len(first)


def _say(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def compare_sources(root: Path, commit: str) -> list[SourceChange]:
    """Every other file that differs from the commit, new ones included: prose, code, reports."""
    changed = git(root, "diff", "--name-only", "--no-renames", "-z", commit, "--").split("\0")
    untracked = git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    names = sorted({*changed, *untracked} - {"", CLAIMS, VALUES, *HASHES})
    return [
        _source_change(root, commit, name) for name in names if not _is_table(name) and not _is_chapter(name)
    ]


def _is_table(name: str) -> bool:
    return name.startswith(TABLES) and name.endswith(".csv")


def _is_chapter(name: str) -> bool:
    return name.startswith(CHAPTERS) and name.endswith(".ipynb")


def _source_change(root: Path, commit: str, name: str) -> SourceChange:
    tracked = git(
        root, "diff", "--no-renames", "--no-color", "--no-ext-diff", "--unified=1", commit, "--", name
    ).splitlines()
    lines = tracked[next((i for i, line in enumerate(tracked) if line.startswith("@@")), len(tracked)) :]
    if not tracked:  # a new file that git does not know yet
        try:
            lines = [f"+{line}" for line in (root / name).read_text(encoding="utf-8").splitlines()]
        except UnicodeDecodeError:
            lines = []
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return SourceChange(name, added, removed, lines)


def _short(line: str) -> str:
    """A line of a script or table without line ends may be a megabyte long."""
    return (
        line
        if len(line) <= LINE_SHOWN
        else f"{line[:LINE_SHOWN]} … and {len(line) - LINE_SHOWN:,} characters more"
    )


def render(review: Review) -> str:
    """Draw the page; every text from a file is escaped."""
    environment = Environment(
        loader=PackageLoader("pipeline.tools"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plural": plural, "summary": summary, "short": _short}
    return environment.get_template("review.html.j2").render(review=review, shown=ROWS_SHOWN)
