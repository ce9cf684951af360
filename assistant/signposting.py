"""What stands beside a signpost: how to respond, or the working side of a qualified question."""

from dataclasses import replace

from assistant.boundary import Signpost
from assistant.draft import Block, Draft, Statement
from assistant.turn import Parts, State
from knowledge.vocabulary import Section

_BESIDE_COSINE = 0.5
_RESPONSES = {
    "harassment_assault": "when-a-mentee-tells-you-about-harassment",
    "discrimination": "when-a-mentee-tells-you-about-harassment",
    "self_harm": "a-mental-health-crisis",
    "health_crisis": "a-mental-health-crisis",
}


def write_beside(state: State, parts: Parts, signpost: Signpost) -> Draft:
    """Return what stands beside a signpost.

    After a disclosure nothing but how to respond, and that only to somebody who was told; beside
    a question for a qualified person, what the library does hold on the rest of it.
    """
    opening = signpost.text
    if signpost.about_other:
        return replace(_response_to_disclosure(parts, signpost), opening=opening)
    if not signpost.is_qualified or "found" not in state:
        return Draft((), opening=opening)
    first = state["found"].documents[0]
    if first.text_cosine < _BESIDE_COSINE and first.question_cosine < _BESIDE_COSINE:
        return Draft((), opening=opening)
    guide = parts.shelf.guide(first.document.id)
    if guide is None:
        return Draft((), opening=opening)
    items = [*guide.section(Section.IN_SHORT)[:1], *guide.section(Section.STEPS)[:3]]
    point, *steps = (Statement(guide, item, item.text) for item in items)
    heading = "What I can help with is the working side of it:"
    blocks = (Block("paragraph", heading, (point,)), Block("steps", "", tuple(steps)))
    return Draft(blocks, opening=opening)


def _response_to_disclosure(parts: Parts, signpost: Signpost) -> Draft:
    """Return how to respond to a disclosure, from the guide on just that."""
    guide = parts.shelf.guide(_RESPONSES.get(signpost.kind, ""))
    if guide is None:
        return Draft(())
    steps = tuple(Statement(guide, item, item.text) for item in guide.section(Section.STEPS)[:3])
    return Draft((Block("steps", "How to respond:", steps),))
