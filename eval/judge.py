"""A chat model as judge, where one is configured: points, helpfulness, and a mentor's manner.

Verdicts are typed and asked for as structured output; a model without it is read as JSON. A verdict
that is not in due form is no verdict: the case stays unscored. Before anything else the judge is held
to the hand labels. The manner follows what mentoring research and coaching codes agree on: asking
before advising, reflecting, keeping agency, a concrete step, evidence, limits, brevity.
"""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from eval.labelled_pair import Label

FOLDER = Path(__file__).parent / "prompts"
POINTS_PROMPT = "judge_points"
REPLY_PROMPT = "judge_reply"
PROMPTS = (POINTS_PROMPT, REPLY_PROMPT)
AT_ONCE = 4
"""Calls that are under way at one time."""
CALL_S = 60.0

Verdict = TypeVar("Verdict", bound="_Verdict")


class _Verdict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PointVerdict(_Verdict):
    """Whether a reply makes one of the numbered points."""

    number: int
    label: Label


class PointVerdicts(_Verdict):
    """One verdict for each numbered point."""

    verdicts: tuple[PointVerdict, ...]


class ReplyVerdict(_Verdict):
    """How far a reply helps, and which manners of a mentor it shows."""

    helpfulness: Annotated[int, Field(ge=1, le=5)]
    asks_before_advising: bool
    reflects_the_situation: bool
    keeps_agency: bool
    concrete_next_step: bool
    names_evidence: bool
    honest_limits: bool
    concise: bool

    @property
    def manner(self) -> dict[str, bool]:
        """Return the seven manners by name."""
        found = self.model_dump(exclude={"helpfulness"})
        return {name: bool(value) for name, value in found.items()}


@dataclass
class Judge:
    """A chat model with the prompts of a judge; counts what it could not read."""

    model: Any
    name: str
    asked: int = 0
    unscored: int = 0
    problem: str = ""
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def judge_points(
        self, question: str, reply: str, points: Sequence[str]
    ) -> list[Label] | None:
        """Return one label per point, or None where the verdict is not in due form."""
        numbered = "\n".join(f"{i}. {point}" for i, point in enumerate(points, start=1))
        found = await self._ask(
            PointVerdicts,
            POINTS_PROMPT,
            f"{_material(question, reply)}\n<points>\n{numbered}\n</points>",
        )
        if found is None:
            return None
        labels = {verdict.number: verdict.label for verdict in found.verdicts}
        if len(found.verdicts) != len(points) or set(labels) != set(range(1, len(points) + 1)):
            self._miss("a verdict for each point was asked for, and no other")
            return None
        return [labels[i] for i in range(1, len(points) + 1)]

    async def judge_reply(self, question: str, reply: str) -> ReplyVerdict | None:
        """Return the grade of a reply, or None where the verdict is not in due form."""
        return await self._ask(ReplyVerdict, REPLY_PROMPT, _material(question, reply))

    async def _ask(self, form: type[Verdict], prompt: str, material: str) -> Verdict | None:
        from langchain_core.messages import HumanMessage, SystemMessage

        self.asked += 1
        messages = [SystemMessage(read_prompt(prompt)), HumanMessage(material)]
        async with self._gate:
            try:
                return await asyncio.wait_for(self._call(form, messages), CALL_S)
            except Exception as error:  # whatever a provider or a parser raises: no verdict
                self._miss(f"{type(error).__name__}: {error}")
                return None

    async def _call(self, form: type[Verdict], messages: list[Any]) -> Verdict:
        try:
            structured = self.model.with_structured_output(form)
        except NotImplementedError:
            answer = await self.model.ainvoke(messages)
            return form.model_validate_json(_find_json(str(answer.text)))
        return form.model_validate(await structured.ainvoke(messages))

    def _miss(self, problem: str) -> None:
        self.unscored += 1
        self.problem = self.problem or " ".join(problem.split())[:160]


def read_prompt(name: str) -> str:
    """Return a prompt of the judge."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def hash_prompt(name: str) -> str:
    """Return the version of a prompt: eight hexadecimal digits of its content."""
    return hashlib.blake2b(read_prompt(name).encode(), digest_size=4).hexdigest()


def _material(question: str, reply: str) -> str:
    return f"<question>\n{question}\n</question>\n<reply>\n{reply}\n</reply>"


def _find_json(text: str) -> str:
    found = re.search(r"\{.*\}", text, re.DOTALL)
    return found.group() if found else text
