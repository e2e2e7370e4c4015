"""Write the whole site from the engine's content server: what `build.render` in template.yml runs.

Reads CONTENT_CDN (address of the content server) and BUILD_DIRECTORY (folder to fill). A page that cannot be
rendered is named on standard error and the exit code is 1, which stops the build.
"""

import json
import multiprocessing
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from addresses import Addresses, RefusedAddressError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nodes import CannotRenderError, Page, children, footnotes, output, references, text_of, walk
from search import records, script

HERE = Path(__file__).parent
CONTENT_VERSION = 3
PROCESSES = min(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


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

    def write_page(place: int) -> tuple[str, list[list[str]]]:
        """Write one page and the files that it uses; return its fault, if any, and its search records."""
        here, content, page = pages[place], contents[place], Page(addresses, read, public)
        try:
            parts = render_page(content, page)
        except (CannotRenderError, RefusedAddressError) as error:
            return f"⛔️ {content['location'].lstrip('/')} {error}", []
        html = template.render(
            **parts,
            menu=opened(entries, here),
            here=here,
            before=pages[place - 1] if place else None,
            after=pages[place + 1] if place + 1 < len(pages) else None,
        )
        (site / here["file"]).write_text(html, encoding="utf-8", newline="\n")
        if parts["notebook"]:
            page.files[f"notebooks/{parts['notebook']['filename']}"] = read(parts["notebook"]["url"])
        for address, data in page.files.items():
            (site / address).parent.mkdir(exist_ok=True)
            (site / address).write_bytes(data)
        return "", search_records(content, here["file"], page)

    written = list(side_by_side(write_page, range(len(pages))))
    index = [record for _, found in written for record in found]
    (site / "search-index.js").write_text(script(index), encoding="utf-8", newline="\n")
    if faults := [fault for fault, _ in written if fault]:
        sys.exit("\n".join(faults))


def side_by_side(work: Callable, tasks: Iterable) -> Iterator:
    """Yield what `work` makes of each task, in order: two at a time where processes can be forked.

    A forked process inherits what was read and made before, the content of every page among it.
    """
    if PROCESSES < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, tasks)
        return
    _inherited.append(work)
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(_work, tasks)


_inherited: list[Callable] = []


def _work(task: object) -> object:
    return _inherited[-1](task)


if __name__ == "__main__":
    main(Path(os.environ["BUILD_DIRECTORY"]))
