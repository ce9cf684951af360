"""One collection as it is searched: what there is, and who each vector belongs to."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant.conversation import Profile
from assistant.dense import ChromaDense, Dense, ExactDense, Scores
from assistant.discriminant import Discriminant
from assistant.fit import fit_of
from assistant.lexical import Lexical
from knowledge.catalogue import Catalogue
from knowledge.chunk import Chunk
from knowledge.document import Document
from knowledge.encoder import Vectors
from knowledge.index import DenseIndex

MIN_QUESTIONS = 5
"""Questions from which a document can be told from the others by them."""


def fold(text: str) -> str:
    """Return the words of a text in small letters, without the marks between them."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


@dataclass(frozen=True)
class Snapshot:
    """Chunks, questions and their vectors at one generation of the catalogue.

    ``chunk_document[i]`` and ``question_document[i]`` are places in ``documents``. ``chunk_rows``
    and ``question_rows`` are empty where the collection is too large to be held in memory.
    """

    generation: int
    collection: str
    documents: tuple[Document, ...]
    chunks: tuple[Chunk, ...]
    chunk_rows: Vectors
    chunk_document: NDArray[np.int64]
    question_ids: tuple[str, ...]
    question_texts: tuple[str, ...]
    question_rows: Vectors
    question_document: NDArray[np.int64]
    dense: Dense
    lexical: Lexical

    @cached_property
    def _fits(self) -> dict[Profile, Scores]:
        return {}

    def fits(self, profile: Profile) -> Scores:
        """Return how well each document fits a person; worked out once for each profile."""
        if profile not in self._fits:
            values = [fit_of(profile, document) for document in self.documents]
            self._fits[profile] = np.array(values, dtype=np.float32)
        return self._fits[profile]

    @cached_property
    def chunk_place(self) -> dict[str, int]:
        """Return the place of each chunk by its id."""
        return {chunk.id: i for i, chunk in enumerate(self.chunks)}

    @cached_property
    def question_place(self) -> dict[str, int]:
        """Return the place of each question by its id."""
        return {id: i for i, id in enumerate(self.question_ids)}

    @cached_property
    def question_by_text(self) -> dict[str, int]:
        """Return the place of each question by its `fold`ed text."""
        return {fold(text): i for i, text in enumerate(self.question_texts)}

    @cached_property
    def document_place(self) -> dict[str, int]:
        """Return the place of each document by its id."""
        return {document.id: i for i, document in enumerate(self.documents)}

    @cached_property
    def has_questions(self) -> NDArray[np.bool_]:
        """Tell of each document whether it has questions besides its title."""
        counts = np.bincount(self.question_document, minlength=len(self.documents))
        return np.asarray(counts > 1)

    @cached_property
    def discriminant(self) -> Discriminant | None:
        """Return what tells the documents apart; None where few have questions, or too many to hold."""
        asked = np.bincount(self.question_document, minlength=len(self.documents)) >= MIN_QUESTIONS
        if not len(self.question_rows) or asked.mean() < 0.5:
            return None
        return Discriminant(self.question_rows, self.question_document, len(self.documents))

    def iter_texts(self) -> Iterator[str]:
        """Yield the text of every chunk and every question."""
        yield from (chunk.text for chunk in self.chunks)
        yield from self.question_texts

    def best_chunk(self, scores: Scores) -> Scores:
        """Return the best of its chunks' scores for each document; -1 where it has none."""
        best = np.full(len(self.documents), -1.0, dtype=np.float32)
        np.maximum.at(best, self.chunk_document, scores)
        return best

    def best_question(self, scores: Scores) -> Scores:
        """Return the best of its questions' scores for each document; -1 where it has none."""
        best = np.full(len(self.documents), -1.0, dtype=np.float32)
        np.maximum.at(best, self.question_document, scores)
        return best

    @cached_property
    def _questions_of(self) -> NDArray[np.int64]:
        """Return the places of each document's questions, shape (documents, most), padded with -1."""
        order = np.argsort(self.question_document, kind="stable")
        counts = np.bincount(self.question_document, minlength=len(self.documents))
        places = np.full((len(self.documents), max(1, counts.max(initial=0))), -1)
        places[np.arange(places.shape[1]) < counts[:, None]] = order
        return places

    def best_questions(self, scores: Scores, most: int) -> Scores:
        """Return the best of its questions' scores for each document, shape (documents, most).

        The best one comes first; NaN stands where a document has no further question.
        """
        grouped = np.append(scores, -np.inf).astype(np.float32)[self._questions_of]
        if grouped.shape[1] > most:
            grouped = np.partition(grouped, grouped.shape[1] - most, axis=1)[:, -most:]
        best = np.sort(grouped, axis=1)[:, ::-1]
        return np.where(np.isfinite(best), best, np.nan)


def load_snapshot(
    catalogue: Catalogue,
    collection: str,
    encoder: str,
    open_index: Callable[[str], DenseIndex] | None = None,
) -> Snapshot:
    """Read a collection; its vectors into memory, or left to the dense index if one is given."""
    generation = catalogue.generation
    documents = tuple(catalogue.documents(collection))
    place = {document.id: i for i, document in enumerate(documents)}
    chunks = tuple(catalogue.chunks(collection))
    questions = tuple(catalogue.questions(collection))
    limit = 0 if open_index else None
    chunk_rows = catalogue.vectors.load("chunk", collection, encoder, limit=limit).rows
    question_rows = catalogue.vectors.load("question", collection, encoder, limit=limit).rows
    question_ids = tuple(question.id for question in questions)
    dense: Dense = ExactDense(chunk_rows, question_rows)
    if open_index:
        ids = {"chunk": tuple(chunk.id for chunk in chunks), "question": question_ids}
        dense = ChromaDense(open_index(collection), catalogue, collection, encoder, ids)  # type: ignore[arg-type]
    return Snapshot(
        generation=generation,
        collection=collection,
        documents=documents,
        chunks=chunks,
        chunk_rows=chunk_rows,
        chunk_document=_places([place[chunk.document] for chunk in chunks]),
        question_ids=question_ids,
        question_texts=tuple(question.text for question in questions),
        question_rows=question_rows,
        question_document=_places([place[question.document] for question in questions]),
        dense=dense,
        lexical=_open_lexical(catalogue, collection, [c.id for c in chunks], question_ids),
    )


def _open_lexical(
    catalogue: Catalogue, collection: str, chunks: Sequence[str], questions: Sequence[str]
) -> Lexical:
    """Return the full text, its rows placed among chunks and questions."""
    rows = catalogue.full_text.rows(collection)
    places = []
    for ids in (chunks, questions):
        place = {id: i for i, id in enumerate(ids)}
        at = np.full(max(rows, default=0) + 1, -1, np.int64)
        for row, id in rows.items():
            at[row] = place.get(id, -1)
        places.append(at)
    return Lexical(
        catalogue.full_text.search_word, (places[0], places[1]), (len(chunks), len(questions))
    )


def _places(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
