"""The writer without a model: chooses and orders sentences of guides for one question.

One guide leads and keeps its own order; a second one speaks only to a concern of its own. What is
chosen within the lead is what lies nearest to this question, with a head start for early steps,
because a plan that skips the step everything rests on is no plan. See `ARCHITECTURE.md`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.budget import (
    MAX_WORDS,
    MAX_WORDS_OF_TWO,
    count_words,
    explain,
    within_budget,
    words_of_body,
)
from assistant.conversation import Profile
from assistant.dense import Query
from assistant.draft import Block, Draft
from assistant.opening import acknowledge, fit_notes
from assistant.quotation import bodies, first_sentences, was_said, whole
from assistant.selection import (
    ItemVectors,
    filled,
    line,
    named_steps,
    nearest,
    order_steps,
    score_items,
)
from assistant.shape import Shape
from knowledge.guide import Guide, Item, split_sentences
from knowledge.vocabulary import Audience, Section

EXPLAINED = 4
"""Steps that are said whole; the others are named, so that the plan is whole and nothing rests on a gap.
Of 662 vital points that stand in a step of the right guide, four whole steps say 0.77 in 197 words, the
opening 28 words of five had said 0.38 in 146, and of all 0.45 in 174: what matters often stands last."""
EXPLAINED_BESIDE = 2
"""The same where the words, the questions or the reassurance are what was asked for."""
WORDS_OF_SECOND = 170
"""The most the second of two plans takes with a script; where its plan is long, it goes without."""
EITHER = "Two guides come near. Take the one that is yours."
"""What opens such an answer. Three in four of them begin with a guide that is not the right one, and read
under no name its first sentence sounds as if the question had been misheard: in 40 such answers readers
found both plans under their names more useful (4.5 of 10) than the second alone named (4.0), or three
guides told in short (4.3)."""

DECIDING = "Ask yourself first:"
WORDS = "Words to start from. The details in them are somebody else's, so put in your own:"

FINDING = "finding-a-mentor"
"""The topic of guides for people without a mentor."""

DIFFER_NEAR = 0.4
"""Cosine from which a question touches what guides differ on; then both sides are shown."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What the writer is given: the question, the guides, and what was said before."""

    query: Query
    shape: Shape
    profile: Profile
    lead: Guide
    second: Guide | None
    """Another guide that speaks, or None."""
    vectors: ItemVectors
    said: frozenset[str] = frozenset()
    """Quotes of earlier turns; they are not said again."""
    follows: bool = False
    wants_words: bool = False
    """Whether only the words are wanted: "can you write that message"."""
    is_close_call: bool = False
    """Whether the second guide may be what is meant, and not only touch a part of it."""


def compose(brief: Brief) -> Draft:
    """Write the answer to a question, 200 to 330 words for most."""
    scores = score_items(brief.lead, brief.query, brief.vectors)
    scripts = brief.lead.section(Section.SCRIPTS)
    if brief.wants_words and scripts:
        words = Block("bullets", WORDS, whole(brief.lead, nearest(scripts, scores, 2)))
        return Draft((words,), notes=fit_notes(brief.profile, brief.lead))
    fresh = [item for item in brief.lead.items if not was_said(item, brief.said)]
    has_spoken = len(fresh) < len(brief.lead.items)
    goes_on = brief.follows or has_spoken
    blocks = _follow_on(brief, fresh, scores) if has_spoken else _answer(brief, fresh, scores)
    if not goes_on:
        blocks[2:2] = _differ(brief.lead, fresh, scores)
    opening = "" if goes_on else acknowledge(brief.query.text)
    if brief.second and brief.is_close_call:
        blocks = _two_plans(brief, blocks, scores, brief.second)
        opening = f"{opening}\n\n{EITHER}".strip()
        notes = fit_notes(brief.profile, brief.lead, "The first guide")
        return Draft(tuple(blocks), opening=opening, notes=notes)
    if brief.second:
        at = max(1, len(blocks) - 1)  # before the question to take along
        blocks[at:at] = _second_voice(brief.second)
    elif not goes_on and not any(s.item.sources for b in blocks for s in b.statements):
        at = 2 if brief.shape == Shape.SAY else 1  # the words come first where they were asked for
        blocks[at:at] = _evidence(brief, fresh, scores)
    blocks = _explained(brief, blocks, scores, MAX_WORDS)
    return Draft(tuple(blocks), opening=opening, notes=fit_notes(brief.profile, brief.lead))


