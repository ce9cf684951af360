"""What a check is: a pure function from a guide, or the whole library, to findings."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from knowledge.guide import Guide
from knowledge.library import Library

Place: TypeAlias = int | str
"""A line of the file, or a key of the front matter, which stands for the line it is on."""

GuideFindings: TypeAlias = Iterator[tuple[Place, str]]
"""Places and messages about the one guide that was checked."""

LibraryFindings: TypeAlias = Iterator[tuple[str, Place, str]]
"""Slugs, places and messages; an empty slug stands for the library as a whole."""

GuideCheck: TypeAlias = Callable[[Guide, Library], GuideFindings]
LibraryCheck: TypeAlias = Callable[[Library], LibraryFindings]
