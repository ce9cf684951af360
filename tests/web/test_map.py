"""The map of the library and the page of its sources, over a small real library."""

import base64
import hashlib
import re

import httpx
import pytest

from assistant.library_map import draw_library
from assistant.web.map_page import SHAPES, glyph, map_policy, render_map
from tests.web.conftest import GUIDES


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


async def test_the_map_shows_every_guide_with_its_whole_text(client: httpx.AsyncClient) -> None:
    page = await client.get("/library/map")
    assert page.status_code == 200
    slugs = {name.split("/")[1].removesuffix(".md") for name in GUIDES}
    assert set(re.findall(r'class="dot" href="#([^"]+)"', page.text)) == slugs
    assert set(re.findall(r'<article id="([^"]+)"', page.text)) == slugs
    for section in ("In short", "What to do", "What to say", "Bring in someone else", "Sources"):
        assert page.text.count(f"<h3>{section}</h3>") == len(slugs)
    assert "Mentoring an intern" in page.text
    assert 'data-topic="first-job' in page.text


async def test_its_policy_allows_its_own_style_and_script_and_nothing_else(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/library/map")
    policy = page.headers["content-security-policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    assert f"style-src '{_digest(style)}'" in policy
    assert f"script-src '{_digest(script)}'" in policy
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert not re.findall(r"unsafe|https?:|\*", policy)
    assert not re.findall(r"\son\w+=|\sstyle=|javascript:", page.text)
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_nothing_on_it_is_loaded_from_elsewhere(client: httpx.AsyncClient) -> None:
    text = (await client.get("/library/map")).text
    assert not re.findall(r'\ssrc=|<link[^>]*href="(?:https?:)?//|@import|url\((?!#)', text)


async def test_the_grid_counts_guides_and_the_library_leads_there(
    client: httpx.AsyncClient,
) -> None:
    text = (await client.get("/library/map")).text
    cells = re.findall(r'aria-label="[^"]+: (\d+) guides">(\d+)</button>', text)
    assert len(cells) == 3 * 3 * 4
    assert all(said == shown for said, shown in cells)
    library = (await client.get("/library")).text
    assert 'href="/library/map"' in library and 'href="/library/sources"' in library


async def test_the_page_for_a_disk_carries_its_policy_and_no_link_to_the_app(assistant) -> None:
    page = render_map(draw_library(assistant), served=False)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy.replace("&#39;", "'") == map_policy()
    assert not re.findall(r'href="/', page)


async def test_while_the_index_builds_both_pages_wait(client, assistant) -> None:
    assistant.readiness.state = "building"
    for path in ("/library/map", "/library/sources"):
        page = await client.get(path)
        assert page.status_code == 503
        assert "text/html" in page.headers["content-type"]


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_one_radius_cover_like_areas(shape: str) -> None:
    outline = glyph(shape, 10)
    assert outline.startswith("M") and outline.endswith("Z")
    areas = {
        "mentee": 314,
        "mentor": (2 * 8.9) ** 2,
        "leader": 12.5 * (12.5 + 8.5),
        "several": 2 * 12.5**2,
    }
    assert areas[shape] == pytest.approx(314, rel=0.2)


async def test_the_sources_stand_with_badge_and_the_guides_that_cite_them(
    client: httpx.AsyncClient, assistant
) -> None:
    page = (await client.get("/library/sources")).text
    guides = [assistant.guide(document.id) for document in assistant.guides()]
    cited = {id for guide in guides for id in guide.sources}
    assert set(re.findall(r'<li id="source-([^"]+)"', page)) == cited
    assert page.count('class="badge ') == len(cited)
    for guide in guides:
        assert page.count(f'href="/guide/{guide.slug}"') == len(guide.sources)
    strengths = re.findall(r'<section id="(\w+)"', page)
    assert strengths == [s for s in ("strong", "moderate", "practice") if s in strengths]


async def test_sources_are_filtered_by_kind(client: httpx.AsyncClient) -> None:
    whole = (await client.get("/library/sources")).text
    some = (await client.get("/library/sources", params={"kind": "study"})).text
    assert 0 < some.count('class="badge ') < whole.count('class="badge ')
    assert "Study ·" in some and "Review ·" not in some
    odd = await client.get("/library/sources", params={"kind": "<script>"})
    assert odd.status_code == 200 and "<script>" not in odd.text


async def test_a_source_names_no_address_that_is_none(client: httpx.AsyncClient) -> None:
    page = (await client.get("/library/sources")).text
    for address in re.findall(r'<h3><a href="([^"]+)"', page):
        assert address.startswith(("https://", "http://"))
