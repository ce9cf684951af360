"""What is quoted of an item: all of it, its body, or its opening sentences."""

from collections.abc import Sequence

from assistant.draft import Statement
from knowledge.guide import Guide, Item, split_sentences

STEP_WORDS = 28
"""An explained step is cut before the sentence that passes this; most are shorter."""


def whole(guide: Guide, items: Sequence[Item]) -> tuple[Statement, ...]:
    """Return items quoted whole."""
    return tuple(Statement(guide, item, item.text) for item in items)


def bodies(guide: Guide, items: Sequence[Item]) -> tuple[Statement, ...]:
    """Return items without their labels."""
    return tuple(Statement(guide, item, item.body) for item in items)


def trimmed(guide: Guide, items: Sequence[Item]) -> tuple[Statement, ...]:
    """Return items by their opening sentences."""
    return tuple(Statement(guide, item, trim(item)) for item in items)


def trim(item: Item) -> str:
    """Return the item's opening sentences, at least the lead and one more."""
    kept: list[str] = []
    for sentence in split_sentences(item.text):
        words = sum(len(part.split()) for part in kept)
        long = words + len(sentence.split()) > STEP_WORDS
        if len(kept) >= 2 and long and _closes_quotes(kept):
            break
        kept.append(sentence)
    return " ".join(kept)


def _closes_quotes(sentences: Sequence[str]) -> bool:
    """Tell whether what is said aloud in some sentences is said to its end."""
    return "".join(sentences).count('"') % 2 == 0


def first_sentences(guide: Guide, item: Item, count: int) -> Statement:
    """Return the first sentences of an item."""
    return Statement(guide, item, " ".join(split_sentences(item.text)[:count]))


def was_said(item: Item, said: frozenset[str]) -> bool:
    """Tell whether an item stood in an earlier answer."""
    return item.text in said or item.body in said or trim(item) in said
