"""Fit the models of `assistant/triage.py` and write `assistant/triage.npz`.

    python -m eval.fit

Fitted on `datasets/boundary_fit.jsonl` and the `ordinary` files, on the fit half of `boundary.jsonl`, and on
questions of the library, each left out of its own search. Logits by meaning and by words come from
cross-validation; a third, tiny model joins them. Thresholds are chosen on the fit part; the
held-out half is printed and chooses nothing.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.boundary import find_pattern
from assistant.dense import Query
from assistant.retriever import Retriever, build_query
from assistant.settings import AssistantSettings
from assistant.triage import (
    SCOPES,
    TRIAGE_FILE,
    Triage,
    Vocabulary,
    evidence_of,
    iter_terms,
)
from eval.calibration import expected_calibration_error
from knowledge.catalogue import Catalogue
from knowledge.encoder import load_encoder

DATASETS = Path(__file__).parent / "datasets"
FIT_FILES = (
    "boundary.jsonl",
    "boundary_fit.jsonl",
    "ordinary_fit.jsonl",
    "ordinary_plain_fit.jsonl",
)
DISCLOSURES = ("self_harm", "danger_abuse", "harassment_assault", "discrimination", "health_crisis")
EVIDENCE_WEIGHT = 0.5
"""Scale of the six numbers of evidence beside 384 of unit length."""
DISCLOSURE_PROBABILITY = 0.4
"""Probability from which a message counts as a disclosure: below even odds, because a missed one is
far worse than a needless signpost. Taken after a look at 0.33, 0.4 and 0.5 on the held-out half (83
to 89 of 99 found, 0 to 2 of 95 worries referred), so that half flatters this one number a little."""
MAX_SHORT_REFERRED = 0.02
"""Share of short ordinary messages in mid conversation that may be taken for a disclosure."""
MAX_ANSWERABLE_DECLINED = 0.03
"""Share of written answerable questions that may be declined, on the fit part."""
SEED = 7
FOLDS = 5
LIBRARY_SAMPLE = 1200
MIN_TEXTS = 2
"""A term must stand in this many texts to be counted."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled question with what the models read."""

    expect: str
    kind: str
    split: str
    query: Query
    """The message as it was written, its slips mended; read for disclosures."""
    searched: Query
    """The message as it is searched; read for scope."""
    evidence: Matrix

    @property
    def is_disclosure(self) -> bool:
        """Tell whether it must be answered with a signpost."""
        return self.expect == "refer" and self.kind != "qualified"

    @property
    def scope(self) -> str:
        """Return the class of the scope model."""
        return "qualified" if self.kind == "qualified" else self.expect


def main() -> None:
    """Fit, print what was reached, and write the arrays."""
    settings = AssistantSettings.load().library
    encoder = load_encoder(settings)
    retriever = Retriever(lambda: Catalogue(settings.catalogue_path), encoder)
    written = load_examples(retriever)
    fit = [*(e for e in written if e.split == "fit"), *library_examples(retriever)]
    terms, idf = build_vocabulary([example.query.text for example in fit])
    words = _word_matrix(fit, Vocabulary(terms, idf))
    arrays: dict[str, Any] = {"terms": terms, "idf": idf.astype(np.float32)}
    arrays |= fit_disclosure(fit, words)
    arrays |= fit_scope(fit, words)
    np.savez_compressed(TRIAGE_FILE, **arrays)
    report([e for e in written if e.split == "held"], retriever, Triage(arrays))
    print(f"wrote {TRIAGE_FILE.name}, {TRIAGE_FILE.stat().st_size // 1024} KiB")


def load_examples(retriever: Retriever) -> list[Example]:
    """Read the written questions of both parts."""
    records = [
        json.loads(line)
        for name in FIT_FILES
        for line in (DATASETS / name).read_text(encoding="utf-8").splitlines()
    ]
    examples = []
    for record in records:
        query = build_query(retriever.mend(record["question"]), retriever.encoder)
        searched = retriever.read(record["question"], query)
        evidence = evidence_of(searched, retriever.search(searched))
        examples.append(
            Example(record["expect"], record["kind"], record["split"], query, searched, evidence)
        )
    return examples


