"""Fit the nugget matcher on the labelled pairs and write `nugget_matcher.json`.

    python -m eval.fit_nuggets

Everything printed and kept as agreement is cross-validated by question: a question's pairs are
judged by models that saw none of them, and thresholds come from those same outside probabilities.
Figures are of one split into ten folds; the mean κ over ten splits is printed beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.agreement import cohen_kappa, equal_share_threshold, precision_recall
from eval.case import IMPORTANCES, Importance
from eval.labelled_pair import WORTH, Label, LabelledPair, load_judged, load_pairs
from eval.nugget_feature import FEATURES, FeatureReader, Matrix, PointInReply
from eval.nugget_matcher import (
    MATCHER_FILE,
    Agreement,
    MatcherFile,
    NuggetMatcher,
    Weights,
    build_reader,
)
from eval.vector_cache import VectorCache
from knowledge.encoder import load_encoder
from knowledge.settings import LibrarySettings

FOLDS = 10
SPLITS = 10
SEED = 7
C = 0.1
HELD = "held out"
"""Name of the agreement on the held-out half."""


@dataclass(frozen=True, slots=True)
class Split:
    """Probabilities and verdicts of one cross-validation, in the order of the pairs."""

    supported: Matrix
    partly: Matrix
    labels: list[Label]


def main() -> None:
    """Fit, print how far the matcher agrees with the labels, and write it."""
    settings = LibrarySettings.load()
    vectors = VectorCache(load_encoder(settings), settings.home / "eval" / "sentences.npz")
    pairs = load_pairs()
    reader = build_reader(vectors)
    rows = read_pairs(reader, pairs)
    file = fit(pairs, rows, vectors.encoder.name)
    held = hold_to_judged(NuggetMatcher(file, reader))
    file = file.model_copy(update={"agreement": (*file.agreement, *held)})
    MATCHER_FILE.write_text(file.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for row in file.agreement:
        print(
            f"{row.pairs:16} n={row.n:4}  κ {row.kappa:.2f}  P {row.precision:.2f}  R {row.recall:.2f}  "
            f"supported: hand {row.by_hand:.3f}, matcher {row.by_matcher:.3f}; "
            f"partly as half: hand {row.half_by_hand:.3f}, matcher {row.half_by_matcher:.3f}"
        )
    kappas = [_kappa(pairs, cross_validate(pairs, rows, SEED + i).labels) for i in range(SPLITS)]
    print(f"κ over {SPLITS} splits: {np.mean(kappas):.3f} ({min(kappas):.3f} to {max(kappas):.3f})")
    print(f"wrote {MATCHER_FILE.name}")


def read_pairs(reader: FeatureReader, pairs: Sequence[LabelledPair]) -> Matrix:
    """Return the features of labelled pairs."""
    return reader.read([PointInReply(p.point, p.importance, p.reply) for p in pairs])


def hold_to_judged(matcher: NuggetMatcher) -> list[Agreement]:
    """Return the agreement on the judged replies of the held-out half, which chose nothing."""
    pairs = [pair for reply in load_judged() for pair in reply.pairs]
    found = matcher.match([PointInReply(p.point, p.importance, p.reply) for p in pairs])
    everything = list(zip(pairs, (match.label for match in found), strict=True))
    parts = {HELD: everything}
    for system in dict.fromkeys(pair.system for pair in pairs):
        parts[f"{HELD}, {system}"] = [row for row in everything if row[0].system == system]
    return [_agreement(name, rows) for name, rows in parts.items()]


def fit(pairs: Sequence[LabelledPair], rows: Matrix, encoder: str) -> MatcherFile:
    """Return the matcher fitted on all pairs, with thresholds and agreement from outside."""
    split = cross_validate(pairs, rows, SEED)
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    truth = _truth(pairs)
    made = {}
    for name, outside, labels in (
        ("supported", split.supported, truth == 1.0),
        ("partly", split.partly, truth >= 0.5),
    ):
        model = _logistic().fit((rows - mean) / scale, labels)
        made[name] = Weights(
            weights=tuple(round(float(w), 5) for w in model.coef_[0]),
            bias=round(float(model.intercept_[0]), 5),
            thresholds=_thresholds(pairs, outside, labels),
        )
    return MatcherFile(
        encoder=encoder,
        features=FEATURES,
        mean=tuple(round(float(value), 5) for value in mean),
        scale=tuple(round(float(value), 5) for value in scale),
        supported=made["supported"],
        partly=made["partly"],
        agreement=tuple(_agreements(pairs, split.labels)),
    )


def cross_validate(pairs: Sequence[LabelledPair], rows: Matrix, seed: int) -> Split:
    """Judge each question's pairs by models that were fitted without them."""
    questions = sorted({pair.question for pair in pairs})
    order = np.random.default_rng(seed).permutation(len(questions))
    fold_of = {questions[int(place)]: i % FOLDS for i, place in enumerate(order)}
    folds = np.array([fold_of[pair.question] for pair in pairs])
    truth = _truth(pairs)
    found: list[Matrix] = []
    for labels in (truth == 1.0, truth >= 0.5):
        column = np.zeros(len(pairs))
        for fold in range(FOLDS):
            inside, outside = folds != fold, folds == fold
            mean, scale = rows[inside].mean(axis=0), rows[inside].std(axis=0) + 1e-9
            model = _logistic().fit((rows[inside] - mean) / scale, labels[inside])
            column[outside] = model.predict_proba((rows[outside] - mean) / scale)[:, 1]
        found.append(column)
    full = _thresholds(pairs, found[0], truth == 1.0)
    part = _thresholds(pairs, found[1], truth >= 0.5)
    labels_found: list[Label] = [
        "supported"
        if one >= full[pair.importance]
        else "partly"
        if other >= part[pair.importance]
        else "not"
        for pair, one, other in zip(pairs, found[0], found[1], strict=True)
    ]
    return Split(found[0], found[1], labels_found)


