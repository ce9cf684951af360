"""The JSON interface and the plain pages, over a small real library."""

import json
import re

import httpx
import pytest

from assistant.build import Assistant
from knowledge.errors import IndexDamagedError

FIRST_MEETING = {"text": "What do I do in my first meeting with my mentor?", "audience": "mentee"}
REPLY_KEYS = {
    "kind",
    "text",
    "citations",
    "searched",
    "profile",
    "follow_ups",
    "topics",
    "nearest",
    "contacts",
    "confidence",
    "engine",
    "timings_ms",
    "id",
    "thread",
}


async def test_ask_gives_the_reply_of_the_interface(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/ask", json=FIRST_MEETING)
    reply = response.json()
    assert response.status_code == 200
    assert reply.keys() >= REPLY_KEYS
    assert reply["profile"]["from"]["audience"] == "stated"
    assert reply["thread"]


async def test_ask_streams_the_same_turn_as_events(client: httpx.AsyncClient) -> None:
    headers = {"Accept": "text/event-stream"}
    response = await client.post("/api/ask", json=FIRST_MEETING, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    frames = re.findall(r"event: (\w+)\ndata: (.+)\n\n", response.text)
    assert frames[0][0] == "understood"
    assert frames[-1][0] == "finished"
    written = "".join(json.loads(data)["text"] for name, data in frames if name == "token")
    assert written.strip() == json.loads(frames[-1][1])["reply"]["text"].strip()


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "\0\0\0"},
        {"text": "word " * 3000},
        {"text": "hello", "stage": "grandmaster"},
        {"text": "hello", "unknown": 1},
        {},
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_question_that_cannot_be_asked_is_a_400_with_one_message(
    client: httpx.AsyncClient, body: dict[str, str], accept: str
) -> None:
    response = await client.post("/api/ask", json=body, headers={"Accept": accept})
    assert response.status_code == 400
    assert response.json().keys() == {"error"}
    assert "Traceback" not in response.text


async def test_text_that_is_no_json_is_refused_plainly(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    response = await client.post("/api/ask", content=b"\xff\xfe{", headers=headers)
    assert response.status_code == 400
    assert response.json().keys() == {"error"}


async def test_a_body_beyond_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/ask", json={"text": "x" * 300_000})).status_code == 413


async def test_topics_carry_their_source(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/topics", params={"audience": "mentor", "n": 3})
    assert response.status_code == 200
    body = response.json()
    assert body["profile"]["audience"] == "mentor"
    for topic in body["topics"]:
        assert topic["opening"]
        assert (await client.get(f"/api/guides/{topic['guide']}")).status_code == 200


async def test_search_gives_ranked_chunks(client: httpx.AsyncClient) -> None:
    hits = (await client.get("/api/search", params={"q": "first meeting", "k": 3})).json()
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits[0].keys() >= {"score", "chunk", "guide", "section", "text", "parts"}


async def test_guides_are_listed_and_read_whole(client: httpx.AsyncClient) -> None:
    guides = (await client.get("/api/guides")).json()
    assert len(guides) == 4
    guide = (await client.get("/api/guides/mentoring-an-intern")).json()
    assert guide["title"] == "Mentoring an intern"
    assert all(source["label"] and source["strength"] for source in guide["sources"])
    missing = await client.get("/api/guides/nothing")
    assert missing.status_code == 404
    assert "GET /api/guides" in missing.json()["error"]


async def test_an_unknown_address_is_a_plain_404(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/nothing")
    assert response.status_code == 404
    assert "Traceback" not in response.text


async def test_the_store_s_trouble_is_a_503(
    client: httpx.AsyncClient, assistant: Assistant
) -> None:
    await assistant.aclose()
    assistant.settings.library.catalogue_path.write_bytes(b"not a catalogue")
    assistant._retrievers.clear()
    response = await client.get("/api/search", params={"q": "first meeting"})
    assert response.status_code == 503
    assert "mentor ingest" in response.json()["error"]
    assert issubclass(IndexDamagedError, Exception)


async def test_while_the_index_builds_questions_are_put_off_with_progress(
    client: httpx.AsyncClient, assistant: Assistant
) -> None:
    readiness = assistant.readiness
    readiness.state, readiness.step, readiness.done, readiness.total = "building", "embedding", 3, 9
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert (ready.json()["done"], ready.json()["total"]) == (3, 9)
    assert (await client.get("/healthz")).status_code == 200
    asked = await client.post("/api/ask", json=FIRST_MEETING)
    assert asked.status_code == 503
    assert "3 of 9" in asked.json()["error"]
    page = await client.get("/library")
    assert page.status_code == 503
    assert "3 of 9" in page.text
    assert "text/html" in page.headers["content-type"]
    assert (await client.get("/")).status_code == 200
    readiness.state = "ready"
    assert (await client.get("/readyz")).status_code == 200


async def test_a_guide_s_page_has_every_section_and_source(client: httpx.AsyncClient) -> None:
    page = await client.get("/guide/mentoring-an-intern")
    assert page.status_code == 200
    assert '<html lang="en">' in page.text
    for anchor in ("in-short", "what-to-do", "what-to-say", "topics-to-raise", "sources"):
        assert f'id="{anchor}"' in page.text
    cited = set(re.findall(r'href="#(source-[^"]+)"', page.text))
    assert cited
    assert all(f'id="{anchor}"' in page.text for anchor in cited)
    assert (await client.get("/guide/nothing")).status_code == 404


async def test_a_strange_address_is_shown_as_text(client: httpx.AsyncClient) -> None:
    page = await client.get("/guide/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>" not in page.text


async def test_the_library_is_filtered_by_chair_and_stage(client: httpx.AsyncClient) -> None:
    whole = (await client.get("/library")).text
    assert whole.count("<li><a") == 4
    mentees = (await client.get("/library", params={"audience": "mentee"})).text
    assert 'href="/guide/your-first-meeting"' in mentees
    assert 'href="/guide/mentoring-an-intern"' not in mentees
    assert (await client.get("/library", params={"stage": "nonsense"})).status_code == 200


async def test_the_interface_is_described_without_leaving_the_house(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/docs")
    assert "POST /api/ask" in page.text
    assert "mentee | mentor | leader" in page.text
    assert "<script" not in page.text
    assert (await client.get("/openapi.json")).status_code == 200


async def test_no_page_names_anything_to_load_from_elsewhere(client: httpx.AsyncClient) -> None:
    for path in ("/library", "/guide/mentoring-an-intern", "/docs"):
        text = (await client.get(path)).text
        assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', text)
