"""The words of chunks and questions, searched by SQLite's FTS5."""

import re
from collections.abc import Iterable

from knowledge.database import Database

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


class FullText:
    """The full text of one database: a row for each chunk and question."""

    def __init__(self, database: Database) -> None:
        """Read and write the full text of a database."""
        self._database = database

    def add(self, collection: str, document: str, bodies: Iterable[tuple[str, str]]) -> None:
        """Add ``(id, text)`` of a document, inside the current transaction."""
        connection = self._database.connection
        with self._database.translated():
            for id, body in bodies:
                row = connection.execute(
                    "INSERT INTO full_text (body) VALUES (?)", (body,)
                ).lastrowid
                connection.execute(
                    "INSERT INTO full_text_row VALUES (?, ?, ?, ?)", (row, collection, document, id)
                )

    def rows(self, collection: str) -> dict[int, str]:
        """Return which chunk or question each row of the full text is, for one collection."""
        with self._database.translated():
            return dict(
                self._database.connection.execute(
                    "SELECT row, id FROM full_text_row WHERE collection = ?", (collection,)
                ).fetchall()
            )

    def search_word(self, word: str) -> list[tuple[int, float]]:
        """Return row and BM25 score, higher is better, of everything that holds a word.

        BM25 is SQLite FTS5's own, with k1 = 1.2 and b = 0.75 over Porter stems; the score of a
        text is the sum over its words. Rows are numbers that `rows` explains: reading
        ids here would cost more than the search itself.
        """
        with self._database.translated():
            return self._database.connection.execute(
                "SELECT rowid, -bm25(full_text) FROM full_text WHERE full_text MATCH ?",
                (f'"{word}"',),
            ).fetchall()
