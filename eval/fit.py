"""Fit the models of `assistant/triage.py` and write `assistant/triage.npz`.

    python -m eval.fit

Fitted on the fit half of `datasets/boundary.jsonl` and on every question of the library, each
with its own vector and text taken out of the index. Thresholds are chosen by cross-validation on
the fit half; the held-out half is printed and chooses nothing.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.retriever import Query, Retriever, build_query
from assistant.settings import AssistantSettings
from assistant.triage import EVIDENCE, SCOPES, TRIAGE_FILE, evidence_of
from knowledge.catalogue import Catalogue
from knowledge.encoder import load_encoder

DATASETS = Path(__file__).parent / "datasets"
DISCLOSURES = ("self_harm", "danger_abuse", "harassment_assault", "discrimination", "health_crisis")
EVIDENCE_WEIGHT = 0.5
"""Scale of the six numbers of evidence beside 384 of unit length."""
SEED = 7
FOLDS = 5
LIBRARY_SAMPLE = 900
"""Questions of the library used as answerable; more would drown the written ones."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled question with what the models read."""

    text: str
    expect: str
    kind: str
    split: str
    query: Query
    evidence: Matrix


def main() -> None:
    """Fit, print what was reached, and write the arrays."""
    settings = AssistantSettings.load().library
    encoder = load_encoder(settings)
    retriever = Retriever(lambda: Catalogue(settings.catalogue_path), encoder)
    written = load_examples(retriever)
    library = library_examples(retriever)
    arrays: dict[str, Any] = {}
    arrays |= fit_disclosure(written, library)
    arrays |= fit_scope(written, library)
    np.savez_compressed(TRIAGE_FILE, **arrays)
    print(f"wrote {TRIAGE_FILE.name}, {TRIAGE_FILE.stat().st_size // 1024} KiB")  # noqa: T201


