"""The words a message is searched by: its slips mended, without mere background.

One turn asks for them several times, so the last ones are kept.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from assistant.background import without_background
from assistant.spelling import Speller

KEPT = 16
"""Texts whose words are kept: a message, what it goes on about, and the sentences it is made of."""


class Wording:
    """Words messages the way one library is searched."""

    def __init__(self, texts: Callable[[], Iterable[str]], is_known: Callable[[str], bool]) -> None:
        """Take a way to the library's texts, and what tells further words that are left alone."""
        speller = Speller(texts, is_known)
        self.is_ordinary = speller.is_ordinary
        self._mend = lru_cache(maxsize=KEPT)(speller.mend)
        self._words = lru_cache(maxsize=KEPT)(without_background)

    def mend(self, text: str) -> str:
        """Return a message with its typing errors mended."""
        return self._mend(text)

    def words_of(self, text: str) -> str:
        """Return the words a message is searched by."""
        return self._words(self._mend(text), self.is_ordinary)
