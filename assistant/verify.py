"""Whether a sentence is supported by what it cites, and which markers may stand in a text.

Used on what a chat model writes. What is composed without one is quoted word for word and needs
no such check.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.encoder import Encoder
from knowledge.guide import split_sentences

MARKER = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
MIN_SUPPORT = 0.45
"""Cosine of a sentence to the nearest passage it cites, below which it is marked. A paraphrase of
a passage's sentence lies above 0.6 with MiniLM, an unrelated sentence of the field below 0.35."""
UNSUPPORTED = " *(not in the guides)*"
_CONNECTIVE_WORDS = 8
"""Sentences up to this long that cite nothing are connectives and are left alone."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A text whose unsupported sentences are marked, and which markers it uses."""

    text: str
    used: tuple[int, ...]
    unsupported: int


def drop_unknown_markers(text: str, known: Iterable[int]) -> str:
    """Remove markers that stand for nothing; `[1, 9]` keeps what is known of it."""
    allowed = set(known)

    def keep(match: re.Match[str]) -> str:
        numbers = [int(number) for number in match.group(1).split(",")]
        return "".join(f"[{number}]" for number in numbers if number in allowed)

    return re.sub(r" +([.,;!?])", r"\1", MARKER.sub(keep, text))


class MarkerFilter:
    """Drops unknown markers from text that arrives in pieces; holds back an unfinished one."""

    def __init__(self, known: Iterable[int]) -> None:
        """Take the markers that stand for something."""
        self._known = tuple(known)
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what can be shown now."""
        text = self._held + piece
        cut = text.rfind("[")
        unfinished = cut >= 0 and "]" not in text[cut:] and len(text) - cut <= 24
        self._held = text[cut:] if unfinished else ""
        return drop_unknown_markers(text[:cut] if unfinished else text, self._known)

    def close(self) -> str:
        """Return what is left at the end."""
        held, self._held = self._held, ""
        return drop_unknown_markers(held, self._known)


def check_support(text: str, passages: dict[int, str], encoder: Encoder) -> Checked:
    """Mark each sentence that its cited passages do not support.

    A sentence that cites nothing counts as unsupported unless it is a short connective, a heading
    or a question.
    """
    used: list[int] = []
    unsupported = 0
    lines = []
    for line in text.split("\n"):
        parts = []
        for sentence in _iter_statements(line):
            numbers = [int(n) for group in MARKER.findall(sentence) for n in group.split(",")]
            used += [number for number in numbers if number in passages]
            if _needs_support(sentence, numbers) and not _is_supported(
                sentence, [passages[n] for n in numbers if n in passages], encoder
            ):
                sentence += UNSUPPORTED
                unsupported += 1
            parts.append(sentence)
        lines.append(" ".join(parts))
    return Checked("\n".join(lines), tuple(dict.fromkeys(used)), unsupported)


def _iter_statements(line: str) -> Iterator[str]:
    """Yield the sentences of a line, each with the markers that follow its full stop."""
    sentences: list[str] = []
    for part in split_sentences(re.sub(r"([.!?])\s+(\[\d)", r"\1\2", line)):
        if sentences and MARKER.fullmatch(part.strip()):
            sentences[-1] += f" {part}"
        else:
            sentences.append(part)
    yield from sentences or [line]


def _needs_support(sentence: str, numbers: list[int]) -> bool:
    plain = MARKER.sub("", sentence).strip(" #*-0123456789.")
    if not plain or plain.endswith(("?", ":")) or sentence.lstrip().startswith("#"):
        return bool(numbers)
    return bool(numbers) or len(plain.split()) > _CONNECTIVE_WORDS


def _is_supported(sentence: str, cited: list[str], encoder: Encoder) -> bool:
    if not cited:
        return False
    row = encoder.embed_query(MARKER.sub("", sentence).strip())
    candidates = [part for text in cited for part in (text, *split_sentences(text))]
    return any(float(encoder.embed_query(c) @ row) >= MIN_SUPPORT for c in candidates)
