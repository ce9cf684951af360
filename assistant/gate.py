"""Answer, decline or refer: one decision about one rewritten question."""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.dense import Query
from assistant.language import is_english
from assistant.ranking import Retrieved
from assistant.triage import Scope, Triage

# Without fitted models (another encoder) a plain rule stands in: the best document must stand out
# from the rest of the library by this many standard deviations, and share a telling word.
MIN_FUSED = 2.2


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question, and how sure the library is to answer it, in [0, 1]."""

    kind: Literal["answer", "decline", "qualified"]
    confidence: float


# Said to the assistant rather than asked of it, or asking it to act in somebody else's name.
_MUST_DECLINE = re.compile(
    r"\b(?:ignore|disregard|forget|override) (?:all |any |your |the |these |previous |prior |earlier )+"
    r"(?:instructions?|rules?|guides?|guidelines|prompts?)\b"
    r"|\b(?:print|reveal|show|repeat|output|tell me) (?:me )?(?:your|the) (?:system |hidden |initial )*prompt\b"
    r"|\byou are now\b.{0,60}\b(?:no|without|unrestricted|dan|gpt)\b"
    r"|\bpretend to be (?:my|the|a) (?:\w+ ){0,2}(?:manager|boss|supervisor|referee|teacher|professor|hr)\b"
    r"|\bsign (?:it )?(?:with|in) (?:his|her|their) name\b",
    re.IGNORECASE,
)


def must_decline(text: str) -> bool:
    """Tell whether a message is declined whatever is found: not English, or steering the assistant."""
    return not is_english(text) or bool(_MUST_DECLINE.search(text))


def decide(query: Query, found: Retrieved, triage: Triage | None) -> Decision:
    """Decide on the question as it is searched for."""
    if must_decline(query.text):
        return Decision("decline", 0.0)
    if triage is None:
        return _decide_plainly(found)
    scope: Scope = triage.scope(query, found)
    # The scope is that of a message that discloses nothing; how likely that is belongs to it.
    confidence = scope.answer * (1.0 - triage.disclosure(query).probability)
    if scope.answer >= triage.answer_threshold:
        return Decision("answer", confidence)
    return Decision("qualified" if scope.qualified > scope.decline else "decline", confidence)


def _decide_plainly(found: Retrieved) -> Decision:
    best = max(found.documents, key=lambda document: document.fused)
    answered = best.fused >= MIN_FUSED and best.lexical > 0
    return Decision("answer" if answered else "decline", min(1.0, max(0.0, best.fused / 5)))


_HINTS: tuple[tuple[str, str], ...] = (
    (r"\bignore (?:your|all|the|previous|any)\b|\bsystem prompt\b|\byou are now\b|\bpretend (?:to be|you)\b|\bjailbreak\b|\bdeveloper mode\b|\brules\b.{0,30}\bno longer\b",
     "I only answer questions about mentoring and working life from a library of guides, and I cannot be told to do something else."),
    (r"\b(?:write|draft|compose|finish|do)\b.{0,40}\b(?:essay|thesis|dissertation|cover letter|chapter|statement|assignment|homework|reference|review|application|report|cv|résumé|resume)\b|\bforge\b|\bsign(?: it)? (?:with|in) (?:his|her|their)\b",
     "I do not write whole texts for you or in somebody else's name: it has to be yours. I can help you work out what it should say, and whom to show a draft."),
    (r"\b(?:salary|salaries|pay|paid|earn|wage|rate|worth|market (?:rate|median)|how much)\b",
     "The library holds no figures for pay or prices. A pay survey, a union, a recruiter or two people in the same job can give you one; I can help you prepare the conversation."),
    (r"\bnarcissis\w*|\bpsychopath\w*|\bsociopath\w*|\basperger\w*|\bautis\w+|\bbipolar\b|\bborderline\b|\bdiagnos\w+",
     "I cannot say what is going on inside another person, and nobody can from a few lines. I can help you with what they do and what you might say."),
    (r"\b(?:will|chances?|predict|odds|horoscope|tarot|likely|probability|stars|scorpio|mercury)\b",
     "Nobody can tell you that in advance, and I will not guess. I can help you prepare for it."),
    (r"\b(?:phone|e-?mail|address|contact details|where does .* live|private)\b",
     "I hold no details of real people and would not hand them out. I can help you with how to approach somebody."),
)  # fmt: skip


def explain_decline(text: str) -> str:
    """Return one honest sentence or two: that the library does not hold it, and who might."""
    if not is_english(text):
        return "I can only read English so far: the library is written in English. Please ask again in English."
    lowered = text.lower().replace("’", "'")
    for pattern, words in _HINTS:
        if re.search(pattern, lowered):
            return words
    return "The library does not hold an answer to that, so I will not guess."
