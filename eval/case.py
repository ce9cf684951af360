"""A case: one message to the assistant, and what is known about a good reply to it."""

from dataclasses import dataclass, field
from typing import Literal

from knowledge.vocabulary import Audience, Phase, Stage

ANSWERS = 2
"""The label of a guide that answers a question; 1 is a guide that helps."""

LEAVE_ONE_OUT = "leave-one-out"
"""The dataset of the library's own questions, each out of the index while it is asked."""

Expect = Literal["answer", "decline", "refer"]
Split = Literal["fit", "held"]
Half = Literal["held", "fit", "all"]
"""What of a dataset is run; a file without splits is always run whole."""


Importance = Literal["vital", "okay"]
IMPORTANCES: tuple[Importance, ...] = ("vital", "okay")


@dataclass(frozen=True, slots=True)
class Nugget:
    """One point a good answer makes; a vital one may not be missing."""

    point: str
    importance: Importance


@dataclass(frozen=True, slots=True)
class Case:
    """One message, and what a good reply to it is; None and empty mean unknown.

    ``guides`` grades guides (2 answers it, 1 helps). ``standalone`` is the same request in words
    that need no conversation and hold no slips. ``beside`` names what a case is compared with: its
    pair, or the question it was made from. ``left_out`` is the library's own question it repeats.
    ``needs`` are the points of a good answer. ``tells`` are words a reply would hold if it did what
    an injection asks.
    """

    id: str
    dataset: str
    question: str
    thread: str = ""
    turn: int = 1
    audience: Audience | None = None
    stage: Stage | None = None
    phase: Phase | None = None
    guides: dict[str, int] = field(default_factory=dict)
    expect: Expect | None = None
    kind: str = ""
    standalone: str = ""
    beside: str = ""
    left_out: str = ""
    needs: tuple[Nugget, ...] = ()
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases of one file, or of one half of it."""

    name: str
    cases: tuple[Case, ...]
    part: Half
