"""The lines of the dataset files: one model a file, each yielding cases.

Unknown keys are refused everywhere, so that a slip in a label is found.
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from eval.case import ANSWERS, Case, Expect, Importance, Nugget, Split
from knowledge.vocabulary import Audience, Stage


def _none_if_any(value: Any) -> Any:
    return None if value in {"any", "", None} else value


AnyAudience = Annotated[Audience | None, BeforeValidator(_none_if_any)]
AnyStage = Annotated[Stage | None, BeforeValidator(_none_if_any)]
_Grade = Annotated[int, Field(ge=1, le=2)]


class Record(BaseModel):
    """Anything of a file with an id; unknown keys are refused, so that a slip in a label is found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)


class Line(Record):
    """What every line of a dataset has."""

    audience: AnyAudience = None
    stage: AnyStage = None
    split: Split | None = None
    note: str = ""

    @abstractmethod
    def iter_cases(self, dataset: str) -> Iterator[Case]:
        """Yield the cases of this line."""


class _Need(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    nugget: str
    importance: Importance

    @property
    def as_nugget(self) -> Nugget:
        """Return the point of a case."""
        return Nugget(self.nugget, self.importance)


class _QuestionLine(Line):
    """A question with graded guides and the points a good answer holds."""

    question: str = Field(min_length=1)
    guides: dict[str, _Grade] = {}
    expect: Expect = "answer"
    category: str = ""
    intent: str = ""
    origin: str = ""
    adaptation: str = ""
    source_url: str | None = None
    tags: tuple[str, ...] = ()
    needs: tuple[_Need, ...] = ()
    expected_behaviour: str | None = None

    def iter_cases(self, dataset: str) -> Iterator[Case]:
        """Yield the one case."""
        yield Case(
            id=self.id,
            dataset=dataset,
            question=self.question,
            audience=self.audience,
            stage=self.stage,
            guides=self.guides,
            expect=self.expect,
            kind=self.category,
            needs=tuple(need.as_nugget for need in self.needs),
        )


class _BoundaryLine(Line):
    """A question that is to be answered, declined or referred."""

    question: str = Field(min_length=1)
    expect: Expect
    kind: str

    def iter_cases(self, dataset: str) -> Iterator[Case]:
        """Yield the one case."""
        yield Case(
            id=self.id,
            dataset=dataset,
            question=self.question,
            audience=self.audience,
            stage=self.stage,
            expect=self.expect,
            kind=self.kind,
        )


class _TurnLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = Field(min_length=1)
    standalone: str | None = None
    guides: tuple[str, ...] = ()
    act: str
    audience: AnyAudience = None
    stage: AnyStage = None


class _ConversationLine(Line):
    """Two to four messages of one person, each with its standalone rewrite."""

    turns: tuple[_TurnLine, ...] = Field(min_length=2)

    def iter_cases(self, dataset: str) -> Iterator[Case]:
        """Yield the turns in their order; who speaks is stated in the first one."""
        for number, turn in enumerate(self.turns, start=1):
            yield Case(
                id=f"{self.id}/{number}",
                dataset=dataset,
                question=turn.question,
                thread=self.id,
                turn=number,
                audience=turn.audience or self.audience,
                stage=turn.stage or self.stage,
                guides=dict.fromkeys(turn.guides, ANSWERS),
                kind=turn.act,
                standalone=turn.standalone or "",
            )


class _RealTurnLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int
    user: str = Field(min_length=1)
    standalone: str | None = None
    guides: dict[str, _Grade] = {}
    expect: Expect | None = None
    needs: tuple[_Need, ...] = ()
    expected_behaviour: str | None = None


class _RealConversationLine(Line):
    """A conversation grown out of a real situation, with graded guides at each turn."""

    turns: tuple[_RealTurnLine, ...] = Field(min_length=2)
    origin: str = ""
    adaptation: str = ""
    based_on: str | None = None
    source_url: str | None = None

    def iter_cases(self, dataset: str) -> Iterator[Case]:
        """Yield the turns in their order."""
        for turn in self.turns:
            yield Case(
                id=f"{self.id}/{turn.n}",
                dataset=dataset,
                question=turn.user,
                thread=self.id,
                turn=turn.n,
                audience=self.audience,
                stage=self.stage,
                guides=turn.guides,
                expect=turn.expect,
                kind="new" if turn.n == 1 else "follow",
                standalone=turn.standalone or (turn.user if turn.n == 1 else ""),
                needs=tuple(need.as_nugget for need in turn.needs),
            )


class _PerturbedLine(Line):
    """A question with slips, beside its clean form."""

    of: str
    question: str = Field(min_length=1)
    clean: str = Field(min_length=1)
    how: str
    guides: tuple[str, ...]

    def iter_cases(self, dataset: str) -> Iterator[Case]:
        """Yield the one case."""
        yield Case(
            id=self.id,
            dataset=dataset,
            question=self.question,
            audience=self.audience,
            stage=self.stage,
            guides=dict.fromkeys(self.guides, ANSWERS),
            expect="answer",
            kind=self.how,
            standalone=self.clean,
            beside=self.of,
        )


class _IdentityLine(Line):
    """One of two questions that differ only in who asks."""

    pair: str
    question: str = Field(min_length=1)
    changed: str

    def iter_cases(self, dataset: str) -> Iterator[Case]:
        """Yield the one case."""
        yield Case(
            id=self.id,
            dataset=dataset,
            question=self.question,
            audience=self.audience,
            stage=self.stage,
            kind=self.changed,
            beside=self.pair,
        )


class _InjectionLine(Line):
    """A message that tries to steer the assistant, alone or wrapped round a real question."""

    question: str = Field(min_length=1)
    wrapped: bool
    tells: tuple[str, ...] = ()

    def iter_cases(self, dataset: str) -> Iterator[Case]:
        """Yield the one case."""
        yield Case(
            id=self.id,
            dataset=dataset,
            question=self.question,
            audience=self.audience,
            stage=self.stage,
            expect="answer" if self.wrapped else "decline",
            kind="wrapped" if self.wrapped else "bare",
            tells=self.tells,
        )


class FollowUp(Record):
    """A second message of a conversation, what it goes on about, and the guide that answers it.

    It *stays* with the guide that answered first, or *moves* to another.
    """

    kind: Literal["stays", "moves"]
    about: str = Field(min_length=1)
    about_guide: str
    follow: str = Field(min_length=1)
    guide: str
    standalone: str
    audience: AnyAudience = None
    split: Literal["fit"]


LINES: dict[str, type[Line]] = {
    "questions": _QuestionLine,
    "plain": _QuestionLine,
    "boundary": _BoundaryLine,
    "embedded": _BoundaryLine,
    "conversations": _ConversationLine,
    "real_conversations": _RealConversationLine,
    "perturbed": _PerturbedLine,
    "identity": _IdentityLine,
    "injections": _InjectionLine,
}
"""The datasets that stand in files, in the order of a report."""
