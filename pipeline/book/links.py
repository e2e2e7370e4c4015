"""Check the finished pages: every internal link and anchor resolves, nothing is loaded from elsewhere."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.core.errors import RecordError

LOADING = {  # tag -> attributes whose address the browser fetches without being asked
    **dict.fromkeys(("script", "iframe", "embed", "audio", "track"), ("src",)),
    **dict.fromkeys(("img", "source"), ("src", "srcset")),
    **dict.fromkeys(("image", "use"), ("href", "xlink:href")),
    "link": ("href",),
    "object": ("data",),
    "video": ("src", "poster"),
}
# A tag that names nothing and asks for nothing: most of a page (charts, tables), and half its time to parse.
# What it might stand in by mistake (comments, scripts, attributes of other tags) is matched before it, whole.
IDLE_TAG = re.compile(
    r"""(?P<kept><!--.*?-->|<(?P<raw>script|style)\b.*?</(?P=raw)\s*>)"""
    r"""|<[a-z][\w:-]*+"""
    r"""(?:\s++(?!(?:id|href|src|srcset|xlink:href|data|poster|style)\b)[a-z][\w:-]*+(?:="[^"]*+")?)*+\s*+/?>"""
    r"""|</[a-z][^<>]*+>"""
    r"""|(?P<other><[a-z](?:[^<>"']|"[^"]*+"|'[^']*+')*+>)""",
    re.IGNORECASE | re.DOTALL,
)
REMOTE_IN_STYLE = re.compile(r"(?:url\(\s*|@import\s+)[\"']?\s*(?:https?:)?//[^\s)\"']+", re.IGNORECASE)


@dataclass
class PageLinks(HTMLParser):
    """What one page links to, loads, and offers as anchors."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: Counter[str] = field(default_factory=Counter)
    styles: list[str] = field(default_factory=list)
    in_style: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.anchors[given["id"]] += 1
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loads += [given[name] for name in LOADING.get(tag, ()) if name in given]
        self.styles.append(given.get("style", ""))
        self.in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.styles.append(data)


@cache  # each page is asked twice, for the code it links to and for its links
def read_page(html: str) -> PageLinks:
    """Parse one page; do not change what is returned."""
    page = PageLinks()
    page.feed(IDLE_TAG.sub(lambda found: found["kept"] or found["other"] or "", html))
    page.close()
    return page


def _is_remote(address: str) -> bool:
    return (bool(urlsplit(address).scheme) and not address.startswith("data:")) or address.startswith("//")


def site_faults(site: Path) -> list[str]:
    """Return every fault of the pages in a folder, each as one line beginning with the page's name."""
    pages = {path.name: read_page(path.read_text(encoding="utf-8")) for path in sorted(site.glob("*.html"))}
    found = []
    for name, page in pages.items():
        found += [
            f'{name}: two elements have the id "{anchor}"'
            for anchor, uses in page.anchors.items()
            if uses > 1
        ]
        found += [
            f"{name}: loads {address} from another site" for address in page.loads if _is_remote(address)
        ]
        found += [
            f"{name}: style asks for {hit[0]}"
            for style in page.styles
            for hit in REMOTE_IN_STYLE.finditer(style)
        ]
        for address in page.links + page.loads:
            if not _is_remote(address) and not address.startswith("data:"):
                found += [f"{name}: {fault}" for fault in _link_fault(address, name, site, pages)]
    for path in sorted(site.glob("*.css")):
        found += [
            f"{path.name}: asks for {hit[0]}"
            for hit in REMOTE_IN_STYLE.finditer(path.read_text(encoding="utf-8"))
        ]
    return list(dict.fromkeys(found))


def _link_fault(address: str, name: str, site: Path, pages: dict[str, PageLinks]) -> list[str]:
    if address.startswith("/"):
        return [f'"{address}" is not page-relative']
    path, _, anchor = address.partition("#")
    target = unquote(path.partition("?")[0]) or name
    inside = (site / target).resolve()
    if not inside.is_relative_to(site.resolve()) or not inside.is_file():
        return [f'"{address}" leads nowhere: there is no {target} in the site']
    if anchor and target in pages and unquote(anchor) not in pages[target].anchors:
        return [f'"{address}" leads nowhere: {target} has no element with the id "{unquote(anchor)}"']
    return []


def check_site(site: Path) -> None:
    """Refuse a site with a dead internal link, a doubled id or a resource from elsewhere.

    Raises:
        RecordError: naming every page and link at fault.
    """
    found = site_faults(site)
    if found:
        listed = "\n  ".join(found)
        raise RecordError(
            "site", f"{len(found)} fault(s)\n  {listed}\n", next_step="correct the pages named and run again"
        )
