"""From a question to ranked chunks: dense over text and questions, BM25, z-score fusion, fit.

    dense   = ½·chunk + ½·max(chunk, best two questions of its document)      cosines
    lexical = the same over BM25 scores
    score   = 0.8·z(dense) + 0.2·z(lexical) + fit

z is taken over the whole collection, not over the candidates: that keeps the margin by which a
text stands out, which rank fusion throws away (`measurements`: 8 points on FAQ-like text).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.conversation import Profile
from assistant.fit import fit_of
from assistant.snapshot import Scores, Snapshot, load_snapshot
from knowledge.catalogue import GUIDANCE, Catalogue, Document
from knowledge.chunk import Chunk, ScoredChunk, ScoreParts
from knowledge.encoder import Encoder, Vectors
from knowledge.errors import IndexMismatchError, IndexMissingError
from knowledge.guide import split_sentences

DENSE_WEIGHT = 0.8
LONG_QUESTION = 24
"""Words from which a question is also searched sentence by sentence."""
WHOLE_WEIGHT = 0.6
MAX_SENTENCES = 8
RUNNING = 20
"""Documents that are kept in the running behind the first."""
FAVOUR = 0.5
"""Head start, in standard deviations, of the guide a conversation is about."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: the text, its vector, and the vectors of its sentences if it is long."""

    text: str
    vector: Vectors
    sentences: tuple[str, ...]
    sentence_rows: Vectors


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


def build_query(text: str, encoder: Encoder) -> Query:
    """Embed a question, and each sentence of a long one.

    A hundred-word story read as one vector drifts to a side detail; its best single sentence
    pulls it back.
    """
    sentences: list[str] = []
    if len(text.split()) >= LONG_QUESTION:
        sentences = [part for part in split_sentences(text) if len(part.split()) >= 4]
        sentences = sentences[:MAX_SENTENCES] if len(sentences) > 1 else []
    return Query(
        text=text,
        vector=encoder.embed_query(text),
        sentences=tuple(sentences),
        sentence_rows=encoder.embed_queries(sentences),
    )


class Retriever:
    """Searches one collection; notices by itself when the catalogue has changed."""

    def __init__(
        self, open_catalogue: Callable[[], Catalogue], encoder: Encoder, collection: str = GUIDANCE
    ) -> None:
        """Take a way to open the catalogue, the encoder it was made with, and what to search."""
        self._open_catalogue = open_catalogue
        self._catalogue: Catalogue | None = None
        self.encoder = encoder
        self.collection = collection
        self._snapshot: Snapshot | None = None

    @property
    def catalogue(self) -> Catalogue:
        """Return the open catalogue."""
        if self._catalogue is None:
            self._catalogue = self._open_catalogue()
        return self._catalogue

    @property
    def snapshot(self) -> Snapshot:
        """Return the collection as it is now.

        Raises:
            IndexMissingError: when the collection holds nothing.
            IndexMismatchError: when the index was made with another encoder.
        """
        if self._snapshot is None or self._snapshot.generation != self.catalogue.generation:
            made_with = self.catalogue.get("encoder")
            if made_with not in {None, self.encoder.name}:
                raise IndexMismatchError(
                    f"The index was made with the encoder {made_with!r}; the settings name "
                    f"{self.encoder.name!r}. Make it again: mentor ingest"
                )
            self._snapshot = load_snapshot(self.catalogue, self.collection, self.encoder.name)
        if not self._snapshot.chunks:
            how = "mentor ingest"
            if self.collection != GUIDANCE:
                how += f" FOLDER --collection {self.collection}"
            raise IndexMissingError(f"The collection {self.collection!r} is empty. Fill it: {how}")
        return self._snapshot

    def close(self) -> None:
        """Close the catalogue, if it was opened."""
        if self._catalogue is not None:
            self._catalogue.close()
            self._catalogue = None
            self._snapshot = None

    def search(
        self,
        query: Query,
        profile: Profile = Profile(),  # noqa: B008 - frozen
        *,
        k: int = 10,
        running: int = RUNNING,
        favour: Sequence[str] = (),
        without_questions: Sequence[str] = (),
    ) -> Retrieved:
        """Return the best ``k`` chunks and the best ``running`` documents, best first.

        ``favour`` names documents a conversation is about; they get a small head start.
        ``without_questions`` leaves questions out by id, for evaluation on the library's own.
        """
        snapshot = self.snapshot
        chunk_cosines = _cosines(snapshot.chunk_rows, query)
        question_cosines = _cosines(snapshot.question_rows, query)
        chunk_words, question_words = self._lexical(query.text, snapshot)
        for id in without_questions:
            place = snapshot.question_place[id]
            question_cosines[place], question_words[place] = -1.0, 0.0
        owner = snapshot.chunk_document
        best_cosine = snapshot.best_two_questions(question_cosines)
        best_words = np.maximum(snapshot.best_question(question_words), 0.0)
        dense = 0.5 * chunk_cosines + 0.5 * np.maximum(chunk_cosines, best_cosine[owner])
        lexical = 0.5 * chunk_words + 0.5 * np.maximum(chunk_words, best_words[owner])
        dense_z, lexical_z = _standardise(dense), _standardise(lexical)
        fused = DENSE_WEIGHT * dense_z + (1 - DENSE_WEIGHT) * lexical_z
        fits = np.array(
            [fit_of(profile, document) for document in snapshot.documents], dtype=np.float32
        )
        for id in favour:
            if id in snapshot.document_place:
                fits[snapshot.document_place[id]] += FAVOUR
        score = fused + fits[owner]
        # Ties are broken by id: chunks are in id order and the sort is stable.
        order = np.argsort(-score, kind="stable")
        return Retrieved(
            query=query,
            chunks=_rank_chunks(order[:k], snapshot, score, dense_z, lexical_z, best_cosine, fits),
            documents=_rank_documents(
                order, snapshot, score, fused, fits, chunk_cosines, best_cosine, lexical, running
            ),
            snapshot=snapshot,
        )

    def _lexical(self, text: str, snapshot: Snapshot) -> tuple[Scores, Scores]:
        """Return BM25 of every chunk and every question, 0 where no telling word is shared."""
        chunk_words = np.zeros(len(snapshot.chunks), dtype=np.float32)
        question_words = np.zeros(len(snapshot.question_ids), dtype=np.float32)
        found = self.catalogue.search_text(text)
        if found:
            rows, values = zip(*found, strict=True)
            for places, words in zip(
                snapshot.lexical_place, (chunk_words, question_words), strict=True
            ):
                known = np.asarray(rows)
                known = np.where(known < len(places), known, 0)
                at = places[known]
                words[at[at >= 0]] = np.asarray(values, dtype=np.float32)[at >= 0]
        return chunk_words, question_words


