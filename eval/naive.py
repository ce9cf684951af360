"""What people would otherwise build, for the same run: the same guides, weights and questions.

`Naive` is the recipe of most tutorials: LangChain's recursive splitter at 1000 characters with an
overlap of 200 over each file, Chroma as it comes, similarity search. It is given sixty hits, not
the usual four, so that it can fill ten places after hits are folded into guides.
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from eval.prose import plain
from eval.rival import HITS, Rival, cut_to_words
from eval.vector_cache import VectorCache
from knowledge.encoder import Encoder
from knowledge.library import iter_guide_paths

NAIVE = "naive"
WHOLE_FILES = "naive, whole files"
"""The same recipe with front matter left in, so that it reads the guides' questions too."""

CHUNK_SIZE = 1000
OVERLAP = 200
CONTEXT = 4
"""Pieces that stand in for an answer: what such a recipe hands to its model."""
_BATCH = 64


class Naive:
    """Recursive splitter, Chroma's defaults, similarity search; a context that cleans up."""

    def __init__(
        self,
        texts: dict[str, str],
        encoder: Encoder,
        folder: Path,
        *,
        cache: Path | None = None,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Split, embed and index the texts by guide; ``cache`` keeps vectors from run to run."""
        import chromadb
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_SIZE, chunk_overlap=OVERLAP)
        pieces = [(slug, piece) for slug in texts for piece in splitter.split_text(texts[slug])]
        vectors = VectorCache(encoder, cache, on_progress)
        rows = vectors.rows([piece for _, piece in pieces])
        self._encoder = encoder
        self._client: Any = chromadb.PersistentClient(str(folder))
        # Chroma's own defaults, L2 among them; only the vectors are ours.
        self._collection = self._client.create_collection("naive")
        for start in range(0, len(pieces), _BATCH):
            part = pieces[start : start + _BATCH]
            self._collection.add(
                ids=[str(start + i) for i in range(len(part))],
                embeddings=rows[start : start + _BATCH],
                metadatas=[{"source": slug} for slug, _ in part],
                documents=[piece for _, piece in part],
            )
        self.size = len(pieces)

    def rank(self, question: str) -> list[str]:
        """Return the guides of the nearest pieces."""
        found = self._collection.query(
            query_embeddings=[self._encoder.embed_query(question)],
            n_results=min(HITS, self.size),
            include=["metadatas"],
        )
        return list(dict.fromkeys(str(entry["source"]) for entry in found["metadatas"][0]))

    def answer(self, question: str, words: int) -> str:
        """Return the first four pieces, the customary context, cut to a number of words.

        Marks of sources and of Markdown are taken off first, so that none counts as a word.
        """
        found = self._collection.query(
            query_embeddings=[self._encoder.embed_query(question)],
            n_results=min(CONTEXT, self.size),
            include=["documents"],
        )
        return cut_to_words(plain("\n\n".join(found["documents"][0])), words)

    @property
    def rival(self) -> Rival:
        """Return what a run needs of it."""
        return Rival(self.rank, self.answer)

    def __enter__(self) -> Self:
        """Return the open index."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Let go of the files."""
        if hasattr(self._client, "close"):
            self._client.close()


def read_bodies(folder: Path, *, front_matter: bool = False) -> dict[str, str]:
    """Return each guide's Markdown, with or without what stands between its `---` lines."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in iter_guide_paths(folder)}
    if front_matter:
        return texts
    return {slug: text.split("---\n", 2)[-1].strip() for slug, text in texts.items()}
