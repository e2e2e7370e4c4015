"""Deployment rows from a publisher's PDF grid: every cell as printed, nothing passed over in silence."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline.core.errors import RecordError
from pipeline.core.log import get_logger, progress
from pipeline.sources.layouts import (
    PDF_LAYOUTS,
    TEXT_COLUMNS,
    Heading,
    Layout,
    detect_pdf_layout,
    is_reference_list,
    unknown_layout,
)
from pipeline.sources.pdf_cells import Cell, Page, open_pdf, read_page

log = get_logger("extract_tables")

DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")  # 32/13/25 too: judging it is the work of cleaning
FIGURE = re.compile(r"\d[\d,.]*%?|N/?A", re.IGNORECASE)
REFERENCE_NUMBER = re.compile(r"\d{1,2}\.?")
# A printed row with so many figures reports a deployment, whatever else is wrong with it.
FIGURES_IN_A_ROW = 4

Row = list[Cell]
Span = tuple[float, float]


@dataclass
class _Grid:
    """What has been read of a file so far.

    Args:
        path: The file.
        layout: Its layout, once a heading has been recognised.
        spans: Left and right rule of each column, in the latest deployment row.
        rows: Page, row on the page and cells of each deployment row.
        waiting: Printed rows, with their page, that are neither blank nor a deployment: a heading, which
            cannot be read before the columns under it are known, or the second part of a broken row.
        in_reference_list: Whether the rows above belong to a list that explains codes.
    """

    path: Path
    layout: Layout | None = None
    spans: list[Span] = field(default_factory=list)
    rows: list[tuple[int, int, list[str]]] = field(default_factory=list)
    waiting: list[tuple[int, Row]] = field(default_factory=list)
    in_reference_list: bool = False


def read_pdf(path: Path) -> tuple[Layout, pd.DataFrame]:
    """Read the deployments that a PDF grid prints.

    Args:
        path: A PDF in one of the known layouts, with any number of rows and pages.

    Returns:
        The layout, and one row per printed row: `page` and `row` (both from 1; `row` counts the deployments
        of its page), then the layout's columns, each as printed with inner white space as one space.

    Raises:
        RecordError: if the file is no whole, open PDF with text; if a heading is unknown; if a printed row is
            neither heading, deployment, blank, second part of a broken row nor part of a reference list.
    """
    grid = _Grid(path)
    pages_with_text = pictures = 0
    with open_pdf(path) as document:
        for number in progress(range(1, len(document) + 1), path.name, total=len(document)):
            page = read_page(document, number, path)
            _read_page(grid, page)
            pages_with_text += bool(page.loose_lines or any(cell.text for row in page.rows for cell in row))
            pictures += page.pictures
    if not pages_with_text and pictures:
        raise RecordError(
            path.name,
            "the PDF holds pictures of pages, no text",
            next_step="ask the publisher for a PDF with text that can be copied",
        )
    _settle(grid, None)
    if grid.layout is None:
        raise RecordError(
            path.name,
            "the PDF holds no table of deployments",
            next_step="is this the right file? known layouts are "
            + ", ".join(layout.id for layout in PDF_LAYOUTS),
        )
    table = pd.DataFrame(
        ([str(page), str(row), *cells] for page, row, cells in grid.rows),
        columns=["page", "row", *grid.layout.columns],
        dtype="str",
    )
    return grid.layout, table


def _read_page(grid: _Grid, page: Page) -> None:
    for line in page.loose_lines:
        words = line.split()
        if sum(bool(DATE.fullmatch(word) or FIGURE.fullmatch(word)) for word in words) >= FIGURES_IN_A_ROW:
            raise _not_understood(grid.path, page.number, line, "figures stand outside the ruled table")

    on_page = 0
    for row in page.rows:
        texts = [cell.text for cell in row]
        if not any(texts):
            continue
        if _is_deployment(grid, row):
            _settle(grid, row)
            if len(row) != len(grid.layout.columns):
                problem = (
                    f"a row has {len(row)} cells, the layout {grid.layout.id} has {len(grid.layout.columns)}"
                )
                raise _not_understood(grid.path, page.number, _shown(row), problem)
            grid.spans = _spans(row)
            on_page += 1
            grid.rows.append((page.number, on_page, texts))
            grid.in_reference_list = False
        elif is_reference_list(texts):
            _settle(grid, None)
            grid.in_reference_list = True
        elif not (grid.in_reference_list and _in_reference_list(row)):
            grid.in_reference_list = False
            grid.waiting.append((page.number, row))


def _is_deployment(grid: _Grid, row: Row) -> bool:
    """Whether a printed row reports a deployment: by a date in its place or by figures, not by sense."""
    texts = [cell.text for cell in row]
    if sum(bool(DATE.fullmatch(text) or FIGURE.fullmatch(text)) for text in texts) >= FIGURES_IN_A_ROW:
        return True
    layout = grid.layout
    if layout is None:
        layout = detect_pdf_layout(
            [_heading_over(span, [above for _, above in grid.waiting]) for span in _spans(row)]
        )
    if layout is None or len(row) != len(layout.columns):
        return False
    named = dict(zip(layout.columns, texts, strict=True))
    return bool(DATE.fullmatch(named["date"])) or any(
        FIGURE.fullmatch(text) for column, text in named.items() if column not in TEXT_COLUMNS
    )


def _in_reference_list(row: Row) -> bool:
    """Whether a printed row can stand in a reference list: number and words, or words that run on."""
    first, rest = row[0].text, [cell.text for cell in row[1:] if cell.text]
    return len(rest) <= 2 and (not first or bool(REFERENCE_NUMBER.fullmatch(first)))


def _settle(grid: _Grid, below: Row | None) -> None:
    """Account for the rows that wait, now that the deployment row `below` them (None at an end) is known.

    They hold a heading, or the second part of a row that a page break tore apart, or both.
    """
    waiting, grid.waiting = grid.waiting, []
    rows = [row for _, row in waiting]
    spans = grid.spans
    if below and (grid.layout is None or len(below) == len(grid.layout.columns)):
        spans = _spans(below)

    for start, end in itertools.combinations(range(len(rows) + 1), 2):
        layout = detect_pdf_layout([_heading_over(span, rows[start:end]) for span in spans])
        if layout and grid.layout in (None, layout):
            parts = waiting[:start] + waiting[end:]
            if all(_runs_on(grid, row, spans) for _, row in parts):
                grid.layout, grid.spans = layout, spans
                _join(grid, parts)
                return
    if all(_runs_on(grid, row, spans) for row in rows) and (grid.layout or not below):
        grid.spans = spans
        _join(grid, waiting)
        return

    page = waiting[0][0] if waiting else None
    if grid.layout is None:
        found = [_heading_over(span, rows) for span in spans] or [cell.text for cell in max(rows, key=len)]
        raise unknown_layout(grid.path, [text for text in found if text], _all_headings(), page)
    found = [_heading_over(span, rows) for span in spans]
    if below and all(found):
        raise unknown_layout(grid.path, found, grid.layout.headings, page)
    raise _not_understood(
        grid.path, page, _shown(rows[0]), "a row is neither heading, deployment nor reference list"
    )


def _spans(row: Row) -> list[Span]:
    return [(cell.left, cell.right) for cell in row]


def _all_headings() -> list[Heading]:
    return [heading for layout in PDF_LAYOUTS for heading in layout.headings]


def _heading_over(span: Span, rows: Sequence[Row]) -> str:
    """Return what is printed above a column, downwards: cells within it and cells across it."""
    left, right = span
    middle = (left + right) / 2
    over = [
        cell.text
        for row in rows
        for cell in row
        if cell.left < middle < cell.right or left < cell.centre < right
    ]
    return " ".join(text for text in over if text)


def _place(cell: Cell, spans: Sequence[Span]) -> int | None:
    """Return the number of the one column in which a cell stands, or None if it reaches across several."""
    beneath = [
        place for place, (left, right) in enumerate(spans) if cell.left < (left + right) / 2 < cell.right
    ]
    return (
        beneath[0]
        if len(beneath) == 1 and spans[beneath[0]][0] < cell.centre < spans[beneath[0]][1]
        else None
    )


def _runs_on(grid: _Grid, row: Row, spans: Sequence[Span]) -> bool:
    """Whether a printed row can only be the second part of the one above: words in columns of words."""
    places = [_place(cell, spans) for cell in row if cell.text]
    return bool(grid.rows) and all(
        place is not None and grid.layout.columns[place] in TEXT_COLUMNS for place in places
    )


def _join(grid: _Grid, parts: Sequence[tuple[int, Row]]) -> None:
    """Add the words of a broken row's second part to its first."""
    for page, row in parts:
        for cell in row:
            if cell.text:
                cells, place = grid.rows[-1][2], _place(cell, grid.spans)
                cells[place] = f"{cells[place]} {cell.text}".strip()
                log.info(
                    "%s page %d: %r joined to the row above: %r",
                    grid.path.name,
                    page,
                    cell.text,
                    cells[place],
                )


def _shown(row: Row) -> str:
    return " | ".join(cell.text for cell in row)


def _not_understood(path: Path, page: int | None, text: str, problem: str) -> RecordError:
    return RecordError(
        f"{path.name} page {page}",
        problem,
        value=text,
        next_step="compare with the page, and describe a new layout in pipeline/sources/layouts.py",
    )
