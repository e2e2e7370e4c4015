"""A real browser over a folder of pages: what was asked for, what it weighed, what it complained of."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1360, "height": 900}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; without one, fail with what to do."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("Chromium is not installed; on Debian: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free local port and yield its address, with a slash at the end."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@dataclass
class Visit:
    """What happened while one page was open."""

    page: Page
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    bodies: dict[str, int] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """Bytes of every answer, uncompressed."""
        return sum(self.bodies.values())


def visit(context: BrowserContext, address: str) -> Visit:
    """Open a page and note every request, answer and message from then on."""
    page = context.new_page()
    seen = Visit(page)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on(
        "requestfinished", lambda request: seen.bodies.update({request.url: len(request.response().body())})
    )
    page.on("requestfailed", lambda request: seen.messages.append(f"failed: {request.url}"))
    page.on("console", lambda message: seen.messages.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen.messages.append(f"error: {error}"))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return seen


def make_figures_live(page: Page) -> list[str]:
    """Scroll to every figure in turn; return the names of those that did not become live."""
    lost = []
    for figure in page.locator(".vega-figure").all():
        figure.scroll_into_view_if_needed()
        try:
            figure.and_(page.locator("[data-live]")).wait_for(timeout=15_000)
        except Exception:  # playwright's timeout: the figure never answered
            lost.append(figure.get_attribute("id"))
            continue
        if (
            figure.get_attribute("data-live") != "true"
            or figure.locator(".vega-live svg, .vega-live canvas").count() == 0
        ):
            lost.append(figure.get_attribute("id"))
    return lost


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def tooltip_of(page: Page, figure_selector: str) -> str:
    """Move over the marks of a live figure until a tooltip shows; return its text, or the empty string."""
    figure = page.locator(figure_selector)
    figure.scroll_into_view_if_needed()
    marks = figure.locator(
        ".vega-live .mark-rect path, .vega-live .mark-symbol path, .vega-live .mark-arc path"
    )
    for mark in marks.all()[:40]:
        box = mark.bounding_box()
        if not box or box["width"] * box["height"] == 0:
            continue
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2)
        tooltip = page.locator("#vg-tooltip-element.visible")
        page.wait_for_timeout(60)
        if tooltip.count():
            return tooltip.inner_text()
    return ""
