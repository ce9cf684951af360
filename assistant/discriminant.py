"""What tells the guides apart: a linear classifier from a question's vector to its document.

Cosines treat all directions alike, also those that every question shares ("my mentor", "my
mentee"). Least squares on the documents' own questions learns which directions separate them;
with one-hot targets its decisions are those of linear discriminant analysis (Hastie, Tibshirani
and Friedman, 2009, 4.2 and 4.3). It is solved when a collection is opened, from what is stored.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Vectors

RIDGE = 10.0
"""Penalty on the weights; between 3 and 30 it makes no difference that could be measured."""


class Discriminant:
    """Least squares from question vectors to documents."""

    def __init__(self, rows: Vectors, documents: NDArray[np.int64], count: int) -> None:
        """Take the question vectors, shape (n, dimensions), each one's document, and how many there are."""
        self._rows = rows
        self._documents = documents
        self._count = count
        self._fit = lru_cache(maxsize=2)(self._solve)

    def scores(self, vector: Vectors, without: tuple[int, ...] = ()) -> Vectors:
        """Return one score per document, shape (count,), near 1 for the one it is taken for.

        ``without`` names questions by place that are left out of the fit, for evaluation: the
        first in closed form (Allen, 1974), the others by fitting without them.
        """
        mean, inverse, weights = self._fit(without[1:])
        found = (vector - mean) @ weights
        if without:
            left_out, own = self._rows[without[0]] - mean, self._documents[without[0]]
            pull = float((vector - mean) @ inverse @ left_out)
            own_pull = float(left_out @ inverse @ left_out)
            error = -(left_out @ weights)
            error[own] += 1.0
            found = found - pull * error / (1.0 - own_pull)
        return np.asarray(found, dtype=np.float32)

    def _solve(self, without: tuple[int, ...]) -> tuple[Vectors, Vectors, Vectors]:
        kept = np.ones(len(self._rows), dtype=bool)
        kept[list(without)] = False
        rows, documents = self._rows[kept], self._documents[kept]
        mean = rows.mean(axis=0)
        centred = rows - mean
        gram = centred.T @ centred + RIDGE * np.eye(rows.shape[1], dtype=np.float32)
        sums = np.zeros((self._count, rows.shape[1]), dtype=np.float32)
        np.add.at(sums, documents, centred)
        inverse = np.linalg.inv(gram)
        return mean, inverse, inverse @ sums.T
