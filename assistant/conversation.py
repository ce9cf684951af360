"""What goes in and out of a turn: the question, the reply, and the events between them.

These are the edges of the assistant, so they are pydantic models; `Reply` is the JSON object of
the interface, the same for the command line, the API, MCP and the evaluation.
"""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.errors import QuestionError
from knowledge.vocabulary import Audience, Phase, Stage

MAX_WORDS = 2000
"""A question longer than this is cut off for people's own good: nobody's situation needs more."""

Kind = Literal["answer", "clarify", "decline", "refer", "reply"]
Origin = Literal["stated", "inferred", "default"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(_Model):
    """One message from a person, with what they chose on the screen or the command line."""

    text: str
    audience: Audience | None = None
    stage: Stage | None = None
    phase: Phase | None = None
    thread: str = ""
    id: str = ""


class ProfileOrigin(_Model):
    """Where each part of a profile comes from."""

    audience: Origin = "default"
    stage: Origin = "default"
    phase: Origin = "default"


class Profile(_Model):
    """Who asks, at which stage of the person mentored, in which phase; None means unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    audience: Audience | None = None
    stage: Stage | None = None
    phase: Phase | None = None
    origin: ProfileOrigin = Field(default=ProfileOrigin(), alias="from")


class SourceNote(_Model):
    """One work behind a quote."""

    id: str
    label: str
    kind: str
    url: str
    title: str = ""
    badge: str = ""
    strength: str = ""


class Citation(_Model):
    """What a marker stands for: words that stand in a chunk exactly as quoted."""

    marker: int
    guide: str | None
    title: str
    section: str
    chunk: str
    quote: str
    origin: Literal["library", "own"] = "library"
    page: int | None = None
    sources: tuple[SourceNote, ...] = ()


class TopicCard(_Model):
    """A conversation topic to take up next."""

    title: str
    question: str
    guide: str


class Contact(_Model):
    """Somebody to turn to."""

    name: str
    how: str
    when: str = ""


class Timings(_Model):
    """Milliseconds by stage."""

    encode: float = 0.0
    search: float = 0.0
    compose: float = 0.0
    total: float = 0.0


class Reply(_Model):
    """The one answer to one question."""

    id: str
    thread: str
    kind: Kind
    text: str
    citations: tuple[Citation, ...] = ()
    searched: str = ""
    profile: Profile = Profile()
    follow_ups: tuple[str, ...] = ()
    topics: tuple[TopicCard, ...] = ()
    nearest: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    confidence: float = 0.0
    engine: str = "extractive"
    notice: str = ""
    timings_ms: Timings = Timings()


class Understood(_Model):
    """The question as it is searched for, and who is taken to ask."""

    type: Literal["understood"] = "understood"
    searched: str
    profile: Profile


class Found(_Model):
    """The guides that were found, best first, by slug."""

    type: Literal["found"] = "found"
    guides: tuple[str, ...]


class Token(_Model):
    """A piece of the reply's text as it is written."""

    type: Literal["token"] = "token"
    text: str


class Finished(_Model):
    """The whole reply; always the last event of a turn."""

    type: Literal["finished"] = "finished"
    reply: Reply


Event = Annotated[Understood | Found | Token | Finished, Field(discriminator="type")]


def clean_question(text: str) -> str:
    """Return a question with its spaces folded and invisible characters removed.

    Raises:
        QuestionError: when it is empty, not text, or longer than `MAX_WORDS`.
    """
    if "\0" in text or _share_unprintable(text) > 0.1:
        raise QuestionError(
            "That is not text I can read. Type or paste the question as plain words."
        )
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
    cleaned = re.sub(r"[ \t\r\f\v]+", " ", re.sub(r"\n\s*\n+", "\n", kept)).strip()
    if not re.search(r"\w", cleaned):
        raise QuestionError(
            'There is no question in that. Ask in your own words, for example: mentor ask "How do I start with a new mentor?"'
        )
    words = len(cleaned.split())
    if words > MAX_WORDS:
        raise QuestionError(
            f"That is {words:,} words; at most {MAX_WORDS:,} can be read at once. "
            "Say what happened and what you want to know in a paragraph or two, and ask again."
        )
    return cleaned


def _share_unprintable(text: str) -> float:
    odd = sum(
        unicodedata.category(c) in {"Cc", "Cn", "Co", "Cs"} and c not in "\n\r\t" for c in text
    )
    odd += text.count("\ufffd")
    return odd / max(1, len(text))
