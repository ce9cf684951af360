"""The filter for what the assistant writes."""

import pytest

from assistant.web.markdown import render, settled

WORK = "https://doi.org/10.1016/j.jvb.2007.09.008"


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://evil.test/leak.png)",
        "![x](//evil.test/leak.png)",
        "![x][1]\n\n[1]: http://evil.test/leak.png",
        "[![x](http://evil.test/a.png)](http://evil.test)",
        '<img src="http://evil.test/leak.png">',
        '<form action="http://evil.test"><button>go</button></form>',
        "<style>@import url(http://evil.test/a.css)</style>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<http://evil.test/>",
        "[x](//evil.test)",
        "[x](/\\evil.test)",
        "[x](/gradio_api/file=/etc/passwd)",
    ],
)
def test_nothing_can_be_fetched_or_followed(text: str) -> None:
    html = render(text)
    assert not any(tag in html for tag in ("<img", "<form", "<style", "<script", "<a ", "<button"))


def test_a_dropped_link_keeps_its_words() -> None:
    assert render("See [their **site**](http://evil.test) now.") == (
        "<p>See their <strong>site</strong> now.</p>\n"
    )


@pytest.mark.parametrize("url", ["/guide/your-first-meeting", "/guide/a-b#what-to-do", "/library"])
def test_links_to_our_own_pages_stay(url: str) -> None:
    assert f'href="{url}"' in render(f"[more]({url})")


def test_a_link_stays_only_when_its_work_is_catalogued() -> None:
    assert f'href="{WORK}"' in render(f"[study]({WORK})", sources={WORK})
    assert "href" not in render(f"[study]({WORK})")


def test_a_catalogued_address_that_is_no_web_address_is_not_linked() -> None:
    assert "href" not in render("[x](javascript:void)", sources={"javascript:void"})


def test_a_marker_with_a_source_becomes_a_link_to_it() -> None:
    html = render("Ask first. [1][2]", anchor="t1", markers={1})
    assert 'href="#s-t1-1"' in html
    assert "[2]" in html


def test_a_marker_is_not_a_way_out() -> None:
    html = render("[1](http://evil.test) [2]\n\n[2]: http://evil.test", anchor="t", markers={1, 2})
    assert "evil.test" not in html.replace("[2]: http://evil.test", "").replace(
        ": http://evil.test", ""
    )
    assert 'href="http' not in html


def test_an_anchor_is_escaped() -> None:
    assert '"x' not in render("[1]", anchor='"x', markers={1}).replace('"#s-', "")


def test_markers_in_code_stay_as_they_are() -> None:
    assert "<code>[1]</code>" in render("`[1]`", anchor="t", markers={1})


def test_headings_leave_room_for_the_page_s_own() -> None:
    assert render("# One\n\n#### Four") == "<h3>One</h3>\n<h4>Four</h4>\n"


@pytest.mark.parametrize(
    ("growing", "shown"),
    [
        ("Look: !", "Look: "),
        ("Look: ![a", "Look: "),
        ("Look: ![a](http://evil", "Look: "),
        ("Read [the", "Read "),
        ("Read [the](http://evil.test/", "Read "),
        ("Then [1", "Then "),
        ("Then <img src=", "Then "),
        ("Be **", "Be "),
        ("Then [1] go", "Then [1] go"),
        ("Plain words", "Plain words"),
    ],
)
def test_an_unfinished_construct_is_held_back(growing: str, shown: str) -> None:
    assert settled(growing) == shown


def test_no_moment_of_a_streamed_text_shows_an_address() -> None:
    text = 'A ![x](http://evil.test/a.png) b [y](http://evil.test) <img src="http://evil.test"> c'
    for end in range(len(text)):
        html = render(settled(text[:end]))
        assert "<img" not in html
        assert "href" not in html
    assert "evil" not in render(settled(text[: text.index("<img") + 12]))
