"""A chunk: what is embedded and found. Its identity is decided here and nowhere else."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of text of one document.

    ``text`` is what is shown and quoted; ``context`` (title and heading) is put before it for the
    embedding only. ``page`` is 1-based where the document has pages.
    """

    id: str
    document: str
    ordinal: int
    section: str
    text: str
    context: str
    page: int | None = None

    @property
    def embedded_text(self) -> str:
        """Return what the encoder reads."""
        return f"{self.context}\n{self.text}" if self.context else self.text


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """What a score is made of, all in standard deviations of the collection but for ``profile``."""

    dense: float
    question: float
    lexical: float
    profile: float


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A chunk with its score (higher is better) and its 1-based rank."""

    chunk: Chunk
    score: float
    rank: int
    parts: ScoreParts


def chunk_id(document: str, context: str, section: str, text: str, occurrence: int = 0) -> str:
    """Return the content address of a chunk: 16 hexadecimal digits.

    The same text under the same heading of the same document keeps its identity when it moves;
    ``occurrence`` tells repeated texts apart. The context is part of the address because it is
    part of what is embedded: one id never stands for two vectors.
    """
    content = "\0".join((document, context, section, text, str(occurrence)))
    return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()


def text_hash(text: str) -> str:
    """Return the content address of a text to embed: 32 hexadecimal digits."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
