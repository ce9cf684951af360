"""A report: figures with their intervals, contrasts, worst cases; written as JSON, read again.

`report.json` holds what a comparison needs, `replies.jsonl` every reply in full.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.conversation import Reply
from eval.calibration import Calibration
from eval.case import Half
from eval.graded import GradedCounts, hash_reply
from eval.judge_note import JudgeNote
from eval.nugget_matcher import Agreement
from eval.outcome import OURS, Outcome
from knowledge.errors import DatasetError

EVERY = "every"
"""The name that stands for all datasets of a run together."""
FILE = "report.json"
REPLIES = "replies.jsonl"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class Figure(_Model):
    """The mean of a measure over cases with its 95% interval; ``p50`` and ``p95`` for times."""

    dataset: str
    measure: str
    system: str = OURS
    group: str = ""
    value: float
    low: float
    high: float
    n: int
    p50: float | None = None
    p95: float | None = None


class Contrast(_Model):
    """Ours beside another system on the same cases: the difference and the ratio of means."""

    dataset: str
    measure: str
    against: str
    difference: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    n: int


class WorstCase(_Model):
    """A case that went badly, with the reply in full."""

    measure: str
    dataset: str
    case: str
    value: float
    reason: str
    question: str
    asked_by: str
    reply: Reply | None


class Row(_Model):
    """One case as it was run."""

    dataset: str
    case: str
    question: str
    audience: str | None
    stage: str | None
    expect: str | None
    kind: str
    guides: dict[str, int]
    rankings: dict[str, tuple[str, ...]]
    reply: Reply | None
    error: str
    reply_hash: str = ""


class Part(_Model):
    """What was run of one dataset."""

    cases: int
    half: Half
    errors: int


class Extras(_Model):
    """What is no figure: how far the matcher and the judge agree with hands, curves, gradings."""

    matcher: tuple[Agreement, ...] = ()
    calibration: Calibration | None = None
    graded: GradedCounts | None = None
    judge: JudgeNote | None = None


class Report(_Model):
    """Everything one run found; ``values`` is dataset, measure, system, case to value."""

    made: str
    settings: dict[str, str | int | float]
    parts: dict[str, Part]
    figures: tuple[Figure, ...]
    contrasts: tuple[Contrast, ...]
    worst: tuple[WorstCase, ...]
    values: dict[str, dict[str, dict[str, dict[str, float]]]]
    extras: Extras = Extras()

    def find(
        self, measure: str, dataset: str, system: str = OURS, group: str = ""
    ) -> Figure | None:
        """Return one figure, or None where it was not measured."""
        key = (dataset, measure, system, group)
        return next(
            (f for f in self.figures if (f.dataset, f.measure, f.system, f.group) == key), None
        )


def write_report(report: Report, outcomes: Sequence[Outcome], folder: Path) -> Path:
    """Write the report and every reply; return the report's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(_to_json(report), encoding="utf-8")
    lines = [_row(outcome).model_dump_json(by_alias=True) for outcome in outcomes]
    (folder / REPLIES).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def load_report(path: Path) -> Report:
    """Read a report from its file, or from the folder it stands in.

    Raises:
        DatasetError: when it is not there or not a report.
    """
    path = path / FILE if path.is_dir() else path
    try:
        return Report.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error}. Make it: mentor eval run") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DatasetError(f"{path}: not a report: {place}: {first['msg']}") from error


def _to_json(report: Report) -> str:
    value: Any = report.model_dump(mode="json", by_alias=True)
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _row(outcome: Outcome) -> Row:
    case = outcome.case
    return Row(
        dataset=case.dataset,
        case=case.id,
        question=case.question,
        audience=case.audience,
        stage=case.stage,
        expect=case.expect,
        kind=case.kind,
        guides=case.guides,
        rankings=outcome.rankings,
        reply=outcome.reply,
        error=outcome.error,
        reply_hash=hash_reply(outcome.reply.text) if outcome.reply else "",
    )
