"""The theme in a real browser, on the fixture book."""

import pytest

from tests.book.browser import PHONE, WIDE, chromium, make_figures_live, overflow, served, tooltip_of, visit


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(built):
    with served(built) as found:
        yield found


@pytest.fixture
def open_page(browser, address):
    contexts = []

    def opened(name: str, **settings):
        contexts.append(browser.new_context(**({"viewport": WIDE} | settings)))
        return visit(contexts[-1], address + name)

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", ["index.html", "nodes.html", "figures.html", "headline-claims.html"])
@pytest.mark.parametrize("width", [320, 390, 1360])
def test_page_fits_and_is_quiet(open_page, address, name, width):
    seen = open_page(name, viewport={"width": width, "height": 800})
    assert make_figures_live(seen.page) == []
    assert overflow(seen.page) <= 0
    assert seen.messages == []
    assert all(url.startswith(address) for url in seen.requests)


def test_far_figure_stays_a_picture_until_it_is_near(open_page):
    page = open_page("figures.html").page
    assert page.locator("#fig-again").get_attribute("data-live") is None
    assert page.locator("#fig-again .vega-static").is_visible()
    assert make_figures_live(page) == []
    assert not page.locator("#fig-again .vega-static").is_visible()


def test_figure_that_cannot_be_drawn_keeps_its_picture(browser, address):
    page = browser.new_context(viewport=WIDE).new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.route("**/vega.js", lambda route: route.abort())
    page.goto(address + "figures.html")
    page.locator("#fig-alerts[data-live=false]").wait_for(timeout=5_000)
    assert page.locator("#fig-alerts .vega-static").is_visible()
    assert any("Figure fig-alerts" in complaint for complaint in complaints)


def test_tooltip_names_the_year(open_page):
    page = open_page("figures.html").page
    make_figures_live(page)
    assert "2023" in tooltip_of(page, "#fig-alerts")


def test_slider_changes_the_chart(open_page):
    page = open_page("figures.html").page
    make_figures_live(page)
    bars = page.locator("#fig-alerts .vega-live .mark-rect path")
    assert bars.count() == 2
    page.locator("#fig-alerts input[type=range]").evaluate(
        "slider => { slider.value = 100; slider.dispatchEvent(new Event('input')); }"
    )
    page.wait_for_timeout(300)
    assert bars.count() == 1  # 40 alerts in 2023 fall below 100; 212 in 2024 do not


def test_filter_counts_the_rows_it_shows(open_page):
    box = open_page("headline-claims.html").page.locator(".filterable").first
    count, rows = box.locator(".filter-bar output"), box.locator("tbody tr").locator("visible=true")
    assert count.inner_text() == "3 of 3 shown"
    box.locator(".filter-bar input").fill("ARRESTS over")
    assert (count.inner_text(), rows.count()) == ("1 of 3 shown", 1)
    box.locator(".filter-bar input").fill("")
    box.locator(".filter-bar select").select_option("consistent")
    assert (count.inner_text(), rows.count()) == ("2 of 3 shown", 2)


def test_filter_of_cards_uses_their_classes(open_page):
    box = open_page("headline-claims.html").page.locator(".filterable").last
    box.locator(".filter-bar select").select_option("not_checkable")
    assert box.locator(".filter-bar output").inner_text() == "1 of 2 shown"
    assert box.locator("#claim-ho05").is_visible()
    assert not box.locator("#claim-ho04").is_visible()


def test_link_to_a_card_opens_it_and_lifts_the_filter(open_page):
    page = open_page("figures.html#claim-x1").page
    assert page.locator("#claim-x1").get_attribute("open") is not None
    page.locator(".filter-bar input").fill("second")
    assert not page.locator("#claim-x1").is_visible()
    page.evaluate("location.hash = ''")
    page.evaluate("location.hash = 'claim-x1'")
    page.locator("#claim-x1").wait_for(state="visible", timeout=2_000)


def test_search_loads_its_index_on_use_and_finds_a_section(open_page, address):
    seen = open_page("nodes.html")
    assert address + "search-index.js" not in seen.requests
    seen.page.locator(".search input").fill("pelican known")
    hit = seen.page.locator(".search-results a").first
    hit.wait_for(timeout=3_000)
    assert "What is known" in hit.inner_text()
    hit.click()
    seen.page.wait_for_url("**/index.html#what-is-known")


def test_search_that_finds_nothing_says_so(open_page):
    page = open_page("nodes.html").page
    page.locator(".search input").fill("quetzalcoatlus")
    page.locator(".search-results .none").wait_for(timeout=3_000)


def background(page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_dark_follows_the_system_and_the_button_is_remembered(open_page):
    page = open_page("index.html", color_scheme="dark").page
    dark = background(page)
    page.locator(".mode-button").click()
    light = background(page)
    assert dark != light == "rgb(255, 255, 255)"
    page.reload()
    assert background(page) == light


def test_menu_is_a_disclosure_on_a_phone(open_page):
    page = open_page("index.html", viewport=PHONE).page
    button, menu = page.locator(".menu-button"), page.locator("nav.menu")
    assert not menu.is_visible()
    button.click()
    assert menu.is_visible()
    assert button.get_attribute("aria-expanded") == "true"


def test_menu_and_figures_are_there_without_script(open_page):
    page = open_page("figures.html", viewport=PHONE, java_script_enabled=False).page
    assert page.locator("nav.menu").is_visible()
    assert page.locator("#fig-alerts .vega-static").is_visible()


def test_skip_link_is_first_and_shows_when_focused(open_page):
    page = open_page("index.html").page
    page.keyboard.press("Tab")
    box = page.locator(".skip").bounding_box()
    assert page.evaluate("document.activeElement.className") == "skip"
    assert box["x"] >= 0


def test_print_shows_the_pictures_and_hides_the_menu(open_page):
    page = open_page("figures.html").page
    make_figures_live(page)
    page.emulate_media(media="print")
    assert page.locator("#fig-alerts .vega-static").is_visible()
    assert not page.locator("#fig-alerts .vega-live").is_visible()
    assert not page.locator("nav.menu").is_visible()


def test_pages_work_from_a_folder(browser, built):
    seen = visit(browser.new_context(viewport=WIDE), (built / "figures.html").as_uri())
    assert make_figures_live(seen.page) == []
    seen.page.locator(".search input").fill("albatross")
    seen.page.locator(".search-results a").first.click()
    assert seen.page.locator("#claim-x1").get_attribute("open") is not None
    seen.page.locator('nav.menu a:has-text("The front page")').click()
    assert seen.page.locator("h1").inner_text() == "The front page"
    assert seen.messages == []


def test_prose_page_weighs_at_most_100_kb_and_figure_page_1_2_mb(open_page):
    assert open_page("nodes.html").weight <= 100_000
    figures = open_page("figures.html")
    make_figures_live(figures.page)
    assert 900_000 < figures.weight <= 1_200_000  # the bundle alone is 0.9 MB: it was counted
