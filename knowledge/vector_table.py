"""Vectors kept by the text they stand for and the encoder that made them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from knowledge.chunk import text_hash
from knowledge.database import Database
from knowledge.encoder import Vectors


@dataclass(frozen=True, slots=True)
class Vectored:
    """All vectors of one kind of a collection: ids and rows in the same order."""

    ids: tuple[str, ...]
    rows: Vectors


class VectorTable:
    """The vectors of one database. Nothing is embedded twice: another text is another hash."""

    def __init__(self, database: Database) -> None:
        """Read and write the vectors of a database."""
        self._database = database

    def forget(self) -> None:
        """Forget every vector, inside the current transaction."""
        with self._database.translated():
            self._database.connection.execute("DELETE FROM vector")

    def missing(self, texts: Iterable[str], encoder: str) -> list[str]:
        """Return those texts, once each and in order, whose vector is not kept yet."""
        with self._database.translated():
            kept = {
                row[0]
                for row in self._database.connection.execute(
                    "SELECT text_hash FROM vector WHERE encoder = ?", (encoder,)
                )
            }
        return [text for text in dict.fromkeys(texts) if text_hash(text) not in kept]

    def write(self, texts: Sequence[str], rows: Vectors, encoder: str) -> None:
        """Keep one vector per text."""
        with self._database.transaction():
            self._database.connection.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                [
                    (text_hash(text), encoder, row.astype(np.float32).tobytes())
                    for text, row in zip(texts, rows, strict=True)
                ],
            )

    def drop_unused(self) -> None:
        """Forget vectors of texts that no document holds any more, inside the transaction."""
        with self._database.translated():
            self._database.connection.execute(
                "DELETE FROM vector WHERE text_hash NOT IN "
                "(SELECT embedded FROM chunk UNION SELECT embedded FROM question "
                "UNION SELECT embedded FROM item)"
            )

    def load(
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
        with self._database.translated():
            rows = self._database.connection.execute(
                f"SELECT t.id, v.data FROM {table} t JOIN vector v "  # noqa: S608 - fixed names and marks
                f"ON v.text_hash = t.embedded AND v.encoder = ? WHERE t.collection = ? {some} "
                "ORDER BY t.id LIMIT ?",
                (encoder, collection, *(ids or ()), -1 if limit is None else limit),
            ).fetchall()
        if not rows:
            return Vectored((), np.zeros((0, 0), dtype=np.float32))
        data = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32)
        return Vectored(tuple(row[0] for row in rows), data.reshape(len(rows), -1))

    def count(self, collection: str) -> int:
        """Return how many chunks and questions a collection has."""
        with self._database.translated():
            return int(
                self._database.connection.execute(
                    "SELECT (SELECT count(*) FROM chunk WHERE collection = ?1) + "
                    "(SELECT count(*) FROM question WHERE collection = ?1)",
                    (collection,),
                ).fetchone()[0]
            )

    def find(self, texts: Sequence[str], encoder: str) -> dict[str, Vectors]:
        """Return the kept vectors of these texts; a text without one is left out."""
        hashes = {text_hash(text): text for text in texts}
        marks = ",".join("?" * len(hashes))
        with self._database.translated():
            rows = self._database.connection.execute(
                f"SELECT text_hash, data FROM vector WHERE encoder = ? AND text_hash IN ({marks})",  # noqa: S608 - only marks
                (encoder, *hashes),
            ).fetchall()
        return {hashes[row[0]]: np.frombuffer(row[1], dtype=np.float32) for row in rows}
