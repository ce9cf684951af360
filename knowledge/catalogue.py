"""The catalogue: documents, chunks, questions, vectors and full text in one SQLite file. The truth.

The dense index can be rebuilt from it at any time without embedding anything again: vectors are
kept by (text hash, encoder). A change of documents is one transaction that also sets the *dirty*
flag; the flag is cleared when the dense index has followed.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from knowledge.chunk import Chunk, text_hash
from knowledge.encoder import Vectors
from knowledge.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMismatchError,
    IndexMissingError,
)
from knowledge.source import Source, parse_source

SCHEMA_VERSION = 1
GUIDANCE = "guidance"
"""The collection of the shipped guides; every other collection holds own documents."""

DocumentKind = Literal["guide", "document"]

# A column outside the key stands last in every table: where one does not, SQLite 3.40's own check
# takes it for NULL.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
  id TEXT NOT NULL, collection TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
  audience TEXT NOT NULL, stages TEXT NOT NULL, phases TEXT NOT NULL,
  content_hash TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (collection, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunk (
  id TEXT NOT NULL, collection TEXT NOT NULL, document TEXT NOT NULL, ordinal INTEGER NOT NULL,
  section TEXT NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL, page INTEGER,
  embedded TEXT NOT NULL,
  PRIMARY KEY (collection, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS question (
  id TEXT NOT NULL, collection TEXT NOT NULL, document TEXT NOT NULL, ordinal INTEGER NOT NULL,
  text TEXT NOT NULL, embedded TEXT NOT NULL,
  PRIMARY KEY (collection, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (
  collection TEXT NOT NULL, document TEXT NOT NULL, embedded TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (collection, document, embedded)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vector (
  text_hash TEXT NOT NULL, encoder TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (text_hash, encoder)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS full_text_row (
  row INTEGER PRIMARY KEY, collection TEXT NOT NULL, document TEXT NOT NULL, id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS full_text_document ON full_text_row (collection, document);
CREATE VIRTUAL TABLE IF NOT EXISTS full_text USING fts5(body, tokenize = 'porter unicode61');
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A question a document answers, or its title: a vector of its own that points at it."""

    id: str
    document: str
    ordinal: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One guide or own document, as stored; ``record`` is its typed content as JSON values."""

    id: str
    collection: str
    kind: DocumentKind
    title: str
    audience: tuple[str, ...]
    stages: tuple[str, ...]
    phases: tuple[str, ...]
    content_hash: str
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with everything that is found through it: what ingestion writes."""

    document: Document
    chunks: tuple[Chunk, ...]
    questions: tuple[Question, ...]
    items: tuple[str, ...] = ()
    """Texts a writer chooses among; embedded, but never found by themselves."""

    def embedded_texts(self) -> Iterator[str]:
        """Yield every text that needs a vector."""
        yield from (chunk.embedded_text for chunk in self.chunks)
        yield from (question.text for question in self.questions)
        yield from self.items


@dataclass(frozen=True, slots=True)
class Vectored:
    """All vectors of one kind of a collection: ids and rows in the same order."""

    ids: tuple[str, ...]
    rows: Vectors


