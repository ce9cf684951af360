"""What a search gives: documents and chunks in their order, and what each rests on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.dense import Query, Scores
from assistant.snapshot import Snapshot
from knowledge.chunk import ScoredChunk, ScoreParts
from knowledge.document import Document


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document with its score and the evidence for it.

    ``text_cosine`` and ``question_cosine`` are the best cosines of its chunks and its questions,
    in [-1, 1]; ``fused`` is the score without the part that comes from the profile.
    """

    document: Document
    score: float
    fused: float
    fit: float
    text_cosine: float
    question_cosine: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a search found, best first."""

    query: Query
    chunks: tuple[ScoredChunk, ...]
    documents: tuple[RankedDocument, ...]
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Voices:
    """What one reading of a message gives: standardised scores, and what they were made of.

    ``fused``, ``dense`` and ``lexical`` are per chunk, in standard deviations; ``best_question`` is
    per document, the others per chunk, as they came.
    """

    fused: Scores
    dense: Scores
    lexical: Scores
    chunk_cosines: Scores
    best_question: Scores
    chunk_words: Scores


@dataclass(frozen=True, slots=True)
class Board:
    """All scores of one search; per chunk, only ``fits`` is per document."""

    snapshot: Snapshot
    score: Scores
    fused: Scores
    fits: Scores
    voices: Voices


def rank_chunks(order: NDArray[np.intp], board: Board) -> tuple[ScoredChunk, ...]:
    """Return the chunks at some places, in that order, with the parts of their scores."""
    owner = board.snapshot.chunk_document
    return tuple(
        ScoredChunk(
            chunk=board.snapshot.chunks[i],
            score=round(float(board.score[i]), 4),
            rank=rank,
            parts=ScoreParts(
                dense=round(float(board.voices.dense[i]), 4),
                question=round(float(board.voices.best_question[owner[i]]), 4),
                lexical=round(float(board.voices.lexical[i]), 4),
                profile=round(float(board.fits[owner[i]]), 4),
            ),
        )
        for rank, i in enumerate(order, start=1)
    )


def rank_documents(
    order: NDArray[np.intp], board: Board, running: int
) -> tuple[RankedDocument, ...]:
    """Return the first documents of an order of chunks, each where its best chunk stands."""
    snapshot, voices = board.snapshot, board.voices
    owner = snapshot.chunk_document
    _, first = np.unique(owner[order], return_index=True)
    best_text = snapshot.best_chunk(voices.chunk_cosines)
    best_lexical = snapshot.best_chunk(voices.chunk_words)
    ranked = []
    for at in np.sort(first)[:running]:
        i = order[at]
        place = owner[i]
        ranked.append(
            RankedDocument(
                document=snapshot.documents[place],
                score=float(board.score[i]),
                fused=float(board.fused[i]),
                fit=float(board.fits[place]),
                text_cosine=float(best_text[place]),
                question_cosine=float(voices.best_question[place]),
                lexical=float(best_lexical[place]),
            )
        )
    return tuple(ranked)
