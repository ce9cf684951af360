"""The composition root: settings in, an `Assistant` out. Used by every face and by the evaluation."""

import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from assistant.conversation import (
    Event,
    Finished,
    Profile,
    Question,
    Reply,
    clean_question,
)
from assistant.graph import build_graph
from assistant.memory import Memory, Turn
from assistant.profile import stated_profile
from assistant.readiness import Readiness, build_in_background
from assistant.retriever import Retriever
from assistant.settings import AssistantSettings
from assistant.shelf import Shelf
from assistant.topics import (
    CANDIDATES,
    Candidate,
    Suggestion,
    build_suggestion,
    choose,
    pick_follow_ups,
    rank_candidates,
    score_guides,
    usual_goal,
)
from assistant.turn import Clock, Parts
from assistant.verdict import decide_alone, suspect
from knowledge.catalogue import Catalogue
from knowledge.chunk import ScoredChunk
from knowledge.document import GUIDANCE, Document
from knowledge.encoder import Encoder, load_encoder
from knowledge.errors import IndexMissingError
from knowledge.guide import Guide
from knowledge.index import DenseIndex
from knowledge.ownership import own
from knowledge.source import Source
from knowledge.vocabulary import Audience, Stage


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A found chunk as the interface shows it; ``guide`` is None in own documents."""

    hit: ScoredChunk
    document: Document

    def to_json(self) -> dict[str, Any]:
        """Return the keys of the interface."""
        chunk = self.hit.chunk
        is_guide = self.document.kind == "guide"
        return {
            "rank": self.hit.rank,
            "score": self.hit.score,
            "chunk": chunk.id,
            "guide": chunk.document if is_guide else None,
            "document": None if is_guide else chunk.document,
            "title": self.document.title,
            "section": chunk.section,
            "page": chunk.page,
            "audience": list(self.document.audience),
            "stages": list(self.document.stages),
            "text": chunk.text,
            "parts": asdict(self.hit.parts),
        }


class Assistant:
    """Everything the faces need; nothing heavy is opened before it is used."""

    def __init__(
        self, settings: AssistantSettings, *, encoder: Encoder | None = None, model: Any = None
    ) -> None:
        """Take the settings; ``encoder`` and ``model`` are for tests that bring their own."""
        self.settings = settings
        self.readiness = Readiness()
        self.memory = Memory(settings.memory_path)
        self._encoder = encoder
        self._model = model
        self._retrievers: dict[str, Retriever] = {}
        self._exits = ExitStack()
        self._owns_index = False

    def start_building(self) -> None:
        """Build or refresh the index in a background thread; return at once."""
        build_in_background(self.settings.library, self.readiness, lambda: self.retriever().warm())

    # -- parts, each made once, on first use

    @cached_property
    def encoder(self) -> Encoder:
        """Return the encoder the settings name."""
        return self._encoder or load_encoder(self.settings.library)

    @cached_property
    def shelf(self) -> Shelf:
        """Return the guides."""
        return Shelf(self.retriever())

    @cached_property
    def parts(self) -> Parts:
        """Return what a turn is made with."""
        name = self.settings.chat_model
        model = self._model
        if model is None and name:
            from assistant.chat_model import load_chat_model

            model = load_chat_model(name)
        return Parts(
            retriever=self.retriever(),
            shelf=self.shelf,
            contacts=self.settings.contacts,
            model=model,
            engine=(name or "model") if model is not None else "extractive",
        )

    @cached_property
    def graph(self) -> Any:
        """Return the compiled graph of a turn."""
        return build_graph()

    def retriever(self, collection: str = GUIDANCE) -> Retriever:
        """Return the retriever of a collection."""
        if collection not in self._retrievers:
            self._retrievers[collection] = Retriever(
                self._open_catalogue, self.encoder, collection, open_index=self._open_index
            )
        return self._retrievers[collection]

    def _open_catalogue(self) -> Catalogue:
        path = self.settings.library.catalogue_path
        if not path.is_file():
            raise IndexMissingError(
                f"There is no index in {path.parent} yet. Make it: mentor ingest"
            )
        return Catalogue(path, read_only=True)

    def _open_index(self, collection: str) -> DenseIndex:
        """Open the dense index of a large collection, and own it until the end."""
        if not self._owns_index:
            self._exits.enter_context(own(self.settings.library))
            self._owns_index = True
        return DenseIndex(self.settings.library, collection)

    # -- asking

    async def stream(self, question: Question) -> AsyncIterator[Event]:
        """Yield the events of a turn; the last one is `Finished`.

        Raises:
            QuestionError: when there is nothing to ask.
            StoreError: when the index cannot be used.
        """
        question = question.model_copy(
            update={
                "text": clean_question(question.text),
                "thread": question.thread or uuid.uuid4().hex,
            }
        )
        state = {
            "question": question,
            "turns": await self.memory.turns(question.thread),
            "clock": Clock(),
        }
        final: dict[str, Any] = {}
        async for part in self.graph.astream(
            state, context=self.parts, stream_mode=["custom", "values"], version="v2"
        ):
            if part["type"] == "custom":
                yield part["data"]
            else:
                final = part["data"]
        await self.memory.add(question.thread, final["turn"])
        yield Finished(reply=final["reply"])

    async def answer(self, question: Question) -> Reply:
        """Return the reply to a question; raises what `stream` does."""
        reply: Reply | None = None
        async for event in self.stream(question):
            if isinstance(event, Finished):
                reply = event.reply
        assert reply is not None  # noqa: S101 - a stream ends in Finished or raises
        return reply

    async def history(self, thread: str) -> list[Turn]:
        """Return the turns of a thread, oldest first."""
        return await self.memory.turns(thread)

    async def forget_thread(self, thread: str) -> None:
        """Delete a thread with everything in it."""
        await self.memory.forget(thread)

    # -- searching and browsing

    def search(
        self,
        query: str,
        k: int = 10,
        audience: Audience | None = None,
        stage: Stage | None = None,
        collection: str = GUIDANCE,
    ) -> list[SearchHit]:
        """Return the best chunks, best first."""
        profile = stated_profile(audience, stage, None)
        retriever = self.retriever(collection)
        found = retriever.search(retriever.read(clean_question(query)), profile, k=k)
        places = found.snapshot.document_place
        return [
            SearchHit(hit, found.snapshot.documents[places[hit.chunk.document]])
            for hit in found.chunks
        ]

    def guides(self) -> list[Document]:
        """Return all guides without their text."""
        return list(self.retriever().snapshot.documents)

    def guide(self, slug: str) -> Guide | None:
        """Return a guide, or None where there is none."""
        return self.shelf.guide(slug)

    def sources(self, ids: Iterable[str]) -> dict[str, Source]:
        """Return works of the bibliography by id."""
        return self.shelf.sources(ids)

    # -- suggesting topics

    def suggest(
        self, profile: Profile, goal: str = "", covered: Sequence[str] = (), n: int = 6
    ) -> list[Suggestion]:
        """Return topics to talk about for a person, a goal in free words, and what was covered.

        Each opening question, asked with the same profile, finds its guide among the first five
        and is answered; what does not come back is not suggested.
        """
        wanted = clean_question(goal) if goal.strip() else usual_goal(profile)
        goal_query = self.retriever().read(wanted)
        snapshot = self.retriever().snapshot
        ranked = score_guides(snapshot, profile, goal_query)[:CANDIDATES]
        guides = [(guide, s) for slug, s in ranked if (guide := self.shelf.guide(slug))]
        candidates = rank_candidates(
            guides,
            goal_query.vector,
            [self.encoder.embed_query(text) for text in covered if text.strip()],
            self.shelf.vectors(*(guide for guide, _ in guides)),
        )
        suggestions: list[Suggestion] = []
        while candidates and len(suggestions) < n:
            for candidate in choose(candidates, n - len(suggestions)):
                candidates = [c for c in candidates if c.item != candidate.item]
                if suggestion := self._suggestion(candidate, profile):
                    suggestions.append(suggestion)
                    candidates = [c for c in candidates if c.guide.slug != suggestion.guide]
        return suggestions

    def _suggestion(self, candidate: Candidate, profile: Profile) -> Suggestion | None:
        def comes_back(text: str) -> bool:
            return self.comes_back(text, profile, candidate.guide.slug)

        chunk = self.shelf.find_chunk(candidate.guide, candidate.item.text)
        if chunk is None or not comes_back(candidate.item.body):
            return None
        follow_ups = pick_follow_ups(candidate, comes_back)
        return build_suggestion(candidate, candidate.item.body, follow_ups, chunk.id)

    def comes_back(self, text: str, profile: Profile, slug: str) -> bool:
        """Tell whether a question finds a guide among the first five and is answered."""
        query = self.retriever().read(text)
        found = self.retriever().search(query, profile)
        if slug not in [document.document.id for document in found.documents[:5]]:
            return False
        parts = Parts(retriever=self.retriever(), shelf=self.shelf)  # no model is asked here
        if suspect(text, query, parts) is not None:
            return False
        return decide_alone(query, found, parts).kind == "answer"

    async def aclose(self) -> None:
        """Close the files."""
        self.memory.close()
        for retriever in self._retrievers.values():
            retriever.close()
        self._exits.close()


def build_assistant(settings: AssistantSettings) -> Assistant:
    """Return an assistant; nothing heavy is opened before it is used."""
    return Assistant(settings)
