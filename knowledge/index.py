"""The dense index in Chroma, rebuildable from the catalogue at any time.

The only file that imports chromadb. Distances become scores (cosines, higher is better) here.
One process owns an embedded folder: two writers on one folder lose vectors without an error.
"""

import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.catalogue import Catalogue
from knowledge.chunk import text_hash
from knowledge.encoder import Vectors
from knowledge.errors import IndexDamagedError, IndexLockedError, StoreError
from knowledge.settings import LibrarySettings

CANARIES = 20
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
            _forget_clients()
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


def index_rows(catalogue: Catalogue, collection: str, encoder: str) -> tuple[list[str], Vectors]:
    """Return the ids and vectors of a collection, as its dense index names them."""
    chunks = catalogue.vectors.load("chunk", collection, encoder)
    questions = catalogue.vectors.load("question", collection, encoder)
    ids = [f"chunk:{id}" for id in chunks.ids] + [f"question:{id}" for id in questions.ids]
    parts = [vectored.rows for vectored in (chunks, questions) if vectored.ids]
    return ids, np.concatenate(parts) if parts else np.zeros((0, 1), dtype=np.float32)


def sync(
    catalogue: Catalogue, settings: LibrarySettings, encoder: str, *, force: bool = False
) -> bool:
    """Bring the dense index in line with the catalogue and clear the dirty flag.

    Returns whether a collection was written again from scratch: because of ``force`` (another
    encoder), because counts or canaries disagreed, or because Chroma's files cannot be read.
    """
    generation = catalogue.generation
    try:
        rebuilt = _sync_all(catalogue, settings, encoder, force=force)
    except IndexDamagedError:
        if settings.chroma_url:
            raise
        with catalogue.transaction():
            catalogue.put("dirty", "all")
        _forget_clients()
        shutil.rmtree(settings.chroma_path, ignore_errors=True)
        rebuilt = _sync_all(catalogue, settings, encoder, force=True)
    with catalogue.transaction():
        if catalogue.generation == generation:
            catalogue.put("dirty", "0")
    return rebuilt


def _sync_all(
    catalogue: Catalogue, settings: LibrarySettings, encoder: str, *, force: bool
) -> bool:
    rebuilt = False
    collections = catalogue.collections()
    for gone in sorted(set(_indexed(catalogue)) - set(collections)):
        with closing(DenseIndex(settings, gone)) as index:
            index.drop()
    with catalogue.transaction():  # before the first write, so that a kill forgets none
        catalogue.put("indexed", json.dumps(collections))
    for collection in collections:
        ids, rows = index_rows(catalogue, collection, encoder)
        with closing(DenseIndex(settings, collection)) as index:
            rebuilt |= _follow(index, ids, rows, force=force)
    return rebuilt


def _indexed(catalogue: Catalogue) -> list[str]:
    """Return the collections that have had a dense index; the last document may have gone since."""
    names: list[str] = json.loads(catalogue.get("indexed") or "[]")
    return names


def _follow(index: DenseIndex, ids: list[str], rows: Vectors, *, force: bool) -> bool:
    if not force:
        place = {id: i for i, id in enumerate(ids)}
        stored = index.ids()
        index.remove(stored - place.keys())
        missing = sorted(place.keys() - stored)
        if missing:
            index.add(missing, rows[[place[id] for id in missing]])
        if is_sound(ids, rows, index):
            return False
    index.rebuild(ids, rows)
    return True


def is_sound(ids: Sequence[str], rows: Vectors, index: DenseIndex) -> bool:
    """Tell whether the counts agree and twenty canaries, spread over the ids, find themselves."""
    if index.count() != len(ids):
        return False
    step = max(1, len(ids) // CANARIES)
    return not index.find_lost(ids[::step], rows[::step])


def _forget_clients() -> None:
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


@contextmanager
def own(settings: LibrarySettings) -> Iterator[None]:
    """Own the index while inside: the only process that may write it, or open its folder.

    Raises:
        IndexLockedError: at once, when another process does.
        IndexDamagedError: when the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    folder = settings.chroma_path
    owner = folder.with_suffix(".owner.json")
    lock = FileLock(str(folder.with_suffix(".lock")), timeout=0)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        owner.write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
    except Timeout as error:
        raise IndexLockedError(
            f"Another process ({_read_owner(owner)}) owns the index in {settings.home}. "
            "Wait for it or stop it; to share one index between processes, start a server "
            f"(chroma run --path {folder}) and set MENTOR_CHROMA_URL=http://127.0.0.1:8000"
        ) from error
    except OSError as error:
        lock.release()
        raise IndexDamagedError(
            f"{settings.home} cannot be written: {error}. Free some space if the disk is full; "
            "else set MENTOR_HOME to another folder."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _read_owner(path: Path) -> str:
    try:
        return f"process {json.loads(path.read_text(encoding='utf-8'))['pid']}"
    except (OSError, ValueError, KeyError):
        return "unknown"


def _is_uuid(name: str) -> bool:
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return True