def _cosines(rows: Vectors, query: Query) -> Scores:
    if not len(rows):
        return np.zeros(0, dtype=np.float32)
    whole: Scores = rows @ query.vector
    if not len(query.sentence_rows):
        return whole
    best = (rows @ query.sentence_rows.T).max(axis=1)
    return WHOLE_WEIGHT * whole + (1 - WHOLE_WEIGHT) * best


def _standardise(scores: Scores) -> Scores:
    return (scores - scores.mean()) / max(float(scores.std()), 1e-9)


def _rank_chunks(
    order: Sequence[int],
    snapshot: Snapshot,
    score: Scores,
    dense: Scores,
    lexical: Scores,
    best_question: Scores,
    fits: Scores,
) -> tuple[ScoredChunk, ...]:
    owner = snapshot.chunk_document
    return tuple(
        ScoredChunk(
            chunk=snapshot.chunks[i],
            score=round(float(score[i]), 4),
            rank=rank,
            parts=ScoreParts(
                dense=round(float(dense[i]), 4),
                question=round(float(best_question[owner[i]]), 4),
                lexical=round(float(lexical[i]), 4),
                profile=round(float(fits[owner[i]]), 4),
            ),
        )
        for rank, i in enumerate(order, start=1)
    )


def _rank_documents(
    order: Sequence[int],
    snapshot: Snapshot,
    score: Scores,
    fused: Scores,
    fits: Scores,
    chunk_cosines: Scores,
    best_question: Scores,
    lexical: Scores,
    running: int,
) -> tuple[RankedDocument, ...]:
    owner = snapshot.chunk_document
    _, first = np.unique(owner[order], return_index=True)
    best_text = np.full(len(snapshot.documents), -1.0, dtype=np.float32)
    np.maximum.at(best_text, owner, chunk_cosines)
    best_lexical = np.zeros(len(snapshot.documents), dtype=np.float32)
    np.maximum.at(best_lexical, owner, lexical)
    ranked = []
    for at in np.sort(first)[:running]:
        i = order[at]
        place = owner[i]
        ranked.append(
            RankedDocument(
                document=snapshot.documents[place],
                score=float(score[i]),
                fused=float(fused[i]),
                fit=float(fits[place]),
                text_cosine=float(best_text[place]),
                question_cosine=float(best_question[place]),
                lexical=float(best_lexical[place]),
            )
        )
    return tuple(ranked)


def chunks_of(snapshot: Snapshot, document: str) -> list[Chunk]:
    """Return the chunks of a document in reading order."""
    found = [chunk for chunk in snapshot.chunks if chunk.document == document]
    return sorted(found, key=lambda chunk: chunk.ordinal)
