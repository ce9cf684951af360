"""From a question to ranked chunks: meaning and words of text and questions, each standardised, and fit.

    score(chunk) = 0.30·z(text) + 0.30·z(questions) + 0.05·z(words) + 0.20·z(questions' words)
                   + 0.15·z(told apart) + fit

*Text* is the chunk's cosine, *questions* the mean of the best five of its document's questions,
*words* the chunk by BM25 and *questions' words* the best two by BM25. Each is standardised over all
documents by itself, not over the candidates and not summed before: that keeps the margin by which a
text stands out, which rank fusion throws away (summing cosines first lost 4 points of nDCG@10 on
short questions; see `ARCHITECTURE.md`). *Told apart* is `discriminant.py`. A document is worth its
best chunk. What has no questions, such as papers and handbooks, is weighed otherwise.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.conversation import Profile
from assistant.dense import EXACT_LIMIT, Query, Scores
from assistant.question_encoder import question_encoder_for
from assistant.ranking import Board, Retrieved, Voices, rank_chunks, rank_documents
from assistant.snapshot import Snapshot, load_snapshot
from assistant.wording import Wording
from knowledge.catalogue import Catalogue
from knowledge.chunk import Chunk
from knowledge.document import GUIDANCE
from knowledge.encoder import Encoder
from knowledge.errors import IndexMismatchError, IndexMissingError
from knowledge.index import DenseIndex


@dataclass(frozen=True, slots=True)
class Weights:
    """What each voice has of the score; they add up to 1."""

    text: float
    questions: float
    words: float
    question_words: float
    told_apart: float


OF_GUIDES = Weights(text=0.30, questions=0.30, words=0.05, question_words=0.20, told_apart=0.15)
"""Chosen on 360 labelled questions that search had not been trained on; the first guide was right for
0.425 of them with one and two in place of five questions and the words of text as loud as those of
questions, and for 0.439 so; nDCG@10 0.587 and 0.596, with slips 0.913 and 0.922. A regression left
to choose reached 0.456 over the same five voices by cross-validation, 0.461 over nine and 0.44 over
thirteen; weights rounded from it lost on questions from conversations (0.404 and not 0.430, n 151)."""
OF_TEXTS = Weights(text=0.35, questions=0.35, words=0.15, question_words=0.15, told_apart=0.0)
"""Where documents have no questions but their titles: there the words of the text count."""
BEST_QUESTIONS = 5
"""Questions of a guide that speak together for it: one lucky one carries none."""
RUNNING = 20
"""Documents that are kept in the running behind the first."""
FAVOUR = 0.5
"""Head start, in standard deviations, of the guide a conversation is about."""


def build_query(text: str, encoder: Encoder) -> Query:
    """Embed a question as it stands."""
    return Query(text, encoder.embed_query(text), text)


class Retriever:
    """Searches one collection; notices by itself when the catalogue has changed."""

    def __init__(
        self,
        open_catalogue: Callable[[], Catalogue],
        encoder: Encoder,
        collection: str = GUIDANCE,
        *,
        open_index: Callable[[str], DenseIndex] | None = None,
        exact_limit: int = EXACT_LIMIT,
    ) -> None:
        """Take a way to open the catalogue, the encoder it was made with, and what to search.

        ``open_index`` opens the dense index of a collection; it is asked only for a collection of
        more than ``exact_limit`` vectors.
        """
        self._open_index = open_index
        self._exact_limit = exact_limit
        self._open_catalogue = open_catalogue
        self._catalogue: Catalogue | None = None
        self.encoder = encoder
        self.question_encoder = question_encoder_for(encoder) if collection == GUIDANCE else encoder
        self.collection = collection
        self._snapshot: Snapshot | None = None
        self._worded_for: Snapshot | None = None
        self._wording = Wording(tuple, encoder.is_word)

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
            large = self.catalogue.vectors.count(self.collection) > self._exact_limit
            open_index = self._open_index if large else None
            self._snapshot = load_snapshot(
                self.catalogue, self.collection, self.encoder.name, open_index
            )
        if not self._snapshot.chunks:
            how = "mentor ingest"
            if self.collection != GUIDANCE:
                how += f" FOLDER --collection {self.collection}"
            raise IndexMissingError(f"The collection {self.collection!r} is empty. Fill it: {how}")
        return self._snapshot

    def mend(self, text: str) -> str:
        """Return a message with its typing errors mended; only guidance is asked by people."""
        return self.wording.mend(text) if self.collection == GUIDANCE else text

    def words_of(self, text: str) -> str:
        """Return the words a message is searched by: mended, without mere background."""
        return self.wording.words_of(text) if self.collection == GUIDANCE else text

    def read(self, text: str, known: Query | None = None) -> Query:
        """Return what is searched for a message; ``known`` is taken if it is the same."""
        written, words = self.mend(text), self.words_of(text)
        if known and (known.text, known.written) == (words, written):
            return known
        return replace(build_query(words, self.question_encoder), written=written)

    @property
    def wording(self) -> Wording:
        """Return what words messages for the collection as it is now."""
        snapshot = self.snapshot
        if self._worded_for is not snapshot:
            self._worded_for = snapshot
            self._wording = Wording(snapshot.iter_texts, self.encoder.is_word)
        return self._wording

    def warm(self) -> None:
        """Load what the first searches would wait for.

        Raises:
            StoreError: when the index cannot be used.
        """
        snapshot = self.snapshot
        _ = snapshot.discriminant
        snapshot.lexical.read_ahead(snapshot.question_texts)

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
        beside: Sequence[tuple[float, Query]] = (),
        favour: Sequence[str] = (),
        without_questions: Sequence[str] = (),
    ) -> Retrieved:
        """Return the best ``k`` chunks and the best ``running`` documents, best first.

        ``beside`` gives further readings of the message, each with its share of the score in
        [0, 1]; the query has the rest. ``favour`` names documents a conversation is about; they
        get a small head start. ``without_questions`` leaves questions out by id, for evaluation
        on the library's own.
        """
        snapshot = self.snapshot
        voices = self._hear(query, snapshot, without_questions)
        fused = (1.0 - sum(share for share, _ in beside)) * voices.fused
        for share, reading in beside:
            # Another reading may rest on another chunk of the same document: it speaks for the whole.
            worth = snapshot.best_chunk(self._hear(reading, snapshot, ()).fused)
            fused = fused + share * worth[snapshot.chunk_document]
        fits = snapshot.fits(profile).copy()
        for id in favour:
            if id in snapshot.document_place:
                fits[snapshot.document_place[id]] += FAVOUR
        score = fused + fits[snapshot.chunk_document]
        # Ties are broken by id: chunks are in id order and the sort is stable.
        order = np.argsort(-score, kind="stable")
        board = Board(snapshot, score, fused, fits, voices)
        return Retrieved(
            query=query,
            chunks=rank_chunks(order[:k], board),
            documents=rank_documents(order, board, running),
            snapshot=snapshot,
        )

    def _hear(self, query: Query, snapshot: Snapshot, without: Sequence[str]) -> Voices:
        """Return what each voice says of every chunk for one reading of a message."""
        chunk_cosines = snapshot.dense.cosines("chunk", query)
        question_cosines = snapshot.dense.cosines("question", query)
        chunk_words, question_words = snapshot.lexical.scores(query.text)
        for id in without:
            place = snapshot.question_place[id]
            question_cosines[place], question_words[place] = -1.0, 0.0
        owner = snapshot.chunk_document
        weights = OF_GUIDES if snapshot.has_questions.mean() >= 0.5 else OF_TEXTS
        questions_z = _question_part(snapshot, chunk_cosines, question_cosines, BEST_QUESTIONS)[1]
        best_question, _ = _question_part(snapshot, chunk_cosines, question_cosines, 2)
        _, question_words_z = _question_part(snapshot, chunk_words, question_words, 2)
        text_z = _standardise(chunk_cosines, snapshot.best_chunk(chunk_cosines))
        words_z = _standardise(chunk_words, snapshot.best_chunk(chunk_words))
        dense = weights.text * text_z + weights.questions * questions_z[owner]
        lexical = weights.words * words_z + weights.question_words * question_words_z[owner]
        fused = dense + lexical
        if snapshot.discriminant is not None:
            places = tuple(snapshot.question_place[id] for id in without)
            told = snapshot.discriminant.scores(query.vector, places)
            fused = fused + weights.told_apart * _standardise(told, told)[owner]
        return Voices(
            fused,
            dense / (weights.text + weights.questions),
            lexical / (weights.words + weights.question_words),
            chunk_cosines,
            best_question,
            chunk_words,
        )


def _standardise(scores: Scores, documents: Scores) -> Scores:
    """Return scores in standard deviations of the documents' best ones."""
    spread = max(float(documents.std()), 1e-9)
    return np.asarray((scores - documents.mean()) / spread)


def _question_part(
    snapshot: Snapshot, chunks: Scores, questions: Scores, count: int
) -> tuple[Scores, Scores]:
    """Return each document's score by its best ``count`` questions, as it is and standardised.

    A document whose only question is its title counts the title only where it says more than the
    text does: titles of papers and handbooks are no questions.
    """
    text = snapshot.best_chunk(chunks)
    ranked = snapshot.best_questions(questions, count)
    there = ~np.isnan(ranked)
    means = np.where(there, ranked, 0.0).sum(axis=1) / np.maximum(1, there.sum(axis=1))
    best = np.where(there.any(axis=1), means, -1.0).astype(np.float32)
    best = np.where(snapshot.has_questions, best, np.maximum(best, text))
    return best, _standardise(best, best)


def chunks_of(snapshot: Snapshot, document: str) -> list[Chunk]:
    """Return the chunks of a document in reading order."""
    found = [chunk for chunk in snapshot.chunks if chunk.document == document]
    return sorted(found, key=lambda chunk: chunk.ordinal)
