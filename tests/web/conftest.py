"""A small real library, and the app over it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from assistant.build import Assistant, build_assistant
from assistant.settings import AssistantSettings
from assistant.web.app import build_app
from ingest.pipeline import ingest_guidance
from knowledge.library import GUIDANCE_FOLDER

GUIDES = (
    "starting-together/your-first-meeting.md",
    "starting-together/your-first-meeting-as-a-mentor.md",
    "asking-and-listening/giving-advice-people-can-use.md",
    "first-job/mentoring-an-intern.md",
)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the index of four guides, made without weights."""
    folder = tmp_path_factory.mktemp("guides")
    for name in GUIDES:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(GUIDANCE_FOLDER / name, folder / name)
    home = tmp_path_factory.mktemp("home")
    settings = AssistantSettings(home=home, embedding_model="hash")
    assert not ingest_guidance(settings.library, folder=folder).failed
    return home


@pytest.fixture
async def assistant(home: Path, tmp_path: Path) -> AsyncIterator[Assistant]:
    """Return an assistant over a copy of the small library."""
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    assistant = build_assistant(AssistantSettings(home=copy, embedding_model="hash"))
    assistant.readiness.state = "ready"
    yield assistant
    await assistant.aclose()


@pytest.fixture
async def client(assistant: Assistant) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the whole app; its index is not built again."""
    transport = httpx.ASGITransport(build_app(assistant), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client
