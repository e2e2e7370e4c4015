"""The search index: one record per section, in a script so that it also loads from `file://`."""

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from nodes import Node, text_of

SKIPPED = {"script", "style", "svg", "table"}  # charts and tables are looked at, not searched
LONG = re.compile(r"<(svg|table)\b.*?</\1>", re.DOTALL)  # most of a page, and slow to parse
TELLING = re.compile(r"<(?:details|summary)\b")


class _Words(HTMLParser):
    """Collects the words of finished HTML; a `details` that has an id begins a record of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[list[str]] = [["", "", ""]]  # anchor, heading, text
        self.skipping = 0
        self.in_summary = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.skipping += tag in SKIPPED
        if tag == "details" and (anchor := dict(attributes).get("id")):
            self.records.append([anchor, "", ""])
        self.in_summary = self.in_summary or tag == "summary"

    def handle_endtag(self, tag: str) -> None:
        self.skipping -= tag in SKIPPED
        self.in_summary = self.in_summary and tag != "summary"

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.records[-1][1 if self.in_summary and self.records[-1][0] else 2] += data + " "


def records(tree: Node, title: str, file: str, read_output: Callable[[Node], str]) -> Iterator[list[str]]:
    """Yield `[address, page title, heading, text]` for each section and labelled fold, without code.

    Args:
        tree: The page's document tree.
        title: The page's title.
        file: The page's address.
        read_output: Returns the HTML of an `output` node, or the empty string.
    """
    current = [file, title, "", ""]
    for node in _leaves(tree):
        if node["type"] == "heading":
            yield current
            current = [f"{file}#{node['html_id']}" if node.get("html_id") else file, title, text_of(node), ""]
        elif node["type"] == "details":
            summary, *rest = node["children"]
            yield [f"{file}#{node['html_id']}", title, text_of(summary), _spaced_text(rest)]
        elif node["type"] == "output":
            words = _Words()
            words.feed(LONG.sub(_unless_nested, str.__str__(read_output(node))))  # as plain text: faster
            current[3] += " " + words.records[0][2]
            for anchor, heading, text in words.records[1:]:
                yield [f"{file}#{anchor}", title, heading, text]
        else:
            current[3] += " " + text_of(node)
    yield current


def _unless_nested(found: re.Match[str]) -> str:
    """A mere break for a chart or table that holds neither one of its kind nor a fold; else itself."""
    whole = found[0]
    return whole if whole.count(f"<{found[1]}") > 1 or TELLING.search(whole) else "<br>"


def _spaced_text(nodes: list[Node]) -> str:
    return " ".join(text_of(leaf) for node in nodes for leaf in _leaves(node) if leaf["type"] != "output")


LEAVES = {
    "heading",
    "paragraph",
    "tableCell",
    "definitionTerm",
    "definitionDescription",
    "caption",
    "output",
    "summary",
}


def _leaves(node: Node) -> Iterator[Node]:
    """Yield the nodes that hold running text, and the labelled folds, without what is hidden."""
    if node.get("visibility") == "remove":
        return
    if node["type"] in LEAVES or (node["type"] == "details" and node.get("html_id")):
        yield node
        return
    for child in node.get("children", []):
        yield from _leaves(child)


def script(all_records: list[list[str]]) -> str:
    """Return the script that hands the index to the page."""
    tidy = [[re.sub(r"\s+", " ", part).strip() for part in record] for record in all_records]
    kept = [record for record in tidy if record[2] or record[3]]
    written = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"window.BOOK_SEARCH={written};\n"
