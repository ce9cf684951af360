"""Replies somebody read in full and graded: would sign, would edit, would not send.

`datasets/graded.jsonl` names the case and the hash of the text that was read, so that a report can
say how many of those replies are still the same.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from eval.dataset import DATASETS_FOLDER, read_lines
from eval.line import Record
from eval.outcome import Outcome

GRADED_FILE = DATASETS_FOLDER / "graded.jsonl"

Grade = Literal["would sign", "would edit", "would not send"]
GRADES: tuple[Grade, ...] = get_args(Grade)


class GradedReply(Record):
    """One reply as it was read, and what its reader would do with it."""

    dataset: str = Field(min_length=1)
    case: str = Field(min_length=1)
    grade: Grade
    note: str = ""
    reply_hash: str = Field(pattern=r"^[0-9a-f]{16}$")


class GradedCounts(BaseModel):
    """How many replies have each grade.

    ``asked`` of them were asked again in this run, and ``changed`` read differently now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    counts: dict[Grade, int]
    asked: int
    changed: int

    @property
    def n(self) -> int:
        """Return how many replies were graded."""
        return sum(self.counts.values())


def load_graded(path: Path = GRADED_FILE) -> list[GradedReply]:
    """Read the graded replies; an empty file means that none are graded yet.

    Raises:
        DatasetError: listing every line that is not as it should be.
    """
    return read_lines(path, GradedReply)


def hash_reply(text: str) -> str:
    """Return the sixteen hexadecimal digits by which a reply's text is known again."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def count_graded(graded: Sequence[GradedReply], outcomes: Sequence[Outcome]) -> GradedCounts:
    """Count the grades, and the graded replies of this run whose text has changed since."""
    counts = Counter(reply.grade for reply in graded)
    now = {(o.case.dataset, o.case.id): hash_reply(o.reply.text) for o in outcomes if o.reply}
    asked = [reply for reply in graded if (reply.dataset, reply.case) in now]
    return GradedCounts(
        counts={grade: counts[grade] for grade in GRADES},
        asked=len(asked),
        changed=sum(now[reply.dataset, reply.case] != reply.reply_hash for reply in asked),
    )
