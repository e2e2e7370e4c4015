"""Write the whole site from the engine's content server: what `build.render` in template.yml runs.

Reads CONTENT_CDN (address of the content server) and BUILD_DIRECTORY (folder to fill). A page that cannot be
rendered is named on standard error and the exit code is 1, which stops the build.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from addresses import Addresses, RefusedAddressError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nodes import CannotRenderError, Page, children, footnotes, output, references, text_of, walk
from search import records, script

HERE = Path(__file__).parent
CONTENT_VERSION = 3


def read(address: str) -> bytes:
    """Read a file of the content server by its root-absolute address."""
    with urlopen(os.environ["CONTENT_CDN"] + quote(address)) as answer:  # noqa: S310 -- the engine's own server
        return answer.read()


def menu(project: dict, addresses: Addresses, title: str) -> list[dict]:
    """Return the entries of the menu in reading order; a part has a title and no file."""
    front = {"title": title, "slug": project["index"], "level": 1}
    return [
        {
            "title": entry.get("short_title") or entry["title"],
            "slug": entry.get("slug"),
            "file": addresses.page(entry["slug"]) if entry.get("slug") else None,
            "level": entry["level"],
        }
        for entry in [front, *project["pages"]]
    ]


def opened(entries: list[dict], here: dict) -> list[dict]:
    """Return the menu of a page: what stands below a chapter only where that chapter or a page of it is open.

    Example:
        >>> entries = [{"title": name, "level": 2 + (name in "bd")} for name in "abcd"]
        >>> [entry["title"] for entry in opened(entries, entries[1])]
        ['a', 'b', 'c']
    """
    groups: list[list[dict]] = []
    for entry in entries:
        if entry["level"] < 3 or not groups:
            groups.append([])
        groups[-1].append(entry)
    return [entry for group in groups for entry in (group if here in group else group[:1])]


def outline(tree: dict) -> list[dict]:
    """Return the headings of the second and third level."""
    return [
        {"text": text_of(node), "anchor": node["html_id"], "depth": node["depth"]}
        for node in walk(tree)
        if node["type"] == "heading" and node["depth"] in (2, 3) and node.get("html_id")
    ]


def render_page(content: dict, page: Page) -> dict:
    """Return what the page template needs of one page.

    Raises:
        CannotRenderError: if the engine speaks a newer dialect, or the page holds something refused.
    """
    if content["version"] != CONTENT_VERSION:
        raise CannotRenderError(
            f"content version {content['version']} is not {CONTENT_VERSION}; the theme must be revised"
        )
    tree, about = content["mdast"], content["frontmatter"]
    body = children(tree, page)
    notebook = next((export for export in about.get("exports", []) if export["format"] == "ipynb"), None)
    return {
        "title": about.get("title", ""),
        "subtitle": about.get("subtitle", ""),
        "description": about.get("description", ""),
        "body": body,
        "outline": outline(tree),
        "footnotes": footnotes(tree, page),
        "references": references(content["references"].get("cite", {})),
        "notebook": notebook,
        "live": "vega-figure" in body,
        "explored": 'class="explorer"' in body,
    }


def search_records(content: dict, file: str, page: Page) -> list[list[str]]:
    """Return the search records of a page; of the outputs, those in HTML are searched."""

    def html_of(node: dict) -> str:
        return output(node, page) if "text/html" in node["jupyter_data"].get("data", {}) else ""

    return list(records(content["mdast"], content["frontmatter"].get("title", ""), file, html_of))


def main(site: Path) -> None:
    """Fill the folder `site`."""
    config = json.loads(read("/config.json"))
    project = config["projects"][0]
    slugs = [project["index"], *(entry["slug"] for entry in project["pages"] if entry.get("slug"))]
    contents = [json.loads(read(f"/content/{slug}.json")) for slug in slugs]
    addresses, public = Addresses(project["index"], slugs), frozenset(json.loads(read("/public.json")))
    entries = menu(project, addresses, contents[0]["frontmatter"].get("title", "Front page"))
    pages = [entry for entry in entries if entry["file"]]
    templates = FileSystemLoader(HERE / "templates")
    environment = Environment(loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.lstrip_blocks = True
    environment.globals |= {
        "site_title": config["options"].get("logo_text") or project.get("title", ""),
        "front": pages[0],
    }
    template = environment.get_template("page.html")

    shutil.copytree(HERE / "public", site, dirs_exist_ok=True)
    index, faults = [], []
    for before, here, after, content in zip(
        [None, *pages], pages, [*pages[1:], None], contents, strict=False
    ):
        page = Page(addresses, read, public)
        try:
            parts = render_page(content, page)
        except (CannotRenderError, RefusedAddressError) as error:
            faults.append(f"⛔️ {content['location'].lstrip('/')} {error}")
            continue
        menu_here = opened(entries, here)
        html = template.render(**parts, menu=menu_here, here=here, before=before, after=after)
        (site / here["file"]).write_text(html, encoding="utf-8", newline="\n")
        if parts["notebook"]:
            page.files[f"notebooks/{parts['notebook']['filename']}"] = read(parts["notebook"]["url"])
        for address, data in page.files.items():
            (site / address).parent.mkdir(exist_ok=True)
            (site / address).write_bytes(data)
        index += search_records(content, here["file"], page)
    (site / "search-index.js").write_text(script(index), encoding="utf-8", newline="\n")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main(Path(os.environ["BUILD_DIRECTORY"]))
