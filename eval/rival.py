"""Rivals of the same run: each ranks guides for a question, and hands over passages of a length.

`build_dense_alone` and `build_words_alone` are halves of our own retriever, without questions,
fusion or the asker's profile. A rival without a writer answers as the usual recipe feeds its
model: with its first passages, cut to the number of words our reply has.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.retriever import Retriever
from eval.prose import plain
from knowledge.chunk import Chunk

HITS = 60

Rank = Callable[[str], list[str]]
"""A question to the ids of documents, best first."""
Answer = Callable[[str, int], str]
"""A question and a number of words to that many words of passages."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Something to put beside the assistant; ``answer`` is None where only its ranking counts."""

    rank: Rank
    answer: Answer | None = None


def cut_to_words(text: str, words: int) -> str:
    """Return the first ``words`` words of a text, its line breaks kept."""
    ends = [found.end() for found in re.finditer(r"\S+", text)]
    return text if len(ends) <= words else text[: ends[words - 1]] if words > 0 else ""


def build_dense_alone(retriever: Retriever) -> Rival:
    """Return a ranking by the cosine of our chunks' vectors, and nothing else."""

    def find(question: str) -> list[Chunk]:
        snapshot = retriever.snapshot
        scores = snapshot.chunk_rows @ retriever.encoder.embed_query(question)
        return [snapshot.chunks[i] for i in np.argsort(-scores, kind="stable")[:HITS]]

    return _build_rival(find)


def build_words_alone(retriever: Retriever) -> Rival:
    """Return a ranking by BM25 over our chunks, and nothing else."""

    def find(question: str) -> list[Chunk]:
        snapshot = retriever.snapshot
        scores, _ = snapshot.lexical.scores(question)
        order = np.argsort(-scores, kind="stable")[:HITS]
        return [snapshot.chunks[place] for place in order if scores[place] > 0]

    return _build_rival(find)


def _build_rival(find: Callable[[str], list[Chunk]]) -> Rival:
    def rank(question: str) -> list[str]:
        return list(dict.fromkeys(chunk.document for chunk in find(question)))

    def answer(question: str, words: int) -> str:
        return cut_to_words("\n\n".join(plain(chunk.text) for chunk in find(question)), words)

    return Rival(rank, answer)