def compose_shorter(brief: Brief, count: int) -> Draft:
    """Say the last answer again in its point and the names of its steps."""
    scores = score_items(brief.lead, brief.query, brief.vectors)
    point = [first_sentences(brief.lead, item, 1) for item in brief.lead.section(Section.IN_SHORT)]
    steps = order_steps(brief.lead.section(Section.STEPS), scores)[:count]
    in_order = sorted(steps, key=lambda step: step.ordinal)
    plan = named_steps(brief.lead, in_order)
    return Draft((Block("paragraph", "", tuple(point[:1])), plan))


def compose_why(brief: Brief) -> Draft:
    """Give the reasons behind the last answer, with the evidence and its limits."""
    scores = score_items(brief.lead, brief.query, brief.vectors)
    reasons = nearest(brief.lead.section(Section.WHY), scores, 3)
    where = brief.lead.section(Section.DIFFER)[:2]
    blocks = [Block("bullets", "", whole(brief.lead, reasons))]
    if where:
        blocks.append(Block("bullets", "Where guides differ:", whole(brief.lead, where)))
    return Draft(tuple(blocks))


# -- the shapes of an answer


def _answer(brief: Brief, fresh: Sequence[Item], scores: dict[Item, float]) -> list[Block]:
    guide = brief.lead
    by_section = {section: [i for i in fresh if i.section == section] for section in Section}
    point = Block("paragraph", "", whole(guide, by_section[Section.IN_SHORT]))
    steps = named_steps(guide, by_section[Section.STEPS])
    scripts = by_section[Section.SCRIPTS]
    caution = line("Watch out for this:", guide, by_section[Section.WATCH_OUT], scores)
    say = line("Something to say.", guide, scripts, scores)
    topics = by_section[Section.TOPICS]
    closing = _closing(brief, topics, scores)
    if brief.shape == Shape.SAY:
        wordings = Block("bullets", "Words to try:", whole(guide, nearest(scripts, scores, 3)))
        return filled(point, wordings, steps, caution, closing)
    if brief.shape == Shape.ASK:
        questions = Block("bullets", "Worth raising:", whole(guide, topics[:4]))
        return filled(point, questions, steps, say)
    if brief.shape == Shape.NORMAL:
        reason = Block("paragraph", "", whole(guide, nearest(by_section[Section.WHY], scores, 1)))
        return filled(point, reason, steps, say, closing)
    own = [topic for topic in topics if _is_for_oneself(topic)][:2]
    # Mentors and leaders put the questions of their guides to somebody else.
    if brief.shape == Shape.DECIDE and len(own) == 2 and guide.audience == (Audience.MENTEE,):
        deciding = Block("bullets", DECIDING, bodies(guide, own))
        caution_first = filled(caution, line("Something to say.", guide, scripts, scores))
        return filled(point, deciding, steps, *caution_first)
    return filled(point, steps, say, caution, closing)


def _explained(
    brief: Brief, blocks: Sequence[Block], scores: dict[Item, float], words: int
) -> list[Block]:
    """Return blocks of about so many words, in which the steps nearest to the question are said whole."""
    is_plan = brief.shape not in {Shape.SAY, Shape.ASK, Shape.NORMAL} and not any(
        block.heading == DECIDING for block in blocks
    )
    steps = order_steps(brief.lead.section(Section.STEPS), scores)
    for_nearest = max((words_of_body(step) for step in steps[:1]), default=0)
    shortened = within_budget(list(blocks), words - for_nearest)
    return explain(shortened, steps, EXPLAINED if is_plan else EXPLAINED_BESIDE, words)


def _follow_on(brief: Brief, fresh: Sequence[Item], scores: dict[Item, float]) -> list[Block]:
    """Answer a follow-up from a guide that has spoken before: what is nearest and still unsaid."""
    spoken = (
        Section.STEPS,
        Section.SCRIPTS,
        Section.WATCH_OUT,
        Section.SOMEONE_ELSE,
        Section.DIFFER,
    )
    # The nearest of all is shown again if it was shown before: it is the answer.
    unsaid = [item for item in fresh if item.section in spoken]
    best = nearest([item for item in brief.lead.items if item.section in spoken], scores, 1)
    near = nearest(list(dict.fromkeys([*best, *unsaid])), scores, 5)
    at = {section: [item for item in near if item.section == section] for section in spoken}
    scripts = at[Section.SCRIPTS]
    if brief.shape == Shape.SAY or not scripts:
        scripts = nearest([i for i in fresh if i.section == Section.SCRIPTS], scores, 3)
    first = [i for i in fresh if i.section == Section.IN_SHORT]
    words = Block("bullets", "Words to try:", whole(brief.lead, scripts))
    steps = Block("bullets", "", whole(brief.lead, at[Section.STEPS]))
    others = [*at[Section.WATCH_OUT], *at[Section.DIFFER], *at[Section.SOMEONE_ELSE]]
    rest = Block("bullets", "Mind this:" if others else "", whole(brief.lead, others))
    closing = _closing(brief, [i for i in fresh if i.section == Section.TOPICS], scores)
    point = Block("paragraph", "", whole(brief.lead, first))
    order = (point, words, steps) if brief.shape == Shape.SAY else (point, steps, words)
    return filled(*order, rest, closing)


