"""The probabilities behind one decision: answer, decline or refer.

Two small models, fitted by `eval/fit.py` and kept in `triage.npz`. Each reads a message twice: its
vector (what it means) and its words (how it is said), because neither is enough: each misses
disclosures that the other finds (`ARCHITECTURE.md` has the trial, and what is reached as shipped).
The *disclosure* model reads nothing else; the *scope* model also reads how strongly retrieval
answered.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.dense import Query
from assistant.ranking import Retrieved
from knowledge.encoder import Encoder
from knowledge.settings import DEFAULT_EMBEDDING_MODEL

TRIAGE_FILE = Path(__file__).parent / "triage.npz"
SCOPES = ("answer", "decline", "qualified")
EVIDENCE = ("fused", "text_cosine", "question_cosine", "lexical", "margin", "words")

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How likely a message discloses something serious, in [0, 1], and of which kind."""

    probability: float
    kind: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Probabilities, adding up to 1, that the library answers, does not hold it, or must not."""

    answer: float
    decline: float
    qualified: float


def iter_terms(text: str) -> list[str]:
    """Return the words of a text and its pairs of neighbouring words, lower case."""
    words = re.findall(r"[a-z']+", text.lower().replace("’", "'"))
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


class Vocabulary:
    """Terms with their inverse document frequencies: texts become unit tf-idf vectors.

    Weights are (1 + ln tf)·idf, the sublinear form (Manning, Raghavan and Schütze, 2008, ch. 6).
    """

    def __init__(self, terms: NDArray[Any], idf: Array) -> None:
        """Take the terms and their frequencies, in the same order."""
        self._place = {str(term): i for i, term in enumerate(terms)}
        self._idf = idf

    def __len__(self) -> int:
        return len(self._idf)

    def weigh(self, text: str) -> tuple[NDArray[np.int64], Array]:
        """Return the places of a text's known terms and their weights, of unit length."""
        counts = Counter(term for term in iter_terms(text) if term in self._place)
        places = np.array([self._place[term] for term in counts], dtype=np.int64)
        frequency = np.array(list(counts.values()), dtype=float)
        weights = (1 + np.log(frequency)) * self._idf[places] if len(places) else frequency
        return places, weights / (np.linalg.norm(weights) or 1.0)


class Triage:
    """The fitted models."""

    def __init__(self, arrays: dict[str, Any]) -> None:
        """Take the arrays of `triage.npz`."""
        self._arrays = {name: np.asarray(array) for name, array in arrays.items()}
        self._vocabulary = Vocabulary(arrays["terms"], self._arrays["idf"].astype(float))
        self.disclosure_threshold = float(arrays["disclosure_threshold"])
        self.follow_threshold = float(arrays["follow_threshold"])
        self.answer_threshold = float(arrays["answer_threshold"])
        self.kinds = tuple(str(kind) for kind in arrays["kinds"])

    def disclosure(self, query: Query) -> Disclosure:
        """Judge whether a message discloses something serious."""
        logit = float(self._joined("disclosure", query)[0])
        kinds = self._arrays["kind_weights"] @ query.vector + self._arrays["kind_bias"]
        return Disclosure(1.0 / (1.0 + float(np.exp(-logit))), self.kinds[int(np.argmax(kinds))])

    def scope(self, query: Query, found: Retrieved) -> Scope:
        """Judge whether the library holds an answer to a question."""
        logits = self._joined("scope", query, evidence_of(query, found))
        odds = np.exp(logits - logits.max())
        answer, decline, qualified = (float(value) for value in odds / odds.sum())
        return Scope(answer, decline, qualified)

    def _joined(self, model: str, query: Query, evidence: Array | None = None) -> Array:
        """Return the logits of a model: those by meaning and by words, weighed together."""
        part = self._arrays
        features = query.vector.astype(float)
        if evidence is not None:
            scaled = (evidence - part["evidence_mean"]) / part["evidence_scale"]
            features = np.concatenate([features, scaled * float(part["evidence_weight"])])
        meaning = part[f"{model}_weights"] @ features + part[f"{model}_bias"]
        places, weights = self._vocabulary.weigh(query.text)
        words = (
            part[f"{model}_words"][:, places].astype(float) @ weights + part[f"{model}_words_bias"]
        )
        join = part[f"{model}_join"]
        logits: Array = join @ np.concatenate([meaning, words]) + part[f"{model}_join_bias"]
        return logits


def evidence_of(query: Query, found: Retrieved) -> Array:
    """Return what retrieval says about a question, in the order of `EVIDENCE`."""
    first = found.documents[0]
    second = found.documents[1] if len(found.documents) > 1 else first
    best = max(found.documents, key=lambda document: document.fused)
    top = found.documents[:5]
    return np.array(
        [
            best.fused,
            max(document.text_cosine for document in top),
            max(document.question_cosine for document in top),
            max(document.lexical for document in top),
            first.score - second.score,
            np.log1p(len(query.text.split())),
        ]
    )


@cache
def load_triage(encoder: str) -> Triage | None:
    """Return the fitted models, or None for an encoder they were not fitted with."""
    if encoder != DEFAULT_EMBEDDING_MODEL or not TRIAGE_FILE.is_file():
        return None
    with np.load(TRIAGE_FILE) as file:
        return Triage({name: file[name] for name in file.files})


def triage_for(encoder: Encoder) -> Triage | None:
    """Return the models fitted with this encoder, if there are any."""
    return load_triage(encoder.name)
