"""What happens when somebody asks: the events of a turn, folded into what the page shows."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.conversation import Finished, Question, Token
from assistant.web.readiness_view import progress_words
from assistant.web.turn_view import render_log, render_turn, render_unfinished
from knowledge.errors import MentorError
from knowledge.vocabulary import Audience, Stage

if TYPE_CHECKING:
    from assistant.build import Assistant

REDRAW_SECONDS = 0.06
POLL_SECONDS = 0.4
UNEXPECTED = (
    "Something went wrong on our side, and it is written in the terminal. "
    "Your question is still in the box: send it again, or look for the cause with: mentor doctor"
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What the conversation looks like now: earlier turns, the latest one, and the box."""

    log: str
    live: str
    box: str = ""


def new_thread() -> str:
    """Return an id that nobody can guess: whoever knows it can read the conversation."""
    return secrets.token_urlsafe(18)


class Chat:
    """The conversation of the page, over one assistant."""

    def __init__(self, assistant: "Assistant") -> None:
        """Take the assistant that answers."""
        self._assistant = assistant

    async def resume(self, thread: str) -> Look:
        """Return the conversation as it was left."""
        if not thread:
            return Look("", "")
        turns = [(turn.question.text, turn.reply) for turn in await self._assistant.history(thread)]
        if not turns:
            return Look("", "")
        return Look(render_log(turns[:-1]), render_turn(*turns[-1]))

    async def ask(
        self, text: str, thread: str, audience: Audience | None = None, stage: Stage | None = None
    ) -> AsyncIterator[Look]:
        """Ask, and yield the look after every piece; what was typed returns if it fails."""
        id = secrets.token_hex(6)
        log = ""
        try:
            earlier = await self.resume(thread)
            log = "\n".join(part for part in (earlier.log, earlier.live) if part)
            question = Question(text=text, audience=audience, stage=stage, thread=thread, id=id)
            async for live in self._write(question):
                yield Look(log, live)
        except MentorError as error:
            yield Look(log, render_unfinished(text, id, notice=str(error)), box=text)
        except Exception:
            _log.exception("a turn failed")
            yield Look(log, render_unfinished(text, id, notice=UNEXPECTED), box=text)

    async def forget(self, thread: str) -> None:
        """Delete the conversation from this computer."""
        if thread:
            await self._assistant.forget_thread(thread)

    async def _write(self, question: Question) -> AsyncIterator[str]:
        """Yield the latest turn as it grows."""
        text = question.text
        readiness = self._assistant.readiness
        while readiness.state == "building":
            words = f"{progress_words(readiness)} Your question is next."
            yield render_unfinished(text, question.id, waiting=words)
            await asyncio.sleep(POLL_SECONDS)
            readiness = self._assistant.readiness
        yield render_unfinished(text, question.id, waiting="Reading the library…")
        written = ""
        drawn_at = 0.0
        async for event in self._assistant.stream(question):
            if isinstance(event, Token):
                written += event.text
                if time.monotonic() - drawn_at >= REDRAW_SECONDS:
                    drawn_at = time.monotonic()
                    yield render_unfinished(text, question.id, text=written)
            elif isinstance(event, Finished):
                yield render_turn(text, event.reply)