class Catalogue:
    """The open SQLite file."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file, and make it unless it is to be read only.

        Raises:
            IndexMissingError: when the file is to be read only and is not there.
            IndexDamagedError: when the file is not a catalogue or cannot be written.
        """
        self.path = path
        if read_only and not path.exists():
            raise IndexMissingError(
                f"Nothing has been ingested yet: there is no {path}. Make it: mentor ingest"
            )
        with self._translated():
            if read_only:
                uri = f"{path.resolve().as_uri()}?mode=ro"
                self._db = sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=10)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._check_version()
                self._db.executescript(_SCHEMA)
                self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            self._db.execute("SELECT key FROM meta LIMIT 1")
            self._check_version()

    def _check_version(self) -> None:
        """Refuse a file of another version of this program; 0 is a file just made."""
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found not in {0, SCHEMA_VERSION}:
            raise IndexMismatchError(
                f"{self.path} was made by another version (format {found}, this one writes "
                f"{SCHEMA_VERSION}). Build it again: mentor ingest --rebuild"
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def check(self) -> None:
        """Read the whole file.

        Raises:
            IndexDamagedError: when any page of it is broken.
        """
        with self._translated():
            found = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(found)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn SQLite's errors into ours, with what to do about them."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise IndexLockedError(
                    f"Another process is writing {self.path}. Wait for it to finish, then try again."
                ) from error
            raise IndexDamagedError(
                f"{self.path} cannot be used: {error}. Free some space if the disk is full; "
                "else build it again: mentor ingest --rebuild"
            ) from error
        except (sqlite3.DatabaseError, OSError) as error:
            raise IndexDamagedError(
                f"{self.path} cannot be used: {error}. Build it again: mentor ingest --rebuild"
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run what is inside as one transaction: all of it or none."""
        with self._translated(), self._db:
            yield

    # -- meta

    def get(self, key: str) -> str | None:
        """Return one value of the meta table."""
        with self._translated():
            row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put(self, key: str, value: str) -> None:
        """Set one value of the meta table, inside the current transaction."""
        with self._translated():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def generation(self) -> int:
        """Return a number that grows with every change of documents."""
        return int(self.get("generation") or 0)

    # -- writing

    def write(self, entries: Iterable[Entry], removed: Iterable[tuple[str, str]]) -> None:
        """Replace the given documents, drop the removed ``(collection, id)``, and mark dirty.

        Call inside `transaction`.
        """
        with self._translated():
            added = list(entries)
            self._drop([*removed, *((e.document.collection, e.document.id) for e in added)])
            for entry in added:
                self._add(entry)
            self.put("dirty", "1")
            self.put("generation", str(self.generation + 1))

    def _drop(self, keys: Iterable[tuple[str, str]]) -> None:
        """Drop all of them in one pass over each table."""
        self._db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS gone "
            "(collection TEXT, document TEXT, PRIMARY KEY (collection, document)) WITHOUT ROWID"
        )
        self._db.execute("DELETE FROM gone")
        self._db.executemany("INSERT OR IGNORE INTO gone VALUES (?, ?)", keys)
        self._db.execute(
            "DELETE FROM full_text WHERE rowid IN "
            "(SELECT row FROM full_text_row JOIN gone USING (collection, document))"
        )
        for table in ("full_text_row", "chunk", "question", "item"):
            self._db.execute(
                f"DELETE FROM {table} WHERE (collection, document) IN (SELECT * FROM gone)"  # noqa: S608 - a fixed name
            )
        self._db.execute("DELETE FROM document WHERE (collection, id) IN (SELECT * FROM gone)")

    def _add(self, entry: Entry) -> None:
        document = entry.document
        self._db.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.collection,
                document.kind,
                document.title,
                ",".join(document.audience),
                ",".join(document.stages),
                ",".join(document.phases),
                document.content_hash,
                json.dumps(document.record, ensure_ascii=False),
            ),
        )
        collection = document.collection
        self._db.executemany(
            "INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    c.id,
                    collection,
                    c.document,
                    c.ordinal,
                    c.section,
                    c.text,
                    c.context,
                    c.page,
                    text_hash(c.embedded_text),
                )
                for c in entry.chunks
            ],
        )
        self._db.executemany(
            "INSERT INTO question VALUES (?, ?, ?, ?, ?, ?)",
            [
                (q.id, collection, q.document, q.ordinal, q.text, text_hash(q.text))
                for q in entry.questions
            ],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO item (collection, document, text, embedded) VALUES (?, ?, ?, ?)",
            [(collection, document.id, text, text_hash(text)) for text in entry.items],
        )
        bodies = [(chunk.id, chunk.embedded_text) for chunk in entry.chunks]
        for id, body in [*bodies, *((question.id, question.text) for question in entry.questions)]:
            row = self._db.execute("INSERT INTO full_text (body) VALUES (?)", (body,)).lastrowid
            self._db.execute(
                "INSERT INTO full_text_row VALUES (?, ?, ?, ?)", (row, collection, document.id, id)
            )

    def write_sources(self, records: dict[str, dict[str, Any]]) -> None:
        """Replace the bibliography."""
        with self._translated():
            self._db.execute("DELETE FROM source")
            self._db.executemany(
                "INSERT INTO source VALUES (?, ?)",
                [(id, json.dumps(record, ensure_ascii=False)) for id, record in records.items()],
            )

    # -- vectors

    def missing_vectors(self, texts: Iterable[str], encoder: str) -> list[str]:
        """Return those texts, once each and in order, whose vector is not kept yet."""
        with self._translated():
            kept = {
                row[0]
                for row in self._db.execute(
                    "SELECT text_hash FROM vector WHERE encoder = ?", (encoder,)
                )
            }
        return [text for text in dict.fromkeys(texts) if text_hash(text) not in kept]

    def write_vectors(self, texts: Sequence[str], rows: Vectors, encoder: str) -> None:
        """Keep one vector per text."""
        with self.transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                [
                    (text_hash(text), encoder, row.astype(np.float32).tobytes())
                    for text, row in zip(texts, rows, strict=True)
                ],
            )

    def forget_vectors(self) -> None:
        """Forget every vector and mark all of the dense index dirty, inside the transaction."""
        with self._translated():
            self._db.execute("DELETE FROM vector")
            self.put("dirty", "all")

    def drop_unused_vectors(self) -> None:
        """Forget vectors of texts that no document holds any more, inside the transaction."""
        with self._translated():
            self._db.execute(
                "DELETE FROM vector WHERE text_hash NOT IN "
                "(SELECT embedded FROM chunk UNION SELECT embedded FROM question "
                "UNION SELECT embedded FROM item)"
            )

    def load_vectors(
        self,
        table: Literal["chunk", "question"],
        collection: str,
        encoder: str,
        *,
        ids: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Vectored:
        """Return the vectors of the chunks or questions of a collection, in id order.

        ``ids`` asks for some of them; ``limit`` for the first so many, which is a random sample,
        because ids are hashes.
        """
        some = f"AND t.id IN ({','.join('?' * len(ids))})" if ids is not None else ""
        with self._translated():
            rows = self._db.execute(
                f"SELECT t.id, v.data FROM {table} t JOIN vector v "  # noqa: S608 - fixed names and marks
                f"ON v.text_hash = t.embedded AND v.encoder = ? WHERE t.collection = ? {some} "
                "ORDER BY t.id LIMIT ?",
                (encoder, collection, *(ids or ()), -1 if limit is None else limit),
            ).fetchall()
        if not rows:
            return Vectored((), np.zeros((0, 0), dtype=np.float32))
        data = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32)
        return Vectored(tuple(row[0] for row in rows), data.reshape(len(rows), -1))

    def count_vectors(self, collection: str) -> int:
        """Return how many chunks and questions a collection has."""
        with self._translated():
            return int(
                self._db.execute(
                    "SELECT (SELECT count(*) FROM chunk WHERE collection = ?1) + "
                    "(SELECT count(*) FROM question WHERE collection = ?1)",
                    (collection,),
                ).fetchone()[0]
            )

    def text_vectors(self, texts: Sequence[str], encoder: str) -> dict[str, Vectors]:
        """Return the kept vectors of these texts; a text without one is left out."""
        hashes = {text_hash(text): text for text in texts}
        marks = ",".join("?" * len(hashes))
        with self._translated():
            rows = self._db.execute(
                f"SELECT text_hash, data FROM vector WHERE encoder = ? AND text_hash IN ({marks})",  # noqa: S608 - only marks
                (encoder, *hashes),
            ).fetchall()
        return {hashes[row[0]]: np.frombuffer(row[1], dtype=np.float32) for row in rows}

    # -- reading

    def hashes(self, collection: str) -> dict[str, str]:
        """Return the content hash of every document of a collection."""
        with self._translated():
            return dict(
                self._db.execute(
                    "SELECT id, content_hash FROM document WHERE collection = ?", (collection,)
                ).fetchall()
            )

    def collections(self) -> list[str]:
        """Return the names of the collections that hold a document."""
        with self._translated():
            rows = self._db.execute("SELECT DISTINCT collection FROM document ORDER BY 1")
            return [row[0] for row in rows]

    def documents(self, collection: str) -> list[Document]:
        """Return the documents of a collection without their records, in id order."""
        with self._translated():
            rows = self._db.execute(
                "SELECT id, collection, kind, title, audience, stages, phases, content_hash "
                "FROM document WHERE collection = ? ORDER BY id",
                (collection,),
            ).fetchall()
        return [_build_document(row, {}) for row in rows]

    def document(self, collection: str, id: str) -> Document | None:
        """Return one document with its record."""
        with self._translated():
            row = self._db.execute(
                "SELECT id, collection, kind, title, audience, stages, phases, content_hash, record "
                "FROM document WHERE collection = ? AND id = ?",
                (collection, id),
            ).fetchone()
        return _build_document(row[:8], json.loads(row[8])) if row else None

    def chunks(self, collection: str) -> list[Chunk]:
        """Return all chunks of a collection, in id order."""
        with self._translated():
            rows = self._db.execute(
                "SELECT id, document, ordinal, section, text, context, page FROM chunk "
                "WHERE collection = ? ORDER BY id",
                (collection,),
            ).fetchall()
        return [Chunk(*row) for row in rows]

    def questions(self, collection: str) -> list[Question]:
        """Return all questions of a collection, in id order."""
        with self._translated():
            rows = self._db.execute(
                "SELECT id, document, ordinal, text FROM question WHERE collection = ? ORDER BY id",
                (collection,),
            ).fetchall()
        return [Question(*row) for row in rows]

    def item_texts(self, collection: str) -> list[str]:
        """Return the texts of a collection that writers choose among."""
        with self._translated():
            rows = self._db.execute(
                "SELECT text FROM item WHERE collection = ? ORDER BY document, embedded",
                (collection,),
            )
            return [row[0] for row in rows]

    def source_records(self) -> dict[str, dict[str, Any]]:
        """Return the bibliography as plain JSON values."""
        with self._translated():
            rows = self._db.execute("SELECT id, record FROM source ORDER BY id").fetchall()
        return {row[0]: json.loads(row[1]) for row in rows}

    def sources(self, ids: Iterable[str]) -> dict[str, Source]:
        """Return those works of the bibliography that are asked for."""
        wanted = sorted(set(ids))
        marks = ",".join("?" * len(wanted))
        with self._translated():
            rows = self._db.execute(
                f"SELECT id, record FROM source WHERE id IN ({marks})",  # noqa: S608 - only marks
                wanted,
            ).fetchall()
        return {row[0]: parse_source(json.loads(row[1])) for row in rows}

    def counts(self) -> dict[str, int]:
        """Return how many documents, chunks and questions there are."""
        with self._translated():
            return {
                table: self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a fixed name
                for table in ("document", "chunk", "question")
            }

    def full_text_rows(self, collection: str) -> dict[int, str]:
        """Return which chunk or question each row of the full text is, for one collection."""
        with self._translated():
            return dict(
                self._db.execute(
                    "SELECT row, id FROM full_text_row WHERE collection = ?", (collection,)
                ).fetchall()
            )

    def search_word(self, word: str) -> list[tuple[int, float]]:
        """Return row and BM25 score, higher is better, of everything that holds a word.

        BM25 is SQLite FTS5's own, with k1 = 1.2 and b = 0.75 over Porter stems; the score of a
        text is the sum over its words. Rows are numbers that `full_text_rows` explains: reading
        ids here would cost more than the search itself.
        """
        with self._translated():
            return self._db.execute(
                "SELECT rowid, -bm25(full_text) FROM full_text WHERE full_text MATCH ?",
                (f'"{word}"',),
            ).fetchall()


MAX_WORDS = 64
"""Telling words of a text that are searched for."""
_STOP_TEXT = """
a about am an and are as at be been being but by can could did do does doing for from get had has
have having he her hers him his how i if im in into is it its just me my no not of on or our she
should so that the their them then there these they this to too up us was we were what when where
which who why will with would you your
"""
_STOP_WORDS = frozenset(_STOP_TEXT.split())


def telling_words(text: str) -> list[str]:
    """Return the words of a text that are searched for: letters and digits only, each once."""
    words = dict.fromkeys(re.findall(r"[^\W_]+", text.lower()))
    telling = [word for word in words if word not in _STOP_WORDS and len(word) > 1]
    return telling[:MAX_WORDS]


def _build_document(row: Sequence[Any], record: dict[str, Any]) -> Document:
    id, collection, kind, title, audience, stages, phases, content_hash = row
    return Document(
        id=id,
        collection=collection,
        kind=kind,
        title=title,
        audience=_split(audience),
        stages=_split(stages),
        phases=_split(phases),
        content_hash=content_hash,
        record=record,
    )


def _split(value: str) -> tuple[str, ...]:
    return tuple(value.split(",")) if value else ()
