"""What may not be said, and what a work may be said to find."""

import re

from knowledge.guide import Guide
from knowledge.library import Library
from knowledge.lint.check import GuideFindings
from knowledge.vocabulary import Section

BANNED = {
    "it is important": "says nothing; say why, or go straight to the act",
    "remember that": "lectures; say the thing itself",
    "keep in mind": "lectures; say the thing itself",
    "crucial": "weighs instead of showing",
    "leverage": "jargon; use 'use'",
    "delve": "nobody says it aloud",
    "empower": "jargon; say what the person can then do",
    "navigate": "worn metaphor; name the act",
    "game-chang": "worn metaphor",
    "at the end of the day": "filler",
    "utilis": "use 'use'",
    "utiliz": "use 'use'",
    "—": "long dash; use a full stop or a comma",
}
# Promises nobody may make, and verdicts nobody may give about a person.
FORBIDDEN = {
    r"\byou will (definitely |surely )?(get|win|land) (the|a) (job|promotion|raise)\b": "promises a result",
    r"\bguarantee[sd]? (you|a|the) (job|promotion|raise|pay)\b": "promises a result",
    r"(?<!not )(?<!n't )(?<!never )\bpromise (total|full|complete) (secrecy|confidentiality)\b(?=[^.]*\byour\b)": "promises secrecy",
    r"\b\d+ ?mg\b": "names a dose",
}

_NUMBER = re.compile(
    r"\d+(?:\.\d+)? ?(?:%|per cent)|\b(?:one|two|three|four|nine) in (?:three|four|five|ten)\b"
)
_RESEARCH = re.compile(
    r"\b(?:research|studies|a study)\b[^.]*\bfinds?\b|\bresearch shows\b", re.IGNORECASE
)
_MANY_GUIDES = re.compile(r"\bmany guides\b", re.IGNORECASE)


def check_phrases(guide: Guide, library: Library) -> GuideFindings:
    """Find phrases that are banned, each with its reason."""
    for item in guide.items:
        text = item.text.lower()
        for phrase, reason in BANNED.items():
            if phrase in text:
                yield item.line, f"{phrase!r}: {reason}"
        for pattern, reason in FORBIDDEN.items():
            if found := re.search(pattern, text):
                yield item.line, f"{found.group()!r}: {reason}"


def check_strength(guide: Guide, library: Library) -> GuideFindings:
    """Find wording that is stronger, or weaker, than the kind of the works behind it.

    The kind of a work is looked at, not whether its own abstract was read: "reported" and "seen in
    summary" are said in too many ways for a pattern, and guides quote books that stand on studies.
    """
    for item in guide.items:
        works = [library.sources[id] for id in item.sources if id in library.sources]
        is_research = [work.kind.is_research for work in works]
        if _RESEARCH.search(item.text) and not any(is_research):
            yield item.line, "'research finds' without a meta-analysis, review or study behind it"
        if _MANY_GUIDES.search(item.text):
            if not works:
                yield item.line, "'many guides' without a citation"
            elif all(is_research):
                message = "'many guides' of research alone; say 'research finds', with its limits"
                yield item.line, message
        if _NUMBER.search(item.text) and not works and item.section == Section.WHY:
            yield item.line, "a figure without a citation"
