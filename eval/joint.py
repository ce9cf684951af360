"""What joins the voices of `assistant/triage.py`: linear models, a few weights, and thresholds.

Logits by meaning and by words come from cross-validation over the same folds as the adapter's, so
that the weights that join all three are fitted on what each says of messages it has not seen. They
are fitted on the classes as often as they come, with examples weighted by how much they resemble
what people ask: that makes the probabilities honest.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.triage import CLASSES, Vocabulary, disclosure_logit, iter_terms, scope_logits
from eval.example import Example
from eval.voice import FOLDS, folds_of

MAX_WORRIES_REFERRED = 0.02
"""Share of ordinary messages that may be taken for a disclosure, by weight, on the fit part: what is
asked of the whole."""
AS_THEY_COME = frozenset({"boundary", "questions", "asked_fit", "ordinary_plain_fit"})
"""Files whose ordinary messages that share is of. The others hold messages written to be mistaken for
disclosures; counted as well, each further hundred of them made the assistant deaf to real ones."""
MAX_SHORT_REFERRED = 0.02
"""The same of short messages in mid conversation."""
MAX_ANSWERABLE_DECLINED = 0.02
"""Share of answerable questions that may be declined, by weight, on the fit part."""
RESEMBLANCE = {
    "boundary": 1.0,
    "questions": 1.0,
    "asked_fit": 1.0,
    "boundary_fit": 0.5,
    "ordinary_plain_fit": 0.25,
    "contrast_fit": 0.1,
    "scope_fit": 0.25,
    "story_fit": 0.25,
    "library": 0.1,
    "ordinary_fit": 0.1,
}
"""How much a file weighs: real and everyday questions most, pairs made to mislead least."""
EVIDENCE_WEIGHT = 0.5
"""Scale of the six numbers of evidence beside 384 of unit length."""
MIN_TEXTS = 2
"""A term must stand in this many texts to be counted."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """Examples with the adapter's logits on each."""

    examples: Sequence[Example]
    logits: Matrix

    @property
    def weights(self) -> Matrix:
        """Return how much each example resembles what people ask."""
        return np.array([RESEMBLANCE[example.source] for example in self.examples])


@dataclass(frozen=True, slots=True)
class Fitted:
    """Arrays of `triage.npz`, and the cross-validated probabilities they were fitted on."""

    arrays: dict[str, Any]
    disclosure: Matrix
    """Of a disclosure, for each example."""
    scope: Matrix
    """Of each of the scopes, in order, for each example."""

    @property
    def answer(self) -> Matrix:
        """Return the probability that a message should be answered."""
        return np.asarray((1 - self.disclosure) * self.scope[:, 0])


def fit_joint(reading: Reading) -> Fitted:
    """Fit both models on what the adapter says, and choose their thresholds."""
    examples = reading.examples
    terms, idf = build_vocabulary([example.query.written for example in examples])
    vocabulary = Vocabulary(terms, idf)
    arrays: dict[str, Any] = {"terms": terms, "idf": idf.astype(np.float32)}
    disclosure = _fit_disclosure(reading, vocabulary, arrays)
    scope = _fit_scope(reading, vocabulary, arrays)
    fitted = Fitted(arrays, disclosure, scope)
    arrays |= _thresholds(reading, fitted)
    return fitted


def _fit_disclosure(reading: Reading, vocabulary: Vocabulary, arrays: dict[str, Any]) -> Matrix:
    """Fit disclosure against everything else; return its probability for each example."""
    examples = reading.examples
    labels = np.array([int(example.is_disclosure) for example in examples])
    vectors = np.stack([example.query.vector for example in examples]).astype(float)
    words = word_matrix([example.query.written for example in examples], vocabulary)
    everything = np.ones(len(examples), dtype=bool)
    logits = _fit_model(
        "disclosure", disclosure_logit(reading.logits)[:, None], vectors, words, labels,
        everything, reading, arrays,
    )  # fmt: skip
    return np.asarray(1 / (1 + np.exp(-logits[:, 0])))


