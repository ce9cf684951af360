"""What the three people do on the first day, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Board, Watched

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
ANSWER_WITHIN = 20_000
SALARY = "What salary should I demand as a product manager in Leeds?"
INTERN = "I meet my intern for the first time tomorrow, what should I cover?"


def sit(page: Page, chair: str, stage: str | None = None) -> None:
    """Choose a door, and a stage."""
    page.locator(f"#doors input[value={chair}]").check()
    if stage:
        page.locator(f"#stages input[value={stage}]").check()


def ask(page: Page, text: str) -> None:
    """Type a question and wait for its answer."""
    turns = page.locator(".turn:not(.live)").count()
    page.get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")
    wait_for_turns(page, turns + 1)


def wait_for_turns(page: Page, count: int) -> None:
    expect(page.locator(".turn:not(.live)")).to_have_count(count, timeout=ANSWER_WITHIN)


def quotes(page: Page) -> list[str]:
    return page.locator("#live .card blockquote").all_inner_texts()


def test_while_the_index_builds_the_page_is_open_and_a_question_waits(
    starting_board: Board, watched: Watched
) -> None:
    page = watched.open(starting_board.url)
    expect(page.locator("#doors")).to_be_visible()
    if not starting_board.is_ready():
        expect(page.locator("#progress .progress")).to_be_visible()
    page.get_by_label("Your question").fill(INTERN)
    page.keyboard.press("Enter")
    expect(page.locator(".asked")).to_contain_text(INTERN)
    starting_board.wait_until_ready()
    wait_for_turns(page, 1)
    expect(page.locator("#live .card").first).to_be_visible()
    expect(page.locator("#progress .progress")).to_have_count(0)


def test_a_mentee_asks_and_follows_up(board: Board, watched: Watched) -> None:
    page = watched.open(board.url)
    sit(page, "mentee", "mid")
    ask(
        page,
        "After eight years as an analyst I want to move into product. How do I raise it with my mentor?",
    )
    first = quotes(page)
    assert first
    expect(page.locator("#live .searched")).not_to_contain_text("Assuming")
    ask(page, "And what if she says no?")
    searched = page.locator("#live .searched").inner_text()
    assert len(searched) > len("Searched for: And what if she says no?")
    assert quotes(page) != first


def test_a_mentee_learns_in_mid_conversation_where_the_library_ends(
    board: Board, watched: Watched
) -> None:
    page = watched.open(board.url)
    sit(page, "mentee", "mid")
    ask(page, "I want to move into product. How do I raise it with my mentor?")
    ask(page, SALARY)
    expect(page.locator("#live .sources")).to_have_count(0)
    expect(page.locator("#live .chips button").first).to_be_visible()


def test_a_new_mentor_prepares_a_first_meeting_and_meets_a_disclosure(
    board: Board, watched: Watched
) -> None:
    page = watched.open(board.url)
    sit(page, "mentor", "entry")
    ask(page, INTERN)
    assert page.locator("#live a.marker").count() >= 3
    page.locator("#live .chips button").first.click()
    wait_for_turns(page, 2)
    ask(page, "My mentee told me that she is being harassed by her manager.")
    contacts = page.locator("#live .contacts")
    expect(contacts).to_be_visible()
    first = page.locator("#live .answer > :not(.hidden)").first
    expect(first).to_have_class("contacts")
    expect(page.locator("#live .answer")).to_contain_text("Stop the mentoring talk and listen.")
    expect(page.locator("#live .sources")).to_contain_text("harassment")


def test_a_leader_makes_an_agenda_and_takes_a_topic_into_the_chat(
    board: Board, watched: Watched
) -> None:
    page = watched.open(board.url)
    sit(page, "leader", "mid")
    page.get_by_label("What is it for?").fill("a report who was passed over for promotion")
    page.get_by_role("button", name="Suggest topics").click()
    expect(page.locator(".topic .why").first).to_contain_text("promotion")
    expect(page.locator(".topic")).to_have_count(6)
    opening = page.locator(".topic .opening").first.inner_text().strip("“”")
    page.get_by_role("button", name="Add to agenda").nth(1).click()
    page.get_by_role("button", name="Add to agenda").first.click()
    expect(page.locator("#agenda")).to_contain_text("30 min")
    page.locator("#minutes input[value='45']").check()
    expect(page.locator("#agenda")).to_contain_text("45 min")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as Markdown").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert opening in text
    page.get_by_role("button", name="Ask this").first.click()
    wait_for_turns(page, 1)
    expect(page.locator(".asked")).to_contain_text(opening)
    assert quotes(page)


def test_the_assumption_is_shown_when_inferred_and_changed_with_a_tap(
    board: Board, watched: Watched
) -> None:
    page = watched.open(board.url)
    ask(page, "As a mentor, how do I handle a mentee who keeps cancelling?")
    assumed = page.locator("#live .searched summary")
    expect(assumed).to_contain_text("Assuming: mentor")
    assumed.click()
    page.locator("#live .assume button[data-audience=mentee]").click()
    wait_for_turns(page, 2)
    expect(page.locator("#doors input[value=mentee]")).to_be_checked()
    expect(page.locator("#live .searched")).not_to_contain_text("Assuming: mentor")


def test_a_refresh_keeps_the_conversation_and_a_second_browser_sees_nothing(
    board: Board, watched: Watched, browser: Browser
) -> None:
    page = watched.open(board.url)
    sit(page, "mentor", "entry")
    ask(page, INTERN)
    watched.reload(page)
    wait_for_turns(page, 1)
    expect(page.locator(".asked")).to_contain_text(INTERN)
    expect(page.locator("#doors input[value=mentor]")).to_be_checked()
    ask(page, "And the second week?")
    wait_for_turns(page, 2)
    with browser.new_context() as other:
        second = other.new_page()
        second.goto(board.url)
        expect(second.locator(".topic").first).to_be_visible()
        expect(second.locator(".turn")).to_have_count(0)
    page.get_by_role("button", name="Forget this conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    watched.reload(page)
    expect(page.locator(".topic").first).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_marker_opens_its_card_and_the_card_the_guide(board: Board, watched: Watched) -> None:
    page = watched.open(board.url)
    ask(page, INTERN)
    marker = page.locator("#live a.marker").nth(1)
    number = marker.inner_text()
    marker.click()
    card = page.locator("#live .card.found")
    expect(card).to_be_focused()
    expect(card.locator(".number")).to_have_text(number)
    with page.expect_popup() as opened:
        card.locator(".where a").click()
    guide = opened.value
    guide.wait_for_load_state()
    assert "/guide/" in guide.url
    assert guide.locator(f"[id='{guide.url.split('#')[1]}']").count() == 1


def test_what_was_typed_stays_when_a_question_cannot_be_asked(
    board: Board, watched: Watched
) -> None:
    page = watched.open(board.url)
    page.get_by_label("Your question").fill("?!…")
    page.keyboard.press("Enter")
    expect(page.locator("#live .notice")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value("?!…")


def test_the_policy_blocks_a_picture_from_elsewhere(board: Board, browser: Browser) -> None:
    with browser.new_context() as context:
        failed: list[str] = []
        finished: list[str] = []
        context.on("requestfailed", lambda request: failed.append(request.url))
        context.on("requestfinished", lambda request: finished.append(request.url))
        page = context.new_page()
        page.goto(board.url)
        broken = page.evaluate(
            """() => new Promise((resolve) => {
              document.addEventListener("securitypolicyviolation", (event) => resolve(event.blockedURI));
              const picture = new Image();
              picture.src = "http://192.0.2.1/leak.png";
              document.body.append(picture);
            })"""
        )
        assert broken == "http://192.0.2.1/leak.png"
        assert broken not in finished


def test_everything_can_be_done_with_the_keyboard(board: Board, watched: Watched) -> None:
    page = watched.open(board.url)
    expect(page.locator(".topic").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    press_until(page, "Tab", "#doors input")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#doors input[value=mentor]")).to_be_checked()
    press_until(page, "Tab", "#question textarea")
    page.keyboard.type(INTERN)
    page.keyboard.press("Enter")
    wait_for_turns(page, 1)
    press_until(page, "Shift+Tab", "#live .chips button")
    press_until(page, "Shift+Tab", "#live a.marker")
    page.keyboard.press("Enter")
    expect(page.locator("#live .card.found")).to_be_focused()
    assert page.evaluate("document.documentElement.lang") == "en"


def press_until(page: Page, key: str, selector: str) -> None:
    for _ in range(80):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached with {key}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_state_fits_the_screen(
    board: Board, browser: Browser, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 844 if width == 390 else 900}
    with browser.new_context(
        viewport=size, color_scheme=scheme, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        page.goto(board.url)
        expect(page.locator(".topic").first).to_be_visible()
        dark = page.evaluate("document.body.classList.contains('dark')")
        assert dark is (scheme == "dark")
        keep(page, "first", width, scheme)
        page.get_by_role("button", name="Add to agenda").first.click()
        page.locator(".agenda").scroll_into_view_if_needed()
        keep(page, "topics", width, scheme)
        ask(page, INTERN)
        keep(page, "answer", width, scheme)
        page.locator("#live a.marker").nth(1).click()
        keep(page, "source", width, scheme)
        ask(page, "My mentee told me that she is being harassed by her manager.")
        keep(page, "refer", width, scheme)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".turn")).to_have_count(0)
        ask(page, SALARY)
        expect(page.locator("#live .answer")).to_contain_class("decline")
        keep(page, "decline", width, scheme)
        for name, path in (("guide", "guide/mentoring-an-intern"), ("library", "library")):
            page.goto(f"{board.url}/{path}")
            keep(page, name, width, scheme)


def keep(page: Page, state: str, width: int, scheme: str) -> None:
    """Save a picture, and see that nothing sticks out and the box can be reached."""
    page.wait_for_timeout(300)
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{state}-{width}-{scheme}.png")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{state} scrolls sideways by {wide} pixels at {width}"
    if page.locator("#question").count():
        expect(page.locator("#question textarea")).to_be_in_viewport()
