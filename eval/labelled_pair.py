"""Points and replies that were judged by hand: what the nugget matcher is fitted on and held to.

*supported* means that a reader of the reply would know the whole point, *partly* a part of it that
is of use. `nuggets.jsonl` has pairs of real and other questions with the reply's own words that show
the point (``by``). `judged_fit.jsonl` has whole replies to questions of halves that were held out
once, each with all its vital points; `judged.jsonl` those of the half that is held out now. The
matcher is fitted on the first two.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from eval.case import Importance
from eval.dataset import DATASETS_FOLDER, read_lines
from eval.graded import Grade
from eval.line import Record

NUGGETS_FILE = DATASETS_FOLDER / "nuggets.jsonl"
JUDGED_FILE = DATASETS_FOLDER / "judged.jsonl"
JUDGED_FIT_FILE = DATASETS_FOLDER / "judged_fit.jsonl"

Label = Literal["supported", "partly", "not"]
WORTH: dict[Label, float] = {"supported": 1.0, "partly": 0.5, "not": 0.0}
"""What a label counts where half a point counts half."""


class LabelledPair(Record):
    """One point of a good answer, one reply, and whether the reply makes the point."""

    question: str = Field(min_length=1)
    point: str = Field(min_length=1)
    importance: Importance
    system: str
    reply: str = Field(min_length=1)
    label: Label


class QuotedPair(LabelledPair):
    """A pair with the words of the reply that make the point."""

    by: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.by.strip()) != (self.label != "not"):
            raise ValueError("a point that is made names the words that make it, another none")
        if " ".join(self.by.split()) not in " ".join(self.reply.split()):
            raise ValueError(f"`by` does not stand in the reply: {self.by[:60]!r}")
        return self


class JudgedReply(Record):
    """One reply, a label for each vital point of its question, and a grade."""

    question: str = Field(min_length=1)
    system: str
    reply: str = Field(min_length=1)
    points: tuple[str, ...] = Field(min_length=1)
    labels: tuple[Label, ...] = Field(min_length=1)
    grade: Grade
    note: str = ""

    @property
    def pairs(self) -> list[LabelledPair]:
        """Return one labelled pair for each point."""
        return [
            LabelledPair(
                id=f"{self.id}/{place}",
                question=self.question,
                point=point,
                importance="vital",
                system=self.system,
                reply=self.reply,
                label=label,
            )
            for place, (point, label) in enumerate(zip(self.points, self.labels, strict=True))
        ]

    def share(self, *, half: bool) -> float:
        """Return the share of points made; with ``half`` a point made partly counts half."""
        worth = [WORTH[label] if half else float(label == "supported") for label in self.labels]
        return sum(worth) / len(worth)


def load_quoted(path: Path = NUGGETS_FILE) -> list[QuotedPair]:
    """Read the pairs that name the words which make the point.

    Raises:
        DatasetError: listing every line that is not as it should be.
    """
    return read_lines(path, QuotedPair)


def load_judged(path: Path = JUDGED_FILE) -> list[JudgedReply]:
    """Read judged replies, as a rule those of the held-out half.

    Raises:
        DatasetError: listing every line that is not as it should be.
    """
    return read_lines(path, JudgedReply)


def load_pairs() -> list[LabelledPair]:
    """Return every pair the matcher may be fitted on: none is of a half that is held out.

    Raises:
        DatasetError: listing every line that is not as it should be.
    """
    judged = load_judged(JUDGED_FIT_FILE)
    return [*load_quoted(), *(pair for reply in judged for pair in reply.pairs)]
