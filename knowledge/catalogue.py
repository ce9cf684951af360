"""The catalogue: documents, chunks, questions, vectors and full text in one SQLite file. The truth.

The dense index can be rebuilt from it at any time without embedding anything again: vectors are
kept by (text hash, encoder). A change of documents is one transaction that also sets the *dirty*
flag; the flag is cleared when the dense index has followed.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from knowledge.chunk import Chunk, text_hash
from knowledge.database import Database
from knowledge.document import Document, Entry, Question
from knowledge.full_text import FullText
from knowledge.source import Source, parse_source
from knowledge.vector_table import VectorTable


class Catalogue:
    """The open SQLite file."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file, and make it unless it is to be read only.

        Raises:
            IndexMissingError: when the file is to be read only and is not there.
            IndexDamagedError: when the file is not a catalogue or cannot be written.
        """
        self._database = Database(path, read_only=read_only)
        self._db = self._database.connection
        self.vectors = VectorTable(self._database)
        self.full_text = FullText(self._database)

    @property
    def path(self) -> Path:
        """Return where the file is."""
        return self._database.path

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def check(self) -> None:
        """Read the whole file.

        Raises:
            IndexDamagedError: when any page of it is broken.
        """
        self._database.check()

    def transaction(self) -> AbstractContextManager[None]:
        """Run what is inside as one transaction: all of it or none."""
        return self._database.transaction()

    # -- meta

    def get(self, key: str) -> str | None:
        """Return one value of the meta table."""
        with self._database.translated():
            row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put(self, key: str, value: str) -> None:
        """Set one value of the meta table, inside the current transaction."""
        with self._database.translated():
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
        with self._database.translated():
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
        bodies.extend((question.id, question.text) for question in entry.questions)
        self.full_text.add(collection, document.id, bodies)

    def write_sources(self, records: dict[str, dict[str, Any]]) -> None:
        """Replace the bibliography."""
        with self._database.translated():
            self._db.execute("DELETE FROM source")
            self._db.executemany(
                "INSERT INTO source VALUES (?, ?)",
                [(id, json.dumps(record, ensure_ascii=False)) for id, record in records.items()],
            )

    # -- vectors

    def forget_vectors(self) -> None:
        """Forget every vector and mark all of the dense index dirty, inside the transaction."""
        with self._database.translated():
            self.vectors.forget()
            self.put("dirty", "all")

    # -- reading

    def hashes(self, collection: str) -> dict[str, str]:
        """Return the content hash of every document of a collection."""
        with self._database.translated():
            return dict(
                self._db.execute(
                    "SELECT id, content_hash FROM document WHERE collection = ?", (collection,)
                ).fetchall()
            )

    def collections(self) -> list[str]:
        """Return the names of the collections that hold a document."""
        with self._database.translated():
            rows = self._db.execute("SELECT DISTINCT collection FROM document ORDER BY 1")
            return [row[0] for row in rows]

    def documents(self, collection: str) -> list[Document]:
        """Return the documents of a collection without their records, in id order."""
        with self._database.translated():
            rows = self._db.execute(
                "SELECT id, collection, kind, title, audience, stages, phases, content_hash "
                "FROM document WHERE collection = ? ORDER BY id",
                (collection,),
            ).fetchall()
        return [_build_document(row, {}) for row in rows]

    def document(self, collection: str, id: str) -> Document | None:
        """Return one document with its record."""
        with self._database.translated():
            row = self._db.execute(
                "SELECT id, collection, kind, title, audience, stages, phases, content_hash, record "
                "FROM document WHERE collection = ? AND id = ?",
                (collection, id),
            ).fetchone()
        return _build_document(row[:8], json.loads(row[8])) if row else None

    def chunks(self, collection: str) -> list[Chunk]:
        """Return all chunks of a collection, in id order."""
        with self._database.translated():
            rows = self._db.execute(
                "SELECT id, document, ordinal, section, text, context, page FROM chunk "
                "WHERE collection = ? ORDER BY id",
                (collection,),
            ).fetchall()
        return [Chunk(*row) for row in rows]

    def questions(self, collection: str) -> list[Question]:
        """Return all questions of a collection, in id order."""
        with self._database.translated():
            rows = self._db.execute(
                "SELECT id, document, ordinal, text FROM question WHERE collection = ? ORDER BY id",
                (collection,),
            ).fetchall()
        return [Question(*row) for row in rows]

    def item_texts(self, collection: str) -> list[str]:
        """Return the texts of a collection that writers choose among."""
        with self._database.translated():
            rows = self._db.execute(
                "SELECT text FROM item WHERE collection = ? ORDER BY document, embedded",
                (collection,),
            )
            return [row[0] for row in rows]

    def source_records(self) -> dict[str, dict[str, Any]]:
        """Return the bibliography as plain JSON values."""
        with self._database.translated():
            rows = self._db.execute("SELECT id, record FROM source ORDER BY id").fetchall()
        return {row[0]: json.loads(row[1]) for row in rows}

    def sources(self, ids: Iterable[str]) -> dict[str, Source]:
        """Return those works of the bibliography that are asked for."""
        wanted = sorted(set(ids))
        marks = ",".join("?" * len(wanted))
        with self._database.translated():
            rows = self._db.execute(
                f"SELECT id, record FROM source WHERE id IN ({marks})",  # noqa: S608 - only marks
                wanted,
            ).fetchall()
        return {row[0]: parse_source(json.loads(row[1])) for row in rows}

    def counts(self) -> dict[str, int]:
        """Return how many documents, chunks and questions there are."""
        with self._database.translated():
            return {
                table: self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a fixed name
                for table in ("document", "chunk", "question")
            }


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