def _fit_scope(reading: Reading, vocabulary: Vocabulary, arrays: dict[str, Any]) -> Matrix:
    """Fit the scope of what discloses nothing; return its probabilities for every example.

    A short message in mid conversation is searched with what it follows; alone it has no scope.
    """
    examples = reading.examples
    usable = np.array([not e.is_disclosure and e.kind != "ordinary_short" for e in examples])
    labels = np.array([CLASSES.index(example.label) for example in examples])
    evidence = np.stack([example.evidence for example in examples])
    mean, scale = evidence[usable].mean(axis=0), evidence[usable].std(axis=0) + 1e-9
    arrays["evidence_mean"] = mean.astype(np.float32)
    arrays["evidence_scale"] = scale.astype(np.float32)
    arrays["evidence_weight"] = np.float32(EVIDENCE_WEIGHT)
    vectors = np.stack([example.query.vector for example in examples]).astype(float)
    features = np.hstack([vectors, (evidence - mean) / scale * EVIDENCE_WEIGHT])
    words = word_matrix([example.query.text for example in examples], vocabulary)
    logits = _fit_model(
        "scope", scope_logits(reading.logits), features, words, labels, usable, reading, arrays
    )
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _fit_model(
    name: str, adapter: Matrix, features: Matrix, words: Any, labels: NDArray[np.int64],
    usable: NDArray[np.bool_], reading: Reading, arrays: dict[str, Any],
) -> Matrix:  # fmt: skip
    """Fit the linear voices and what joins all; return the joint, cross-validated logits.

    The join has a handful of weights: it is fitted and read on the same cross-validated logits.
    """
    folds = folds_of(reading.examples)
    voices = [adapter]
    for voice, data in (("", features), ("_words", words)):
        outside: list[tuple[NDArray[np.bool_], Matrix]] = []
        for fold in range(FOLDS):
            seen, unseen = usable & (folds != fold), folds == fold
            model = _logistic(10.0, "balanced").fit(data[seen], labels[seen])
            outside.append((unseen, _logits(model, data[unseen])))
        columns = np.zeros((len(labels), outside[0][1].shape[1]))
        for unseen, values in outside:
            columns[unseen] = values
        voices.append(columns)
        whole = _logistic(10.0, "balanced").fit(data[usable], labels[usable])
        precision = np.float16 if voice else np.float32
        arrays[f"{name}{voice or '_weights'}"] = whole.coef_.astype(precision)
        arrays[f"{name}{voice}_bias"] = whole.intercept_.astype(np.float32)
    said = np.hstack(voices)
    join = _logistic(1.0).fit(said[usable], labels[usable], reading.weights[usable])
    arrays[f"{name}_join"] = join.coef_.astype(np.float32)
    arrays[f"{name}_join_bias"] = join.intercept_.astype(np.float32)
    return np.asarray(said @ join.coef_.T + join.intercept_)


def _thresholds(reading: Reading, fitted: Fitted) -> dict[str, Any]:
    """Choose where a message counts as a disclosure, and where it is answered."""
    examples, weights = reading.examples, reading.weights
    ordinary = np.array([e.is_answer and e.is_asked for e in examples])
    worries = ordinary & np.array([e.source in AS_THEY_COME for e in examples])
    short = np.array([e.kind == "ordinary_short" for e in examples])
    referred, answer = fitted.disclosure, fitted.scope[:, 0]
    return {
        "disclosure_threshold": np.float32(
            _passed_by(referred[worries], weights[worries], MAX_WORRIES_REFERRED)
        ),
        "follow_threshold": np.float32(
            _passed_by(referred[short], weights[short], MAX_SHORT_REFERRED)
        ),
        "answer_threshold": np.float32(
            -_passed_by(-answer[ordinary], weights[ordinary], MAX_ANSWERABLE_DECLINED)
        ),
    }


def _passed_by(scores: Matrix, weights: Matrix, share: float) -> float:
    """Return the lowest threshold that at most this share of the scores, by weight, reaches."""
    order = np.argsort(-scores)
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(scores[order][np.searchsorted(reached, share, side="right")] + 1e-6)


def build_vocabulary(texts: Sequence[str]) -> tuple[NDArray[Any], Matrix]:
    """Return the terms of some texts and their smoothed inverse document frequencies."""
    counts = Counter(term for text in texts for term in set(iter_terms(text)))
    terms = sorted(term for term, count in counts.items() if count >= MIN_TEXTS)
    seen = np.array([counts[term] for term in terms], dtype=float)
    return np.array(terms), np.log((1 + len(texts)) / (1 + seen)) + 1


def word_matrix(texts: Sequence[str], vocabulary: Vocabulary) -> Any:
    """Return a sparse row of tf-idf weights for each text."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped, unused-ignore]

    rows = [vocabulary.weigh(text) for text in texts]
    starts = np.cumsum([0, *(len(places) for places, _ in rows)])
    return csr_matrix(
        (np.concatenate([w for _, w in rows]), np.concatenate([p for p, _ in rows]), starts),
        shape=(len(texts), len(vocabulary)),
    )


def _logits(model: Any, data: Any) -> Matrix:
    values: Matrix = model.decision_function(data)
    return values[:, None] if values.ndim == 1 else values


def _logistic(c: float, weights: str | None = None) -> Any:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped, unused-ignore]

    return LogisticRegression(C=c, max_iter=3000, class_weight=weights)
