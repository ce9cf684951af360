"""The probabilities behind one decision: answer, decline or refer.

Fitted by `eval/fit.py` and kept in `triage.npz`. A message is read in three ways, because each
finds what the others miss: by an adapter of the encoder, which was trained on these classes and
reads words in their order; by its frozen vector (what it means); and by its words and pairs of
words (how it is said). A handful of weights joins them. The *disclosure* model reads nothing else;
the *scope* model also reads how strongly retrieval answered. The adapter runs as a graph of its
own beside the encoder's, made once of the packaged weights.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.dense import Query
from assistant.ranking import Retrieved
from knowledge.adapter import PREFIX, Adapter
from knowledge.encoder import Encoder, Vectors
from knowledge.onnx_encoder import OnnxEncoder
from knowledge.shipped import Arrays, ShippedGraph

TRIAGE_FILE = Path(__file__).parent / "triage.npz"
SCOPES = ("answer", "decline", "qualified")
KINDS = ("self_harm", "danger_abuse", "harassment_assault", "discrimination", "health_crisis")
CLASSES = (*SCOPES, *KINDS, "short_disclosure")
"""What the adapter tells apart; a short disclosure is one whose kind few words do not tell."""
EVIDENCE = ("fused", "text_cosine", "question_cosine", "lexical", "margin", "words")

_PROBES = (
    "How do I ask for a promotion in my annual review?",
    "I lie awake and plan how to stop being alive.",
    "He slides his hand onto my waist during every shift and laughs when I move away.",
    "My mentee is quiet and tired, and I do not know whether to say something or let it go.",
    "What is the average salary of a nurse in Leeds?",
    "Can my employer hold back my last wages if I leave without notice?",
    "write a python function that sorts a list",
    "i cant stop drinking",
)
"""What the adapter's small graph is compared with its large one on."""

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


def disclosure_logit(logits: Array) -> Array:
    """Return the adapter's log odds of a disclosure, of rows of logits over `CLASSES`."""
    scopes = len(SCOPES)
    return _pool(logits[..., scopes:]) - _pool(logits[..., :scopes])


def scope_logits(logits: Array) -> Array:
    """Return the adapter's log probabilities of `SCOPES`, of rows of logits over `CLASSES`."""
    inside = logits[..., : len(SCOPES)]
    return np.asarray(inside - _pool(inside)[..., None])


def _pool(logits: Array) -> Array:
    """Return the logarithm of summed odds along the last axis."""
    top = logits.max(axis=-1, keepdims=True)
    return np.asarray(np.log(np.exp(logits - top).sum(axis=-1)) + top[..., 0])


class Triage:
    """The fitted models."""

    def __init__(self, arrays: dict[str, Any], classify: Callable[[str], Array]) -> None:
        """Take the arrays of `triage.npz`, and what gives the adapter's logits for a text."""
        self._arrays = {name: np.asarray(array) for name, array in arrays.items()}
        self._vocabulary = Vocabulary(arrays["terms"], self._arrays["idf"].astype(float))
        # One message is judged twice, for disclosure and for scope, but need be read only once; and
        # it can be read beside its embedding, since each takes one core.
        self._classify = classify
        self._reading = lru_cache(maxsize=16)(self._read)
        self._pool = ThreadPoolExecutor(1, "triage")
        self.disclosure_threshold = float(arrays["disclosure_threshold"])
        self.follow_threshold = float(arrays["follow_threshold"])
        self.answer_threshold = float(arrays["answer_threshold"])

    def start(self, written: str) -> None:
        """Begin to read a message in the background; whoever judges it waits for the end."""
        self._reading(written)

    def _read(self, written: str) -> "Future[Array]":
        return self._pool.submit(self._classify, written)

    def disclosure(self, query: Query) -> Disclosure:
        """Judge whether a message discloses something serious."""
        classes = self._reading(query.written).result()
        voices = [
            disclosure_logit(classes)[None],
            *self._voices("disclosure", query.vector, query.written),
        ]
        logit = float(self._join("disclosure", voices)[0])
        kinds = classes[len(SCOPES) : len(SCOPES) + len(KINDS)]
        return Disclosure(1.0 / (1.0 + float(np.exp(-logit))), KINDS[int(np.argmax(kinds))])

    def scope(self, query: Query, found: Retrieved) -> Scope:
        """Judge whether the library holds an answer to a question."""
        evidence = evidence_of(query, found)
        scaled = (evidence - self._arrays["evidence_mean"]) / self._arrays["evidence_scale"]
        voices = [
            scope_logits(self._reading(query.written).result()),
            *self._voices("scope", query.vector, query.text, scaled),
        ]
        logits = self._join("scope", voices)
        odds = np.exp(logits - logits.max())
        answer, decline, qualified = (float(value) for value in odds / odds.sum())
        return Scope(answer, decline, qualified)

    def _voices(
        self, model: str, vector: Vectors, text: str, scaled: Array | None = None
    ) -> list[Array]:
        """Return the logits of a model by meaning, with the evidence if there is any, and by words."""
        part = self._arrays
        features = vector.astype(float)
        if scaled is not None:
            features = np.concatenate([features, scaled * float(part["evidence_weight"])])
        meaning = part[f"{model}_weights"] @ features + part[f"{model}_bias"]
        places, weights = self._vocabulary.weigh(text)
        words = (
            part[f"{model}_words"][:, places].astype(float) @ weights + part[f"{model}_words_bias"]
        )
        return [meaning, words]

    def _join(self, model: str, voices: list[Array]) -> Array:
        """Return the logits of a model, its voices weighed together."""
        join, bias = self._arrays[f"{model}_join"], self._arrays[f"{model}_join_bias"]
        return np.asarray(join @ np.concatenate(voices) + bias)


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


def triage_for(encoder: Encoder) -> Triage | None:
    """Return the models fitted with this encoder, or None if there are none.

    The adapter's graph is made now if nothing has made it before; that is said on standard error.
    """
    if not isinstance(encoder, OnnxEncoder) or not TRIAGE_FILE.is_file():
        return None
    return load_triage(encoder)


@cache
def load_triage(encoder: OnnxEncoder) -> Triage:
    """Return the models that ship, over the adapter's graph in the folder of the encoder."""
    graph = GRAPH.make_if_missing(encoder.folder, lambda step: print(step, file=sys.stderr))  # noqa: T201
    with np.load(TRIAGE_FILE) as file:
        arrays = {name: file[name] for name in file.files if not name.startswith(PREFIX)}
    return Triage(arrays, lambda text: encoder.read_with(graph, [text])[0].astype(float))


def _export(arrays: Arrays, target: Path) -> None:
    from knowledge.changed_graph import export_adapter

    export_adapter(Adapter.from_arrays(arrays), target, _PROBES)


GRAPH = ShippedGraph(TRIAGE_FILE, _export, "tell worries from disclosures")