def _thresholds(
    pairs: Sequence[LabelledPair], scores: Matrix, labels: NDArray[Any]
) -> dict[Importance, float]:
    """Return the thresholds that keep the labelled share of vital points, and of others."""
    found: dict[Importance, float] = {}
    for importance in IMPORTANCES:
        mask = np.array([pair.importance == importance for pair in pairs])
        if mask.any():
            share = float(labels[mask].mean())
            found[importance] = round(equal_share_threshold(list(scores[mask]), share), 5)
    return found


def _agreements(pairs: Sequence[LabelledPair], labels: list[Label]) -> list[Agreement]:
    """Return the agreement on all pairs, on vital points, on others, and on each system."""
    everything = list(zip(pairs, labels, strict=True))
    parts = {"all": everything}
    for importance in IMPORTANCES:
        parts[importance] = [row for row in everything if row[0].importance == importance]
    for system in dict.fromkeys(pair.system for pair in pairs):
        parts[system] = [row for row in everything if row[0].system == system]
        parts[f"{system}, vital"] = [row for row in parts[system] if row[0].importance == "vital"]
    return [_agreement(name, rows) for name, rows in parts.items()]


def _agreement(name: str, rows: list[tuple[LabelledPair, Label]]) -> Agreement:
    truth = [pair.label == "supported" for pair, _ in rows]
    found = [label == "supported" for _, label in rows]
    precision, recall = precision_recall(truth, found)
    half = [WORTH[pair.label] for pair, _ in rows]
    half_found = [WORTH[label] for _, label in rows]
    questions = [pair.question for pair, _ in rows]
    return Agreement(
        pairs=name,
        n=len(rows),
        kappa=cohen_kappa(truth, found),
        precision=precision,
        recall=recall,
        by_hand=float(np.mean(truth)),
        by_matcher=float(np.mean(found)),
        gap_error=_gap_error(np.subtract(truth, found, dtype=float), questions),
        half_by_hand=float(np.mean(half)),
        half_by_matcher=float(np.mean(half_found)),
        half_gap_error=_gap_error(np.subtract(half, half_found), questions),
    )


def _gap_error(gaps: NDArray[Any], questions: list[str]) -> float:
    """Return the standard error of a mean gap; pairs of one question are one cluster."""
    order = np.argsort(questions, kind="stable")
    names = [questions[i] for i in order]
    starts = [0, *(i for i, (a, b) in enumerate(pairwise(names), start=1) if a != b)]
    sums = np.add.reduceat((gaps - gaps.mean())[order], starts)
    return float(np.sqrt((sums**2).sum()) / len(gaps))


def _truth(pairs: Sequence[LabelledPair]) -> Matrix:
    return np.array([WORTH[pair.label] for pair in pairs])


def _kappa(pairs: Sequence[LabelledPair], labels: list[Label]) -> float:
    return cohen_kappa([p.label == "supported" for p in pairs], [x == "supported" for x in labels])


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped, unused-ignore]

    return LogisticRegression(C=C, max_iter=2000)


if __name__ == "__main__":
    main()
