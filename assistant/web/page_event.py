"""What each control of the main page does."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr  # noqa: TID253 - only `build_app` imports this module

from assistant.profile import stated_profile
from assistant.web.chat import Chat, Look, new_thread
from assistant.web.readiness_view import render_progress
from assistant.web.topic_panel import (
    render_agenda,
    render_topics,
    suggest,
    toggle,
)
from knowledge.errors import MentorError
from knowledge.vocabulary import Audience, Stage

if TYPE_CHECKING:
    from assistant.build import Assistant

_Kind = TypeVar("_Kind", Audience, Stage)
CONCURRENT = 16
"""Events of one kind that run at the same time; without it one slow reader holds up everybody."""


class PageEvents:
    """The parts of the page, filled in while it is laid out, and the events between them."""

    thread: gr.BrowserState
    chair: gr.BrowserState
    topics: gr.State
    chosen: gr.State
    timer: gr.Timer
    fresh: gr.Button
    forget: gr.Button
    progress: gr.HTML
    audience: gr.Radio
    stage: gr.Radio
    log: gr.HTML
    live: gr.HTML
    fold: gr.Accordion
    goal: gr.Textbox
    suggest: gr.Button
    cards: gr.HTML
    plan: gr.Column
    minutes: gr.Radio
    agenda: gr.HTML
    box: gr.Textbox
    send: gr.Button

    def __init__(self, assistant: "Assistant", chat: Chat) -> None:
        """Take what answers."""
        self._assistant = assistant
        self._chat = chat

    def connect(self, page: gr.Blocks) -> None:
        """Wire every event; call inside the page's context, when all parts are there."""
        options: dict[str, Any] = {
            "api_visibility": "private",
            "concurrency_limit": CONCURRENT,
            "show_progress": "hidden",
        }
        # One at a time and in order, so that an earlier suggestion never covers a later one.
        in_order = options | {"concurrency_limit": 1, "concurrency_id": "topics"}
        who = [self.audience, self.stage]
        talk = [self.box, self.log, self.live, self.thread, self.fold]
        panel = [self.topics, self.cards]
        page.load(
            self._open,
            [self.thread, self.chair],
            [self.log, self.live, *who, self.fold, self.progress],
            **options,
        ).then(self._refresh, [*who, self.goal, self.chosen], panel, **in_order)
        asking = [
            gr.on(
                [self.box.submit, self.send.click],
                self._ask,
                [self.box, self.thread, *who],
                talk,
                **options,
            )
        ]
        asking += [
            html.select(self._ask_button, [self.thread, *who, self.box], [*talk, *who], **options)
            for html in (self.log, self.live, self.cards)
        ]
        gr.on(
            [self.audience.change, self.stage.change],
            _keep_chair,
            who,
            self.chair,
            **options,
        ).then(self._refresh, [*who, self.goal, self.chosen], panel, **in_order)
        gr.on(
            [self.suggest.click, self.goal.submit],
            self._refresh,
            [*who, self.goal, self.chosen],
            panel,
            **in_order,
        )
        plan = [self.chosen, self.cards, self.plan, self.agenda]
        self.cards.apply(self._toggle, [self.topics, self.chosen, self.minutes], plan, **options)
        self.agenda.clear(self._clear, [self.topics], plan, **options)
        self.minutes.change(render_agenda, [self.chosen, self.minutes], self.agenda, **options)
        cleared = [self.log, self.live, self.thread, self.fold]
        self.fresh.click(self._start_over, None, cleared, cancels=asking, **options)
        self.forget.click(self._forget, self.thread, cleared, cancels=asking, **options)
        self.timer.tick(
            self._tick,
            [*who, self.goal, self.chosen],
            [self.progress, self.timer, *panel],
            **options,
        )

    async def _open(self, thread: str, chair: dict[str, Any]) -> tuple[Any, ...]:
        """Bring back the conversation and the chair that were left."""
        try:
            look = await self._chat.resume(thread or "")
        except MentorError:
            look = Look("", "")
        # Only what was kept is set: somebody may have begun to choose or to ask already.
        audience = _parse(Audience, (chair or {}).get("audience")) or gr.skip()
        stage = _parse(Stage, (chair or {}).get("stage")) or gr.skip()
        progress = render_progress(self._assistant.readiness)
        if not look.live:
            return gr.skip(), gr.skip(), audience, stage, gr.skip(), progress
        return look.log, look.live, audience, stage, gr.Accordion(open=False), progress

    async def _ask(
        self, text: str, thread: str, audience: str | None, stage: str | None
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Send what is in the box."""
        if not (text or "").strip():
            yield (gr.skip(),) * 5
            return
        thread = thread or new_thread()
        chair = (_parse(Audience, audience), _parse(Stage, stage))
        first = True
        async for look in self._chat.ask(text.strip(), thread, *chair):
            # The box and the fold are set once: what is typed meanwhile is not to be lost.
            once = first or look.box
            box = look.box if once else gr.skip()
            log = look.log if first else gr.skip()
            yield box, log, look.live, thread, gr.Accordion(open=False) if first else gr.skip()
            first = False

    async def _ask_button(
        self, thread: str, audience: str, stage: str, typed: str, event: gr.EventData
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Ask what a button says, in the chair it says; what is being typed stays."""
        data = event._data or {}
        audience = data.get("audience") or audience
        stage = data.get("stage") or stage
        async for parts in self._ask(str(data.get("text", "")), thread, audience, stage):
            yield typed or parts[0], *parts[1:], audience, stage

    def _refresh(
        self, audience: str, stage: str, goal: str, chosen: list[Any]
    ) -> tuple[list[Any], str]:
        profile = stated_profile(_parse(Audience, audience), _parse(Stage, stage), None)
        topics, message = suggest(self._assistant, profile, goal or "", chosen)
        return topics, render_topics(topics, chosen, message)

    def _toggle(
        self, topics: list[Any], chosen: list[Any], minutes: int, event: gr.EventData
    ) -> tuple[Any, ...]:
        number = str((event._data or {}).get("number", ""))
        chosen = toggle(topics, chosen, int(number) if number.isdigit() else -1)
        return (
            chosen,
            render_topics(topics, chosen),
            gr.Column(visible=bool(chosen)),
            render_agenda(chosen, minutes),
        )

    def _clear(self, topics: list[Any]) -> tuple[Any, ...]:
        return [], render_topics(topics, []), gr.Column(visible=False), ""

    def _start_over(self) -> tuple[Any, ...]:
        return "", "", new_thread(), gr.Accordion(open=True)

    async def _forget(self, thread: str) -> tuple[Any, ...]:
        try:
            await self._chat.forget(thread or "")
        except MentorError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return self._start_over()

    def _tick(self, *shown: Any) -> tuple[Any, ...]:
        """Follow the build; stop looking, and suggest topics, when it is over."""
        readiness = self._assistant.readiness
        if readiness.state == "building":
            return render_progress(readiness), gr.skip(), gr.skip(), gr.skip()
        return render_progress(readiness), gr.Timer(active=False), *self._refresh(*shown)


def _keep_chair(audience: str | None, stage: str | None) -> dict[str, str | None]:
    """Return what this browser keeps of who is asking."""
    return {"audience": audience, "stage": stage}


def _parse(kind: type[_Kind], value: str | None) -> _Kind | None:
    """Return a value of a closed set, or None for anything else a browser may send."""
    try:
        return kind(value or "")
    except ValueError:
        return None
