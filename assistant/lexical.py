"""BM25 of a message to every chunk and every question, one word's postings at a time.

BM25 adds up over words, and people use the same few hundred: what a word gives each row is asked
of SQLite once and kept. The sum is that of one query over all words, in a fraction of the time.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.dense import Scores
from knowledge.full_text import telling_words

MAX_KEPT = 20_000
"""Words whose postings are kept; more than a library has, fewer than an attacker."""

COMMON_WORDS = 4_000
"""Words that are asked for ahead: 0.92 of the telling words of 195 fresh questions are among them, 0.84 among
half as many. All take two seconds; a word met in the middle of a reply costs it nearly a millisecond."""

_Postings = tuple[NDArray[np.int64], NDArray[np.float32]]


class Lexical:
    """The full text of one collection."""

    def __init__(
        self,
        find_word: Callable[[str], list[tuple[int, float]]],
        places: tuple[NDArray[np.int64], NDArray[np.int64]],
        counts: tuple[int, int],
    ) -> None:
        """Take what finds the rows of a word, and of each row its place among chunks and questions.

        A place is -1 where the row is none of them. ``counts`` says how many of both there are.
        """
        self._find_word = find_word
        self._places = places
        self._counts = counts
        self._postings = lru_cache(maxsize=MAX_KEPT)(self._read)

    def scores(self, text: str) -> tuple[Scores, Scores]:
        """Return BM25 of every chunk and every question, 0 where no telling word is shared."""
        chunks, questions = (np.zeros(count, dtype=np.float32) for count in self._counts)
        for word in telling_words(text):
            of_chunks, of_questions = self._postings(word)
            for scores, (places, values) in ((chunks, of_chunks), (questions, of_questions)):
                scores[places] += values  # a row stands once among the postings of a word
        return chunks, questions

    def read_ahead(self, texts: Iterable[str]) -> None:
        """Keep what the commonest words of some texts give, so that no reply has to wait for them."""
        counts = Counter(word for text in texts for word in telling_words(text))
        for word, _ in counts.most_common(COMMON_WORDS):
            self._postings(word)

    def _read(self, word: str) -> tuple[_Postings, _Postings]:
        found = self._find_word(word)
        rows = np.fromiter((row for row, _ in found), dtype=np.int64, count=len(found))
        values = np.fromiter((value for _, value in found), dtype=np.float32, count=len(found))
        of_chunks, of_questions = (_placed(rows, values, places) for places in self._places)
        return of_chunks, of_questions


def _placed(
    rows: NDArray[np.int64], values: NDArray[np.float32], places: NDArray[np.int64]
) -> _Postings:
    """Return the places and values of those rows that have a place."""
    known = rows < len(places)
    at = places[rows[known]]
    return at[at >= 0], values[known][at >= 0]
