"""Makes PDFs in the publishers' layouts, so that the tests and the benchmark need no publisher's file."""

from collections.abc import Collection, Sequence
from itertools import groupby
from pathlib import Path

from reportlab import rl_config
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from pipeline.sources.layouts import PDF_LAYOUTS, REFERENCE_LISTS

PAGE = (843.0, 597.0)  # points, as the published grids
LEFT, TOP, BOTTOM, RIGHT = 14.0, 540.0, 30.0, 829.0
rl_config.useA85 = 0  # compressed parts as bytes, as in the published files
FONT, SIZE, LEADING = "Helvetica", 7.0, 8.0
GAP = 4.0  # height of the blank row between two printed rows

Row = Sequence[str]


def write_grid_pdf(
    path: Path,
    layout: str,
    rows: Sequence[Row],
    *,
    rows_per_page: int = 35,
    encrypt: str | None = None,
    headers: Sequence[str] | None = None,
    heading: int = 0,
    second_heading_at: int | None = None,
    repeat_headers: bool = False,
    broken: Collection[int] = (),
    reference_list: bool = True,
    footnote: str = "",
) -> Path:
    """Write deployments as a ruled grid: two-level heading, blank rows between rows, reference list.

    Args:
        path: The PDF to write.
        layout: A layout id of `pipeline.sources.layouts`, e.g. "met_grid_2025".
        rows: Cells as text, in the layout's column order; a long text is wrapped within its
            cell, at spaces and where it holds a line break.
        rows_per_page: Most rows on a page; fewer fit where cells are wrapped.
        encrypt: Password that is needed to open the file.
        headers: Printed headings instead of the layout's own.
        heading: Which of the layout's headings opens the file.
        second_heading_at: Number of the row before which a new page with the layout's next heading begins.
        repeat_headers: Print the heading on every page.
        broken: Numbers of rows, from 0, that a page break tears apart: the last word of the first cell
            stands alone at the top of the next page.
        reference_list: End with a table that explains codes.
        footnote: A line of text below the last table.

    Returns:
        `path`.
    """
    known = next(each for each in PDF_LAYOUTS if each.id == layout)
    sheet = _Sheet(path, encrypt, len(known.columns))
    printed = headers or known.headings[heading]
    sheet.title("MPS LFR DEPLOYMENTS")
    sheet.heading(printed)
    on_page = 0

    def turn() -> None:
        nonlocal on_page
        sheet.turn()
        on_page = 0

    for number, row in enumerate(rows):
        if number == second_heading_at:
            printed = known.headings[heading + 1]
            turn()
            sheet.heading(printed)
        elif on_page == rows_per_page or not sheet.has_room_for(row):
            turn()
            if repeat_headers:
                sheet.heading(printed)
        if number in broken:
            start, _, end = row[0].rpartition(" ")
            sheet.row([start, *row[1:]])
            turn()
            if repeat_headers:
                sheet.heading(printed)
            sheet.row([end, *[""] * (len(row) - 1)])
        else:
            sheet.row(row)
        sheet.row([""] * len(row), height=GAP)
        on_page += 1
    if reference_list:
        sheet.turn()
        sheet.reference_list()
    sheet.rule_columns()
    if footnote:
        sheet.text(footnote)
    sheet.canvas.save()
    return path


def made_up_rows(layout: str, count: int) -> list[list[str]]:
    """Return `count` plausible, distinct rows in the column order of a layout; the same at every call."""
    columns = next(each for each in PDF_LAYOUTS if each.id == layout).columns
    streets = ("High St", "North End", "Rye Lane", "Station Parade", "Seven Sisters Rd", "Powis St")
    towns = ("Croydon", "Peckham", "Barking", "Woolwich", "Tottenham", "Ealing", "Lewisham")
    rows = []
    for n in range(count):
        alerts, faces = n % 23, 400 + 37 * (n % 811)
        arrests = alerts // 2
        cells = {
            "location": f"{streets[n % 6]}, {towns[n % 7]}",
            "date": f"{n % 28 + 1:02}/{n // 28 % 12 + 1:02}/{n // 336 % 80 + 20:02}",
            "duration": f"{n % 7 + 1}h {n % 60:02}m",
            "use_case": "Crime Hotspot",
            "purpose": "1, 2, 3",
            "watchlist_size": str(9000 + n % 7001),
            "threshold": "0.64",
            "total_alerts": str(alerts),
            "true_alerts": str(alerts),
            "true_alert_engagements": str(alerts),
            "true_confirmed": str(alerts),
            "arrests": str(arrests),
            "arrests_or_disposals": str(arrests),
            "other_disposals": str(alerts - arrests),
            "faces_seen": str(faces),
            "false_alert_rate": "0%",
        }
        rows.append([cells.get(column, "0") for column in columns])
    return rows


