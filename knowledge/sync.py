"""The dense index follows the catalogue."""

import json
import shutil
from collections.abc import Sequence
from contextlib import closing

import numpy as np

from knowledge.catalogue import Catalogue
from knowledge.encoder import Vectors
from knowledge.errors import IndexDamagedError
from knowledge.index import DenseIndex, forget_clients
from knowledge.settings import LibrarySettings

CANARIES = 20


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
        forget_clients()
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
