"""The thin shell of ingestion: read, plan, embed, write, report.

Order is what makes it recoverable. Vectors are kept batch by batch as they are made, so a kill
costs one batch. Documents change in one transaction that sets the dirty flag. The dense index
follows; then the flag is cleared. Whatever moment the power goes, the next run finishes the rest.
"""

import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ingest.plan import Plan, plan
from ingest.reading import Reading, Refused, read_guidance, read_paths
from knowledge.catalogue import Catalogue
from knowledge.document import Entry
from knowledge.encoder import Encoder, load_encoder
from knowledge.errors import IndexDamagedError, IndexMismatchError
from knowledge.library import GUIDANCE_FOLDER
from knowledge.ownership import own
from knowledge.settings import LibrarySettings
from knowledge.shipped_vectors import load_shipped_vectors
from knowledge.source import SOURCES_FILE, load_sources
from knowledge.sync import sync

EMBED_BATCH = 64
"""Texts embedded between two commits: about two seconds of work on two cores."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is: a word for the step, and done of total (0 of 0 when unknown)."""

    step: str
    done: int = 0
    total: int = 0


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did; counts are of documents, but for ``chunks`` and ``embedded`` (texts)."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    quarantined: list[Refused] = field(default_factory=list)
    failed: list[Refused] = field(default_factory=list)
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the keys of the interface."""
        return asdict(self)


def ingest_guidance(
    settings: LibrarySettings,
    *,
    folder: Path = GUIDANCE_FOLDER,
    sources: Path = SOURCES_FILE,
    encoder: Encoder | None = None,
    dry_run: bool = False,
    rebuild: bool = False,
    on_progress: OnProgress = lambda progress: None,
) -> IngestReport:
    """Bring the collection of guides in step with the folder.

    A guide that does not parse is reported as failed and its stored version kept.

    Raises:
        GuidanceError: when the bibliography cannot be read.
        StoreError: when the index is owned by another process, damaged, or the disk is full.
        EncoderError: when the encoder cannot be loaded.
    """
    return _ingest(
        settings,
        lambda encoder, stored: read_guidance(folder, sources, encoder, stored),
        encoder,
        bibliography=sources,
        dry_run=dry_run,
        rebuild=rebuild,
        on_progress=on_progress,
    )


def ingest_paths(
    settings: LibrarySettings,
    paths: list[Path],
    collection: str,
    *,
    keep_in_step: bool = False,
    encoder: Encoder | None = None,
    dry_run: bool = False,
    rebuild: bool = False,
    on_progress: OnProgress = lambda progress: None,
) -> IngestReport:
    """Take text files, folders of them, or a BEIR `corpus.jsonl` into a collection.

    ``keep_in_step`` removes stored documents of the collection that are not among the files; a
    file that cannot be read keeps its stored version, and where it is not known which document
    failed (a missing folder, a broken line of a corpus) nothing is removed.

    Raises:
        StoreError: when the index is owned by another process, damaged, or the disk is full.
        EncoderError: when the encoder cannot be loaded.
    """
    return _ingest(
        settings,
        lambda encoder, catalogue: read_paths(
            paths, collection, encoder, catalogue, keep_in_step=keep_in_step
        ),
        encoder,
        bibliography=None,
        dry_run=dry_run,
        rebuild=rebuild,
        on_progress=on_progress,
    )


def _ingest(
    settings: LibrarySettings,
    read: Callable[[Encoder, Catalogue], Reading],
    encoder: Encoder | None,
    *,
    bibliography: Path | None,
    dry_run: bool,
    rebuild: bool,
    on_progress: OnProgress,
) -> IngestReport:
    started = time.perf_counter()
    with own(settings):
        if rebuild and not dry_run:
            _make_room(settings)
        encoder = encoder or load_encoder(settings, lambda step: on_progress(Progress(step)))
        with closing(Catalogue(settings.catalogue_path)) as catalogue:
            on_progress(Progress("reading"))
            reading = read(encoder, catalogue)
            todo = plan(catalogue.hashes(reading.collection), reading.wanted, remove=reading.remove)
            embedded = 0
            if not dry_run:
                embedded = _carry_out(
                    settings, catalogue, encoder, reading, todo, bibliography, on_progress
                )
            return IngestReport(
                added=len(todo.added),
                updated=len(todo.updated),
                removed=len(todo.removed),
                unchanged=len(todo.unchanged),
                failed=reading.failed,
                chunks=len(catalogue.chunks(reading.collection)),
                embedded=embedded,
                seconds=round(time.perf_counter() - started, 2),
            )


def _carry_out(
    settings: LibrarySettings,
    catalogue: Catalogue,
    encoder: Encoder,
    reading: Reading,
    todo: Plan,
    bibliography: Path | None,
    on_progress: OnProgress,
) -> int:
    """Embed what is new, change the documents in one transaction, let the dense index follow."""
    moved = catalogue.get("encoder") not in {None, encoder.name} or catalogue.get("dirty") == "all"
    entries = [reading.build(id) for id in (*todo.added, *todo.updated)]
    embedded = _embed(catalogue, encoder, entries, moved, on_progress)
    records = _source_records(bibliography)
    fresh = catalogue.get("encoder") is None
    restocked = bool(records) and records != catalogue.source_records()
    if not todo.is_empty or moved or fresh or restocked:
        on_progress(Progress("writing"))
        with catalogue.transaction():
            removed = [(reading.collection, id) for id in todo.removed]
            catalogue.write(entries, removed)
            if records:
                catalogue.write_sources(records)
            catalogue.put("encoder", encoder.name)
            catalogue.vectors.drop_unused()
            if moved:  # a kill from here on must not leave the old encoder's dense index
                catalogue.put("dirty", "all")
    if catalogue.get("dirty") != "0":
        on_progress(Progress("indexing"))
        sync(catalogue, settings, encoder.name, force=moved)
    return embedded


def _embed(
    catalogue: Catalogue,
    encoder: Encoder,
    entries: Iterable[Entry],
    moved: bool,
    on_progress: OnProgress,
) -> int:
    """Keep the vectors that are missing, those that ship or new ones; return how many were made.

    With another encoder than before, every stored text needs its vector too.
    """
    passages = [text for entry in entries for text in entry.passages()]
    asked = [text for entry in entries for text in entry.asked()]
    if moved:
        for collection in catalogue.collections():
            passages += [chunk.embedded_text for chunk in catalogue.chunks(collection)]
            passages += catalogue.item_texts(collection)
            asked += [question.text for question in catalogue.questions(collection)]
    missing = catalogue.vectors.missing([*passages, *asked], encoder.name)
    shipped = load_shipped_vectors().find(missing, encoder.name) if missing else {}
    if shipped:
        catalogue.vectors.write(list(shipped), np.stack(list(shipped.values())), encoder.name)
        missing = [text for text in missing if text not in shipped]
    missing.sort(key=len)  # texts of like length share a batch: less padding, less work
    as_document = set(passages)
    parts = (
        ([text for text in missing if text in as_document], encoder.embed_documents),
        ([text for text in missing if text not in as_document], encoder.embed_queries),
    )
    done = 0
    for texts, embed in parts:
        for start in range(0, len(texts), EMBED_BATCH):
            on_progress(Progress("embedding", done, len(missing)))
            batch = texts[start : start + EMBED_BATCH]
            catalogue.vectors.write(batch, embed(batch), encoder.name)
            done += len(batch)
    if missing:
        on_progress(Progress("embedding", done, len(missing)))
    return len(missing)


def _source_records(path: Path | None) -> dict[str, dict[str, Any]]:
    if path is None:
        return {}
    return {
        source.id: {**asdict(source), "findings": list(source.findings)}
        for source in load_sources(path).values()
    }


def _make_room(settings: LibrarySettings) -> None:
    """Prepare for making everything again: no dense index, no export, no catalogue that is broken.

    A catalogue that cannot be read is moved aside, never deleted. What people wrote is kept in
    another file and is not touched.
    """
    shutil.rmtree(settings.chroma_path, ignore_errors=True)
    shutil.rmtree(settings.encoder_path, ignore_errors=True)
    path = settings.catalogue_path
    try:
        with closing(Catalogue(path)) as catalogue:
            catalogue.check()
            with catalogue.transaction():
                catalogue.forget_vectors()
    except (IndexDamagedError, IndexMismatchError):
        aside = path.with_suffix(f".damaged-{int(time.time())}")
        with suppress(FileNotFoundError):
            path.rename(aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
