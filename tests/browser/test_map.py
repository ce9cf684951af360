"""The map of the library in a real browser: by mouse, by keyboard, by touch, and from a disk."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Board, Watched

pytestmark = pytest.mark.browser


def counted(page: Page) -> int:
    return int(page.locator("#count").inner_text().split()[0])


def test_guides_are_found_opened_and_closed_again(board: Board, watched: Watched) -> None:
    page = watched.open(f"{board.url}/library")
    page.get_by_role("link", name="See them on a map").click()
    dots = page.locator(".dot")
    whole = dots.count()
    assert counted(page) == whole > 200
    dots.nth(20).hover()
    expect(page.locator("#tip")).to_be_visible()
    expect(page.locator("#tip b")).to_have_text(dots.nth(20).get_attribute("aria-label") or "")
    page.locator("#words").fill("silence")
    page.locator("fieldset input[value=mentor]").check(force=True)
    found = counted(page)
    assert 0 < found < whole
    assert page.locator(".dot:not(.out)").count() == found
    page.locator(".dot:not(.out)").first.click()
    reader = page.locator("#reader")
    expect(reader).to_be_visible()
    expect(reader.locator("article:visible h3").first).to_have_text("In short")
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#count")).to_have_text(f"{whole} guides")


def test_a_number_of_the_grid_shows_its_guides(board: Board, watched: Watched) -> None:
    page = watched.open(f"{board.url}/library/map")
    cell = page.locator(".grid button").nth(7)
    cell.click()
    assert counted(page) == int(cell.inner_text())


def test_the_keyboard_walks_the_map_and_comes_back(board: Board, watched: Watched) -> None:
    page = watched.open(f"{board.url}/library/map")
    page.get_by_role("button", name="Show all").focus()
    page.keyboard.press("Tab")
    first = page.locator(".dot:focus")
    expect(first).to_have_count(1)
    met = {first.get_attribute("href")}
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
        there = page.locator(".dot:focus").get_attribute("href")
        met.add(there)
    assert len(met) > 1
    page.keyboard.press("Enter")
    expect(page.locator(f"article{there}")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(f".dot[href='{there}']")).to_be_focused()


def test_on_a_phone_the_first_touch_names_and_the_second_opens(
    board: Board, browser: Browser
) -> None:
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    page.goto(f"{board.url}/library/map")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    dot = page.locator(".dot").nth(60)
    dot.tap()
    expect(page.locator("#tip")).to_be_visible()
    expect(page.locator("#reader")).to_be_hidden()
    page.locator("#tip a").tap()
    expect(page.locator("#reader")).to_be_visible()
    phone.close()


def test_from_a_disk_it_needs_nothing_else(board: Board, browser: Browser, tmp_path: Path) -> None:
    """Open the page as a file, and read a guide without any script."""
    from urllib.request import urlopen

    with urlopen(f"{board.url}/library/map") as answer:
        (tmp_path / "map.html").write_bytes(answer.read())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "map.html").as_uri())
    expect(page.locator("#filters")).to_be_hidden()
    page.locator(".dot").nth(5).click()
    expect(page.locator("#reader article:visible")).to_have_count(1)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()
