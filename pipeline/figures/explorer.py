"""A table that a reader can explore: its data as a script, and what stands on the page without scripts.

Nothing here knows what the table is about; see `pipeline.figures.deployments_explorer` for one that does.
The script is a list of JSON texts, the description first and then one a column. A column of text is a
dictionary, sorted as a reader would sort it, and the place in it of each row's text; -1 is a blank cell.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from pipeline.core.errors import RecordError

ROWS_SHOWN = 50  # rows of the table that stands on the page without scripts
KINDS = ("text", "choice", "words", "link", "date", "number")
RESERVED = ("q", "sort", "page", "columns")  # what an address of the page says besides the filters
BLANK = "–"


@dataclass(frozen=True)
class Column:
    """One column of the explorer.

    Args:
        name: Column of the table.
        label: What a reader sees at its head.
        kind: `text` (filtered by what it contains), `choice` (by one value of a list), `words` (by one word
            of a list joined by semicolons), `link` (an address), `date` (ISO day) or `number` (by a range).
        description: What the column means, with its unit.
        shown: Whether the column is in the table before a reader chooses columns.
        prominent: Whether its filter is in sight before a reader asks for more filters.
        exported: Whether it is in the CSV of a selection; columns made for the page alone are not.
        labels: What to show for a value of a `choice` or `link`; other values are shown as they are.
        meanings: Explanation of each word of a column of `words`.
    """

    name: str
    label: str
    kind: str
    description: str = ""
    shown: bool = False
    prominent: bool = False
    exported: bool = True
    labels: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Caveat:
    """What to say beside a total of rows that do not simply add up.

    Args:
        totals: Columns whose total it is about.
        column: The column of text that tells. With `breaks`, values that begin something new: the selection
            has rows on both sides of one. With `word`, a word that some row carries. With neither, the
            selection has rows with more than one value.
        text: What to know.
    """

    totals: tuple[str, ...]
    column: str
    text: str
    breaks: tuple[str, ...] = ()
    word: str = ""


@dataclass(frozen=True)
class Explorer:
    """A table and how to explore it.

    Args:
        name: Name of the script, and after `explore-` the anchor on the page.
        title: What the table holds; its label for screen readers.
        rows_are: One row and many, such as ("deployment", "deployments").
        csv: File name of the whole table in the site's data folder.
        columns: In the order of the table.
        key: Column whose text no other row has.
        row_title: Columns that tell a reader which row it is.
        sort: Column to sort by at first; a leading minus is from high to low.
        totals: Columns of numbers that may be added up.
        caveats: What to say beside totals.
    """

    name: str
    title: str
    rows_are: tuple[str, str]
    csv: str
    columns: tuple[Column, ...]
    key: str
    row_title: tuple[str, ...]
    sort: str
    totals: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()


def explorer_script(explorer: Explorer, table: pd.DataFrame) -> str:
    """The script that hands the table to the page.

    Args:
        explorer: What the table is; each of its columns must be in the table.
        table: Cells as text, a blank one the empty string.

    Raises:
        RecordError: if a column is missing or of no known kind, or a cell of a column of numbers is not one.
    """
    _check(explorer, table)
    cells = [_encoded(column, table[column.name], explorer.csv) for column in explorer.columns]
    parts = [_description(explorer, len(table)), *cells]
    lines = ",\n".join(json.dumps(_compact(part), ensure_ascii=False) for part in parts)
    return f"(window.BOOK_TABLES ??= {{}})[{json.dumps(explorer.name)}] = [\n{lines},\n];\n"


def explorer_html(explorer: Explorer, table: pd.DataFrame) -> str:
    """What stands on the page without scripts: the first rows in the order of `sort`, and a link to the CSV.

    The site's script puts the explorer in the place of the table, once the data have come.
    """
    _check(explorer, table)
    shown = [column for column in explorer.columns if column.shown]
    first = _sorted(explorer, table).head(ROWS_SHOWN)
    head = "".join(f'<th scope="col"{_right(column)}>{escape(column.label)}</th>' for column in shown)
    rows = "".join(
        "<tr>"
        + "".join(f"<td{_right(column)}>{_cell(column, row[column.name])}</td>" for column in shown)
        + "</tr>"
        for row in first.to_dict("records")
    )
    many, csv = escape(explorer.rows_are[1]), escape(explorer.csv)
    rest = f"{len(first):,} of {len(table):,} {many}. All are in" if len(first) < len(table) else "Also in"
    return (
        f'<div class="explorer" id="explore-{escape(explorer.name)}" data-table="{escape(explorer.name)}">'
        f'<div class="explorer-static"><p>{rest} <a href="/data/{csv}">the CSV</a>.</p>'
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(explorer.title)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></div>"
        f'<script src="/data/explorer_{escape(explorer.name)}.js" defer></script></div>'
    )


def _check(explorer: Explorer, table: pd.DataFrame) -> None:
    for column in explorer.columns:
        if column.name not in table:
            problem, step = "no such column", "correct the explorer's list of columns"
        elif column.kind not in KINDS:
            problem, step = f"no kind of column {column.kind!r}", f"use one of {', '.join(KINDS)}"
        elif column.name in RESERVED:
            problem, step = "a name that addresses of the page use themselves", "rename the column"
        else:
            continue
        raise RecordError(explorer.csv, problem, value=column.name, next_step=step)


def _description(explorer: Explorer, rows: int) -> dict[str, Any]:
    """All but the cells; what is empty is left out."""
    described = [
        {
            "name": column.name, "label": column.label, "kind": column.kind,
            "description": column.description, "shown": column.shown,
            "prominent": column.prominent, "exported": column.exported,
            "meanings": dict(column.meanings),
        }
        for column in explorer.columns
    ]  # fmt: skip
    caveats = [
        {"totals": caveat.totals, "column": caveat.column, "text": caveat.text, "breaks": caveat.breaks,
         "word": caveat.word}
        for caveat in explorer.caveats
    ]  # fmt: skip
    return {
        "title": explorer.title, "one": explorer.rows_are[0], "many": explorer.rows_are[1],
        "file": explorer.csv.replace(".csv", "-selection.csv"), "rows": rows,
        "key": explorer.key, "rowTitle": explorer.row_title, "sort": explorer.sort,
        "totals": explorer.totals, "columns": described, "caveats": caveats,
    }  # fmt: skip


def _encoded(column: Column, cells: pd.Series, file: str) -> Any:
    """The cells of one column: numbers as they are, text as a dictionary and the row's places in it.

    Example:
        >>> _encoded(Column("force", "Force", "choice"), pd.Series(["b", "a", "", "b"]), "x.csv")
        {'values': ['a', 'b'], 'rows': [1, 0, -1, 1]}
    """
    if column.kind == "number":
        return [_number(cell, place, column, file) for place, cell in enumerate(cells)]
    values = sorted(set(cells) - {""}, key=lambda value: (_label(column, value).casefold(), value))
    places = {value: place for place, value in enumerate(values)} | {"": -1}
    labels = {"labels": [_label(column, value) for value in values]} if column.labels else {}
    return {"values": values, **labels, "rows": [places[cell] for cell in cells]}


def _number(cell: str, place: int, column: Column, file: str) -> float | None:
    if cell == "":
        return None
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RecordError(
            file, f"column {column.name} has what is not a number", row=place + 2, value=cell,
            next_step="correct the table, or make it a column of text",
        )  # fmt: skip
    return int(number) if number.is_integer() else number


def _compact(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _label(column: Column, value: str) -> str:
    return column.labels.get(value, value)


def _sorted(explorer: Explorer, table: pd.DataFrame) -> pd.DataFrame:
    """The rows in the explorer's first order; equal ones stay in the order of the file, blanks come last."""
    name = explorer.sort.removeprefix("-")
    kind = next(column.kind for column in explorer.columns if column.name == name)
    key = pd.to_numeric(table[name]) if kind == "number" else table[name].mask(table[name] == "")
    order = key.sort_values(ascending=not explorer.sort.startswith("-"), kind="stable", na_position="last")
    return table.loc[order.index]


def _right(column: Column) -> str:
    return ' class="num"' if column.kind == "number" else ""


def _cell(column: Column, cell: str) -> str:
    """A cell for reading: its label, a number with its thousands apart, a dash for a blank."""
    if cell == "":
        return BLANK
    if column.kind == "number" and cell.lstrip("-").isdigit():
        return f"{int(cell):,}"
    return escape(_label(column, cell))
