"""What people would otherwise build, for the same run: the same guides, weights and questions.

`Naive` is the recipe of most tutorials: LangChain's recursive splitter at 1000 characters with an
overlap of 200 over each file, Chroma as it comes, similarity search. It is given sixty hits, not
the usual four, so that it can fill ten places after hits are folded into guides. `DenseAlone` and
`WordsAlone` are halves of our own retriever, without questions, fusion or the asker's profile.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from assistant.retriever import Retriever
from knowledge.encoder import Encoder, Vectors
from knowledge.library import iter_guide_paths

NAIVE = "naive"
WHOLE_FILES = "naive, whole files"
"""The same recipe with front matter left in, so that it reads the guides' questions too."""

CHUNK_SIZE = 1000
OVERLAP = 200
HITS = 60
CONTEXT = 4
"""Pieces that stand in for an answer: what such a recipe hands to its model."""
_BATCH = 64

Rank = Callable[[str], list[str]]
"""A question to the ids of documents, best first."""


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
        rows = _embed([piece for _, piece in pieces], encoder, cache, on_progress)
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
        """Return the first four pieces, the customary context, cut to a number of words."""
        found = self._collection.query(
            query_embeddings=[self._encoder.embed_query(question)],
            n_results=min(CONTEXT, self.size),
            include=["documents"],
        )
        text = "\n\n".join(found["documents"][0])
        return cut_to_words(text, words)

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


def cut_to_words(text: str, words: int) -> str:
    """Return the first ``words`` words of a text, its line breaks kept."""
    ends = [found.end() for found in re.finditer(r"\S+", text)]
    return text if len(ends) <= words else text[: ends[words - 1]] if words > 0 else ""


def build_dense_alone(retriever: Retriever) -> Rank:
    """Return a ranking by the cosine of our chunks' vectors, and nothing else."""

    def rank(question: str) -> list[str]:
        snapshot = retriever.snapshot
        scores = snapshot.chunk_rows @ retriever.encoder.embed_query(question)
        order = np.argsort(-scores, kind="stable")[:HITS]
        return list(dict.fromkeys(snapshot.chunks[i].document for i in order))

    return rank


def build_words_alone(retriever: Retriever) -> Rank:
    """Return a ranking by BM25 over our chunks, and nothing else."""

    def rank(question: str) -> list[str]:
        snapshot = retriever.snapshot
        found = dict(retriever.catalogue.search_text(question))
        scores = {
            place: found[row]
            for row, id in snapshot.full_text_rows.items()
            if row in found and (place := snapshot.chunk_place.get(id)) is not None
        }
        order = sorted(scores, key=lambda place: (-scores[place], place))[:HITS]
        return list(dict.fromkeys(snapshot.chunks[place].document for place in order))

    return rank


def _embed(
    texts: Sequence[str],
    encoder: Encoder,
    cache: Path | None,
    on_progress: Callable[[int, int], None],
) -> Vectors:
    """Embed texts, each once; vectors of earlier runs are taken from the cache."""
    keys = [_key(text, encoder) for text in texts]
    kept = _read_cache(cache)
    missing = [i for i, key in enumerate(keys) if key not in kept]
    missing.sort(key=lambda i: len(texts[i]))
    for start in range(0, len(missing), _BATCH):
        on_progress(start, len(missing))
        part = missing[start : start + _BATCH]
        for i, row in zip(part, encoder.embed_documents([texts[i] for i in part]), strict=True):
            kept[keys[i]] = row
    rows: Vectors = np.stack([kept[key] for key in keys])
    if cache is not None and missing:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, keys=np.array(keys), rows=rows)
    return rows


def _key(text: str, encoder: Encoder) -> str:
    return hashlib.blake2b(f"{encoder.name}\0{text}".encode(), digest_size=16).hexdigest()


def _read_cache(path: Path | None) -> dict[str, Vectors]:
    if path is None or not path.is_file():
        return {}
    try:
        with np.load(path) as file:
            return dict(zip(file["keys"].tolist(), file["rows"], strict=True))
    except (OSError, ValueError, KeyError):
        return {}  # a cache that cannot be read is made again
