"""What a turn is made with, and what its steps hand on."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from assistant.boundary import Signpost, Suspicion
from assistant.conversation import Profile, Question, Reply, Timings
from assistant.dense import Query
from assistant.gate import Decision
from assistant.memory import Turn
from assistant.ranking import Retrieved
from assistant.retriever import Retriever
from assistant.shelf import Shelf
from assistant.understand import Subject, Understanding
from knowledge.guide import Guide


@dataclass(frozen=True, slots=True)
class Parts:
    """What a turn is made with; passed in, not looked up."""

    retriever: Retriever
    shelf: Shelf
    contacts: Path | None = None
    model: Any = None
    engine: str = "extractive"


@dataclass
class Clock:
    """Milliseconds by stage of one turn."""

    started: float = field(default_factory=time.perf_counter)
    marks: dict[str, float] = field(default_factory=dict)

    def add(self, stage: str, since: float) -> None:
        """Add the time since a moment to a stage."""
        self.marks[stage] = self.marks.get(stage, 0.0) + (time.perf_counter() - since) * 1e3

    def timings(self) -> Timings:
        """Return the times so far."""
        total = (time.perf_counter() - self.started) * 1e3
        return Timings(**{k: round(v, 2) for k, v in self.marks.items()}, total=round(total, 2))


class State(TypedDict, total=False):
    """What the nodes hand on."""

    question: Question
    turns: Sequence[Turn]
    clock: Clock
    understanding: Understanding
    subject: Subject | None
    message: Query
    profile: Profile
    signpost: Signpost | None
    suspicion: Suspicion
    beside: str
    found: Retrieved
    decision: Decision
    lead: Guide | None
    reply: Reply
    turn: Turn
