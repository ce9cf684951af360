"""Measures, pure: lists in, numbers out. The mean of nothing is NaN.

Rank measures are ir-measures' own and carry the names of the literature. Guides are graded 2
(answers the question) and 1 (helps). `nDCG@10` uses the grades as gains; `R@k`, `S@5` and
`RR@10` count the guides that answer, `R(rel=1)@5` those that help too. Intervals are 95%.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RANK_MEASURES = {
    "nDCG@10": "nDCG@10",
    "R@1": "R(rel=2)@1",
    "R@3": "R(rel=2)@3",
    "R@5": "R(rel=2)@5",
    "S@5": "Success(rel=2)@5",
    "RR@10": "RR(rel=2)@10",
    "R(rel=1)@5": "R(rel=1)@5",
}
"""Our names for a report line, and ir-measures' names for what they are."""

RESAMPLES = 2000
SEED = 7
_Z95 = 1.959963984540054

Labels = Mapping[str, Mapping[str, int]]
"""Query to guide to grade."""
Ranking = Mapping[str, Sequence[str]]
"""Query to ids, best first."""
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95% interval and what it rests on; all NaN where ``n`` is 0."""

    value: float
    low: float
    high: float
    n: int


NOTHING = Estimate(math.nan, math.nan, math.nan, 0)


def rank_measures(
    labels: Labels, ranking: Ranking, measures: Mapping[str, str] = RANK_MEASURES
) -> dict[str, dict[str, float]]:
    """Return each measure of each labelled query; a query that found nothing scores 0.

    A measure that counts answers (grade 2) is left out for a query no guide answers: there is
    nothing to find, and a nought would be a fault nobody made.
    """
    import ir_measures

    parsed = {ir_measures.parse_measure(text): name for name, text in measures.items()}
    qrels = [
        ir_measures.Qrel(query, document, grade)
        for query, grades in labels.items()
        for document, grade in grades.items()
    ]
    # Scores fall with the rank, so that ties of the original scores keep the order they had.
    run = [
        ir_measures.ScoredDoc(query, document, 1.0 / place)
        for query in labels
        for place, document in enumerate(dict.fromkeys(ranking.get(query, ())), start=1)
    ]
    found: dict[str, dict[str, float]] = {
        query: {
            name: 0.0
            for name, text in measures.items()
            if "rel=2" not in text or 2 in labels[query].values()
        }
        for query in labels
        if labels[query]
    }
    if not found:
        return {}
    for metric in ir_measures.iter_calc(list(parsed), qrels, run):
        if parsed[metric.measure] in found[metric.query_id]:
            found[metric.query_id][parsed[metric.measure]] = float(metric.value)
    return found


def mean(values: Sequence[float]) -> float:
    """Return the mean; NaN for nothing."""
    return float(np.mean(values)) if len(values) else math.nan


def percentile(values: Sequence[float], q: float) -> float:
    """Return the ``q``-th percentile, 0 to 100, between neighbours; NaN for nothing."""
    return float(np.percentile(values, q)) if len(values) else math.nan


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean with its interval: Wilson's for shares, bootstrapped for anything else."""
    if not len(values):
        return NOTHING
    if all(value in {0.0, 1.0} for value in values):
        return proportion(int(sum(values)), len(values))
    means = _resample(np.asarray(values, dtype=float))
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(mean(values), float(low), float(high), len(values))


def proportion(hits: int, n: int) -> Estimate:
    """Return a share with Wilson's score interval (1927); honest near 0 and 1, and for small n."""
    if n == 0:
        return NOTHING
    share = hits / n
    spread = _Z95**2 / n
    centre = (share + spread / 2) / (1 + spread)
    half = _Z95 * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # Rounding must not move an end that is exact.
    low = 0.0 if hits == 0 else centre - half
    high = 1.0 if hits == n else centre + half
    return Estimate(share, low, high, n)


def paired_difference(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    """Return the mean of ours minus theirs over the same cases, bootstrapped over cases.

    Raises:
        ValueError: when the lists are not of one length.
    """
    gaps = np.asarray([one - other for one, other in zip(ours, theirs, strict=True)], dtype=float)
    if not len(gaps):
        return NOTHING
    low, high = np.percentile(_resample(gaps), [2.5, 97.5])
    return Estimate(float(gaps.mean()), float(low), float(high), len(gaps))


def paired_ratio(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    """Return mean(ours) / mean(theirs) over the same cases, bootstrapped over cases.

    Raises:
        ValueError: when the lists are not of one length.
    """
    pairs = np.asarray(list(zip(ours, theirs, strict=True)), dtype=float)
    if not len(pairs) or not pairs[:, 1].any():
        return NOTHING
    picks = np.random.default_rng(SEED).integers(0, len(pairs), (RESAMPLES, len(pairs)))
    sums = pairs[picks].sum(axis=1)
    ratios = sums[:, 0] / np.maximum(sums[:, 1], 1e-12)
    low, high = np.percentile(ratios, [2.5, 97.5])
    value = float(pairs[:, 0].sum() / pairs[:, 1].sum())
    return Estimate(value, float(low), float(high), len(pairs))


def _resample(values: Array) -> Array:
    picks = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    means: Array = values[picks].mean(axis=1)
    return means
