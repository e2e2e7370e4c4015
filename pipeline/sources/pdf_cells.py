"""The ruled cells of a PDF page: where rules enclose a space there is a cell, with the text inside it.

Read with PDFium, which takes about 0.05 s for a dense page of the published grids; a parser written in Python
takes more than a second to read the same cells.
"""

import ctypes
import mmap
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from scipy import ndimage

from pipeline.core.errors import RecordError

TOLERANCE = 3.0  # points; rules nearer than this are one rule, gaps narrower than this are none
THIN = 2.0  # points; a drawn rectangle thinner than this is a rule, a thicker one has four


@dataclass(frozen=True, slots=True)
class Cell:
    """One ruled cell.

    Args:
        left: Left rule, points from the left of the page.
        right: Right rule, points from the left of the page.
        text: What is printed in it, runs of white space as one space.
    """

    left: float
    right: float
    text: str

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Page:
    """What one page holds.

    Args:
        number: 1 for the first page of the file.
        rows: Cells that start at the same height, from the left; rows from the top of the page.
        loose_lines: Lines of text outside all cells: titles, footnotes, page numbers.
        pictures: Number of pictures on the page.
    """

    number: int
    rows: list[list[Cell]]
    loose_lines: list[str]
    pictures: int


def open_pdf(path: Path) -> pypdfium2.PdfDocument:
    """Open a whole, readable PDF.

    Raises:
        RecordError: if the file is empty, no PDF, cut short, damaged or locked with a password.
    """
    if path.stat().st_size == 0:
        raise RecordError(path.name, "the file is empty", next_step="download it again")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if b"%PDF-" not in content[:1024]:
            first_words = " ".join(content[:60].decode("utf-8", "replace").split())
            raise RecordError(path.name, "not a PDF", value=first_words, next_step="download it again")
        if b"%%EOF" not in content[-1024:]:
            raise RecordError(path.name, "the PDF is cut short (no end mark)", next_step="download it again")
        whole = _is_whole(content)
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise RecordError(
                path.name, "the PDF is encrypted", next_step="ask the publisher for a copy without a password"
            ) from error
        raise RecordError(
            path.name, f"the PDF is damaged ({error})", next_step="download it again"
        ) from error
    # PDFium makes the best of a damaged file, at the risk of pages that seem to be blank.
    if not whole or not pdfium.FPDF_DocumentHasValidCrossReferenceTable(document):
        document.close()
        raise RecordError(path.name, "the PDF is damaged inside", next_step="download it again")
    return document


def read_page(document: pypdfium2.PdfDocument, number: int, path: Path) -> Page:
    """Read the cells of page `number` (1 is the first), and free what the page needed.

    Raises:
        RecordError: if the page cannot be loaded, or a character has no meaning in the file's fonts.
    """
    try:
        page = document[number - 1]
        text = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise RecordError(
            path.name, f"page {number} is damaged ({error})", next_step="download it again"
        ) from error
    try:
        horizontal, vertical, pictures = _rules(page)
        characters = _characters(text, number, path)
    finally:
        text.close()
        page.close()
    rows, loose = _cells(horizontal, vertical, characters)
    return Page(number, rows, loose, pictures)


Rule = tuple[float, float, float]  # position across, start, end; y is counted upwards, as in the file
Character = tuple[float, float, float, float, str]  # top, left, right, middle height, character


def _is_whole(content: mmap.mmap) -> bool:
    """Whether every compressed part of a PDF unpacks to its end and has the checksum that it carries."""
    if content.rfind(b"/Encrypt") >= 0:  # parts are scrambled; a file that opens without a password is rare
        return True
    for start in re.finditer(rb">>\s*stream\r?\n", content):
        described = content[content.rfind(b" obj", 0, start.start()) : start.start()]
        if re.search(rb"/Filter\s*\[?\s*/FlateDecode", described):
            unpacking, here = zlib.decompressobj(), start.end()
            try:
                while not unpacking.eof and here < len(content):
                    unpacking.decompress(content[here : here + 65536])
                    here += 65536
            except zlib.error:
                return False
            if not unpacking.eof:
                return False
    return True


def _rules(page: pypdfium2.PdfPage) -> tuple[list[Rule], list[Rule], int]:
    """Return the horizontal and vertical rules drawn on the page, and the number of pictures."""
    horizontal: set[Rule] = set()
    vertical: set[Rule] = set()
    pictures = 0

    def rule(x0: float, y0: float, x1: float, y1: float) -> None:
        if abs(y1 - y0) < THIN <= abs(x1 - x0):
            horizontal.add(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) < THIN <= abs(y1 - y0):
            vertical.add(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))

    handle = page.raw
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(pdfium.FPDFPage_CountObjects(handle)):
        drawn = pdfium.FPDFPage_GetObject(handle, index)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures += 1
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        if pdfium.FPDFPath_CountSegments(drawn) <= 5:  # a line or a rectangle: its bounds say it all
            pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
            x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
            if min(x1 - x0, y1 - y0) < THIN:
                rule(x0, y0, x1, y1)
            else:
                for sides in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
                    rule(*sides)
        else:
            for sides in _path_lines(drawn):
                rule(*sides)
    return list(horizontal), list(vertical), pictures


