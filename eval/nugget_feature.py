"""What a point of a good answer and a reply have in common: six numbers a matcher reads.

Cosines are those of the documents' encoder between the point and the reply's sentences and windows
of two and three sentences; the vector of a window is the mean of its sentences' by their lengths.
How near the other points of the question come tells whether a reply is about the matter at all.
Words are weighed by idf over the sentences of the labelled replies (Spärck Jones, 1972). The best
cosine is read against how close the point is to sentences of other replies, because short general
points are near to everything (hubness; Radovanović et al., 2010).
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from eval.case import Importance
from eval.prose import sentences_of
from eval.vector_cache import VectorCache
from knowledge.encoder import Vectors

FEATURES = ("stands out", "clauses", "words near", "words anywhere", "log words", "others near")
REFERENCE_STEP = 12
"""Every so manieth sentence of the labelled replies is one a point is held against."""
_CLAUSE = re.compile(r";|,| and | or |:| [-–] |\(|\)|/")
_WORD = re.compile(r"[A-Za-z]+")
_ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "ied", "es", "s", "ly", "er", "ment")  # fmt: skip
_STOP = frozenset(
    """the a an and or of to in on for with at by from as is are be it its this that not no do does
    you your they them their he she his her i my me we our what how who when if so but can could
    should would will may any one out up into than then also give gives ask asks say says tell
    tells""".split()  # noqa: SIM905 - a list of words reads best as words
)

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PointInReply:
    """A point to be looked for in a reply; its importance is not read, thresholds go by it."""

    point: str
    importance: Importance
    reply: str


class FeatureReader:
    """Reads pairs against a reference: the sentences of some other replies."""

    def __init__(self, vectors: VectorCache, reference: Iterable[str]) -> None:
        """Take the encoder with its cache, and the replies that serve as reference."""
        sentences = list(dict.fromkeys(s for reply in reference for s in sentences_of(reply)))
        self._vectors = vectors
        self._seen = Counter(word for sentence in sentences for word in terms_of(sentence))
        self._count = len(sentences)
        self._reference = vectors.rows(sentences[::REFERENCE_STEP])

    def read(self, pairs: Sequence[PointInReply]) -> Matrix:
        """Return one row of `FEATURES` per pair; all points of one reply belong in one call."""
        replies = {pair.reply: sentences_of(pair.reply) for pair in pairs}
        points = {pair.point: clauses_of(pair.point) for pair in pairs}
        texts = [text for part in (replies, points) for listed in part.values() for text in listed]
        self._vectors.rows([*texts, *points])  # one pass, in batches of like length
        shelves = {reply: _Shelf(listed, self._vectors) for reply, listed in replies.items()}
        near = [self._nearest(pair, shelves[pair.reply]) for pair in pairs]
        beside: dict[str, list[float]] = {}
        for pair, value in zip(pairs, near, strict=True):
            beside.setdefault(pair.reply, []).append(value)
        rows = [
            [
                *self._read_one(pair, value, points[pair.point], shelves[pair.reply]),
                _mean_of_others(value, beside[pair.reply]),
            ]
            for pair, value in zip(pairs, near, strict=True)
        ]
        return np.array(rows, dtype=float).reshape(len(rows), len(FEATURES))

    def _nearest(self, pair: PointInReply, shelf: "_Shelf") -> float:
        """Return the best cosine of a point to a window; 0 where a reply says nothing."""
        if not shelf.terms:
            return 0.0
        return float((shelf.windows @ self._vectors.rows([pair.point])[0]).max())

    def _read_one(
        self, pair: PointInReply, nearest: float, clauses: list[str], shelf: "_Shelf"
    ) -> list[float]:
        length = math.log(max(1, len(pair.point.split())))
        if not shelf.terms:
            return [0.0, 0.0, 0.0, 0.0, length]
        point = self._vectors.rows([pair.point])[0]
        usual = self._reference @ point
        spread = max(float(usual.std()), 1e-6)
        stands_out = (nearest - float(usual.mean())) / spread
        by_clause = (self._vectors.rows(clauses) @ shelf.windows.T).max(axis=1)
        wanted = terms_of(pair.point) - _STOP
        near = max(self._coverage(wanted, terms) for terms in shelf.neighbours)
        anywhere = self._coverage(wanted, frozenset().union(*shelf.terms))
        return [stands_out, float(by_clause.mean()), near, anywhere, length]

    def _coverage(self, wanted: frozenset[str], held: frozenset[str]) -> float:
        """Return the share of the wanted words' idf that is held."""
        weights = {word: self._idf(word) for word in wanted}
        whole = sum(weights.values())
        return sum(weights[word] for word in wanted & held) / whole if whole else 0.0

    def _idf(self, word: str) -> float:
        return math.log((self._count + 1) / (self._seen[word] + 1))


def _mean_of_others(value: float, values: Sequence[float]) -> float:
    """Return the mean without one value; the value where it is the only one."""
    return (sum(values) - value) / (len(values) - 1) if len(values) > 1 else value


class _Shelf:
    """A reply as it is searched: words of each sentence and of neighbours, vectors of windows."""

    def __init__(self, sentences: list[str], vectors: VectorCache) -> None:
        self.terms = [terms_of(sentence) for sentence in sentences]
        pairs = [one | other for one, other in zip(self.terms, self.terms[1:], strict=False)]
        self.neighbours = pairs or self.terms
        rows = vectors.rows(sentences)
        lengths = np.array([len(sentence.split()) for sentence in sentences], dtype=np.float32)
        self.windows = np.vstack([rows, *(_windows(rows, lengths, size) for size in (2, 3))])


def _windows(rows: Vectors, lengths: Vectors, size: int) -> Vectors:
    """Return a unit vector for each run of ``size`` sentences; none where there are fewer."""
    count = len(rows) - size + 1
    if count < 1:
        return rows[:0]
    weighed = rows * lengths[:, None]
    sums: Vectors = np.sum([weighed[i : i + count] for i in range(size)], axis=0)
    unit: Vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return unit


def clauses_of(point: str) -> list[str]:
    """Return the parts of a point of two words and more; the point where it has none."""
    parts = [part.strip() for part in _CLAUSE.split(point)]
    return [part for part in parts if len(part.split()) >= 2] or [point]


@lru_cache(maxsize=100_000)
def terms_of(text: str) -> frozenset[str]:
    """Return the words of a text, lower case, their endings taken off."""
    return frozenset(_stem(word.lower()) for word in _WORD.findall(text.replace("’", "'")))


def _stem(word: str) -> str:
    """Take one common ending off where at least three letters stay; crude, and enough to count."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
