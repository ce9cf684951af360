"""Guides as the assistant reads them from the catalogue, and the chunks that hold their words."""

from collections.abc import Iterable

from assistant.retriever import Retriever, chunks_of
from knowledge.chunk import Chunk
from knowledge.document import GUIDANCE
from knowledge.encoder import Vectors
from knowledge.guide import Guide, guide_from_record
from knowledge.source import Source

SERIOUS = "serious-matters"
"""The topic of the guides that begin with a signpost."""


class Shelf:
    """Guides by slug, kept until the catalogue changes."""

    def __init__(self, retriever: Retriever) -> None:
        """Take the retriever whose catalogue is read."""
        self._retriever = retriever
        self._generation = -1
        self._guides: dict[str, Guide] = {}
        self._chunks: dict[str, list[Chunk]] = {}

    def guide(self, slug: str) -> Guide | None:
        """Return a guide, or None where there is none."""
        self._refresh()
        if slug not in self._guides:
            document = self._retriever.catalogue.document(GUIDANCE, slug)
            if document is None:
                return None
            self._guides[slug] = guide_from_record(document.record)
        return self._guides[slug]

    def find_chunk(self, guide: Guide, quote: str) -> Chunk | None:
        """Return the chunk of a guide in which a quote stands word for word."""
        self._refresh()
        if guide.slug not in self._chunks:
            self._chunks[guide.slug] = chunks_of(self._retriever.snapshot, guide.slug)
        return next((c for c in self._chunks[guide.slug] if quote in c.text), None)

    def vectors(self, *guides: Guide) -> dict[str, Vectors]:
        """Return the vectors of the guides' items by their text."""
        texts = [item.text for guide in guides for item in guide.items]
        return self._retriever.catalogue.vectors.find(texts, self._retriever.encoder.name)

    def sources(self, ids: Iterable[str]) -> dict[str, Source]:
        """Return works of the bibliography."""
        return self._retriever.catalogue.sources(ids)

    def _refresh(self) -> None:
        generation = self._retriever.snapshot.generation
        if generation != self._generation:
            self._generation = generation
            self._guides.clear()
            self._chunks.clear()
