"""The dense index in Chroma, rebuildable from the catalogue at any time.

The only file that imports chromadb. Distances become scores (cosines, higher is better) here.
One process owns an embedded folder: two writers on one folder lose vectors without an error.
"""

import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from knowledge.chunk import text_hash
from knowledge.encoder import Vectors
from knowledge.errors import IndexDamagedError, StoreError
from knowledge.settings import LibrarySettings

# With Chroma's own 100, 16 and 100 up to 9 of 4,289 vectors did not find themselves (hash encoder).
# No setting reaches all always: a graph built greedily may leave a vector that no other points to.
_HNSW = {"space": "cosine", "ef_construction": 200, "max_neighbors": 64, "ef_search": 200}


@dataclass(frozen=True, slots=True)
class Hit:
    """A found vector, ``chunk:<id>`` or ``question:<id>``, and its cosine in [-1, 1]."""

    id: str
    score: float


class DenseIndex:
    """All chunk and question vectors of one collection, in a Chroma collection of its own."""

    def __init__(self, settings: LibrarySettings, collection: str) -> None:
        """Open the embedded folder, or the server at ``chroma_url``; own the folder first.

        Raises:
            IndexDamagedError: when Chroma cannot open the folder.
            StoreError: when the server does not answer.
        """
        self._folder = None if settings.chroma_url else settings.chroma_path
        self._name = f"sb-{text_hash(collection)}"
        try:
            self._client = _connect(settings)
            self._collection = self._open()
        except Exception as error:  # chromadb's exceptions have no common base
            forget_clients()
            if settings.chroma_url:
                raise StoreError(
                    f"No Chroma server answers at MENTOR_CHROMA_URL={settings.chroma_url!r}: {error!s:.80}. "
                    "Start one: chroma run --path chroma, or: unset MENTOR_CHROMA_URL"
                ) from error
            raise IndexDamagedError(
                f"{settings.chroma_path} cannot be opened: {error!s:.80}. Free some space if the "
                "disk is full; else build it again: mentor ingest --rebuild"
            ) from error

    def close(self) -> None:
        """Let go of the files."""
        if hasattr(self._client, "close"):
            self._client.close()

    def _open(self) -> Any:
        # Cosine and no embedding function on create and get: the defaults are L2 and a download.
        return self._client.get_or_create_collection(
            self._name, embedding_function=None, configuration={"hnsw": _HNSW}
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # chromadb's exceptions have no common base
            raise IndexDamagedError(
                f"The dense index cannot be used: {error!s:.120}. Free some space if the disk is "
                "full; else build it again: mentor ingest --rebuild"
            ) from error

    def count(self) -> int:
        """Return how many vectors there are."""
        with self._translated():
            return int(self._collection.count())

    def ids(self) -> set[str]:
        """Return the ids of all vectors."""
        with self._translated():
            return set(self._collection.get(include=[])["ids"])

    def add(self, ids: Sequence[str], rows: Vectors) -> None:
        """Add or replace vectors, in batches the client takes."""
        with self._translated():
            for part in self._batches(range(len(ids))):
                self._collection.upsert(
                    ids=[ids[i] for i in part], embeddings=rows[part.start : part.stop]
                )

    def remove(self, ids: Iterable[str]) -> None:
        """Remove vectors; unknown ids are passed over."""
        listed = sorted(ids)
        with self._translated():
            for part in self._batches(range(len(listed))):
                self._collection.delete(ids=[listed[i] for i in part])

    def search(self, row: Vectors, k: int) -> list[Hit]:
        """Return the nearest ``k`` vectors, best first."""
        with self._translated():
            found = self._collection.query(
                query_embeddings=[row], n_results=k, include=["distances"]
            )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [Hit(id, 1.0 - float(distance)) for id, distance in pairs]

    def rebuild(self, ids: Sequence[str], rows: Vectors) -> None:
        """Write everything again in place of what there is.

        Deleted vectors stay in Chroma's files, so the embedded folder itself is made anew.
        """
        with self._translated():
            self._client.delete_collection(self._name)
            self._collection = self._open()
        self.add(ids, rows)
        self._sweep()

    def drop(self) -> None:
        """Remove the collection and what Chroma keeps of it."""
        with self._translated():
            self._client.delete_collection(self._name)
        self._sweep()

    def _sweep(self) -> None:
        """Remove the folders of segments that no collection uses: Chroma leaves them behind."""
        if self._folder is None:
            return
        import sqlite3

        with closing(sqlite3.connect(self._folder / "chroma.sqlite3")) as db:
            used = {row[0] for row in db.execute("SELECT id FROM segments")}
        for folder in self._folder.iterdir():
            if folder.is_dir() and _is_uuid(folder.name) and folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)

    def find_lost(self, ids: Sequence[str], rows: Vectors) -> list[str]:
        """Return the ids of those vectors that are not their own nearest neighbours (or tie with them).

        Raises:
            ValueError: when there are not as many ids as rows.
        """
        lost = []
        for id, row in zip(ids, rows, strict=True):
            hits = self.search(row, 1)
            if not hits or hits[0].score < 0.999:
                lost.append(id)
        return lost

    def _batches(self, span: range) -> Iterator[range]:
        size = int(self._client.get_max_batch_size())
        for start in range(span.start, span.stop, size):
            yield range(start, min(start + size, span.stop))


def forget_clients() -> None:
    """Drop the clients Chroma keeps for each folder: one that failed to open stays broken."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()


def _connect(settings: LibrarySettings) -> Any:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.config import Settings

    if settings.chroma_url:
        from urllib.parse import urlsplit

        url = urlsplit(settings.chroma_url)
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise ValueError("this is no address such as http://127.0.0.1:8000")
        return chromadb.HttpClient(
            host=url.hostname, port=url.port or 8000, ssl=url.scheme == "https"
        )
    settings.chroma_path.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(
        str(settings.chroma_path), settings=Settings(anonymized_telemetry=False)
    )


def _is_uuid(name: str) -> bool:
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return True
