"""Nugget recall with the matcher's known error taken out: prediction-powered inference.

The matcher judges every point; a hand judged some. Its mean plus the mean gap between hand and
matcher on the hand-judged pairs of the same system is unbiased where those pairs are like the rest
(Angelopoulos et al., 2023). Both errors go into the interval. The gap is measured on the fit half
and on the replies of the day they were judged: after a large change of the writer it is a guess.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from eval.metrics import NOTHING, RESAMPLES, SEED, Estimate
from eval.naive import NAIVE
from eval.nugget_matcher import Agreement
from eval.nugget_score import VITAL, VITAL_HALF
from eval.outcome import OURS, Score
from eval.report import Figure

DATASET = "questions"
"""The dataset the hand-judged pairs are from; nothing else can be corrected by them."""
CORRECTED = ", corrected"
OVER_NAIVE = " over naive"
_Z95 = 1.959963984540054


def build_corrected(scores: Sequence[Score], agreement: Sequence[Agreement]) -> Iterator[Figure]:
    """Yield vital recall of ours and the naive recipe, corrected, and their ratio."""
    known = {row.pairs: row for row in agreement}
    for measure in (VITAL, VITAL_HALF):
        found: dict[str, Estimate] = {}
        for system in (OURS, NAIVE):
            wanted = (DATASET, measure, system)
            values = [s.value for s in scores if (s.dataset, s.measure, s.system) == wanted]
            row = known.get(f"{system}, vital")
            if values and row is not None:
                found[system] = correct(values, row, half=measure == VITAL_HALF)
                yield _figure(measure + CORRECTED, system, found[system])
        if len(found) == 2:
            ratio = ratio_of(found[OURS], found[NAIVE])
            yield _figure(measure + OVER_NAIVE + CORRECTED, OURS, ratio)


def correct(values: Sequence[float], row: Agreement, *, half: bool) -> Estimate:
    """Return the mean of the matcher's values with its gap to the hand added."""
    gap = row.half_by_hand - row.half_by_matcher if half else row.by_hand - row.by_matcher
    error = row.half_gap_error if half else row.gap_error
    spread = float(np.var(values)) / len(values)
    wide = _Z95 * math.sqrt(spread + error**2)
    value = float(np.mean(values)) + gap
    return Estimate(_share(value), _share(value - wide), _share(value + wide), len(values))


def ratio_of(one: Estimate, other: Estimate) -> Estimate:
    """Return the ratio of two estimates, its interval by normal draws around both."""
    if other.value <= 0 or not one.n:
        return NOTHING
    draws = np.random.default_rng(SEED).standard_normal((2, RESAMPLES))
    spreads = [(estimate.high - estimate.low) / (2 * _Z95) for estimate in (one, other)]
    top = one.value + spreads[0] * draws[0]
    bottom = np.maximum(other.value + spreads[1] * draws[1], 1e-3)
    low, high = np.percentile(top / bottom, [2.5, 97.5])
    return Estimate(one.value / other.value, float(low), float(high), one.n)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _figure(measure: str, system: str, found: Estimate) -> Figure:
    return Figure(
        dataset=DATASET,
        measure=measure,
        system=system,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
    )
