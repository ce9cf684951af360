"""What is quoted of an item: all of it, its body, or its opening sentences."""

from collections.abc import Sequence

from assistant.draft import Statement
from knowledge.guide import Guide, Item, split_sentences


def whole(guide: Guide, items: Sequence[Item]) -> tuple[Statement, ...]:
    """Return items quoted whole."""
    return tuple(Statement(guide, item, item.text) for item in items)


def bodies(guide: Guide, items: Sequence[Item]) -> tuple[Statement, ...]:
    """Return items without their labels."""
    return tuple(Statement(guide, item, item.body) for item in items)


def first_sentences(guide: Guide, item: Item, count: int) -> Statement:
    """Return the first sentences of an item."""
    return Statement(guide, item, " ".join(split_sentences(item.text)[:count]))


def was_said(item: Item, said: frozenset[str]) -> bool:
    """Tell whether an item stood in an earlier answer."""
    return item.text in said or item.body in said
