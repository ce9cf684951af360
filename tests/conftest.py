"""What every test shares: a closed network, a clean environment, and small real parts.

There are no mocks of our own code. `HashEncoder` ships and is small; SQLite and Chroma are real
and live in `tmp_path`; the packaged weights are exported once a session.
"""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.prepare import prepare_graphs
from ingest.pipeline import IngestReport, ingest_guidance
from knowledge.catalogue import Catalogue
from knowledge.encoder import Encoder, HashEncoder, load_encoder
from knowledge.reference_encoder import SentenceTransformerEncoder
from knowledge.settings import LibrarySettings
from knowledge.weights import packaged_weights

QUIET = {
    "HF_HUB_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
}
_PROVIDERS = ("OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_", "OLLAMA_", "LANGSMITH_", "LANGCHAIN_")


def _clean(environ: MutableMapping[str, str]) -> None:
    for name in [name for name in environ if name.startswith(("MENTOR_", *_PROVIDERS))]:
        del environ[name]
    environ.update(QUIET)


# Some libraries read these when they are imported, which is before any fixture runs.
_clean(os.environ)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a developer keep the export and the index from one run to the next."""
    parser.addoption("--mentor-home", help="a folder to keep the shared index in")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove our settings and everybody's keys; switch telemetry off."""
    for name in [name for name in os.environ if name.startswith(("MENTOR_", *_PROVIDERS))]:
        monkeypatch.delenv(name)
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)


class ReachedOutError(RuntimeError):
    """Raised when a test opens a connection that leaves this machine."""


