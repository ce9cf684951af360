"""The assistant over the shipped guides, and a chat model's server on this machine."""

import json
import re
import threading
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant.build import Assistant
from assistant.conversation import Question, Reply
from assistant.memory import Memory
from assistant.settings import AssistantSettings
from knowledge.encoder import Encoder

OPINION = "The moon is a large green cheese that turns around the city of Paris"
"""A sentence no guide supports."""

Ask = Callable[..., Awaitable[Reply]]


@pytest.fixture(scope="session")
def board(
    library_home: Path, onnx_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    """Return the assistant over the shipped guides; its conversations are kept elsewhere."""
    assistant = Assistant(AssistantSettings(home=library_home), encoder=onnx_encoder)
    assistant.memory = Memory(tmp_path_factory.mktemp("conversations") / "memory.sqlite")
    yield assistant
    assistant.memory.close()
    assistant.retriever().close()


@pytest.fixture
def ask(board: Assistant) -> Ask:
    """Return a function that asks the assistant, each time in a thread of its own."""

    async def ask(text: str, **known: Any) -> Reply:
        known.setdefault("thread", uuid.uuid4().hex)
        return await board.answer(Question(text=text, **known))

    return ask


def first_sentence(passage: str) -> str:
    """Return the first sentence of a passage without its full stop."""
    return re.split(r"(?<=[.?!])[\"”]?\s", passage)[0].rstrip(".?!")


def good_pieces(passages: list[str]) -> list[str]:
    """Return an answer as a model would stream it: sentences of four passages, each marked."""
    words = " ".join(f"{first_sentence(p)} [{i}]." for i, p in enumerate(passages[:4], start=1))
    return [f"{word} " for word in words.split()]


@dataclass
class ModelServer:
    """An OpenAI-compatible server that streams; ``mode`` says how it behaves."""

    url: str = ""
    mode: str = "good"
    prompts: list[str] = field(default_factory=list)

    def pieces(self, passages: list[str]) -> list[str]:
        good = good_pieces(passages)
        return {
            "empty": [],
            "unknown markers": ["Begin here [9", "9] and [1", ", 88]. ", *good],
            "no markers": [re.sub(r" ?\[\d+\]", "", piece) for piece in good],
            "unsupported": [*good, f"{OPINION} [1]."],
        }.get(self.mode, good)


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            system = body["messages"][0]["content"]
            server.prompts.append(system)
            passages = re.findall(r"^\[\d+\] (.*)$", system, re.MULTILINE)
            if server.mode == "500":
                self.send_error(500, "the model has fallen over")
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            # "slow": the reader has stopped listening.
            with suppress(BrokenPipeError, ConnectionResetError):
                self._stream(server.pieces(passages))

        def _stream(self, pieces: list[str]) -> None:
            if server.mode == "slow":
                time.sleep(1.0)
            for number, piece in enumerate(pieces):
                if server.mode == "cut off" and number == 12:
                    self._send("{not json")
                    return
                choice = {"index": 0, "delta": {"role": "assistant", "content": piece}}
                self._send(json.dumps(_chunk(choice)))
            done = {"index": 0, "delta": {}, "finish_reason": "stop"}
            self._send(json.dumps(_chunk(done)))
            self._send("[DONE]")

        def _send(self, data: str) -> None:
            self.wfile.write(f"data: {data}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _chunk(choice: dict[str, Any]) -> dict[str, Any]:
    made = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "test"}
    return made | {"choices": [choice]}


@pytest.fixture
def model_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """Start the server and point langchain-openai at it."""
    made = ModelServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", made.url)
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    yield made
    http.shutdown()
    http.server_close()
    thread.join()
