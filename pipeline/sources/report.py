"""The difference report: what the addresses serve now, against the registered editions."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.io import read_text_table, write_text
from pipeline.sources.compare import KEY, ORIGIN, Difference, Row, compare_tables
from pipeline.sources.registry import Source
from pipeline.sources.resolve import Changed
from pipeline.sources.take_up import places

NAME = "difference-report.md"
LONGEST_LIST = 200  # rows per list; the JSON lines hold all
LONGEST_CELL = 160  # characters
NEXT_STEPS = """\
## What to do next

For a changed file:

1. Open the kept file and judge whether the differences above are the publisher's.
2. `make refresh` writes data/refresh/revisions.yaml with one entry per difference: decide each, `accept` or
   `reject` with a reason. What was decided survives another `make refresh`.
3. `python -m pipeline accept data/refresh/revisions.yaml` writes the new snapshot, the registry and the
   ledger of revisions, in which the old value stays.
4. `dvc repro`: row counts and corrections that no longer hold stop it and say so; correct them. Write the
   change into CHANGELOG.md.

For a failed source: open its landing page, find where the file is now, and correct `addresses`.

For pages to read again: compare each with its rows in data/snapshot/, correct them there, and set `accessed`
in data/reference/sources.yaml.
"""

Reader = Callable[[Path, str], pd.DataFrame]


@dataclass(frozen=True)
class Check:
    """What asking for one source came to.

    Args:
        outcome: `unchanged`, `changed`, `failed` or `not asked`.
        detail: In words, why.
        changed: The other editions that were served, if any.
    """

    source: Source
    outcome: str
    detail: str
    changed: tuple[Changed, ...] = ()


@dataclass(frozen=True)
class Compared:
    """Another edition that could be read, and the table we hold, every cell text."""

    source: Source
    edition: Changed
    old: pd.DataFrame
    new: pd.DataFrame


def write_report(checks: list[Check], folder: Path, snapshot: Path, read: Reader) -> list[Compared]:
    """Write difference-report.md for people and difference-report.jsonl for programs.

    Args:
        folder: Holds the changed files; the report goes there too.
        snapshot: The registered editions, one CSV per source.
        read: Reads one file of a source into a text table (`pipeline.sources.read.read_source`).

    Returns:
        The editions that could be read.
    """
    sections, lines, compared = [], [], []
    for check in checks:
        for edition in check.changed:
            kept = [
                f"## {check.source.id}: another edition\n",
                f"- served by `{edition.address}`",
                f"- kept as `{edition.file}`, {edition.bytes:,} bytes, sha256 `{edition.sha256}`",
                f"- registered edition: made {check.source.made}, sha256 `{check.source.sha256}`",
            ]
            try:
                new = read(folder / edition.file, check.source.id)
                old = read_text_table(snapshot / f"{check.source.id}.csv")
                differences = compare_tables(old, new)
                compared.append(Compared(check.source, edition, old, new))
                kept += [f"- {count_words(differences)}; {_moved(old, new)} stand on another page or line"]
                kept += ["", differences_markdown(differences)]
                lines += [
                    {"source_id": check.source.id, "file": edition.file, **asdict(item)}
                    for item in differences
                ]
            except RecordError as error:
                # A new layout or a damaged file: the author must look, the report goes on.
                kept.append(f"- it could not be compared: {_safe(str(error))}\n")
            sections.append("\n".join(kept))
    parts = [_summary(checks), *sections, _pages_to_read(checks, snapshot), NEXT_STEPS]
    write_text("\n".join(part for part in parts if part), folder / NAME)
    records = "".join(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n" for line in lines)
    write_text(records, folder / Path(NAME).with_suffix(".jsonl"))
    return compared


def differences_markdown(differences: list[Difference]) -> str:
    """The differences as Markdown tables: cells changed, rows added, rows removed."""
    cells = [
        [_where(item.new), *_key(item.new), name, _safe(item.old[name]), _safe(item.new[name])]
        for item in differences
        if item.old and item.new
        for name in item.columns
    ]
    added = [_whole_row(item.new) for item in differences if item.kind == "added" and item.new]
    removed = [_whole_row(item.old) for item in differences if item.kind == "removed" and item.old]
    row_head = ["where", "date", "place", "figures"]
    return (
        _list("Cells changed", ["where", "date", "place", "column", "registered", "now"], cells)
        + _list("Rows added", row_head, added)
        + _list("Rows removed", row_head, removed)
    )


def count_words(differences: list[Difference]) -> str:
    """The differences in one phrase, e.g. `rows: 2 added, 0 removed, 3 changed`."""
    kinds = [item.kind for item in differences]
    return "rows: " + ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("added", "removed", "changed"))


def escape_markdown(text: str, longest: int = LONGEST_CELL) -> str:
    """Make text from outside harmless in Markdown: it shows as printed and does nothing.

    Signs that could start markup, a link, an HTML tag or a mention become character references; control and
    direction signs become U+FFFD; line ends become spaces; text longer than `longest` signs is cut.

    Example:
        >>> escape_markdown("a|b")
        'a&#124;b'
    """
    flat = " ".join(text.split())
    visible = "".join("\ufffd" if unicodedata.category(sign).startswith("C") else sign for sign in flat)
    short = visible if len(visible) <= longest else visible[:longest] + "…"
    # All ASCII punctuation but , - . / % ' ( ) ; and, so that no address becomes a link, the point after www.
    return re.sub(
        r"[!-$&*+:<-@\[-`{-~]|(?<=www)\.", lambda sign: f"&#{ord(sign[0])};", short, flags=re.IGNORECASE
    )


_safe = escape_markdown


def _summary(checks: list[Check]) -> str:
    rows = [[check.source.id, check.outcome, escape_markdown(check.detail, longest=1000)] for check in checks]
    return "# Difference report\n\n" + _table(["source", "outcome", "detail"], rows)


def _moved(old: pd.DataFrame, new: pd.DataFrame) -> int:
    """How many rows stand elsewhere: corrections name rows by page and line, so their guards may stop."""
    return sum(before != after for before, after in places(old, new).items())


def _pages_to_read(checks: list[Check], snapshot: Path) -> str:
    """The pages behind each collected table, which only a person can read again; longest unread first."""
    rows = []
    collected = [check.source for check in checks if not check.source.fetchable and not check.source.sha256]
    for source in sorted(collected, key=lambda source: (source.accessed, source.id)):
        table = read_text_table(snapshot / f"{source.id}.csv")
        pages = (row.get("publisher_url") or row.get("page_url") for row in table.to_dict("records"))
        for page, times in sorted(Counter(filter(None, pages)).items()):
            rows.append([source.accessed, source.id, _address(page), str(times)])
    if not rows:
        return ""
    return "## Pages to read again by hand\n\n" + _table(["last read", "source", "page", "rows"], rows)


def _address(text: str) -> str:
    """A web address as a link that shows itself; anything else as text that does nothing."""
    return f"<{text}>" if re.fullmatch(r"https?://[\w./?=&%~+,;:#@()'-]+", text, re.ASCII) else _safe(text)


def _where(row: Row) -> str:
    return f"p. {_safe(row['page'])}, row {_safe(row['row'])}" if row["page"] else f"row {_safe(row['row'])}"


def _key(row: Row) -> list[str]:
    return [_safe(row[name]) for name in KEY]


def _whole_row(row: Row) -> list[str]:
    figures = [f"{name} {_safe(text)}" for name, text in row.items() if text and name not in [*ORIGIN, *KEY]]
    return [_where(row), *_key(row), ", ".join(figures)]


def _list(title: str, head: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return ""
    more = len(rows) - LONGEST_LIST
    rest = f"\nAnd {more} more, in difference-report.jsonl.\n" if more > 0 else ""
    return f"### {title}: {len(rows)}\n\n" + _table(head, rows[:LONGEST_LIST]) + rest + "\n"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
