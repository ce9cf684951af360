"""Thresholds: what a run must reach, from a file that CI reads."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from eval.measure import MEASURES
from eval.report import Report
from knowledge.errors import DatasetError

THRESHOLDS_FILE = Path(__file__).parent / "thresholds.yaml"


class Threshold(BaseModel):
    """One bound on one figure: on its value, or on how far it is above another system's.

    With ``half`` it holds for runs of that half alone: halves of one file may be of unlike kinds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: str
    dataset: str
    at_least: float | None = None
    at_most: float | None = None
    above: str | None = None
    by: float = 0.0
    half: Literal["fit", "held"] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.measure not in MEASURES:
            raise ValueError(f"no measure is called {self.measure!r}")
        if [self.at_least, self.at_most, self.above].count(None) != 2:
            raise ValueError("give exactly one of at_least, at_most, above")
        return self

    @property
    def text(self) -> str:
        """Return the bound in words."""
        return f"{self._bound}, {self.half} half" if self.half else self._bound

    @property
    def _bound(self) -> str:
        if self.above is not None:
            return f"{self.measure} on {self.dataset} at least {self.by:g} above {self.above}"
        if self.at_least is not None:
            return f"{self.measure} on {self.dataset} at least {self.at_least:g}"
        return f"{self.measure} on {self.dataset} at most {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a threshold; ``passed`` and ``value`` are None where it was not measured."""

    threshold: Threshold
    value: float | None
    passed: bool | None


def load_thresholds(path: Path = THRESHOLDS_FILE) -> list[Threshold]:
    """Read the thresholds.

    Raises:
        DatasetError: when the file is missing or not what it should be.
    """
    try:
        records = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(list[Threshold]).validate_python(records)
    except (OSError, yaml.YAMLError) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
    except ValidationError as error:
        lines = [
            f"{path}: entry {e['loc'][0] if e['loc'] else 0}: {e['msg']}" for e in error.errors()
        ]
        raise DatasetError("\n".join(lines)) from error


def hold(report: Report, thresholds: list[Threshold]) -> list[Verdict]:
    """Hold a report against thresholds.

    A whole run is held by its means. A sample of a quick run misses a bound only where its whole
    95% interval lies beyond it, since bounds stand close under what whole runs reach; what must
    happen never or always is held by every case of a sample too.
    """
    return [_hold_one(report, threshold) for threshold in thresholds]


def _hold_one(report: Report, threshold: Threshold) -> Verdict:
    figure = report.find(threshold.measure, threshold.dataset)
    if figure is None or (threshold.half and _half_of(report, threshold.dataset) != threshold.half):
        return Verdict(threshold, None, None)
    is_sample = report.settings.get("quick") == "true"
    if threshold.above is not None:
        other = report.find(threshold.measure, threshold.dataset, threshold.above)
        if other is None:
            return Verdict(threshold, None, None)
        gap = figure.value - other.value
        return Verdict(threshold, gap, gap >= threshold.by)
    if threshold.at_least is not None:
        best = figure.high if is_sample and threshold.at_least < 1 else figure.value
        return Verdict(threshold, figure.value, best >= threshold.at_least)
    most = threshold.at_most or 0.0
    best = figure.low if is_sample and most > 0 else figure.value
    return Verdict(threshold, figure.value, best <= most)


def _half_of(report: Report, dataset: str) -> str:
    part = report.parts.get(dataset)
    return part.half if part is not None else str(report.settings.get("half", ""))