def _path_lines(path: pdfium.FPDF_PAGEOBJECT) -> list[tuple[float, float, float, float]]:
    """Return the straight lines of a drawn path, in page coordinates."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    lines = []
    start = here = (0.0, 0.0)
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            lines.append((*here, *point))
        if pdfium.FPDFPathSegment_GetClose(segment):
            lines.append((*point, *start))
        here = point
    return lines


def _characters(text: pypdfium2.PdfTextPage, number: int, path: Path) -> list[Character]:
    handle, box = text.raw, pdfium.FS_RECTF()
    characters = []
    for index in range(pdfium.FPDFText_CountChars(handle)):
        code = pdfium.FPDFText_GetUnicode(handle, index)
        if code <= ord(" "):
            if pdfium.FPDFText_IsGenerated(handle, index):
                if code == ord(" ") and characters:  # stands for a printed space, or for a gap as wide as one
                    characters[-1] = (*characters[-1][:4], characters[-1][4] + " ")
                continue
            if pdfium.FPDFText_IsHyphen(handle, index):
                code = ord("-")  # PDFium marks a hyphen at the end of a line with a control character
        if code == 0 or pdfium.FPDFText_HasUnicodeMapError(handle, index) == 1:
            raise RecordError(
                path.name,
                f"page {number} holds characters that its fonts do not explain",
                next_step="ask the publisher for a PDF with text that can be copied",
            )
        pdfium.FPDFText_GetLooseCharBox(handle, index, box)
        top = box.top
        characters.append((top, box.left, box.right, (top + box.bottom) / 2, chr(code)))
    return characters


def _snap(positions: list[float]) -> tuple[np.ndarray, dict[float, int]]:
    """Return the distinct positions in rising order, near ones as their mean, and each one's place."""
    groups: list[list[float]] = []
    for position in sorted(set(positions)):
        if groups and position - groups[-1][-1] <= TOLERANCE:
            groups[-1].append(position)
        else:
            groups.append([position])
    centres = np.array([sum(group) / len(group) for group in groups])
    return centres, {position: place for place, group in enumerate(groups) for position in group}


def _close(walls: np.ndarray, rules: list[Rule], across: dict[float, int], along: np.ndarray) -> None:
    """Close the spaces of `walls` that each rule separates; pieces of a rule count as one where they meet."""
    pieces: dict[int, list[tuple[float, float]]] = {}
    for position, start, end in rules:
        pieces.setdefault(across[position], []).append((start, end))
    for place, spans in pieces.items():
        joined: list[list[float]] = []
        for start, end in sorted(spans):
            if joined and start - joined[-1][1] <= TOLERANCE:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
        for start, end in joined:
            first = np.searchsorted(along, start - TOLERANCE)
            last = np.searchsorted(along, end + TOLERANCE, side="right") - 1
            walls[2 * place + 1, 2 * first + 1 : 2 * last + 2] = False


def _cells(
    horizontal: list[Rule], vertical: list[Rule], characters: list[Character]
) -> tuple[list[list[Cell]], list[str]]:
    """Return rows of cells and the lines outside them.

    All rules, drawn out to the page's edges, divide the page into a grid of faces. Neighbouring faces with
    no rule between them belong to one cell; the faces at the rim of the page belong to none.
    """
    xs, x_place = _snap([rule[0] for rule in vertical])
    ys, y_place = _snap([rule[0] for rule in horizontal])
    # Even rows and columns of `free` are faces, odd ones are the rules between them.
    free = np.ones((2 * len(ys) + 1, 2 * len(xs) + 1), dtype=bool)
    free[1::2, 1::2] = False
    _close(free, horizontal, y_place, xs)
    _close(free.T, vertical, x_place, ys)
    labels, _ = ndimage.label(free)
    outside = labels[0, 0]

    texts: dict[int, list[Character]] = {}
    if characters:
        columns = np.searchsorted(
            xs, [(left + right) / 2 for _, left, right, _, _ in characters], side="right"
        )
        lines = np.searchsorted(ys, [middle for _, _, _, middle, _ in characters], side="right")
        for label, character in zip(labels[2 * lines, 2 * columns].tolist(), characters, strict=True):
            texts.setdefault(label, []).append(character)

    rows: dict[int, list[Cell]] = {}
    for label, place in enumerate(ndimage.find_objects(labels), start=1):
        if label == outside:
            continue
        upright, level = place
        cell = Cell(
            left=float(xs[level.start // 2 - 1]),
            right=float(xs[(level.stop - 1) // 2]),
            text=" ".join(_lines(texts[label])) if label in texts else "",
        )
        rows.setdefault(upright.stop, []).append(cell)
    ordered = [sorted(rows[top], key=lambda cell: cell.left) for top in sorted(rows, reverse=True)]
    return ordered, _lines(texts.get(outside, []))


def _lines(characters: list[Character]) -> list[str]:
    """Return the lines of text that the characters form, from the top, white space as single spaces."""
    lines: list[list[Character]] = []
    for character in sorted(characters, key=lambda each: -each[0]):
        if lines and lines[-1][-1][0] - character[0] <= TOLERANCE:
            lines[-1].append(character)
        else:
            lines.append([character])
    printed = []
    for line in lines:
        line.sort(key=lambda each: each[1])
        text = ""
        end = line[0][2]
        for _, left, right, _, character in line:
            text += " " + character if left - end > TOLERANCE else character
            end = right
        printed.append(" ".join(text.split()))
    return [text for text in printed if text]