class _Sheet:
    """A page being filled from the top with the rows of a ruled table."""

    def __init__(self, path: Path, password: str | None, columns: int) -> None:
        lock = StandardEncryption(password) if password else None
        self.canvas = Canvas(str(path), pagesize=PAGE, encrypt=lock, invariant=True, pageCompression=1)
        wide = 110.0
        width = (RIGHT - LEFT - wide) / (columns - 1)
        self.xs = [LEFT, *(LEFT + wide + width * place for place in range(columns))]
        self.y = self.top = TOP
        self.canvas.setFont(FONT, SIZE)
        self.canvas.setLineWidth(0.48)

    def rule_columns(self) -> None:
        """Draw the upright rules of the rows printed since the last heading or page break."""
        if self.y < self.top:
            self.canvas.lines([(x, self.top, x, self.y) for x in self.xs])
            self.canvas.line(self.xs[0], self.top, self.xs[-1], self.top)

    def turn(self) -> None:
        self.rule_columns()
        self.canvas.showPage()
        self.canvas.setFont(FONT, SIZE)
        self.canvas.setLineWidth(0.48)
        self.y = self.top = TOP

    def title(self, text: str) -> None:
        self.canvas.drawString(LEFT, TOP + 20, text)

    def text(self, text: str) -> None:
        self.y -= 30
        self.canvas.drawString(LEFT, self.y, text)

    def has_room_for(self, row: Row) -> bool:
        return self.y - _height(_wrapped(row, self.xs)) - GAP > BOTTOM

    def row(self, row: Row, *, height: float = 0.0) -> None:
        """Rule and print one row of cells, as high as its highest cell."""
        cells = _wrapped(row, self.xs)
        height = height or _height(cells)
        self.canvas.line(self.xs[0], self.y - height, self.xs[-1], self.y - height)
        block = self.canvas.beginText()
        for x, lines in zip(self.xs, cells, strict=False):
            for place, line in enumerate(lines):
                block.setTextOrigin(x + 2, self.y - LEADING * (place + 1))
                block.textOut(line)
        self.canvas.drawText(block)
        self.y -= height

    def heading(self, headers: Sequence[str]) -> None:
        """Print headings on two levels: words that neighbours share stand once, in a cell across them."""
        self.rule_columns()
        numbered = groupby(enumerate(headers), key=_shared_words)
        groups = [[place for place, _ in group] for _, group in numbered]
        edges = [self.xs[group[0]] for group in groups] + [self.xs[-1]]
        upper, lower = [], []
        for group in groups:
            words = [headers[place].split() for place in group]
            shared = 2 if len(group) > 1 else len(words[0])
            upper.append(" ".join(words[0][:shared]))
            lower.extend(" ".join(each[shared:]) for each in words)
        for row, xs in ((upper, edges), (lower, self.xs)):
            cells = _wrapped(row, xs)
            height = _height(cells)
            self.canvas.grid(xs, [self.y, self.y - height])
            for x, lines in zip(xs, cells, strict=False):
                for place, line in enumerate(lines):
                    self.canvas.drawString(x + 2, self.y - LEADING * (place + 1), line)
            self.y -= height
        self.top = self.y

    def reference_list(self) -> None:
        titles = REFERENCE_LISTS[-1]
        for row in (titles, ("1.", "Crime Hotspots", "2.3(a)"), ("2.", "Missing Person Hotspots", "2.3(b)")):
            self.canvas.grid([LEFT, 100, 500, 700], [self.y, self.y - 12])
            for x, text in zip((LEFT, 100, 500), row, strict=True):
                self.canvas.drawString(x + 2, self.y - LEADING, text)
            self.y -= 12
        self.top = self.y


def _shared_words(numbered: tuple[int, str]) -> str:
    """Return the words under which headings are grouped, or something unique for one that stands alone."""
    place, header = numbered
    start = " ".join(header.split()[:2])
    return start if start in ("True Alerts", "False Alerts", "Engagement Outcomes") else str(place)


def _wrapped(row: Row, xs: Sequence[float]) -> list[list[str]]:
    """Return the lines of each cell, wrapped at spaces to its width."""
    lines = []
    for text, left, right in zip(row, xs, xs[1:], strict=False):
        fits = "\n" not in text and stringWidth(text, FONT, SIZE) <= right - left - 4
        lines.append([text] if fits else simpleSplit(text, FONT, SIZE, right - left - 4))
    return lines


def _height(cells: Sequence[Sequence[str]]) -> float:
    return LEADING * max(1, *map(len, cells)) + 4
