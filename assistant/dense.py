"""Cosines of a question to every vector of a collection: exactly, or through Chroma.

Up to `EXACT_LIMIT` vectors one matrix product is faster than any index and gives the whole
distribution of scores. Beyond it Chroma proposes candidates, which are then scored exactly, and a
fixed sample stands for all the rest: standard deviations come out as if everything were scored.
"""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.encoder import Vectors
from knowledge.index import DenseIndex

Scores = NDArray[np.floating[Any]]
Table = Literal["chunk", "question"]

EXACT_LIMIT = 50_000
"""Vectors up to which everything is scored; where HNSW overtakes a scan on two cores."""
CANDIDATES = 600
"""Vectors asked of Chroma; with some forty questions a guide 300 reach too few guides, and the first
five agreed with the exact product for 84 in 100 only."""
SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: a text and its vector, and the words it was written in, slips mended."""

    text: str
    vector: Vectors
    written: str


class Dense(Protocol):
    """Anything that scores a collection's chunks or questions against a query."""

    def cosines(self, table: Table, query: Query) -> Scores:
        """Return one cosine per chunk or question, in id order."""
        ...


class ExactDense:
    """Every vector in memory, scored in one product."""

    def __init__(self, chunk_rows: Vectors, question_rows: Vectors) -> None:
        """Take the rows, in id order."""
        self._rows: dict[Table, Vectors] = {"chunk": chunk_rows, "question": question_rows}

    def cosines(self, table: Table, query: Query) -> Scores:
        """Return one cosine per chunk or question, in id order."""
        return _cosines(self._rows[table], query)


class ChromaDense:
    """Candidates from Chroma, scored exactly; a sample stands for the rest."""

    def __init__(
        self,
        index: DenseIndex,
        catalogue: Catalogue,
        collection: str,
        encoder: str,
        ids: dict[Table, tuple[str, ...]],
    ) -> None:
        """Take the open index and the ids of everything in the collection, in order."""
        self._index = index
        self._catalogue = catalogue
        self._collection = collection
        self._encoder = encoder
        self._place = {
            table: {id: i for i, id in enumerate(listed)} for table, listed in ids.items()
        }
        self._sample = {
            table: catalogue.vectors.load(table, collection, encoder, limit=SAMPLE).rows
            for table in ids
        }

    def cosines(self, table: Table, query: Query) -> Scores:
        """Return one cosine per chunk or question, in id order; approximate for far ones."""
        place = self._place[table]
        found = sorted(self._candidates(table, query) & place.keys())
        rows = self._catalogue.vectors.load(table, self._collection, self._encoder, ids=found)
        near = _cosines(rows.rows, query)
        sample = _cosines(self._sample[table], query)
        scores: Scores = (
            np.resize(sample, len(place)) if len(sample) else np.zeros(len(place), np.float32)
        )
        if len(near):
            scores = np.minimum(scores, near.min())
            scores[[place[id] for id in rows.ids]] = near
        return scores

    def _candidates(self, table: Table, query: Query) -> set[str]:
        hits = [hit.id for hit in self._index.search(query.vector, CANDIDATES)]
        return {id.partition(":")[2] for id in hits if id.startswith(f"{table}:")}


def _cosines(rows: Vectors, query: Query) -> Scores:
    return np.asarray(rows @ query.vector) if len(rows) else np.zeros(0, dtype=np.float32)
