"""What a collection holds: a document, the questions it answers, and all it is found through."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.chunk import Chunk

GUIDANCE = "guidance"
"""The collection of the shipped guides; every other collection holds own documents."""

DocumentKind = Literal["guide", "document"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question a document answers, or its title: a vector of its own that points at it."""

    id: str
    document: str
    ordinal: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One guide or own document, as stored; ``record`` is its typed content as JSON values."""

    id: str
    collection: str
    kind: DocumentKind
    title: str
    audience: tuple[str, ...]
    stages: tuple[str, ...]
    phases: tuple[str, ...]
    content_hash: str
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with everything that is found through it: what ingestion writes."""

    document: Document
    chunks: tuple[Chunk, ...]
    questions: tuple[Question, ...]
    items: tuple[str, ...] = ()
    """Texts a writer chooses among; embedded, but never found by themselves."""

    def passages(self) -> Iterator[str]:
        """Yield every text that is embedded as a document."""
        yield from (chunk.embedded_text for chunk in self.chunks)
        yield from self.items

    def asked(self) -> Iterator[str]:
        """Yield every text that is embedded as a question."""
        yield from (question.text for question in self.questions)