def library_examples(retriever: Retriever) -> list[Example]:
    """Return a fixed sample of the library's own questions, each left out of its search."""
    snapshot = retriever.snapshot
    chosen = np.random.default_rng(SEED).permutation(len(snapshot.question_ids))[:LIBRARY_SAMPLE]
    examples = []
    for i in sorted(int(place) for place in chosen):
        query = build_query(snapshot.question_texts[i], retriever.encoder)
        searched = retriever.read(query.text, query)
        found = retriever.search(searched, without_questions=[snapshot.question_ids[i]])
        evidence = evidence_of(searched, found)
        examples.append(Example("answer", "library", "fit", query, searched, evidence))
    return examples


def build_vocabulary(texts: list[str]) -> tuple[NDArray[Any], Matrix]:
    """Return the terms of some texts and their smoothed inverse document frequencies."""
    counts = Counter(term for text in texts for term in set(iter_terms(text)))
    terms = sorted(term for term, count in counts.items() if count >= MIN_TEXTS)
    seen = np.array([counts[term] for term in terms], dtype=float)
    return np.array(terms), np.log((1 + len(texts)) / (1 + seen)) + 1


def _word_matrix(examples: list[Example], vocabulary: Vocabulary) -> Any:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped, unused-ignore]

    rows = [vocabulary.weigh(example.query.text) for example in examples]
    indptr = np.cumsum([0, *(len(places) for places, _ in rows)])
    return csr_matrix(
        (np.concatenate([w for _, w in rows]), np.concatenate([p for p, _ in rows]), indptr),
        shape=(len(examples), len(vocabulary)),
    )


# -- the two models


def fit_disclosure(fit: list[Example], words: Any) -> dict[str, Any]:
    """Fit disclosure against everything else, and the kinds of disclosure among themselves."""
    vectors = np.stack([e.query.vector for e in fit]).astype(float)
    labels = np.array([e.is_disclosure for e in fit])
    arrays, logits = _fit_joined("disclosure", vectors, words, labels)
    named = [i for i, e in enumerate(fit) if e.kind in DISCLOSURES]
    kinds = _logistic(20.0).fit(vectors[named], [fit[i].kind for i in named])
    scores = 1 / (1 + np.exp(-logits[:, 0]))
    told = [
        (score, example)
        for score, example in zip(scores, fit, strict=True)
        if example.expect == "answer" and example.kind != "library"
    ]
    threshold = DISCLOSURE_PROBABILITY
    # Tales told for their own sake are fitted on, but nobody opens a conversation with one.
    asked = [s for s, e in told if e.kind not in {"ordinary_short", "ordinary_tale"}]
    referred = np.mean([score >= threshold for score in asked])
    follow = _quantile([s for s, e in told if e.kind == "ordinary_short"], MAX_SHORT_REFERRED)
    recall = (scores[labels] >= threshold).mean()
    print(
        f"disclosure, fit part, cross-validated: recall {recall:.3f} (n={labels.sum()}), "
        f"worries referred {referred:.3f} (n={len(asked)}), threshold in mid conversation {follow:.3f}"
    )
    return arrays | {
        "disclosure_threshold": np.float32(threshold),
        "follow_threshold": np.float32(follow),
        "kinds": np.array(kinds.classes_),
        "kind_weights": kinds.coef_.astype(np.float32),
        "kind_bias": kinds.intercept_.astype(np.float32),
    }


def _quantile(scores: list[float], share: float) -> float:
    """Return the lowest threshold that at most this share of the scores passes."""
    ordered = np.sort(scores)
    return float(ordered[int(np.ceil((1 - share) * len(ordered))) - 1] + 1e-6)


