"""Find bare figures in prose: a number in the book comes from the record by role, never from a keyboard.

Prose is every Markdown file and every Markdown cell of a source notebook. Allowed as typed: dates and years,
numbers of sections, figures and tables, text in quotation marks, names that contain digits, and the few
conventions below. Roles, code, link targets, citations, footnote marks, mathematics, comments and options of
directives are not prose. A year cannot be told from a count: "2024 deployments" passes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.core.errors import RecordError

# Numbers that are conventions, not findings. Add one only if no datum could ever change it.
CONVENTIONS = (
    r"95 ?% (?:confidence )?intervals?",  # the coverage of every interval in the book
    r"24/7",
    r"SHA-256",
    r"UTF-8",
    r"(?:CC(?: |-)BY(?:-SA)?|Python|Jupyter Book|version|ISO(?:/IEC)?) \d[\d.:-]*",  # versions and standards
)
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
YEAR = r"(?:19|20)\d\d"
UPTO = r"\s?(?:-|–|to|and|or|until)\s?"
DATES = (
    rf"{YEAR}-\d\d(?:-\d\d)?",
    rf"\d\d?(?:{UPTO}\d\d?)? {MONTH}(?: {YEAR})?",
    rf"{MONTH} \d\d?(?:, {YEAR})?(?!\d|[.,]\d)",
    rf"(?:mid|early|late|pre|post)-{YEAR}s?",
    rf"{YEAR}[-–/]\d\d(?!\d)",
    rf"(?<![\d.,£$€]){YEAR}s?(?![\d%]|[.,]\d| ?%)",
)
NUMBERED = (
    r"(?:sections?|chapters?|figures?|tables?|steps?|parts?|pages?|pp?\.|articles?|notes?) \d+(?:\.\d+)*"
)
NOT_PROSE = (
    r"\[\^[^\]]+\]",  # footnote mark
    r"\[?-?@[\w:.#$%&+?<>~/-]+\]?",  # citation
    r"\$\$.*?\$\$|\$[^$\n]+\$",  # mathematics
    r"(?:https?://|www\.)\S+",
    r"[“\"][^”\"]*[”\"]",  # quoted titles and wording
)
ALLOWED = re.compile(
    "|".join([*NOT_PROSE, *CONVENTIONS, *DATES, rf"(?i:\b{NUMBERED})", r"\b[A-Za-z][\w-]*\d[\w-]*"]),
    re.DOTALL,
)
FIGURE = re.compile(r"[£$€]?\d[\d,.  ]*\d ?%?|[£$€]?\d ?%?")
HEADING_NUMBER = re.compile(r"^\d+(?:\.\d+)*\.?(?=\s)")

CODE_DIRECTIVES = {
    "code",
    "code-block",
    "code-cell",
    "math",
    "mermaid",
    "raw",
    "include",
    "literalinclude",
    "toc",
}
PATH_DIRECTIVES = {"figure", "image", "embed", "iframe", "bibliography"}
FENCE = re.compile(
    r"^\s*(?P<fence>`{3,}|~{3,}|:{3,})\s*(?:\{(?P<name>[\w:-]+)\}\s*(?P<argument>.*)|(?P<info>[^`]*))$"
)


@dataclass(frozen=True)
class Finding:
    """A bare figure: the file, `line 12` or `cell 3 line 2`, and the figure as typed."""

    file: str
    place: str
    figure: str


def check_prose(paths: list[Path]) -> None:
    """Refuse prose that types its numbers.

    Args:
        paths: Markdown files and source notebooks.

    Raises:
        RecordError: listing every bare figure with its file and place.
    """
    findings = [finding for path in paths for finding in find_in_file(path)]
    if findings:
        listed = "".join(f"\n  {found.file} {found.place}: {found.figure}" for found in findings)
        raise RecordError(
            "prose",
            f"{len(findings)} bare figure{'s' if len(findings) > 1 else ''}{listed}\n",
            next_step="write {claim}`ID`, or define the number in values.yaml and write {value}`key`",
        )


def find_in_file(path: Path) -> list[Finding]:
    """Bare figures of one Markdown file or notebook, in order."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return [Finding(path.name, f"line {line}", figure) for line, figure in find_figures(text)]
    return [
        Finding(path.name, f"cell {number} line {line}", figure)
        for number, cell in enumerate(nbformat.reads(text, as_version=4).cells, start=1)
        if cell.cell_type == "markdown"
        for line, figure in find_figures(cell.source)
    ]


