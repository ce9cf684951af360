"""One collection as it is searched: vectors in memory, and who each belongs to.

Below `EXACT_LIMIT` vectors everything is scored exactly with one matrix product, which is faster
than any index (0.35 ms for ten thousand vectors; see `ARCHITECTURE.md`) and gives the whole
distribution of scores. Above it Chroma proposes candidates and a fixed sample stands for the rest.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue, Document
from knowledge.chunk import Chunk
from knowledge.encoder import Vectors

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Snapshot:
    """Chunks, questions and their vectors at one generation of the catalogue.

    ``chunk_document[i]`` and ``question_document[i]`` are places in ``documents``.
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
    full_text_rows: dict[int, str]
    """Which chunk or question each row of the full text is."""

    @cached_property
    def lexical_place(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the place of each row of the full text among chunks and questions; -1 for none."""
        size = max(self.full_text_rows, default=0) + 1
        chunk_at, question_at = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
        for row, id in self.full_text_rows.items():
            chunk_at[row] = self.chunk_place.get(id, -1)
            question_at[row] = self.question_place.get(id, -1)
        return chunk_at, question_at

    @cached_property
    def chunk_place(self) -> dict[str, int]:
        """Return the place of each chunk by its id."""
        return {chunk.id: i for i, chunk in enumerate(self.chunks)}

    @cached_property
    def question_place(self) -> dict[str, int]:
        """Return the place of each question by its id."""
        return {id: i for i, id in enumerate(self.question_ids)}

    @cached_property
    def document_place(self) -> dict[str, int]:
        """Return the place of each document by its id."""
        return {document.id: i for i, document in enumerate(self.documents)}

    def best_question(self, scores: Scores) -> Scores:
        """Return the best of its questions' scores for each document; -1 where it has none."""
        best = np.full(len(self.documents), -1.0, dtype=np.float32)
        np.maximum.at(best, self.question_document, scores)
        return best

    def best_two_questions(self, scores: Scores) -> Scores:
        """Return the mean of the best two of each document's questions' scores.

        A single question counts twice; -1 where a document has none. The second keeps one lucky
        question from carrying a guide (nDCG@10 on short questions 0.823 → 0.835).
        """
        counts = np.bincount(self.question_document, minlength=len(self.documents))
        some = counts > 0
        starts = (np.cumsum(counts) - counts)[some]
        # Sorted by document, then by score from high to low: each document's best two come first.
        ordered = scores[np.lexsort((-scores, self.question_document))]
        best = np.full(len(self.documents), -1.0, dtype=np.float32)
        best[some] = (ordered[starts] + ordered[starts + np.minimum(1, counts[some] - 1)]) / 2
        return best


def load_snapshot(catalogue: Catalogue, collection: str, encoder: str) -> Snapshot:
    """Read a collection into memory."""
    generation = catalogue.generation
    documents = tuple(catalogue.documents(collection))
    place = {document.id: i for i, document in enumerate(documents)}
    chunk_vectors = catalogue.load_vectors("chunk", collection, encoder)
    question_vectors = catalogue.load_vectors("question", collection, encoder)
    chunks = {chunk.id: chunk for chunk in catalogue.chunks(collection)}
    questions = {question.id: question for question in catalogue.questions(collection)}
    return Snapshot(
        generation=generation,
        collection=collection,
        documents=documents,
        chunks=tuple(chunks[id] for id in chunk_vectors.ids),
        chunk_rows=chunk_vectors.rows,
        chunk_document=_places([place[chunks[id].document] for id in chunk_vectors.ids]),
        question_ids=question_vectors.ids,
        question_texts=tuple(questions[id].text for id in question_vectors.ids),
        question_rows=question_vectors.rows,
        question_document=_places([place[questions[id].document] for id in question_vectors.ids]),
        full_text_rows=catalogue.full_text_rows(collection),
    )


def _places(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
