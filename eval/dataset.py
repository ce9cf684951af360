"""Datasets: JSON lines in, typed cases out.

A file that has halves is read by its held-out half unless another is asked for; nothing may be
tuned on that half. The turns of a conversation are cases that share a thread.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from eval.case import Dataset, Half
from eval.line import LINES, FollowUp, Record
from knowledge.errors import DatasetError

AnyRecord = TypeVar("AnyRecord", bound=Record)

DATASETS_FOLDER = Path(__file__).parent / "datasets"


def load_dataset(name: str, *, part: Half = "held", folder: Path = DATASETS_FOLDER) -> Dataset:
    """Read one dataset; a file without splits is read whole.

    Raises:
        DatasetError: for an unknown name, and listing every line that is not as it should be.
    """
    if name not in LINES:
        raise DatasetError(f"There is no dataset {name!r}. Choose from: {', '.join(LINES)}")
    lines = read_lines(folder / f"{name}.jsonl", LINES[name])
    if part == "all" or not any(line.split for line in lines):
        part = "all"
    else:
        lines = [line for line in lines if line.split == part]
    return Dataset(name, tuple(case for line in lines for case in line.iter_cases(name)), part)


def load_asked(folder: Path = DATASETS_FOLDER) -> Dataset:
    """Read the questions that have labels but no points: search and triage are fitted on them.

    Raises:
        DatasetError: listing every line that is not as it should be.
    """
    lines = read_lines(folder / "asked_fit.jsonl", LINES["questions"])
    return Dataset("asked", tuple(c for line in lines for c in line.iter_cases("asked")), "fit")


def load_follow_ups(folder: Path = DATASETS_FOLDER) -> tuple[FollowUp, ...]:
    """Read the follow-ups with the guide that answers them; nothing is fitted on them.

    Raises:
        DatasetError: listing every line that is not as it should be.
    """
    return tuple(read_lines(folder / "follow_ups.jsonl", FollowUp))


def check_half(name: str) -> Half:
    """Return the name as a half.

    Raises:
        DatasetError: when it is none.
    """
    halves: dict[str, Half] = {"held": "held", "fit": "fit", "all": "all"}
    if name not in halves:
        raise DatasetError(f"--half {name!r}: choose from {', '.join(halves)}")
    return halves[name]


def read_lines(path: Path, model: type[AnyRecord]) -> list[AnyRecord]:
    """Read a file of records, each with an id of its own.

    Raises:
        DatasetError: listing every line that is not as it should be.
    """
    lines: list[AnyRecord] = []
    problems: list[str] = []
    seen: set[str] = set()
    for number, record in iter_records(path):
        try:
            line = model.model_validate(record)
        except ValidationError as error:
            problems += [f"{path}:{number}: {_explain(part)}" for part in error.errors()]
            continue
        if line.id in seen:
            problems.append(f"{path}:{number}: id {line.id!r} stands twice")
        seen.add(line.id)
        lines.append(line)
    if problems:
        raise DatasetError("\n".join(problems))
    return lines


def iter_records(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield each line's number and JSON value; empty lines are passed over.

    Raises:
        DatasetError: when the file is missing, or naming the first line that is not JSON.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except ValueError as error:
            raise DatasetError(f"{path}:{number}: not JSON: {error}") from error


def _explain(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"]) or "the line"
    return f"{place}: {problem['msg']}, not {problem['input']!r:.60}"
