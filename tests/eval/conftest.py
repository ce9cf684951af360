"""An OpenAI-compatible server on this machine that gives verdicts."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class JudgeServer:
    """``verdict`` turns the request's messages into the text of the answer."""

    verdict: Callable[[list[dict[str, Any]]], str] = lambda messages: "{}"
    requests: list[dict[str, Any]] = field(default_factory=list)


def _handler(server: JudgeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.requests.append(body)
            message = {"role": "assistant", "content": server.verdict(body["messages"])}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            made = {"id": "x", "object": "chat.completion", "created": 0, "model": "test"}
            data = json.dumps(made | {"choices": [choice], "usage": usage}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def judge_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JudgeServer]:
    """Start the server and point langchain-openai at it."""
    made = JudgeServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{http.server_address[1]}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    yield made
    http.shutdown()
    http.server_close()
    thread.join()
