"""The real app on a free port, over the real guidance, in a folder of its own; and a browser."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlparse
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SERVE = (
    "from assistant.settings import AssistantSettings\n"
    "from assistant.web.app import run\n"
    "run(AssistantSettings.load(), '127.0.0.1', {port})"
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INTERRUPTED = re.compile("AbortError|Connection errored out")
PATIENCE = 900
"""Seconds a first build of the index may take on a slow machine."""


def find_browser() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Board:
    """The running app, and how to stop it."""

    url: str
    process: subprocess.Popen[bytes]

    def is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, TimeoutError, ConnectionError):
            return False

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            assert self.process.poll() is None, "the app stopped by itself"
            assert time.monotonic() < deadline, f"not ready after {PATIENCE} seconds"
            time.sleep(0.5)


@dataclass
class Watched:
    """A context of the browser with everything it asked for and complained about."""

    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, url: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )
        page.goto(url)
        return page

    def reload(self, page: Page) -> None:
        """Load the page again; that its open streams break off is said, and is as it should be."""
        before = len(self.complaints)
        page.reload()
        said = self.complaints[before:]
        self.complaints[before:] = [line for line in said if not INTERRUPTED.search(line)]

    @property
    def abroad(self) -> list[str]:
        hosts = ((url, urlparse(url)) for url in self.requests)
        return [
            url
            for url, parts in hosts
            if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1"
        ]


@pytest.fixture(scope="session")
def starting_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """Start the app; its index is still being built."""
    if find_browser() is None:
        pytest.skip("no browser: install Chromium, or name one with CHROMIUM=")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("mentor-home")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MENTOR_")}
    with (home / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE.format(port=port)],
            cwd=ROOT,
            env=environment | {"MENTOR_HOME": str(home)},
            stderr=log,
        )
        board = Board(f"http://127.0.0.1:{port}", process)
        yield board
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def board(starting_board: Board) -> Board:
    """Return the app with its index built."""
    starting_board.wait_until_ready()
    return starting_board


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser; it ends with the module, because it holds the thread's event loop."""
    path = find_browser()
    if path is None:
        pytest.skip("no browser: install Chromium, or name one with CHROMIUM=")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Return a fresh context; afterwards nothing may have left this machine or gone wrong."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    watched = Watched(context)
    context.on("request", lambda request: watched.requests.append(request.url))
    yield watched
    context.close()
    assert watched.requests
    assert not watched.abroad
    assert not watched.complaints
