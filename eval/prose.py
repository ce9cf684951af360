"""The prose of a reply: its text without markers and marks of Markdown, and its sentences. Pure."""

import re

from knowledge.guide import split_sentences

_MARKER = re.compile(r" ?\[(?:\d+|@[^\]]*)\]")
_MARKUP = re.compile(r"\*+|^\s*(?:[-#>]+|\d+\.)\s+", re.MULTILINE)
_WORD = re.compile(r"\w")


def plain(text: str) -> str:
    """Return a text without markers, a guide's source marks, and marks of Markdown."""
    return _MARKUP.sub("", _MARKER.sub("", text))


def fold(text: str) -> str:
    """Return a text with its spaces folded and marks of emphasis removed."""
    return " ".join(text.replace("*", "").split())


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a reply in their order; a line is never joined to the next."""
    return [
        sentence
        for line in plain(text).splitlines()
        for sentence in split_sentences(line.strip())
        if _WORD.search(sentence)
    ]
