"""How long an answer may be, and what goes first when it is longer."""

from dataclasses import replace

from assistant.draft import Block

MAX_WORDS = 300
MAX_WORDS_OF_TWO = 360
"""The same where two guides may be meant: the plan of the first is still explained."""


def within_budget(blocks: list[Block], words: int = MAX_WORDS) -> list[Block]:
    """Shorten until the answer can be read in a minute; its point, its plan and its end stay."""
    blocks = list(blocks)
    while count_words(blocks) > words:
        shorter = _named_instead(blocks) or _without_last(blocks)
        if shorter is None:
            break
        blocks = shorter
    return blocks


def count_words(blocks: list[Block]) -> int:
    """Return how many words of guides are shown."""
    return sum(len(s.quote.split()) for block in blocks for s in block.statements)


def _named_instead(blocks: list[Block]) -> list[Block] | None:
    """Name the longest step but one that is explained, or return None if only one is left."""
    for at, block in enumerate(blocks):
        explained = [
            s for s in block.statements if block.kind == "steps" and s.quote != s.item.lead
        ]
        if len(explained) > 1:
            longest = max(explained[1:], key=lambda s: len(s.quote.split()))
            named = replace(longest, quote=longest.item.lead or longest.quote)
            if named == longest:
                return None
            statements = tuple(named if s is longest else s for s in block.statements)
            return [*blocks[:at], replace(block, statements=statements), *blocks[at + 1 :]]
    return None


def _without_last(blocks: list[Block]) -> list[Block] | None:
    """Drop the last statement of the longest list, or a block from the middle."""
    lists = [block for block in blocks[1:] if len(block.statements) > 2]
    if lists:
        longest = max(lists, key=lambda block: len(block.statements))
        shorter = replace(longest, statements=longest.statements[:-1])
        return [shorter if block is longest else block for block in blocks]
    return [*blocks[:-2], blocks[-1]] if len(blocks) > 3 else None
