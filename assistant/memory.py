"""What is kept of conversations: one row a turn, in a SQLite file of its own.

The index may be rebuilt or thrown away; this file may not. Deleting overwrites (`secure_delete`),
so that what was forgotten is not left in the file.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from assistant.conversation import Question, Reply
from knowledge.errors import StoreError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS turn (
  thread TEXT NOT NULL, number INTEGER NOT NULL, question TEXT NOT NULL, reply TEXT NOT NULL,
  subject TEXT NOT NULL, guide TEXT NOT NULL, created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (thread, number)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its reply; ``subject`` is the question the conversation is about."""

    question: Question
    reply: Reply
    subject: str = ""
    guide: str = ""


class Memory:
    """The open file; made on first use."""

    def __init__(self, path: Path) -> None:
        """Take the place of the file; nothing is opened yet."""
        self.path = path
        self._db: sqlite3.Connection | None = None
        # One connection serves all threads: without the lock two turns would share a transaction.
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._lock.acquire()
        try:
            if self._db is None:
                self._db = _connect(self.path)
            with self._db:
                yield self._db
        except (sqlite3.Error, OSError, ValidationError) as error:
            reason = " ".join(f"{error!s:.160}".split())
            raise StoreError(
                f"The conversations in {self.path} cannot be used: {reason}. Free some space if the "
                "disk is full, or set MENTOR_HOME to another folder; the file is left as it is."
            ) from error
        finally:
            self._lock.release()

    async def add(self, thread: str, turn: Turn) -> None:
        """Keep a turn at the end of its thread."""
        await asyncio.to_thread(self._add, thread, turn)

    def _add(self, thread: str, turn: Turn) -> None:
        with self._open() as db:
            db.execute(
                "INSERT INTO turn (thread, number, question, reply, subject, guide) VALUES "
                "(?1, (SELECT coalesce(max(number), 0) + 1 FROM turn WHERE thread = ?1), ?2, ?3, ?4, ?5)",
                (
                    thread,
                    turn.question.model_dump_json(),
                    turn.reply.model_dump_json(by_alias=True),
                    turn.subject,
                    turn.guide,
                ),
            )

    async def turns(self, thread: str) -> list[Turn]:
        """Return the turns of a thread, oldest first."""
        return await asyncio.to_thread(self._turns, thread)

    def _turns(self, thread: str) -> list[Turn]:
        if not thread or not (self._db or self.path.is_file()):
            return []
        with self._open() as db:
            rows = db.execute(
                "SELECT question, reply, subject, guide FROM turn WHERE thread = ? ORDER BY number",
                (thread,),
            ).fetchall()
            return [
                Turn(
                    Question.model_validate_json(row[0]),
                    Reply.model_validate_json(row[1]),
                    row[2],
                    row[3],
                )
                for row in rows
            ]

    async def forget(self, thread: str) -> None:
        """Delete a thread with everything in it."""
        await asyncio.to_thread(self._forget, thread)

    def _forget(self, thread: str) -> None:
        with self._open() as db:
            db.execute("DELETE FROM turn WHERE thread = ?", (thread,))
        with self._open() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, check_same_thread=False, timeout=10)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA secure_delete = ON")
        db.executescript(_SCHEMA)
    except sqlite3.Error:
        db.close()
        raise
    return db
