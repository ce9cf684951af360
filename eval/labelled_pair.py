"""Points and replies that were judged by hand: what the nugget matcher is fitted on and held to.

All are from the fit half of the questions. *supported* means that a reader of the reply would know
the whole point, *partly* a part of it that is of use; ``by`` are the reply's own words that show it.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from eval.case import Importance
from eval.dataset import DATASETS_FOLDER, read_lines
from eval.line import Record

NUGGETS_FILE = DATASETS_FOLDER / "nuggets.jsonl"

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
    by: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.by.strip()) != (self.label != "not"):
            raise ValueError("a point that is made names the words that make it, another none")
        if " ".join(self.by.split()) not in " ".join(self.reply.split()):
            raise ValueError(f"`by` does not stand in the reply: {self.by[:60]!r}")
        return self


def load_pairs(path: Path = NUGGETS_FILE) -> list[LabelledPair]:
    """Read the pairs.

    Raises:
        DatasetError: listing every line that is not as it should be.
    """
    return read_lines(path, LabelledPair)