def _evidence(brief: Brief, fresh: Sequence[Item], scores: dict[Item, float]) -> list[Block]:
    """Return the nearest reason that rests on a work: an answer should show what it stands on."""
    reasons = [i for i in fresh if i.section == Section.WHY and i.sources]
    return filled(Block("paragraph", "", whole(brief.lead, nearest(reasons, scores, 1))))


def _differ(guide: Guide, fresh: Sequence[Item], scores: dict[Item, float]) -> list[Block]:
    """Return both sides of what guides differ on, where the question touches it."""
    sides = [item for item in fresh if item.section == Section.DIFFER]
    if max((scores[item] for item in sides), default=0.0) < DIFFER_NEAR:
        return []
    return [Block("bullets", "Where guides differ:", whole(guide, sides[:2]))]


def _second_voice(guide: Guide) -> list[Block]:
    """Let a second guide give its point to a concern of its own."""
    title = guide.title.rstrip("?.")
    point = tuple(first_sentences(guide, i, 2) for i in guide.section(Section.IN_SHORT)[:1])
    return [Block("paragraph", f"On the other part of it ({title}):", point)]


def _two_plans(
    brief: Brief, blocks: Sequence[Block], scores: dict[Item, float], other: Guide
) -> list[Block]:
    """Return the answer of the lead and, in short, the plan of another guide, each under its name.

    A step of both plans under one name is not named twice.
    """
    said = " ".join(s.item.text for block in blocks for s in block.statements)
    steps = [step for step in other.section(Section.STEPS) if step.lead not in said]
    point = whole(other, other.section(Section.IN_SHORT)[:1])
    nearness = score_items(other, brief.query, brief.vectors)
    scripts = [i for i in other.section(Section.SCRIPTS) if not _any_said(i, said)]
    say = line("Something to say.", other, scripts, nearness)
    second = filled(Block("paragraph", _name(other), point), named_steps(other, steps))
    if say and count_words([*second, say]) <= WORDS_OF_SECOND:
        second.append(say)
    first, *rest = _explained(brief, blocks, scores, MAX_WORDS_OF_TWO - count_words(second))
    return [replace(first, heading=_name(brief.lead)), *rest, *second]


def _name(guide: Guide) -> str:
    """Return the heading under which one of two plans stands."""
    return f"**{guide.title}**"


def _any_said(item: Item, said: str) -> bool:
    """Tell whether a sentence of an item stands in what is said already."""
    return any(sentence in said for sentence in split_sentences(item.body))


_FIRST_PERSON = re.compile(r"\b(?:i|me|my|mine|we|us|our)\b", re.IGNORECASE)


def _is_for_oneself(topic: Item) -> bool:
    """Tell whether a question is put to the reader ("What would you miss?"), not by the reader."""
    return not _FIRST_PERSON.search(topic.body)


def _closing(brief: Brief, topics: Sequence[Item], scores: dict[Item, float]) -> Block | None:
    """Return the question to take to a human being, under words that fit who asks it."""
    closest = nearest(topics, scores, 1)
    if not closest:
        return None
    chair = brief.profile.audience
    if chair not in brief.lead.audience:
        chair = brief.lead.audience[0]
    if chair == Audience.MENTOR:
        words = "One question to ask your mentee:"
    elif chair == Audience.LEADER:
        words = "One question to ask:"
    elif not _is_for_oneself(closest[0]):
        words = "One question to take along:"
    elif FINDING in brief.lead.topics:  # there may be no mentor yet, or none any more
        words = "One question to think over:"
    else:
        words = "One question to think over with your mentor:"
    return Block("line", words, bodies(brief.lead, closest))
