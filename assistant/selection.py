"""Which items of a guide an answer takes: those nearest to the question, in the guide's own order."""

from collections.abc import Sequence

import numpy as np

from assistant.dense import Query
from assistant.draft import Block, Statement
from assistant.quotation import whole
from knowledge.encoder import Vectors
from knowledge.guide import Guide, Item
from knowledge.vocabulary import Section

HEAD_START = 0.08
"""Cosine added to the first step, falling to nothing at the last."""

ItemVectors = dict[str, Vectors]


def score_items(guide: Guide, query: Query, vectors: ItemVectors) -> dict[Item, float]:
    """Return the cosine of each item to the question; 0 where it has no vector."""
    none = np.zeros_like(query.vector)
    return {item: float(vectors.get(item.text, none) @ query.vector) for item in guide.items}


def nearest(items: Sequence[Item], scores: dict[Item, float], count: int) -> list[Item]:
    """Return the nearest items in the guide's own order."""
    best = sorted(items, key=lambda item: (-scores[item], item.ordinal))[:count]
    return sorted(best, key=lambda item: (list(Section).index(item.section), item.ordinal))


def order_steps(steps: Sequence[Item], scores: dict[Item, float]) -> list[Item]:
    """Return steps, the nearest to the question first; early ones have a head start."""
    last = max((step.ordinal for step in steps), default=1)

    def weight(step: Item) -> float:
        return scores[step] + HEAD_START * (last - step.ordinal) / max(1, last - 1)

    return sorted(steps, key=lambda step: (-weight(step), step.ordinal))


def named_steps(guide: Guide, steps: Sequence[Item]) -> Block:
    """Return the whole plan, every step by its name."""
    return Block("steps", "", tuple(Statement(guide, step, step.lead) for step in steps))


def line(
    heading: str, guide: Guide, items: Sequence[Item], scores: dict[Item, float]
) -> Block | None:
    """Return the item nearest to the question under a heading; None where there is no item."""
    closest = nearest(items, scores, 1)
    return Block("line", heading, whole(guide, closest)) if closest else None


def filled(*blocks: Block | None) -> list[Block]:
    """Return those blocks that say something."""
    return [block for block in blocks if block is not None and block.statements]
