"""How well a document fits the person who asks, in standard deviations of the score.

Guides for the two chairs at one table share nearly all their words, so words cannot tell them
apart: the chair must. The other chair's guide is pushed below everything that could be meant; a
leader may be at the table as mentor or as mentee, so for a leader the distance is shorter.
"""

from assistant.conversation import Profile
from knowledge.document import Document
from knowledge.vocabulary import Audience

OTHER_CHAIR = -6.0
_CHAIR_DISTANCE: dict[tuple[Audience, Audience], float] = {
    (Audience.MENTEE, Audience.MENTOR): OTHER_CHAIR,
    (Audience.MENTEE, Audience.LEADER): -1.2,
    (Audience.MENTOR, Audience.MENTEE): OTHER_CHAIR,
    (Audience.MENTOR, Audience.LEADER): -0.8,
    (Audience.LEADER, Audience.MENTOR): -0.6,
    (Audience.LEADER, Audience.MENTEE): -1.4,
}
_OTHER_STAGE = {"stated": -2.6, "inferred": -0.8, "default": 0.0}
_OTHER_PHASE = {"stated": -0.2, "inferred": -0.1, "default": 0.0}
# What was read from the words may be wrong; it still decides between the two chairs' guides.
_INFERRED_CHAIR = 0.5


def fit_of(profile: Profile, document: Document) -> float:
    """Return 0 for a document that is meant for this person, less for one that is not."""
    return (
        _chair(profile, document.audience)
        + _beside(profile.stage, document.stages, _OTHER_STAGE[profile.origin.stage])
        + _beside(profile.phase, document.phases, _OTHER_PHASE[profile.origin.phase])
    )


def _chair(profile: Profile, audience: tuple[str, ...]) -> float:
    if profile.audience is None or not audience or profile.audience in audience:
        return 0.0
    nearest = max(_CHAIR_DISTANCE[profile.audience, Audience(other)] for other in audience)
    return nearest if profile.origin.audience == "stated" else nearest * _INFERRED_CHAIR


def _beside(value: str | None, allowed: tuple[str, ...], cost: float) -> float:
    return cost if value is not None and allowed and value not in allowed else 0.0