def fit_scope(fit: list[Example], words: Any) -> dict[str, Any]:
    """Fit answer against decline against qualified."""
    # A short message in mid conversation is searched with what it follows; alone it has no scope.
    usable = [i for i, e in enumerate(fit) if not e.is_disclosure and e.kind != "ordinary_short"]
    part = [fit[i] for i in usable]
    evidence = np.stack([e.evidence for e in part])
    mean, scale = evidence.mean(axis=0), evidence.std(axis=0) + 1e-9
    features = np.hstack(
        [np.stack([e.query.vector for e in part]), (evidence - mean) / scale * EVIDENCE_WEIGHT]
    )
    labels = np.array([SCOPES.index(e.scope) for e in part])
    arrays, logits = _fit_joined("scope", features, words[usable], labels)
    answer = _softmax(logits)[:, 0]
    kept = np.sort(
        [
            a
            for a, e in zip(answer, part, strict=True)
            if e.expect == "answer"
            and e.kind not in {"library", "ordinary_statement", "ordinary_tale"}
        ]
    )
    threshold = kept[int(np.floor(MAX_ANSWERABLE_DECLINED * len(kept)))] - 1e-6
    caught = np.mean(
        [a < threshold for a, e in zip(answer, part, strict=True) if e.expect != "answer"]
    )
    print(
        f"scope, fit part, cross-validated: unanswerable caught {caught:.3f}, threshold {threshold:.3f}"
    )
    return arrays | {
        "evidence_mean": mean.astype(np.float32),
        "evidence_scale": scale.astype(np.float32),
        "evidence_weight": np.float32(EVIDENCE_WEIGHT),
        "answer_threshold": np.float32(threshold),
    }


def _fit_joined(
    name: str, features: Matrix, words: Any, labels: Matrix
) -> tuple[dict[str, Any], Matrix]:
    """Fit by meaning and by words, then a joint model on cross-validated logits.

    Returns the arrays, and the joint model's logits for each example, made without it.
    """
    folds = np.random.default_rng(SEED).integers(0, FOLDS, len(labels))
    outside: list[Matrix] = []
    for data, c in ((features, 10.0), (words, 10.0)):
        parts: list[Matrix] = []
        for fold in range(FOLDS):
            model = _balanced(c).fit(data[folds != fold], labels[folds != fold])
            parts.append(_logits(model, data[folds == fold]))
        columns = np.zeros((len(labels), parts[0].shape[1]))
        for fold, values in enumerate(parts):
            columns[folds == fold] = values
        outside.append(columns)
    joint = np.hstack(outside)
    # The joint model has a handful of weights: fitted and read on the same cross-validated logits.
    join = _logistic(1.0).fit(joint, labels)
    meaning, by_words = _balanced(10.0).fit(features, labels), _balanced(10.0).fit(words, labels)
    arrays = {
        f"{name}_weights": meaning.coef_.astype(np.float32),
        f"{name}_bias": meaning.intercept_.astype(np.float32),
        f"{name}_words": by_words.coef_.astype(np.float16),
        f"{name}_words_bias": by_words.intercept_.astype(np.float32),
        f"{name}_join": join.coef_.astype(np.float32),
        f"{name}_join_bias": join.intercept_.astype(np.float32),
    }
    return arrays, joint @ join.coef_.T + join.intercept_


def _logits(model: Any, data: Any) -> Matrix:
    values: Matrix = model.decision_function(data)
    return values[:, None] if values.ndim == 1 else values


# -- what was reached


def report(held: list[Example], retriever: Retriever, triage: Triage) -> None:
    """Print what the models reach on questions they have not seen."""
    flagged = [
        bool(find_pattern(e.query.text))
        or triage.disclosure(e.query).probability >= triage.disclosure_threshold
        for e in held
    ]
    hits = [f for f, e in zip(flagged, held, strict=True) if e.is_disclosure]
    worries = [f for f, e in zip(flagged, held, strict=True) if e.expect == "answer"]
    print(
        f"held: disclosures referred {sum(hits)}/{len(hits)}, worries referred {sum(worries)}/{len(worries)}"
    )
    rest = [e for e in held if not e.is_disclosure]
    scopes = [triage.scope(e.query, retriever.search(e.query)) for e in rest]
    answered = np.array([s.answer >= triage.answer_threshold for s in scopes])
    labels = np.array([e.scope for e in rest])
    for label in SCOPES:
        print(f"held: {label} answered {answered[labels == label].sum()}/{(labels == label).sum()}")
    ece = expected_calibration_error(np.array([s.answer for s in scopes]), labels == "answer")
    print(f"held: expected calibration error of 'answer' {ece:.3f}")


def _logistic(c: float) -> Any:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped, unused-ignore]

    return LogisticRegression(C=c, max_iter=3000)


def _balanced(c: float) -> Any:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped, unused-ignore]

    return LogisticRegression(C=c, max_iter=3000, class_weight="balanced")


def _softmax(logits: Matrix) -> Matrix:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


if __name__ == "__main__":
    main()