def _stays_here(host: object) -> bool:
    if host in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    """Let sockets connect to this machine only."""

    def guard(real: Callable[..., Any]) -> Callable[..., Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _stays_here(address[0]):
                raise ReachedOutError(f"a test tried to reach {address}")
            return real(self, address)

        return connect

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if not _stays_here(name):
            raise ReachedOutError(f"a test tried to look up {name!r}")
        return resolve(host, *args, **kwargs)

    resolve = socket.getaddrinfo
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guard(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guard(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", look_up)
        yield


@pytest.fixture
def settings(tmp_path: Path) -> LibrarySettings:
    """Return settings of a home of the test's own, with the hash encoder."""
    return LibrarySettings(home=tmp_path / "home", embedding_model="hash")


@pytest.fixture
def encoder() -> HashEncoder:
    """Return the encoder that needs no weights."""
    return HashEncoder()


@pytest.fixture(scope="session")
def mentor_home(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """Return the home whose export of the packaged weights the session shares."""
    kept = pytestconfig.getoption("--mentor-home")
    return Path(kept) if kept else tmp_path_factory.mktemp("mentor-home")


@pytest.fixture(scope="session")
def onnx_encoder(mentor_home: Path) -> Encoder:
    """Return the packaged encoder as it is served, exported once a session."""
    return load_encoder(LibrarySettings(home=mentor_home))


@pytest.fixture(scope="session")
def library_home(mentor_home: Path, onnx_encoder: Encoder) -> Path:
    """Return the home whose index holds the shipped guides, made once a session as `mentor ingest` does."""
    settings = LibrarySettings(home=mentor_home)
    prepare_graphs(settings, lambda step: None)
    report = ingest_guidance(settings, encoder=onnx_encoder)
    assert not report.failed
    return mentor_home


@pytest.fixture(scope="session")
def reference_encoder() -> SentenceTransformerEncoder:
    """Return the packaged weights in sentence-transformers."""
    return SentenceTransformerEncoder(packaged_weights())


_FRONT = """---
title: {title}
summary: How to {act} and what to do with what you hear.
audience: [{audience}]
stages: [entry, mid, senior]
phase: [initiation, cultivation, separation, redefinition]
topics: [feedback]
questions:
  - How do I {act}?
  - What is a good moment to {act}?
  - Is it rude to {act} in a meeting?
  - Can I {act} by e-mail?
  - Who should {act} first?
  - I have worked here for a year, my manager never says a word about my work, and I would like to {act} without sounding needy. Where do I begin?
  - Every time I try to {act} the answer is that all is fine, and then the review says something else. What can I do about it before the next one?
related: [{related}]
sources: [pooled-2004, body-2020]
reviewed: 2026-11
---
"""

_BODY = """
## In short

To {act}, pick one piece of work, ask one person who saw it, and ask for one thing to keep and one thing to change. Write the answer down on the same day and say what you will try. Go back in a month and show what came of it. [@pooled-2004]

## Why it works

- Research finds that people who {act} often do a little better at work than people who wait. The link is small and the studies differ. [@pooled-2004]
- Many guides suggest naming one meeting or one page before you {act}, since a narrow request is easy to answer. [@body-2020]

## What to do

1. **On Monday, choose one piece of work to {act} about.** Take something a colleague saw from start to end, such as a talk or a report. You have chosen well if you can name it in five words.
2. **On Tuesday, send two lines that {act} plainly.** Say which piece of work you mean, what you wonder about, and that ten minutes are enough. The note worked when a time comes back.
3. **In the talk, {act} with two open questions.** Ask what helped and what got in the way, then count to five. Write the words down as they were said, not as you would have liked them.
4. **On the same day, thank the person you chose to {act} with.** Say which one thing you will try and by when. A promise with a date is kept more often than a promise without one.
5. **After a month, {act} again about the same thing.** Show the person what you changed and ask whether it shows. If nothing changed, choose something smaller and try for two more weeks.

## What to say

- To open: "Could I have ten minutes to {act} about the talk on Monday?"
- When the answer is vague: "What is one thing you would have done in my place?"
- To close: "Thank you. I will try that by the end of the month and show you."

## Topics to raise

- **The work you saw** – Which part of it would you keep when you {act} with others?
- **The habit** – How did you learn to {act} in your first years?
- **The limits** – Whom would you rather not {act} with?

## Watch out for

- **Asking for everything.** A wide request gets a kind word; ask about one page when you {act}.
- **Arguing at once.** An answer to every point ends the talk when you {act}; write it down and sleep on it.

## Bring in someone else

If the talk turns into threats or insults when you {act}, stop it and speak to a person you trust in the people team within the week. {padding}
"""

_SOURCES = """
- {id: pooled-2004, authors: "Allen, T.; Eby, L.; Poteet, M.", year: 2004, title: Pooled, venue: J, kind: meta-analysis, doi: 10.1/x, checked: primary, findings: [One.]}
- {id: body-2020, authors: A Body, year: null, title: Guide, kind: professional-body, url: "https://example.org/x", checked: secondary}
"""


def build_guide_text(
    act: str, *, title: str = "", audience: str = "mentee", related: str = "ask-for-feedback"
) -> str:
    """Return a guide in which the lint finds nothing, about one act."""
    padding = " ".join(
        f"A friend who can {act} with you in week {week} counts as well." for week in range(1, 9)
    )
    title = title or f"How to {act}"
    front = _FRONT.format(title=title, act=act, audience=audience, related=related)
    return front + _BODY.format(act=act, padding=padding)


@dataclass(frozen=True)
class Guidance:
    """A folder of guides with its bibliography and topics, to write into."""

    folder: Path
    sources: Path

    def path(self, slug: str) -> Path:
        """Return the file of a guide."""
        return self.folder / "feedback" / f"{slug}.md"

    def write(self, slug: str, text: str) -> Path:
        """Write one guide and return its file."""
        self.path(slug).parent.mkdir(parents=True, exist_ok=True)
        self.path(slug).write_text(text, encoding="utf-8")
        return self.path(slug)

    def change(self, slug: str, old: str, new: str) -> Path:
        """Replace words of one guide that stand there, and return its file."""
        text = self.path(slug).read_text(encoding="utf-8")
        assert old in text
        return self.write(slug, text.replace(old, new))

    def ingest(self, settings: LibrarySettings, **options: Any) -> IngestReport:
        """Bring the index of ``settings`` in step with the folder."""
        return ingest_guidance(settings, folder=self.folder, sources=self.sources, **options)


@pytest.fixture
def guide_text() -> str:
    """Return the text of one guide in which the lint finds nothing."""
    return build_guide_text("ask for feedback", related="thank-a-colleague, refuse-a-task")


@pytest.fixture
def guidance(tmp_path: Path) -> Guidance:
    """Return a folder of four tiny guides."""
    made = Guidance(tmp_path / "guidance", tmp_path / "sources.yaml")
    made.folder.mkdir()
    topics = "- {id: feedback, label: Feedback, about: Giving and getting it.}\n"
    (made.folder / "topics.yaml").write_text(topics, encoding="utf-8")
    made.sources.write_text(_SOURCES, encoding="utf-8")
    acts = ("ask for feedback", "thank a colleague", "refuse a task", "hand over a project")
    slugs = [act.replace(" ", "-") for act in acts]
    for i, act in enumerate(acts):
        related = f"{slugs[(i + 1) % 4]}, {slugs[(i + 2) % 4]}"
        made.write(slugs[i], build_guide_text(act, related=related))
    return made


@pytest.fixture
def ingested(guidance: Guidance, settings: LibrarySettings) -> LibrarySettings:
    """Return settings whose index holds the four guides."""
    report = guidance.ingest(settings)
    assert report.added == 4
    return settings


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """Return an empty catalogue."""
    made = Catalogue(tmp_path / "catalogue.sqlite")
    yield made
    made.close()