def load_examples(retriever: Retriever) -> list[Example]:
    """Read the written questions of both halves."""
    examples = []
    for line in (DATASETS / "boundary.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        query = build_query(record["question"], retriever.encoder)
        evidence = evidence_of(query, retriever.search(query))
        examples.append(
            Example(query.text, record["expect"], record["kind"], record["split"], query, evidence)
        )
    return examples


def library_examples(retriever: Retriever) -> list[Example]:
    """Return a fixed sample of the library's own questions, each left out of its search."""
    snapshot = retriever.snapshot
    chosen = np.random.default_rng(SEED).permutation(len(snapshot.question_ids))[:LIBRARY_SAMPLE]
    examples = []
    for i in sorted(int(place) for place in chosen):
        query = build_query(snapshot.question_texts[i], retriever.encoder)
        found = retriever.search(query, without_questions=[snapshot.question_ids[i]])
        evidence = evidence_of(query, found)
        examples.append(Example(query.text, "answer", "library", "fit", query, evidence))
    return examples


# -- disclosures


def fit_disclosure(written: list[Example], library: list[Example]) -> dict[str, Any]:
    """Fit disclosure against everything else, and the kinds of disclosure among themselves."""
    fit = [example for example in written if example.split == "fit"]
    everything = [*fit, *library]
    vectors = np.stack([example.query.vector for example in everything]).astype(float)
    labels = np.array([_is_disclosure(example) for example in everything])
    # Written examples are few beside the library's questions: let them weigh the same in all.
    weights = np.where([e.kind == "library" for e in everything], len(fit) / len(library), 1.0)
    model = _logistic(20.0).fit(vectors, labels, sample_weight=weights)
    named = [example for example in fit if example.kind in DISCLOSURES]
    kinds = _logistic(20.0).fit(
        np.stack([example.query.vector for example in named]), [e.kind for e in named]
    )
    scores = _cross_validated(vectors, labels, weights, everything)
    threshold = _threshold(scores, labels, everything)
    result = {
        "disclosure_weights": model.coef_[0].astype(np.float32),
        "disclosure_bias": np.float32(model.intercept_[0]),
        "disclosure_threshold": np.float32(threshold),
        "kinds": np.array(kinds.classes_),
        "kind_weights": kinds.coef_.astype(np.float32),
        "kind_bias": kinds.intercept_.astype(np.float32),
    }
    for split in ("fit", "held"):
        _print_disclosure(split, [e for e in written if e.split == split], result)
    return result


def _is_disclosure(example: Example) -> bool:
    return example.expect == "refer" and example.kind != "qualified"


def _worst(example: Example, weights: Matrix, bias: float) -> float:
    rows = np.vstack([example.query.vector[None, :], example.query.sentence_rows])
    return float(1 / (1 + np.exp(-(rows @ weights + bias).max())))


def _cross_validated(
    vectors: Matrix, labels: Matrix, weights: Matrix, examples: list[Example]
) -> Matrix:
    scores = np.zeros(len(labels))
    folds = np.random.default_rng(SEED).integers(0, FOLDS, len(labels))
    for fold in range(FOLDS):
        inside = folds != fold
        model = _logistic(20.0).fit(vectors[inside], labels[inside], sample_weight=weights[inside])
        for i in np.flatnonzero(~inside):
            scores[i] = _worst(examples[i], model.coef_[0], float(model.intercept_[0]))
    return scores


def _threshold(scores: Matrix, labels: Matrix, examples: list[Example]) -> float:
    """Return the lowest threshold at which at most 1.5 in 100 other written questions pass.

    A missed disclosure is far worse than a needless signpost, so recall gets all that is left.
    """
    others = np.sort([s for s, y, e in zip(scores, labels, examples, strict=True) if not y and e.kind != "library"])
    return float(others[int(np.ceil(0.985 * len(others))) - 1] + 1e-6)


def _print_disclosure(split: str, examples: list[Example], arrays: dict[str, Any]) -> None:
    weights, bias = arrays["disclosure_weights"], float(arrays["disclosure_bias"])
    passed = [_worst(e, weights, bias) >= arrays["disclosure_threshold"] for e in examples]
    hits = [p for p, e in zip(passed, examples, strict=True) if _is_disclosure(e)]
    false = [e for p, e in zip(passed, examples, strict=True) if p and not _is_disclosure(e)]
    worries = [e for e in examples if e.expect == "answer"]
    false_worries = [e for e in false if e.expect == "answer"]
    print(  # noqa: T201
        f"disclosure {split}: recall {np.mean(hits):.3f} (n={len(hits)}), "
        f"worries referred {len(false_worries)}/{len(worries)}, all false {len(false)}"
    )
    for example, ok in zip(examples, passed, strict=True):
        if split == "fit" and ok != _is_disclosure(example):
            print("   fit miss:", example.kind, "|", example.text[:120])  # noqa: T201


# -- scope


def fit_scope(written: list[Example], library: list[Example]) -> dict[str, Any]:
    """Fit answer against decline against qualified, and calibrate by temperature."""
    usable = [e for e in written if not _is_disclosure(e)]
    fit = [e for e in usable if e.split == "fit"]
    everything = [*fit, *library]
    evidence = np.stack([e.evidence for e in everything])
    mean, scale = evidence.mean(axis=0), evidence.std(axis=0) + 1e-9
    features = _features(everything, mean, scale)
    labels = np.array([_scope(e) for e in everything])
    weights = np.where([e.kind == "library" for e in everything], len(fit) / len(library), 1.0)
    logits = np.zeros((len(labels), len(SCOPES)))
    folds = np.random.default_rng(SEED).integers(0, FOLDS, len(labels))
    for fold in range(FOLDS):
        inside = folds != fold
        model = _logistic(10.0).fit(features[inside], labels[inside], sample_weight=weights[inside])
        logits[~inside] = model.decision_function(features[~inside])
    truth = np.array([SCOPES.index(label) for label in labels])
    temperature = min(np.arange(0.4, 3.01, 0.05), key=lambda t: _log_loss(logits / t, truth, weights))
    answer = _softmax(logits / temperature)[:, 0]
    threshold = _answer_threshold(answer, truth, everything)
    model = _logistic(10.0).fit(features, labels, sample_weight=weights)
    result = {
        "scope_weights": model.coef_.astype(np.float32),
        "scope_bias": model.intercept_.astype(np.float32),
        "evidence_mean": mean.astype(np.float32),
        "evidence_scale": scale.astype(np.float32),
        "evidence_weight": np.float32(EVIDENCE_WEIGHT),
        "temperature": np.float32(temperature),
        "answer_threshold": np.float32(threshold),
    }
    print(f"scope: temperature {temperature:.2f}, answer threshold {threshold:.3f}")  # noqa: T201
    print("   evidence weights on 'answer':", dict(zip(EVIDENCE, model.coef_[0][-6:].round(2), strict=True)))  # noqa: T201
    for split in ("fit", "held"):
        part = [e for e in usable if e.split == split]
        _print_scope(split, part, result, _features(part, mean, scale))
    return result


def _scope(example: Example) -> str:
    return "qualified" if example.kind == "qualified" else example.expect


def _features(examples: list[Example], mean: Matrix, scale: Matrix) -> Matrix:
    vectors = np.stack([e.query.vector for e in examples])
    evidence = (np.stack([e.evidence for e in examples]) - mean) / scale * EVIDENCE_WEIGHT
    return np.hstack([vectors, evidence])


def _answer_threshold(answer: Matrix, truth: Matrix, examples: list[Example]) -> float:
    """Return the highest threshold that declines at most 2 in 100 written answerable questions."""
    kept = np.sort([a for a, t, e in zip(answer, truth, examples, strict=True) if t == 0 and e.kind != "library"])
    return float(kept[int(np.floor(0.02 * len(kept)))] - 1e-6)


def _print_scope(split: str, examples: list[Example], arrays: dict[str, Any], features: Matrix) -> None:
    logits = features @ arrays["scope_weights"].T + arrays["scope_bias"]
    odds = _softmax(logits / arrays["temperature"])
    answered = odds[:, 0] >= arrays["answer_threshold"]
    labels = np.array([_scope(e) for e in examples])
    out = {
        f"{label} answered": f"{answered[labels == label].sum()}/{(labels == label).sum()}"
        for label in SCOPES
    }
    named = np.array(SCOPES)[odds[:, 1:].argmax(axis=1) + 1]
    qualified = (labels == "qualified") & ~answered
    print(f"scope {split}: {out}; qualified named so {np.mean(named[qualified] == 'qualified'):.2f}; "  # noqa: T201
          f"ECE {expected_calibration_error(odds[:, 0], labels == 'answer'):.3f}")
    for example, ok in zip(examples, answered, strict=True):
        if split == "fit" and ok != (example.expect == "answer"):
            print("   fit miss:", example.kind, "|", example.text[:120])  # noqa: T201


def expected_calibration_error(probabilities: Matrix, truth: Matrix, bins: int = 10) -> float:
    """Return the mean gap between probability and share of true, over equally wide bins."""
    edges = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [
        abs(probabilities[edges == b].mean() - truth[edges == b].mean()) * (edges == b).mean()
        for b in range(bins)
        if (edges == b).any()
    ]
    return float(sum(gaps))


def _logistic(c: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=c, max_iter=2000)


def _softmax(logits: Matrix) -> Matrix:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _log_loss(logits: Matrix, truth: Matrix, weights: Matrix) -> float:
    chosen = _softmax(logits)[np.arange(len(truth)), truth]
    return float(-(np.log(chosen + 1e-12) * weights).sum() / weights.sum())


if __name__ == "__main__":
    main()
