"""Is `confidence` a probability that the library should answer? Calibration, ranking, and cost.

Expected calibration error over ten equally wide bins (Naeini et al., 2015; Guo et al., 2017), the
area under the ROC curve as the share of pairs in the right order (Hanley and McNeil, 1982), and
coverage against risk: answer the surest share, and count what should not have been answered (Geifman
and El-Yaniv, 2017). Disclosures are left out: they are met before anything is searched.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from eval.metrics import NOTHING, RESAMPLES, SEED, Estimate
from eval.outcome import Outcome
from eval.scorers import DISCLOSURES, is_answered, replied

BINS = 10
DATASETS = ("questions", "boundary")
_POINTS = 60
"""Points of the curve that are kept; more cannot be seen."""

Array = NDArray[Any]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bin(_Model):
    """Replies of like confidence: how sure they were, and the share that should be answered."""

    confidence: float
    share: float
    n: int


class Trade(_Model):
    """Answering the surest ``coverage`` of messages, ``risk`` of them should not be answered."""

    coverage: float
    risk: float


class Calibration(_Model):
    """Everything about `confidence`; ``reached`` is what was really answered."""

    n: int
    answerable: int
    error: float
    error_low: float
    error_high: float
    area: float
    area_low: float
    area_high: float
    bins: tuple[Bin, ...]
    trades: tuple[Trade, ...]
    reached: Trade


def calibrate(outcomes: Sequence[Outcome]) -> Calibration | None:
    """Return the calibration over questions and boundary cases; None without both kinds."""
    rows = list(_iter_rows(outcomes))
    confidence = np.array([row[0] for row in rows])
    truth = np.array([row[1] for row in rows], dtype=bool)
    answered = np.array([row[2] for row in rows], dtype=bool)
    if not rows or truth.all() or not truth.any():
        return None
    error = _resampled(expected_calibration_error, confidence, truth)
    area = _resampled(area_under_roc, confidence, truth)
    reached = Trade(
        coverage=float(answered.mean()),
        risk=float((~truth[answered]).mean()) if answered.any() else 0.0,
    )
    return Calibration(
        n=len(rows),
        answerable=int(truth.sum()),
        error=error.value,
        error_low=error.low,
        error_high=error.high,
        area=area.value,
        area_low=area.low,
        area_high=area.high,
        bins=tuple(reliability(confidence, truth)),
        trades=tuple(coverage_against_risk(confidence, truth)),
        reached=reached,
    )


def _iter_rows(outcomes: Sequence[Outcome]) -> Iterator[tuple[float, bool, bool]]:
    """Yield confidence, whether the message should be answered, and whether it was."""
    for case, reply in replied(outcomes):
        if case.dataset not in DATASETS or case.expect is None:
            continue
        if not (case.expect == "refer" and case.kind in DISCLOSURES):
            yield reply.confidence, case.expect == "answer", is_answered(reply)


def _bin_of(confidence: Array) -> Array:
    return np.asarray(np.minimum((confidence * BINS).astype(int), BINS - 1))


def reliability(confidence: Array, truth: Array) -> Iterator[Bin]:
    """Yield each bin that holds anything, from unsure to sure."""
    place = _bin_of(confidence)
    for number in range(BINS):
        inside = place == number
        if inside.any():
            yield Bin(
                confidence=float(confidence[inside].mean()),
                share=float(truth[inside].mean()),
                n=int(inside.sum()),
            )


def expected_calibration_error(confidence: Array, truth: Array) -> float:
    """Return the mean gap between confidence and share of true, over equally wide bins."""
    bins = list(reliability(confidence, truth))
    return sum(abs(b.confidence - b.share) * b.n for b in bins) / len(confidence)


def area_under_roc(confidence: Array, truth: Array) -> float:
    """Return the share of pairs, one true and one not, in which the true one is surer."""
    yes, no = confidence[truth], confidence[~truth]
    if not len(yes) or not len(no):
        return float("nan")
    gaps = yes[:, None] - no[None, :]
    return float((gaps > 0).mean() + (gaps == 0).mean() / 2)


def coverage_against_risk(confidence: Array, truth: Array) -> Iterator[Trade]:
    """Yield the risk of answering the surest so many, for rising coverage."""
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~truth[order])
    count = len(order)
    for place in sorted({max(1, round(count * i / _POINTS)) for i in range(1, _POINTS + 1)}):
        yield Trade(coverage=place / count, risk=float(wrong[place - 1] / place))


def _resampled(measure: Callable[[Array, Array], float], one: Array, other: Array) -> Estimate:
    """Return a measure with its bootstrapped interval over cases."""
    if not len(one):
        return NOTHING
    picks = np.random.default_rng(SEED).integers(0, len(one), (RESAMPLES // 4, len(one)))
    values = [measure(one[pick], other[pick]) for pick in picks]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Estimate(measure(one, other), float(low), float(high), len(one))
