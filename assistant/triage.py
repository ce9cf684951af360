"""The probabilities behind one decision: answer, decline or refer.

Two small linear models over the question's vector, fitted by `eval/fit.py` on the fit halves of
`eval/datasets/` and kept in `triage.npz`. The *disclosure* model reads vectors alone, because
what somebody discloses must not depend on what the library holds. The *scope* model also reads
how strongly retrieval answered. What they reach on the held-out halves is in the evaluation's
report.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.retriever import Query, Retrieved
from knowledge.encoder import Encoder
from knowledge.settings import DEFAULT_EMBEDDING_MODEL

TRIAGE_FILE = Path(__file__).parent / "triage.npz"
SCOPES = ("answer", "decline", "qualified")
EVIDENCE = ("fused", "text_cosine", "question_cosine", "lexical", "margin", "words")


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


class Triage:
    """The fitted models."""

    def __init__(self, arrays: dict[str, Any]) -> None:
        """Take the arrays of `triage.npz`."""
        self._arrays = arrays
        self.disclosure_threshold = float(arrays["disclosure_threshold"])
        self.answer_threshold = float(arrays["answer_threshold"])
        self.kinds = tuple(str(kind) for kind in arrays["kinds"])

    def disclosure(self, query: Query) -> Disclosure:
        """Judge a message as a whole and sentence by sentence; the worst counts."""
        rows = np.vstack([query.vector[None, :], query.sentence_rows])
        logits = rows @ self._arrays["disclosure_weights"] + self._arrays["disclosure_bias"]
        worst = int(np.argmax(logits))
        kind = rows[worst] @ self._arrays["kind_weights"].T + self._arrays["kind_bias"]
        return Disclosure(_sigmoid(float(logits[worst])), self.kinds[int(np.argmax(kind))])

    def scope(self, query: Query, found: Retrieved) -> Scope:
        """Judge whether the library holds an answer to a question."""
        features = np.concatenate([query.vector, self._scale(evidence_of(query, found))])
        logits = self._arrays["scope_weights"] @ features + self._arrays["scope_bias"]
        logits = logits / float(self._arrays["temperature"])
        odds = np.exp(logits - logits.max())
        answer, decline, qualified = (float(value) for value in odds / odds.sum())
        return Scope(answer, decline, qualified)

    def _scale(self, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled: NDArray[np.float64] = (evidence - self._arrays["evidence_mean"]) / self._arrays[
            "evidence_scale"
        ]
        return scaled * float(self._arrays["evidence_weight"])


def evidence_of(query: Query, found: Retrieved) -> NDArray[np.float64]:
    """Return what retrieval says about a question, in the order of `EVIDENCE`."""
    first = found.documents[0]
    second = found.documents[1] if len(found.documents) > 1 else first
    best = max(found.documents, key=lambda document: document.fused)
    return np.array(
        [
            best.fused,
            max(document.text_cosine for document in found.documents[:5]),
            max(document.question_cosine for document in found.documents[:5]),
            max(document.lexical for document in found.documents[:5]),
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


def _sigmoid(value: float) -> float:
    return float(1.0 / (1.0 + np.exp(-value)))


