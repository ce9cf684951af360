"""One SQLite file: its tables, how it is opened and checked, and what its errors mean to people."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMismatchError,
    IndexMissingError,
)

SCHEMA_VERSION = 1

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


class Database:
    """The open file. `connection` is used inside `translated` or `transaction` only."""

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
        with self.translated():
            if read_only:
                uri = f"{path.resolve().as_uri()}?mode=ro"
                self.connection = sqlite3.connect(
                    uri, uri=True, check_same_thread=False, timeout=10
                )
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                self.connection = sqlite3.connect(path, check_same_thread=False, timeout=10)
                self.connection.execute("PRAGMA journal_mode = WAL")
                self.connection.execute("PRAGMA synchronous = NORMAL")
                self._check_version()
                self.connection.executescript(_SCHEMA)
                self.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            self.connection.execute("SELECT key FROM meta LIMIT 1")
            self._check_version()

    def _check_version(self) -> None:
        """Refuse a file of another version of this program; 0 is a file just made."""
        found = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if found not in {0, SCHEMA_VERSION}:
            raise IndexMismatchError(
                f"{self.path} was made by another version (format {found}, this one writes "
                f"{SCHEMA_VERSION}). Build it again: mentor ingest --rebuild"
            )

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def check(self) -> None:
        """Read the whole file.

        Raises:
            IndexDamagedError: when any page of it is broken.
        """
        with self.translated():
            found = self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(found)

    @contextmanager
    def translated(self) -> Iterator[None]:
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
        with self.translated(), self.connection:
            yield
