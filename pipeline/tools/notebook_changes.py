"""What changed between two editions of an executed notebook, output by output."""

import difflib
import json
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pandas as pd

from pipeline.tools.table_changes import compare_tables, summary

Cell = dict[str, Any]


@dataclass(frozen=True)
class OutputChange:
    """One cell whose output changed.

    Args:
        cell: Number of the cell in the new edition (the old one for a removed cell), from 1.
        source: The first line of its source.
        lines: Changed lines of the output's text, each with `-` or `+` before it.
        figures: What changed in its figures, in words.
    """

    cell: int
    source: str
    lines: list[str]
    figures: list[str]


def compare_notebooks(old: Cell | None, new: Cell | None) -> list[OutputChange]:
    """Compare the outputs of two editions of a notebook; None stands for a notebook that does not exist.

    Cells are paired by their source, so an inserted cell does not shift the comparison of the later ones.
    """
    olds, news = ((notebook or {}).get("cells", []) for notebook in (old, new))
    changes = []
    for before, after in _pair_cells(olds, news):
        number, cell = after or before
        change = _compare_outputs(before[1] if before else {}, after[1] if after else {})
        if any(change):
            changes.append(OutputChange(number, _first_line(cell), *change))
    return changes


def _pair_cells(
    olds: list[Cell], news: list[Cell]
) -> list[tuple[tuple[int, Cell] | None, tuple[int, Cell] | None]]:
    matcher = difflib.SequenceMatcher(
        None, [_source(cell) for cell in olds], [_source(cell) for cell in news], autojunk=False
    )
    pairs = []
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        for k in range(max(i2 - i1, j2 - j1)):
            before = (i1 + k + 1, olds[i1 + k]) if i1 + k < i2 else None
            after = (j1 + k + 1, news[j1 + k]) if j1 + k < j2 else None
            pairs.append((before, after))
    return pairs


def _compare_outputs(old: Cell, new: Cell) -> tuple[list[str], list[str]]:
    (old_text, old_figures), (new_text, new_figures) = _read_outputs(old), _read_outputs(new)
    lines = [
        line
        for line in difflib.unified_diff(old_text, new_text, lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]
    figures = []
    for name in sorted(old_figures.keys() | new_figures.keys()):
        if name not in new_figures:
            figures.append(f"{name}: figure removed")
        elif name not in old_figures:
            figures.append(f"{name}: figure added")
        elif old_figures[name] != new_figures[name]:
            figures.append(f"{name}: {compare_specs(old_figures[name], new_figures[name])}")
    return lines, figures


def compare_specs(old: Cell, new: Cell) -> str:
    """Say what changed in a Vega-Lite specification: its data, row by row, and its other parts."""
    said = []
    old_all, new_all = _datasets(old), _datasets(new)
    # a data set's name is made from its content, so those that changed are paired in order
    old_data, new_data = (
        [rows for rows in these if rows not in those]
        for these, those in ((old_all, new_all), (new_all, old_all))
    )
    for before, after in zip(old_data, new_data, strict=False):
        said.append(
            "data: " + (summary(compare_tables(_table(before), _table(after))) or "the order of rows")
        )
    if len(old_all) != len(new_all):
        said.append(f"{len(old_all)} data sets became {len(new_all)}")
    parts = _paths_that_differ(_without_data(old), _without_data(new))
    if parts:
        said.append(
            "drawing: " + ", ".join(parts[:8]) + (f" and {len(parts) - 8} more" if len(parts) > 8 else "")
        )
    return "; ".join(said) or "only the order of its parts changed"


def _datasets(spec: Any) -> list[list[Cell]]:
    if isinstance(spec, list):
        return [found for part in spec for found in _datasets(part)]
    if not isinstance(spec, dict):
        return []
    own = [spec["values"]] if _is_rows(spec.get("values")) else []
    named = (
        [rows for rows in spec.get("datasets", {}).values() if _is_rows(rows)]
        if isinstance(spec.get("datasets"), dict)
        else []
    )
    return (
        own
        + named
        + [
            found
            for key, part in spec.items()
            if key not in ("values", "datasets")
            for found in _datasets(part)
        ]
    )


def _is_rows(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(row, dict) for row in values)


def _without_data(spec: Any) -> Any:
    if isinstance(spec, list):
        return [_without_data(part) for part in spec]
    if isinstance(spec, dict):
        return {
            key: _without_data(part)
            for key, part in spec.items()
            if key != "datasets"
            and not (key == "values" and _is_rows(part))
            and not (key == "data" and _is_reference(part))
        }
    return spec


def _is_reference(data: Any) -> bool:
    return isinstance(data, dict) and data.keys() == {"name"}


def _table(rows: list[Cell]) -> pd.DataFrame:
    return pd.DataFrame(
        [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows]
    ).fillna("")


def _paths_that_differ(old: Any, new: Any, path: str = "") -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted(old.keys() | new.keys())
        return [
            found
            for key in keys
            for found in _paths_that_differ(old.get(key), new.get(key), f"{path}.{key}".lstrip("."))
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            found
            for i, (a, b) in enumerate(zip(old, new, strict=True))
            for found in _paths_that_differ(a, b, f"{path}[{i}]")
        ]
    return [] if old == new else [path or "everything"]


def _source(cell: Cell) -> str:
    return "".join(cell.get("source", ""))


def _first_line(cell: Cell) -> str:
    return next((line.strip() for line in _source(cell).splitlines() if line.strip()), "")


def _read_outputs(cell: Cell) -> tuple[list[str], dict[str, Cell]]:
    """Split a cell's outputs into lines of text and figures by name."""
    lines: list[str] = []
    figures: dict[str, Cell] = {}
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "text/html" in data:
            reader = _Reader()
            reader.feed("".join(data["text/html"]))
            reader.close()
            lines += reader.lines()
            figures |= reader.figures
        else:
            text = data.get("text/plain") or output.get("text") or output.get("traceback") or ""
            lines += "".join(text).splitlines()
    return lines, figures


class _Reader(HTMLParser):
    """Reads the words of an HTML output, a line per block, and the specifications of its figures."""

    BLOCKS = frozenset({"caption", "div", "figcaption", "figure", "h1", "h2", "h3", "h4", "li", "p"})
    BLOCKS |= {"summary", "table", "td", "th", "tr"}
    SILENT = frozenset({"script", "style", "svg"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.figures: dict[str, Cell] = {}
        self._parts: list[str] = []
        self._silent: list[str] = []
        self._name = ""
        self._spec: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "figure":
            self._name = attributes.get("id") or f"figure {len(self.figures) + 1}"
        if tag == "script" and attributes.get("type") == "application/json":
            self._spec = []
        if tag in self.SILENT:
            self._silent.append(tag)
        if tag in self.BLOCKS:
            self._parts.append(" | " if tag in ("td", "th") else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._spec is not None:
            try:
                self.figures[self._name] = json.loads("".join(self._spec))
            except ValueError:
                self.figures[self._name] = {"unreadable": "".join(self._spec)}
            self._spec = None
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()
        if tag in self.BLOCKS and tag not in ("td", "th"):
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._spec is not None:
            self._spec.append(data)
        elif not self._silent:
            self._parts.append(
                " ".join(data.split()) + (" " if data[-1:].isspace() else "") if data.strip() else " "
            )

    def lines(self) -> list[str]:
        tidy = (" ".join(line.split()).removeprefix("| ") for line in "".join(self._parts).splitlines())
        return [line for line in tidy if line]
