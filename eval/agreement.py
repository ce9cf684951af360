"""Agreement of two judges, pure: Cohen's κ (1960), precision and recall, and a calibrated threshold."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np


def cohen_kappa(one: Sequence[object], other: Sequence[object]) -> float:
    """Return κ = (p_o - p_e) / (1 - p_e): agreement beyond what the judges' habits alone would give.

    NaN for nothing, and where both judges gave everything the same label.

    Raises:
        ValueError: when the lists are not of one length.
    """
    pairs = list(zip(one, other, strict=True))
    if not pairs:
        return math.nan
    observed = sum(a == b for a, b in pairs) / len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(first[label] * second[label] for label in first) / len(pairs) ** 2
    return math.nan if expected == 1 else (observed - expected) / (1 - expected)


def precision_recall(truth: Sequence[bool], found: Sequence[bool]) -> tuple[float, float]:
    """Return the share of what was found that is true, and of what is true that was found."""
    hits = sum(t and f for t, f in zip(truth, found, strict=True))
    return _share(hits, sum(found)), _share(hits, sum(truth))


def equal_share_threshold(scores: Sequence[float], share: float) -> float:
    """Return the threshold that this share of the scores reaches.

    With the labelled share it makes an estimated mean unbiased, which a threshold chosen for
    accuracy does not (*classify and count* with equal prevalence; Forman, 2008).
    """
    ordered = np.sort(np.asarray(scores, dtype=float))[::-1]
    wanted = round(share * len(ordered))
    if wanted == 0:
        return float(ordered[0]) + 1e-9
    if wanted == len(ordered):
        return float(ordered[-1])
    return float((ordered[wanted - 1] + ordered[wanted]) / 2)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