def find_figures(markdown: str) -> list[tuple[int, str]]:
    """Bare figures in MyST Markdown with their lines, counted from 1.

    Example:
        >>> find_figures("On 3 May 2024 the Met made 12 arrests.")
        [(1, '12')]
    """
    tokens = MarkdownIt("commonmark").parse("\n".join(_prose_lines(markdown.splitlines())))
    found = []
    for previous, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            heading = previous is not None and previous.type == "heading_open"
            found += [(token.map[0] + 1 + line, figure) for line, figure in _inline_figures(token, heading)]
        elif token.type == "html_block":
            text = re.sub(r"<!--.*?-->|<[^>]*>", _blank, token.content, flags=re.DOTALL)
            found += [(token.map[0] + 1 + line, figure) for line, figure in _bare(text)]
    return found


def _inline_figures(token: Token, heading: bool) -> list[tuple[int, str]]:
    """Figures in the text of one paragraph or heading; code and link targets leave a gap without words."""
    text, in_link = "", False
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            text += "\n"
        elif (child.type == "text" and not in_link) or child.type == "image":
            text += child.content
        elif child.type in ("link_open", "link_close"):
            in_link = child.type == "link_open" and child.info == "auto"
        elif child.type == "code_inline":
            text += "·"
    return _bare(HEADING_NUMBER.sub("", text) if heading else text)


def _bare(text: str) -> list[tuple[int, str]]:
    """Figures left when everything allowed is blanked out; lines counted from 0."""
    rest = ALLOWED.sub(_blank, text)
    return [(rest.count("\n", 0, match.start()), match[0].strip()) for match in FIGURE.finditer(rest)]


def _blank(match: re.Match[str]) -> str:
    """Nothing a reader sees, on as many lines; a mark keeps the figures on either side apart."""
    return "·" + "\n" * match[0].count("\n")


def _prose_lines(lines: list[str]) -> Iterator[str]:
    """The lines with everything that is not prose emptied, so that line numbers stay true.

    Directives such as notes keep their words, front matter its titles; code, options and comments go.
    """
    open_fences: list[tuple[str, bool]] = []  # each with whether its body is prose
    options = front_matter = False
    for number, line in enumerate(lines):
        if number == 0 and line.strip() == "---":
            front_matter = True
            yield ""
        elif front_matter:
            front_matter = line.strip() != "---"
            words = re.match(r"\s*(?:title|subtitle|description|short_title):\s*(.*)", line)
            yield words[1] if words else ""
        elif open_fences and re.fullmatch(rf"\s*{re.escape(open_fences[-1][0])}+\s*", line):
            open_fences.pop()
            options = False
            yield ""
        elif open_fences and not open_fences[-1][1]:
            yield ""
        elif (match := FENCE.match(line)) and (match["name"] or match["fence"][0] != ":"):
            name = match["name"] or "code"
            open_fences.append((match["fence"], name not in CODE_DIRECTIVES))
            options = True
            yield (match["argument"] or "") if name not in CODE_DIRECTIVES | PATH_DIRECTIVES else ""
        elif options and re.match(r"\s*:[\w-]+:", line):
            yield re.sub(r"^\s*:[\w-]+:", "", line) if re.match(r"\s*:(?:caption|alt|title):", line) else ""
        elif re.match(r"\s*%|\s*\([\w:.-]+\)=\s*$", line):
            options = False
            yield ""
        else:
            options = False
            yield re.sub(r"^\s*\[\^[^\]]+\]:\s*", "", line)
