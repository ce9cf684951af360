"""The front matter of a guide: its values, the line of each key, and every problem of its form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import yaml

from knowledge.vocabulary import Audience, Phase, Stage

KEYS = (
    "title",
    "summary",
    "audience",
    "stages",
    "phase",
    "topics",
    "questions",
    "pair",
    "related",
    "sources",
    "reviewed",
)
OPTIONAL_KEYS = frozenset({"pair"})
_LISTS = ("audience", "stages", "phase", "topics", "questions", "related", "sources")
_SETS: dict[str, type[StrEnum]] = {"audience": Audience, "stages": Stage, "phase": Phase}
_KEY = re.compile(r"^([A-Za-z_][\w-]*):(?:\s|$)")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands between the two ``---`` lines of a guide, and the body behind them.

    ``lines`` has the line of each key in the file, ``gaps`` and ``slips`` are problems as line and
    message: without the values that ``gaps`` name there is no guide, slips leave it readable.
    """

    values: dict[str, Any]
    lines: dict[str, int]
    body: str
    body_line: int
    gaps: tuple[tuple[int, str], ...]
    slips: tuple[tuple[int, str], ...]


class NoFrontMatterError(ValueError):
    """Raised where there is no front matter that can be read; ``line`` says where it breaks."""

    def __init__(self, line: int, reason: str) -> None:
        """Take the line in the file, and the reason in one line."""
        super().__init__(reason)
        self.line = line


def read_front_matter(text: str) -> FrontMatter:
    """Split a guide's text into front matter and body, and check the form of every value.

    Raises:
        NoFrontMatterError: when there is none, or it is no YAML mapping.
    """
    parts = text.split("---\n", 2)
    if len(parts) < 3 or parts[0]:
        raise NoFrontMatterError(1, "no front matter between two '---' lines")
    try:
        values = yaml.load(parts[1], Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "it cannot be read"
        line = mark.line + 2 if mark else 1
        raise NoFrontMatterError(line, f"front matter is not YAML: {reason}") from error
    if not isinstance(values, dict):
        raise NoFrontMatterError(1, "front matter is not a mapping")
    lines = find_key_lines(text)
    return FrontMatter(
        values=values,
        lines=lines,
        body=parts[2],
        body_line=parts[1].count("\n") + 3,
        gaps=tuple(_find_gaps(values, lines)),
        slips=tuple(_find_slips(values, lines, parts[1])),
    )


def find_key_lines(text: str) -> dict[str, int]:
    """Return the line of each key, counted from 1 in the file.

    Keys are what opens a line at its left edge: YAML allows nothing else there in a mapping.
    """
    front = text.split("---\n", 2)[1:2]
    found: dict[str, int] = {}
    for number, line in enumerate("".join(front).splitlines(), start=2):
        if key := _KEY.match(line):
            found.setdefault(key.group(1), number)
    return found


def _find_gaps(values: dict[str, Any], lines: dict[str, int]) -> Iterator[tuple[int, str]]:
    """Yield what keeps a guide from being made: missing keys and values of the wrong kind."""
    for key in KEYS:
        line, value = lines.get(key, 1), values.get(key)
        if not value:
            if key not in OPTIONAL_KEYS:
                yield line, f"front matter lacks {key!r}"
        elif key not in _LISTS:
            if isinstance(value, list | dict):
                yield line, f"front matter: {key!r} is not a line of text"
        elif not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            yield line, f"front matter: {key!r} is not a list of words"
        elif closed := _SETS.get(key):
            known = set(closed)
            for word in value:
                if word not in known:
                    wanted = ", ".join(closed)
                    yield line, f"front matter: {word!r} is not one of {wanted} ({key!r})"


def _find_slips(
    values: dict[str, Any], lines: dict[str, int], front: str
) -> Iterator[tuple[int, str]]:
    """Yield what leaves the guide readable: unknown, repeated or misplaced keys, a wrong month."""
    unknown = [key for key in values if key not in KEYS]
    for key in unknown:
        yield lines.get(str(key), 1), f"front matter has an unknown key {key!r}"
    for number, line in enumerate(front.splitlines(), start=2):
        found = _KEY.match(line)
        if found and lines[found.group(1)] != number:
            yield number, f"front matter has {found.group(1)!r} a second time"
    wanted = [key for key in KEYS if key in values]
    if list(values) != wanted and not unknown:
        first = next(key for key, due in zip(values, wanted, strict=True) if key != due)
        yield lines.get(first, 1), f"keys are not in the order {', '.join(wanted)}"
    reviewed = values.get("reviewed")
    if reviewed and not _MONTH.fullmatch(str(reviewed)):
        yield lines.get("reviewed", 1), f"'reviewed' is {str(reviewed)!r}; a month is YYYY-MM"
