"""Held-out replies judged by hand, point by point and as a whole: what the matcher cannot say.

    python -m eval.judged

`datasets/judged.jsonl` holds, for each held-out question and two systems, the reply as it was read
(at the same number of words), a label for each vital point, and what an experienced mentor would do
with it. The order of the two was random; their looks give them away, so this is not blind.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import Field

from eval.dataset import DATASETS_FOLDER, read_lines
from eval.graded import GRADES, Grade
from eval.labelled_pair import WORTH, Label
from eval.line import Record
from eval.metrics import RESAMPLES, SEED

JUDGED_FILE = DATASETS_FOLDER / "judged.jsonl"


class JudgedReply(Record):
    """One reply, a label for each vital point of its question, and a grade."""

    question: str = Field(min_length=1)
    system: str
    reply: str = Field(min_length=1)
    points: tuple[str, ...] = Field(min_length=1)
    labels: tuple[Label, ...] = Field(min_length=1)
    grade: Grade
    note: str = ""

    def share(self, *, half: bool) -> float:
        """Return the share of points made; with ``half`` a point made partly counts half."""
        worth = [WORTH[label] if half else float(label == "supported") for label in self.labels]
        return float(np.mean(worth))


def load_judged(path: Path = JUDGED_FILE) -> list[JudgedReply]:
    """Read the judged replies.

    Raises:
        DatasetError: listing every line that is not as it should be.
    """
    return read_lines(path, JudgedReply)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """Return the ratio of two paired means with its 95% interval, bootstrapped over questions."""
    pairs = np.array([ours, theirs])
    rng = np.random.default_rng(SEED)
    drawn = pairs[:, rng.integers(0, pairs.shape[1], (RESAMPLES, pairs.shape[1]))].mean(axis=2)
    low, high = np.percentile(drawn[0] / np.maximum(drawn[1], 1e-9), [2.5, 97.5])
    return float(np.mean(ours) / max(float(np.mean(theirs)), 1e-9)), float(low), float(high)


def main() -> None:
    """Print vital nugget recall and grades of each system, and ours against the rival's."""
    replies = load_judged()
    systems: dict[str, dict[str, JudgedReply]] = {}
    for reply in replies:
        systems.setdefault(reply.system, {})[reply.question] = reply
    write = sys.stdout.write
    for system, judged in systems.items():
        grades = Counter(reply.grade for reply in judged.values())
        told = ", ".join(f"{grade} {grades[grade]}" for grade in GRADES)
        write(f"{system} (n={len(judged)}): {told}\n")
    both = sorted(set.intersection(*(set(judged) for judged in systems.values())))
    ours, rival = systems["ours"], systems["naive"]
    for name, half in (("supported only", False), ("partly counts half", True)):
        mine = [ours[question].share(half=half) for question in both]
        theirs = [rival[question].share(half=half) for question in both]
        value, low, high = ratio(mine, theirs)
        write(
            f"vital nugget recall, {name} (n={len(both)}): ours {np.mean(mine):.3f}, "
            f"naive {np.mean(theirs):.3f}, ratio {value:.2f} ({low:.2f} to {high:.2f})\n"
        )


if __name__ == "__main__":
    main()
