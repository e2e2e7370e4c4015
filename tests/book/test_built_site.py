"""The built site in a real browser. Needs `site/`: run `make book` first."""

from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from tests.book.browser import PHONE, WIDE, chromium, make_figures_live, overflow, served, tooltip_of, visit

SITE = Path(__file__).parents[2] / "site"
PAGES = sorted(path.name for path in SITE.glob("*.html"))
PROSE_PAGE_BYTES = 100_000
EXPLORER_PAGE_BYTES = 250_000
FIGURE_PAGE_BYTES = 1_200_000


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address():
    with served(SITE) as found:
        yield found


@pytest.fixture(scope="module")
def visits(browser, address):
    """Every page opened once on a phone's width, each figure scrolled to."""
    context = browser.new_context(viewport=PHONE)
    seen = {}
    for name in PAGES:
        seen[name] = visit(context, address + name)
        seen[name].lost = make_figures_live(seen[name].page)
        seen[name].live = seen[name].page.locator(".vega-figure").count() > 0
        seen[name].explored = seen[name].page.locator(".explorer").count() > 0
        seen[name].overflow = overflow(seen[name].page)
        seen[name].targets = seen[name].page.eval_on_selector_all(
            "a[href]", "links => links.map(link => link.href)"
        )
        seen[name].anchors = set(
            seen[name].page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
        )
        seen[name].page.close()
    yield seen
    context.close()


def test_the_site_is_built():
    assert "index.html" in PAGES, "site/ is not built; run `make book`"


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_nothing_of_third_parties(visits, address, name):
    assert [url for url in visits[name].requests if not url.startswith((address, "data:", "blob:"))] == []


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_console_message(visits, name):
    assert visits[name].messages == []


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_becomes_live(visits, name):
    assert visits[name].lost == []


@pytest.mark.parametrize("name", PAGES)
def test_page_does_not_overflow_a_phone(visits, name):
    assert visits[name].overflow <= 0


@pytest.mark.parametrize("name", PAGES)
def test_page_is_light(visits, name):
    visit = visits[name]
    limit = PROSE_PAGE_BYTES
    if visit.explored:
        limit = EXPLORER_PAGE_BYTES
    if visit.live:
        limit = FIGURE_PAGE_BYTES
    assert visits[name].weight <= limit, visits[name].bodies


def test_every_internal_link_and_anchor_resolves(visits, address):
    dead = []
    for name, seen in visits.items():
        for target in seen.targets:
            if not target.startswith(address):
                continue
            page, anchor = urldefrag(target)
            file = unquote(urlsplit(page).path.lstrip("/")) or "index.html"
            if not (SITE / file).is_file() or (anchor and unquote(anchor) not in visits[file].anchors):
                dead.append(f"{name} -> {target}")
    assert dead == []


def test_a_filter_shows_the_rows_that_hold_the_word(browser, address):
    name = next(name for name in PAGES if 'class="filterable' in (SITE / name).read_text(encoding="utf-8"))
    page = visit(browser.new_context(viewport=WIDE), address + name).page
    box = page.locator(".filterable").first
    table = box.locator("xpath=.//table[not(ancestor::details)]")
    rows = table.first.locator("tbody tr") if table.count() else box.locator("details")
    words = rows.last.inner_text().split()
    word = max(words, key=len)
    expected = sum(word.lower() in text.lower() for text in rows.all_text_contents())
    box.locator(".filter-bar input").fill(word)
    assert expected > 0
    assert box.locator(".filter-bar output").inner_text() == f"{expected} of {rows.count()} shown"
    assert rows.locator("visible=true").count() >= 1
    box.locator(".filter-bar input").fill("no row says this")
    assert rows.locator("visible=true").count() == 0


def test_a_tooltip_shows_what_a_mark_stands_for(browser, address):
    name = next(name for name in PAGES if 'class="vega-figure"' in (SITE / name).read_text(encoding="utf-8"))
    page = visit(browser.new_context(viewport=WIDE), address + name).page
    assert make_figures_live(page) == []
    figures = page.locator(".vega-figure").evaluate_all("all => all.map(one => one.id)")
    assert any(any(sign.isdigit() for sign in tooltip_of(page, f"#{figure}")) for figure in figures)


def test_the_site_opens_from_a_folder(browser):
    name = next(
        (name for name in PAGES if 'class="vega-figure"' in (SITE / name).read_text(encoding="utf-8")),
        PAGES[0],
    )
    seen = visit(browser.new_context(viewport=WIDE), (SITE / name).as_uri())
    assert make_figures_live(seen.page) == []
    seen.page.locator(".search input").fill("deployment")
    seen.page.locator(".search-results a").first.wait_for(timeout=5_000)
    assert seen.messages == []
    assert all(url.startswith(("file:", "data:", "blob:")) for url in seen.requests)
