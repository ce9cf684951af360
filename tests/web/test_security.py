"""Headers, limits, and the port."""

import socket

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from assistant.web.app import is_loopback, listen, privacy_line
from assistant.web.error import install_errors
from assistant.web.limit import Limits, TokenBuckets
from assistant.web.security import APP_POLICY, PLAIN_POLICY, SecurityHeaders
from knowledge.errors import SettingsError


def serve(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://board.test")


async def test_every_response_carries_the_headers() -> None:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)

    @app.get("/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse(iter(["a", "b"]))

    async with serve(app) as client:
        for path in ("/stream", "/nowhere"):
            headers = (await client.get(path)).headers
            assert headers["content-security-policy"] == APP_POLICY
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert "camera=()" in headers["permissions-policy"]
        plain = await client.get("/guide/any")
        assert plain.headers["content-security-policy"] == PLAIN_POLICY


def test_the_policies_let_nothing_out() -> None:
    for policy in (APP_POLICY, PLAIN_POLICY):
        assert "http:" not in policy
        assert "https:" not in policy
        assert "*" not in policy
        assert "form-action 'self'" in policy


def test_a_bucket_empties_and_fills_again() -> None:
    now = [0.0]
    buckets = TokenBuckets(burst=2, per_second=1, clock=lambda: now[0])
    assert [buckets.take("a"), buckets.take("a")] == [0, 0]
    assert buckets.take("a") == pytest.approx(1)
    assert buckets.take("b") == 0
    now[0] = 1.0
    assert buckets.take("a") == 0


async def test_too_many_requests_are_told_when_to_come_back() -> None:
    app = FastAPI()
    app.add_middleware(Limits, buckets=TokenBuckets(burst=1, per_second=0.5))
    app.get("/api/x")(lambda: {})
    app.get("/guide/x")(lambda: {})
    async with serve(app) as client:
        assert (await client.get("/api/x")).status_code == 200
        refused = await client.get("/api/x")
        assert refused.status_code == 429
        assert "Wait" in refused.json()["error"]
        assert int(refused.headers["retry-after"]) >= 1
        assert (await client.get("/guide/x")).status_code == 200


async def test_a_body_that_is_too_large_is_refused_declared_or_not() -> None:
    app = FastAPI()
    install_errors(app)
    app.add_middleware(Limits, max_body=100)

    @app.post("/api/x")
    async def read(body: dict[str, str]) -> dict[str, int]:
        return {"size": len(body)}

    async def in_pieces():  # type: ignore[no-untyped-def]
        for _ in range(5):
            yield b"x" * 50

    async with serve(app) as client:
        headers = {"content-type": "application/json"}
        assert (await client.post("/api/x", content=b"x" * 101, headers=headers)).status_code == 413
        refused = await client.post("/api/x", content=in_pieces(), headers=headers)
        assert refused.status_code == 413
        assert "error" in refused.json()
        assert (await client.post("/api/x", json={"a": "b"})).status_code == 200


def test_a_port_in_use_names_the_port_and_the_command_for_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as refused:
            listen("127.0.0.1", port)
    assert f"Port {port}" in str(refused.value)
    assert "in use" in str(refused.value)
    assert f"mentor serve --port {port + 1}" in str(refused.value)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("203.0.113.1", 7860)])
def test_an_address_that_cannot_be_opened_says_so(host: str, port: int) -> None:
    with pytest.raises(SettingsError, match="mentor serve --port"):
        listen(host, port)


def test_listening_starts_at_once() -> None:
    with listen("127.0.0.1", 0) as listener:
        socket.create_connection(listener.getsockname(), timeout=1).close()


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False)],  # noqa: S104
)
def test_a_page_that_others_can_open_does_not_say_this_computer(host: str, own: bool) -> None:
    assert is_loopback(host) is own
    assert ("this computer" in privacy_line("", shared=not is_loopback(host))) is own


def test_a_chat_model_is_named_where_questions_go() -> None:
    assert "openai:gpt" in privacy_line("openai:gpt")
    assert "Nothing is sent" not in privacy_line("openai:gpt")
