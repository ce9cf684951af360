"""Conversation topics: what two people could talk about next, each tied to a guide's own words.

Topics come from the guides' *Topics to raise*. A suggestion must come back: asking its opening
question with the same profile finds its guide among the first five and is answered.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assistant.conversation import Profile
from assistant.dense import Query
from assistant.fit import fit_of
from assistant.snapshot import Snapshot
from knowledge.encoder import Vectors
from knowledge.guide import Guide, Item
from knowledge.vocabulary import Audience, Section

MINUTES = 10
"""What one topic takes in a meeting."""
COVERED = 0.6
"""Cosine from which a topic counts as covered already."""
GOAL_WEIGHT = 0.7
SPREAD = 0.85
"""Weight of closeness against difference from what is chosen already (maximal marginal relevance)."""
MIN_FIT = -1.0
CANDIDATES = 24


# What is looked for when nobody has said what it is for: how such conversations usually begin.
_USUAL = {
    None: "what to talk about in a mentoring conversation and how to begin well",
    Audience.MENTEE: "what I want from my mentor and where I would like my career to go next",
    Audience.MENTOR: "a good conversation with my mentee about what they want and how it is going",
    Audience.LEADER: "preparing a mentoring conversation with somebody whose career I can help",
}


def usual_goal(profile: Profile) -> str:
    """Return what such a person usually wants to talk about."""
    return _USUAL[profile.audience]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One topic to talk about: why now, how to open it, how to go on, and where it comes from."""

    title: str
    why: str
    opening: str
    follow_ups: tuple[str, ...]
    guide: str
    guide_title: str
    section: str
    minutes: int
    chunk: str
    quote: str

    def to_json(self) -> dict[str, Any]:
        """Return the keys of the interface."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic of a guide with its closeness to the goal."""

    guide: Guide
    item: Item
    row: Vectors
    score: float


def rank_candidates(
    guides: Sequence[tuple[Guide, float]],
    goal: Vectors,
    covered: Sequence[Vectors],
    vectors: dict[str, Vectors],
) -> list[Candidate]:
    """Return the best topic of each guide first; what was covered already is left out.

    ``guides`` come with their score for the goal, best first.
    """
    candidates = []
    for guide, guide_score in guides:
        for item in guide.section(Section.TOPICS):
            row = vectors.get(item.text)
            if row is None or any(float(row @ other) >= COVERED for other in covered):
                continue
            score = GOAL_WEIGHT * guide_score + (1 - GOAL_WEIGHT) * float(row @ goal)
            candidates.append(Candidate(guide, item, row, score))
    return sorted(candidates, key=lambda c: (-c.score, c.guide.slug, c.item.ordinal))


def choose(candidates: Sequence[Candidate], n: int) -> list[Candidate]:
    """Choose ``n`` topics that are near the goal and unlike each other; one a guide."""
    chosen: list[Candidate] = []
    left = list(candidates)
    while left and len(chosen) < n:
        best = max(left, key=lambda c: SPREAD * c.score - (1 - SPREAD) * _nearest(c, chosen))
        chosen.append(best)
        left = [c for c in left if c.guide.slug != best.guide.slug]
    return chosen


def _nearest(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    return max((float(candidate.row @ other.row) for other in chosen), default=0.0)


def score_guides(snapshot: Snapshot, profile: Profile, goal: Query) -> list[tuple[str, float]]:
    """Return guides that fit a profile with their closeness to a goal in [-1, 1], best first."""
    best = snapshot.best_question(snapshot.question_rows @ goal.vector)
    np.maximum.at(best, snapshot.chunk_document, snapshot.chunk_rows @ goal.vector)
    ranked = [
        (document.id, float(best[i]) + 0.1 * fit)
        for i, document in enumerate(snapshot.documents)
        if (fit := fit_of(profile, document)) >= MIN_FIT
    ]
    return sorted(ranked, key=lambda pair: (-pair[1], pair[0]))


def build_suggestion(
    candidate: Candidate, opening: str, follow_ups: Iterable[str], chunk: str
) -> Suggestion:
    """Return a topic as it is shown."""
    guide, item = candidate.guide, candidate.item
    return Suggestion(
        title=item.lead,
        why=f"{guide.summary.rstrip('.')}.",
        opening=opening,
        follow_ups=tuple(follow_ups),
        guide=guide.slug,
        guide_title=guide.title,
        section=Section.TOPICS.value,
        minutes=MINUTES,
        chunk=chunk,
        quote=item.text,
    )


_OF_ONE = re.compile(
    r"\b(?:i|i'm|i've|i'd|me|my|mine|we|us|our|he|him|his|she|her|they|them|their)\b", re.IGNORECASE
)


def pick_follow_ups(
    candidate: Candidate, comes_back: Callable[[str], bool], count: int = 2
) -> list[str]:
    """Return questions to go on with: other topics of the guide, then its questions that anybody could put.

    "I already hate my profession" leads to a guide and is nothing to put on an agenda.
    """
    others = [i.body for i in candidate.guide.section(Section.TOPICS) if i != candidate.item]
    short = [q for q in candidate.guide.short_questions if not _OF_ONE.search(q)]
    found: list[str] = []
    for question in [*others, *short]:
        if len(found) == count:
            break
        if comes_back(question):
            found.append(question)
    return found


def agenda_markdown(suggestions: Sequence[Suggestion], minutes: int) -> str:
    """Return a short agenda as Markdown: a check-in, the topics, one commitment.

    The minutes of the parts add up to ``minutes``; each topic gets an equal share.
    """
    closing = max(2, minutes // 10)
    check_in = closing if suggestions else minutes - closing
    lines = [
        f"# Agenda, {minutes} minutes",
        "",
        f"**{check_in} min · Check-in.** What has happened since we last spoke?",
        "",
    ]
    left = minutes - check_in - closing
    for i, suggestion in enumerate(suggestions):
        share = left // len(suggestions) + (1 if i < left % len(suggestions) else 0)
        lines += [f"**{share} min · {suggestion.title}.** {suggestion.opening}"]
        lines += [f"- {question}" for question in suggestion.follow_ups]
        lines += [f"- From the guide *{suggestion.guide_title}*", ""]
    lines.append(
        f"**{closing} min · One small step each.** Who does what by when, and the next date."
    )
    return "\n".join(lines) + "\n"
