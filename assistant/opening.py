"""The few words of an answer that are our own: an acknowledgement, and whom its guide was written for."""

import re

from assistant.conversation import Profile
from knowledge.guide import Guide

_SOMEBODY = (
    r"(?:he|she|mother|father|mum|mom|dad|parents?|wife|husband|partner|son|daughter|child|baby|brother|"
    r"sister|grand\w+|gran|nan|aunt|uncle|cousin|friend|colleague|boss|manager|mentor|mentee|teacher|supervisor)"
)
_LOSS = re.compile(
    r"\b(?:lost my job|laid off|made redundant|got fired|was fired|passed away|miscarr\w+"
    r"|(?:was|were|been|being|got|get) let go|let me go"
    rf"|{_SOMEBODY} (?:(?:has|had|just|suddenly) )*died)\b",
    re.IGNORECASE,
)
_FEELING = (
    r"(?:miserable|desperate|overwhelmed|exhausted|drained|demotivated|terrified|in tears|"
    r"(?:crying|cried)(?! with)|anxious|(?:\w+ )?anxiety|panick\w+|a (?:loser|failure)|humiliated|"
    r"(?:scared|ashamed|failing)(?! (?:to|of|i'll|i will|that)\b)|"
    r"burn(?:ed|t) out|lonely|hopeless|heartbroken|devastated|dread)"
)
# A feeling counts where it is the writer's own: a mentee who cries, "hate networking" or "a review
# that nobody dreads" calls for an answer and no more.
_HARD = re.compile(
    r"\b(?:i(?:'m| am| was| feel| felt|'ve been| have been|'ve felt| get| got| have| had)?|feeling|makes me(?: feel)?)"
    r"(?: (?:so|very|really|completely|just|always|still|also|too|quite|pretty|a bit|utterly|totally|deeply|extremely"
    rf"|constantly|like|and|now|already|only|often|every \w+|been|feeling|even)){{0,3}} {_FEELING}\b"
    r"|\bi (?:can'?t|cannot) (?:sleep|stop crying)\b"
    r"|\bi (?:really |just |absolutely )?hate (?:my (?:\w+ ){0,2}(?:job|work|life|career)|it here|this (?:job|place)"
    r"|going in|going to work|myself)\b",
    re.IGNORECASE,
)
_STAGE_WORDS = {
    "entry": "new professionals",
    "mid": "people in mid-career",
    "senior": "senior leaders",
}


def acknowledge(text: str) -> str:
    """Return a line of acknowledgement where the words call for one; it claims nothing."""
    if _LOSS.search(text):
        return "I am sorry. That is a lot to take in."
    if _HARD.search(text.replace("’", "'")):
        return "That sounds like a hard place to be in."
    return ""


def fit_notes(profile: Profile, guide: Guide, called: str = "This guide") -> tuple[str, ...]:
    """Say so where the guide was written for somebody else; ``called`` is its name in the answer."""
    if profile.origin.audience != "default" and profile.audience not in guide.audience:
        chairs = " and ".join(f"{chair.value}s" for chair in guide.audience)
        return (f"*{called} is written for {chairs}; take it from your own side of the table.*",)
    if profile.origin.stage == "stated" and profile.stage not in guide.stages:
        stages = " and ".join(_STAGE_WORDS[stage.value] for stage in guide.stages)
        return (f"*{called} is written for {stages}; some of it may fit you differently.*",)
    return ()
