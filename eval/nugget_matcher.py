"""Whether a reply makes a point: two small logistic regressions over `eval/nugget_feature.py`.

One estimates P(supported), one P(at least partly): the cumulative form of an ordinal label (Frank
and Hall, 2001). They are fitted by `python -m eval.fit_nuggets` on the labelled pairs and kept in
`nugget_matcher.json` with how far they agree with the hand labels, cross-validated by question.
Agreement is fair at best, so a verdict on one pair is a hint; thresholds are set so that the
*mean* over vital points and over others is unbiased, because means are what is reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from eval.case import Importance
from eval.labelled_pair import Label, load_quoted
from eval.nugget_feature import FEATURES, FeatureReader, Matrix, PointInReply
from eval.vector_cache import VectorCache

MATCHER_FILE = Path(__file__).parent / "nugget_matcher.json"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class Agreement(_Model):
    """The matcher beside the hand labels on some of the pairs, cross-validated by question.

    ``kappa``, ``precision`` and ``recall`` are of supported against the rest. ``by_hand`` and
    ``by_matcher`` are shares of supported pairs, ``half_by_hand`` and ``half_by_matcher`` the same
    with *partly* as a half; ``gap_error`` and ``half_gap_error`` are standard errors of their
    differences, over questions.
    """

    pairs: str
    n: int
    kappa: float
    precision: float
    recall: float
    by_hand: float
    by_matcher: float
    gap_error: float
    half_by_hand: float
    half_by_matcher: float
    half_gap_error: float


class Weights(_Model):
    """One logistic regression over standardised features; thresholds by importance."""

    weights: tuple[float, ...]
    bias: float
    thresholds: dict[Importance, float]

    def probabilities(self, scaled: Matrix) -> Matrix:
        """Return one probability per row."""
        logits = scaled @ np.array(self.weights) + self.bias
        return np.asarray(1.0 / (1.0 + np.exp(-logits)))


class MatcherFile(_Model):
    """What `nugget_matcher.json` holds."""

    encoder: str
    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    supported: Weights
    partly: Weights
    agreement: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict on one pair, and the probability that the point is made in full."""

    label: Label
    supported: float


class NuggetMatcher:
    """The fitted models with the reader they were fitted with."""

    def __init__(self, file: MatcherFile, reader: FeatureReader) -> None:
        """Take the weights and the reader of features."""
        self.file = file
        self._reader = reader

    def match(self, pairs: Sequence[PointInReply]) -> list[Match]:
        """Judge pairs, all at once."""
        if not pairs:
            return []
        return self.match_rows(self._reader.read(pairs), [pair.importance for pair in pairs])

    def match_rows(self, rows: Matrix, importance: Sequence[Importance]) -> list[Match]:
        """Judge pairs whose features were read."""
        scaled = (rows - np.array(self.file.mean)) / np.array(self.file.scale)
        full = self.file.supported.probabilities(scaled)
        part = self.file.partly.probabilities(scaled)
        return [
            Match(self._label(float(one), float(other), kind), float(one))
            for one, other, kind in zip(full, part, importance, strict=True)
        ]

    def _label(self, full: float, part: float, importance: Importance) -> Label:
        if full >= self.file.supported.thresholds[importance]:
            return "supported"
        return "partly" if part >= self.file.partly.thresholds[importance] else "not"


def build_reader(vectors: VectorCache) -> FeatureReader:
    """Return the reader of features, with the quoted replies as its reference."""
    return FeatureReader(vectors, (pair.reply for pair in load_quoted()))


def load_matcher(vectors: VectorCache, path: Path = MATCHER_FILE) -> NuggetMatcher | None:
    """Return the fitted matcher, or None for an encoder it was not fitted with."""
    if not path.is_file():
        return None
    file = MatcherFile.model_validate_json(path.read_text(encoding="utf-8"))
    if file.encoder != vectors.encoder.name or file.features != FEATURES:
        return None
    return NuggetMatcher(file, build_reader(vectors))
