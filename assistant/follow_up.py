"""Questions to ask next: short ones of neighbouring guides, which the library can answer."""

import numpy as np

from assistant.answer import fits, is_unsure
from assistant.dense import Query
from assistant.shelf import SERIOUS
from assistant.snapshot import Snapshot
from assistant.turn import Parts, State
from knowledge.guide import Guide

FOLLOW_UPS = 3


def find_follow_ups(state: State, parts: Parts, lead: Guide) -> list[str]:
    """Return short questions of neighbouring guides that fit, none that was offered before.

    Neighbours are the guides the lead names as related, then the next ones found; the other way
    round where the lead is not sure, so that what was meant is one click away.
    """
    snapshot, profile = state["found"].snapshot, state["profile"]
    found = [document.document.id for document in state["found"].documents[1:6]]
    offered = {text for turn in state["turns"] for text in turn.reply.follow_ups}
    chosen: list[str] = []
    order = [*found, *lead.related] if is_unsure(state) else [*lead.related, *found]
    for slug in dict.fromkeys(order):
        guide = parts.shelf.guide(slug)
        if guide is None or slug == lead.slug or not fits(profile, guide):
            continue
        if SERIOUS in guide.topics and SERIOUS not in lead.topics:
            continue  # nobody who asks about a raise is asked whether they want to die
        texts = {*guide.short_questions} - offered - {*chosen}
        if question := _nearest_question(guide, texts, state["found"].query, snapshot):
            chosen.append(question)
        if len(chosen) == FOLLOW_UPS:
            break
    return chosen


def _nearest_question(
    guide: Guide, texts: set[str], query: Query, snapshot: Snapshot
) -> str | None:
    """Return which of these questions of a guide lies nearest to what was asked."""
    mine = np.flatnonzero(snapshot.question_document == snapshot.document_place.get(guide.slug, -1))
    short = [i for i in mine if snapshot.question_texts[i] in texts]
    if not short:
        return None
    scores = snapshot.question_rows[short] @ query.vector
    return snapshot.question_texts[short[int(scores.argmax())]]
