"""The JSON interface: the same replies as on the page and on the command line."""

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.conversation import Event, Question, Reply
from assistant.profile import stated_profile
from assistant.web.error import NotFoundError, error_body, require_ready
from assistant.web.guide_page import cited_sources
from knowledge.document import GUIDANCE
from knowledge.errors import MentorError
from knowledge.guide import Guide, guide_to_record
from knowledge.vocabulary import Audience, Phase, Stage

if TYPE_CHECKING:
    from assistant.build import Assistant

EVENT_STREAM = "text/event-stream"


def build_api(assistant: "Assistant") -> APIRouter:
    """Return the routes under ``/api``."""
    router = APIRouter(prefix="/api")

    @router.post("/ask", response_model=Reply, summary="Ask a question and get a cited reply.")
    async def ask(question: Question, request: Request) -> Response:
        require_ready(assistant.readiness)
        if EVENT_STREAM in request.headers.get("accept", ""):
            return await _stream(assistant, question)
        reply = await assistant.answer(question)
        return JSONResponse(reply.model_dump(mode="json", by_alias=True))

    @router.get("/topics", summary="Suggest topics for a mentoring conversation.")
    def topics(
        audience: Audience | None = None,
        stage: Stage | None = None,
        phase: Phase | None = None,
        goal: str = "",
        covered: Annotated[list[str] | None, Query()] = None,
        n: Annotated[int, Query(ge=1, le=20)] = 6,
    ) -> dict[str, Any]:
        require_ready(assistant.readiness)
        profile = stated_profile(audience, stage, phase)
        found = assistant.suggest(profile, goal=goal, covered=covered or (), n=n)
        return {
            "profile": profile.model_dump(mode="json", by_alias=True),
            "topics": [topic.to_json() for topic in found],
        }

    @router.get("/search", summary="Search the passages of the library.")
    def search(
        q: str,
        k: Annotated[int, Query(ge=1, le=100)] = 10,
        audience: Audience | None = None,
        stage: Stage | None = None,
        collection: str = GUIDANCE,
    ) -> list[dict[str, Any]]:
        require_ready(assistant.readiness)
        hits = assistant.search(q, k=k, audience=audience, stage=stage, collection=collection)
        return [hit.to_json() for hit in hits]

    @router.get("/guides", summary="List the guides of the library.")
    def guides() -> list[dict[str, Any]]:
        require_ready(assistant.readiness)
        return [
            {
                "guide": guide.id,
                "title": guide.title,
                "audience": guide.audience,
                "stages": guide.stages,
                "phases": guide.phases,
            }
            for guide in assistant.guides()
        ]

    @router.get("/guides/{slug}", summary="Read one guide whole, with its sources.")
    def guide(slug: str) -> dict[str, Any]:
        require_ready(assistant.readiness)
        found = assistant.guide(slug)
        if found is None:
            raise NotFoundError(f"There is no guide {slug!r}. List them with: GET /api/guides")
        return _guide_json(assistant, found)

    return router


async def _stream(assistant: "Assistant", question: Question) -> Response:
    """Answer with one server-sent event per event of the turn.

    The first is awaited before anything is sent, so that a bad question is still a plain 400.
    """
    events = assistant.stream(question)
    first = await anext(events)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_frames(first, events), media_type=EVENT_STREAM, headers=headers)


async def _frames(first: Event, rest: AsyncIterator[Event]) -> AsyncIterator[str]:
    yield _frame(first)
    try:
        async for event in rest:
            yield _frame(event)
    except MentorError as error:
        yield f"event: error\ndata: {json.dumps(error_body(error))}\n\n"


def _frame(event: Event) -> str:
    return f"event: {event.type}\ndata: {event.model_dump_json(by_alias=True)}\n\n"


def _guide_json(assistant: "Assistant", guide: Guide) -> dict[str, Any]:
    works = assistant.sources(cited_sources(guide))
    return guide_to_record(guide) | {
        "sources": [
            {
                "id": work.id,
                "label": work.label,
                "title": work.title,
                "kind": work.kind,
                "strength": work.strength,
                "url": work.url,
            }
            for work in works.values()
        ]
    }
