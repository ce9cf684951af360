"""The plain pages beside the chat: guides, the library, the interface, and whether all is well."""

from functools import cache
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from assistant.library_map import draw_library
from assistant.web.docs_page import render_docs
from assistant.web.error import require_ready
from assistant.web.guide_page import cited_sources, render_guide, render_missing_guide
from assistant.web.library_page import Shelf, render_library
from assistant.web.map_page import MAP_PATH, render_map
from assistant.web.readiness_view import progress_words
from assistant.web.source_page import render_sources
from assistant.web.template import STATIC
from knowledge.cited_source import rank_sources
from knowledge.library import iter_guide_paths, load_topics
from knowledge.vocabulary import Audience, SourceKind, Stage

if TYPE_CHECKING:
    from assistant.build import Assistant


def install_site(app: FastAPI, assistant: "Assistant") -> None:
    """Add the plain pages to the app."""
    app.mount("/site", StaticFiles(directory=STATIC), name="site")
    app.include_router(_build_pages(assistant))
    app.include_router(_build_health(assistant))


def _build_pages(assistant: "Assistant") -> APIRouter:
    router = APIRouter(include_in_schema=False)
    maps: dict[int, str] = {}
    """The map as last drawn, by the generation of the catalogue."""

    @router.get("/guide/{slug}")
    def guide(slug: str) -> HTMLResponse:
        require_ready(assistant.readiness)
        found = assistant.guide(slug)
        if found is None:
            return HTMLResponse(render_missing_guide(slug[:80]), 404)
        titles = {document.id: document.title for document in assistant.guides()}
        return HTMLResponse(render_guide(found, assistant.sources(cited_sources(found)), titles))

    @router.get("/library")
    def library(audience: str = "", stage: str = "") -> HTMLResponse:
        require_ready(assistant.readiness)
        chair = Audience(audience) if audience in set(Audience) else None
        at = Stage(stage) if stage in set(Stage) else None
        return HTMLResponse(render_library(_shelves(assistant), load_topics(), chair, at))

    @router.get("/library/sources")
    def sources(kind: str = "") -> HTMLResponse:
        require_ready(assistant.readiness)
        wanted = SourceKind(kind) if kind in set(SourceKind) else None
        guides = [
            guide for document in assistant.guides() if (guide := assistant.guide(document.id))
        ]
        works = assistant.sources(id for guide in guides for id in guide.sources)
        return HTMLResponse(render_sources(rank_sources(works, guides), wanted))

    @router.get(MAP_PATH)
    def library_map() -> HTMLResponse:
        require_ready(assistant.readiness)
        generation = assistant.retriever().snapshot.generation
        if generation not in maps:
            maps.clear()
            maps[generation] = render_map(draw_library(assistant), served=True)
        return HTMLResponse(maps[generation])

    @router.get("/docs")
    def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(render_docs(request.app.openapi()))

    return router


def _build_health(assistant: "Assistant") -> APIRouter:
    router = APIRouter()

    @router.get("/healthz", summary="Whether the process is up.")
    def health() -> dict[str, str]:
        return {"status": "up"}

    @router.get("/readyz", summary="Whether questions can be answered, and if not, how far it is.")
    def ready() -> JSONResponse:
        readiness = assistant.readiness
        body = {
            "status": readiness.state,
            "step": readiness.step,
            "done": readiness.done,
            "total": readiness.total,
        }
        if readiness.state == "ready":
            return JSONResponse(body)
        headers = {"Retry-After": "2"}
        return JSONResponse(body | {"error": progress_words(readiness)}, 503, headers)

    return router


@cache
def _topics_by_slug() -> dict[str, str]:
    """Return the topic of each shipped guide: the folder it stands in."""
    return {path.stem: path.parent.name for path in iter_guide_paths()}


def _shelves(assistant: "Assistant") -> list[Shelf]:
    shelves = []
    for document in assistant.guides():
        guide = assistant.guide(document.id)
        shelves.append(
            Shelf(
                slug=document.id,
                title=document.title,
                summary=guide.summary if guide else "",
                topic=_topics_by_slug().get(document.id, ""),
                audience=document.audience,
                stages=document.stages,
            )
        )
    return shelves
