"""How long an answer may be: what goes where it is longer, what is explained where there is room."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.draft import Block
from knowledge.guide import Item

MAX_WORDS = 330
MAX_WORDS_OF_TWO = 370
"""The same where two guides may be meant: the plan of the first is still explained."""


def within_budget(blocks: list[Block], words: int = MAX_WORDS) -> list[Block]:
    """Shorten until no more words are shown; the point, the plan and the end stay."""
    blocks = list(blocks)
    while count_words(blocks) > words:
        shorter = _without_last(blocks)
        if shorter is None:
            break
        blocks = shorter
    return blocks


def explain(blocks: Sequence[Block], steps: Sequence[Item], count: int, words: int) -> list[Block]:
    """Say steps of a named plan whole instead: the first ``count`` of ``steps`` that there is room for.

    Where there is room for none the first is said all the same: names alone help nobody.
    """
    room = words - count_words(list(blocks))
    chosen: list[Item] = []
    for step in steps:
        if len(chosen) < count and words_of_body(step) <= room:
            chosen.append(step)
            room -= words_of_body(step)
    return [_with_whole(block, chosen or steps[:1]) for block in blocks]


def _with_whole(block: Block, steps: Sequence[Item]) -> Block:
    if block.kind != "steps":
        return block
    said = [replace(s, quote=s.item.text) if s.item in steps else s for s in block.statements]
    return replace(block, statements=tuple(said))


def words_of_body(step: Item) -> int:
    """Return how many words a step takes beyond its name."""
    return len(step.text.split()) - len(step.lead.split())


def count_words(blocks: list[Block]) -> int:
    """Return how many words of guides are shown."""
    return sum(len(s.quote.split()) for block in blocks for s in block.statements)


def _without_last(blocks: list[Block]) -> list[Block] | None:
    """Drop the last statement of the longest list, or the last block between the first and the end."""
    lists = [block for block in blocks[1:] if len(block.statements) > 2 and block.kind != "steps"]
    if lists:
        longest = max(lists, key=lambda block: len(block.statements))
        shorter = replace(longest, statements=longest.statements[:-1])
        return [shorter if block is longest else block for block in blocks]
    middle = [at for at in range(1, len(blocks) - 1) if blocks[at].kind != "steps"]
    return [*blocks[: middle[-1]], *blocks[middle[-1] + 1 :]] if middle else None
